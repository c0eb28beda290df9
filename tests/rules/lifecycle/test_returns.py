"""Goods on their way back: parts of them, lost, refused, late; and the days that count."""

import datetime as dt
from uuid import UUID

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from tests.rules.lifecycle.people import AGENT, BUYER, MARKETPLACE, SELLER, Story, opening, refund

from recours.rules.lifecycle import commands as c
from recours.rules.lifecycle import events as e
from recours.rules.lifecycle import refusals as r
from recours.rules.lifecycle import replay
from recours.rules.lifecycle.claim import ClaimedLine, Pieces
from recours.rules.lifecycle.vocabulary import DeadlineKind, Resolution, Role, State
from recours.rules.money import Money
from recours.rules.returns import Line, owed_for

pytestmark = pytest.mark.rules

DAY = dt.timedelta(days=1)
SECOND = dt.timedelta(seconds=1)
SENT_ON = dt.date(2026, 11, 20)


def euros(minor: int) -> Money:
    return Money(minor=minor, currency="EUR")


def agreed_return(amount: int = 8990) -> Story:
    """One headset, and two lamps for the rest; the seller agrees to a refund of `amount` after a return."""
    birth = opening(wanted=refund(amount, goods_return=True))
    lines = (
        ClaimedLine(line_id=1, title="Casque Nova", quantity=1, paid=euros(4989)),
        ClaimedLine(line_id=2, title="Lampe Orion", quantity=2, paid=euros(4001)),
    )
    story = Story().do(c.OpenDispute(by=BUYER, opening=replace(birth, lines=lines)))
    return story.do(c.Accept(by=SELLER)).later(days=1)


def parcel(**fields: object) -> c.ShipReturn:
    plain = {"by": BUYER, "shipped_on": SENT_ON, "carrier": "Colissimo", "tracking": "6A12345678901"}
    return c.ShipReturn(**(plain | fields))  # type: ignore[arg-type]


def of(*quantities: int) -> tuple[Pieces, ...]:
    return tuple(Pieces(line_id=line, quantity=quantity) for line, quantity in enumerate(quantities, start=1))


# -- a part of the goods ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sent", "owed"),
    [(of(1, 2), 8990), ((), 8990), (of(1, 1), 6990), (of(0, 2), 4001), (of(0, 1), 2001), (of(1, 0), 4989)],
)
def test_refund_follows_the_pieces_that_are_sent_to_the_cent(sent, owed):
    story = agreed_return().do(parcel(sent=sent))

    assert story.now_claim.agreed.amount == euros(owed)

    story.do(c.RecordReturnArrival(by=SELLER, arrived_on=SENT_ON)).do(c.AcceptReturn(by=SELLER))
    story.do(c.PayRefund(by=MARKETPLACE, amount=euros(owed), refund_id=UUID(int=1)))
    assert story.now_claim.state is State.CLOSED


def test_silence_owes_the_part_that_was_sent_and_no_more():
    story = agreed_return().do(parcel(sent=of(0, 1))).do(c.RecordReturnArrival(by=SELLER, arrived_on=SENT_ON))

    story.silence()

    assert story.now_claim.state is State.REFUND_DUE
    with pytest.raises(r.PaidTooMuch):
        story.do(c.PayRefund(by=MARKETPLACE, amount=euros(2002), refund_id=UUID(int=1)))


def test_part_of_a_smaller_refund_is_its_share():
    story = agreed_return(4495).do(parcel(sent=of(1, 0)))

    assert story.now_claim.agreed.amount == euros(2495)


@pytest.mark.parametrize("sent", [of(0, 0), of(2, 0), of(1, 3), of(-1, 2), of(1, 1, 1), (*of(1), *of(1))])
def test_pieces_that_are_not_there_are_not_sent(sent):
    with pytest.raises((r.PiecesUnknown, r.NothingSent)):
        agreed_return().do(parcel(sent=sent))


def test_everything_counted_is_the_same_as_nothing_said():
    assert agreed_return().do(parcel(sent=of(1, 2))).now_claim.trip.sent == ()


# -- pieces that are missing ------------------------------------------------------------------------------------


