"""Where a provider of letters calls us."""

from __future__ import annotations

import hmac
import logging

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from recours.posting.commands.hearing import hear
from recours.posting.providers import MERCI_FACTEUR
from recours.posting.providers.merci_facteur.reading import Unreadable, told

logger = logging.getLogger(__name__)

LONGEST_BODY = 20 * 1024 * 1024
"""Bytes. An acknowledgement comes as a picture in base64."""


@csrf_exempt  # the secret says who calls
def merci_facteur(request: HttpRequest) -> HttpResponse:
    """Take note of what Merci facteur tells; 200 once it is kept, so that it is not sent again.

    Without a secret the address does not exist. Who does not know it is refused before anything is read.
    """
    secret = settings.MERCI_FACTEUR_WEBHOOK_SECRET
    if not secret:
        raise Http404
    if request.method != "POST":
        return HttpResponse(status=405, headers={"Allow": "POST"})
    given = request.headers.get("X-Mf-Webhook-Secret-Key", "")
    if not hmac.compare_digest(given.encode(), secret.encode()):
        logger.warning("a webhook in Merci facteur's name was refused")
        return HttpResponse("not known", status=403, content_type="text/plain")
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not (length.isascii() and length.isdigit()) or int(length) > LONGEST_BODY:
        return HttpResponse("too large", status=413, content_type="text/plain")
    try:
        found = list(told(request.read(LONGEST_BODY)))
    except Unreadable as error:
        logger.error("a webhook of Merci facteur cannot be read: %s", error)
        return HttpResponse("not readable", status=400, content_type="text/plain")
    for one in found:
        hear(MERCI_FACTEUR, one)
    return HttpResponse("ok", content_type="text/plain")
