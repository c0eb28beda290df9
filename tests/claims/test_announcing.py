"""Every change of a claim reaches whom it concerns: in its transaction, once, and in few statements."""

import datetime as dt
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests.at_once import at_once
from tests.claims.stage import Stage, forget, mailed
from tests.conftest import PRESENT
from tests.factories import (
    a_buyer,
    a_claim,
    a_marketplace,
    a_payment,
    a_refund_due,
    a_seller,
    a_shop,
    a_user,
    an_agent,
    an_order,
    euros,
    the_buyer,
)
from tests.rules.lifecycle.told import AGENT, ASKED, BUYER, EXPECTED, SELLER, happened

from recours.claims.announcing import TELL_EVENTS, Change, announce
from recours.claims.commands import act
from recours.claims.commands.evidence import write_message
from recours.claims.models import Claim, ClaimEvent
from recours.claims.sweep import sweep
from recours.marketplaces.models import Shop
from recours.notices.kinds import Kind
from recours.notices.models import MailChoice, Notice
from recours.notices.telling import NEWS
from recours.outbox.models import Mail
from recours.people.commands import appoint_to_shop
from recours.people.models import User
from recours.rules.lifecycle import commands as c
from recours.rules.lifecycle import events as e
from recours.rules.lifecycle.claim import Actor, Terms
from recours.rules.lifecycle.refusals import TextMissing
from recours.rules.lifecycle.vocabulary import Ground, Remedy, Role

pytestmark = pytest.mark.django_db

SILENT = PRESENT + dt.timedelta(days=6)


@pytest.fixture
def stage() -> Stage:
    return Stage()


ROWS = [*((kind, role, {}, told) for (kind, role), told in EXPECTED.items())]
ROWS += [
    (e.EvidenceRequested, AGENT, {"of": asked, "text": "Une photo ?"}, told) for asked, told in ASKED.items()
]


@pytest.mark.parametrize(
    ("kind", "role", "fields", "told"), ROWS, ids=[f"{kind.__name__}-{role}" for kind, role, *_ in ROWS]
)
def test_each_event_is_told_to_each_role(
    stage: Stage, kind: type[e.Event], role: Role, fields: dict[str, Any], told: dict[Role, str]
) -> None:
    stage.hold()
    event = happened(kind, role, **(fields | ({"agent": stage.charlie.pk} if kind is e.Assigned else {})))
    if kind is e.Assigned:
        event = happened(kind, role, agent=event.by.id)

    announce([Change(stage.claim.pk, stage.claim.snapshot, [(7, event)])], now=PRESENT)

    assert stage.heard() == told
    assert mailed() == sorted(set(told) - {AGENT})
    for mail in Mail.objects.all():
        assert (mail.topic, mail.renderer, mail.state) == (f"claim:{stage.claim.pk}", "claims", "waiting")
        assert mail.payload == {"claim": str(stage.claim.pk), "seq": 7}
        assert mail.key == f"claim:{stage.claim.pk}:7:{mail.user_id}"
        assert mail.protects == Kind(mail.kind).protects
        assert mail.message_id == f"<{mail.pk}@example.org>"


def test_opening_is_told_to_the_shop() -> None:
    order = an_order()
    bob = a_seller(order.shop)

    claim = a_claim(order)

    mail = Mail.objects.get()
    assert (mail.address, mail.role, mail.kind, mail.protects) == (bob.email, "seller", "claim", True)
    assert (mail.created_at, mail.not_before, mail.attempts) == (PRESENT, PRESENT, 0)
    line = Notice.objects.get()
    assert (line.user_id, line.title, line.path) == (
        bob.pk,
        "Casque Nova 1",
        f"/seller/claims/{claim.reference}/",
    )


def test_each_face_has_its_own_page(stage: Stage) -> None:
    stage.hold()

    sweep(PRESENT + dt.timedelta(days=30))

    paths = {stage.people[line.user_id]: line.path for line in Notice.objects.all()}
    reference = stage.claim.reference
    assert paths == {
        BUYER: f"/claims/{reference}/",
        SELLER: f"/seller/claims/{reference}/",
        AGENT: f"/desk/claims/{reference}/",
    }


def test_nothing_is_told_of_what_was_undone(stage: Stage) -> None:
    with transaction.atomic():
        act(stage.claim.pk, c.Refuse(by=Actor(SELLER, stage.bob.pk), reasons="Non."))
        assert (Notice.objects.count(), Mail.objects.count()) == (1, 1)
        transaction.set_rollback(True)

    assert (Notice.objects.count(), Mail.objects.count()) == (0, 0)


