"""Choosing who works at a desk or for a shop: what even an administrator may not."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from recours.rules.access.table import Person
from recours.rules.refusals import Refusal

INVITATION_LASTS = dt.timedelta(days=7)
INVITATIONS_A_DAY = 30
"""Of one desk or shop: each is a mail to an address that somebody typed."""

RANKS = {
    Person.AGENT: 1,
    Person.LEAD: 2,
    Person.ADMINISTRATOR: 3,
    Person.AUDITOR: 1,
    Person.SHOP_STAFF: 1,
    Person.SHOP_ADMINISTRATOR: 3,
}
"""An auditor's is low because it changes nothing; what they read, an administrator reads too."""
CHOOSING = frozenset({Person.ADMINISTRATOR, Person.SHOP_ADMINISTRATOR})


class OwnRole(Refusal):
    """Nobody changes or ends their own role."""


class RoleAboveOwn(Refusal):
    """Nobody gives, changes or ends a role above their own."""


class LastAdministrator(Refusal):
    """Nobody would be left who could invite somebody."""


class AlreadyStaff(Refusal):
    """Whoever has this address works here already."""


class InvitationOver(Refusal):
    """An invitation that was accepted, withdrawn or left for too long."""


class InvitationForAnother(Refusal):
    """The address that was invited is none that this account has proven."""


class TooManyInvitations(Refusal):
    """More invitations in a day than a desk takes on people."""


def check_change(
    *, by: UUID | None, own: Person, of: UUID, before: Person, after: Person | None, administrators: int
) -> None:
    """Raise what forbids `by`, who is `own`, to make `after` of who is `before`; None ends the role.

    `administrators` counts those who could still invite somebody, before the change.
    """
    if by == of:
        raise OwnRole
    check_giving(own=own, role=before)
    if after is not None:
        check_giving(own=own, role=after)
    check_one_stays(before=before, after=after, administrators=administrators)


def check_giving(*, own: Person, role: Person) -> None:
    """Raise RoleAboveOwn for a role that who is `own` may not touch."""
    if RANKS[role] > RANKS[own]:
        raise RoleAboveOwn


def check_one_stays(*, before: Person, after: Person | None, administrators: int) -> None:
    """Raise LastAdministrator where nobody would be left to choose."""
    if before in CHOOSING and after not in CHOOSING and administrators <= 1:
        raise LastAdministrator
