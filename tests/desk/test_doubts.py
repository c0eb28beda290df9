"""What providers told that agrees with nothing: who sees it, what is said of it, and setting it aside."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries
from tests.conftest import PRESENT
from tests.desk.stage import Bench, a_bench, signed_in
from tests.factories import a_buyer, a_marketplace, a_payment, an_agent, an_order
from tests.refunds.fake import in_place_of_all

import recours.refunds
from recours.claims.commands import act
from recours.marketplaces.models import Payment
from recours.people.commands import appoint_to_shop
from recours.refunds.commands import Heard, hear, prepare
from recours.refunds.hearing_words import WHY
from recours.refunds.models import ProviderEvent, ProviderFailing, Refund
from recours.refunds.providers import Notice, NoticeKind, Outcome
from recours.rules.lifecycle import commands as c
from recours.rules.money import Money

pytestmark = pytest.mark.django_db

PAGE = "/desk/refunds/doubts/"
LIST_QUERIES = 6
Status = Refund.Status


@pytest.fixture
def bench() -> Bench:
    return a_bench()


@pytest.fixture
def desk(bench: Bench) -> Client:
    return signed_in(bench.charlie)


def told(number: int = 1, **fields: object) -> ProviderEvent:
    """A refund of ten euros that the provider says it made."""
    given: dict[str, object] = {
        "kind": NoticeKind.REFUND,
        "event_id": f"evt_{number}",
        "at": PRESENT,
        "amount": Money(1000, "EUR"),
        "ref": f"re_{number}",
        "outcome": Outcome.PAID,
    }
    notice = Notice(**(given | fields))  # type: ignore[arg-type]
    assert hear("stripe", notice, now=PRESENT) is Heard.UNEXPLAINED
    return ProviderEvent.objects.get(event_id=notice.event_id)


def sent(bench: Bench) -> Refund:
    claim = bench.dispute()
    act(claim.pk, c.Accept(by=bench.seller))
    prepare()
    Refund.objects.update(provider="stripe", status=Status.SUBMITTED, submitted_at=PRESENT, asked_at=PRESENT)
    return Refund.objects.get()


def shown(browser: Client) -> list[int]:
    return [row["pk"] for row in browser.get(PAGE).context["rows"]]


def test_unknown_reference_is_said_in_words(desk: Client) -> None:
    event = told()

    page = desk.get(PAGE)

    assert shown(desk) == [event.pk]
    assert "Aucun remboursement ne porte cette référence." in page.content.decode()
    assert "re_1" in page.content.decode()


def test_other_amount_names_its_claim_and_both_amounts(bench: Bench, desk: Client) -> None:
    refund = sent(bench)
    told(key=refund.key)

    (row,) = desk.get(PAGE).context["rows"]

    assert row["claim"] == refund.claim.reference
    assert row["why"] == "Le montant n’est pas celui de l’ordre."
    facts = dict(row["facts"])
    assert (facts["Montant annoncé"], facts["Montant de l’ordre"]) == ("10,00\xa0€", "89,90\xa0€")


def test_a_payment_names_its_order_and_the_claim_about_it(bench: Bench, desk: Client) -> None:
    claim = bench.dispute()
    order = claim.order
    assert order is not None
    told(payment_ref=order.payments.get().ref)
    # Another marketplace calls a payment of its own the same.
    elsewhere = an_order()
    elsewhere.payments.update(ref=order.payments.get().ref)

    (row,) = desk.get(PAGE).context["rows"]

    assert (row["claim"], dict(row["facts"])["Commande"]) == (claim.reference, order.number)
    assert elsewhere.number not in desk.get(PAGE).content.decode()


def test_money_that_went_back_twice_is_shown_with_its_amount(bench: Bench, desk: Client) -> None:
    refund = sent(bench)
    payment = refund.payment
    assert payment is not None
    Refund.objects.update(status=Status.SUBMITTED)
    lost = Notice(
        kind=NoticeKind.CHARGEBACK_LOST,
        event_id="evt_lost",
        at=PRESENT + dt.timedelta(hours=1),
        amount=Money(payment.captured_minor, payment.currency),
        payment_ref=payment.ref,
        ref="dp_1",
    )
    assert hear("stripe", lost, now=PRESENT) is Heard.APPLIED

    (row,) = desk.get(PAGE).context["rows"]

    assert row["told"] == "La banque a rendu l’argent à l’acheteur"
    assert "89,90\xa0€ deux fois" in row["why"]


def test_nobody_sets_aside_what_they_or_their_shop_received_twice(bench: Bench) -> None:
    own = a_buyer(bench.place, user=bench.charlie)
    theirs = a_payment(own)
    event = told(
        kind=NoticeKind.CHARGEBACK_OPENED, payment_ref=theirs.ref, amount=Money(1, "USD"), outcome=None
    )
    appoint_to_shop(user=bench.chloe, shop_id=bench.shop.pk)
    sold = an_order(bench.alice, bench.shop).payments.get()
    other = told(
        2, kind=NoticeKind.CHARGEBACK_OPENED, payment_ref=sold.ref, amount=Money(1, "USD"), outcome=None
    )

    assert shown(signed_in(bench.charlie)) == [other.pk]
    assert shown(signed_in(bench.chloe)) == [event.pk]
    assert shown(signed_in(bench.admin)) == [event.pk, other.pk]
    answer = signed_in(bench.charlie).post(f"{PAGE}{event.pk}/handle/", {"because": "Vu."})
    assert answer.status_code == 404


def test_english_page_is_english(desk: Client) -> None:
    told()

    words = desk.get(PAGE, headers={"accept-language": "en"}).content.decode()

    assert "No refund has this reference." in words
    assert "Mark as handled" in words


def test_desk_of_another_marketplace_sees_what_names_nothing_and_no_more(bench: Bench) -> None:
    other = signed_in(an_agent(a_marketplace(slug="autre")))
    refund = sent(bench)
    payment = Payment.objects.get()
    told(1, key=refund.key)
    told(2, kind=NoticeKind.CHARGEBACK_OPENED, payment_ref=payment.ref, amount=Money(1, "USD"), outcome=None)
    unknown = told(3)

    assert shown(other) == [unknown.pk]
    assert (
        other.post(f"{PAGE}{ProviderEvent.objects.earliest('pk').pk}/handle/", {"because": "x"}).status_code
        == 404
    )


def test_reference_of_two_marketplaces_is_for_both(bench: Bench, desk: Client) -> None:
    mine = a_payment(a_buyer(bench.place))
    place = a_marketplace(slug="autre")
    theirs = a_payment(a_buyer(place))
    Payment.objects.filter(pk=theirs.pk).update(ref=mine.ref)
    event = told(kind=NoticeKind.CHARGEBACK_OPENED, payment_ref=mine.ref, outcome=None)

    assert shown(desk) == [event.pk]
    assert shown(signed_in(an_agent(place))) == [event.pk]


def test_set_aside_with_what_was_found(bench: Bench, desk: Client) -> None:
    event = told()

    answer = desk.post(f"{PAGE}{event.pk}/handle/", {"because": "  Essai du prestataire, vu avec lui. "})

    assert answer.status_code == 302
    event.refresh_from_db()
    assert (event.handled_because, event.handled_by) == ("Essai du prestataire, vu avec lui.", bench.charlie)
    assert shown(desk) == []
    assert desk.post(f"{PAGE}{event.pk}/handle/", {"because": "autre"}).status_code == 404


def test_a_finding_that_is_too_long_is_kept_in_the_form(desk: Client) -> None:
    event = told()

    answer = desk.post(f"{PAGE}{event.pk}/handle/", {"because": "Vu. " * 5000})

    assert answer.status_code == 422
    assert "Vu. " * 5000 in answer.content.decode()
    event.refresh_from_db()
    assert event.handled_at is None


@pytest.mark.parametrize("because", ["", " \n "])
def test_without_a_finding_it_stays(desk: Client, because: str) -> None:
    event = told()

    answer = desk.post(f"{PAGE}{event.pk}/handle/", {"because": because})

    assert answer.status_code == 422
    assert "Il faut dire ce que vous avez trouvé." in answer.content.decode()
    assert shown(desk) == [event.pk]


def test_asking_the_provider_again_pays_nothing(
    bench: Bench, desk: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    refund = sent(bench)
    told(key=refund.key)
    fake = in_place_of_all(monkeypatch)
    monkeypatch.setattr("recours.refunds.commands.tracing.provider", lambda name: fake)

    answer = desk.post(f"/desk/refunds/{refund.pk}/look-up/", follow=True)

    assert "Le prestataire ne connaît pas ce remboursement" in answer.content.decode()
    assert fake.paid == {}


@pytest.mark.parametrize("number", [1, 3])
def test_page_costs_the_same_with_more(
    desk: Client, number: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for each in range(number):
        told(each)
    desk.get(PAGE)

    with django_assert_num_queries(LIST_QUERIES):
        desk.get(PAGE)


def test_more_than_a_page_is_read_page_by_page_oldest_first(
    desk: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("recours.desk.views.doubts.PAGE", 2)
    events = [told(number).pk for number in range(1, 6)]

    seen, address = [], PAGE
    while address:
        page = desk.get(address)
        seen.append([row["pk"] for row in page.context["rows"]])
        address = page.context["page"].next_url

    assert seen == [events[:2], events[2:4], events[4:]]


@pytest.mark.parametrize("after", ["x", "20261120T090000.000000Z~ffffffff-ffff-ffff-ffff-ffffffffffff"])
def test_address_that_was_tampered_with_breaks_nothing(desk: Client, after: str) -> None:
    told()

    assert desk.get(f"{PAGE}?after={after}").status_code == 200


def test_refunds_page_leads_there_and_says_who_does_not_answer(desk: Client) -> None:
    told()
    ProviderFailing.objects.create(
        provider="stripe", failures=12, since=PRESENT - dt.timedelta(minutes=10), last_at=PRESENT
    )

    words = desk.get("/desk/refunds/").content.decode()

    assert f'href="{PAGE}"' in words
    assert "1 annonce de prestataire à vérifier" in words
    assert "Stripe ne répond plus depuis le vendredi" in words


def test_every_reason_has_words() -> None:
    folder = Path(recours.refunds.__file__).parent
    source = "".join(path.read_text(encoding="utf-8") for path in folder.rglob("*.py"))

    said = set(re.findall(r'Unexplained\("(\w+)"', source)) | {"unknown_payment", "ambiguous_payment"}

    assert said <= WHY.keys()
