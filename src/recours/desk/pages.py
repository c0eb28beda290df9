"""What the desk's pages about a claim show: both stories, the rule, the acts allowed now, the whole log."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from recours.casework.commands.presence import topic
from recours.claims.acts import ACTS, form_for
from recours.claims.forms import DeskMessageForm
from recours.claims.presentation import (
    Paragraph,
    country_name,
    offer_columns,
    paragraphs,
    said_before,
    status,
    terms_text,
    timeline,
    word,
)
from recours.claims.presentation.acts import act_button, act_buttons, act_title, consequences
from recours.claims.presentation.exhibits import exhibits
from recours.claims.presentation.returns import goods_back
from recours.claims.presentation.rights import rights
from recours.claims.queries import OpenedClaim, evidence_of, story
from recours.claims.sending import Sent
from recours.conversations.forms import DRAFTED_ANSWER as DRAFTED
from recours.conversations.forms import drafted
from recours.desk.beside import Beside, ParcelTold, beside
from recours.desk.forms import ReminderForm
from recours.desk.keys import ACT_KEYS
from recours.desk.plan_words import plan_on
from recours.desk.queries import Desk
from recours.desk.story import Shown, in_words, kinds, people_in, whole_story
from recours.desk.views.door import kept_place
from recours.refunds.presentation import money_of, traces
from recours.rules.access import Identity, action_of_act, may_do
from recours.rules.casework.reminding import reminded
from recours.rules.entitlement import counted_payer
from recours.rules.lifecycle import events as e
from recours.rules.lifecycle.vocabulary import About, Act, Role, State
from recours.rules.refusals import Refusal
from recours.rules.wording import say
from recours.rules.wording.format import day, money
from recours.rules.wording.trace import source_text
from recours.ui.language import lang

ORDER = (
    Act.TRACE_REFUND,
    Act.TAKE,
    Act.RULE,
    Act.PROPOSE,
    Act.ASK_EVIDENCE,
    Act.RECORD_RETURN_ARRIVAL,
    Act.ASSIGN,
    Act.RELEASE,
)
"""The acts of the desk as an agent meets them: take it, decide it, or hand it on."""
DIRECT = frozenset(act for act, spec in ACTS.items() if spec.direct)


def acts_of(opened: OpenedClaim, identity: Identity) -> list[Act]:
    """Return the acts that this person has now at this desk, in the order of the page."""
    place = opened.row.marketplace_id
    return [
        act
        for act in ORDER
        if act in opened.acts and may_do(identity, action_of_act(act), marketplace_id=place)
    ]


def claim_page(
    opened: OpenedClaim,
    identity: Identity,
    *,
    message: DeskMessageForm | None = None,
    note: str = "",
    note_error: str = "",
    reminder_form: ReminderForm | None = None,
    shown: Shown = Shown.ALL,
) -> dict[str, Any]:
    """Return the context of a claim's page at the desk."""
    told = story(opened)
    words = paragraphs(opened, told)
    files = exhibits(evidence_of(opened.row.pk), Role.AGENT, exhibit_url(opened))
    acts = acts_of(opened, identity)
    around = beside(opened, identity, people_in(told))
    return {
        **heading(opened),
        "actions": _buttons(opened, acts),
        "blocked": blocked(opened),
        "sides": sides(opened, words, files),
        "platform_files": [file for file in files if file["side"] == Role.AGENT],
        "offers": offer_columns(opened),
        "rule": applicable_rule(opened),
        "rights": rights(opened),
        "beside": around,
        "may_merge": Act.MERGE_INTO in opened.acts,
        "may_split": Act.SPLIT in opened.acts,
        "others": around.others,
        "seq": opened.claim.seq,
        "topic": topic(opened.row.pk),
        "reminder_form": reminder_form or ReminderForm(initial=_next_morning(opened, around)),
        "back": goods_back(opened),
        "order": order_facts(opened),
        "parcels": [_parcel(parcel) for parcel in around.parcels],
        **money_of(opened),
        "traces": traces(opened),
        "ruling": _ruling(words),
        "timeline": timeline(opened, told),
        "notes": [paragraph for paragraph in words if paragraph.internal],
        "note": note,
        "note_error": note_error,
        "messages_thread": [paragraph for entry, paragraph in in_words(told, words) if entry.message],
        "message": _keyed(message or DeskMessageForm(opened, initial=drafted(around.draft, DRAFTED))),
        "log": whole_story(told, words, around.names, shown),
        "log_tabs": [
            {"label": label, "url": f"?show={each.value}#story", "current": each is shown}
            for each, label in kinds().items()
        ],
        "answers": around.answers,
        "plan": plan_on(opened, around.run, around.answers, acts),
        "kept": kept_place(Desk(identity=identity, marketplace=opened.row.marketplace)),
    }


