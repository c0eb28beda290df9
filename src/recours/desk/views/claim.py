"""One claim at the desk, its acts, its notes and its exhibits."""

from __future__ import annotations

from typing import cast
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from recours.casework.commands.holding import draft_of_claim, send_in_claim
from recours.casework.commands.noting import note as write_note
from recours.casework.commands.presence import note_presence, open_page, topic
from recours.casework.commands.reminding import forget_reminder, remind_me
from recours.claims.acts import ACTS
from recours.claims.commands.store import StaleClaim
from recours.claims.forms import DeskMessageForm, said
from recours.claims.presentation.acts import act_outcome
from recours.claims.queries import ClaimNotVisible, OpenedClaim, claim_for
from recours.claims.sending import Sent, send, seq_shown
from recours.claims.serving import serve_exhibit
from recours.conversations.commands import save_message_draft
from recours.conversations.composer import saved_text
from recours.conversations.forms import DRAFTED_ANSWER as DRAFTED
from recours.desk.beside import others_here
from recours.desk.forms import ReminderForm
from recours.desk.macros import inserted
from recours.desk.pages import act_page, acts_of, claim_page
from recours.desk.queries import who_sees
from recours.desk.story import Shown, changed_since
from recours.desk.views.door import for_agents
from recours.notices.commands import mark_seen
from recours.people.models import User
from recours.people.queries import identity
from recours.rules.access import Identity, may
from recours.rules.lifecycle.table import TRANSITIONS
from recours.rules.lifecycle.vocabulary import Act, Role
from recours.rules.refusals import Refusal
from recours.staff.reading import note_reading

AGENTS_ACTS = frozenset(act for (_state, act, role) in TRANSITIONS if role is Role.AGENT) & ACTS.keys()
"""What an agent ever does."""


@require_safe
@for_agents
def claim(request: HttpRequest, reference: str) -> HttpResponseBase:
    """Both stories, the rule, what can be done now, and everything that happened."""
    opened = claim_of(request, reference)
    me = _writer(identity(request), opened)
    if me is not None:
        open_page(claim_id=opened.row.pk, user_id=me, now=opened.now)
    else:
        mark_seen(user_id=opened.actor.id, topic=f"claim:{opened.row.pk}", now=opened.now)
    shown = Shown.of(request.GET.get("show", ""))
    return render(request, "desk/claim.html", claim_page(opened, identity(request), shown=shown))


@require_http_methods(["GET", "HEAD", "POST"])
@for_agents
def act(request: HttpRequest, reference: str, name: str) -> HttpResponseBase:
    """The page of one act, and the act itself. Refused, it keeps what was typed and shows the claim as it is now."""
    opened = claim_of(request, reference)
    who = identity(request)
    if name not in AGENTS_ACTS:
        raise Http404
    wanted = Act(name)
    if request.method == "POST":
        return _answered(request, reference, wanted, send(request, opened, wanted))
    if wanted not in acts_of(opened, who):
        messages.info(request, _("Ce n’est pas possible à ce stade. Voici où en est le dossier."))
        return redirect("desk:claim", reference)
    return render(request, "desk/act.html", act_page(opened, who, wanted))


def _answered(request: HttpRequest, reference: str, wanted: Act, sent: Sent) -> HttpResponse:
    opened = claim_of(request, reference)
    if sent.row is None:
        page = act_page(opened, identity(request), wanted, sent=sent)
        if isinstance(sent.refusal, StaleClaim):
            page["changed"] = changed_since(opened, seq_shown(request))
        return render(request, "desk/act.html", page, status=422 if sent.refusal is None else 409)
    messages.success(request, act_outcome(wanted, opened))
    return redirect("desk:claim", reference)


@require_POST
@for_agents
def message(request: HttpRequest, reference: str) -> HttpResponseBase:
    """Write to both parties."""
    opened = claim_of(request, reference)
    form = DeskMessageForm(opened, request.POST)
    if form.is_valid():
        try:
            held = send_in_claim(opened, form.cleaned_data["text"], form.cleaned_data["own_text"])
        except Refusal as refusal:
            form.add_error("text", said(refusal))
        else:
            if held is None:
                messages.success(request, _("Votre message est envoyé aux parties."))
            return redirect(reverse("desk:claim", args=[reference]) + "#messages-parties")
    page = claim_page(opened, identity(request), message=form)
    return render(request, "desk/claim.html", page, status=422)


@require_POST
@for_agents
def draft(request: HttpRequest, reference: str) -> HttpResponseBase:
    """Keep what is typed to the parties, and say so in a few words."""
    opened = claim_of(request, reference)
    kept = save_message_draft(
        user_id=cast(User, request.user).pk,
        about=draft_of_claim(opened.row.pk),
        answers={name: _typed(request, name) for name in DRAFTED},
        now=opened.now,
    )
    return HttpResponse(saved_text(kept), content_type="text/plain; charset=utf-8")


