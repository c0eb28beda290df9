"""What was written to the shop or to customer service already, so that the wizard does not ask it a second time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django import forms

from recours.buyer.wizard.forms import GroundForm
from recours.buyer.wizard.matter import Matter
from recours.conversations.models import Message
from recours.rules.conversation import Topic
from recours.rules.lifecycle.vocabulary import Role


def begun(
    slug: str, make: Callable[..., forms.Form], matter: Matter, answers: Mapping[str, Any]
) -> forms.Form:
    """Return the form of a step that was not answered yet, with what the conversation says about it filled in.

    Filled in is not answered: every page is still shown, and can be changed.
    """
    form = make(matter, answers, initial=_said(slug, matter))
    if isinstance(form, GroundForm) and not form.may_be(form.initial.get("ground")):
        form.initial = {}
    return form


def _said(slug: str, matter: Matter) -> dict[str, Any]:
    conversation = matter.brought or matter.conversation if slug in ("lines", "ground", "story") else None
    if conversation is None:
        return {}
    if slug == "lines":
        free = {line.pk for line in matter.lines} - matter.taken.keys()
        meant = [pk for pk in conversation.lines.values_list("pk", flat=True) if pk in free]
        return {"lines": [str(pk) for pk in meant]} if meant else {}
    if slug == "ground":
        ground = Topic(conversation.topic).ground if conversation.topic else None
        return {"ground": ground.value} if ground is not None else {}
    written = Message.objects.filter(conversation=conversation, author_role=Role.BUYER)
    first = written.order_by("sent_at", "pk").values_list("text", flat=True).first()
    return {"explanation": first} if first else {}