def act_page(
    opened: OpenedClaim, identity: Identity, act: Act, *, sent: Sent | None = None
) -> dict[str, Any]:
    """Return the context of an act's page: its form beside what both parties say. KeyError for one without a form."""
    words = paragraphs(opened, story(opened))
    files = exhibits(evidence_of(opened.row.pk), Role.AGENT, exhibit_url(opened))
    refusal = sent.refusal if sent else None
    return {
        **heading(opened),
        "act_title": act_title(act, Role.AGENT),
        "button": act_button(act, Role.AGENT),
        "irreversible": ACTS[act].irreversible,
        "entailed": consequences(opened, act),
        "form": sent.form if sent else form_for(opened, act),
        "refusal": {"why": refusal.explain(lang()), "remedy": refusal.remedy(lang())} if refusal else None,
        "is_open": act in acts_of(opened, identity),
        "sides": sides(opened, words, files),
        "offers": offer_columns(opened),
        "rule": applicable_rule(opened),
    }


def heading(opened: OpenedClaim) -> dict[str, Any]:
    """Return what names the claim on every page about it."""
    claim = opened.claim
    return {
        "opened": opened,
        "row": opened.row,
        "claim": claim,
        "status": status(opened),
        "paused": claim.state is State.WITH_PLATFORM and claim.request is not None,
        "appeal": claim.appeal,
        "mine": claim.assigned_to is not None and claim.assigned_to == opened.actor.id,
    }


def blocked(opened: OpenedClaim) -> dict[str, str] | None:
    """Say why this agent cannot decide the claim, and what happens instead; None when they can, or nobody has to."""
    claim, me = opened.claim, opened.actor.id
    if claim.state is not State.WITH_PLATFORM:
        return None
    if claim.appeal is not None and claim.appeal.first_agent is not None and claim.appeal.first_agent == me:
        return {
            "why": _("Vous avez rendu la décision contestée : un autre agent doit juger cet appel."),
            "remedy": _("Vous pouvez lire le dossier et y laisser une note interne pour votre collègue."),
        }
    if claim.assigned_to is not None and claim.assigned_to != me:
        return {
            "why": _("%(name)s suit ce dossier.") % {"name": opened.row.assigned_to or _("Un autre agent")},
            "remedy": _(
                "Pour agir à sa place, demandez-lui de le rendre à la file, ou à un administrateur de vous l’attribuer."
            ),
        }
    return None


def sides(
    opened: OpenedClaim, words: Sequence[Paragraph], files: Sequence[dict[str, Any]]
) -> list[dict[str, Any]]:
    """Return what each party says and shows: the buyer, and the seller where there is one."""
    row = opened.row
    found: list[dict[str, Any]] = [
        {
            "role": Role.BUYER,
            "title": word("role", Role.BUYER),
            "name": row.buyer.name or _("sans nom"),
            "stands": terms_text(opened.claim.wanted),
        }
    ]
    if opened.claim.has_seller:
        mine = [offer for offer in opened.claim.offers if offer.by is Role.SELLER]
        found.append(
            {
                "role": Role.SELLER,
                "title": word("role", Role.SELLER),
                "name": row.shop.name if row.shop else "",
                "stands": terms_text(mine[-1].terms) if mine else _("Aucune proposition"),
                # What they said before stands in the events of the claim that this one was a part of.
                "elsewhere": opened.claim.split_from,
            }
        )
    for side in found:
        side["said"] = [paragraph for paragraph in words if paragraph.role is side["role"]]
        if side["role"] is Role.BUYER and opened.claim.split_from:
            # What the buyer said stands in the events of the claim that it was a part of.
            side["said"].insert(0, said_before(opened))
        side["files"] = [
            file | {"manage": reverse("desk:withhold", args=[row.reference, file["number"]])}
            for file in files
            if file["side"] == side["role"]
        ]
    return found


def applicable_rule(opened: OpenedClaim) -> dict[str, Any]:
    """Return the policy's version and what it says for the ground; the law's side is in `rights`."""
    policy, claim = opened.rules.policy, opened.claim
    ground = policy.grounds.get(claim.ground)
    facts = [(_("Conditions"), source_text(policy.label, lang()))]
    facts.append((_("Motif"), word("ground_short", claim.ground)))
    if ground is not None:
        facts.append(
            (_("Solutions prévues"), ", ".join(word("remedy", remedy).lower() for remedy in ground.remedies))
        )
        facts.append(
            (_("Pièces demandées"), " · ".join(say(lang(), f"evidence.{key}") for key in ground.evidence))
        )
    if claim.ground.goods_received and claim.has_seller:
        facts.append(
            (
                _("Frais de retour"),
                say(lang(), f"side.{counted_payer(claim.ground, policy, opened.rules.law)}"),
            )
        )
    return {
        "facts": facts,
        "has_law": opened.rules.law is not None,
        "country": country_name(claim.opening.country),
    }


