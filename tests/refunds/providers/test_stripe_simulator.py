"""The simulator of Stripe, asked by Stripe's own library: what is documented of the real one, and every trouble."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import stripe
from tests.simulators import StripeSimulator

from recours.refunds.providers.stripe.simulator import mischief
from recours.refunds.providers.stripe.simulator.hooks import signature
from recours.refunds.providers.stripe.simulator.mischief import Mischief, UnknownMischief
from recours.simulators.steering import NotSteered


def client(simulator: StripeSimulator, key: str = "sk_test_simulated") -> stripe.StripeClient:
    return stripe.StripeClient(
        key,
        base_addresses={"api": simulator.address},
        http_client=stripe.RequestsClient(timeout=(5, 5)),
        max_network_retries=0,
    )


def refund(simulator: StripeSimulator, payment: str, key: str = "", **given: Any) -> stripe.Refund:
    asked: Any = {"payment_intent": payment, **given}
    return client(simulator).v1.refunds.create(asked, {"idempotency_key": key} if key else {})


def refused(simulator: StripeSimulator, payment: str, key: str = "", **given: Any) -> tuple[Any, ...]:
    with pytest.raises(stripe.StripeError) as caught:
        refund(simulator, payment, key, **given)
    return type(caught.value).__name__, caught.value.http_status, caught.value.code


def test_payment_is_taken_and_paid_back_in_parts(stripe_simulator: StripeSimulator) -> None:
    made = client(stripe_simulator).v1.payment_intents.create(
        {"amount": 1000, "currency": "eur", "payment_method": "pm_card_visa", "confirm": True}
    )

    parts = [refund(stripe_simulator, made.id, amount=400), refund(stripe_simulator, made.id)]

    assert [(part.amount, part.status, part.currency) for part in parts] == [
        (400, "succeeded", "eur"),
        (600, "succeeded", "eur"),
    ]
    assert refused(stripe_simulator, made.id) == ("InvalidRequestError", 400, "charge_already_refunded")


def test_declined_card_is_a_card_error(stripe_simulator: StripeSimulator) -> None:
    with pytest.raises(stripe.CardError) as caught:
        client(stripe_simulator).v1.payment_intents.create(
            {"amount": 1000, "currency": "eur", "payment_method": "pm_card_chargeDeclined", "confirm": True}
        )

    assert (caught.value.http_status, caught.value.code) == (402, "card_declined")


def test_key_answers_the_same_again(stripe_simulator: StripeSimulator) -> None:
    payment = stripe_simulator.takes_payment(1000)

    first, second = (refund(stripe_simulator, payment, f"{payment}-a", amount=300) for _ in range(2))

    assert first.id == second.id
    assert second.last_response.headers["Idempotent-Replayed"] == "true"


def test_key_with_other_parameters_is_refused(stripe_simulator: StripeSimulator) -> None:
    payment = stripe_simulator.takes_payment(1000)
    refund(stripe_simulator, payment, f"{payment}-a", amount=300)

    assert refused(stripe_simulator, payment, f"{payment}-a", amount=301) == ("IdempotencyError", 400, None)


def test_key_keeps_a_refusal_of_work_that_had_begun_and_not_of_bad_parameters(
    stripe_simulator: StripeSimulator,
) -> None:
    payment = stripe_simulator.takes_payment(1000)
    refused(stripe_simulator, payment, f"{payment}-more", amount=1001)
    refused(stripe_simulator, payment, f"{payment}-zero", amount=0)

    again = refused(stripe_simulator, payment, f"{payment}-more", amount=1001)

    assert again == ("InvalidRequestError", 400, None)
    assert refund(stripe_simulator, payment, f"{payment}-zero", amount=1).amount == 1


def test_key_at_once_makes_one_refund_and_tells_the_others_to_wait(stripe_simulator: StripeSimulator) -> None:
    payment = stripe_simulator.takes_payment(1000)
    stripe_simulator.tell("behave", slow_seconds=0.3)
    stripe_simulator.tell("next", what="slow")

    def ask(_: int) -> stripe.Refund | stripe.StripeError:
        try:
            return refund(stripe_simulator, payment, f"{payment}-a", amount=300)
        except stripe.StripeError as error:
            return error

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(ask, range(4)))

    made = {answer.id for answer in answers if isinstance(answer, stripe.Refund)}
    others = [answer for answer in answers if isinstance(answer, stripe.StripeError)]
    assert len(made) == 1
    assert {each.http_status for each in others} <= {409}
    assert len([each for each in stripe_simulator.refunds() if each["payment_intent"] == payment]) == 1


def test_key_is_forgotten_after_a_day(own_simulator: StripeSimulator) -> None:
    payment = own_simulator.takes_payment(1000)
    first = refund(own_simulator, payment, "a", amount=300)
    own_simulator.tell("clock", forward=24 * 3600 - 60)
    assert refund(own_simulator, payment, "a", amount=300).id == first.id

    own_simulator.tell("clock", forward=61)

    assert refund(own_simulator, payment, "a", amount=300).id != first.id


@pytest.mark.parametrize(
    ("given", "status", "code"),
    [
        ({"amount": 1001}, 400, None),
        ({"amount": 0}, 400, "parameter_invalid_integer"),
        ({"amount": -5}, 400, "parameter_invalid_integer"),
        ({"amount": "12.5"}, 400, "parameter_invalid_integer"),
        ({"reason": "because"}, 400, "parameter_unknown"),
    ],
)
def test_refund_that_cannot_be_is_refused(
    stripe_simulator: StripeSimulator, given: dict[str, Any], status: int, code: str | None
) -> None:
    payment = stripe_simulator.takes_payment(1000)

    assert refused(stripe_simulator, payment, **given)[1:] == (status, code)
    assert refund(stripe_simulator, payment).amount == 1000


def test_unknown_payment_and_unknown_key_of_access_are_refused(stripe_simulator: StripeSimulator) -> None:
    assert refused(stripe_simulator, "pi_nobody") == ("InvalidRequestError", 404, "resource_missing")
    with pytest.raises(stripe.AuthenticationError):
        client(stripe_simulator, "sk_live_x").v1.refunds.list()


def test_currency_without_decimals_counts_whole_units(stripe_simulator: StripeSimulator) -> None:
    payment = stripe_simulator.takes_payment(1000, currency="jpy")

    with pytest.raises(stripe.InvalidRequestError, match=r"1001 jpy.*1000 jpy"):
        refund(stripe_simulator, payment, amount=1001)


@pytest.mark.parametrize(
    ("card", "first", "last"),
    [
        ("pm_card_pendingRefund", "pending", "succeeded"),
        ("pm_card_refundFail", "succeeded", "failed"),
        ("pm_card_refundPendingFail", "pending", "failed"),
    ],
)
def test_refund_settles_later_and_money_that_failed_comes_back(
    own_simulator: StripeSimulator, card: str, first: str, last: str
) -> None:
    payment = own_simulator.takes_payment(1000, card=card)
    made = refund(own_simulator, payment)
    own_simulator.start_again()

    own_simulator.tell("settle")

    found = client(own_simulator).v1.refunds.retrieve(made.id)
    events = [event.type for event in client(own_simulator).v1.events.list({"limit": 100})]
    assert (made.status, found.status) == (first, last)
    assert ("refund.failed" in events) is (last == "failed")
    if last == "failed":
        assert refund(own_simulator, payment).amount == 1000


def test_disputed_payment_is_not_refunded_until_the_dispute_is_won(stripe_simulator: StripeSimulator) -> None:
    payment = stripe_simulator.takes_payment(1000)
    dispute = stripe_simulator.tell("disputes", payment_intent=payment, reason="product_not_received")

    assert refused(stripe_simulator, payment)[2] == "charge_disputed"
    stripe_simulator.tell(f"disputes/{dispute['id']}/close", status="won")

    assert refund(stripe_simulator, payment).amount == 1000
    listed = client(stripe_simulator).v1.disputes.list({"payment_intent": payment})
    assert [(each.id, each.status) for each in listed] == [(dispute["id"], "won")]


def test_list_is_paged_and_filtered(stripe_simulator: StripeSimulator) -> None:
    payment = stripe_simulator.takes_payment(1000)
    made = [refund(stripe_simulator, payment, amount=100).id for _ in range(5)]

    pages = client(stripe_simulator).v1.refunds.list({"payment_intent": payment, "limit": 2})

    assert [each.id for each in pages.auto_paging_iter()] == made[::-1]
    assert (
        not client(stripe_simulator)
        .v1.refunds.list({"payment_intent": payment, "created": {"gte": 10**11}})
        .data
    )


def test_list_can_lag_behind(stripe_simulator: StripeSimulator) -> None:
    payment = stripe_simulator.takes_payment(1000)
    stripe_simulator.tell("behave", stale_seconds=60)
    made = refund(stripe_simulator, payment)

    listed = client(stripe_simulator).v1.refunds.list({"payment_intent": payment})

    assert (listed.data, client(stripe_simulator).v1.refunds.retrieve(made.id).id) == ([], made.id)


@pytest.mark.parametrize("what", sorted(mischief.NAMES))
def test_each_trouble_does_or_does_not_what_it_says_and_the_key_tells_afterwards(
    stripe_simulator: StripeSimulator, what: str
) -> None:
    payment = stripe_simulator.takes_payment(1000)
    stripe_simulator.tell("behave", slow_seconds=0.01)
    stripe_simulator.tell("next", what=what)

    try:
        heard: int | str = refund(stripe_simulator, payment, f"{payment}-a", amount=300).amount
    except stripe.StripeError as error:
        heard = type(error).__name__

    made = [each for each in stripe_simulator.refunds() if each["payment_intent"] == payment]
    noted = [
        line for line in stripe_simulator.journal() if line["did"] == "misdid" and payment in line["key"]
    ]
    assert len(made) == (0 if what in mischief.BEFORE else 1)
    assert [(line["what"], line["made"]) for line in noted] == [
        (what, made[0]["id"] if what in mischief.AFTER else "")
    ]
    assert (heard == 300) is (what == "slow")
    if what == "error_kept":
        with pytest.raises(stripe.APIError):
            refund(stripe_simulator, payment, f"{payment}-a", amount=300)
    else:
        again = refund(stripe_simulator, payment, f"{payment}-a", amount=300)
        assert again.amount == 300
        assert len([each for each in stripe_simulator.refunds() if each["payment_intent"] == payment]) == 1


def test_kill_changes_nothing_that_was_told(own_simulator: StripeSimulator) -> None:
    payment = own_simulator.takes_payment(1000)
    first = refund(own_simulator, payment, "a", amount=300)
    with (own_simulator.home / "journal.jsonl").open("ab") as journal:
        journal.write(b'{"n":99,"did":"refund.created","refu')  # a line that a power cut left unfinished

    own_simulator.start_again()

    assert refund(own_simulator, payment, "a", amount=300).id == first.id
    assert refused(own_simulator, payment, "b", amount=701)[1] == 400
    assert [line["n"] for line in own_simulator.journal()] == list(range(1, len(own_simulator.journal()) + 1))


def test_one_journal_has_one_keeper(own_simulator: StripeSimulator) -> None:
    with pytest.raises(AssertionError, match="did not start"):
        StripeSimulator(own_simulator.home)


def test_same_seed_makes_the_same_troubles() -> None:
    one, two, other = Mischief(), Mischief(), Mischief()
    for each, seed in ((one, 7), (two, 7), (other, 8)):
        each.set({"rates": {"held": 0.3, "rate_limited": 0.3}, "seed": seed})
    keys = [f"key-{number}" for number in range(40)]

    drawn = [one.meets("POST", "/v1/refunds", key) for key in keys]

    assert drawn == [two.meets("POST", "/v1/refunds", key) for key in keys]
    assert drawn != [other.meets("POST", "/v1/refunds", key) for key in keys]
    assert set(drawn) == {"", "held", "rate_limited"}


@pytest.mark.parametrize(
    "wanted", [{"rates": {"held": 1.5}}, {"rates": {"kindness": 0.5}}, {"patience": 3}, {"hold_seconds": "x"}]
)
def test_unknown_trouble_is_refused(stripe_simulator: StripeSimulator, wanted: dict[str, Any]) -> None:
    with pytest.raises(UnknownMischief):
        Mischief().set(wanted)
    with pytest.raises(NotSteered):
        stripe_simulator.tell("behave", **wanted)


def test_signature_is_the_one_that_the_library_verifies() -> None:
    body = b'{"object": "event", "word": "\xc3\xa9"}'
    header = signature(body, ["whsec_old", "whsec_new"], 1_795_000_000)

    for secret in ("whsec_old", "whsec_new"):
        assert stripe.WebhookSignature.verify_header(body, header, secret)
    with pytest.raises(stripe.SignatureVerificationError):
        stripe.WebhookSignature.verify_header(body, header, "whsec_other")
