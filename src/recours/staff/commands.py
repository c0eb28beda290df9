"""Letting people in, changing what they are, and seeing them out. Each act leaves a line that stays."""

from __future__ import annotations

import datetime as dt
import secrets
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.urls import reverse

from recours.marketplaces.models import Marketplace, Shop
from recours.outbox.commands import write_letter
from recours.people.commands import appoint_to_desk, appoint_to_shop, proven_addresses
from recours.people.models import DeskRole, DeskStaff, ShopRole, ShopStaff, User
from recours.rules.access import Person
from recours.rules.access.staffing import (
    CHOOSING,
    INVITATION_LASTS,
    INVITATIONS_A_DAY,
    AlreadyStaff,
    InvitationForAnother,
    InvitationOver,
    TooManyInvitations,
    check_change,
    check_giving,
)
from recours.rules.wording import Lang, say
from recours.staff.models import AccessRecord, StaffInvitation
from recours.staff.places import Workplace
from recours.staff.queries import digest_of, open_invitations

Kind = AccessRecord.Kind
DAY = dt.timedelta(days=1)


def invite(
    *, place: Workplace, by: User, own: Person, email: str, role: str, lang: Lang, now: dt.datetime
) -> StaffInvitation:
    """Invite whoever has an address; an invitation that it had ends. In order: the row, its line, the mail.

    The mail is in the language of the page that it was written on. Raises RoleAboveOwn, AlreadyStaff and
    TooManyInvitations.
    """
    check_giving(own=own, role=place.person(role))
    email = email.strip().lower()
    secret = secrets.token_urlsafe(32)
    with transaction.atomic():
        _lock(place)
        if place.members().filter(user__email=email).exists():
            raise AlreadyStaff
        sent = StaffInvitation.objects.filter(marketplace=place.marketplace, shop=place.shop)
        if sent.filter(invited_at__gt=now - DAY).count() >= INVITATIONS_A_DAY:
            raise TooManyInvitations(count=INVITATIONS_A_DAY)
        sent.filter(email=email, ended_at=None).update(ended_at=now)
        invitation = StaffInvitation.objects.create(
            digest=digest_of(secret),
            email=email,
            marketplace=place.marketplace,
            shop=place.shop,
            role=role,
            invited_by=by,
            invited_at=now,
            expires_at=now + INVITATION_LASTS,
        )
        note(Kind.INVITED, place, by=by.pk, subject=email, role=role, now=now)
        _mail(invitation, place, by, secret, lang, now)
    return invitation


def withdraw_invitation(*, place: Workplace, by: User, invitation_id: UUID, now: dt.datetime) -> bool:
    """End an invitation that nobody has accepted; False when there is none."""
    with transaction.atomic():
        _lock(place)
        found = StaffInvitation.objects.filter(
            pk=invitation_id, marketplace=place.marketplace, shop=place.shop, ended_at=None
        ).first()
        if found is None:
            return False
        found.ended_at = now
        found.save(update_fields=["ended_at"])
        note(Kind.INVITATION_WITHDRAWN, place, by=by.pk, subject=found.email, role=found.role, now=now)
        return True


def accept_invitation(*, user: User, invitation_id: UUID, now: dt.datetime) -> Workplace:
    """Give a person the role that they were invited to, if they proved the address to be theirs.

    An invitation gives nothing to who works there already, and whose role it might lower. Raises InvitationOver,
    InvitationForAnother and AlreadyStaff.
    """
    with transaction.atomic():
        rows = StaffInvitation.objects.select_related("marketplace", "shop")
        invitation = rows.filter(pk=invitation_id).first()
        if invitation is None:
            raise InvitationOver
        place = Workplace(invitation.marketplace, invitation.shop)
        # Before the invitation is read: whoever withdraws one, or sees its sender out, locks the place first.
        _lock(place)
        found = open_invitations(now).filter(pk=invitation_id).first()
        if found is None:
            raise InvitationOver
        if found.email not in proven_addresses(user):
            raise InvitationForAnother(email=found.email)
        if place.members().filter(user=user).exists():
            raise AlreadyStaff
        found.ended_at = now
        found.save(update_fields=["ended_at"])
        _appoint(place, user, found.role)
        note(Kind.ROLE_GIVEN, place, by=found.invited_by_id, subject=user.email, role=found.role, now=now)
        return place


