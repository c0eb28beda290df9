"""An act sent from a page: read the form, carry it out, and give back what must be shown again.

The page holds the number of the last event it showed (`expected_seq`), so that nobody answers what they have not read.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from django.http import HttpRequest

from recours.claims.acts import form_for, perform
from recours.claims.forms import ActForm
from recours.claims.models import Claim
from recours.claims.queries import OpenedClaim
from recours.people.models import User
from recours.rules.lifecycle.vocabulary import Act
from recours.rules.refusals import Refusal

SEQ = "expected_seq"


@dataclass(frozen=True)
class Sent:
    """What came of it: `row` when it was done; else the form as it was filled in, with the refusal if there was one."""

    form: ActForm
    row: Claim | None = None
    refusal: Refusal | None = None

    @property
    def refused_files(self) -> list[str]:
        """Why some files were not taken, when the rest was done."""
        return [refused.text for refused in self.form.uploads.refused] if self.row else []


def send(request: HttpRequest, opened: OpenedClaim, act: Act) -> Sent:
    """Carry out the act that was posted. Never raises a refusal: it is for the page to say.

    Raises KeyError for an act that has no form.
    """
    form = form_for(opened, act, request.POST, request.FILES)
    if not form.is_valid():
        return Sent(form)
    try:
        row = perform(opened, act, form, by=cast(User, request.user), expected_seq=seq_shown(request))
    except Refusal as refusal:
        return Sent(form, refusal=refusal)
    return Sent(form, row=row)


def seq_shown(request: HttpRequest) -> int:
    """Return the event number that the page showed; a page without one showed nothing."""
    given = request.POST.get(SEQ, "")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 9 else 0
