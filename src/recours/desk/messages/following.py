"""The link by which who writes by a channel follows a claim of theirs, at the desk: sending it, and ending it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.timezone import get_current_timezone_name
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from recours import clock
from recours.channels.commands.following_claims import proof_of, revoke_follow_link, send_follow_link
from recours.channels.continuity import FollowLink
from recours.channels.models import ContactLink
from recours.conversations.models import Conversation
from recours.desk.messages.channels import key_in
from recours.desk.messages.contacts import of_contact
from recours.desk.queries import Desk
from recours.desk.views.door import for_agents
from recours.people.queries import identity
from recours.rules.refusals import Refusal
from recours.rules.wording.format import until_day
from recours.ui.language import lang


@dataclass(frozen=True)
class Living:
    """A link that opens a claim today."""

    id: UUID
    reference: str
    said: str


def follow_of(row: Conversation) -> dict[str, Any]:
    """Return what the conversation's page shows of following; nothing for who proved nothing."""
    proof = proof_of(row.contact) if row.contact is not None else None
    if proof is None:
        return {}
    urls = {name: reverse(f"desk:{name}_follow_link", args=[row.pk]) for name in ("send", "revoke")}
    return {"follow": {"links": living_of(proof), "key": uuid4(), **urls}}


def living_of(proof: ContactLink) -> list[Living]:
    """Return the links that rest on a proof and still open something, each with how often it was looked at."""
    rows = FollowLink.objects.filter(proof=proof, revoked_at=None, expires_at__gt=clock.now())
    rows = rows.select_related("claim").annotate(times=Count("visits"))
    return [Living(row.pk, row.claim.reference, _said(row)) for row in rows.order_by("made_at")]


def _said(row: FollowLink) -> str:
    times = getattr(row, "times", 0)
    until = _("jusqu’au %(day)s") % {"day": until_day(row.expires_at, get_current_timezone_name(), lang())}
    if not times:
        return _("%(until)s, jamais ouvert") % {"until": until}
    opened = ngettext("ouvert %(count)d fois", "ouvert %(count)d fois", times) % {"count": times}
    return f"{until}, {opened}"


@require_POST
@for_agents
def send(request: HttpRequest, conversation_id: UUID) -> HttpResponseBase:
    """Send the link to one of their claims, to who proved that it is theirs."""
    opened = of_contact(request, conversation_id)
    row = opened.row
    desk = Desk(identity=identity(request), marketplace=row.marketplace)
    reference = request.POST.get("claim", "").replace("\0", "")
    claim = desk.claims.filter(buyer=row.buyer, reference=reference).first() if row.buyer else None
    if claim is None:
        raise Http404
    try:
        send_follow_link(
            conversation_id=row.pk, claim=claim, by=opened.actor, key=key_in(request), now=clock.now()
        )
    except Refusal as refusal:
        messages.error(request, f"{refusal.explain(lang())} {refusal.remedy(lang())}")
    else:
        messages.success(request, _("Le lien de suivi est envoyé."))
    return redirect("desk:conversation", row.pk)


@require_POST
@for_agents
def revoke(request: HttpRequest, conversation_id: UUID) -> HttpResponseBase:
    """End a link at once."""
    opened = of_contact(request, conversation_id)
    try:
        link_id = UUID(request.POST.get("link", ""))
    except ValueError as error:
        raise Http404 from error
    contact_id = opened.row.contact_id
    if contact_id is not None and revoke_follow_link(
        link_id=link_id, contact_id=contact_id, user_id=opened.actor.id, now=clock.now()
    ):
        messages.success(request, _("Ce lien n’ouvre plus rien."))
    return redirect("desk:conversation", opened.row.pk)
