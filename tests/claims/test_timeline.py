"""The short timeline names what is awaited, and until when."""

from __future__ import annotations

from typing import Any

import pytest
from tests.factories import a_claim

from recours import clock
from recours.claims.models import Claim
from recours.claims.presentation import timeline
from recours.claims.queries import claim_for, story
from recours.people.models import User
from recours.people.queries import identity_of
from recours.rules.lifecycle.claim import Claim as Snapshot
from recours.rules.wording.format import instant

pytestmark = pytest.mark.django_db


def step_of(user: User | None, row: Claim) -> dict[str, Any]:
    opened = claim_for(identity_of(user), row.reference)
    return next(step for step in timeline(opened, story(opened)) if step["state"] == "current")


def test_seller_who_was_written_to_has_an_answer_to_give() -> None:
    row = a_claim(contact_first=True)

    step = step_of(row.buyer.user, row)

    assert step["label"] == "Réponse du vendeur"


def test_term_that_ends_within_a_day_says_its_time() -> None:
    row = a_claim(contact_first=True)
    snapshot: Snapshot = row.snapshot
    deadline = snapshot.next_deadline
    assert deadline is not None

    step = step_of(row.buyer.user, row)

    assert deadline.due_at.time() == clock.now().time()
    assert step["note"] == f"avant le {instant(deadline.due_at, 'Europe/Paris', 'fr')}"


def test_term_of_whole_days_ends_with_its_day() -> None:
    row = a_claim()

    step = step_of(row.buyer.user, row)

    assert step["note"].startswith("avant la fin du ")
