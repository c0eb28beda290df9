"""Where payment providers call us: each webhook is authenticated before it is read, stored before it is answered."""

from __future__ import annotations

import logging

import msgspec
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from recours import clock
from recours.marketplaces.models import Payment
from recours.refunds.commands.hearing import hear
from recours.refunds.providers import Notice
from recours.refunds.providers.stripe.reading import Unreadable, notice, told
from recours.refunds.providers.stripe.signing import NotSigned, must_be_signed

logger = logging.getLogger(__name__)

LONGEST_BODY = 256 * 1024
"""Bytes. Stripe's events are some kilobytes."""


@csrf_exempt  # the signature says who calls
def stripe_hook(request: HttpRequest) -> HttpResponse:
    """Take note of one event of Stripe; answer 200 once it is stored, so that it is not sent again.

    Without a secret the address does not exist. What is not signed is refused before it is read, and what does not
    concern refunds, or is about a payment that is not ours, changes nothing.
    """
    if not settings.STRIPE_WEBHOOK_SECRETS:
        raise Http404
    if request.method != "POST":
        return HttpResponse(status=405, headers={"Allow": "POST"})
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not (length.isascii() and length.isdigit()):
        return HttpResponse("not readable", status=400, content_type="text/plain")
    if int(length) > LONGEST_BODY:
        return HttpResponse("too large", status=413, content_type="text/plain")
    header = request.headers.get("Stripe-Signature", "")
    now = clock.now()
    try:
        must_be_signed(request.body, header, settings.STRIPE_WEBHOOK_SECRETS, now)
        said = notice(told(msgspec.json.decode(request.body)))
    except NotSigned as error:
        logger.warning("a webhook in Stripe's name was refused: %s", error)
        return HttpResponse("not signed", status=400, content_type="text/plain")
    except (Unreadable, msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        logger.error("an event of Stripe cannot be read: %s", error)
        return HttpResponse("not readable", status=400, content_type="text/plain")
    if said is not None and _concerns_us(said):
        hear("stripe", said, now=now)
    return HttpResponse("ok", content_type="text/plain")


def _concerns_us(said: Notice) -> bool:
    """The account may have other business: only refunds that bear our key, and payments that we know, are ours."""
    return said.key is not None or Payment.objects.filter(ref=said.payment_ref).exists()
