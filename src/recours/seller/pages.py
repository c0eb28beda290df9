"""What the seller's pages show: a claim and its acts, in the words of who has to answer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from recours.claims.acts import ACTS, evidence_refused, form_for, rehearsed
from recours.claims.forms import MessageForm, OfferForm
from recours.claims.presentation import (
    elsewhere,
    offer_columns,
    paragraphs,
    status,
    terms_text,
    timeline,
    word,
)
from recours.claims.presentation.acts import act_button, act_buttons, act_title, consequences, offer_buttons
from recours.claims.presentation.exhibits import exhibits
from recours.claims.presentation.status import is_turn_of
from recours.claims.presentation.words import first_name
from recours.claims.queries import OpenedClaim, evidence_of, story
from recours.claims.sending import Sent
from recours.refunds.presentation import money_of
from recours.rules.lifecycle.claim import Terms
from recours.rules.lifecycle.vocabulary import Act, Remedy, Role, State
from recours.rules.refusals import Refusal
from recours.rules.wording.format import day, money
from recours.seller.canned import answers_for
from recours.ui.language import lang

FIRST = (
    Act.GIVE_EVIDENCE,
    Act.ANSWER,
    Act.RECORD_RETURN_ARRIVAL,
    Act.ACCEPT_RETURN,
    Act.SHIP_REPLACEMENT,
    Act.ACCEPT,
)
"""The one thing to do when it is the seller's turn: the first of these that is open."""
DIRECT = frozenset(act for act, spec in ACTS.items() if spec.direct)


def claim_page(
    opened: OpenedClaim, *, message: MessageForm | None = None, cautions: Sequence[str] = ()
) -> dict[str, Any]:
    """Return the context of a claim's page. The buyer is a first name, never an address."""
    told = story(opened)
    shown = [act for act in opened.acts if act in ACTS and act not in (Act.ACCEPT_OFFER, Act.REFUSE_OFFER)]
    return {
        "opened": opened,
        "claim": opened.claim,
        "row": opened.row,
        "status": status(opened),
        "actions": act_buttons(opened, shown, url_of(opened), direct=DIRECT, primary=primary_act(opened)),
        "facts": _facts(opened),
        "explanation": opened.claim.opening.explanation,
        "offers": _offers(opened),
        "elsewhere": elsewhere(opened),
        "timeline": timeline(opened, told),
        "story": paragraphs(opened, told),
        "files": exhibits(evidence_of(opened.row.pk), Role.SELLER, exhibit_url(opened)),
        **money_of(opened),
        "closed": said(evidence_refused(opened)),
        "message": message or MessageForm(opened),
        "answers": answers_for(opened),
        "cautions": cautions,
    }


def said(refusal: Refusal | None) -> dict[str, str] | None:
    """Return a refusal in the reader's words."""
    return {"why": refusal.explain(lang()), "remedy": refusal.remedy(lang())} if refusal else None


def act_page(
    opened: OpenedClaim, act: Act, *, offer: str | None = None, sent: Sent | None = None
) -> dict[str, Any]:
    """Return the context of an act's page: what it entails in euros, then its form. KeyError for one without a form."""
    form = sent.form if sent else form_for(opened, act, initial={"number": offer} if offer else None)
    answered = form.offer if isinstance(form, OfferForm) else None
    refusal = sent.refusal if sent else None
    return {
        "opened": opened,
        "row": opened.row,
        "status": status(opened),
        "title": act_title(act, Role.SELLER),
        "button": act_button(act, Role.SELLER, answered),
        "irreversible": ACTS[act].irreversible,
        "entailed": [*_in_euros(opened, act, answered.terms if answered else None),
                     *consequences(opened, act, rehearsed(opened, act, answered.number if answered else None))],
        "form": form,
        "refusal": said(refusal),
        "is_open": act in opened.acts,
        "request_terms": terms_text(opened.claim.wanted),
        "explanation": opened.claim.opening.explanation,
    }  # fmt: skip


def primary_act(opened: OpenedClaim) -> Act | None:
    if not is_turn_of(opened.claim, Role.SELLER) or opened.claim.state is State.RULED:
        # A first message that was not answered in time can still be.
        return Act.ANSWER if opened.claim.state is State.CONTACTING_SELLER else None
    return next((act for act in FIRST if act in opened.acts), None)


def _in_euros(opened: OpenedClaim, act: Act, offered: Terms | None) -> list[str]:
    """Say first what the seller gives, before anything else."""
    terms = opened.claim.wanted if act is Act.ACCEPT else offered if act is Act.ACCEPT_OFFER else None
    if act is Act.ACCEPT_RETURN:
        terms = opened.claim.agreed
    if terms is None:
        return []
    if terms.remedy is Remedy.CREDIT and terms.amount is not None:
        return [
            _("L’acheteur recevra un bon d’achat de %(amount)s, à votre charge.")
            % {"amount": money(terms.amount, lang())}
        ]
    if terms.remedy is Remedy.REFUND and terms.amount is not None:
        return [
            _("%(amount)s seront rendus à l’acheteur, à votre charge.")
            % {"amount": money(terms.amount, lang())}
        ]
    return [_("Vous enverrez l’article à nouveau, à vos frais.")]


def _facts(opened: OpenedClaim) -> list[tuple[str, str]]:
    opening, row = opened.claim.opening, opened.row
    facts = [
        (_("Demande"), terms_text(opened.claim.wanted)),
        (_("Motif"), word("ground_short", opened.claim.ground)),
        (_("Acheteur"), first_name(row.buyer.name)),
    ]
    facts += [
        (_("Article"), f"{line.title} × {line.quantity}, {money(line.paid, lang())}")
        for line in opening.lines
    ]
    if row.order is not None:
        facts.append((_("Commande"), row.order.number))
    if opening.ordered_on:
        facts.append((_("Commandé le"), day(opening.ordered_on, lang())))
    if opening.delivered_on:
        facts.append((_("Reçu le"), day(opening.delivered_on, lang())))
    elif opening.promised_on:
        facts.append((_("Promis pour le"), day(opening.promised_on, lang())))
    return facts


def _offers(opened: OpenedClaim) -> list[dict[str, Any]]:
    columns = offer_columns(opened)
    for column in columns:
        offer = opened.claim.offer(column["number"]) if column.get("number") else None
        if offer is not None:
            column["actions"] = offer_buttons(opened, offer, url_of(opened))
    return columns


def url_of(opened: OpenedClaim) -> Any:
    def url(act: Act, number: int | None) -> str:
        address = reverse("seller:act", args=[opened.row.reference, act.value])
        return address if number is None else f"{address}?offer={number}"

    return url


def exhibit_url(opened: OpenedClaim) -> Any:
    def url(number: str, thumbnail: bool) -> str:
        name = "seller:thumbnail" if thumbnail else "seller:exhibit"
        return reverse(name, args=[opened.row.reference, number])

    return url
