"""Keeping a mail before looking at it: twice is once, our failures lose nothing, and machines are not answered."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from tests.channels.stage import Stage, written
from tests.factories import a_shop

from recours.channels.commands import attend, ingest, receive, receiving
from recours.channels.commands.receiving import due
from recours.channels.models import InboundMail
from recours.conversations.commands import send_message
from recours.files import storage, sweep
from recours.files.models import SealedContent
from recours.outbox.models import Mail
from recours.outbox.sending import send_due
from recours.rules.conversation import LIMITS
from recours.rules.lifecycle.claim import Actor
from recours.rules.lifecycle.vocabulary import Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def stage() -> Stage:
    return Stage()


def from_alice(stage: Stage, text: str, **more: str) -> bytes:
    return written(stage.to_alice, sender=stage.alice.email, text=text, **more)


def answers(address: str) -> int:
    return Mail.objects.filter(kind="answer", address=address).count()


def test_same_bytes_twice_are_one_mail(stage: Stage) -> None:
    raw = from_alice(stage, "Une fois.")

    first, second = ingest(raw, source="imap", now=stage.now), ingest(raw, source="command", now=stage.now)

    assert first.pk == second.pk
    assert stage.messages() == ["Une fois."]


def test_same_mail_by_two_ways_is_one_message(stage: Stage) -> None:
    raw = from_alice(stage, "Une fois.", number="<un@courrier.example.org>")

    ingest(raw, source="imap", now=stage.now)
    ingest(b"Received: by another server\n" + raw, source="webhook", now=stage.now)

    assert stage.messages() == ["Une fois."]


def test_program_that_numbers_all_its_mails_alike_loses_none(stage: Stage) -> None:
    for text in ("Premier courriel.", "Deuxième, tout autre."):
        ingest(from_alice(stage, text, number="<1@x>"), source="imap", now=stage.now)

    assert stage.messages() == ["Premier courriel.", "Deuxième, tout autre."]


def test_bytes_are_sealed_and_no_orphan(stage: Stage) -> None:
    raw = from_alice(stage, "Gardé.")

    row = receive(raw, source="imap", now=stage.now)

    with storage.read(row.sha256) as kept:
        assert kept.read() == raw
    assert SealedContent.objects.get().size_bytes == len(raw)
    assert list(sweep.orphans(now=stage.now + dt.timedelta(days=3))) == []


def test_a_lost_seal_is_a_fault(stage: Stage) -> None:
    row = receive(from_alice(stage, "Perdu."), source="imap", now=stage.now)
    storage.store().delete(storage.path_of(row.sha256))

    assert [(fault.part, fault.sha256, fault.wrong) for fault in sweep.faults()] == [
        ("sealed", row.sha256, "missing")
    ]


def test_failure_of_ours_is_tried_again_and_shown_at_last(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = receive(from_alice(stage, "Bonjour."), source="imap", now=stage.now)

    def fails(*args: object, **rest: object) -> None:
        raise RuntimeError("a defect")

    monkeypatch.setattr(receiving, "place", fails)
    now = stage.now
    tries = 0
    while due(now):
        attend(row.pk, now=now)
        tries += 1
        now += dt.timedelta(hours=3)

    row.refresh_from_db()
    assert (tries, row.outcome, row.because) == (5, "unplaced", "fault")


def test_crash_between_keeping_and_looking_is_made_good(stage: Stage) -> None:
    row = receive(from_alice(stage, "Bonjour."), source="imap", now=stage.now)

    assert due(stage.now) == [row.pk]
    attend(row.pk, now=stage.now)

    assert stage.messages() == ["Bonjour."]
    assert due(stage.now) == []


def test_more_than_anybody_writes_waits_and_is_not_lost(stage: Stage) -> None:
    most = LIMITS[0].count
    words = [f"Message numéro {'abcdefghijklmnopqrstuvwxyz'[n]}" for n in range(most + 1)]

    rows = [ingest(from_alice(stage, text), source="imap", now=stage.now) for text in words]

    assert rows[-1].outcome == "received"
    assert rows[-1].because == "pace"
    later = stage.now + dt.timedelta(minutes=11)
    for mail_id in due(later):
        attend(mail_id, now=later)
    assert sorted(stage.messages()) == sorted([*words[1:], words[0]])[-len(stage.messages()) :]
    assert len(stage.messages()) >= most


def test_thirty_megabytes_are_refused_with_an_answer(stage: Stage) -> None:
    raw = from_alice(stage, "Photo jointe.") + b"A" * 30_000_001

    row = ingest(raw, source="imap", now=stage.now)

    assert (row.outcome, row.because, stage.messages()) == ("refused", "too_large", [])
    assert answers(stage.alice.email) == 1
    send_due()
    told = Mail.objects.get(kind="answer")
    assert "30\u00a0Mo" in told.text or "30 Mo" in told.text
    assert "Photo jointe" not in told.text


def test_stranger_hears_from_us_once_a_day_and_never_their_own_words(stage: Stage) -> None:
    for number in range(50):
        raw = written("reponse@example.org", sender="victime@example.org", text=f"Montres {number}")
        ingest(raw, source="imap", now=stage.now)
    next_day = stage.now + dt.timedelta(hours=25)
    ingest(
        written("reponse@example.org", sender="victime@example.org", text="Encore"),
        source="imap",
        now=next_day,
    )

    assert answers("victime@example.org") == 2
    send_due()
    told = Mail.objects.filter(kind="answer").order_by("created_at").first()
    assert told is not None
    assert "Montres" not in told.text + told.html + told.subject
    assert told.state == Mail.State.SENT


def test_party_is_told_of_refused_mails_three_times_a_day(stage: Stage) -> None:
    for number in range(6):
        ingest(from_alice(stage, " ", number=f"<{number}@x>"), source="imap", now=stage.now)

    assert answers(stage.alice.email) == 3


def test_two_autoresponders_stop(stage: Stage) -> None:
    """Both answer every mail at once, and mark nothing: each is heard once."""
    said = {stage.alice.pk: "Je suis absente jusqu'au {}.", stage.bob.pk: "Fermé, réouverture le {}."}
    to = {stage.alice.pk: stage.to_alice, stage.bob.pk: stage.to_bob}
    by = Actor(Role.BUYER, stage.alice.pk)
    send_message(conversation_id=stage.conversation.pk, by=by, text="Bonjour ?", now=stage.now)
    answered: set[Any] = set(Mail.objects.filter(kind="message").values_list("pk", flat=True)[:0])
    now = stage.now

    for step in range(20):
        now += dt.timedelta(minutes=3)
        for mail in Mail.objects.filter(kind="message").exclude(pk__in=answered):
            answered.add(mail.pk)
            text = said[mail.user_id].format(step)
            raw = written(to[mail.user_id], sender=mail.address, text=text, subject="Re: Casque")
            ingest(raw, source="imap", now=now)

    assert len(stage.messages()) == 2
    assert set(InboundMail.objects.values_list("outcome", flat=True)) == {"posted", "automatic"}


def test_shop_without_staff_answers_at_its_own_address(stage: Stage) -> None:
    shop = a_shop(stage.place, email="boutique@example.org")
    stage.conversation.shop = shop
    stage.conversation.save()
    address = stage.address(Role.SELLER, None, "boutique@example.org")

    row = ingest(
        written(address, sender="boutique@example.org", text="Bonjour."), source="imap", now=stage.now
    )

    assert row.outcome == "posted"
    assert row.message is not None
    assert (row.message.author_role, row.message.author_id) == ("seller", None)


def test_expired_address_takes_nothing(stage: Stage) -> None:
    later = stage.now + dt.timedelta(days=366)

    row = ingest(from_alice(stage, "Un an après."), source="imap", now=later)

    assert (row.outcome, row.because) == ("unplaced", "address_expired")