def order_facts(opened: OpenedClaim) -> list[tuple[str, str]]:
    """Return what was bought and paid, in the marketplace's words."""
    row, opening = opened.row, opened.claim.opening
    facts = []
    if row.order is not None:
        facts.append((_("Commande"), row.order.number))
    if opening.ordered_on:
        facts.append((_("Commandé le"), day(opening.ordered_on, lang())))
    facts += [
        (_("Article"), f"{line.title} × {line.quantity}, {money(line.paid, lang())}")
        for line in opening.lines
    ]
    if opening.shipping is not None:
        facts.append((_("Frais de port"), money(opening.shipping, lang())))
    if row.payment is not None:
        facts.append((_("Paiement"), f"{row.payment.ref}, {money(row.payment.refundable, lang())}"))
    facts.append((_("Montant en jeu"), money(opened.claim.disputed, lang())))
    if opening.about is About.PURCHASE and opening.disputed.is_positive:
        facts.append(
            (
                _("Paiement"),
                _("aucun n’est connu : ce montant est débité selon l’acheteur, vérifiez-le avant d’accorder"),
            )
        )
    if opened.claim.refunded_in_money.is_positive:
        facts.append((_("Déjà remboursé"), money(opened.claim.refunded_in_money, lang())))
    if opened.claim.credited is not None:
        facts.append((_("Réglé en bon d’achat"), money(opened.claim.credited, lang())))
    trip = opened.claim.trip
    if trip is not None and trip.shipped_on is not None:
        facts.append((_("Retour"), f"{trip.carrier}, {trip.tracking}, {day(trip.shipped_on, lang())}"))
    return facts


def _next_morning(opened: OpenedClaim, around: Beside) -> dict[str, Any]:
    """What the reminder's form proposes: the one that is set; or nine o'clock on the next day, in two hours where that
    would make the claim late, and nothing where those would too."""
    if around.reminder is not None:
        at, note = around.reminder
        return {"at": localtime(at), "note": note}
    now = localtime(opened.now)
    tomorrow = (now + dt.timedelta(days=1)).replace(hour=9, minute=0, second=0, microsecond=0)
    soon = (now + dt.timedelta(hours=2)).replace(minute=0, second=0, microsecond=0)
    return next(({"at": at} for at in (tomorrow, soon) if _may_wait_until(opened, at)), {})


def _may_wait_until(opened: OpenedClaim, at: dt.datetime) -> bool:
    try:
        reminded(opened.claim, at, opened.now)
    except Refusal:
        return False
    return True


def _ruling(words: Sequence[Paragraph]) -> Paragraph | None:
    title = word("happened", e.RulingMade.__name__)
    rulings = [paragraph for paragraph in words if paragraph.role is Role.AGENT and paragraph.title == title]
    return rulings[-1] if rulings else None


def _parcel(parcel: ParcelTold) -> list[tuple[str, str]]:
    facts = [(_("Colis"), " ".join(part for part in (parcel.carrier, parcel.tracking) if part) or parcel.ref)]
    if parcel.shipped_on:
        facts.append((_("Envoyé le"), day(parcel.shipped_on, lang())))
    if parcel.promised_on:
        facts.append((_("Promis pour le"), day(parcel.promised_on, lang())))
    if parcel.delivered_on:
        source = word("delivery_source", parcel.delivery_source)
        facts.append((_("Livré le"), f"{day(parcel.delivered_on, lang())} ({source})"))
    else:
        facts.append((_("Livré le"), _("pas encore")))
    return facts


def _keyed(form: DeskMessageForm) -> DeskMessageForm:
    form.fields["text"].widget.attrs["data-key"] = "m"
    return form


def _buttons(opened: OpenedClaim, acts: Sequence[Act]) -> list[dict[str, Any]]:
    primary = next(
        (act for act in (Act.TRACE_REFUND, Act.TAKE, Act.RULE, Act.RECORD_RETURN_ARRIVAL) if act in acts),
        None,
    )
    buttons = act_buttons(opened, acts, _url_of(opened), direct=DIRECT, primary=primary)
    return [button | {"key": ACT_KEYS.get(act, "")} for act, button in zip(acts, buttons, strict=True)]


def _url_of(opened: OpenedClaim) -> Any:
    return lambda act, number: reverse("desk:act", args=[opened.row.reference, act.value])


def exhibit_url(opened: OpenedClaim) -> Any:
    """Return where the desk serves an exhibit, by its number."""

    def url(number: str, thumbnail: bool) -> str:
        name = "desk:thumbnail" if thumbnail else "desk:exhibit"
        return reverse(name, args=[opened.row.reference, number])

    return url