def arrived(sent: tuple[Pieces, ...] = ()) -> Story:
    story = agreed_return().do(parcel(sent=sent))
    return story.do(c.RecordReturnArrival(by=SELLER, arrived_on=SENT_ON, condition="Carton ouvert."))


def test_missing_pieces_go_to_the_platform_with_the_refund_of_those_that_came():
    story = arrived().do(c.ContestReturn(by=SELLER, reasons="Une lampe manque.", came=of(1, 1)))

    offer = story.now_claim.offers[-1]
    assert story.now_claim.state is State.WITH_PLATFORM
    assert (offer.by, offer.terms.amount, offer.terms.goods_return) == (Role.SELLER, euros(6990), False)

    story.do(c.AcceptOffer(by=BUYER, number=offer.number))
    assert story.now_claim.state is State.REFUND_DUE
    assert story.now_claim.agreed.amount == euros(6990)


def test_missing_pieces_are_counted_among_those_that_were_sent():
    story = arrived(of(0, 2)).do(c.ContestReturn(by=SELLER, reasons="Une lampe manque.", came=of(0, 1)))

    assert story.now_claim.offers[-1].terms.amount == euros(2001)


def test_pieces_that_were_not_sent_cannot_have_come():
    with pytest.raises(r.PiecesUnknown):
        arrived(of(0, 2)).do(c.ContestReturn(by=SELLER, reasons="Tout est là.", came=of(1, 2)))


@pytest.mark.parametrize("came", [None, of(0, 0)])
def test_empty_box_or_damage_offers_nothing(came):
    story = arrived().do(c.ContestReturn(by=SELLER, reasons="Boîte vide.", came=came))

    assert story.now_claim.offers == ()
    assert story.now_claim.state is State.WITH_PLATFORM


@given(
    quantities=st.lists(st.integers(1, 9), min_size=1, max_size=6),
    data=st.data(),
)
def test_parts_never_exceed_the_whole_and_grow_with_the_pieces(quantities, data):
    paid = [data.draw(st.integers(0, 99_999)) for _ in quantities]
    coming = [data.draw(st.integers(0, quantity)) for quantity in quantities]
    shipping = euros(data.draw(st.integers(0, 2_000)))
    whole = euros(sum(paid) + shipping.minor)
    agreed = euros(data.draw(st.integers(0, whole.minor)))

    def owed(counts):
        lines = [
            Line(paid=euros(cents), pieces=pieces, coming=count)
            for cents, pieces, count in zip(paid, quantities, counts, strict=True)
        ]
        return owed_for(agreed, lines, shipping)

    rest = [pieces - count for pieces, count in zip(quantities, coming, strict=True)]
    assert euros(0) <= owed(coming) <= agreed
    assert owed(quantities) == agreed
    assert owed(coming).minor + owed(rest).minor <= agreed.minor + len(quantities)


@pytest.mark.parametrize(
    ("agreed", "coming", "owed"), [(10490, 2, 10490), (10490, 1, 5000), (5245, 1, 2500), (9999, 1, 4766)]
)
def test_worked_examples_of_a_part(agreed, coming, owed):
    line = Line(paid=euros(10000), pieces=2, coming=coming)

    assert owed_for(euros(agreed), [line], euros(490)) == euros(owed)


def test_part_in_a_currency_without_decimals_is_whole():
    line = Line(paid=Money(minor=1001, currency="JPY"), pieces=2, coming=1)

    assert owed_for(Money(minor=1001, currency="JPY"), [line]) == Money(minor=501, currency="JPY")


# -- refused, lost ----------------------------------------------------------------------------------------------


def test_refused_parcel_counts_as_arrived_and_silence_accepts_it():
    story = agreed_return().do(parcel()).later(days=3)
    refused_on = SENT_ON + 2 * DAY

    story.do(c.ReportReturnRefused(by=BUYER, refused_on=refused_on, text="Refusé par le destinataire."))

    trip = story.now_claim.trip
    assert (trip.arrived_on, trip.refused) == (refused_on, True)
    assert story.now_claim.next_deadline.kind is DeadlineKind.INSPECTION
    story.silence()
    assert story.now_claim.state is State.REFUND_DUE


