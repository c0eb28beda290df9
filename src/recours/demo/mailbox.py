"""The demo's post: every mail that would have left lies in a folder, to be read and answered from "another program"."""

from __future__ import annotations

import datetime as dt
import re
import secrets
from collections.abc import Iterator, Sequence
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import format_datetime, formataddr, getaddresses, make_msgid
from pathlib import Path

from django.conf import settings
from django.core.mail import EmailMessage as Letter
from django.core.mail.backends.base import BaseEmailBackend
from msgspec import Struct

from recours import clock

KEEP = 2_000
"""Mails that are kept; the oldest go."""
_NAME = re.compile(r"[0-9]{20}-[0-9a-f]{8}")


class EmailBackend(BaseEmailBackend):
    """Puts each mail into the folder, whole or not at all."""

    def send_messages(self, email_messages: Sequence[Letter]) -> int:
        folder = box()
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for letter in email_messages:
            number = f"{int(clock.now().timestamp() * 1_000_000):020}-{secrets.token_hex(4)}"
            draft = folder / f".{number}"
            draft.write_bytes(letter.message().as_bytes())
            draft.rename(folder / f"{number}.eml")
        for old in sorted(folder.glob("*.eml"))[:-KEEP]:
            old.unlink(missing_ok=True)
        return len(email_messages)


class Kept(Struct, frozen=True, kw_only=True):
    """One mail of the folder."""

    number: str
    subject: str
    sender: str
    recipient: str
    recipient_name: str
    reply_to: str
    message_id: str
    at: dt.datetime
    text: str
    html: str
    headers: tuple[tuple[str, str], ...]


def box() -> Path:
    """Return the folder of the demo's post."""
    return Path(settings.HOME) / "mailbox"


def all_mail(*, recipient: str = "", most: int = 50) -> list[Kept]:
    """Return the latest mails, those to `recipient` alone when one is given."""
    found: list[Kept] = []
    for number in _numbers():
        mail = read(number)
        if mail is not None and recipient in ("", mail.recipient):
            found.append(mail)
        if len(found) == most:
            break
    return found


def recipients() -> list[str]:
    """Return everybody who got a mail, by address."""
    return sorted({mail.recipient for number in _numbers() if (mail := read(number)) is not None})


def read(number: str) -> Kept | None:
    """Return the mail of this number; None when there is none."""
    if not _NAME.fullmatch(number):
        return None
    try:
        raw = (box() / f"{number}.eml").read_bytes()
    except FileNotFoundError:
        return None
    message = message_from_bytes(raw, _class=EmailMessage, policy=policy.default)
    plain, rich = message.get_body(("plain",)), message.get_body(("html",))
    ((name, recipient), *_) = getaddresses([str(message["To"] or "")]) or [("", "")]
    return Kept(
        number=number,
        subject=str(message["Subject"] or ""),
        sender=str(message["From"] or ""),
        recipient=recipient.lower(),
        recipient_name=name,
        reply_to=str(message["Reply-To"] or ""),
        message_id=str(message["Message-ID"] or ""),
        at=dt.datetime.fromtimestamp(int(number[:20]) / 1_000_000, dt.UTC),
        text=str(plain.get_content()) if plain else "",
        html=str(rich.get_content()) if rich else "",
        headers=tuple((header, str(value)) for header, value in message.items()),
    )


def composed(
    mail: Kept, *, sender: str, text: str, attachment: tuple[str, bytes] | None, now: dt.datetime
) -> bytes:
    """Return an answer as a mail program would send it: a thread, a quotation, and a file perhaps."""
    answer = EmailMessage(policy=policy.SMTP)
    name = mail.recipient_name if sender == mail.recipient else ""
    answer["From"] = formataddr((name, sender))
    answer["To"] = mail.reply_to or mail.sender
    answer["Subject"] = mail.subject if mail.subject.lower().startswith("re:") else f"Re: {mail.subject}"
    answer["Date"] = format_datetime(now)
    answer["Message-ID"] = make_msgid(domain="courrier.example.org")
    answer["In-Reply-To"] = answer["References"] = mail.message_id
    quoted = "\n".join(f"> {line}".rstrip() for line in mail.text.splitlines())
    answer.set_content(f"{text}\n\nLe {mail.at:%d/%m/%Y à %H:%M}, {mail.sender} a écrit :\n{quoted}\n")
    if attachment is not None:
        answer.add_attachment(
            attachment[1], maintype="application", subtype="octet-stream", filename=attachment[0]
        )
    return answer.as_bytes()


def _numbers() -> Iterator[str]:
    if box().is_dir():
        yield from (path.stem for path in sorted(box().glob("*.eml"), reverse=True))
