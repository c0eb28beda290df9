"""Letters about an account: confirm an address, choose a new password.

They are worded when they are asked for, since only then is the reader's language known: nobody may have an account yet.
"""

from __future__ import annotations

import re

from recours.outbox.content import MailContent
from recours.outbox.models import Mail
from recours.rules.wording import say


def render(mail: Mail) -> MailContent:
    """Lay out a letter: its first address of a page becomes the button."""
    subject, body = str(mail.payload["subject"]), str(mail.payload["body"])
    blocks = [block.strip() for block in re.split(r"\n\s*\n", body) if block.strip()]
    link = next((block for block in blocks if re.fullmatch(r"https?://\S+", block)), "")
    return MailContent(
        subject=subject,
        heading=subject,
        paragraphs=tuple(block for block in blocks if block != link),
        button_label=say(mail.language, "mails.open_link") if link else "",
        button_path=link,
    )
