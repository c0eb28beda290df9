"""Reading letters. They are their writer's side's: to the other party they do not exist."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

from django.db.models import QuerySet

from recours.claims.queries import ClaimNotVisible, OpenedClaim, claim_for
from recours.posting.models import Letter, Posting, PostingProof, PostingStep
from recours.rules import posting as rules
from recours.rules.access import Identity
from recours.rules.letters import Kind
from recours.rules.lifecycle.vocabulary import Role
from recours.rules.posting import Standing, Started, Step

WRITERS = (Role.BUYER, Role.AGENT)


class LetterNotVisible(Exception):
    """There is no such letter for this viewer."""


@dataclass(frozen=True)
class OpenedLetter:
    """A letter as its side sees it now."""

    row: Letter
    opened: OpenedClaim

    @cached_property
    def steps(self) -> list[PostingStep]:
        return sorted(self.row.steps.all(), key=lambda row: (row.on, row.told_at))

    @cached_property
    def days(self) -> dict[Step, dt.date]:
        return days_of(self.steps)

    @property
    def standing(self) -> Standing:
        return rules.standing(self.days)

    @cached_property
    def posting(self) -> Posting | None:
        return Posting.objects.filter(letter=self.row).first()

    @cached_property
    def proofs(self) -> list[PostingProof]:
        return list(self.row.proofs.select_related("file").order_by("added_at"))

    @cached_property
    def clocks(self) -> tuple[Started, ...]:
        """The terms that its days started, by the law of the claim."""
        law = self.opened.rules.law
        if law is None:
            return ()
        return rules.clocks(
            Kind(self.row.sort),
            self.days,
            law,
            self.opened.rules.calendar,
            term_days=self.row.term_days,
        )


def days_of(steps: Iterable[PostingStep]) -> dict[Step, dt.date]:
    """Return the day of each step that was told."""
    return {Step(row.step): row.on for row in steps}


def writers_claim(identity: Identity, reference: str) -> OpenedClaim:
    """Return a claim to who may write letters from it. Raises ClaimNotVisible."""
    opened = claim_for(identity, reference)
    if opened.role not in WRITERS:
        raise ClaimNotVisible
    return opened


def letters_of(opened: OpenedClaim) -> QuerySet[Letter]:
    """Return the letters of the viewer's side, the newest first."""
    return (
        Letter.objects.filter(claim_id=opened.row.pk, side=opened.role)
        .select_related("file")
        .prefetch_related("steps")
        .order_by("-made_at", "-pk")
    )


def letter_of(opened: OpenedClaim, letter_id: UUID) -> OpenedLetter:
    """Return one letter. Raises LetterNotVisible, also for one of the other side."""
    row = letters_of(opened).filter(pk=letter_id).first()
    if row is None:
        raise LetterNotVisible
    return OpenedLetter(row=row, opened=opened)


def proof_of(letter: OpenedLetter, proof_id: UUID) -> PostingProof | None:
    """Return one document of the post about a letter, None when it has no such one."""
    return PostingProof.objects.filter(letter=letter.row, pk=proof_id).select_related("file").first()
