"""What happened to a claim, as a mail tells it to one reader: whose words came with it, and the facts that count."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from django.conf import settings
from msgspec.structs import replace

from recours.claims.presentation.elsewhere import addresses
from recours.claims.presentation.offers import terms_text
from recours.claims.presentation.refund import refund_meter
from recours.claims.presentation.returns import address_lines, address_note
from recours.claims.presentation.story import TOLD
from recours.claims.presentation.words import rule_cited, word
from recours.claims.queries import OpenedClaim
from recours.claims.templatetags.claims import claim_title
from recours.marketplaces.models import Payment
from recours.rules.lifecycle import events as e
from recours.rules.lifecycle.claim import ClaimedLine
from recours.rules.lifecycle.deadlines import ship_back_term
from recours.rules.lifecycle.vocabulary import DeadlineKind, Role, State
from recours.rules.windows import Unit, Window, due_after
from recours.rules.wording import has, say
from recours.rules.wording.format import day, instant, last_day, local, money, time, until
from recours.ui.language import lang

Fact = tuple[str, str]

BANKS_TAKE = Window(5, Unit.WORKING_DAYS)
"""By when money that left is usually on its account. No promise: after it, one asks for the payment's reference."""


def words_of(opened: OpenedClaim, event: e.Event) -> tuple[str, str]:
    """Return what the event's author wrote, and who that is in words; two empty texts where nothing was written, and
    for the author's own side.
    """
    if event.by.role is opened.role:
        return "", ""
    teller = TOLD.get(type(event))
    text = teller(_whole(opened, event))[0] if teller else ""
    return (text, say(lang(), f"news.wrote.{event.by.role}")) if text else ("", "")


def facts_of(opened: OpenedClaim, event: e.Event) -> tuple[Fact, ...]:
    """Return what the event settles or asks for, then what it is about."""
    finder = FACTS.get(type(event))
    found = list(finder(opened, _whole(opened, event))) if finder else []
    return (*found, *about(opened), _when(opened, event))


def _when(opened: OpenedClaim, event: e.Event) -> Fact:
    """Date an event; one of silence by the last minute that was left, as the deadline was shown.

    Where the clock only asks, nobody's time is up.
    """
    asks = isinstance(event, e.RefundCheckAsked | e.ReplacementCheckAsked)
    if event.by.role is Role.CLOCK and not asks:
        return _fact("lapsed", until(event.at, opened.zone, lang()))
    return _fact("when", instant(event.at, opened.zone, lang()))


def by_when(due_at: dt.datetime, zone: str) -> str:
    """Say by when, short enough for a subject: "avant la fin du mardi 24 novembre"; with the time within a day."""
    on, ends_day = last_day(due_at, zone)
    if ends_day:
        return say(lang(), "news.by.day", day=day(on, lang(), year=False))
    at = local(due_at, zone)
    return say(
        lang(), "news.by.time", day=day(at.date(), lang(), year=False), time=time(at.hour, at.minute, lang())
    )


def about(opened: OpenedClaim) -> tuple[Fact, ...]:
    """Return which claim it is: its article, its order, and for the buyer the shop."""
    row = opened.row
    found = [_fact("article", claim_title(row))]
    if row.order is not None:
        found.append(_fact("order", row.order.number))
    if row.shop is not None and opened.role is Role.BUYER:
        found.append(_fact("shop", row.shop.name))
    return (*found, _fact("reference", row.reference))


def _whole(opened: OpenedClaim, event: e.Event) -> e.Event:
    """A dispute that came after a first message carries no opening of its own: it is the claim's."""
    if isinstance(event, e.DisputeOpened) and event.opening is None:
        return replace(event, opening=opened.row.snapshot.opening)
    return event


def _fact(key: str, value: str) -> Fact:
    return say(lang(), f"news.fact.{key}"), value


def _opened(opened: OpenedClaim, event: Any) -> Iterator[Fact]:
    yield _fact("ground", word("ground_short", event.opening.ground))
    yield _fact("wanted", terms_text(event.opening.wanted))


