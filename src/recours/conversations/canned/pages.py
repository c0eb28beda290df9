"""The pages on which canned answers are kept: the same for a shop and for the desk, which bring their addresses."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any, cast

from django.http import HttpRequest

from recours.conversations.canned.filling import explained, sample, warnings
from recours.conversations.canned.forms import CannedForm
from recours.conversations.canned.queries import Holder
from recours.conversations.commands.canned import save_answer
from recours.conversations.models import CannedAnswer
from recours.people.models import User
from recours.rules.canned import fill
from recours.rules.refusals import Refusal

PREVIEW = "preview"
"""The button that only shows how it will read."""


@dataclass(frozen=True)
class Edited:
    """What came of a request for the page of an answer: `saved` once it is kept, else the page to show."""

    context: dict[str, Any]
    status: int = 200
    saved: CannedAnswer | None = None


def edit(request: HttpRequest, holder: Holder, answer: CannedAnswer | None, *, now: dt.datetime) -> Edited:
    """Show an answer, or a new one; preview what was typed; or keep it."""
    user = cast(User, request.user)
    if request.method != "POST":
        initial = {"title": answer.title, "text": answer.text} if answer else {}
        context = _context(CannedForm(initial=initial), answer, answer.text if answer else "", user, holder)
        return Edited(context)
    form = CannedForm(request.POST)
    typed = request.POST.get("text", "")
    if not form.is_valid():
        return Edited(_context(form, answer, typed, user, holder), status=422)
    if PREVIEW in request.POST:
        return Edited(_context(form, answer, form.cleaned_data["text"], user, holder))
    try:
        saved = save_answer(
            marketplace_id=holder.marketplace_id,
            shop_id=holder.shop_id,
            answer_id=answer.pk if answer else None,
            title=form.cleaned_data["title"],
            text=form.cleaned_data["text"],
            now=now,
        )
    except Refusal as refusal:
        form.refuse(refusal)
        return Edited(_context(form, answer, typed, user, holder), status=422)
    return Edited({}, saved=saved)


def _context(
    form: CannedForm, answer: CannedAnswer | None, text: str, user: User, holder: Holder
) -> dict[str, Any]:
    filled = fill(text, sample(user=user, holder_name=holder.name))
    return {
        "form": form,
        "answer": answer,
        "holder": holder,
        "preview": filled.text if text.strip() else "",
        "warnings": warnings(filled),
        "placeholders": explained(),
    }
