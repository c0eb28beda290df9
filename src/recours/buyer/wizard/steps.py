"""The questions of the wizard, in order; each says when it applies. Adding one is adding a line."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms

from recours.buyer.wizard.forms import GroundForm, LinesForm, ReceivedForm, StoryForm, WantedForm
from recours.buyer.wizard.matter import Matter
from recours.marketplaces.models import DeliverySource

Answers = Mapping[str, Any]


@dataclass(frozen=True)
class Step:
    """One page. `applies` is asked with the answers before it."""

    slug: str
    form: Callable[..., forms.Form]
    template: str
    applies: Callable[[Matter, Answers], bool] = lambda matter, answers: True


def _has_choice_of_lines(matter: Matter, answers: Answers) -> bool:
    free = [line for line in matter.lines if line.pk not in matter.taken]
    return len(free) > 1 or any(line.quantity > 1 for line in free)


def _day_is_the_buyers_to_tell(matter: Matter, answers: Answers) -> bool:
    ground = (answers.get("ground") or {}).get("ground")
    if matter.order is None or ground is None or not ground.goods_received:
        return False
    quantities = (answers.get("lines") or {}).get("quantities") or {}
    chosen = [line for line in matter.lines if not quantities or line.pk in quantities]
    told_here = matter.draft is not None and "received" in matter.draft.answers
    return any(
        line.parcel is None
        or line.parcel.delivered_on is None
        or (told_here and line.parcel.delivery_source == DeliverySource.BUYER)
        for line in chosen
    )


STEPS: tuple[Step, ...] = (
    Step("lines", LinesForm, "buyer/wizard/lines.html", _has_choice_of_lines),
    Step("ground", GroundForm, "buyer/wizard/ground.html"),
    Step("received", ReceivedForm, "buyer/wizard/received.html", _day_is_the_buyers_to_tell),
    Step("wanted", WantedForm, "buyer/wizard/wanted.html"),
    Step("story", StoryForm, "buyer/wizard/story.html"),
)
SUMMARY = "summary"
"""The last page: everything, what will happen, and the button."""
