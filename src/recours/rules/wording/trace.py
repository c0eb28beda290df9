"""The explanation of a date, in words: one line per step, fit to be pasted into a letter."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from recours.rules.calendars import Calendar
from recours.rules.windows import Dated, TraceStep
from recours.rules.wording import format as formats
from recours.rules.wording import has, say
from recours.rules.wording.format import Lang, Until, Value


def trace_text(dated: Dated, lang: Lang) -> str:
    """Return the whole explanation, one step a line."""
    return "\n".join(trace_lines(dated.trace, dated.zone, lang))


def trace_lines(trace: Sequence[TraceStep], zone: str, lang: Lang) -> list[str]:
    """Put each step into words, the instants shown in `zone`; says so when no pause moved the date."""
    lines = [step_text(step, zone, lang) for step in trace]
    kinds = {step.kind for step in trace}
    if "add" in kinds and "pause" not in kinds:
        lines.append(say(lang, "trace.pause.none"))
    return lines


def step_text(step: TraceStep, zone: str, lang: Lang) -> str:
    """Put one step into words."""
    words: dict[str, Value] = {}
    for name, value in step.params.items():
        words[name] = _word(name, value, lang)
    if step.at is not None:
        words["at"] = _at(step, step.at, zone)
    words["zone"] = formats.zone(zone, lang)
    if "holiday_on" in step.params:
        words["name"] = _holiday_name(step, lang)
    if step.kind == "pause":
        words["length"] = _length(int(step.params["minutes"]), lang)
    return say(lang, f"trace.{step.kind}.{step.code}", **words)


def rule_text(rule: str, lang: Lang) -> str:
    """Name a line of the policy or of the law ("seller.response"); the code itself where no text is known."""
    return say(lang, f"rule.{rule}") if has(lang, f"rule.{rule}") else rule


def event_text(event: str, lang: Lang) -> str:
    """Name what happened ("dispute_opened"); the code itself where no text is known."""
    return say(lang, f"event.{event}") if has(lang, f"event.{event}") else event


def source_text(source: str, lang: Lang) -> str:
    """Put a source into words.

    `law:FR:conso:L221-18` is an article, `policy:NAME:VERSION:ISO DATE` a version of a policy; anything
    else is shown as it is.
    """
    match source.split(":"):
        case ["law", _, code, article]:
            return say(lang, f"source.{code}", article=article)
        case ["policy", name, version, published_on]:
            on = formats.day(date.fromisoformat(published_on), lang, weekday=False)
            return say(lang, "source.policy", name=name, version=version, published_on=on)
        case _:
            return source


def _word(name: str, value: str | int, lang: Lang) -> Value:
    if isinstance(value, int):
        return value
    if name.endswith("_on"):
        return date.fromisoformat(value)
    texts = {"rule": rule_text, "event": event_text, "source": source_text}
    return texts[name](value, lang) if name in texts else value


def _at(step: TraceStep, at: datetime, zone: str) -> Value:
    if step.kind == "start" or step.code == "opens":
        return formats.local(at, zone)
    return Until(at, zone)


def _holiday_name(step: TraceStep, lang: Lang) -> str:
    subdivision = step.params.get("subdivision")
    calendar = Calendar("UTC", str(step.params["country"]), None if subdivision is None else str(subdivision))
    return calendar.holiday_name(date.fromisoformat(str(step.params["holiday_on"])), lang)


def _length(minutes: int, lang: Lang) -> str:
    days, rest = divmod(minutes, 24 * 60)
    hours, minutes = divmod(rest, 60)
    parts = [
        say(lang, f"length.{unit}", count=count)
        for unit, count in (("days", days), ("hours", hours), ("minutes", minutes))
        if count
    ]
    return " ".join(parts) or say(lang, "length.minutes", count=0)