def test_refused_act_tells_nothing(stage: Stage) -> None:
    with pytest.raises(TextMissing):
        act(stage.claim.pk, c.Refuse(by=Actor(SELLER, stage.bob.pk), reasons=" "))

    assert (Notice.objects.count(), Mail.objects.count()) == (0, 0)


def test_telling_twice_writes_one_mail(stage: Stage) -> None:
    change = Change(stage.claim.pk, stage.claim.snapshot, [(7, happened(e.RulingMade, AGENT))])

    announce([change], now=PRESENT)
    announce([change], now=PRESENT)

    assert mailed() == ["buyer", "seller"]


def test_several_events_of_one_act_are_one_line_and_a_mail_each(stage: Stage) -> None:
    # Nobody ruled in time: the proposal is late, then the ruling, and a worker that stood still notes both at once.
    stage.hold()

    sweep(PRESENT + dt.timedelta(days=30))

    assert stage.heard() == dict.fromkeys((BUYER, SELLER, AGENT), "ruling_overdue")
    assert set(Notice.objects.values_list("count", flat=True)) == {1}
    assert mailed() == ["buyer", "buyer", "seller", "seller"]


def test_line_counts_how_often_the_latest_thing_happened(stage: Stage) -> None:
    paid = [happened(e.RefundPaid, Role.MARKETPLACE)] * 3
    late = happened(e.RefundBecameOverdue, Role.CLOCK)
    counts = []
    for number, events in enumerate(([late], paid[:1], paid[:2], [late, paid[0]])):
        numbered = [(10 * number + n, event) for n, event in enumerate(events)]
        announce([Change(stage.claim.pk, stage.claim.snapshot, numbered)], now=PRESENT)
        line = Notice.objects.get(user_id=stage.buyer.user_id)
        counts.append((line.detail, line.count))

    assert counts == [("refund_overdue", 1), ("refund_paid", 1), ("refund_paid", 3), ("refund_paid", 4)]


def test_all_the_staff_of_a_shop_is_told_and_nobody_who_left() -> None:
    shop = a_shop(email="boutique@example.org")
    order = an_order(a_buyer(shop.marketplace), shop)
    first, second, left = a_seller(shop), a_seller(shop), a_seller(shop)
    User.objects.filter(pk=left.pk).update(is_active=False)

    a_claim(order)

    assert set(Mail.objects.values_list("address", flat=True)) == {first.email, second.email}
    assert set(Notice.objects.values_list("user_id", flat=True)) == {first.pk, second.pk}


def test_shop_without_staff_is_written_to_at_its_own_address() -> None:
    shop = a_shop(email="boutique@example.org")

    a_claim(an_order(a_buyer(shop.marketplace), shop))

    mail = Mail.objects.get()
    assert (mail.address, mail.user_id, mail.name) == ("boutique@example.org", None, shop.name)
    assert mail.key.endswith(":1:boutique@example.org")
    assert not Notice.objects.exists()


def test_shop_that_cannot_be_reached_stops_nothing() -> None:
    claim = a_claim(an_order())

    assert Claim.objects.filter(pk=claim.pk).exists()
    assert (Notice.objects.count(), Mail.objects.count()) == (0, 0)


def test_buyer_without_account_is_written_to_where_the_marketplace_knows_them() -> None:
    place = a_marketplace()
    address = "a" * 60 + "@" + ".".join(["exemple" * 6] * 3) + ".example.org"
    buyer = a_buyer(place, email=address, name="Alice")
    claim = a_claim(an_order(buyer, a_shop(place)), now=PRESENT)

    act(claim.pk, c.Refuse(by=Actor(SELLER), reasons="Non."))

    mail = Mail.objects.get()
    assert (mail.address, mail.user_id, mail.name, mail.language) == (address, None, "Alice", "fr")
    assert len(mail.key) < 200


def test_mail_is_in_the_language_of_its_account(stage: Stage) -> None:
    User.objects.filter(pk=stage.buyer.user_id).update(language="en")

    act(stage.claim.pk, c.Refuse(by=Actor(SELLER, stage.bob.pk), reasons="Non."))

    assert Mail.objects.get().language == "en"


def test_unwanted_mails_are_not_written_but_what_protects_is(stage: Stage) -> None:
    for kind in Kind:
        MailChoice.objects.create(user_id=stage.buyer.user_id, kind=kind)
    offer = c.MakeOffer(
        by=Actor(SELLER, stage.bob.pk),
        terms=Terms(remedy=Remedy.REFUND, amount=euros(2000)),
        reasons="Un geste.",
    )

    act(stage.claim.pk, offer)
    assert (mailed(), stage.heard()) == ([], {BUYER: "offer_made"})
    act(stage.claim.pk, c.Accept(by=Actor(SELLER, stage.bob.pk)))

    assert mailed() == ["buyer"]


