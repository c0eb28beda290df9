"""What a tracking number looks like, in words."""

from __future__ import annotations

from dataclasses import dataclass

from recours.rules.lifecycle.refusals import TrackingDigitWrong, TrackingFormatWrong
from recours.rules.tracking import MAX_CHARS, Checked, Verdict, checked
from recours.rules.wording import say
from recours.ui.language import lang


@dataclass(frozen=True)
class Looks:
    """A sentence on a number, and whether it asks to read it again."""

    text: str
    is_wrong: bool = False


def looks(found: Checked) -> Looks:
    """Say what a number looks like; one that looks wrong with the way out."""
    if found.verdict is Verdict.WRONG_DIGIT:
        wrong = TrackingDigitWrong(number=found.number)
        return Looks(f"{wrong.explain(lang())} {wrong.remedy(lang())}", is_wrong=True)
    if found.verdict is Verdict.WRONG_FORMAT:
        strange = TrackingFormatWrong(carrier=found.carrier, like=found.like)
        return Looks(f"{strange.explain(lang())} {strange.remedy(lang())}", is_wrong=True)
    return Looks(say(lang(), f"tracking.{found.verdict}", carrier=found.carrier))


def typed_looks(carrier: str, number: str) -> Looks | None:
    """Judge what has been typed so far; None while there is too little to say anything."""
    found = checked(carrier[:MAX_CHARS], number[:MAX_CHARS])
    return looks(found) if found.carrier and len(found.number) >= 8 else None
