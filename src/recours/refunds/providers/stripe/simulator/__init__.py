"""A program that answers as Stripe does, on a port of this machine, and that can misbehave as networks do.

`recours simulate stripe --port 8103 --home DIR` starts it. It knows nothing of our database: what it has done is in
its own journal, `DIR/journal.jsonl`, which is what a checker believes when it asks whether somebody was paid twice.

The journal has one act per line, forced to the disk before anybody is answered, and it is never rewritten:

| `did`              | what happened, and what the line holds                                                     |
|--------------------|--------------------------------------------------------------------------------------------|
| `payment.created`  | a payment was taken: `payment`                                                             |
| `refund.created`   | money left: `refund`, as it was then; `key`, the Idempotency-Key it was asked with         |
| `refund.changed`   | `refund`, with its new status; `failed` and `canceled` mean that the money came back       |
| `dispute.created`  | a cardholder disputes a payment: `dispute`                                                 |
| `dispute.closed`   | `dispute`, won or lost                                                                     |
| `answered`         | a request that came to nothing was answered, and the answer is kept under its key          |
| `clock.moved`      | its clock is now `ahead` seconds ahead                                                     |
| `misdid`           | it misbehaved: `what`, on which request (`method`, `path`, `key`)                          |
| `delivered`        | a webhook was sent: `event`, and the `status` of the answer (0: none)                      |

Each line has `n`, its number, and `at`, the second of its own clock. What a request told the client is kept in the
line of the act, as `answer` (`key`, `asked`, `status`, `body`, `at`), so that a key cannot be remembered without its
act nor the act without its key; what it announced is there as `events`.
"""
