"""The buyer's pages on their claims. Each begins with the claim as the buyer sees it; others' do not exist."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from recours import clock
from recours.buyer.claims import page
from recours.claims.acts import ACTS, attach, form_for, rehearsed, send_message
from recours.claims.forms import ActForm, MessageForm, OfferForm, said
from recours.claims.presentation import paragraphs
from recours.claims.presentation.acts import act_button, act_outcome, act_title, consequences
from recours.claims.presentation.parcels import typed_looks
from recours.claims.queries import (
    PAGE,
    ClaimNotVisible,
    OpenedClaim,
    claim_for,
    claims_of_buyer,
    exhibit_of,
    story,
)
from recours.claims.sending import send
from recours.conversations.commands import mark_read
from recours.conversations.presentation import has_news, shown_before
from recours.files.refusals import FileUnavailable
from recours.files.responses import serve
from recours.notices.commands import mark_seen
from recours.people.models import User
from recours.people.queries import identity
from recours.rules.lifecycle.refusals import ActNotOpen, NoSuchOffer
from recours.rules.lifecycle.table import TRANSITIONS
from recours.rules.lifecycle.vocabulary import Act, Role
from recours.rules.refusals import Refusal
from recours.ui.language import lang

BUYERS_ACTS = (
    frozenset(act for (state, act, role) in TRANSITIONS if role is Role.BUYER and state) & ACTS.keys()
)


def opened_by(request: HttpRequest, reference: str) -> OpenedClaim:
    """Fetch the claim as its buyer. Raises Http404 for everybody else's."""
    try:
        return claim_for(identity(request), reference, role=Role.BUYER)
    except ClaimNotVisible:
        raise Http404 from None


