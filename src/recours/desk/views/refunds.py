"""Refunds to pay, by due date: record the transfer that paid one, try again one that failed."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from msgspec.structs import replace

from recours import clock
from recours.claims.forms import said
from recours.claims.models import Claim
from recours.claims.queries import PAGE, OpenedClaim
from recours.desk.forms import TransferForm
from recours.desk.views.door import for_agents
from recours.people.queries import identity
from recours.refunds.commands import account_key, may_approve, order_surcharge, record_transfer
from recours.refunds.commands import approve as approve_refund
from recours.refunds.commands import check as check_refund
from recours.refunds.commands import look_up as look_up_refund
from recours.refunds.commands import refuse as refuse_refund
from recours.refunds.commands import retry as retry_refund
from recours.refunds.doubts import doubts, left_alone
from recours.refunds.models import Refund
from recours.refunds.providers import AUTOMATIC, Answer, NoAnswer, Outcome, UnknownProvider
from recours.refunds.providers.sepa.accounts import grouped
from recours.refunds.providers.sepa.provider import is_set_up
from recours.refunds.queries import (
    RefundNotVisible,
    account_of,
    checks_at,
    claims_with_account,
    is_stuck,
    late,
    promise,
    refund_for,
    refunds_to_pay,
    stuck,
)
from recours.rules.access import Identity
from recours.rules.lifecycle.claim import Actor
from recours.rules.lifecycle.vocabulary import Role
from recours.rules.refusals import Refusal
from recours.rules.surcharge import Lateness
from recours.rules.wording.format import money
from recours.rules.wording.rights import lateness_lines
from recours.ui.language import lang
from recours.ui.paging import page_of, place_in

Status = Refund.Status


class Which(StrEnum):
    """The lists: what is to be paid, what waits for a second person, what could not be paid, and what the law adds to
    late refunds and nobody has had paid yet.
    """

    TO_PAY = "to_pay"
    TO_APPROVE = "to_approve"
    SURCHARGES = "surcharges"
    STUCK = "stuck"
    FAILED = "failed"


CHECKED = dt.timedelta(days=90)
"""How far back the desk counts what buyers said of their refunds."""

STATUSES = {
    Which.TO_PAY: (Status.APPROVED, Status.SUBMITTED, Status.PENDING),
    Which.TO_APPROVE: (Status.REQUESTED,),
    Which.SURCHARGES: (Status.DUE,),
    Which.STUCK: (Status.SUBMITTED, Status.PENDING),
    Which.FAILED: (Status.FAILED,),
}
LABELS = {
    Which.TO_PAY: gettext_lazy("À verser"),
    Which.TO_APPROVE: gettext_lazy("À approuver"),
    Which.SURCHARGES: gettext_lazy("Majorations dues"),
    Which.STUCK: gettext_lazy("Sans réponse"),
    Which.FAILED: gettext_lazy("En échec"),
}
NOTHING = {
    Which.TO_PAY: gettext_lazy("Aucun remboursement n’est à verser."),
    Which.TO_APPROVE: gettext_lazy("Aucun remboursement n’attend d’approbation."),
    Which.SURCHARGES: gettext_lazy("Aucune majoration de retard n’est à verser."),
    Which.STUCK: gettext_lazy("Aucun remboursement n’attend une réponse depuis trop longtemps."),
    Which.FAILED: gettext_lazy("Aucun remboursement n’a échoué."),
}


@require_safe
@for_agents
def refunds(request: HttpRequest) -> HttpResponseBase:
    """What is owed, the most overdue first, with what the law adds to it today."""
    which = next((each for each in Which if each == request.GET.get("list")), Which.TO_PAY)
    now = clock.now()
    only = stuck(now) if which is Which.STUCK else None
    rows = refunds_to_pay(identity(request), statuses=STATUSES[which], which=only, after=place_in(request))
    page = page_of(request, rows, PAGE, lambda refund: (refund.pay_until, refund.pk))
    meters = {refund.pk: found for refund, found in _meters(page.rows, identity(request), now) if found}
    transfers = [refund.claim_id for refund in page.rows if refund.provider == "sepa"]
    accounts = claims_with_account(transfers) if transfers else set()
    context = {
        "page": page,
        "rows": [
            _row(refund, meters.get(refund.pk), now) | _file(refund, refund.claim_id in accounts)
            for refund in page.rows
        ],
        "tabs": [
            {"label": LABELS[each], "url": f"?list={each.value}", "current": each is which} for each in Which
        ],
        "nothing": NOTHING[which],
        "title": LABELS[which],
        "checks": checks_at(identity(request), now - CHECKED),
        "days": CHECKED.days,
        "pays_by_file": is_set_up(),
        "doubts": doubts(identity(request)).count(),
        "left_alone": [
            {"provider": row.provider.capitalize(), "since": row.since, "until": until}
            for row, until in left_alone()
        ],
    }
    return render(request, "desk/refunds.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_agents
def record(request: HttpRequest, refund_id: UUID) -> HttpResponseBase:
    """Say that a person paid a refund by transfer: on which day, under which reference."""
    refund = _refund(request, refund_id)
    today = _today(refund)
    form = TransferForm(request.POST or None, today=today)
    refusal: Refusal | None = None
    if request.method == "POST" and form.is_valid():
        by = Actor(Role.AGENT, identity(request).user_id)
        given = form.cleaned_data
        try:
            record_transfer(refund.pk, by=by, reference=given["reference"], paid_on=given["paid_on"])
        except Refusal as refused:
            refusal = refused
        else:
            messages.success(request, _recorded(refund))
            return redirect("desk:refunds")
    context = {
        "refund": refund,
        "row": refund.claim,
        "form": form,
        "facts": _facts(refund),
        "too_early": clock.now() < refund.pay_from,
        "refusal": {"why": refusal.explain(lang()), "remedy": refusal.remedy(lang())} if refusal else None,
    }
    status = 409 if refusal else 422 if form.is_bound else 200
    return render(request, "desk/record_refund.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@for_agents
def approve(request: HttpRequest, refund_id: UUID) -> HttpResponseBase:
    """Let a large refund leave as the second person, or keep it back with a reason."""
    refund = _refund(request, refund_id)
    by = Actor(Role.AGENT, identity(request).user_id)
    reason = request.POST.get("reason", "")
    refusal: Refusal | None = None
    if request.method == "POST":
        try:
            if request.POST.get("answer") == "refuse":
                refuse_refund(refund.pk, by=by, reason=reason)
                said_so = _("Le remboursement ne partira pas. La raison est gardée.")
            else:
                approve_refund(refund.pk, by=by, seen_account=request.POST.get("account", ""))
                said_so = _("Le remboursement est approuvé.")
        except Refusal as refused:
            refusal = refused
        else:
            messages.success(request, said_so)
            return redirect("desk:refunds")
    context = {
        "refund": refund,
        "row": refund.claim,
        "facts": _facts(refund),
        "may_approve": may_approve(refund.claim, refund, by.id),
        "account": account_key(refund.claim_id),
        "reason": reason,
        "refusal": {"why": refusal.explain(lang()), "remedy": refusal.remedy(lang())} if refusal else None,
    }
    return render(request, "desk/approve_refund.html", context, status=409 if refusal else 200)


@require_POST
@for_agents
def retry(request: HttpRequest, refund_id: UUID) -> HttpResponseBase:
    """Try a failed refund again, by its provider or by hand."""
    refund = _refund(request, refund_id)
    by_hand = request.POST.get("by_hand") == "1"
    try:
        retry_refund(refund.pk, by_hand=by_hand)
    except Refusal as refusal:
        messages.error(request, said(refusal))
        return redirect("desk:refunds")
    if by_hand:
        return redirect("desk:record_refund", refund.pk)
    messages.success(request, _("Le remboursement est relancé : le prestataire va être sollicité à nouveau."))
    return redirect("desk:refunds")


@require_POST
@for_agents
def order(request: HttpRequest, refund_id: UUID) -> HttpResponseBase:
    """Have a surcharge paid: it leaves as refunds do, or waits for a second person above the policy's limit."""
    refund = _refund(request, refund_id)
    try:
        ordered = order_surcharge(refund.pk, by=Actor(Role.AGENT, identity(request).user_id))
    except Refusal as refusal:
        messages.error(request, said(refusal))
        return redirect(f"{reverse('desk:refunds')}?list={Which.SURCHARGES.value}")
    if ordered.status == Status.REQUESTED:
        messages.success(request, _("La majoration attend l’approbation d’une seconde personne."))
        return redirect(f"{reverse('desk:refunds')}?list={Which.TO_APPROVE.value}")
    messages.success(request, _("La majoration est à verser : elle est parmi les remboursements à verser."))
    return redirect("desk:refunds")


