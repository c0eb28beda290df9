"""Handing out an exhibit to somebody who sees its claim."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponseBase

from recours.claims.queries import OpenedClaim, exhibit_numbered
from recours.files.refusals import FileUnavailable
from recours.files.responses import Variant, serve


def serve_exhibit(
    request: HttpRequest, opened: OpenedClaim, number: str, variant: Variant
) -> HttpResponseBase:
    """Answer with one variant of the exhibit "A-1", as this viewer may see it.

    Raises Http404 where there is none, where it is not for them, or where the store lost it.
    """
    found = exhibit_numbered(opened, number)
    if found is None:
        raise Http404
    try:
        return serve(request, found.file, variant=variant, reader=opened.role)
    except (FileUnavailable, ValueError) as error:
        raise Http404 from error