def _withdrawn(opened: OpenedClaim, event: Any) -> Iterator[Fact]:
    yield _fact("articles", articles(event.opening.lines))
    yield _fact("granted", terms_text(event.opening.wanted))


def articles(lines: Sequence[ClaimedLine]) -> str:
    """Name the articles of a claim, with how many of each."""
    return ", ".join(f"{line.quantity} × {line.title}" for line in lines)


def _leading_to(opened: OpenedClaim, reference: str) -> str:
    """Name another claim, with its address where this reader sees it."""
    path = addresses(opened).get(reference)
    return f"{reference} ({settings.SITE_URL}{path})" if path else reference


def _split(opened: OpenedClaim, event: Any) -> Iterator[Fact]:
    yield _fact("split", _leading_to(opened, event.reference))
    yield _fact("articles", articles(event.lines))


def _granted(opened: OpenedClaim, event: Any) -> Iterator[Fact]:
    yield _fact("granted", terms_text(event.terms))
    yield from _to_send_back(opened, event)


def _to_send_back(opened: OpenedClaim, event: e.Event) -> Iterator[Fact]:
    """Say by when and where to, to who has to send the goods back."""
    if event.to is not State.AWAITING_RETURN or opened.role is not Role.BUYER:
        return
    term = ship_back_term(opened.claim, opened.rules)
    yield _fact("ship_back", until(term.counted.due_at, opened.zone, lang()))
    yield _fact("send_to", ", ".join(address_lines(opened)) or address_note(opened))


def _offered(opened: OpenedClaim, event: Any) -> Iterator[Fact]:
    yield _fact("offer", terms_text(event.terms))
    yield _fact("valid_until", until(event.expires_at, opened.zone, lang()))


def _offer_answered(opened: OpenedClaim, event: Any) -> Iterator[Fact]:
    offer = opened.row.snapshot.offer(event.number)
    if offer is not None:
        yield _fact("offer", terms_text(offer.terms))


def _ruled(opened: OpenedClaim, event: Any) -> Iterator[Fact]:
    yield _fact("decided", terms_text(event.terms) if event.terms else word("story", "rejected"))
    yield _fact("rule", rule_cited(event.rule))
    yield from _to_send_back(opened, event)


def _final(opened: OpenedClaim, event: Any) -> Iterator[Fact]:
    ruling = opened.row.snapshot.ruling
    if ruling is not None:
        yield _fact("decided", terms_text(ruling.terms) if ruling.terms else word("story", "rejected"))
    yield from _to_send_back(opened, event)


def _exhibit(opened: OpenedClaim, event: Any) -> Iterator[Fact]:
    yield _fact("exhibit", event.exhibit)


def _parcel(opened: OpenedClaim, event: Any) -> Iterator[Fact]:
    yield _fact("parcel", say(lang(), "story.parcel", carrier=event.carrier, tracking=event.tracking))


def _return_shipped(opened: OpenedClaim, event: Any) -> Iterator[Fact]:
    yield from _parcel(opened, event)
    if event.amount is not None:
        yield _fact("part", money(event.amount, lang()))


def _contested(opened: OpenedClaim, event: Any) -> Iterator[Fact]:
    if event.offer is not None:
        yield _fact("offer", terms_text(event.offer.terms))
        yield _fact("valid_until", until(event.offer.expires_at, opened.zone, lang()))


def _paid(opened: OpenedClaim, event: Any) -> Iterator[Fact]:
    yield _fact("amount", money(event.amount, lang()))
    if opened.role is Role.BUYER:
        yield _fact("means", means(opened, event))
        yield _fact("visible", day(visible_on(opened, event), lang()))


def _amount(opened: OpenedClaim, event: Any) -> Iterator[Fact]:
    yield _fact("amount", money(event.amount, lang()))


def _credited(opened: OpenedClaim, event: Any) -> Iterator[Fact]:
    yield _fact("credit", money(event.amount, lang()))
    yield _fact("valid_until", until(event.expires_at, opened.zone, lang()))