@require_POST
@for_agents
def check(request: HttpRequest, refund_id: UUID) -> HttpResponseBase:
    """Ask the provider what became of a refund; nothing is paid by it."""
    refund = _refund(request, refund_id)
    try:
        found = check_refund(refund.pk)
    except Refusal as refusal:
        messages.error(request, said(refusal))
    else:
        messages.success(request, _answered(found))
    return redirect("desk:refunds")


def _answered(refund: Refund) -> str:
    match refund.status:
        case Status.SUCCEEDED:
            return _("Le prestataire a versé ce remboursement.")
        case Status.FAILED:
            return _("Le prestataire n’a pas pu verser ce remboursement.")
        case _:
            return _("Le prestataire traite encore ce remboursement.")


@require_POST
@for_agents
def look_up(request: HttpRequest, refund_id: UUID) -> HttpResponseBase:
    """Ask the provider's own list where a refund is, for a buyer who misses it; nothing is paid by asking."""
    refund = _refund(request, refund_id)
    try:
        answer = look_up_refund(refund)
    except (NoAnswer, UnknownProvider):
        messages.error(
            request, _("Le prestataire ne répond pas. Réessayez dans quelques minutes : rien n’a changé.")
        )
    else:
        messages.info(request, _found(refund, answer))
    return redirect("desk:claim", refund.claim.reference)


