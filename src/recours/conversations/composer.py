"""Where those who answer write: the form with its draft and its canned answers, and what came of sending it.

The shop and the desk bring the addresses; what is sent, kept or filled in is the same for both.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, TypeVar, cast

from django.http import HttpRequest
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from recours.conversations.canned.filling import values_in, warnings
from recours.conversations.canned.queries import Holder, answer_of, answers_of
from recours.conversations.commands import mark_read, post_message, save_message_draft
from recours.conversations.forms import DeskMessageForm, MessageForm, drafted
from recours.conversations.models import Message, MessageDraft, Settlement
from recours.conversations.presentation import FileUrl, ThreadEntry, thread
from recours.conversations.queries import OpenedConversation, draft_about
from recours.people.models import User
from recours.rules.canned import fill
from recours.rules.lifecycle.vocabulary import Role
from recours.rules.refusals import Refusal
from recours.rules.wording.format import time as clock_time
from recours.ui.language import lang

T = TypeVar("T")


def about(opened: OpenedConversation) -> str:
    """Name the draft of a conversation."""
    return f"conversation:{opened.row.pk}"


def holder_of(opened: OpenedConversation) -> Holder:
    """Return whose canned answers serve here: the shop's, or the desk's."""
    row = opened.row
    if opened.role is Role.SELLER and row.shop is not None:
        return Holder(marketplace_id=row.marketplace_id, shop_id=row.shop_id, name=row.shop.name)
    return Holder(marketplace_id=row.marketplace_id, name=row.marketplace.name)


@dataclass(frozen=True)
class Composed:
    """The form to show, when it was last kept, and what the reader should look at before sending."""

    form: MessageForm
    saved_at: dt.datetime | None = None
    cautions: tuple[str, ...] = ()


def fresh(opened: OpenedConversation, user: User) -> Composed:
    """Return the form as its author left it."""
    draft = draft_about(user.pk, about(opened))
    kind = form_of(opened)
    initial = drafted(draft.answers, kind.DRAFTED) if draft else {}
    return Composed(kind(initial=initial), saved_at=draft.saved_at if draft else None)


def form_of(opened: OpenedConversation) -> type[MessageForm]:
    """Return the form of who answers: the desk may keep its own words beside a translation."""
    return DeskMessageForm if opened.role is Role.AGENT else MessageForm


def send(request: HttpRequest, opened: OpenedConversation, *, now: dt.datetime) -> Message | Composed:
    """Send what was posted; refused, give back the form with every word and keep it as a draft. Never raises."""
    return send_by(post_message, request, opened, now=now)


def send_by(
    post: Callable[..., T], request: HttpRequest, opened: OpenedConversation, *, now: dt.datetime
) -> T | Composed:
    """As `send`, by a command that takes what `post_message` takes."""
    form = form_of(opened)(request.POST, request.FILES)
    user = cast(User, request.user)
    if form.is_valid():
        try:
            return post(
                conversation_id=opened.row.pk,
                by=opened.actor,
                text=form.cleaned_data["text"],
                key=form.cleaned_data["key"],
                files=form.uploads.accepted,
                draft=about(opened),
                now=now,
                **_translated(form),
            )
        except Refusal as refusal:
            form.refuse(refusal)
    kept = save_message_draft(user_id=user.pk, about=about(opened), answers=form.typed, now=now)
    return Composed(form, saved_at=kept.saved_at if kept else None)


def _translated(form: MessageForm) -> dict[str, str]:
    own = form.cleaned_data.get("own_text")
    return {"own_text": own} if own else {}


def keep(request: HttpRequest, opened: OpenedConversation, *, now: dt.datetime) -> MessageDraft | None:
    """Keep what was posted, right or wrong, as the draft."""
    form = form_of(opened)(request.POST)
    form.is_valid()
    user = cast(User, request.user)
    return save_message_draft(
        user_id=user.pk, about=about(opened), answers=form.typed, now=now, key=form.cleaned_data.get("key")
    )


def saved_text(draft: MessageDraft | None) -> str:
    """Say when a draft was kept; nothing for none."""
    if draft is None:
        return ""
    at = localtime(draft.saved_at)
    return _("Enregistré à %(time)s") % {"time": clock_time(at.hour, at.minute, lang())}


def insert(
    request: HttpRequest, opened: OpenedConversation, *, buyer_name: str, now: dt.datetime
) -> Composed:
    """Put the chosen answer after what is typed, filled in, and keep both; nothing is sent."""
    typed = request.POST.get("text", "").replace("\r\n", "\n")
    user = cast(User, request.user)
    answer = answer_of(holder_of(opened), request.POST.get("answer", ""))
    said: list[str] = []
    if answer is not None:
        filled = fill(answer.text, values_in(opened.row, user=user, buyer_name=buyer_name))
        typed = f"{typed.rstrip()}\n\n{filled.text}" if typed.strip() else filled.text
        said = warnings(filled)
    given = form_of(opened)(request.POST)
    initial: dict[str, Any] = given.typed | {"text": typed}
    kept = save_message_draft(user_id=user.pk, about=about(opened), answers=dict(initial), now=now)
    if given.is_valid() or "key" in given.cleaned_data:
        initial["key"] = given.cleaned_data["key"]
    return Composed(form_of(opened)(initial=initial), kept.saved_at if kept else None, tuple(said))


def page(
    opened: OpenedConversation, messages: list[Message], file_url: FileUrl, *, buyer_name: str
) -> dict[str, Any]:
    """Return what the page of a conversation shows besides its form, and note nothing."""
    return {
        "opened": opened,
        "row": opened.row,
        "thread": called(thread(opened, messages, file_url), buyer_name),
        "buyer_name": buyer_name,
        "answers": answers_of(holder_of(opened)),
        "settled": _settled(opened),
    }


def called(entries: list[ThreadEntry], buyer_name: str) -> list[ThreadEntry]:
    """Call the buyer as this reader knows them."""
    return [replace(one, who=buyer_name) if one.role is Role.BUYER else one for one in entries]


def note_read(opened: OpenedConversation, messages: list[Message], *, now: dt.datetime) -> None:
    """Note that the viewer has seen these messages."""
    if messages and opened.actor.id is not None:
        mark_read(conversation_id=opened.row.pk, user_id=opened.actor.id, until=messages[-1].sent_at, now=now)


def _settled(opened: OpenedConversation) -> Settlement | None:
    """Return who set it aside last, where that is still how it stands."""
    if opened.row.waiting_on:
        return None
    rows = Settlement.objects.filter(conversation=opened.row, settled_at__gte=opened.row.last_at)
    return rows.select_related("user").order_by("-settled_at").first()
