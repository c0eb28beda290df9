"""Answers of the desk in a claim, and the claim's story with its filters."""

from __future__ import annotations

import pytest
from django.test import Client
from tests.conftest import PRESENT
from tests.desk.stage import Bench, a_bench, signed_in

from recours.claims.commands.evidence import write_message, write_note
from recours.claims.models import Claim
from recours.conversations.commands.canned import save_answer
from recours.conversations.models import CannedAnswer, Message

pytestmark = pytest.mark.django_db


@pytest.fixture
def bench() -> Bench:
    return a_bench()


@pytest.fixture
def desk(bench: Bench) -> Client:
    return signed_in(bench.charlie)


def answer(bench: Bench, text: str, title: str = "Photo") -> CannedAnswer:
    return save_answer(marketplace_id=bench.place.pk, shop_id=None, title=title, text=text, now=PRESENT)


def insert(desk: Client, claim: Claim, given: object, typed: str = "") -> str:
    page = desk.post(f"/desk/claims/{claim.reference}/insert/", {"answer": given, "text": typed})
    return str(page.context["message"]["text"].value())


def test_an_answer_is_put_behind_what_is_typed_and_nothing_is_sent(bench: Bench, desk: Client) -> None:
    claim = bench.escalated()
    kept = answer(
        bench, "Bonjour {{ acheteur }}, commande {{ commande }} chez {{ boutique }} : {{ article }}."
    )

    text = insert(desk, claim, kept.pk, typed="Mon début.\n")

    assert text == (
        f"Mon début.\n\nBonjour Alice Martin, commande {claim.order.number} chez Atelier du Son : Casque Nova 1."
    )
    assert not Message.objects.exists()


def test_nothing_in_an_answer_is_evaluated(bench: Bench, desk: Client) -> None:
    claim = bench.escalated()
    bench.alice.name = "{{ moi }}{% now %}"
    bench.alice.save()
    kept = answer(bench, "{claim.__class__} {{ claim.__class__ }} {{ acheteur }} {% include 'x' %}")

    text = insert(desk, claim, kept.pk)

    assert text == "{claim.__class__} {{ claim.__class__ }} {{ moi }}{% now %} {% include 'x' %}"


@pytest.mark.parametrize("given", ["", "0", "x", "9" * 30, "\x00"])
def test_an_answer_that_is_not_the_desks_changes_nothing(bench: Bench, desk: Client, given: str) -> None:
    assert insert(desk, bench.escalated(), given, typed="Mon texte.") == "Mon texte."


def test_answers_of_shops_and_other_desks_do_not_exist(bench: Bench, desk: Client) -> None:
    other = a_bench()
    foreign = answer(other, "Ailleurs.")
    shops = save_answer(
        marketplace_id=bench.place.pk, shop_id=bench.shop.pk, title="B", text="De la boutique.", now=PRESENT
    )

    assert insert(desk, bench.escalated(), foreign.pk) == ""
    assert insert(desk, bench.escalated(), shops.pk) == ""


@pytest.mark.parametrize(
    ("show", "expected"),
    [
        ("all", ["Rien reçu.", "Vu au téléphone."]),
        ("messages", ["Rien reçu."]),
        ("notes", ["Vu au téléphone."]),
        ("__", ["Rien reçu.", "Vu au téléphone."]),
        ("acts", []),
    ],
)
def test_the_story_is_in_one_order_and_shown_in_part(
    bench: Bench, desk: Client, show: str, expected: list[str]
) -> None:
    claim = bench.escalated()
    write_message(claim_id=claim.pk, by=bench.buyer, text="Rien reçu.")
    write_note(claim_id=claim.pk, by=bench.agent(bench.charlie), text="Vu au téléphone.")

    lines = desk.get(f"/desk/claims/{claim.reference}/?show={show}").context["log"]

    assert [line.lines[0] for line in lines if not line.seq] == expected
    assert ([line.seq for line in lines if line.seq] == []) is (show in ("messages", "notes"))
