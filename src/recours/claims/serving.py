"""Handing out an exhibit to somebody who sees its claim."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponseBase

from recours.claims.queries import OpenedClaim, exhibit_numbered
from recours.files.refusals import FileUnavailable
from recours.files.responses import Variant, serve


def serve_exhibit(
    request: HttpRequest, opened: OpenedClaim, number: str, variant: Variant
) -> HttpResponseBase:
    """Answer with one variant of the exhibit "A-1". Raises Http404 where there is none, or the store lost it."""
    found = exhibit_numbered(opened, number)
    if found is None or (variant == "thumb" and not found.file.thumb_sha256):
        raise Http404
    try:
        return serve(request, found.file, variant=variant)
    except FileUnavailable as error:
        raise Http404 from error