def test_seller_can_contest_that_they_refused_the_parcel():
    story = agreed_return().do(parcel()).later(days=3)
    story.do(c.ReportReturnRefused(by=AGENT, refused_on=SENT_ON, text="Dit le transporteur."))

    story.do(c.ContestReturn(by=SELLER, reasons="Personne n'est venu."))

    assert story.now_claim.state is State.WITH_PLATFORM


def test_parcel_is_not_refused_before_it_left_nor_tomorrow():
    story = agreed_return().do(parcel()).later(days=3)
    with pytest.raises(r.DateBeforeShipping):
        story.do(c.ReportReturnRefused(by=BUYER, refused_on=SENT_ON - DAY, text="…"))
    with pytest.raises(r.DateInFuture):
        story.do(c.ReportReturnRefused(by=BUYER, refused_on=SENT_ON + 30 * DAY, text="…"))


@pytest.mark.parametrize("who", [BUYER, AGENT])
def test_lost_parcel_goes_to_the_platform_without_waiting(who):
    story = agreed_return().do(parcel())

    story.do(c.ReportReturnLost(by=who, text="Le transporteur l'a perdu."))

    assert story.now_claim.state is State.WITH_PLATFORM


def test_what_arrived_is_neither_lost_nor_refused():
    story = arrived()
    for command in (
        c.ReportReturnLost(by=BUYER, text="…"),
        c.ReportReturnRefused(by=BUYER, refused_on=SENT_ON, text="…"),
    ):
        with pytest.raises(r.ActNotOpen):
            story.do(command)


# -- the days that count ----------------------------------------------------------------------------------------


def ship_back_due(story: Story) -> dt.datetime:
    return next(d.due_at for d in story.now_claim.deadlines if d.kind is DeadlineKind.SHIP_BACK)


@pytest.mark.parametrize(
    ("after", "state"),
    [
        (-SECOND, State.RETURN_IN_TRANSIT),
        (SECOND * 0, State.RETURN_IN_TRANSIT),
        (SECOND, State.RETURN_IN_TRANSIT),
    ],
)
def test_goods_sent_in_time_count_whenever_their_buyer_says_so(after, state):
    story = agreed_return()
    due_at = ship_back_due(story)
    story.now = due_at + after

    story.do(parcel(shipped_on=(due_at - SECOND).date()))

    lapsed = [type(event).__name__ for event in story.events].count("ReturnLapsed")
    assert lapsed == (0 if after < SECOND * 0 else 1)
    assert (story.now_claim.state, story.now_claim.resolution, story.now_claim.closed_at) == (
        state,
        None,
        None,
    )


def test_goods_sent_after_the_last_day_do_not_reopen_the_claim_by_themselves():
    story = agreed_return()
    due_at = ship_back_due(story)
    story.now = due_at + DAY

    with pytest.raises(r.ReturnTooLate) as refused:
        story.do(parcel(shipped_on=story.now.date()))

    assert refused.value.params["last_on"] == dt.date(2026, 12, 3)
    story.do(c.Reopen(by=BUYER, reasons="J'étais à l'hôpital ; envoyé ce matin."))
    assert story.now_claim.state is State.WITH_PLATFORM


@pytest.mark.parametrize(("after", "refused"), [(-SECOND, False), (SECOND * 0, True), (SECOND, True)])
def test_return_that_lapsed_is_taken_up_again_within_the_time_to_reopen(after, refused):
    story = agreed_return()
    due_at = ship_back_due(story)
    story.now = due_at
    story.silence()
    assert story.now_claim.resolution is Resolution.LAPSED
    story.now = dt.datetime(2027, 1, 3, 23, 0, tzinfo=dt.UTC) + after  # thirty days after, in Paris

    if refused:
        with pytest.raises(r.ReopeningTooLate):
            story.do(parcel(shipped_on=SENT_ON))
    else:
        assert story.do(parcel(shipped_on=SENT_ON)).now_claim.trip.shipped_on == SENT_ON


def test_claim_that_ended_otherwise_takes_no_return():
    story = agreed_return().do(parcel()).do(c.RecordReturnArrival(by=SELLER, arrived_on=SENT_ON))
    story.do(c.AcceptReturn(by=SELLER)).pay()

    with pytest.raises(r.ActNotOpen):
        story.do(parcel())


