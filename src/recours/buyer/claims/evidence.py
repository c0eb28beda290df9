"""Files that a buyer's browser sends one by one, each as soon as it was chosen."""

from __future__ import annotations

from typing import Any, cast

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from recours.buyer.claims import page
from recours.buyer.claims.views import opened_by
from recours.claims.models import Upload
from recours.claims.queries import OpenedClaim, exhibit_of_upload
from recours.claims.uploading import LINES, answer, side_of
from recours.people.models import User


@login_required
@require_POST
def upload(request: HttpRequest, reference: str) -> HttpResponse:
    """Take one file as an exhibit; answer with its line for the list, or with why it was refused."""
    opened = opened_by(request, reference)

    def listed(received: Upload) -> tuple[str, dict[str, Any]]:
        return LINES, {"files": files(opened, [received])}

    return answer(request, side_of(opened, cast(User, request.user)), listed)


def files(opened: OpenedClaim, uploads: list[Upload]) -> list[dict[str, Any]]:
    """Return the lines of what was sent one by one."""
    return page.files(opened, [exhibit_of_upload(one) for one in uploads])
