"""Mails that did not arrive, and mails that came without a place: read, dealt with, and one kept as it came."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from recours import clock
from recours.channels.commands import mark_handled as mark_inbound_handled
from recours.channels.commands import note_on_claim
from recours.channels.mail.answers import because, why_left_out
from recours.channels.mail.quoting import own_words
from recours.channels.models import InboundMail
from recours.channels.queries import inbound_mail
from recours.claims.queries import PAGE, ClaimNotVisible, claim_for
from recours.desk.mail.queries import (
    REFERENCE,
    claims_of,
    inbound_page,
    looked_up_by,
    not_arrived_page,
)
from recours.desk.views.door import for_agents
from recours.files import storage
from recours.outbox.commands import mark_handled
from recours.outbox.models import Mail
from recours.outbox.troubles import explain
from recours.people.queries import identity
from recours.rules.lifecycle.vocabulary import Role
from recours.rules.wording import has, say
from recours.ui.language import lang
from recours.ui.paging import page_of, place_in
from recours.ui.templatetags.recours import when

MOST_NOTED = 3000
"""Characters of a mail that its note has; the whole of it can be saved."""
RAW_HEADERS = {
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "private, no-store",
}
"""A mail as it came is a stranger's: a browser may save it, and nothing else."""


@require_safe
@for_agents
def not_arrived(request: HttpRequest) -> HttpResponseBase:
    """Mails that protect a right and did not arrive, the longest waiting first."""
    rows = not_arrived_page(identity(request), after=place_in(request))
    page = page_of(request, rows, PAGE, lambda mail: (mail.returned_at or mail.created_at, mail.pk))
    references = claims_of(page.rows)
    context = {
        "page": page,
        "rows": [_outbound(mail, references) for mail in page.rows],
        "tabs": _tabs("desk:mail"),
        "in_mail": True,
    }
    return render(request, "desk/mail/not_arrived.html", context)


@require_safe
@for_agents
def inbound(request: HttpRequest) -> HttpResponseBase:
    """Mails that came without a place, and those that could not be taken, the latest first."""
    return render(request, "desk/mail/inbound.html", _inbound_page(request))


def _inbound_page(request: HttpRequest) -> dict[str, Any]:
    rows = inbound_page(identity(request), after=place_in(request))
    page = page_of(request, rows, PAGE, lambda mail: (mail.received_at, mail.pk))
    by = looked_up_by(identity(request), page.rows)
    return {
        "page": page,
        "rows": [_inbound(mail, by[mail.pk]) for mail in page.rows],
        "tabs": _tabs("desk:inbound"),
        "in_mail": True,
    }


@require_POST
@for_agents
def handle_mail(request: HttpRequest, mail_id: UUID) -> HttpResponseBase:
    """Somebody reached the person by another way, or mended the address."""
    who = identity(request)
    if who.user_id is None or not mark_handled(
        mail_id=mail_id, marketplace_ids=who.agent_of, by=who.user_id, now=clock.now()
    ):
        raise Http404
    messages.success(request, _("C’est noté : ce courriel ne vous attend plus."))
    return redirect("desk:mail")


@require_POST
@for_agents
def handle_inbound(request: HttpRequest, mail_id: UUID) -> HttpResponseBase:
    """Somebody read an unplaced mail and did what it asked for."""
    if not mark_inbound_handled(mail_id=mail_id, identity=identity(request), now=clock.now()):
        raise Http404
    messages.success(request, _("C’est noté : ce courriel ne vous attend plus."))
    return redirect("desk:inbound")


