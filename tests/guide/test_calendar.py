"""The days that count, opened again by the library that calendars are read with."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from icalendar import Calendar
from tests.guide.walking import DAMAGED, Walker

pytestmark = pytest.mark.django_db


def test_every_day_to_come_is_an_event_with_its_explanation(client: Client) -> None:
    walker = Walker(client)
    walker.answers(DAMAGED)

    walker.sends("/guide/dates.ics")

    assert walker.page.headers["Content-Type"].startswith("text/calendar")
    opened = Calendar.from_ical(walker.page.content)
    events = {str(event["summary"]): event for event in opened.walk("VEVENT")}
    conformity = events["Fin de la garantie légale de conformité"]
    assert conformity["dtstart"].dt == dt.date(2028, 11, 12)
    assert "L217-3" in conformity["description"]
    assert len({str(event["uid"]) for event in events.values()}) == len(events)
    assert all(event.walk("VALARM") for event in events.values())


def test_the_calendar_speaks_the_language_of_its_reader(client: Client) -> None:
    walker = Walker(client)
    walker.answers(DAMAGED)
    walker.sends(language="en")

    walker.sends("/guide/dates.ics")

    assert "guarantee" in walker.text.replace("\r\n ", "")


def test_nothing_typed_breaks_out_of_its_line(client: Client) -> None:
    walker = Walker(client)
    walker.answers(
        DAMAGED
        | {"purchase": DAMAGED["purchase"] | {"product": "x\r\nEND:VCALENDAR", "order_number": "1;,\\"}}
    )

    walker.sends("/guide/dates.ics")

    assert walker.text.count("END:VCALENDAR") == 1
