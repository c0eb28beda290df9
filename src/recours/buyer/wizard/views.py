"""The wizard's addresses: one page a question, each saved as it is left, in whatever direction."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from recours.buyer.orders.cards import claim_line, claim_url, write_to
from recours.buyer.queries import NotTheirs, buyers_of
from recours.buyer.wizard.evidence import phone_place
from recours.buyer.wizard.forms import GroundForm, withdrawal_facts
from recours.buyer.wizard.matter import (
    Matter,
    brought_by,
    matter_of_order,
    matter_of_payment,
    matter_of_purchase,
)
from recours.buyer.wizard.prefill import begin, bring
from recours.buyer.wizard.progress import Progress
from recours.buyer.wizard.steps import SUMMARY, Step
from recours.buyer.wizard.summary import refused, summary
from recours.channels.commands.filing import file_messages
from recours.claims.claimable import draft_of, files_of
from recours.claims.commands.drafts import add_draft_files, discard_draft, remove_draft_file, submit_draft
from recours.claims.forms import said
from recours.claims.models import Claim, Draft
from recours.claims.phone_page import show_new_code
from recours.claims.presentation import word
from recours.files.commands import store_judged
from recours.files.forms import Uploads
from recours.files.refusals import FileRefused, FileUnavailable
from recours.files.responses import serve
from recours.marketplaces.commands import record_delivery
from recours.marketplaces.policies import NoPolicy
from recours.people.models import User
from recours.people.queries import identity
from recours.rules.entitlement import entitlements
from recours.rules.lifecycle.decide.context import MAX_TEXT
from recours.rules.lifecycle.vocabulary import About, Ground, Role
from recours.rules.outlook import change_of_mind
from recours.rules.refusals import Refusal
from recours.rules.wording.format import time, until_day
from recours.rules.wording.rights import counted_text
from recours.ui.language import lang

Find = Callable[[], Matter | None]


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def order_dispute(request: HttpRequest, order_id: UUID, step: str = "") -> HttpResponse:
    """A dispute about an order."""
    return _page(request, lambda: matter_of_order(identity(request), order_id), step)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def payment_dispute(request: HttpRequest, payment_id: UUID, step: str = "") -> HttpResponse:
    """A dispute about a charge."""
    return _page(request, lambda: matter_of_payment(identity(request), payment_id), step)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def purchase_dispute(request: HttpRequest, marketplace: str, step: str = "") -> HttpResponse:
    """A dispute about a purchase that failed."""
    return _page(request, lambda: matter_of_purchase(identity(request), marketplace), step)


@login_required
@require_safe
def purchase_choice(request: HttpRequest) -> HttpResponse:
    """On which marketplace did the purchase fail? Not asked of who buys on one only."""
    buyers = buyers_of(identity(request))
    if len(buyers) == 1:
        return redirect("buyer:purchase_dispute", marketplace=buyers[0].marketplace.slug)
    return render(request, "buyer/wizard/purchase_choice.html", {"in_orders": True, "buyers": buyers})


@login_required
@require_POST
def discard(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """Forget a draft."""
    draft = draft_of(identity(request), draft_id)
    if draft is None:
        raise Http404
    discard_draft(draft=draft)
    messages.success(request, gettext("Le brouillon est effacé."))
    return redirect("buyer:orders")


@login_required
@require_safe
def draft_file(request: HttpRequest, draft_id: UUID, file_id: UUID) -> HttpResponseBase:
    """The thumbnail of a picture in a draft, or the clean copy with `?copy`; to its author alone."""
    draft = draft_of(identity(request), draft_id)
    stored = draft.files.filter(pk=file_id).first() if draft else None
    if stored is None:
        raise Http404
    wants_thumb = bool(stored.thumb_sha256) and "copy" not in request.GET
    try:
        return serve(request, stored, variant="thumb" if wants_thumb else "clean", reader=Role.BUYER)
    except FileUnavailable as error:
        raise Http404 from error


def _page(request: HttpRequest, find: Find, slug: str) -> HttpResponse:
    try:
        matter = find()
    except NotTheirs as error:
        raise Http404 from error
    if matter is None:
        raise Http404
    if request.method == "POST" and slug == SUMMARY and (sent := _sent_before(request, matter)):
        return redirect(sent)
    if matter.blocked_by is not None:
        context = _head(matter) | {"claim": claim_line(matter.blocked_by, matter.now)}
        return render(request, "buyer/wizard/blocked.html", context)
    if not slug and (ground := _ground_of(request)) is not None:
        return redirect(begin(matter, ground))
    if not slug and (brought := brought_by(matter.buyer, request.GET.get("messages", ""))) is not None:
        return redirect(bring(matter, brought))
    try:
        return _step_page(request, matter, slug)
    except NoPolicy:
        return render(request, "buyer/wizard/closed.html", _head(matter) | {"no_policy": True})
    except Refusal as refusal:
        return render(request, "buyer/wizard/closed.html", _head(matter) | refused(refusal))


def _ground_of(request: HttpRequest) -> Ground | None:
    """The ground that the guided question found, as the address names it."""
    given = request.GET.get("ground", "")
    return next((ground for ground in Ground if ground.value == given), None)


def _step_page(request: HttpRequest, matter: Matter, slug: str) -> HttpResponse:
    progress = Progress(matter)
    if not slug or not progress.is_reached(slug):
        if request.method == "POST" and matter.draft is not None and progress.is_known(slug):
            # An earlier answer does not hold any more: that one is asked again, and this one is not lost.
            matter.save(slug, progress.typed(request.POST))
        return redirect(matter.url(progress.first_open))
    if slug == SUMMARY:
        return _send(request, progress) if request.method == "POST" else _show_summary(request, progress)
    step = progress.step(slug)
    if step is None:
        return redirect(matter.url(progress.first_open))
    if request.method == "POST":
        return _answer(request, progress, step)
    return _show(request, progress, step, progress.form(step))


def _answer(request: HttpRequest, progress: Progress, step: Step) -> HttpResponse:
    """Keep what was typed, then do what the pressed button says; Continue goes on when the answer is good."""
    matter = progress.matter
    draft = matter.save(step.slug, progress.typed(request.POST))
    if request.headers.get("X-Requested-With") == "autosave":
        return HttpResponse(_saved_text(draft.saved_at), content_type="text/plain; charset=utf-8")
    if "remove" in request.POST:
        _remove(progress, request.POST["remove"])
        return redirect(matter.url(step.slug))
    if "back" in request.POST:
        return redirect(matter.url(progress.before(step.slug) or step.slug))
    form = progress.posted_form(step, request.POST, request.FILES)
    good = form.is_valid()
    kept = _keep_files(request, matter, form)
    if "later" in request.POST:
        messages.success(request, gettext("Votre brouillon est enregistré. Reprenez-le quand vous voulez."))
        return redirect("buyer:orders")
    if "phone" in request.POST and isinstance(request.user, User):
        return show_new_code(request, phone_place(draft, request.user, matter.url(step.slug)))
    if not good or not kept:
        return _show(request, progress, step, form, status=422)
    if step.slug == "received":
        _record_day(progress, form)
    if "stay" in request.POST:
        return redirect(matter.url(step.slug))
    return redirect(matter.url(Progress(_fresh(matter)).after(step.slug)))


def _fresh(matter: Matter) -> Matter:
    """Forget what was read before the answer: it may have changed which steps follow."""
    return Matter(
        who=matter.who,
        buyer=matter.buyer,
        address=matter.address,
        argument=matter.argument,
        order=matter_of_order(matter.who, matter.order.pk).order if matter.order else None,
        payment=matter.payment,
        now=matter.now,
    )


def _record_day(progress: Progress, form: forms.Form) -> None:
    if progress.matter.order is not None:
        record_delivery(
            order_id=progress.matter.order.pk,
            day=form.cleaned_data["day"],
            line_ids=list(progress.quantities),
            now=progress.matter.now,
        )


def _keep_files(request: HttpRequest, matter: Matter, form: forms.Form) -> bool:
    """Keep the good files in the draft; name the others on the form, and return whether there were none."""
    uploads = form.cleaned_data.get("exhibits")
    if not isinstance(uploads, Uploads) or not uploads or matter.draft is None:
        return True
    problems = [refused.text for refused in uploads.refused]
    by = request.user if isinstance(request.user, User) else None
    for judged in uploads.accepted:
        try:
            add_draft_files(draft=matter.draft, files=[store_judged(judged=judged, by=by)])
        except FileRefused as refusal:
            problems.append(said(refusal))
    if problems:
        form.add_error("exhibits", ValidationError(problems))
    return not problems


def _remove(progress: Progress, file_id: str) -> None:
    try:
        wanted = UUID(file_id)
    except ValueError:
        return
    if progress.matter.draft is not None:
        remove_draft_file(draft=progress.matter.draft, file_id=wanted)


def _sent_before(request: HttpRequest, matter: Matter) -> str:
    """Return the address of the claim that the draft of this page already became: the button was pressed twice."""
    if matter.draft is not None and request.POST.get("draft") == str(matter.draft.pk):
        return ""
    try:
        draft = draft_of(identity(request), UUID(request.POST.get("draft", "")))
    except ValueError:
        return ""
    return claim_url(draft.claim.reference) if draft is not None and draft.claim is not None else ""


def _send(request: HttpRequest, progress: Progress) -> HttpResponse:
    """Open the claim; a refusal is shown on the summary, and the draft stays as it is."""
    draft = progress.matter.draft
    if draft is None:
        return redirect(progress.matter.url())
    try:
        claim = _submit(progress, draft)
    except Refusal as refusal:
        return _show_summary(request, progress, refusal)
    if progress.request().contact_first:
        text = gettext("Votre message est parti. Référence : %(reference)s.")
    else:
        text = gettext("Votre litige est ouvert. Référence : %(reference)s.")
    messages.success(request, text % {"reference": claim.reference})
    return redirect(claim_url(claim.reference))


def _submit(progress: Progress, draft: Draft) -> Claim:
    """Open the claim, and file what the buyer wrote to customer service where they came from there."""
    brought = progress.matter.brought
    with transaction.atomic():
        claim = submit_draft(draft_id=draft.pk, request=progress.request(), by=progress.actor)
        if brought is not None:
            file_messages(
                conversation_id=brought.pk,
                claim_id=claim.pk,
                by=progress.actor,
                lang=lang(),
                now=progress.matter.now,
            )
    return claim


def _show_summary(request: HttpRequest, progress: Progress, refusal: Refusal | None = None) -> HttpResponse:
    context = _head(progress.matter) | _position(progress, SUMMARY) | summary(progress)
    if refusal is not None:
        context |= refused(refusal)
    return render(request, "buyer/wizard/summary.html", context, status=422 if refusal else 200)


def _show(
    request: HttpRequest, progress: Progress, step: Step, form: forms.Form, status: int = 200
) -> HttpResponse:
    matter = progress.matter
    context = _head(matter) | _position(progress, step.slug) | {"form": form, "url": matter.url(step.slug)}
    if isinstance(form, GroundForm):
        context |= _ground_extras(matter, form)
    if step.slug == "story":
        context |= _story_extras(progress)
    if step.slug == "wanted":
        context["to_platform"] = progress.answers["ground"]["ground"].concerns_marketplace
    return render(request, step.template, context, status=status)


def _head(matter: Matter) -> dict[str, Any]:
    """What every page of the wizard shows: what it is about, and where it came from."""
    order, payment = matter.order, matter.payment
    context: dict[str, Any] = {"in_orders": True, "matter": matter, "order": order, "payment": payment}
    context["contact"] = write_to(order) if order else None
    return context


def _position(progress: Progress, slug: str) -> dict[str, Any]:
    draft = progress.matter.draft
    return {
        "number": progress.slugs.index(slug) + 1,
        "total": len(progress.slugs),
        "saved_at": draft.saved_at if draft else None,
        "before": progress.before(slug),
        "before_url": progress.matter.url(progress.before(slug)) if progress.before(slug) else "",
        "draft": draft,
    }


def _ground_extras(matter: Matter, form: GroundForm) -> dict[str, Any]:
    """Changing one's mind needs no dispute; where no ground is open, the page says why, and what else there is."""
    facts = form.subject.facts(Ground.DAMAGED)
    if matter.about is not About.ORDER:
        return {"none_open": not form.any_open, "over": _over(form)}
    end = change_of_mind(facts, matter.rules, matter.now)
    to_withdraw = entitlements(matter.rules.policy, matter.rules.law, withdrawal_facts(form.subject))[0]
    return {
        "about_order": True,
        "change_of_mind": until_day(end.due_at, end.zone, lang()) if end else "",
        "not_received": facts.delivered_on is None,
        "withdraw_url": reverse("buyer:withdraw", args=[matter.order.pk]) if matter.order else "",
        "withdrawal": counted_text(to_withdraw, lang()),
        "none_open": not form.any_open,
        "over": _over(form),
    }


def _over(form: GroundForm) -> dict[str, Any]:
    """Return why nothing can be claimed, ground by ground, and the remedy of the first."""
    refusals = [one.refusal for one in form.options.values() if one.refusal is not None]
    return {
        "remedy": refusals[0].remedy(lang()) if refusals else "",
        "reasons": [
            (word("ground", key), one.refusal.explain(lang()))
            for key, one in form.options.items()
            if one.refusal is not None
        ],
    }


def _story_extras(progress: Progress) -> dict[str, Any]:
    ground = progress.answers["ground"]["ground"]
    rules = progress.matter.rules.policy.grounds[ground]
    draft = progress.matter.draft
    return {
        "checklist": [word("evidence", item) for item in rules.evidence],
        "files": files_of(draft) if draft else [],
        "limit": MAX_TEXT,
        "unauthorised": ground is Ground.UNAUTHORISED_CHARGE,
    }


def _saved_text(at: dt.datetime) -> str:
    local = timezone.localtime(at)
    return gettext("Enregistré à %(time)s") % {"time": time(local.hour, local.minute, lang())}