def change_role(
    *, place: Workplace, by: User, own: Person, member_id: int, role: str, now: dt.datetime
) -> None:
    """Give a member another role, from their next request on. Raises the member model's DoesNotExist, OwnRole,
    RoleAboveOwn and LastAdministrator.
    """
    with transaction.atomic():
        _lock(place)
        member = place.members().get(pk=member_id)
        if member.role == role:
            return
        before = member.role
        _check(place, by, own, member, place.person(role))
        _appoint(place, member.user, role)
        subject = member.user.email
        note(Kind.ROLE_CHANGED, place, by=by.pk, subject=subject, role=role, role_before=before, now=now)


def end_role(*, place: Workplace, by: User, own: Person, member_id: int, now: dt.datetime) -> None:
    """See a member out, from their next request on; what they did stays. Raises as `change_role` does."""
    with transaction.atomic():
        _lock(place)
        member = place.members().get(pk=member_id)
        _check(place, by, own, member, None)
        subject, before = member.user.email, member.role
        member.delete()
        note(Kind.ROLE_ENDED, place, by=by.pk, subject=subject, role_before=before, now=now)


def note(
    kind: AccessRecord.Kind,
    place: Workplace,
    *,
    by: UUID | None,
    subject: str,
    now: dt.datetime,
    role: str = "",
    role_before: str = "",
) -> None:
    """Keep a line of what was done or looked at."""
    AccessRecord.objects.create(
        at=now,
        kind=kind,
        marketplace=place.marketplace,
        shop=place.shop,
        by_id=by,
        subject=subject,
        role=role,
        role_before=role_before,
    )


def _lock(place: Workplace) -> None:
    """Two administrators who end each other's role in the same second leave one of them."""
    rows = Marketplace.objects if place.shop is None else Shop.objects
    key = place.marketplace.pk if place.shop is None else place.shop.pk
    rows.select_for_update(no_key=True).only("pk").get(pk=key)


def _check(
    place: Workplace, by: User, own: Person, member: DeskStaff | ShopStaff, after: Person | None
) -> None:
    # Of closed accounts the member's own counts: it can be seen out like another.
    counted = Q(user__is_active=True) | Q(pk=member.pk)
    roles = place.members().filter(counted).values_list("role", flat=True)
    check_change(
        by=by.pk,
        own=own,
        of=member.user_id,
        before=place.person(member.role),
        after=after,
        administrators=sum(place.person(role) in CHOOSING for role in roles),
    )


def _appoint(place: Workplace, user: User, role: str) -> None:
    if place.shop is not None:
        appoint_to_shop(user=user, shop_id=place.shop.pk, role=ShopRole(role))
    else:
        appoint_to_desk(user=user, marketplace_id=place.marketplace.pk, role=DeskRole(role))


def _mail(
    invitation: StaffInvitation, place: Workplace, by: User, secret: str, lang: Lang, now: dt.datetime
) -> None:
    words = {"inviter": str(by), "place": place.name}
    role = say(lang, f"staff.role.{place.person(invitation.role)}")
    sentence = say(lang, f"staff.invitation.{'desk' if place.shop is None else 'shop'}", role=role, **words)
    link = f"{settings.SITE_URL}{reverse('staff:invitation', args=[secret])}"
    body = "\n\n".join(
        (
            sentence,
            say(lang, "staff.invitation.open", email=invitation.email),
            link,
            say(lang, "staff.invitation.lasts", place=place.name),
        )
    )
    write_letter(
        subject=say(lang, "staff.invitation.subject", **words),
        body=body,
        site=place.marketplace.name,
        address=invitation.email,
        language=lang,
        now=now,
    )
