"""A claim that letters are written from, and what is typed into one."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any
from uuid import UUID, uuid4

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests.claims.stage import Stage, forget
from tests.files import samples

from recours import clock
from recours.claims.commands.evidence import add_evidence
from recours.claims.models import Claim
from recours.claims.queries import claim_for
from recours.files.commands import store_upload
from recours.people.models import User
from recours.people.queries import identity_of
from recours.posting.commands import prepare_letter, tell_step
from recours.posting.filling import filled, written
from recours.posting.models import Letter
from recours.posting.queries import OpenedLetter, letter_of
from recours.rules.letters import write
from recours.rules.lifecycle.claim import Actor
from recours.rules.lifecycle.vocabulary import Role
from recours.rules.posting import Step

TYPED = {
    "kind": "complaint",
    "sender_name": "Alice Martin",
    "sender_address": "3 rue des Lilas\n69003 Lyon",
    "addressee_name": "Place Exemple",
    "addressee_address": "6 rue du Port\n75002 Paris",
    "place": "Lyon",
    "story": "L’arceau est cassé net.",
    "wanted": "Le remboursement.",
}


class Desk(Stage):
    """Alice's claim with one photograph, exhibit A-1."""

    def __init__(self) -> None:
        super().__init__()
        assert self.buyer.user is not None
        self.alice: User = self.buyer.user
        by = Actor(Role.BUYER, self.alice.pk)
        photo = store_upload(upload=SimpleUploadedFile("casque.jpg", samples.picture()), by=self.alice)
        add_evidence(claim_id=self.claim.pk, by=by, files=[photo])
        self.claim = Claim.objects.get(pk=self.claim.pk)
        forget()

    @property
    def reference(self) -> str:
        return self.claim.reference

    def client(self, user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    def typed(self, **changed: Any) -> dict[str, Any]:
        return {"letter_id": str(uuid4()), "do": "look", "exhibits": ["A-1"], **TYPED, **changed}

    def letter(self, user: User | None = None, **changed: Any) -> Letter:
        """A letter that was made, as its page does it."""
        user = user or self.alice
        opened = claim_for(identity_of(user), self.reference)
        assert opened.rules.law is not None
        typed = TYPED | changed
        found = filled(opened)
        story = written(found, typed, written_on=self.today, exhibits=[])
        prepared = write(story, opened.rules.law, opened.rules.calendar)
        return prepare_letter(
            opened=opened, letter_id=uuid4(), story=story, prepared=prepared, pictures={}, by=user
        )

    def tell(self, letter: Letter, step: Step, on: dt.date, **more: Any) -> None:
        actor = Actor(Role.BUYER, self.alice.pk)
        tell_step(letter.pk, step=step, on=on, by=actor, user=self.alice, **more)

    def found(self, letter_id: UUID) -> OpenedLetter:
        return letter_of(claim_for(identity_of(self.alice), self.reference), letter_id)

    @property
    def today(self) -> dt.date:
        return clock.now().date()

    def url(self, letter: Letter) -> str:
        return f"/letters/{self.reference}/{letter.pk}/"


def seen_in(page: bytes) -> str:
    """What a page says that its reader was shown."""
    found = re.search(r'name="seen" value="([0-9a-f]+)"', page.decode())
    return found[1] if found else ""
