"""What templates need to write money, dates and icons, in the words and signs of `rules.wording.format`.

Instants are shown in Django's current time zone, which is the marketplace's.
"""

from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache, lru_cache
from typing import Literal

from babel.dates import format_date, format_timedelta
from django import template
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from recours import clock
from recours.rules.money import Money
from recours.rules.windows import Dated
from recours.rules.wording import Lang
from recours.rules.wording import format as formats
from recours.rules.wording.trace import trace_lines
from recours.ui.language import lang

register = template.Library()

AMBER = timedelta(hours=48)
RED = timedelta(hours=12)
"""A deadline nearer than these is drawn in another colour, and says so in words."""
HOURS_BEFORE_DAYS = 48
KEPT = 1024
"""Dates and spans that a process keeps worded: a list says the same ones on every line and to every reader."""
_LOCALES = {"fr": "fr", "en": "en_GB", "zh": "zh_Hans_CN"}


def _local(at: datetime) -> datetime:
    return timezone.localtime(at)


def _shows_year(on: date) -> bool:
    return on.year != _local(clock.now()).year


def _day_and_time(at: datetime) -> str:
    local, language = _local(at), lang()
    shown = formats.day(local.date(), language, year=_shows_year(local.date()))
    between = " " if language == "zh" else ", "
    return f"{shown}{between}{formats.time(local.hour, local.minute, language)}"


def _shown_end(at: datetime) -> datetime:
    """Return the instant to write for an exclusive end: the last minute of a day that ends there, else the end."""
    _on, ends_day = formats.last_day(at, timezone.get_current_timezone_name())
    return at - timedelta(minutes=1) if ends_day else at


@register.filter
def money(amount: Money | int | None, currency: str = "") -> str:
    """Write an amount: `{{ price|money }}`, or `{{ row.minor|money:row.currency }}`. Nothing for None."""
    if amount is None:
        return ""
    shown = amount if isinstance(amount, Money) else Money(amount, currency)
    return formats.money(shown, lang())


@register.filter
def when(at: datetime | None) -> str:
    """Write an instant: "mardi 24 novembre, 18 h 00"; with its year when that is not the present one."""
    return _day_and_time(at) if at else ""


@register.filter
def until(at: datetime | None) -> str:
    """Write an exclusive end, as the sentences of the rules do: one at midnight is "mardi 24 novembre, 23 h 59"."""
    return _day_and_time(_shown_end(at)) if at else ""


@register.filter
def day(on: date | datetime | None) -> str:
    """Write a day: "mardi 24 novembre"; with its year when that is not the present one."""
    if on is None:
        return ""
    local = _local(on).date() if isinstance(on, datetime) else on
    return formats.day(local, lang(), year=_shows_year(local))


@register.filter
def until_day(at: datetime | None) -> str:
    """Write the last day that an exclusive end leaves: "mardi 24 novembre"."""
    return day(at - timedelta(microseconds=1)) if at else ""


@register.filter
def day_short(on: date | datetime | None) -> str:
    """Write a day where room is short, always beside a full date: "24 nov."."""
    if on is None:
        return ""
    local = _local(on).date() if isinstance(on, datetime) else on
    return _short(local, lang(), with_year=_shows_year(local))


@lru_cache(KEPT)
def _short(on: date, language: Lang, *, with_year: bool) -> str:
    if language == "zh":
        return formats.day(on, "zh", weekday=False, year=with_year)
    shown = format_date(on, "d\u00a0MMM y" if with_year else "d\u00a0MMM", locale=_LOCALES[language])
    if language == "fr" and on.day == 1:
        shown = "1er" + shown[1:]
    return shown


@register.filter
def until_short(at: datetime | None) -> str:
    """Write an exclusive end where room is short: "24 nov., 23 h 59"."""
    if at is None:
        return ""
    shown = _shown_end(at)
    return f"{day_short(shown)}, {clock_time(shown)}"