@require_POST
@for_agents
def insert(request: HttpRequest, reference: str) -> HttpResponseBase:
    """Put an answer of the desk into the form, behind what is typed, to be read over; nothing is sent."""
    opened = claim_of(request, reference)
    typed = _typed(request, "text")
    put = inserted(opened, cast(User, request.user), answer_id=request.POST.get("answer", ""), typed=typed)
    form = DeskMessageForm(opened, initial={"text": put.text, "own_text": _typed(request, "own_text")})
    page = claim_page(opened, identity(request), message=form)
    return render(request, "desk/claim.html", page | {"inserted": put})


@require_POST
@for_agents
def note(request: HttpRequest, reference: str) -> HttpResponseBase:
    """Write a note that only the desk reads."""
    opened = claim_of(request, reference)
    text = request.POST.get("note", "").replace("\r\n", "\n")
    try:
        write_note(opened, text, who_sees(opened.row))
    except Refusal as refusal:
        page = claim_page(opened, identity(request), note=text, note_error=said(refusal))
        return render(request, "desk/claim.html", page, status=422)
    messages.success(request, _("Note ajoutée. Les parties ne la verront jamais."))
    return redirect(reverse("desk:claim", args=[reference]) + "#notes")


@require_POST
@for_agents
def here(request: HttpRequest, reference: str) -> HttpResponseBase:
    """A page says that it is open, or that somebody writes there; it hears who else is here, and what it missed."""
    opened = claim_of(request, reference)
    me = _writer(identity(request), opened)
    if me is not None:
        is_typing = request.GET.get("typing") == "1"
        note_presence(claim_id=opened.row.pk, user_id=me, typing=is_typing, now=opened.now)
    context = {
        "row": opened.row,
        "others": others_here(opened.row.pk, opened.actor.id, opened.now),
        "seq": seq_shown(request),
        "topic": topic(opened.row.pk),
        "is_stale": opened.claim.seq > seq_shown(request) > 0,
    }
    return render(request, "desk/here.html", context)


@require_POST
@for_agents
def remind(request: HttpRequest, reference: str) -> HttpResponseBase:
    """Put the claim aside until an hour, or take that back."""
    opened = claim_of(request, reference)
    user_id = opened.actor.id
    if user_id is None:
        raise Http404
    back = redirect(reverse("desk:claim", args=[reference]) + "#reminder")
    if "forget" in request.POST:
        forget_reminder(claim_id=opened.row.pk, user_id=user_id)
        messages.success(request, _("Rappel supprimé."))
        return back
    form = ReminderForm(request.POST)
    if form.is_valid():
        try:
            remind_me(opened, user_id=user_id, at=form.cleaned_data["at"], note=form.cleaned_data["note"])
        except Refusal as refusal:
            form.add_error("at", said(refusal))
        else:
            messages.success(request, _reminded(opened))
            return back
    page = claim_page(opened, identity(request), reminder_form=form)
    return render(request, "desk/claim.html", page, status=422)


def _reminded(opened: OpenedClaim) -> str:
    """Say where a reminder comes back: among one's own claims only one that is one's own."""
    holder = opened.claim.assigned_to
    if holder is None:
        return _(
            "C’est noté. Vos notifications vous le rappelleront à cette heure ; d’ici là, personne ne suit ce dossier :"
            " il reste dans la file."
        )
    if holder != opened.actor.id:
        return _(
            "C’est noté. Vos notifications vous le rappelleront à cette heure ; le dossier reste à qui le suit."
        )
    return _(
        "C’est noté. Le dossier quitte vos dossiers et y revient à cette heure, rappelé dans vos notifications."
    )


@require_safe
@for_agents
def exhibit(request: HttpRequest, reference: str, number: str) -> HttpResponseBase:
    """Hand out the clean copy of an exhibit; that an auditor opened it is written down."""
    opened = claim_of(request, reference)
    served = serve_exhibit(request, opened, number, "clean")
    note_reading(
        identity(request), opened.row.marketplace, f"{opened.row.reference} {number}", now=opened.now
    )
    return served


@require_safe
@for_agents
def thumbnail(request: HttpRequest, reference: str, number: str) -> HttpResponseBase:
    """Hand out the small picture of an exhibit."""
    return serve_exhibit(request, claim_of(request, reference), number, "thumb")


def _typed(request: HttpRequest, name: str) -> str:
    return request.POST.get(name, "").replace("\r\n", "\n")


def _writer(who: Identity, opened: OpenedClaim) -> UUID | None:
    """Return who has the page open, None for somebody who only reads here: colleagues need not know of them."""
    writes = may(who, "note.write", marketplace_id=opened.row.marketplace_id)
    return opened.actor.id if writes else None


def claim_of(request: HttpRequest, reference: str) -> OpenedClaim:
    """Return a claim that this person sees as an agent: not one in which they are buyer or seller."""
    try:
        return claim_for(identity(request), reference, role=Role.AGENT)
    except ClaimNotVisible as error:
        raise Http404 from error
