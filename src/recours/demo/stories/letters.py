"""Letters by post: one that nobody fetched and that counts all the same, and one that came to the desk."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from recours.claims.models import Claim
from recours.claims.queries import OpenedClaim, claim_for
from recours.demo.cast import CAMILLE, FILOSELLE, INES, MARILOU, NOVA, SOIZIC, WEN, ZONE, Persona
from recours.demo.stage import Stage
from recours.people.queries import identity_of
from recours.posting.commands import prepare_letter, tell_step
from recours.posting.commands.registering import register_letter
from recours.posting.filling import filled, written
from recours.rules.letters import write
from recours.rules.lifecycle.claim import Actor
from recours.rules.lifecycle.commands import Accept, Escalate, Refuse, Take
from recours.rules.lifecycle.vocabulary import Ground, Role
from recours.rules.posting import Step


def unclaimed_letter(stage: Stage) -> None:
    """A refund that is late, a formal letter that stayed at the post office, and came back: its term has run."""
    order = stage.order(
        CAMILLE,
        NOVA,
        [("Tourne-disque Vallon", 1, 9990)],
        ordered=66,
        promised=55,
        delivered=54,
        method="paypal",
    )
    story = stage.story(CAMILLE, WEN).opens(
        stage.ago(52, "18:20"),
        Ground.DEFECTIVE,
        "Le bras ne revient plus à la fin du disque, et le moteur ronfle.",
        order=order,
    )
    story.seller(stage.ago(50, "09:30"), Accept)
    letter = uuid4()
    stage.add(
        stage.ago(27, "18:45"),
        lambda now: _writes(stage, _claim_of(stage, "Tourne-disque Vallon"), letter, now),
    )
    for days, step, photo, tracking in (
        (26, Step.HANDED_IN, "depot", "1A 123 456 7890 1"),
        (24, Step.PRESENTED, "", ""),
        (9, Step.UNCLAIMED, "", ""),
        (4, Step.RETURNED, "retour", ""),
    ):
        stage.add(stage.ago(days, "12:10"), _tells(stage, letter, step, photo, tracking))


def letter_that_came(stage: Stage) -> None:
    """A buyer answered on paper: the desk registered the scan, which is an exhibit of hers."""
    order = stage.order(
        MARILOU, FILOSELLE, [("Châle Brume, laine", 1, 7400)], ordered=31, promised=24, delivered=23
    )
    story = stage.story(MARILOU, SOIZIC).opens(
        stage.ago(14, "11:05"),
        Ground.NOT_AS_DESCRIBED,
        "L’étiquette dit acrylique, l’annonce disait laine.",
        order=order,
        photos=("echarpe",),
    )
    story.seller(
        stage.ago(11, "16:20"),
        Refuse,
        reasons="Nous ne vendons que de la laine. Il nous faudrait la facture.",
    )
    story.buyer(stage.ago(10, "08:50"), Escalate, reasons="Je vous envoie la facture par la poste.")
    story.agent(stage.ago(8, "10:30"), Take)

    def scene(now: dt.datetime) -> None:
        opened = _opened(stage, INES, _claim_of(stage, "Châle Brume, laine"), now)
        register_letter(
            opened=opened,
            sender=Role.BUYER,
            received_on=stage.day(2),
            presented_on=stage.day(3),
            scans=[stage.picture("courrier")],
            user=stage.users[INES.key],
            now=now,
        )

    stage.add(stage.ago(2, "15:40"), scene)


def _claim_of(stage: Stage, title: str) -> Claim:
    return Claim.objects.get(marketplace=stage.place, title=title)


def _opened(stage: Stage, who: Persona, claim: Claim, now: dt.datetime) -> OpenedClaim:
    return replace(claim_for(identity_of(stage.users[who.key]), claim.reference), now=now)


def _writes(stage: Stage, claim: Claim, letter: UUID, now: dt.datetime) -> None:
    """Camille looks at what is filled in, and has the PDF made."""
    opened = _opened(stage, CAMILLE, claim, now)
    found, law = filled(opened), opened.rules.law
    if law is None:
        raise ValueError("the demo's buyers live in a country that has its law here")
    typed = {
        "kind": found.kind.value,
        "sender_name": CAMILLE.name,
        "sender_address": "12 rue des Tanneurs\n69005 Lyon",
        "addressee_name": found.addressee_name,
        "addressee_address": "\n".join(found.addressee_lines),
        "place": "Lyon",
        "story": found.story,
        "wanted": found.wanted,
    }
    on = now.astimezone(ZoneInfo(ZONE)).date()
    story = written(found, typed, written_on=on, exhibits=[])
    prepared = write(story, law, opened.rules.calendar)
    prepare_letter(
        opened=opened,
        letter_id=letter,
        story=story,
        prepared=prepared,
        pictures={},
        by=stage.users[CAMILLE.key],
    )


def _tells(
    stage: Stage, letter: UUID, step: Step, photo: str, tracking: str
) -> Callable[[dt.datetime], None]:
    def scene(now: dt.datetime) -> None:
        user = stage.users[CAMILLE.key]
        tell_step(
            letter,
            step=step,
            on=now.astimezone(ZoneInfo(ZONE)).date(),
            by=Actor(Role.BUYER, user.pk),
            user=user,
            tracking=tracking,
            proofs=[stage.picture(photo)] if photo else [],
            now=now,
        )

    return scene


STORIES = (unclaimed_letter, letter_that_came)
