"""A mail as a message in its conversation."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from uuid import NAMESPACE_URL, UUID, uuid5

from django.db import transaction

from recours.channels.commands.answering import answer
from recours.channels.mail.quoting import own_words
from recours.channels.models import InboundMail
from recours.channels.queries import check_mail_pace
from recours.conversations.commands import send_message
from recours.conversations.models import Message, ReplyAddress
from recours.files.commands import store_judged
from recours.files.judge import Judged
from recours.rules.lifecycle.claim import Actor
from recours.rules.lifecycle.refusals import TextMissing, TextTooLong
from recours.rules.lifecycle.vocabulary import Role
from recours.rules.wording import say

Outcome = InboundMail.Outcome


def words_to_post(row: InboundMail, files: Sequence[Judged]) -> str:
    """Return what a mail says in its conversation: its author's words, and what came along that could not be taken."""
    language = language_of(row.reply_address)
    words = re.sub(r"\n{3,}", "\n\n", own_words(row.text)).strip()
    if not words and files:
        words = say(language, "mail.only_files")
    if row.left_out:
        names = ", ".join(name for name, _ in row.left_out)
        note = say(language, "mail.left_out", names=names)
        words = f"{words}\n\n[{note}]" if words else f"[{note}]"
    return words


def post(
    row: InboundMail, address: ReplyAddress, words: str, files: Sequence[Judged], *, now: dt.datetime
) -> None:
    """Send a mail's words as a message of the reply address's owner, in the caller's transaction; the row says so.

    Too long a text makes the mail refused, and its sender is told. Raises TooManyMessages.
    """
    check_mail_pace(address, now=now)
    actor = Actor(Role(address.role), address.user_id)
    try:
        with transaction.atomic():
            kept = [store_judged(judged=one, by=address.user) for one in files]
            message = send_message(
                conversation_id=address.conversation_id,
                by=actor,
                text=words,
                now=now,
                files=kept,
                key=_key(row, address, words),
                channel=Message.Channel.MAIL,
            )
    except (TextTooLong, TextMissing) as refusal:
        row.outcome, row.because = Outcome.REFUSED, refusal.code
        answer(row, now=now)
        return
    row.outcome = Outcome.POSTED
    if not InboundMail.objects.filter(message=message).exists():
        row.message = message
    if row.left_out:
        answer(row, now=now)


def language_of(address: ReplyAddress | None) -> str:
    """Return the language in which the owner of a reply address reads."""
    user = address.user if address is not None else None
    return (user.language if user is not None else "") or "fr"


def _key(row: InboundMail, address: ReplyAddress, words: str) -> UUID:
    """Name the message: the same mail brought by two ways is one, and a program that numbers all its mails alike loses
    none."""
    return uuid5(NAMESPACE_URL, f"mail:{address.token}:{row.header_id or row.sha256}:{words}")
