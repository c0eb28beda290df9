"""Where somebody who wrote by a channel says, signed in, who they are."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from recours import clock
from recours.channels.commands.joining import LinkNotGood, contact_of, prove
from recours.channels.presentation import channel_name
from recours.conversations.models import Contact
from recours.marketplaces.models import Buyer
from recours.rules.channel_refusals import ContactAlreadyLinked
from recours.rules.channel_windows import Channel
from recours.ui.language import lang


@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest, token: str) -> HttpResponse:
    """Show who wrote, and join them to this account when its owner says that it was them.

    The page says what it opens: whoever has the link could send it to somebody else. Who is not signed in may be
    without an account, and is shown both ways.
    """
    if not request.user.is_authenticated:
        return redirect("channels:join_by_order", token)
    try:
        contact = contact_of(token)
    except LinkNotGood:
        return render(request, "channels/join.html", {"contact": None}, status=404)
    theirs = Buyer.objects.filter(marketplace=contact.marketplace, user=request.user)
    buyer = theirs.order_by("email").first()
    if request.method == "POST" and buyer is not None:
        try:
            prove(contact_id=contact.pk, buyer=buyer, wants_news="news" in request.POST, now=clock.now())
        except ContactAlreadyLinked as refusal:
            messages.error(request, refusal.explain(lang()))
        else:
            messages.success(request, _("Cette conversation est maintenant dans vos messages."))
        return redirect("buyer:messages")
    context = {
        "contact": contact,
        "buyer": buyer,
        "channel": channel_of(contact),
        "ending": ending_of(contact),
    }
    return render(request, "channels/join.html", context)


def channel_of(contact: Contact) -> str:
    identity = contact.identities.first()
    return channel_name(identity.channel if identity is not None else Channel.FORM)


def ending_of(contact: Contact) -> str:
    """The last digits of the number that wrote: enough to know one's own by, and no more."""
    phone = contact.identities.exclude(phone="").values_list("phone", flat=True).first()
    return phone[-2:] if phone else ""
