"""The mail that says: somebody wrote to you."""

from __future__ import annotations

import datetime as dt

from django.urls import reverse

from recours import clock
from recours.conversations.commands.reply_addresses import reply_address
from recours.conversations.models import Conversation, Message, Reading
from recours.conversations.news import PAGES
from recours.conversations.queries import WITH_FILES
from recours.files.models import StoredFile
from recours.files.showing import shown_to
from recours.outbox.content import MailContent
from recours.outbox.models import Mail
from recours.rules.conversation import Waiting
from recours.rules.lifecycle.vocabulary import Role
from recours.rules.wording import Lang, Until, say
from recours.rules.wording.format import local

MOST = 4_000
"""Characters of a message that its mail holds; the rest is read on the site."""


def render(mail: Mail) -> MailContent | None:
    """Word the mail about a message; None when its reader has read it, or when it is no longer there.

    What somebody wrote is quoted in the body and is never part of the subject.
    """
    message = (
        Message.objects.select_related(
            "conversation__marketplace",
            "conversation__shop",
            "conversation__buyer",
            "conversation__contact",
            "conversation__order",
        )
        .prefetch_related(WITH_FILES)
        .filter(pk=mail.payload["message"])
        .first()
    )
    if message is None or _has_read(mail, message):
        return None
    now = clock.now()
    conversation, reader, lang = message.conversation, Role(mail.role), mail.language
    author = _author(message, lang)
    has_page = reader is not Role.BUYER or conversation.buyer_id is not None
    turn, silence = _turn(conversation, reader, lang, now)
    return MailContent(
        subject=_subject(message, author, lang),
        heading=say(lang, "conversation_mails.heading", author=author),
        paragraphs=_paragraphs(message, lang),
        quote=message.text[:MOST],
        quoted_from=say(
            lang, "conversation_mails.wrote", author=author, at=_local(message.sent_at, conversation)
        ),
        facts=_facts(message, reader, lang),
        turn=turn,
        silence=silence,
        button_label=say(lang, "conversation_mails.answer") if has_page else "",
        button_path=reverse(PAGES[reader], args=[conversation.pk]) if has_page else "",
        reply_to=reply_address(
            conversation_id=conversation.pk,
            role=reader,
            address=mail.address,
            user_id=mail.user_id,
            now=now,
        ),
    )


def _has_read(mail: Mail, message: Message) -> bool:
    return (
        mail.user_id is not None
        and Reading.objects.filter(
            user_id=mail.user_id, conversation_id=message.conversation_id, read_at__gte=message.sent_at
        ).exists()
    )


def _author(message: Message, lang: Lang) -> str:
    """Name who wrote, as the reader knows them: the shop, the marketplace's service, or the buyer."""
    conversation = message.conversation
    match message.author_role:
        case Role.BUYER:
            return conversation.buyer_name or say(lang, "conversation_mails.the_buyer")
        case Role.SELLER if conversation.shop is not None:
            return conversation.shop.name
        case _:
            return say(lang, "conversation_mails.service", place=conversation.marketplace.name)


def _subject(message: Message, author: str, lang: Lang) -> str:
    """Say who wrote and about which order. A buyer is not named: what they chose to be called is their own words."""
    order = message.conversation.order
    who = say(lang, "conversation_mails.a_buyer") if message.author_role == Role.BUYER else author
    if order is None:
        return say(lang, "conversation_mails.subject", author=who)
    return say(lang, "conversation_mails.subject_order", author=who, order=order.number)


def _paragraphs(message: Message, lang: Lang) -> tuple[str, ...]:
    cut = len(message.text) > MOST
    return (say(lang, "conversation_mails.cut", characters=MOST),) if cut else ()


def _facts(message: Message, reader: Role, lang: Lang) -> tuple[tuple[str, str], ...]:
    conversation = message.conversation
    found = []
    if conversation.order is not None:
        found.append((say(lang, "conversation_mails.order"), conversation.order.number))
    titles = [line.title for line in conversation.lines.all()]
    if titles:
        found.append((say(lang, "conversation_mails.articles"), ", ".join(titles)))
    names = sorted(
        file.original_name for file in message.attached() if isinstance(shown_to(file, reader), StoredFile)
    )
    if names:
        count = say(lang, "conversation_mails.files", count=len(names))
        found.append((count, f"{', '.join(names)} – {say(lang, 'conversation_mails.files_on_site')}"))
    return tuple(found)


def _turn(conversation: Conversation, reader: Role, lang: Lang, now: dt.datetime) -> tuple[str, str]:
    """Return whose answer is awaited until when, and what silence does."""
    if hasattr(conversation, "claim"):
        return "", say(lang, "conversation_mails.in_dispute")
    due = conversation.answer_due_at if conversation.answered_at is None else None
    match Waiting(conversation.waiting_on):
        case Waiting.SELLER:
            whom = "yours" if reader is Role.SELLER else "seller"
            silence = say(lang, f"conversation_mails.silence.{whom}")
            if due is None:
                return say(lang, f"conversation_mails.turn.{whom}"), silence
            key = (
                f"conversation_mails.turn_until.{whom}"
                if due > now
                else f"conversation_mails.turn_was.{whom}"
            )
            return say(lang, key, due=Until(due, conversation.marketplace.zone)), silence
        case Waiting.PLATFORM:
            place = conversation.marketplace.name
            return say(lang, "conversation_mails.turn.platform", place=place), ""
        case _:
            key = "seller" if reader is Role.SELLER else "buyer"
            return say(lang, f"conversation_mails.nobody.{key}"), say(lang, f"conversation_mails.open.{key}")


def _local(at: dt.datetime, conversation: Conversation) -> dt.datetime:
    return local(at, conversation.marketplace.zone)
