"""Who writes by a channel, at the desk: asking them, joining them to a buyer, undoing it, and filing what they sent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from recours import clock
from recours.channels.commands.filing import Filed, file_messages
from recours.channels.commands.joining import ask_who, link_by_agent, unlink
from recours.channels.continuity import FormSender
from recours.channels.models import ContactLink
from recours.conversations.models import Contact, Conversation
from recours.conversations.queries import OpenedConversation
from recours.desk.messages.channels import key_in
from recours.desk.messages.door import opened_for
from recours.desk.queries import Desk
from recours.desk.views.door import for_agents
from recours.people.queries import identity
from recours.rules.refusals import Refusal
from recours.rules.wording.format import day
from recours.ui.language import lang

TYPED = "contact_link_typed"
"""In the session, for the page that says why a link was refused: what was typed is kept."""


@dataclass(frozen=True)
class Who:
    """What `channels/who.html` draws."""

    name: str
    phone: str
    reach: str
    """The number or the address of who called or wrote a letter, as they gave it."""
    is_reachable: bool
    """Whether something can be sent to them before it is known who they are."""
    address: str
    """What they typed in the contact form, with whether it is confirmed; empty for who writes by a channel."""
    link: ContactLink | None
    linked: str
    ask_url: str
    link_url: str
    unlink_url: str
    key: UUID
    typed_email: str = ""
    typed_reason: str = ""


def who_of(request: HttpRequest, row: Conversation) -> dict[str, Any]:
    """Return who writes; nothing for a conversation of the site's own pages."""
    contact = row.contact
    if contact is None:
        return {}
    link = contact.links.filter(undone_at=None).select_related("buyer", "by").first()
    phone = contact.identities.exclude(phone="").values_list("phone", flat=True).first()
    typed = request.session.pop(TYPED, {})
    urls = {
        name: reverse(f"desk:{name}", args=[row.pk]) for name in ("ask_who", "link_contact", "unlink_contact")
    }
    who = Who(
        name=contact.name,
        phone=phone or "",
        reach=contact.reach,
        is_reachable=not contact.reach,
        address=_address(contact),
        link=link,
        linked=_linked(link) if link else "",
        ask_url=urls["ask_who"],
        link_url=urls["link_contact"],
        unlink_url=urls["unlink_contact"],
        key=uuid4(),
        typed_email=typed.get("email", ""),
        typed_reason=typed.get("reason", ""),
    )
    return {"who": who}


def _address(contact: Contact) -> str:
    sender = FormSender.objects.filter(contact=contact).first()
    if sender is None:
        return ""
    if sender.proven_at is not None:
        return _("%(email)s, adresse confirmée : vos réponses y sont envoyées.") % {"email": sender.email}
    return _(
        "%(email)s, adresse non confirmée : vos réponses partiront quand la personne aura suivi le lien qu’elle a reçu."
    ) % {"email": sender.email}


def _linked(link: ContactLink) -> str:
    facts = {"buyer": link.buyer.email, "day": day(localdate(link.made_at), lang())}
    if link.how == ContactLink.How.PROVED:
        return _("C’est %(buyer)s : lien ouvert depuis son compte le %(day)s.") % facts
    if link.how == ContactLink.How.CODE:
        return _("C’est %(buyer)s : code reçu à l’adresse d’une commande, donné le %(day)s.") % facts
    return _("Relié à %(buyer)s par %(agent)s le %(day)s : « %(reason)s »") % {
        **facts,
        "agent": link.by.name if link.by else "–",
        "reason": link.reason,
    }


@require_POST
@for_agents
def ask(request: HttpRequest, conversation_id: UUID) -> HttpResponseBase:
    """Send the link by which they say who they are."""
    opened = of_contact(request, conversation_id)
    try:
        ask_who(conversation_id=opened.row.pk, by=opened.actor, key=key_in(request), now=clock.now())
    except Refusal as refusal:
        _refuse(request, refusal)
    return redirect("desk:conversation", opened.row.pk)


@require_POST
@for_agents
def link(request: HttpRequest, conversation_id: UUID) -> HttpResponseBase:
    """Say that they are a buyer, and why."""
    opened = of_contact(request, conversation_id)
    typed = {name: request.POST.get(name, "")[:300] for name in ("email", "reason")}
    try:
        link_by_agent(contact_id=_contact_id(opened), user_id=opened.actor.id, now=clock.now(), **typed)
    except Refusal as refusal:
        request.session[TYPED] = typed
        _refuse(request, refusal)
    else:
        messages.success(
            request, _("Cette conversation est reliée à l’acheteur, qui peut maintenant la lire.")
        )
    return redirect("desk:conversation", opened.row.pk)


@require_POST
@for_agents
def unlink_contact(request: HttpRequest, conversation_id: UUID) -> HttpResponseBase:
    """Undo it."""
    opened = of_contact(request, conversation_id)
    if unlink(contact_id=_contact_id(opened), user_id=opened.actor.id, now=clock.now()):
        messages.success(request, _("Le lien est défait : l’acheteur ne voit plus cette conversation."))
    return redirect("desk:conversation", opened.row.pk)


@require_POST
@for_agents
def file_evidence(request: HttpRequest, conversation_id: UUID) -> HttpResponseBase:
    """Put what they wrote and sent on a claim of theirs."""
    opened = opened_for(request, conversation_id)
    row = opened.row
    if row.shop_id is not None:
        raise Http404
    desk = Desk(identity=identity(request), marketplace=row.marketplace)
    reference = request.POST.get("claim", "").replace("\0", "")
    claim = desk.claims.filter(buyer=row.buyer, reference=reference).first() if row.buyer else None
    if claim is None:
        raise Http404
    try:
        filed = file_messages(
            conversation_id=row.pk, claim_id=claim.pk, by=opened.actor, lang=lang(), now=clock.now()
        )
    except Refusal as refusal:
        _refuse(request, refusal)
    else:
        messages.success(request, _filed(filed, reference))
    return redirect("desk:conversation", row.pk)


def _filed(filed: Filed, reference: str) -> str:
    """Say what came on the claim, and what did not."""
    if not filed.messages:
        return _("Rien à verser : le litige a déjà tout ce que la personne a écrit et envoyé.")
    exhibits = filed.files + 1
    done = ngettext("%(count)d pièce versée au litige %(reference)s.",
                    "%(count)d pièces versées au litige %(reference)s.", exhibits)  # fmt: skip
    text = done % {"count": exhibits, "reference": reference}
    if not filed.left_out:
        return text
    rest = ngettext("%(count)d fichier n’a pas trouvé place : il reste dans la conversation.",
                    "%(count)d fichiers n’ont pas trouvé place : ils restent dans la conversation.",
                    filed.left_out)  # fmt: skip
    return f"{text} {rest % {'count': filed.left_out}}"


def of_contact(request: HttpRequest, conversation_id: UUID) -> OpenedConversation:
    """Return a conversation with a contact. Raises Http404 for any other."""
    opened = opened_for(request, conversation_id)
    if opened.row.contact_id is None:
        raise Http404
    return opened


def _contact_id(opened: OpenedConversation) -> UUID:
    if opened.row.contact_id is None:
        raise Http404
    return opened.row.contact_id


def _refuse(request: HttpRequest, refusal: Refusal) -> None:
    messages.error(request, f"{refusal.explain(lang())} {refusal.remedy(lang())}")