def _to_check(opened: OpenedClaim, event: Any) -> Iterator[Fact]:
    yield _fact("amount", money(opened.row.snapshot.refunded_in_money, lang()))


def _missing(opened: OpenedClaim, event: Any) -> Iterator[Fact]:
    yield _fact("missing", word("missing", event.missing))
    if event.arrived is not None:
        yield _fact("came", money(event.arrived, lang()))


def means(opened: OpenedClaim, event: e.RefundPaid) -> str:
    """Say where the money went: by transfer when a person paid it, else back to what the purchase was paid with."""
    if event.by.id is not None:
        return say(lang(), "news.means.by_hand")
    row = opened.row
    used = {row.payment.method} if row.payment else set()
    if row.payment is None and row.order is not None:
        paid = row.order.payments.filter(status=Payment.Status.CAPTURED)
        used = set(paid.values_list("method", flat=True))
    if len(used) != 1:
        return say(lang(), "news.means.several")
    key = f"news.means.{used.pop()}"
    return say(lang(), key if has(lang(), key) else "news.means.other")


def visible_on(opened: OpenedClaim, event: e.RefundPaid) -> dt.date:
    """Return the last day on which a bank usually shows the money."""
    seen = due_after(
        event.at, BANKS_TAKE, opened.rules.calendar, rule="refund.visible", source="", event="refund_paid"
    )
    return seen.last_on


def _overdue(opened: OpenedClaim, event: Any) -> Iterator[Fact]:
    meter = refund_meter(opened)
    if meter is not None:
        yield _fact("owed", money(meter.amount, lang()))
        if meter.surcharge.is_positive:
            yield _fact("added", money(meter.surcharge, lang()))


def _extended(opened: OpenedClaim, event: Any) -> Iterator[Fact]:
    due = [deadline for deadline in event.deadlines or () if deadline.kind is DeadlineKind.SELLER_RESPONSE]
    for deadline in due:
        yield _fact("answer_by", until(deadline.due_at, opened.zone, lang()))


FACTS: dict[type[e.Event], Callable[[OpenedClaim, Any], Iterator[Fact]]] = {
    e.SellerContacted: _opened,
    e.DisputeOpened: _opened,
    e.ContractWithdrawn: _withdrawn,
    e.RequestAccepted: _granted,
    e.OfferAccepted: _granted,
    e.GrantedBySilence: _granted,
    e.OfferMade: _offered,
    e.OfferApproved: _offer_answered,
    e.OfferRefused: _offer_answered,
    e.ResponseExtended: _extended,
    e.RequestChanged: lambda opened, event: iter([_fact("wanted", terms_text(event.terms))]),
    e.GroundChanged: lambda opened, event: iter([_fact("ground", word("ground_short", event.ground))]),
    e.RulingMade: _ruled,
    e.RulingBecameFinal: _final,
    e.RulingAppealed: lambda opened, event: iter([_fact("why", word("appeal_reason", event.reason))]),
    e.ClaimMerged: lambda opened, event: iter([_fact("merged", _leading_to(opened, event.reference))]),
    e.ClaimSplit: _split,
    e.ExhibitSealed: _exhibit,
    e.ExhibitRedacted: _exhibit,
    e.ExhibitRestored: _exhibit,
    e.ReturnShipped: _return_shipped,
    e.ReturnTrackingCorrected: _parcel,
    e.ReplacementShipped: _parcel,
    e.ReturnArrived: lambda opened, event: iter([_fact("arrived_on", day(event.arrived_on, lang()))]),
    e.ReturnRefused: lambda opened, event: iter([_fact("refused_on", day(event.refused_on, lang()))]),
    e.ReturnContested: _contested,
    e.RefundPaid: _paid,
    e.RefundReversed: _amount,
    e.CreditIssued: _credited,
    e.CreditVoided: _amount,
    e.ChargebackOpened: _amount,
    e.ChargebackLost: _amount,
    e.RefundBecameOverdue: _overdue,
    e.RefundCheckAsked: _to_check,
    e.RefundReportedMissing: _missing,
}
"""What each event settles or asks for; those that are not here say all in their heading."""
