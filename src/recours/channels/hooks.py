"""Where the services of channels call us: verified over the raw bytes, kept, answered; the rest is a job's."""

from __future__ import annotations

import hmac
import logging

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from recours import clock
from recours.channels.commands.hearing import hear
from recours.channels.providers.meta.signing import is_signed
from recours.rules.channel_windows import Channel

logger = logging.getLogger(__name__)

LONGEST_BODY = 3 * 1024 * 1024
"""Bytes. Source: Meta, "Webhooks": payloads of up to 3 MB."""


@csrf_exempt  # the signature says who calls
def whatsapp(request: HttpRequest) -> HttpResponse:
    """Keep what WhatsApp tells; 200 once it is durable."""
    return _meta(request, Channel.WHATSAPP)


@csrf_exempt  # the signature says who calls
def page(request: HttpRequest) -> HttpResponse:
    """Keep what our pages on Facebook tell, of Messenger and of comments: Meta has one address for both."""
    return _meta(request, Channel.MESSENGER)


def _meta(request: HttpRequest, channel: Channel) -> HttpResponse:
    """Answer Meta's question whether this address is ours, or keep what it tells.

    Without a secret the address does not exist. What is not signed is refused before it is read; what is signed and
    cannot be read is kept, and answered 200: refused, it would come for days, and then nothing would come at all.
    """
    if not any(secret.strip() for secret in settings.META_APP_SECRETS):
        raise Http404
    if request.method == "GET":
        return _challenge(request)
    if request.method != "POST":
        return HttpResponse(status=405, headers={"Allow": "GET, POST"})
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not (length.isascii() and length.isdigit()):
        return HttpResponse("not readable", status=400, content_type="text/plain")
    if int(length) > LONGEST_BODY:
        return HttpResponse("too large", status=413, content_type="text/plain")
    body = request.read(LONGEST_BODY + 1)
    if len(body) > LONGEST_BODY:
        return HttpResponse("too large", status=413, content_type="text/plain")
    if not is_signed(body, request.headers.get("X-Hub-Signature-256", ""), settings.META_APP_SECRETS):
        logger.warning("a webhook in Meta's name was refused: not signed")
        return HttpResponse("not signed", status=403, content_type="text/plain")
    hear(channel, body, now=clock.now())
    return HttpResponse("ok", content_type="text/plain")


def _challenge(request: HttpRequest) -> HttpResponse:
    token = settings.META_VERIFY_TOKEN
    given = request.GET.get("hub.verify_token", "")
    is_ours = bool(token) and hmac.compare_digest(given.encode(), token.encode())
    if request.GET.get("hub.mode") != "subscribe" or not is_ours:
        return HttpResponse("not known", status=403, content_type="text/plain")
    return HttpResponse(request.GET.get("hub.challenge", ""), content_type="text/plain")
