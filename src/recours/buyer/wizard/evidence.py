"""Files that a browser sends one by one while a dispute is being written."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from recours.claims.claimable import draft_of
from recours.claims.commands.uploads import Destination
from recours.claims.models import Draft, Upload
from recours.claims.uploading import answer
from recours.people.models import User
from recours.people.queries import identity
from recours.rules.lifecycle.vocabulary import Role


@login_required
@require_POST
def draft_upload(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """Take one file into a draft; answer with its line for the list, or with why it was refused."""
    draft = draft_of(identity(request), draft_id)
    if draft is None:
        raise Http404

    def listed(received: Upload) -> tuple[str, dict[str, Any]]:
        return "buyer/wizard/files.html", {"draft": draft, "files": [received.file]}

    return answer(request, destination(draft, cast(User, request.user)), listed)


def destination(draft: Draft, user: User) -> Destination:
    """Return where the files of a draft go."""
    return Destination(user=user, side=Role.BUYER, draft_id=draft.pk)