def test_who_bought_from_the_shop_they_work_for_is_told_as_the_buyer() -> None:
    place = a_marketplace()
    shop, user = a_shop(place), a_user("Alice")
    appoint_to_shop(user=user, shop_id=shop.pk)
    claim = a_claim(an_order(a_buyer(place, user=user), shop))
    assert mailed() == []

    sweep(SILENT)

    assert list(Mail.objects.values_list("role", flat=True)) == ["buyer"]
    assert list(Notice.objects.values_list("path", "count")) == [(f"/claims/{claim.reference}/", 1)]


def test_claim_without_a_seller_tells_no_shop() -> None:
    place = a_marketplace()
    buyer, shop = a_buyer(place), a_shop(place, email="boutique@example.org")
    order = an_order(buyer, shop)
    claim = a_claim(payment=a_payment(buyer, order=order), ground=Ground.OVERCHARGE)

    act(claim.pk, c.Rule(by=Actor(AGENT), rule="refund.not_after", reasons="Débité une fois.", terms=None))

    assert mailed() == ["buyer"]


def test_seller_whom_a_change_of_ground_leaves_out_is_told_of_that_and_no_more(stage: Stage) -> None:
    buyer = the_buyer(stage.buyer.pk)
    act(
        stage.claim.pk, c.ChangeGround(by=buyer, ground=Ground.PAYMENT_ERROR, explanation="Débité deux fois.")
    )
    assert stage.heard() == {SELLER: "ground_changed"}
    forget()

    act(stage.claim.pk, c.Rule(by=Actor(AGENT), rule="refund.not_after", reasons="Non.", terms=None))

    assert stage.heard() == {BUYER: "ruling_made"}


def test_payment_of_a_refund_is_told_with_the_rest() -> None:
    shop = a_shop(email="boutique@example.org")
    order = an_order(a_buyer(shop.marketplace), shop)
    claim = a_refund_due(order)
    forget()

    act(claim.pk, c.PayRefund(by=Actor(Role.MARKETPLACE), amount=euros(8990), refund_id=uuid4()))

    told = {(mail.role, mail.kind) for mail in Mail.objects.all()}
    assert told == {("buyer", "refund"), ("seller", "refund")}


def test_agent_is_told_of_a_claim_given_by_another(stage: Stage) -> None:
    stage.hold()
    other = an_agent(stage.shop.marketplace)

    act(stage.claim.pk, c.Assign(by=Actor(AGENT, stage.charlie.pk), agent=other.pk))

    assert list(Notice.objects.values_list("user_id", "detail")) == [(other.pk, "claim_given")]
    assert mailed() == []


def test_agent_who_lost_the_account_is_not_told(stage: Stage) -> None:
    stage.hold()
    User.objects.filter(pk=stage.charlie.pk).update(is_active=False)

    sweep(PRESENT + dt.timedelta(days=30))

    assert AGENT not in stage.heard()


def test_message_reaches_the_other_party_and_the_agent_who_holds_the_claim(stage: Stage) -> None:
    stage.hold()

    write_message(claim_id=stage.claim.pk, by=the_buyer(stage.buyer.pk), text="Avez-vous vu ma photo ?")

    conversation = Claim.objects.get().conversation_id
    assert {(stage.people[line.user_id], line.topic, line.kind) for line in Notice.objects.all()} == {
        (SELLER, f"conversation:{conversation}", "message"),
        (AGENT, f"claim:{stage.claim.pk}", "message"),
    }
    assert Notice.objects.get(user=stage.charlie).path == f"/desk/claims/{stage.claim.reference}/"
    assert mailed() == ["seller"]


def test_message_of_the_agent_reaches_both_parties_and_not_the_agent(stage: Stage) -> None:
    stage.hold()

    write_message(claim_id=stage.claim.pk, by=Actor(AGENT, stage.charlie.pk), text="Nous regardons.")

    assert {stage.people[line.user_id] for line in Notice.objects.all()} == {BUYER, SELLER}
    assert mailed() == ["buyer", "seller"]


def test_message_on_a_claim_that_nobody_holds_reaches_the_parties_alone(stage: Stage) -> None:
    write_message(claim_id=stage.claim.pk, by=Actor(SELLER, stage.bob.pk), text="Nous regardons.")

    assert {stage.people[line.user_id] for line in Notice.objects.all()} == {BUYER}


