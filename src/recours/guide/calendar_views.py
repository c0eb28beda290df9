"""The days that count, as a file for any calendar."""

from __future__ import annotations

import datetime as dt

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods
from icalendar import Alarm, Calendar, Event

from recours import clock
from recours.guide.asking import first_open
from recours.guide.carrying import Carried
from recours.guide.showing import outcome_of
from recours.guide.views import show, with_answers
from recours.rules.guide import Entry, Outcome, entries
from recours.ui.language import lang

REMIND = dt.timedelta(days=-3)
"""Before the day begins, as the reminders of a claim do."""


@require_http_methods(["GET", "HEAD", "POST"])
@cache_control(private=True, no_store=True)
@with_answers
def dates(request: HttpRequest, found: Carried) -> HttpResponse:
    """Hand out the days to come."""
    if first_open(found.state) is not None:
        return show(request, found)
    now = clock.now()
    response = HttpResponse(
        calendar(outcome_of(found, now), now), content_type="text/calendar; charset=utf-8"
    )
    response.headers["Content-Disposition"] = 'attachment; filename="mes-dates.ics"'
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def calendar(came: Outcome, now: dt.datetime) -> bytes:
    """Return the calendar of an outcome: whole days, each with why and a reminder. Source: RFC 5545."""
    made = Calendar()
    made.add("prodid", "-//Recours//Guide//FR")
    made.add("version", "2.0")
    made.add("x-wr-calname", gettext("Mes dates, %(place)s") % {"place": came.profile.meta.name})
    for entry in entries(came, lang()):
        made.add_component(_event(entry, now))
    return bytes(made.to_ical())


def _event(entry: Entry, now: dt.datetime) -> Event:
    event = Event()
    event.add("uid", entry.uid)
    event.add("dtstamp", now)
    event.add("dtstart", entry.on)
    event.add("dtend", entry.on + dt.timedelta(days=1))
    event.add("summary", entry.title)
    event.add("description", entry.text)
    event.add("transp", "TRANSPARENT")
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", entry.title)
    alarm.add("trigger", REMIND)
    event.add_component(alarm)
    return event
