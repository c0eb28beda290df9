"""Opening a claim's page at the desk: who has it open is noted, its news are seen, and other pages hear of both."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import psycopg
import pytest
from django.db import connection
from tests.conftest import PRESENT
from tests.desk.stage import Bench, a_bench

from recours import live
from recours.casework.commands.presence import LOOKS_FOR, note_presence, open_page
from recours.casework.models import Presence
from recours.live.announcing import CHANNEL
from recours.notices.commands import News, Reader, tell
from recours.notices.kinds import Kind
from recours.notices.queries import unseen
from recours.rules.lifecycle.vocabulary import Role

pytestmark = pytest.mark.django_db(transaction=True)

END = "end"


@pytest.fixture
def ear() -> Iterator[psycopg.Connection]:
    with psycopg.connect(**connection.get_connection_params(), autocommit=True) as ear:
        ear.execute(f"LISTEN {CHANNEL}")
        yield ear


def heard(ear: psycopg.Connection) -> list[str]:
    """Return what was announced until now."""
    live.announce(END)
    topics = []
    for notification in ear.notifies():
        if notification.payload == END:
            break
        topics.append(notification.payload)
    return sorted(topics)


@pytest.fixture
def bench() -> Bench:
    return a_bench()


def test_colleagues_hear_of_it_once_and_the_bell_when_it_is_cleared(
    bench: Bench, ear: psycopg.Connection
) -> None:
    claim, me = bench.escalated(), bench.charlie
    reader = Reader(role=Role.AGENT, address="", user_id=me.pk)
    for key in ("1", "2"):
        news = News(
            reader=reader, kind=Kind.MESSAGE, key=key, topic=f"claim:{claim.pk}", marketplace_id=bench.place.pk,
            title=claim.title, path=f"/desk/claims/{claim.reference}/", renderer="", payload={},
        )  # fmt: skip
        tell([news], now=PRESENT)
    heard(ear)

    open_page(claim_id=claim.pk, user_id=me.pk, now=PRESENT)
    assert heard(ear) == sorted([f"desk:{claim.pk}", f"user:{me.pk}"])
    assert unseen(me.pk) == 0

    open_page(claim_id=claim.pk, user_id=me.pk, now=PRESENT + dt.timedelta(seconds=20))
    assert heard(ear) == []

    note_presence(claim_id=claim.pk, user_id=me.pk, typing=True, now=PRESENT + dt.timedelta(seconds=21))
    assert heard(ear) == [f"desk:{claim.pk}"]

    open_page(claim_id=claim.pk, user_id=me.pk, now=PRESENT + dt.timedelta(seconds=22) + LOOKS_FOR)
    assert heard(ear) == [f"desk:{claim.pk}"]
    assert Presence.objects.get(claim=claim).user_id == me.pk
