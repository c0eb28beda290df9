"""What stands beside a claim: colleagues, earlier claims, similar ones, reminders, and what a page has missed."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from tests.buyer.reading import plain
from tests.conftest import PRESENT
from tests.desk.stage import Bench, a_bench, send, signed_in
from tests.desk.test_claims import REJECTION
from tests.factories import a_buyer, a_claim, a_shop, a_user, an_order

from recours.casework.commands.precedents import count_precedents
from recours.casework.commands.presence import forget_presence
from recours.casework.commands.reminding import ring
from recours.casework.models import Precedent, Presence, Reminder
from recours.claims.commands import act
from recours.claims.models import Claim, InternalNote
from recours.notices.models import Notice
from recours.outbox.models import Mail
from recours.people.commands import appoint_to_desk, appoint_to_shop
from recours.people.models import DeskRole, DeskStaff, User
from recours.rules.lifecycle import commands as c
from recours.rules.lifecycle.claim import MARKETPLACE

pytestmark = pytest.mark.django_db


@pytest.fixture
def bench() -> Bench:
    return a_bench()


@pytest.fixture
def desk(bench: Bench) -> Client:
    return signed_in(bench.charlie)


def url(claim: Claim, name: str = "") -> str:
    return f"/desk/claims/{claim.reference}/{name}"


def named(user: User, name: str) -> User:
    user.name = name
    user.save()
    return user


def ended(claim: Claim, resolution: str, **fields: Any) -> None:
    changed = {"state": "closed", "resolution": resolution, "closed_at": PRESENT} | fields
    Claim.objects.filter(pk=claim.pk).update(**changed)


def test_a_page_names_who_else_is_here_and_who_writes(bench: Bench, desk: Client, frozen_clock: Any) -> None:
    named(bench.chloe, "Chloé")
    claim = bench.escalated()
    other = signed_in(bench.chloe)

    other.get(url(claim))
    assert "Chloé regarde ce dossier" in desk.get(url(claim)).content.decode()
    other.post(url(claim, "here/?typing=1"))
    assert "Chloé écrit sur ce dossier" in desk.post(url(claim, "here/?typing=0")).content.decode()
    frozen_clock.move_to(PRESENT + dt.timedelta(seconds=61))
    assert "Chloé" not in desk.post(url(claim, "here/?typing=0")).content.decode()


def test_who_was_here_is_forgotten(bench: Bench, desk: Client) -> None:
    desk.get(url(bench.escalated()))

    forget_presence(now=PRESENT + dt.timedelta(hours=1))

    assert not Presence.objects.exists()


def test_a_page_hears_that_it_is_behind(bench: Bench, desk: Client) -> None:
    claim = bench.escalated()
    before = {"expected_seq": claim.seq}
    assert "a changé" not in desk.post(url(claim, "here/"), before).content.decode()

    act(claim.pk, c.Take(by=bench.agent(bench.chloe)))

    assert "Ce dossier a changé" in desk.post(url(claim, "here/"), before).content.decode()
    assert "a changé" not in desk.post(url(claim, "here/"), {"expected_seq": "x"}).content.decode()


def test_what_happened_meanwhile_is_listed_beside_the_text_that_was_kept(bench: Bench, desk: Client) -> None:
    claim = bench.escalated()
    seen = claim.seq
    act(claim.pk, c.MakeOffer(by=bench.seller, terms=claim.snapshot.wanted, reasons="Pour en finir."))

    page = desk.post(
        url(claim, "ask_evidence/"),
        {"expected_seq": seen, "of": "buyer", "text": "Une photo de l'étiquette, s'il vous plaît."},
    )

    shown = page.content.decode()
    assert page.status_code == 409
    assert "Ce qui s’est passé entre-temps" in shown
    assert [line.seq for line in page.context["changed"]] == [seen + 1]
    assert "Une photo de l&#x27;étiquette" in shown


def test_two_agents_who_rule_on_what_they_saw_have_one_ruling(bench: Bench, desk: Client) -> None:
    claim = bench.escalated()
    send(desk, claim, "rule", **REJECTION)

    second = signed_in(bench.chloe).post(url(claim, "rule/"), {"expected_seq": claim.seq, **REJECTION})

    claim.refresh_from_db()
    assert second.status_code == 409
    assert claim.snapshot.ruling.by == bench.charlie.pk
    assert REJECTION["reasons"] in second.content.decode()


def test_similar_claims_are_counted_with_their_number(bench: Bench, desk: Client) -> None:
    claim = bench.escalated()
    for resolution in ("refunded", "refunded", "granted_by_silence", "rejected", "withdrawn"):
        ended(bench.dispute(), resolution)
    ended(bench.dispute(), "rejected", ground="lost")
    ended(bench.dispute(), "rejected", disputed_minor=90_000)
    ended(bench.dispute(), "rejected", closed_at=PRESENT - dt.timedelta(days=366))

    assert "Aucun dossier semblable" in desk.get(url(claim)).content.decode()
    count_precedents(now=PRESENT)
    count_precedents(now=PRESENT)

    shown = desk.get(url(claim)).content.decode().replace("\u202f", " ")
    assert "75 % remboursés, 25 % rejetés (4 cas depuis un an)" in shown
    assert Precedent.objects.filter(ground="damaged", band=2).count() == 4


def test_earlier_claims_of_both_are_named(bench: Bench, desk: Client) -> None:
    claim = bench.escalated()
    of_alice = a_claim(an_order(bench.alice, a_shop(bench.place)))
    of_shop = a_claim(an_order(a_buyer(bench.place), bench.shop))
    ended(of_shop, "rejected")
    stranger = a_claim(an_order(a_buyer(bench.place), a_shop(bench.place)))

    page = desk.get(url(claim))

    assert [row["reference"] for row in page.context["beside"].of_buyer] == [of_alice.reference]
    assert [row["reference"] for row in page.context["beside"].of_shop] == [of_shop.reference]
    assert stranger.reference not in page.content.decode()


def test_earlier_claims_that_one_is_party_to_are_not_named(bench: Bench) -> None:
    claim = bench.escalated()
    theirs = a_shop(bench.place)
    party = a_user("Eve")
    appoint_to_desk(user=party, marketplace_id=bench.place.pk, role=DeskRole.AGENT)
    appoint_to_shop(user=party, shop_id=theirs.pk)
    a_claim(an_order(bench.alice, theirs))
    ended(a_claim(an_order(a_buyer(bench.place, user=party), bench.shop)), "rejected")

    found = signed_in(party).get(url(claim)).context["beside"]

    assert (found.of_buyer, found.of_shop) == ([], [])


def test_a_note_calls_a_colleague(bench: Bench, desk: Client) -> None:
    named(bench.chloe, "Chloé Marin")
    claim = bench.escalated()

    desk.post(url(claim, "note/"), {"note": "@chloe, relis @Chloé ? {claim.__class__}"})

    notice = Notice.objects.get(user=bench.chloe)
    assert (notice.detail, notice.path, notice.count) == ("mentioned", url(claim), 1)
    assert not Mail.objects.filter(user=bench.chloe).exists()
    assert "{claim.__class__}" in desk.get(url(claim)).content.decode()
    signed_in(bench.chloe).get(url(claim))
    notice.refresh_from_db()
    assert notice.seen_at == PRESENT


def test_a_note_calls_no_party_and_not_its_author(bench: Bench, desk: Client) -> None:
    for user, name in ((bench.bob, "Bob"), (bench.alice.user, "Alice"), (bench.charlie, "Charlie")):
        named(user, name)
        appoint_to_desk(user=user, marketplace_id=bench.place.pk, role=DeskRole.AGENT)
    named(bench.chloe, "Chloé")
    named(bench.admin, "Hélène")
    claim = bench.escalated()
    before = Notice.objects.count()

    desk.post(url(claim, "note/"), {"note": "@Bob @Alice @Charlie"})

    assert InternalNote.objects.count() == 1
    assert Notice.objects.count() == before


def test_a_claim_put_aside_comes_back_at_its_hour(bench: Bench, desk: Client, frozen_clock: Any) -> None:
    claim = bench.escalated()
    act(claim.pk, c.Take(by=bench.agent(bench.charlie)))

    def mine() -> list[str]:
        return [row.reference for row in desk.get("/desk/?queue=mine").context["page"].rows]

    set_it = desk.post(url(claim, "remind/"), {"at": "2026-11-21T09:00", "note": "Rappeler le transporteur"})

    assert set_it.status_code == 302
    assert mine() == []
    assert claim.reference in desk.get("/desk/").content.decode()
    at = Reminder.objects.get().at
    assert ring(now=at - dt.timedelta(seconds=1)) == 0
    frozen_clock.move_to(at)
    assert (ring(now=at), ring(now=at)) == (1, 0)
    assert mine() == [claim.reference]
    assert Notice.objects.get(user=bench.charlie, detail="reminder").path == url(claim)


@pytest.mark.parametrize(
    ("hours_left", "proposed"),
    [(48, "09:00"), (6, "20:00"), (1, "")],
)
def test_a_reminder_is_proposed_for_when_it_would_be_taken(
    bench: Bench, desk: Client, frozen_clock: Any, hours_left: int, proposed: str
) -> None:
    claim = bench.escalated()
    due = claim.snapshot.next_deadline
    assert due is not None
    frozen_clock.move_to(due.due_at - dt.timedelta(hours=hours_left))

    form = desk.get(url(claim)).context["reminder_form"]

    at = form.initial.get("at")
    assert (at.strftime("%H:%M") if at else "") == proposed
    if at is not None:
        typed = {"at": at.strftime("%Y-%m-%dT%H:%M")}
        assert desk.post(url(claim, "remind/"), typed).status_code == 302


@pytest.mark.parametrize(
    ("holder", "said", "stands"),
    [
        ("", "il reste dans la file.", "Jusque-là personne ne suit ce dossier"),
        ("chloe", "le dossier reste à qui le suit.", "Le dossier reste à qui le suit."),
        ("charlie", "y revient à cette heure", "n'est pas dans « Mes dossiers »"),
    ],
)
def test_a_reminder_says_where_it_comes_back(
    bench: Bench, desk: Client, holder: str, said: str, stands: str
) -> None:
    claim = bench.escalated()
    if holder:
        act(claim.pk, c.Take(by=bench.agent(getattr(bench, holder))))

    page = plain(desk.post(url(claim, "remind/"), {"at": "2026-11-21T09:00"}, follow=True))

    assert said in page
    assert stands in page


def test_who_left_the_desk_is_not_told_of_its_claims(bench: Bench, desk: Client) -> None:
    claim = bench.escalated()
    desk.post(url(claim, "remind/"), {"at": "2026-11-21T09:00"})
    DeskStaff.objects.filter(user=bench.charlie).delete()

    told = ring(now=Reminder.objects.get().at)

    assert told == 0
    assert not Notice.objects.filter(user=bench.charlie, detail="reminder").exists()


def test_the_log_names_to_whom_the_rules_gave_a_claim(bench: Bench, desk: Client) -> None:
    claim = bench.escalated()
    act(claim.pk, c.Assign(by=MARKETPLACE, agent=bench.chloe.pk))

    log = desk.get(url(claim)).context["log"]

    assert log[-1].lines == [f"Attribué à {bench.chloe}"]


@pytest.mark.parametrize(
    ("at", "why"),
    [
        ("2026-11-20T09:00", "Cette date est passée"),
        ("2027-11-20T09:00", "au plus"),
        ("2026-12-19T09:00", "doit agir sur ce dossier avant"),
        ("demain", "date"),
        ("", "obligatoire"),
    ],
)
def test_a_reminder_that_makes_late_is_refused(bench: Bench, desk: Client, at: str, why: str) -> None:
    claim = bench.escalated()

    page = desk.post(url(claim, "remind/"), {"at": at, "note": "Rappeler"})

    assert page.status_code == 422
    assert why in page.content.decode()
    assert "Rappeler" in page.content.decode()
    assert not Reminder.objects.exists()


def test_a_reminder_is_moved_and_taken_back(bench: Bench, desk: Client) -> None:
    claim = bench.escalated()
    desk.post(url(claim, "remind/"), {"at": "2026-11-21T09:00"})
    desk.post(url(claim, "remind/"), {"at": "2026-11-22T09:00"})

    assert Reminder.objects.get().at == dt.datetime(2026, 11, 22, 8, tzinfo=dt.UTC)
    desk.post(url(claim, "remind/"), {"forget": "1"})
    assert not Reminder.objects.exists()
    assert desk.post(f"/desk/claims/{uuid4()}/remind/").status_code == 404
