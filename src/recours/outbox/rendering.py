"""What a mail looks like: one column, one button, as text and as HTML, with nothing loaded from anywhere.

Mail programs know neither style sheets nor the site's components: tables and inline styles are right here and nowhere
else. What a person wrote is escaped by the template, and stands in a box of its own.
"""

from __future__ import annotations

import re

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse

from recours.outbox.content import MailContent
from recours.outbox.headers import SUBJECT_MOST, clean
from recours.outbox.models import Mail
from recours.rules.wording import say

_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")


def word(mail: Mail, content: MailContent) -> None:
    """Put subject, text, HTML and address for answers into the row; the caller saves it."""
    mail.subject = clean(content.subject or content.heading, SUBJECT_MOST) or _site(mail)
    mail.reply_to = content.reply_to
    context = _context(mail, content)
    text = render_to_string("outbox/mail.txt", context)
    mail.text = re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"
    mail.html = render_to_string("outbox/mail.html", context)


def _context(mail: Mail, content: MailContent) -> dict[str, object]:
    lang = mail.language
    quote = _CONTROLS.sub("", content.quote.replace("\r\n", "\n").replace("\r", "\n")).strip()
    return {
        "lang": lang,
        "site": _site(mail),
        "site_url": settings.SITE_URL,
        "content": content,
        "quote_lines": quote.split("\n") if quote else [],
        "button_url": _absolute(content.button_path),
        "hello": say(lang, "mails.hello_name", name=mail.name) if mail.name else say(lang, "mails.hello"),
        "footer": _footer(mail, content),
        "choices": say(lang, "mails.choices") if mail.may_be_stopped else "",
        "choices_url": _absolute(reverse("notices:mail_choices")) if mail.may_be_stopped else "",
    }


def _footer(mail: Mail, content: MailContent) -> list[str]:
    """Return why the reader gets this, whether an answer arrives, and what cannot be switched off."""
    lang = mail.language
    lines = [content.why or say(lang, f"mails.why.{mail.kind}")]
    if mail.protects:
        lines.append(say(lang, "mails.always"))
    if content.reply_to:
        lines.append(say(lang, "mails.reply_arrives"))
    elif not mail.is_letter:
        lines.append(say(lang, "mails.reply_is_lost"))
    return lines


def _site(mail: Mail) -> str:
    if mail.marketplace is not None:
        return mail.marketplace.name
    return str(mail.payload.get("site") or settings.SITE_URL.partition("://")[2])


def _absolute(path: str) -> str:
    """Return the address of a path of this site; one that is whole already stays."""
    if not path:
        return ""
    return path if path.startswith(("https://", "http://")) else f"{settings.SITE_URL}{path}"
