"""What the claim's page shows its buyer, in the order of what matters to them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.translation import gettext as _

from recours.buyer.messages.addresses import file_url
from recours.claims import presentation as p
from recours.claims.acts import ACTS, evidence_refused
from recours.claims.forms import EvidenceForm, MessageForm
from recours.claims.models import Claim, Evidence
from recours.claims.presentation.acts import act_buttons, against_request, offer_buttons
from recours.claims.presentation.due_dates import due_dates
from recours.claims.presentation.exhibits import exhibits
from recours.claims.presentation.offers import beside_credit
from recours.claims.presentation.rights import rights
from recours.claims.presentation.words import rule_cited
from recours.claims.queries import Entry, OpenedClaim, evidence_of, story
from recours.claims.templatetags.claims import claim_title
from recours.conversations.presentation import FileUrl, LiveThread, listening
from recours.refunds.presentation import WHERE_MONEY_IS, money_of, payout
from recours.refunds.queries import refunds_of
from recours.rules.access import Identity
from recours.rules.lifecycle.claim import Actor
from recours.rules.lifecycle.claim import Claim as Snapshot
from recours.rules.lifecycle.vocabulary import Act, Ground, Role, State
from recours.rules.wording import say
from recours.ui.language import lang

FIRST = (
    Act.GIVE_EVIDENCE,
    Act.ANSWER,
    Act.SHIP_RETURN,
    Act.UNDO_WITHDRAWAL,
    Act.OPEN_DISPUTE,
    Act.ESCALATE,
    Act.APPEAL,
    Act.CONFIRM_REFUND,
    Act.CONFIRM_REPLACEMENT,
)
"""What is most useful to do, the first of these that is open; an offer to answer comes before all of them."""

LAST = (Act.MARK_SOLVED, Act.WITHDRAW)
"""Ways out, apart from the others so that nobody takes them by mistake."""

WITH_OFFERS = (Act.ACCEPT_OFFER, Act.REFUSE_OFFER)
"""Shown beside each offer."""

NEGOTIATED = frozenset({State.CONTACTING_SELLER, State.WITH_SELLER, State.WITH_BUYER, State.WITH_PLATFORM})
"""Where proposals still count; afterwards only what was decided does."""

LONGEST_REASONS = 240
"""Characters of an offer's reasons beside its amount; the story has them whole."""


def url_of(reference: str, act: Act, number: int | None = None) -> str:
    """Return where an act is shown and sent."""
    url = reverse("buyer:act", args=[reference, act.value])
    return f"{url}?number={number}" if number is not None else url


def heading(opened: OpenedClaim) -> dict[str, Any]:
    """Return what names the claim on every page about it."""
    row, claim = opened.row, opened.claim
    return {
        "opened": opened,
        "named": _named(opened),
        "title": claim_title(row),
        "ground": p.word("ground_short", claim.ground),
        "url": reverse("buyer:claim", args=[row.reference]),
        "status": p.status(opened),
        "in_claims": True,
    }


def _named(opened: OpenedClaim) -> str:
    """Return what the claim is, with its reference: who changed their mind has no dispute."""
    reference = {"reference": opened.row.reference}
    if opened.claim.ground is Ground.CHANGE_OF_MIND:
        return _("Rétractation %(reference)s") % reference
    if opened.claim.disputed_formally:
        return _("Litige %(reference)s") % reference
    return _("Réclamation %(reference)s") % reference


def whole(opened: OpenedClaim) -> dict[str, Any]:
    """Return the context of the claim's page: three queries, and one more once there can be refunds."""
    told = story(opened)
    paragraphs = p.paragraphs(opened, told, attached(opened))
    found = evidence_of(opened.row.pk)
    refunds = refunds_of(opened) if opened.claim.state in WHERE_MONEY_IS else []
    return {
        **heading(opened),
        **acts(opened),
        "elsewhere": p.elsewhere(opened),
        "timeline": p.timeline(opened, told),
        **money_of(opened, refunds),
        "payout": payout(opened, refunds),
        "decision": decision(opened),
        "granted": granted(opened),
        "offers": offers(opened) if opened.claim.state in NEGOTIATED else [],
        **conversation(opened, paragraphs),
        "live": live(opened, told),
        "files": files(opened, found),
        **adding(opened),
        "rights": rights(opened),
        "due_dates": due_dates(opened),
        "goes_back": opened.claim.trip is not None and opened.claim.agreed is not None,
        "tabs": [
            {"label": _("Échanges"), "url": "#story", "count": len(paragraphs)},
            {"label": _("Pièces"), "url": "#evidence", "count": len(found)},
            {"label": _("Vos droits"), "url": "#rights", "count": None},
        ],
    }


def attached(opened: OpenedClaim) -> FileUrl | None:
    """Return where the files of the claim's messages are; nothing while it has no conversation."""
    return file_url(opened.row.conversation_id) if opened.row.conversation_id else None


