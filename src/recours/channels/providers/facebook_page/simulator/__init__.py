"""`recours simulate facebook-page`: a page on Facebook and its Messenger as one program, as they are one at Meta.

All that `recours simulate messenger` does (see its package), and:

| door                    | what it does                                                                      |
|-------------------------|-----------------------------------------------------------------------------------|
| `GET /page`             | the page: its posts, what is commented under them, and a field to comment in       |
| `GET /_/feed`           | every comment, as its journal has it                                               |
| `POST /_/post`          | the page posts `text`                                                              |
| `POST /_/comment`       | somebody comments `text` (`id`, `name`, `post`, `file` and `mime`, `at`)           |
| `POST /_/visit`         | somebody posts `text` on the page itself (`id`, `name`, `file` and `mime`, `at`)   |
| `POST /_/edit_comment`  | the author of `comment` writes `text` instead                                      |
| `POST /_/remove_comment`| the author of `comment` takes it away                                              |
| `POST /_/change`        | any other change of the feed, as Meta writes it                                    |

A second private answer to a comment is refused with 10900, one after seven days with 10903, as with the real one.
"""

from recours.channels.providers.facebook_page.simulator.server import PageSimulator

__all__ = ["PageSimulator"]
