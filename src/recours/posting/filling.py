"""What a claim knows already goes into the letter: its kind, the parties, dates, amounts, what was tried."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.utils import translation
from msgspec import Struct

from recours.claims.models import Evidence
from recours.claims.presentation.offers import terms_text
from recours.claims.queries import Entry, OpenedClaim, story
from recours.files.showing import Hidden, shown_to
from recours.files.storage import read
from recours.marketplaces.models import Payment
from recours.rules.entitlement.terms import FAULTY
from recours.rules.letters import Enclosure, Fact, Kind, Party, Step, Story, Tried
from recours.rules.lifecycle import events as e
from recours.rules.lifecycle.vocabulary import Ground, Resolution, Role, State
from recours.rules.money import Money
from recours.rules.wording import say

SUBJECT_FACTS: tuple[type[e.Event], ...] = (
    e.SellerAnswered,
    e.RequestRefused,
    e.RequestAccepted,
    e.GrantedBySilence,
    e.OfferMade,
    e.RulingMade,
    e.RulingAppealed,
    e.ReturnArrived,
    e.ReturnRefused,
    e.ReturnReportedLost,
    e.ReturnContested,
    e.ReplacementShipped,
    e.ReplacementReportedMissing,
    e.RefundBecameOverdue,
    e.RefundReversed,
    e.RefundReportedMissing,
)
"""What a letter tells of a claim's history; the rest is its dates, or what was tried."""

TRIED: Mapping[type[e.Event], Step] = {
    e.SellerContacted: Step.SELLER,
    e.DisputeOpened: Step.DISPUTE,
    e.Escalated: Step.SUPPORT,
    e.EscalatedBySilence: Step.SUPPORT,
}


class Filled(Struct, frozen=True, kw_only=True):
    """What the claim says for the letter. The person may change `kind`, the parties, `story` and `wanted`."""

    kind: Kind
    sender_name: str
    addressee_name: str
    addressee_lines: tuple[str, ...]
    story: str
    wanted: str
    known: dict[str, Any]
    facts: tuple[Fact, ...]
    tried: tuple[Tried, ...]


def filled(opened: OpenedClaim) -> Filled:
    """Read the claim for a letter: what happened, what was said, and what was paid."""
    told = story(opened)
    row, claim = opened.row, opened.claim
    with translation.override("fr"):  # the letter is French, whatever the page is
        wanted = terms_text(claim.agreed or claim.wanted)
    name, lines = _addressee(opened)
    return Filled(
        kind=kind_for(opened),
        sender_name=row.buyer.name,
        addressee_name=name,
        addressee_lines=lines,
        story=claim.opening.explanation,
        wanted=f"{wanted}." if wanted else "",
        known=_known(opened, told),
        facts=_facts(opened, told),
        tried=_tried(opened, told),
    )


def kind_for(opened: OpenedClaim) -> Kind:
    """Return the letter that a claim in this state asks for; the person may choose another."""
    claim = opened.claim
    ground = claim.ground
    if claim.state is State.REFUND_DUE and (claim.refund_overdue or ground is Ground.CHANGE_OF_MIND):
        return Kind.REFUND_OVERDUE
    if claim.state in (State.RULED, State.CLOSED) and claim.resolution is not Resolution.REFUNDED:
        return Kind.MEDIATOR
    if ground is Ground.UNAUTHORISED_CHARGE:
        return Kind.BANK
    if ground in (Ground.LOST, Ground.LATE) and claim.opening.delivered_on is None:
        return Kind.DELIVER
    if ground in FAULTY and claim.opening.delivered_on is not None:
        return Kind.CONFORMITY
    return Kind.COMPLAINT


def written(
    found: Filled,
    typed: Mapping[str, Any],
    *,
    written_on: dt.date,
    exhibits: Sequence[tuple[str, str | None]],
) -> Story:
    """Return the story of a letter: what the claim knows, and what the person typed over it.

    `exhibits` are the titles of the enclosures, with the name of the picture that is annexed, if it is one.
    """
    address = tuple(line for line in str(typed["sender_address"]).splitlines() if line.strip())
    to = tuple(line for line in str(typed["addressee_address"]).splitlines() if line.strip())
    return Story(
        kind=Kind(typed["kind"]),
        sender=Party(
            name=typed["sender_name"],
            address=address,
            country=typed.get("sender_country") or None,
            email=typed.get("sender_email") or None,
        ),
        addressee=Party(
            name=typed["addressee_name"], address=to, country=typed.get("addressee_country") or None
        ),
        place=typed["place"],
        written_on=written_on,
        story=typed["story"],
        wanted=typed["wanted"],
        term_days=typed.get("term_days") or None,
        facts=found.facts,
        tried=found.tried,
        enclosures=tuple(Enclosure(title=title, file=name) for title, name in exhibits),
        **found.known,
    )


