"""What somebody says of a mail that came to their reply address from elsewhere: it is mine, or it is not."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from recours import clock
from recours.channels.commands import confirm, disown
from recours.channels.commands.deciding import NothingHeld
from recours.channels.mail.answers import because
from recours.channels.models import InboundMail
from recours.conversations.models import ReplyAddress
from recours.people.queries import identity
from recours.rules.conversation import TooManyMessages
from recours.rules.lifecycle.vocabulary import Role
from recours.ui.language import lang

PAGES = {Role.BUYER: "buyer:conversation", Role.SELLER: "seller:conversation"}


@require_POST
@login_required
def confirm_mail(request: HttpRequest, mail_id: UUID) -> HttpResponse:
    """It is theirs: it becomes their message."""
    try:
        address = confirm(mail_id=mail_id, identity=identity(request), now=clock.now())
    except NothingHeld as error:
        raise Http404 from error
    except TooManyMessages as refusal:
        messages.error(request, f"{refusal.explain(lang())} {refusal.remedy(lang())}")
        held = InboundMail.objects.select_related("reply_address").get(pk=mail_id)
        return _back(held.reply_address)
    row = InboundMail.objects.get(pk=mail_id)
    if row.outcome == InboundMail.Outcome.POSTED:
        messages.success(request, _("Ce courriel est maintenant un message de la conversation."))
    else:
        messages.error(
            request,
            _("Ce courriel n’a pas pu être ajouté. %(why)s") % {"why": because(row.because, lang())},
        )
    return _back(address)


@require_POST
@login_required
def disown_mail(request: HttpRequest, mail_id: UUID) -> HttpResponse:
    """It is not theirs: nobody sees it, and the address that it was sent to takes nothing any more."""
    try:
        address = disown(mail_id=mail_id, identity=identity(request), now=clock.now())
    except NothingHeld as error:
        raise Http404 from error
    messages.success(
        request,
        _(
            "Ce courriel est écarté, et l’adresse de réponse qu’il a utilisée ne vaut plus rien : le prochain courriel"
            " de notre part en portera une nouvelle."
        ),
    )
    return _back(address)


def _back(address: ReplyAddress | None) -> HttpResponse:
    if address is None:
        raise Http404
    return redirect(PAGES[Role(address.role)], address.conversation_id)