def live(opened: OpenedClaim, told: Sequence[Entry], since: int = 0) -> LiveThread | None:
    """Return how the story hears of messages; None while nobody wrote. `since` is the last one shown before."""
    messages = [entry.message for entry in told if entry.message is not None]
    if opened.row.conversation_id is None:
        return None
    fresh = [one for one in messages if since and one.pk > since and one.author_role != opened.role]
    who = p.word("role", fresh[-1].author_role) if fresh else ""
    last = messages[-1].pk if messages else 0
    return listening(
        opened.row.conversation_id, reverse("buyer:claim", args=[opened.row.reference]), last, who, opened.now
    )


def conversation(opened: OpenedClaim, paragraphs: Sequence[p.Paragraph]) -> dict[str, Any]:
    """Return what the story's part of the page needs, alone as well as within it."""
    return {
        "story": paragraphs,
        "message_form": MessageForm(opened),
        "message_url": reverse("buyer:message", args=[opened.row.reference]),
    }


def decision(opened: OpenedClaim) -> dict[str, str] | None:
    """Return the platform's ruling while it counts, in words."""
    ruling = opened.claim.ruling
    if ruling is None or opened.claim.state in NEGOTIATED:
        return None
    return {
        "outcome": p.terms_text(ruling.terms) if ruling.terms else p.word("story", "rejected"),
        "rule": rule_cited(ruling.rule),
        "reasons": ruling.reasons,
    }


def granted(opened: OpenedClaim) -> str:
    """Return what was agreed or granted by silence; a ruling says it itself."""
    claim = opened.claim
    if claim.agreed is None or claim.state in NEGOTIATED or decision(opened):
        return ""
    return p.terms_text(claim.agreed)


def acts(opened: OpenedClaim) -> dict[str, Any]:
    """Return the acts open now as buttons: the first one, the others, and the ways out."""
    open_now = [act for act in opened.acts if act in ACTS and act not in WITH_OFFERS]
    if not is_asked_of_refund(opened.claim):
        # To say that all is well is for who was asked; that something is missing, for anybody at any time.
        open_now = [act for act in open_now if act is not Act.CONFIRM_REFUND]
    first = None
    if not opened.answerable and is_waited_for(opened):
        first = next((act for act in FIRST if act in open_now), None)
    direct = [act for act in open_now if ACTS[act].direct]
    # "Yes" and "no" stand together: neither is the one thing to do.
    leading = [first] if first else []
    if first is Act.CONFIRM_REFUND:
        leading.append(Act.REPORT_REFUND_MISSING)
    if first is Act.CONFIRM_REPLACEMENT and Act.REPORT_REPLACEMENT_MISSING in open_now:
        leading.append(Act.REPORT_REPLACEMENT_MISSING)
    middle = [act for act in open_now if act not in leading and act not in LAST]
    last = [act for act in open_now if act in LAST]

    def buttons(chosen: Sequence[Act]) -> list[dict[str, Any]]:
        return act_buttons(
            opened, chosen, lambda act, _: url_of(opened.row.reference, act), direct=direct, primary=first
        )

    return {
        "first": buttons(leading),
        "others": buttons(middle),
        "ways_out": buttons(last),
        "is_offered": bool(opened.answerable),
    }


def is_waited_for(opened: OpenedClaim) -> bool:
    """Whether the buyer has something to do, rather than may do something."""
    claim = opened.claim
    match claim.state:
        case State.CONTACTING_SELLER:
            return claim.seller_answered or claim.next_deadline is None
        case State.WITH_PLATFORM:
            return claim.request is not None
        case State.RULED:
            return claim.ruling is not None and claim.ruling.terms is None
        case State.CLOSED:
            was_sent_again = Act.CONFIRM_REPLACEMENT in opened.acts
            return claim.withdrawal is not None or is_asked_of_refund(claim) or was_sent_again
        case State.WITH_SELLER | State.RETURN_IN_TRANSIT | State.REFUND_DUE | State.REPLACEMENT_DUE:
            return False
        case _:
            return True


def is_asked_of_refund(claim: Snapshot) -> bool:
    """Whether the buyer was asked if the money came, and has not said."""
    check = claim.refund_check
    return check is not None and check.confirmed_at is None and check.missing_since is None


