"""`recours simulate messenger`: the Send API as a program, with a customer's Messenger as its page.

| door                  | what it does                                                                        |
|-----------------------|-------------------------------------------------------------------------------------|
| `GET /messenger/PSID` | Messenger: a page of the chat, where one writes and sends photos                     |
| `GET /_/chat`         | everything that was said, on both sides, as its journal has it                       |
| `POST /_/write`       | a customer writes: `text`, `file` (base64) and `mime`, or `message` as Meta writes it |
| `POST /_/element`     | any other element of a webhook, as Meta writes it: a reaction, a deletion, a postback |
| `POST /_/read`        | Messenger is opened: what was sent there is read                                     |
| `POST /_/grant`       | whether Meta granted HUMAN_AGENT: `human_agent`, true or false                       |
| `GET /_/file`         | a file that it has, by its `id`                                                      |
| `POST /_/next`        | the next message that is sent to it meets `what` (see `meta/simulator/port.py`)      |
| `POST /_/next_upload` | the next file that is given to it meets `what`                                           |
| `POST /_/next_hook`   | the next webhook meets `what` (see `meta/simulator/hooks.py`)                        |
| `POST /_/clock`       | its clock goes `forward` by so many seconds                                          |

`write` takes the customer's `id` and `name` too, and `at`. What may not be sent any more is refused at once with 10 and
2018278, as with the real one.
"""

from recours.channels.providers.messenger.simulator.server import MessengerSimulator

__all__ = ["MessengerSimulator"]
