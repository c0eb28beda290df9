"""The acknowledgement of a withdrawal: what was declared, when, and what follows. The same words on paper, by mail and
on the page, made of the event alone, so that they never change.
"""

from __future__ import annotations

from django.utils import translation
from msgspec import Struct

from recours.claims.announcing import paths
from recours.claims.chain import canonical, decode_event
from recours.claims.holidays import holiday_words
from recours.claims.models import Claim, ClaimEvent
from recours.claims.presentation.news import articles
from recours.claims.rulebook import rulebook
from recours.outbox.content import MailContent
from recours.outbox.models import Mail
from recours.rules.entitlement import refund_window, send_back_window
from recours.rules.lifecycle import Rulebook
from recours.rules.lifecycle import events as e
from recours.rules.lifecycle.claim import Opening
from recours.rules.lifecycle.vocabulary import Role, State
from recours.rules.windows import Dated
from recours.rules.wording import Lang, say
from recours.rules.wording.format import instant, money, until_day, zone
from recours.typesetting import typeset


class Acknowledgement(Struct, frozen=True, kw_only=True):
    """One acknowledgement in one language. `seal` is the event's own SHA-256, by which `recours verify` knows it."""

    title: str
    lead: str
    facts: tuple[tuple[str, str], ...]
    text: str
    follows: tuple[str, ...]
    seal: str
    send_back: Dated | None
    refund: Dated | None
    """None both while the platform judges whether the law excludes the goods: nothing is promised by then."""


def acknowledgement(row: Claim, lang: Lang) -> Acknowledgement | None:
    """Return the acknowledgement of the withdrawal that a claim was born by; None for any other claim."""
    stored = ClaimEvent.objects.filter(claim_id=row.pk, seq=1).first()
    event = decode_event(canonical(stored.body)) if stored is not None else None
    if stored is None or not isinstance(event, e.ContractWithdrawn):
        return None
    opening, said = event.opening, event.declaration
    rules = rulebook(row.marketplace_id, row.policy_version, opening.country)
    is_judged = event.to is State.WITH_PLATFORM
    send_back, refund = (None, None) if is_judged else _terms(event, rules)
    declared_at = f"{instant(event.at, said.zone, lang)} ({zone(said.zone, lang)})"
    facts = [
        _fact(lang, "declared_at", declared_at),
        _fact(lang, "by", f"{said.name}, {said.email}"),
        _fact(lang, "order", row.order.number if row.order else ""),
        _fact(lang, "shop", row.shop.name if row.shop else ""),
        _fact(lang, "articles", articles(opening.lines)),
        _fact(lang, "disputed" if is_judged else "refund", _sum(opening, lang)),
        _fact(lang, "reference", row.reference),
    ]
    return Acknowledgement(
        title=say(lang, "withdrawing.ack.title"),
        lead=say(lang, "withdrawing.ack.lead", at=declared_at),
        facts=tuple(fact for fact in facts if fact[1]),
        text=said.text,
        follows=_follows(opening, send_back, refund, said.zone, lang),
        seal=bytes(stored.hash).hex(),
        send_back=send_back,
        refund=refund,
    )


def _fact(lang: Lang, key: str, value: str) -> tuple[str, str]:
    return say(lang, f"withdrawing.fact.{key}"), value


def _sum(opening: Opening, lang: Lang) -> str:
    total = money(opening.disputed, lang)
    if opening.shipping is None:
        return total
    return say(lang, "withdrawing.ack.with_shipping", total=opening.disputed, shipping=opening.shipping)


def _terms(event: e.ContractWithdrawn, rules: Rulebook) -> tuple[Dated | None, Dated]:
    """Count both terms from the declaration: what is promised on the day, whatever happens later."""
    opening = event.opening
    book = (rules.policy, rules.law, rules.calendar)
    back = None
    if opening.wanted.goods_return:
        back = send_back_window(opening.delivered_on, event.at, opening.ground, *book).counted
    refund = refund_window(
        opening.ground, event.at, None, *book, opening.delivered_on, event.at, told=not opening.untold
    )
    return back, refund.latest


def _follows(
    opening: Opening, send_back: Dated | None, refund: Dated | None, zone_name: str, lang: Lang
) -> tuple[str, ...]:
    """Say what happens next, in order."""
    if refund is None:
        return (say(lang, "withdrawing.next.judged"), say(lang, "withdrawing.next.keep"))
    by = until_day(refund.due_at, zone_name, lang)
    if send_back is None:
        return (say(lang, "withdrawing.next.refund", by=by), say(lang, "withdrawing.next.on_its_way"))
    payer = opening.wanted.return_paid_by or Role.BUYER
    return (
        say(lang, "withdrawing.next.send_back", by=until_day(send_back.due_at, zone_name, lang)),
        say(lang, f"withdrawing.next.cost.{payer}"),
        say(lang, "withdrawing.next.refund_after_goods", by=by),
        say(lang, "withdrawing.next.depreciation"),
    )


def paper(row: Claim, lang: Lang) -> bytes | None:
    """Return the acknowledgement as a PDF, dated by the declaration: the same bytes each time; None as above.

    Raises TypesettingError.
    """
    found = acknowledgement(row, lang)
    if found is None:
        return None
    data = {
        "title": found.title,
        "reference": row.reference,
        "header": row.marketplace.name,
        "lead": found.lead,
        "facts": found.facts,
        "declared": say(lang, "withdrawing.ack.declared"),
        "text": found.text,
        "then": say(lang, "withdrawing.ack.then"),
        "follows": found.follows,
        "sealed": say(lang, "withdrawing.ack.sealed"),
        "seal": found.seal,
    }
    return typeset("claims/acknowledgement.typ", data, at=row.opened_at, lang=lang)


def render(mail: Mail) -> MailContent | None:
    """Word the mail that acknowledges a withdrawal, from what was declared; of what came later it says only that the
    shop is away, which moves none of its dates.
    """
    row = (
        Claim.objects.select_related("buyer", "shop", "order", "marketplace")
        .filter(pk=mail.payload["claim"])
        .first()
    )
    if row is None:
        return None
    lang = mail.language
    with translation.override(lang):
        found = acknowledgement(row, lang)
        if found is None:
            return None
        return MailContent(
            subject=say(lang, "withdrawing.ack.subject", reference=row.reference),
            heading=found.title,
            paragraphs=(found.lead, *found.follows, *holiday_words(row, lang)),
            quote=found.text,
            quoted_from=say(lang, "withdrawing.ack.declared"),
            facts=(*found.facts, (say(lang, "withdrawing.ack.sealed"), found.seal)),
            button_label=say(lang, "withdrawing.ack.button"),
            button_path=str(paths()[Role.BUYER]).replace("REFERENCE", row.reference),
        )
