"""The sections in their order, and the first page."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _
from msgspec import Struct

from recours.claims.presentation import status, word
from recours.claims.templatetags.claims import claim_title
from recours.dossier.blocks import AnyBlock, Facts, Notice
from recours.dossier.contents.dates import dates, rights_compared
from recours.dossier.contents.exhibits import exhibits
from recours.dossier.contents.letters import letters
from recours.dossier.contents.money import money_back, return_trip
from recours.dossier.contents.proof import proof
from recours.dossier.contents.purchase import parties, purchase
from recours.dossier.contents.telling import decision, milestones, offers, told
from recours.dossier.queries import Gathered
from recours.rules.lifecycle.vocabulary import Ground, Role
from recours.rules.wording.format import instant, zone
from recours.ui.language import lang

LONG = 15
"""Entries and exhibits from which a table of contents helps."""


class Paper(Struct, frozen=True, kw_only=True):
    """What the template takes."""

    title: str
    subtitle: str
    reference: str
    header: str
    is_long: bool
    front: list[AnyBlock]
    blocks: list[AnyBlock]


def whole(gathered: Gathered, pictures: Mapping[str, str]) -> Paper:
    """Return the file of a claim; `pictures` names the picture of each exhibit that has one ("A-1": "a-1.jpg")."""
    row = gathered.opened.row
    reference = _named(gathered) % {"reference": row.reference}
    sections = (
        parties(gathered),
        purchase(gathered),
        milestones(gathered),
        decision(gathered),
        offers(gathered),
        told(gathered),
        return_trip(gathered),
        money_back(gathered),
        rights_compared(gathered),
        dates(gathered),
        exhibits(gathered, pictures),
        letters(gathered),
        proof(gathered),
    )
    return Paper(
        title=claim_title(row),
        subtitle=f"{reference} · {word('ground_short', gathered.opened.claim.ground)}",
        reference=reference,
        header=row.marketplace.name,
        is_long=len(gathered.told) + len(gathered.evidence) >= LONG,
        front=_front(gathered),
        blocks=[block for section in sections for block in section],
    )


def _named(gathered: Gathered) -> str:
    claim = gathered.opened.claim
    if claim.ground is Ground.CHANGE_OF_MIND:
        return _("Rétractation %(reference)s")
    return _("Litige %(reference)s") if claim.disputed_formally else _("Réclamation %(reference)s")


def copy_of(role: Role) -> str:
    """Say whose copy it is."""
    names = {
        Role.BUYER: _("Exemplaire de l’acheteur"),
        Role.SELLER: _("Exemplaire du vendeur"),
        Role.AGENT: _("Exemplaire de la plateforme"),
    }
    return names[role]


def _front(gathered: Gathered) -> list[AnyBlock]:
    opened = gathered.opened
    now = status(opened)
    return [
        Facts(
            pairs=[
                (_("Exemplaire"), copy_of(gathered.role)),
                (
                    _("Établi le"),
                    f"{instant(opened.now, opened.zone, lang())} ({zone(opened.zone, lang())})",
                ),
                (_("Où en est le dossier"), _state(gathered)),
            ]
        ),
        Notice(lines=[line for line in (now["turn"], now["silence"]) if line]),
    ]


def _state(gathered: Gathered) -> str:
    claim = gathered.opened.claim
    return word("resolution", claim.resolution) if claim.resolution else word("state", claim.state)