# -- what was stored before -------------------------------------------------------------------------------------


def test_returns_of_before_replay():
    at, by = "2026-11-20T09:00:00Z", {"role": "buyer", "id": str(UUID(int=1))}
    stored = [
        {
            "kind": "ReturnShipped", "at": at, "by": by, "to": "return_in_transit",
            "shipped_on": "2026-11-20", "carrier": "Colissimo", "tracking": "6A1",
        },
        {"kind": "ReturnArrived", "at": at, "by": by, "arrived_on": "2026-11-21"},
        {"kind": "ReturnContested", "at": at, "by": by, "to": "with_platform", "reasons": "Vide."},
    ]  # fmt: skip
    before = agreed_return()
    later = [msgspec.json.decode(msgspec.json.encode(one), type=e.AnyEvent) for one in stored]  # type: ignore[arg-type]

    claim = replay([*before.events, *later])

    assert claim is not None
    assert claim.trip is not None
    assert (claim.trip.tracking, claim.trip.sent, claim.trip.refused) == ("6A1", (), False)
    assert claim.state is State.WITH_PLATFORM


# -- a number that was typed wrongly ----------------------------------------------------------------------------


def corrected(**fields: object) -> c.CorrectTracking:
    plain = {"by": BUYER, "carrier": "Colissimo", "tracking": "6A98765432109"}
    return c.CorrectTracking(**(plain | fields))  # type: ignore[arg-type]


def test_corrected_number_takes_the_place_of_the_wrong_one_and_moves_no_date():
    story = agreed_return().do(parcel()).later(days=1)
    before = story.now_claim

    story.do(corrected())

    after = story.now_claim
    assert (after.trip.tracking, after.trip.shipped_on) == ("6A98765432109", SENT_ON)
    assert (after.state, after.deadlines) == (before.state, before.deadlines)
    assert [event.tracking for event in story.events if hasattr(event, "tracking")] == [
        "6A12345678901",
        "6A98765432109",
    ]


def test_number_can_be_corrected_while_the_platform_looks_for_the_parcel():
    story = agreed_return().do(parcel()).do(c.ReportReturnLost(by=BUYER, text="Introuvable."))

    story.do(corrected())

    assert (story.now_claim.state, story.now_claim.trip.tracking) == (State.WITH_PLATFORM, "6A98765432109")


@pytest.mark.parametrize(
    ("fields", "refusal"),
    [
        ({"tracking": "6A12345678901"}, r.TrackingUnchanged),
        ({"tracking": " 6a1234 5678901"}, r.TrackingUnchanged),
        ({"tracking": ""}, r.TrackingMissing),
        ({"carrier": "UPS", "tracking": "1Z5R89390357567120"}, r.TrackingDigitWrong),
    ],
)
def test_correction_that_corrects_nothing_is_refused(fields, refusal):
    story = agreed_return().do(parcel())

    with pytest.raises(refusal):
        story.do(corrected(**fields))


def test_number_of_what_has_arrived_stays():
    story = agreed_return().do(parcel()).do(c.RecordReturnArrival(by=SELLER, arrived_on=SENT_ON))

    with pytest.raises(r.ActNotOpen):
        story.do(corrected())


@pytest.mark.parametrize("who", [SELLER, AGENT])
def test_nobody_but_the_buyer_corrects_it(who):
    story = agreed_return().do(parcel())

    with pytest.raises(r.ActNotOpen):
        story.do(corrected(by=who))


def test_nothing_is_corrected_before_it_was_sent():
    with pytest.raises(r.ActNotOpen):
        agreed_return().do(corrected())


# -- where it goes ----------------------------------------------------------------------------------------------


def test_address_in_an_event_is_the_return_s_and_replays():
    story = agreed_return()
    granted = next(event for event in story.events if event.to is State.AWAITING_RETURN)
    told = [
        replace(event, return_to="2 rue du Port") if event is granted else event for event in story.events
    ]

    claim = replay(told)

    assert claim is not None
    assert (claim.trip.address, replay(story.events).trip.address) == ("2 rue du Port", "")