@require_POST
@for_agents
def note_inbound(request: HttpRequest, mail_id: UUID) -> HttpResponseBase:
    """Keep an unplaced mail with a claim, where the desk alone reads it."""
    who, now = identity(request), clock.now()
    mail = inbound_mail(who, mail_id)
    if mail is None:
        raise Http404
    if mail.handled_at is not None:
        messages.info(request, _("Un collègue s’est déjà occupé de ce courriel."))
        return redirect("desk:inbound")
    typed = request.POST.get("claim", "").replace("\0", "").strip()
    try:
        opened = claim_for(who, typed.upper(), role=Role.AGENT)
    except ClaimNotVisible:
        refused = {
            "mail_id": mail.pk,
            "typed": typed,
            "why": _(
                "Aucun dossier ne porte ce numéro. Cherchez-le d’abord, puis recopiez sa référence ici."
            ),
        }
        context = _inbound_page(request) | {"refused": refused}
        # First, wherever in the list it was.
        others = [row for row in context["rows"] if row["mail"].pk != mail.pk]
        context["rows"] = [_inbound(mail, looked_up_by(who, [mail])[mail.pk]), *others]
        return render(request, "desk/mail/inbound.html", context, status=422)
    if not note_on_claim(mail_id=mail_id, identity=who, opened=opened, text=_noted(mail), now=now):
        messages.info(request, _("Un collègue s’est déjà occupé de ce courriel."))
        return redirect("desk:inbound")
    messages.success(
        request,
        _("Le courriel est dans les notes internes du dossier %(reference)s, que l’équipe seule lit.")
        % {"reference": opened.row.reference},
    )
    return redirect("desk:inbound")


def _noted(mail: InboundMail) -> str:
    """Word the note: who it says it is from, when it came, what it says, and where the whole of it is."""
    text = own_words(mail.text)
    text = text if len(text) <= MOST_NOTED else text[:MOST_NOTED].rstrip() + "…"
    known = {
        "sender": mail.sender or _("sans expéditeur lisible"),
        "at": when(mail.received_at),
        "address": f"{settings.SITE_URL}{reverse('desk:inbound_raw', args=[mail.pk])}",
    }
    said = _("Courriel de %(sender)s, reçu le %(at)s. Rien ne prouve qui l’a écrit. L’original : %(address)s")
    return "\n\n".join(part for part in (said % known, mail.subject, text) if part)


@require_safe
@for_agents
def raw(request: HttpRequest, mail_id: UUID) -> HttpResponseBase:
    """Hand out a mail as it came, to be saved."""
    row = inbound_mail(identity(request), mail_id)
    if row is None:
        raise Http404
    try:
        content = storage.read(row.sha256)
    except FileNotFoundError as error:
        raise Http404 from error
    response = FileResponse(
        content, as_attachment=True, filename=f"{row.sha256[:12]}.eml", content_type="message/rfc822"
    )
    for name, value in RAW_HEADERS.items():
        response.headers[name] = value
    return response


def _tabs(current: str) -> list[dict[str, Any]]:
    labels = {"desk:mail": _("Courriers non remis"), "desk:inbound": _("Courriels à rattacher")}
    return [
        {"label": label, "url": reverse(name), "current": name == current} for name, label in labels.items()
    ]


def _outbound(mail: Mail, references: dict[UUID, str]) -> dict[str, Any]:
    about, _separator, key = mail.topic.partition(":")
    reference = references.get(UUID(key)) if about == "claim" else None
    url = reverse("desk:claim", args=[reference]) if reference else ""
    kind = f"notices.kind.{mail.kind}"
    states = {
        Mail.State.FAILED: _("Le serveur l’a refusé."),
        Mail.State.BOUNCED: _("Il est revenu."),
        Mail.State.COMPLAINED: _("La personne l’a signalé comme indésirable."),
    }
    return {
        "mail": mail,
        "what": mail.subject or (say(lang(), kind) if has(lang(), kind) else mail.kind),
        "reference": reference or "",
        "url": url,
        "happened": states[Mail.State(mail.state)],
        "said": explain(mail.trouble, lang()),
    }


def _inbound(mail: InboundMail, by: str) -> dict[str, Any]:
    return {
        "mail": mail,
        "because": because(mail.because, lang()),
        "left_out": [(name, why_left_out(code, lang())) for name, code in mail.left_out],
        "reference": by if REFERENCE.fullmatch(by) else "",
        "search": f"{reverse('desk:queue')}?{urlencode({'q': by})}",
    }