@register.filter
def relative(at: datetime | None) -> str:
    """Say how far an instant is from now: "dans 4 jours", "il y a 2 h". Rounded down: never promises more.

    `static/ui/js/page.js` says the same in the browser, a minute at a time.
    """
    if at is None:
        return ""
    distance = at - clock.now()
    seconds = int(abs(distance).total_seconds())
    if seconds < 3600:
        return _span("minute", max(1, seconds // 60), lang(), is_past=distance < timedelta())
    if seconds < HOURS_BEFORE_DAYS * 3600:
        return _span("hour", seconds // 3600, lang(), is_past=distance < timedelta())
    return _span("day", seconds // 86400, lang(), is_past=distance < timedelta())


@lru_cache(KEPT)
def _span(unit: Literal["minute", "hour", "day"], count: int, language: Lang, *, is_past: bool) -> str:
    style: Literal["short", "long"] = "short" if language == "fr" and unit != "day" else "long"
    # The threshold no count reaches keeps the unit that was chosen.
    return format_timedelta(
        timedelta(**{f"{unit}s": count}) * (-1 if is_past else 1),
        granularity=unit,
        threshold=10**9,
        add_direction=True,
        format=style,
        locale=_LOCALES[language],
    )


@register.filter
def urgency(due_at: datetime | None) -> str:
    """Return "late", "red" (under 12 hours), "amber" (under 48) or "" for a deadline."""
    if due_at is None:
        return ""
    left = due_at - clock.now()
    if left <= timedelta():
        return "late"
    if left < RED:
        return "red"
    return "amber" if left < AMBER else ""


@register.filter
def explain(dated: Dated | None) -> list[str]:
    """Return the lines that explain a date, for `why.html`: `{% include … with steps=dated|explain %}`."""
    return trace_lines(dated.trace, dated.zone, lang()) if dated else []


@register.filter
def trace_step(line: str) -> dict[str, object]:
    """Take the + or the = off the front of a line, to be drawn in a column of its own."""
    sign = line[0] if line[:2] in ("+ ", "= ") else ""
    return {"sign": sign, "text": line.removeprefix(f"{sign} "), "is_end": sign == "="}


@register.filter
def iso(at: datetime | None) -> str:
    """Return the value of a `datetime` attribute, with the local offset."""
    return _local(at).isoformat(timespec="seconds") if at else ""


@register.filter
def iso_day(on: date | datetime | None) -> str:
    """Return the value of a `datetime` attribute for a day, or for an instant shown as one."""
    if on is None:
        return ""
    return (_local(on).date() if isinstance(on, datetime) else on).isoformat()


@register.filter
def clock_time(at: datetime | None) -> str:
    """Write a time of the day: "14 h 07"."""
    return formats.time(_local(at).hour, _local(at).minute, lang()) if at else ""


@register.filter
def file_size(size: int | None) -> str:
    """Write a number of bytes as people read it: "81 ko", "2,4 Mo"; "81 kB", "2.4 MB"."""
    if size is None:
        return ""
    language = lang()
    if size < 1_000_000:
        unit, shown = ("ko" if language == "fr" else "kB"), Decimal(max(1, round(size / 1000)))
    else:
        unit, shown = (
            ("Mo" if language == "fr" else "MB"),
            Decimal(round(size / 1_000_000, 1)).quantize(Decimal("0.1")),
        )
    return f"{formats.number(shown, language)}{formats.NO_BREAK}{unit}"


@register.filter
def of_type(field: object, kind: str) -> bool:
    """Is the bound field's widget (or the widget itself) of that class, or of one made from it?"""
    widget = getattr(getattr(field, "field", None), "widget", field)
    return any(base.__name__ == kind for base in type(widget).__mro__)


@register.simple_tag
@cache
def icon(name: str) -> SafeString:
    """Draw an icon of `icons.svg`. It is decoration: a word always stands beside it."""
    return format_html(
        '<svg class="icon" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>',
        static("ui/icons.svg"),
        name,
    )


@register.simple_tag
def server_time() -> str:
    """Return the present instant, from which the browser counts: its own clock may be wrong."""
    return clock.now().isoformat(timespec="seconds")


@register.simple_tag
def moment(at: datetime | None, *, with_relative: bool = False) -> SafeString:
    """Write an instant as a `<time>`; with `with_relative=True`, how far it is follows in brackets."""
    if at is None:
        return SafeString("")
    if not with_relative:
        return format_html('<time datetime="{}">{}</time>', iso(at), when(at))
    return format_html(
        '<time datetime="{0}">{1}</time> <span class="muted">(<span data-relative="{0}">{2}</span>)</span>',
        iso(at),
        when(at),
        relative(at),
    )