def offers(opened: OpenedClaim) -> list[dict[str, Any]]:
    """Return the proposals side by side; those that can be answered carry what they mean in euros and two buttons.

    An older offer that can still be accepted has a column of its own.
    """
    columns = p.offer_columns(opened)
    shown = {column.get("number") for column in columns}
    for offer in opened.answerable:
        if offer.number not in shown:
            columns.append(
                {
                    "who": _("Une proposition plus ancienne, toujours valable"),
                    "amount": offer.terms.amount,
                    "title": "" if offer.terms.amount else p.terms_text(offer.terms),
                    "lines": [p.terms_text(offer.terms), *beside_credit(opened, offer.terms)]
                    if offer.terms.amount
                    else [],
                    "number": offer.number,
                    "reasons": offer.reasons,
                }
            )
    for column in columns:
        answerable = next((one for one in opened.answerable if one.number == column.get("number")), None)
        if answerable is not None:
            gap = against_request(opened, answerable.terms)
            column["lines"] = [*column["lines"][:1], *([gap] if gap else []), *column["lines"][1:]]
            column["actions"] = offer_buttons(
                opened, answerable, lambda act, number: url_of(opened.row.reference, act, number)
            )
            if len(opened.answerable) > 1:
                # Which of several to take is theirs to say: none is put forward.
                column["actions"][0]["style"] = "secondary"
        if column.get("reasons"):
            column["lines"] = [
                *column["lines"],
                say(lang(), "said.quoted", text=shortened(column["reasons"])),
            ]
    return columns


def shortened(text: str) -> str:
    """Return the beginning of a text, cut between words."""
    line = " ".join(text.split())
    if len(line) <= LONGEST_REASONS:
        return line
    return line[:LONGEST_REASONS].rsplit(" ", 1)[0] + "…"


def files(opened: OpenedClaim, found: Sequence[Evidence]) -> list[dict[str, Any]]:
    """Return the exhibits, each behind the claim's own address."""
    keys = {exhibit.exhibit: exhibit.pk for exhibit in found}

    def address(number: str, is_thumbnail: bool) -> str:
        there = reverse("buyer:evidence", args=[opened.row.reference, keys[number]])
        return f"{there}?variant=thumb" if is_thumbnail else there

    return exhibits(found, opened.role, address)


def evidence_form(opened: OpenedClaim, *args: Any) -> EvidenceForm:
    """Return the form for photos and documents, and tell browsers where each can go by itself."""
    form = EvidenceForm(opened, *args)
    form.send_to(reverse("buyer:evidence-upload", args=[opened.row.reference]))
    return form


def adding(opened: OpenedClaim) -> dict[str, Any]:
    """Return the form that adds exhibits, or why there is none."""
    closed = evidence_refused(opened)
    if closed is not None:
        return {"evidence_form": None, "evidence_closed": f"{closed.explain(lang())} {closed.remedy(lang())}"}
    return {"evidence_form": evidence_form(opened)}


def row_of(row: Claim, identity: Identity, now: dt.datetime) -> dict[str, Any]:
    """Return one claim of the list: where it stands, whose turn it is, until when, as silence has left it."""
    opened = OpenedClaim(row=row, role=Role.BUYER, actor=Actor(Role.BUYER, identity.user_id), now=now)
    claim = opened.claim
    standing = opened.standing
    closed = claim.state is State.CLOSED
    label, tone = _badge(opened)
    deadline = standing.deadline
    return {
        "title": claim_title(row),
        "ground": p.word("ground_short", claim.ground),
        "reference": row.reference,
        "shop": row.shop.name if row.shop else _("La place de marché"),
        "url": reverse("buyer:claim", args=[row.reference]),
        "label": label,
        "tone": tone,
        "turn": standing.turn(lang()),
        "due_at": deadline.due_at if deadline and not closed else None,
        "amount": claim.refunded
        if closed and claim.refunded.is_positive
        else claim.wanted.amount or row.disputed,
        "opened_at": row.opened_at,
    }


def _badge(opened: OpenedClaim) -> tuple[str, str]:
    """Return the word and the tone of a claim in the list: what the buyer must not overlook comes first."""
    claim = opened.claim
    if claim.resolution:
        return p.word("resolution", claim.resolution), ""
    if claim.refund_overdue:
        return p.word("happened", "RefundBecameOverdue"), "danger"
    if is_waited_for(opened):
        return _("À vous d’agir"), "warn"
    return p.word("state", claim.state), "accent"


def cursor_of(row: Claim) -> str:
    """Return the address of what follows a row: the instant it was opened, in microseconds, and its id."""
    microseconds = (row.opened_at - EPOCH) // dt.timedelta(microseconds=1)
    return f"{microseconds}-{row.pk.hex}"


def before(cursor: str) -> tuple[dt.datetime, UUID] | None:
    """Return the key that a cursor names, None for none or for one that somebody made up."""
    instant, _dash, key = cursor.partition("-")
    if not (instant.isascii() and instant.isdigit() and len(instant) < 18):
        return None
    try:
        return EPOCH + dt.timedelta(microseconds=int(instant)), UUID(key)
    except (ValueError, OverflowError):
        return None


EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


def zone_of(opened: OpenedClaim) -> ZoneInfo:
    """Where the claim's days are counted, and shown."""
    return ZoneInfo(opened.zone)