def draw(
    request: HttpRequest, template: str, opened: OpenedClaim, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    """Draw a page with the days of the claim's marketplace."""
    with timezone.override(page.zone_of(opened)):
        return render(request, template, context, status=status)


@login_required
@require_safe
def claims(request: HttpRequest) -> HttpResponse:
    """The buyer's claims, newest first."""
    who, cursor = identity(request), request.GET.get("before", "")
    rows = claims_of_buyer(who, before=page.before(cursor))
    now = clock.now()
    shown = rows[:PAGE]
    here = reverse("buyer:claims")
    context = {
        "rows": [page.row_of(row, who, now) for row in shown],
        "previous_url": here if page.before(cursor) else "",
        "next_url": f"{here}?before={page.cursor_of(shown[-1])}" if len(rows) > PAGE else "",
        "in_claims": True,
    }
    return render(request, "buyer/claims/claims.html", context)


@login_required
@require_safe
def claim(request: HttpRequest, reference: str) -> HttpResponse:
    """Where the claim stands, what can be done, and everything that was said."""
    opened = opened_by(request, reference)
    mark_seen(user_id=opened.actor.id, topic=f"claim:{opened.row.pk}", now=clock.now())
    if opened.row.conversation_id is not None and opened.actor.id is not None:
        # Its thread is on this page.
        mark_read(
            conversation_id=opened.row.conversation_id,
            user_id=opened.actor.id,
            until=opened.now,
            now=opened.now,
        )
    if getattr(request, "htmx", False):
        return _varied(_news(request, opened))
    return _varied(draw(request, "buyer/claims/claim.html", opened, page.whole(opened)))


def _news(request: HttpRequest, opened: OpenedClaim) -> HttpResponse:
    """Answer a page that asks its story again: nothing while nobody wrote, else the story alone."""
    told = story(opened)
    written = [entry.message for entry in told if entry.message is not None]
    if not has_news(request.GET, written, opened.now):
        return HttpResponse(status=204)
    context = {
        "story": paragraphs(opened, told, page.attached(opened)),
        "live": page.live(opened, told, shown_before(request.GET)),
        "is_part": True,
    }
    return draw(request, "buyer/claims/told.html", opened, context)


def _varied(response: HttpResponse) -> HttpResponse:
    patch_vary_headers(response, ["HX-Request"])
    return response


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def act(request: HttpRequest, reference: str, act: str) -> HttpResponse:
    """One act on a page of its own: what it entails, what it asks, and one button."""
    if act not in BUYERS_ACTS:
        raise Http404
    opened = opened_by(request, reference)
    wanted = Act(act)
    if request.method == "POST":
        return _sent(request, opened, wanted)
    refusal = _why_not(request, opened, wanted)
    if refusal is not None:
        messages.warning(request, f"{refusal.explain(lang())} {refusal.remedy(lang())}")
        return redirect("buyer:claim", reference)
    form = form_for(opened, wanted, initial={"number": request.GET.get("number", "")})
    return _act_page(request, opened, wanted, form)


@login_required
@require_safe
def tracking(request: HttpRequest, reference: str, act: str) -> HttpResponse:
    """Say what a tracking number looks like while it is typed."""
    opened_by(request, reference)
    said_of = typed_looks(request.GET.get("carrier", ""), request.GET.get("tracking", ""))
    return render(request, "claims/tracking_verdict.html", {"looks": said_of})


def _why_not(request: HttpRequest, opened: OpenedClaim, act: Act) -> Refusal | None:
    """Return why the act's page makes no sense now."""
    if act not in opened.acts:
        return ActNotOpen(act=act, state=opened.claim.state, role=opened.role)
    if act in page.WITH_OFFERS:
        numbers = {str(offer.number) for offer in opened.answerable}
        return None if request.GET.get("number") in numbers else NoSuchOffer()
    return None


def _sent(request: HttpRequest, opened: OpenedClaim, act: Act) -> HttpResponse:
    sent = send(request, opened, act)
    if sent.row is None:
        if sent.refusal is None and act in opened.acts:
            return _act_page(request, opened, act, sent.form, status=422)
        return _refused(request, opened.row.reference, act, sent.refusal)
    for text in sent.refused_files:
        messages.warning(request, text)
    now = opened_by(request, opened.row.reference)
    messages.success(request, act_outcome(act, now))
    return redirect("buyer:claim", opened.row.reference)


def _refused(request: HttpRequest, reference: str, act: Act, refusal: Refusal | None) -> HttpResponse:
    """Show the claim as it is now, why the act was refused, and the words that were typed, ready to be sent again."""
    opened = opened_by(request, reference)
    refusal = refusal or ActNotOpen(act=act, state=opened.claim.state, role=opened.role)
    if request.FILES:
        messages.info(request, _("Vos fichiers n’ont pas pu être conservés : choisissez-les à nouveau."))
    form = form_for(opened, act, request.POST)
    form.is_valid()
    return _act_page(request, opened, act, form, refusal=refusal, status=409)


def _act_page(
    request: HttpRequest,
    opened: OpenedClaim,
    act: Act,
    form: ActForm,
    *,
    refusal: Refusal | None = None,
    status: int = 200,
) -> HttpResponse:
    offer = form.offer if isinstance(form, OfferForm) else None
    command = rehearsed(opened, act, offer.number if offer else None)
    is_open = act in opened.acts and (act not in page.WITH_OFFERS or offer in opened.answerable)
    context = {
        **page.heading(opened),
        "form": form,
        "act_title": act_title(act, opened.role),
        "act_button": act_button(act, opened.role, offer),
        "act_url": page.url_of(opened.row.reference, act),
        "is_open": is_open,
        "is_way_out": act in page.LAST,
        "offer": offer,
        "consequences": consequences(opened, act, command) if is_open else [],
        "why": refusal.explain(lang()) if refusal else "",
        "remedy": refusal.remedy(lang()) if refusal else "",
        "question": _question(opened, act),
    }
    return draw(request, "buyer/claims/act.html", opened, context, status)


def _question(opened: OpenedClaim, act: Act) -> str:
    """Return what an answer answers, so that nobody has to go back and look."""
    if act is Act.GIVE_EVIDENCE and opened.claim.request is not None:
        return opened.claim.request.text
    if act is Act.ANSWER:
        asked = [one.event for one in story(opened) if type(one.event).__name__ == "QuestionAsked"]
        return str(getattr(asked[-1], "text", "")) if asked else ""
    return ""


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def message(request: HttpRequest, reference: str) -> HttpResponse:
    """Write to the other side. With htmx the story alone comes back, the new message in it."""
    opened = opened_by(request, reference)
    if request.method != "POST":
        return redirect(f"{reverse('buyer:claim', args=[reference])}#story")
    form = MessageForm(opened, request.POST)
    is_part = bool(getattr(request, "htmx", False))
    is_sent = form.is_valid() and _is_sent(opened, form)
    if is_sent:
        if not is_part:
            messages.success(request, _("Votre message est envoyé."))
            return redirect(f"{reverse('buyer:claim', args=[reference])}#story")
        opened = opened_by(request, reference)
    if is_part:
        told = story(opened)
        context = {
            **page.heading(opened),
            **page.conversation(opened, paragraphs(opened, told, page.attached(opened))),
            "live": page.live(opened, told),
            "is_sent": is_sent,
        }
        if not is_sent:
            context["message_form"] = form
        return draw(request, "buyer/claims/story.html", opened, context, 200 if is_sent else 422)
    context = page.whole(opened) | {"message_form": form}
    return draw(request, "buyer/claims/claim.html", opened, context, 422)


def _is_sent(opened: OpenedClaim, form: MessageForm) -> bool:
    """Send what was written; a refusal is shown on the form, with the words that were typed."""
    try:
        send_message(opened, form.cleaned_data["text"])
    except Refusal as refusal:
        form.add_error("text", said(refusal))
        return False
    return True


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def evidence_add(request: HttpRequest, reference: str) -> HttpResponse:
    """Add photos and documents; each one that is refused is named with its reason, the others are kept."""
    opened = opened_by(request, reference)
    there = f"{reverse('buyer:claim', args=[reference])}#evidence"
    if request.method != "POST":
        return redirect(there)
    form = page.evidence_form(opened, request.POST, request.FILES)
    if not form.is_valid():
        return draw(
            request, "buyer/claims/claim.html", opened, page.whole(opened) | {"evidence_form": form}, 422
        )
    try:
        count = attach(opened, form.uploads, by=cast(User, request.user))
    except Refusal as refusal:
        messages.error(request, f"{refusal.explain(lang())} {refusal.remedy(lang())}")
        return redirect(there)
    for refused in form.uploads.refused:
        messages.error(request, refused.text)
    if count:
        added = ngettext(
            "%(count)d pièce ajoutée au dossier.", "%(count)d pièces ajoutées au dossier.", count
        )
        messages.success(request, added % {"count": count})
    elif form.uploads.accepted:
        messages.info(request, _("Ces fichiers étaient déjà au dossier."))
    return redirect(there)


@login_required
@require_safe
def evidence(request: HttpRequest, reference: str, exhibit_id: Any) -> HttpResponseBase:
    """Hand out one exhibit of a claim that the buyer may see, or its thumbnail."""
    exhibit = exhibit_of(opened_by(request, reference), exhibit_id)
    if exhibit is None:
        raise Http404
    try:
        is_thumbnail = request.GET.get("variant") == "thumb"
        return serve(
            request,
            exhibit.file,
            variant="thumb" if is_thumbnail else "clean",
            reader=Role.BUYER,
            download="download" in request.GET,
        )
    except (FileUnavailable, ValueError) as error:
        raise Http404 from error
