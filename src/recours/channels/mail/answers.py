"""Words of what we send because a mail came. Nothing that its sender wrote is ever in them: an answer is no relay."""

from __future__ import annotations

from django.urls import reverse

from recours.channels.models import InboundMail
from recours.conversations.models import ReplyAddress
from recours.outbox.content import MailContent
from recours.outbox.models import Mail
from recours.rules.lifecycle.vocabulary import Role
from recours.rules.wording import Lang, has, say

PAGES = {Role.BUYER: "buyer:conversation", Role.SELLER: "seller:conversation"}


def render(mail: Mail) -> MailContent | None:
    """Return what an automatic answer, or the word that a mail waits, says; None when it no longer applies."""
    if "held" in mail.payload:
        return _held(mail, str(mail.payload["held"]))
    row = (
        InboundMail.objects.select_related("reply_address__conversation")
        .filter(pk=mail.payload["inbound"])
        .first()
    )
    if row is None:
        return None
    if row.outcome == InboundMail.Outcome.UNPLACED:
        return _unplaced(mail.language)
    return _not_taken(row, mail.language)


def _unplaced(lang: Lang) -> MailContent:
    return MailContent(
        subject=say(lang, "mail.answer.unplaced.subject"),
        heading=say(lang, "mail.answer.unplaced.heading"),
        paragraphs=(say(lang, "mail.answer.unplaced.why"), say(lang, "mail.answer.unplaced.instead")),
        button_label=say(lang, "mail.answer.button_site"),
        button_path="/",
        why=say(lang, "mail.answer.foot"),
    )


def _not_taken(row: InboundMail, lang: Lang) -> MailContent:
    """Say that a party's mail was refused, or that files were left out of it, by their own names."""
    posted = row.outcome == InboundMail.Outcome.POSTED
    which = "left_out" if posted else "refused"
    paragraphs = [say(lang, f"mail.answer.{which}.why")]
    if not posted:
        paragraphs.append(because(row.because, lang))
    paragraphs += [
        say(lang, "said.of", what=name, said=why_left_out(code, lang)) for name, code in row.left_out[:20]
    ]
    paragraphs.append(say(lang, f"mail.answer.{which}.instead"))
    address = row.reply_address
    path = _page_of(address) if address is not None else "/"
    return MailContent(
        subject=say(lang, f"mail.answer.{which}.subject"),
        heading=say(lang, f"mail.answer.{which}.heading"),
        paragraphs=tuple(paragraphs),
        button_label=say(lang, "mail.answer.button_conversation"),
        button_path=path,
        why=say(lang, "mail.answer.foot"),
    )


def _held(mail: Mail, token: str) -> MailContent | None:
    waits = InboundMail.objects.filter(reply_address_id=token, outcome=InboundMail.Outcome.HELD).exists()
    address = ReplyAddress.objects.select_related("conversation").filter(pk=token).first()
    if not waits or address is None:
        return None
    lang = mail.language
    return MailContent(
        subject=say(lang, "mail.answer.held.subject"),
        heading=say(lang, "mail.answer.held.heading"),
        paragraphs=(say(lang, "mail.answer.held.why"),),
        turn=say(lang, "mail.answer.held.turn"),
        silence=say(lang, "mail.answer.held.silence"),
        button_label=say(lang, "mail.answer.button_conversation"),
        button_path=_page_of(address),
        why=say(lang, "mail.answer.held.foot"),
    )


def because(code: str, lang: Lang) -> str:
    """Say why something became of a mail what it did."""
    key = f"mail.because.{code}"
    return say(lang, key) if has(lang, key) else ""


def why_left_out(code: str, lang: Lang) -> str:
    """Say, in a few words, why an attachment was not taken."""
    key = f"mail.file.{code}"
    return say(lang, key) if has(lang, key) else say(lang, "mail.file.other")


def _page_of(address: ReplyAddress) -> str:
    return reverse(PAGES[Role(address.role)], args=[address.conversation_id])
