"""Reading letters. They are their writer's side's: to the other party they do not exist."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

from django.db.models import QuerySet

from recours.claims.queries import ClaimNotVisible, OpenedClaim, claim_for
from recours.posting.models import Letter, Posting, PostingProof, PostingStep
from recours.posting.providers import AUTOMATIC
from recours.rules import posting as rules
from recours.rules.access import Identity
from recours.rules.letters import Kind
from recours.rules.lifecycle.vocabulary import Role
from recours.rules.posting import Standing, Started, Step

WRITERS = (Role.BUYER, Role.AGENT)


KEYS_SURE = dt.timedelta(days=28)
"""For how long a letter may be tried with its key: every provider knows one for thirty days, by a clock that is not
ours."""


class LetterNotVisible(Exception):
    """There is no such letter for this viewer."""


@dataclass(frozen=True)
class OpenedLetter:
    """A letter as its side sees it now."""

    row: Letter
    opened: OpenedClaim

    @cached_property
    def steps(self) -> list[PostingStep]:
        """The steps as they stand; what was struck out is in `struck`."""
        return sorted(
            (row for row in self._told if row.struck_at is None), key=lambda row: (row.on, row.told_at)
        )

    @cached_property
    def struck(self) -> list[PostingStep]:
        return sorted((row for row in self._told if row.struck_at), key=lambda row: (row.struck_at, row.on))

    @cached_property
    def _told(self) -> list[PostingStep]:
        return list(self.row.steps.all())

    @cached_property
    def days(self) -> dict[Step, dt.date]:
        return {Step(row.step): row.on for row in self.steps}

    @property
    def standing(self) -> Standing:
        return rules.standing(self.days)

    @property
    def correctable(self) -> list[PostingStep]:
        """The steps whose day may have been told wrong."""
        return [row for row in self.steps if row.step != Step.CANCELLED]

    @property
    def quiet_since(self) -> dt.date | None:
        """The day of the last news, where that is long ago."""
        today = self.opened.rules.calendar.local_date(self.opened.now)
        return rules.quiet_since(self.days, today=today)

    @property
    def lacks_papers(self) -> bool:
        """Whether its provider may have a document, or a number, that is not here."""
        posting = self.posting
        if posting is None or posting.provider not in AUTOMATIC or posting.status != Posting.Status.ACCEPTED:
            return False
        fetched = {proof.step for proof in self.proofs if proof.added_by_id is None}
        return Step.RECEIVED not in fetched

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


def days_of(letter: Letter) -> dict[Step, dt.date]:
    """Return the day of each step of a letter, as they stand."""
    found = PostingStep.objects.filter(letter=letter, struck_at=None)
    return {Step(step): on for step, on in found.values_list("step", "on")}


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


def written_letters(opened: OpenedClaim) -> list[Letter]:
    """Return the letters of the viewer's side with all that is known of them, the oldest first."""
    found = letters_of(opened).select_related("file", "posting").order_by("made_at", "pk")
    return list(found.prefetch_related("steps", "proofs__file"))


def letter_of(opened: OpenedClaim, letter_id: UUID) -> OpenedLetter:
    """Return one letter. Raises LetterNotVisible, also for one of the other side."""
    row = letters_of(opened).filter(pk=letter_id).first()
    if row is None:
        raise LetterNotVisible
    return OpenedLetter(row=row, opened=opened)


def in_doubt(identity: Identity, now: dt.datetime) -> QuerySet[Posting]:
    """Return the postings that no machine tries any more and that nobody knows of, for the desk of their claim.

    Nobody looks into a letter of a claim of their own, nor of a shop they work for.
    """
    return (
        Posting.objects.filter(
            status=Posting.Status.SUBMITTED,
            submitted_at__lte=now - KEYS_SURE,
            letter__claim__marketplace_id__in=identity.agent_of,
        )
        .exclude(letter__claim__buyer_id__in=identity.buyer_ids)
        .exclude(letter__claim__shop_id__in=identity.shop_ids)
        .select_related("letter__claim")
        .defer("letter__claim__snapshot")
        .order_by("submitted_at", "pk")
    )


def proof_of(letter: OpenedLetter, proof_id: UUID) -> PostingProof | None:
    """Return one document of the post about a letter, None when it has no such one."""
    return PostingProof.objects.filter(letter=letter.row, pk=proof_id).select_related("file").first()