def test_command_takes_one_statement_more_to_tell(stage: Stage) -> None:
    act(stage.claim.pk, c.Ask(by=Actor(SELLER, stage.bob.pk), text="De quelle couleur ?"))

    answer = c.Answer(by=the_buyer(stage.buyer.pk), text="Noir.")
    with CaptureQueriesContext(connection) as queries:
        act(stage.claim.pk, answer)

    told = [one["sql"] for one in queries if "outbox_mail" in one["sql"] or "notices_notice" in one["sql"]]
    assert (len(queries), len(told)) == (6, 1)


def test_statement_knows_all_that_a_row_needs() -> None:
    assert all(name in TELL_EVENTS for name in NEWS)
    with connection.cursor() as cursor:
        for model in (Mail, Notice):
            cursor.execute(
                "SELECT column_name FROM information_schema.columns WHERE table_name = %s AND is_nullable = 'NO'"
                " AND column_default IS NULL",
                [model._meta.db_table],
            )
            needed = {name for (name,) in cursor.fetchall()}
            start = TELL_EVENTS.index(f"INSERT INTO {model._meta.db_table}")
            named = TELL_EVENTS[start : TELL_EVENTS.index(")", start)]
            assert {name for name in needed if name not in named} == set()


@pytest.mark.django_db(transaction=True)
def test_open_pages_hear_of_it_once_it_is_committed() -> None:
    stage = Stage()
    settings = connection.settings_dict
    uri = connection.get_connection_params()
    with psycopg.connect(
        host=uri.get("host"), port=uri.get("port"), user=uri.get("user"), password=uri.get("password"),
        dbname=settings["NAME"], autocommit=True,
    ) as listener:  # fmt: skip
        listener.execute("LISTEN recours_live")
        act(stage.claim.pk, c.Refuse(by=Actor(SELLER, stage.bob.pk), reasons="Non."))
        heard = [note.payload for note in listener.notifies(timeout=2, stop_after=1)]

    assert heard == [f"user:{stage.buyer.user_id}"]


@pytest.mark.django_db(transaction=True)
def test_worker_is_woken_once_although_several_act_at_once() -> None:
    shop = a_shop(email="boutique@example.org")
    buyer = a_buyer(shop.marketplace)
    claims = [a_claim(an_order(buyer, shop)) for _ in range(4)]

    at_once(*[lambda one=one: act(one.pk, c.Refuse(by=Actor(SELLER), reasons="Non.")) for one in claims])

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'outbox.send' AND status = 'todo'"
        )
        assert cursor.fetchone() == (1,)
    assert ClaimEvent.objects.filter(kind="RequestRefused").count() == 4


def test_address_of_a_shop_that_changes_is_found_when_it_happens() -> None:
    shop = a_shop(email="boutique@example.org")
    claim = a_claim(an_order(a_buyer(shop.marketplace), shop))
    Shop.objects.filter(pk=shop.pk).update(email="autre@example.org")

    act(claim.pk, c.Withdraw(by=the_buyer(claim.buyer_id)))

    assert list(Mail.objects.order_by("created_at", "key").values_list("address", flat=True)) == [
        "boutique@example.org",
        "autre@example.org",
    ]


@pytest.mark.parametrize(("role", "page"), [(BUYER, "buyer"), (SELLER, "seller"), (AGENT, "desk")])
def test_reading_the_claim_clears_all_its_lines(stage: Stage, client: Client, role: Role, page: str) -> None:
    stage.hold()
    for number, who in enumerate((BUYER, SELLER, AGENT)):
        ids = {BUYER: stage.buyer.user_id, SELLER: stage.bob.pk, AGENT: stage.charlie.pk}
        write_message(claim_id=stage.claim.pk, by=Actor(who, ids[who]), text=f"Message {number}")
    sweep(PRESENT + dt.timedelta(days=8))
    mine = Notice.objects.filter(user_id=next(key for key, one in stage.people.items() if one is role))
    assert {"message", "claim"} <= set(mine.values_list("kind", flat=True))
    client.force_login(User.objects.get(pk=mine[0].user_id))

    assert client.get(reverse(f"{page}:claim", args=[stage.claim.reference])).status_code == 200

    assert not mine.filter(seen_at=None).exists()


@pytest.mark.parametrize(("role", "page"), [(BUYER, "buyer"), (SELLER, "seller")])
def test_line_of_a_message_leads_to_the_claim(stage: Stage, client: Client, role: Role, page: str) -> None:
    write_message(claim_id=stage.claim.pk, by=Actor(AGENT, stage.charlie.pk), text="Nous regardons.")
    line = Notice.objects.get(user_id=stage.buyer.user_id if role is BUYER else stage.bob.pk)
    client.force_login(line.user)

    response = client.get(line.path)

    assert response.status_code == 302
    assert response.headers["Location"].startswith(reverse(f"{page}:claim", args=[stage.claim.reference]))