def _found(refund: Refund, answer: Answer | None) -> str:
    words = {"reference": refund.provider_ref, "amount": money(refund.amount, lang())}
    if answer is None and refund.provider not in AUTOMATIC:
        return (
            _("Versement fait à la main : demandez à votre banque où en est la référence %(reference)s.")
            % words
        )
    if answer is None:
        return (
            _("Le prestataire ne connaît pas ce remboursement de %(amount)s. Rien n’a été versé par lui.")
            % words
        )
    outcomes = {
        Outcome.PAID: _("Le prestataire confirme avoir versé %(amount)s, référence %(reference)s."),
        Outcome.PENDING: _(
            "Le prestataire dit que ce versement est encore en route, référence %(reference)s."
        ),
        Outcome.DECLINED: _("Le prestataire dit que ce versement a été refusé, référence %(reference)s."),
        Outcome.REVERSED: _(
            "Le prestataire dit que ces %(amount)s lui sont revenus, référence %(reference)s."
        ),
    }
    return outcomes[answer.outcome] % (words | ({"reference": answer.ref} if answer.ref else {}))


def _refund(request: HttpRequest, refund_id: UUID) -> Refund:
    try:
        return refund_for(identity(request), refund_id)
    except RefundNotVisible as error:
        raise Http404 from error


def _opened(claim: Claim, identity: Identity, now: dt.datetime) -> OpenedClaim:
    return OpenedClaim(row=claim, role=Role.AGENT, actor=Actor(Role.AGENT, identity.user_id), now=now)


def _meters(rows: list[Refund], identity: Identity, now: dt.datetime) -> list[tuple[Refund, Lateness | None]]:
    """Return what the law adds to each refund that is past its promise; one query for all their claims."""
    overdue = [refund for refund in rows if refund.pay_until <= now and not refund.is_surcharge]
    claims = Claim.objects.in_bulk([refund.claim_id for refund in overdue])
    found = []
    for refund in overdue:
        opened = _opened(claims[refund.claim_id], identity, now)
        promised = promise(opened, [refund])
        today = opened.rules.calendar.local_date(now)
        # Each row is late for its own sum: a debt paid back to two payments has two rows.
        own = promised and replace(promised, owed=refund.amount)
        found.append((refund, late(opened, today, own) if own else None))
    return found


def _row(refund: Refund, lateness: Lateness | None, now: dt.datetime) -> dict[str, Any]:
    return {
        "refund": refund,
        "claim": refund.claim,
        "late": refund.pay_until <= now,
        "meter": lateness_lines(lateness, lang()) if lateness else [],
        "by_hand": refund.provider not in AUTOMATIC,
        "failed": refund.status == Status.FAILED,
        "to_approve": refund.status == Status.REQUESTED,
        "to_order": refund.status == Status.DUE,
        "under_way": refund.status in (Status.SUBMITTED, Status.PENDING),
        "stuck": is_stuck(refund, now),
        "from": refund.pay_from if refund.pay_from > now else None,
    }


def _file(refund: Refund, has_account: bool) -> dict[str, bool]:
    """Say where a transfer is that goes by file."""
    is_sent = refund.status in (Status.SUBMITTED, Status.PENDING)
    by_file = refund.provider == "sepa"
    return {"by_file": by_file, "in_file": by_file and is_sent, "has_account": has_account}


def _facts(refund: Refund) -> list[tuple[str, str]]:
    facts = [
        (_("Montant"), money(refund.amount, lang())),
        (_("Bénéficiaire"), refund.claim.buyer.name or _("sans nom")),
        (_("Dossier"), refund.claim.reference),
    ]
    if (account := account_of(refund.claim_id)) is not None:
        # Whole: who pays by hand copies it.
        facts += [(_("Titulaire du compte"), account.holder), (_("IBAN"), grouped(account.iban))]
    if refund.ordered_by is not None:
        facts.append((_("Demandée par"), refund.ordered_by.name or refund.ordered_by.email))
    if refund.approved_at is not None:
        facts.append((_("Approbation"), _approval(refund)))
    if refund.payment is not None:
        facts.append((_("Paiement d’origine"), f"{refund.payment.ref} ({refund.payment.method})"))
    elif refund.surcharge_of is not None:
        # What the law adds was never paid by anybody: it goes by transfer, beside what was.
        facts.append((_("Majoration du versement de"), money(refund.surcharge_of.amount, lang())))
    elif refund.claim.order_id is None:
        facts.append((_("Paiement d’origine"), _("aucun n’est connu : débité selon l’acheteur")))
    return facts


def _approval(refund: Refund) -> str:
    if refund.approved_by is None:
        return _("automatique : le montant est sous le seuil des conditions")
    return refund.approved_by.name or refund.approved_by.email


def _today(refund: Refund) -> dt.date:
    opened = _opened(Claim.objects.get(pk=refund.claim_id), Identity(), clock.now())
    return opened.rules.calendar.local_date(opened.now)


def _recorded(refund: Refund) -> str:
    words = {"amount": money(refund.amount, lang()), "reference": refund.claim.reference}
    return _("Le virement de %(amount)s est enregistré sur le dossier %(reference)s.") % words
