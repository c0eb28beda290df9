"""Entitlements and the meter in words: the same sentences on the command line, in pages and in letters."""

from __future__ import annotations

from collections.abc import Iterable

from recours.rules.entitlement import Entitlement, Kind, Side
from recours.rules.surcharge import Lateness, Meter
from recours.rules.windows import Dated, Unit, Window
from recours.rules.wording import format as formats
from recours.rules.wording import say
from recours.rules.wording.format import Lang, Value
from recours.rules.wording.trace import source_text


def kind_text(kind: Kind, lang: Lang) -> str:
    """Name what is compared: "Renvoyer l'article"."""
    return say(lang, f"entitlement.{kind.value}")


def side_text(side: Side, lang: Lang) -> str:
    """Say what one side gives: "14 jours, puis 14 jours : 16 novembre, puis 30 novembre"."""
    if side.payer is not None:
        return say(lang, f"side.{side.payer}")
    words: dict[str, Value] = {}
    if len(side.windows) == 1:
        form, words["window"] = "window", _window(side.windows[0], lang)
    else:
        form, words = _two(side, lang)
    if side.dated is not None:
        form = f"{form}_dated"
        words["first_on"], words["on"] = _day(side.dates[0], lang), _day(side.dated, lang)
    said = say(lang, f"side.{form}", **words)
    return said if side.verified else f"{said} {say(lang, 'rights.unverified')}"


def counted_text(line: Entitlement, lang: Lang) -> str:
    """Say what counts: a day to its end or an instant, or who pays, or the better side without dates."""
    if line.counted is not None:
        on, ends_day = formats.last_day(line.counted.due_at, line.counted.zone)
        if ends_day:
            return formats.day(on, lang)
        return formats.until(line.counted.due_at, line.counted.zone, lang)
    if line.payer is not None:
        return say(lang, f"side.{line.payer}")
    return side_text(line.law if line.better == "law" and line.law is not None else line.policy, lang)


def source_lines(lines: Iterable[Entitlement], lang: Lang) -> list[str]:
    """Return the articles and versions that a comparison cites, each once, those to be checked marked."""
    found: dict[str, bool] = {}
    for line in lines:
        for side in (line.policy, line.law):
            for article in side.articles if side is not None else ():
                found[article] = found.get(article, True) and side is not None and side.verified
    return [
        source_text(article, lang) + ("" if verified else f" {say(lang, 'rights.unverified')}")
        for article, verified in found.items()
    ]


def meter_lines(meter: Meter, lang: Lang) -> list[str]:
    """Say what a late refund costs today, and what it will cost at the next step."""
    if meter.days_late == 0:
        lines = [say(lang, "meter.in_time", due_on=meter.due_on)]
    else:
        lines = [
            say(
                lang,
                "meter.late",
                amount=meter.amount,
                due_on=meter.due_on,
                on=meter.on,
                days=meter.days_late,
            ),
        ]
        # Interest at a rate nobody has published yet is not "0.00": only the next line speaks of it.
        if meter.rate_known or not meter.surcharge.is_zero:
            lines.append(_added(meter, lang))
    if not meter.rate_known:
        lines.append(say(lang, "meter.rate_unknown"))
    if meter.next_on is not None and meter.next_surcharge is not None and meter.next_basis_points is not None:
        share = formats.percent(meter.next_basis_points, lang)
        words: dict[str, Value] = {
            "next_on": meter.next_on,
            "share": share,
            "surcharge": meter.next_surcharge,
        }
        lines.append(say(lang, "meter.next", **words))
    return lines


def lateness_lines(found: Lateness, lang: Lang) -> list[str]:
    """Say what each part that was paid late came to, what the rest has come to today, and what the next step adds."""
    lines = [_paid_late(meter, lang) for meter in found.paid]
    running = found.running
    if running is None:
        lines.append(say(lang, "meter.still_due", surcharge=found.surcharge) if found.rate_known else "")
        return [line for line in lines if line]
    if not running.rate_known and running.surcharge.is_zero:
        lines.append(say(lang, "meter.unpublished", source=source_text(running.ref, lang)))
        return lines + meter_lines(running, lang)[2:]
    return lines + meter_lines(running, lang)[1:]


def _paid_late(meter: Meter, lang: Lang) -> str:
    published = meter.rate_known or not meter.surcharge.is_zero
    return say(
        lang,
        "meter.paid_late" if published else "meter.paid_late_unpublished",
        amount=meter.amount,
        on=meter.on,
        days=meter.days_late,
        source=source_text(meter.ref, lang),
        **({"surcharge": meter.surcharge} if published else {}),
    )


def _added(meter: Meter, lang: Lang) -> str:
    words: dict[str, Value] = {
        "surcharge": meter.surcharge,
        "source": source_text(meter.ref, lang),
        "total": meter.total,
    }
    if meter.basis_points is None:
        return say(lang, "meter.interest", **words)
    if meter.capped:
        return say(lang, "meter.share_and_interest", **words)
    return say(lang, "meter.share", share=formats.percent(meter.basis_points, lang), **words)


def _two(side: Side, lang: Lang) -> tuple[str, dict[str, Value]]:
    """Two windows: one after the other where each has its date, a least and a most otherwise."""
    first, second = side.windows
    if len(side.articles) == 2:
        return "two_windows", {"first": _window(first, lang), "second": _window(second, lang)}
    if first.unit is Unit.DAYS and second.unit is Unit.DAYS:
        return "between", {"first": first.count, "second": second.count}
    return "apart", {"first": _window(first, lang), "second": _window(second, lang)}


def _window(window: Window, lang: Lang) -> str:
    return formats.window(window.count, window.unit, lang)


def _day(dated: Dated, lang: Lang) -> str:
    return formats.day(dated.last_on, lang, weekday=False)