def enclosed(
    evidence: Sequence[Evidence], viewer: Role
) -> tuple[list[tuple[str, str | None]], dict[str, bytes]]:
    """Return the enclosures that exhibits make, and the pictures among them by the name under which they are annexed.

    Only what the viewer may see, as they see it: a copy that the desk shows instead is what is annexed.
    """
    titles: list[tuple[str, str | None]] = []
    pictures: dict[str, bytes] = {}
    for exhibit in evidence:
        shown = shown_to(exhibit.file, viewer)
        if isinstance(shown, Hidden):
            continue
        name = None
        if shown.is_image:
            name = exhibit.exhibit.lower()
            with read(shown.clean_sha256) as content:
                pictures[name] = content.read()
        titles.append((f"{exhibit.exhibit} – {shown.original_name}", name))
    return titles, pictures


def _addressee(opened: OpenedClaim) -> tuple[str, tuple[str, ...]]:
    """The seller, where it has an address; else the marketplace, which has one for parcels at least."""
    shop, place = opened.row.shop, opened.row.marketplace
    if shop is not None and opened.claim.has_seller and shop.address.strip():
        name = shop.legal_name or shop.name
        return name, _lines(shop.address, name)
    return place.name, _lines(place.return_address, place.name)


def _lines(text: str, name: str) -> tuple[str, ...]:
    """The lines of an address under a name that many repeat; a letter within France does not name the country."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if lines and lines[0].casefold().startswith(name.casefold()):
        lines[0] = lines[0][len(name) :].lstrip(" ,;–-")
        lines = lines if lines[0] else lines[1:]
    return tuple(lines[:-1] if lines and lines[-1].casefold() == "france" else lines)


def _known(opened: OpenedClaim, told: Sequence[Entry]) -> dict[str, Any]:
    row, claim, opening = opened.row, opened.claim, opened.claim.opening
    amount = claim.agreed.amount if claim.agreed and claim.agreed.amount else claim.disputed
    local = opened.rules.calendar.local_date
    paid_at = row.payment.captured_at if row.payment else _captured_at(opened)
    granted_at = next(
        (entry.at for entry in reversed(told) if isinstance(entry.event, e.Granted | e.RulingMade)), None
    )
    claimed_at = claim.opened_at if claim.ground is Ground.CHANGE_OF_MIND else granted_at or claim.opened_at
    return {
        "marketplace": row.marketplace.name,
        "order_number": row.order.number if row.order else "",
        "product": row.title,
        "amount": _amount(amount),
        "currency": amount.currency,
        "ordered_on": opening.ordered_on or (local(row.order.ordered_at) if row.order else None),
        "promised_on": opening.promised_on,
        "delivered_on": opening.delivered_on,
        "sent_back_on": claim.trip.shipped_on if claim.trip else None,
        "claimed_on": local(claimed_at),
        "complained_on": local(claim.opened_at),
        "paid_on": local(paid_at) if paid_at else None,
        "refund_of": "withdrawal" if claim.ground is Ground.CHANGE_OF_MIND else "termination",
        "is_informed": not opening.untold,
    }


def _captured_at(opened: OpenedClaim) -> dt.datetime | None:
    if opened.row.order_id is None:
        return None
    paid = Payment.objects.filter(order_id=opened.row.order_id)
    return paid.order_by("captured_at").values_list("captured_at", flat=True).first()


def _amount(money: Money) -> str:
    return f"{money.to_decimal()}".replace(".", ",")


def _facts(opened: OpenedClaim, told: Sequence[Entry]) -> tuple[Fact, ...]:
    local = opened.rules.calendar.local_date
    return tuple(
        Fact(on=local(entry.at), text=f"{say('fr', f'happened.{type(entry.event).__name__}')}.")
        for entry in told
        if isinstance(entry.event, SUBJECT_FACTS)
    )


def _tried(opened: OpenedClaim, told: Sequence[Entry]) -> tuple[Tried, ...]:
    local = opened.rules.calendar.local_date
    found: dict[Step, Tried] = {}
    for entry in told:
        if isinstance(entry.event, e.ClaimSplitOff):
            found |= _tried_before(entry.event, local)
        step = TRIED.get(type(entry.event)) if entry.event is not None else None
        if entry.message is not None and entry.message.author_role == Role.BUYER and opened.row.shop_id:
            step = Step.SELLER
        if step is not None and step not in found:
            found[step] = Tried(on=local(entry.at), step=step)
    return tuple(found.values())


def _tried_before(event: e.ClaimSplitOff, local: Callable[[dt.datetime], dt.date]) -> dict[Step, Tried]:
    """What was tried while the claim was a part of another."""
    steps = {kind.__name__: step for kind, step in TRIED.items()}
    found: dict[Step, Tried] = {}
    for earlier in event.before:
        if (step := steps.get(earlier.kind)) is not None and step not in found:
            found[step] = Tried(on=local(earlier.at), step=step)
    return found
