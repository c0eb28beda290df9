"""`recours simulate whatsapp`: the Cloud API as a program, its customers' phone included.

| door                  | what it does                                                                        |
|-----------------------|-------------------------------------------------------------------------------------|
| `GET /`               | the phone: a page of the chat, where one writes and sends photos                     |
| `GET /_/chat`         | everything that was said, on both sides, as its journal has it                       |
| `POST /_/write`       | a customer writes: `text`, or `kind` and `content`, or `file` (base64) and `mime`    |
| `POST /_/read`        | the phone is opened: what it was sent is read                                        |
| `POST /_/template`    | a template is decided on: `name`, `language`, `event`                                |
| `GET /_/file`         | a file that it has, by its `id`                                                      |
| `POST /_/next`        | the next message that is sent to it meets `what` (see `meta/simulator/port.py`)      |
| `POST /_/next_upload` | the next file that is given to it meets `what`                                           |
| `POST /_/next_hook`   | the next webhook meets `what` (see `meta/simulator/hooks.py`)                        |
| `POST /_/clock`       | its clock goes `forward` by so many seconds                                          |

`write` takes the customer's `id`, `phone` and `name` too. A free message more than 24 hours after the customer's last
is taken, and fails by a webhook with 131047, as with the real one.
"""

from recours.channels.providers.whatsapp.simulator.server import WhatsAppSimulator

__all__ = ["WhatsAppSimulator"]
