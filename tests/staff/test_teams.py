"""Inviting people to a desk or a shop, changing what they are, and seeing them out."""

from __future__ import annotations

import datetime as dt
import re

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.db import transaction
from django.db.utils import IntegrityError
from django.test import Client
from pytest_django import DjangoAssertNumQueries
from tests import factories
from tests.at_once import at_once, kinds

from recours import clock
from recours.marketplaces.models import Marketplace, Shop
from recours.outbox.models import Mail
from recours.people.commands import appoint_to_shop
from recours.people.models import DeskRole, DeskStaff, ShopRole, ShopStaff, User
from recours.rules.access import Person
from recours.rules.access.staffing import (
    AlreadyStaff,
    InvitationForAnother,
    InvitationOver,
    LastAdministrator,
    OwnRole,
    RoleAboveOwn,
    TooManyInvitations,
)
from recours.staff.commands import accept_invitation, change_role, end_role, invite, withdraw_invitation
from recours.staff.models import AccessRecord, StaffInvitation
from recours.staff.places import Workplace

pytestmark = pytest.mark.django_db

PAGE_QUERIES = 7
"""Session, account, identity, bell; places, counts of the desk’s navigation; members, invitations."""
WEEK = dt.timedelta(days=7)


@pytest.fixture
def place() -> Marketplace:
    return factories.a_marketplace()


@pytest.fixture
def boss(place: Marketplace) -> User:
    return factories.an_agent(place, role=DeskRole.ADMINISTRATOR)


def proven(email: str) -> User:
    user = User.objects.create_user(email, None, name="Nadia")
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    return user


def invited(
    place: Marketplace, by: User, email: str = "nadia@example.org", role: str = "agent"
) -> StaffInvitation:
    return invite(
        place=Workplace(place),
        by=by,
        own=Person.ADMINISTRATOR,
        email=email,
        role=role,
        lang="fr",
        now=clock.now(),
    )


def secret_of(email: str) -> str:
    body = str(Mail.objects.get(address=email).payload["body"])
    found = re.search(r"/invitation/([\w-]+)/", body)
    assert found is not None
    return found[1]


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_invitation_is_mailed_and_accepted_from_its_address(place: Marketplace, boss: User) -> None:
    asked = signed_in(boss).post("/desk/team/", {"email": " Nadia@Example.org ", "role": "lead"})
    nadia = proven("nadia@example.org")
    page = f"/invitation/{secret_of('nadia@example.org')}/"

    shown = signed_in(nadia).get(page).content.decode()
    done = signed_in(nadia).post(page)

    assert asked.status_code == 302
    assert "Responsable d’équipe" in shown
    assert done.status_code == 302
    assert DeskStaff.objects.get(user=nadia).role == DeskRole.LEAD
    assert list(AccessRecord.objects.order_by("at", "kind").values_list("kind", "by", "subject", "role")) == [
        ("invited", boss.pk, "nadia@example.org", "lead"),
        ("role_given", boss.pk, "nadia@example.org", "lead"),
    ]
    assert signed_in(nadia).get(page).status_code == 404


def test_secret_is_kept_only_as_a_hash(place: Marketplace, boss: User) -> None:
    invitation = invited(place, boss)

    assert secret_of("nadia@example.org").encode() not in bytes(invitation.digest)
    assert len(bytes(invitation.digest)) == 32


@pytest.mark.parametrize("secret", [" ", "0", "%00", "x" * 43, "é"])
def test_secret_of_nothing_opens_nothing(secret: str, boss: User) -> None:
    assert signed_in(boss).get(f"/invitation/{secret}/").status_code == 404


def test_invitation_is_for_who_proved_its_address(place: Marketplace, boss: User) -> None:
    invitation = invited(place, boss)
    stranger = proven("mallory@example.org")
    unproven = User.objects.create_user("nadia@example.org", None)

    for user in (stranger, unproven):
        with pytest.raises(InvitationForAnother):
            accept_invitation(user=user, invitation_id=invitation.pk, now=clock.now())
    page = signed_in(stranger).post(f"/invitation/{secret_of('nadia@example.org')}/")

    assert page.status_code == 409
    assert "nadia@example.org" in page.content.decode()
    assert DeskStaff.objects.filter(user__in=[stranger, unproven]).count() == 0


def test_invitation_ends_after_seven_days(
    place: Marketplace, boss: User, frozen_clock: time_machine.Traveller
) -> None:
    invitation, nadia, begun = invited(place, boss), proven("nadia@example.org"), clock.now()

    frozen_clock.move_to(begun + WEEK)

    with pytest.raises(InvitationOver):
        accept_invitation(user=nadia, invitation_id=invitation.pk, now=clock.now())
    frozen_clock.move_to(begun + WEEK - dt.timedelta(seconds=1))
    accept_invitation(user=nadia, invitation_id=invitation.pk, now=clock.now())
    with pytest.raises(InvitationOver):
        accept_invitation(user=nadia, invitation_id=invitation.pk, now=clock.now())


def test_withdrawn_invitation_opens_nothing(place: Marketplace, boss: User) -> None:
    invitation, nadia = invited(place, boss), proven("nadia@example.org")
    signed_in(boss).post(f"/desk/team/invitations/{invitation.pk}/withdraw/")

    with pytest.raises(InvitationOver):
        accept_invitation(user=nadia, invitation_id=invitation.pk, now=clock.now())
    assert (
        withdraw_invitation(place=Workplace(place), by=boss, invitation_id=invitation.pk, now=clock.now())
        is False
    )


@pytest.mark.parametrize("days", [0, 3])
def test_second_invitation_ends_the_first(
    place: Marketplace, boss: User, days: int, frozen_clock: time_machine.Traveller
) -> None:
    first = invited(place, boss, role="administrator")
    frozen_clock.shift(dt.timedelta(days=days))
    second = invited(place, boss, role="auditor")

    assert StaffInvitation.objects.filter(ended_at=None).get() == second
    assert first.pk != second.pk


@pytest.mark.parametrize("became", ["seen out", "agent", "closed"])
def test_invitation_of_who_may_invite_no_more_opens_nothing(
    place: Marketplace, boss: User, became: str
) -> None:
    other = factories.an_agent(place, role=DeskRole.ADMINISTRATOR)
    invitation, nadia = invited(place, other, role="administrator"), proven("nadia@example.org")
    page = f"/invitation/{secret_of('nadia@example.org')}/"
    member = DeskStaff.objects.get(user=other)
    match became:
        case "seen out":
            signed_in(boss).post(f"/desk/team/{member.pk}/", {"role": "leaves"})
        case "agent":
            signed_in(boss).post(f"/desk/team/{member.pk}/", {"role": "agent"})
        case _:
            User.objects.filter(pk=other.pk).update(is_active=False)

    with pytest.raises(InvitationOver):
        accept_invitation(user=nadia, invitation_id=invitation.pk, now=clock.now())

    assert signed_in(nadia).post(page).status_code == 404
    assert "nadia@example.org" not in signed_in(boss).get("/desk/team/").content.decode()
    assert not DeskStaff.objects.filter(user=nadia).exists()


def test_shop_s_invitation_ends_with_who_sent_it(place: Marketplace) -> None:
    shop, owner, nadia = factories.a_shop(place), factories.a_user("Wen"), proven("nadia@example.org")
    appoint_to_shop(user=owner, shop_id=shop.pk, role=ShopRole.ADMINISTRATOR)
    DeskStaff.objects.create(user=owner, marketplace=place, role=DeskRole.ADMINISTRATOR)
    signed_in(owner).post(f"/seller/shops/{shop.pk}/team/", {"email": nadia.email, "role": "staff"})
    page = f"/invitation/{secret_of(nadia.email)}/"
    assert signed_in(nadia).get(page).status_code == 200

    ShopStaff.objects.filter(user=owner).update(role=ShopRole.STAFF)

    assert signed_in(nadia).get(page).status_code == 404


def test_administrator_whose_account_is_closed_can_be_seen_out(place: Marketplace, boss: User) -> None:
    gone = factories.an_agent(place, role=DeskRole.ADMINISTRATOR)
    User.objects.filter(pk=gone.pk).update(is_active=False)

    page = f"/desk/team/{DeskStaff.objects.get(user=gone).pk}/"
    assert signed_in(boss).post(page, {"role": "leaves"}).status_code == 302
    assert not DeskStaff.objects.filter(user=gone).exists()


def test_invitation_never_lowers_who_is_there(place: Marketplace, boss: User) -> None:
    nadia = proven("nadia@example.org")
    invitation = invited(place, boss)
    DeskStaff.objects.create(user=nadia, marketplace=place, role=DeskRole.ADMINISTRATOR)

    with pytest.raises(AlreadyStaff):
        accept_invitation(user=nadia, invitation_id=invitation.pk, now=clock.now())
    with pytest.raises(AlreadyStaff):
        invited(place, boss)
    assert DeskStaff.objects.get(user=nadia).role == DeskRole.ADMINISTRATOR


def test_invitations_of_a_day_are_counted(place: Marketplace, boss: User) -> None:
    for number in range(30):
        invited(place, boss, f"n{number}@example.org")

    with pytest.raises(TooManyInvitations):
        invited(place, boss)
    page = signed_in(boss).post("/desk/team/", {"email": "nadia@example.org", "role": "agent"})
    assert page.status_code == 409
    assert "nadia@example.org" in page.content.decode()


def test_mail_names_no_address_of_the_request(place: Marketplace, boss: User) -> None:
    signed_in(boss).post(
        "/desk/team/", {"email": "nadia@example.org", "role": "agent"}, headers={"host": "localhost"}
    )

    assert "http://localhost:8000/invitation/" in str(Mail.objects.get().payload["body"])


def test_role_is_changed_from_the_next_request_on(place: Marketplace, boss: User) -> None:
    agent = factories.an_agent(place)
    client, member = signed_in(agent), DeskStaff.objects.get(user=agent)
    before = client.get("/desk/team/").status_code

    signed_in(boss).post(f"/desk/team/{member.pk}/", {"role": "administrator"})

    assert before == 404
    assert client.get("/desk/team/").status_code == 200


def test_who_leaves_has_no_desk_any_more(place: Marketplace, boss: User) -> None:
    agent = factories.an_agent(place)
    client, member = signed_in(agent), DeskStaff.objects.get(user=agent)
    assert client.get("/desk/").status_code == 200

    signed_in(boss).post(f"/desk/team/{member.pk}/", {"role": "leaves"})

    assert client.get("/desk/").status_code == 404
    assert AccessRecord.objects.get().kind == AccessRecord.Kind.ROLE_ENDED


def test_nobody_touches_their_own_role(place: Marketplace, boss: User) -> None:
    factories.an_agent(place, role=DeskRole.ADMINISTRATOR)
    mine = DeskStaff.objects.get(user=boss)

    assert signed_in(boss).post(f"/desk/team/{mine.pk}/", {"role": "auditor"}).status_code == 404
    with pytest.raises(OwnRole):
        end_role(
            place=Workplace(place), by=boss, own=Person.ADMINISTRATOR, member_id=mine.pk, now=clock.now()
        )


@pytest.mark.parametrize("role", ["lead", "administrator"])
def test_nobody_gives_a_role_above_their_own(place: Marketplace, boss: User, role: str) -> None:
    with pytest.raises(RoleAboveOwn):
        invite(
            place=Workplace(place), by=boss, own=Person.AGENT, email="n@example.org", role=role, lang="fr",
            now=clock.now(),
        )  # fmt: skip
    assert StaffInvitation.objects.count() == 0


def test_member_of_another_desk_or_of_a_shop_is_not_found(place: Marketplace, boss: User) -> None:
    elsewhere = factories.an_agent(factories.a_marketplace())
    seller = factories.a_seller(factories.a_shop(place))
    keys = [DeskStaff.objects.get(user=elsewhere).pk, ShopStaff.objects.get(user=seller).pk + 10_000]

    answers = {signed_in(boss).post(f"/desk/team/{key}/", {"role": "leaves"}).status_code for key in keys}

    assert answers == {404}
    assert DeskStaff.objects.filter(user=elsewhere).exists()


@pytest.mark.parametrize("role", ["", "owner", "staff", "AGENT"])
def test_role_that_is_none_of_the_desk_is_refused(place: Marketplace, boss: User, role: str) -> None:
    page = signed_in(boss).post("/desk/team/", {"email": "nadia@example.org", "role": role})

    assert page.status_code == 422
    assert StaffInvitation.objects.count() == 0


def test_shop_chooses_its_own_team(place: Marketplace) -> None:
    shop: Shop = factories.a_shop(place)
    owner, hand = factories.a_user("Wen"), factories.a_seller(shop)
    appoint_to_shop(user=owner, shop_id=shop.pk, role=ShopRole.ADMINISTRATOR)
    client, page = signed_in(owner), f"/seller/shops/{shop.pk}/team/"

    invited_one = client.post(page, {"email": "li@example.org", "role": "staff"})
    client.post(f"{page}{ShopStaff.objects.get(user=hand).pk}/", {"role": "leaves"})

    assert invited_one.status_code == 302
    assert list(ShopStaff.objects.filter(shop=shop).values_list("user", flat=True)) == [owner.pk]
    assert set(AccessRecord.objects.values_list("shop", flat=True)) == {shop.pk}


@pytest.mark.parametrize("others", [0, 2])
def test_team_page_takes_as_many_queries_for_three_as_for_one(
    place: Marketplace, boss: User, others: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client = signed_in(boss)
    for number in range(others):
        factories.an_agent(place)
        invited(place, boss, f"n{number}@example.org")

    with django_assert_num_queries(PAGE_QUERIES):
        client.get("/desk/team/")


def test_register_is_only_added_to(place: Marketplace, boss: User) -> None:
    invited(place, boss)

    for change in (
        lambda: AccessRecord.objects.update(subject="x"),
        lambda: AccessRecord.objects.all().delete(),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()
    assert AccessRecord.objects.get().subject == "nadia@example.org"


@pytest.mark.django_db(transaction=True)
def test_two_administrators_who_see_each_other_out_leave_one(place: Marketplace, boss: User) -> None:
    other = factories.an_agent(place, role=DeskRole.ADMINISTRATOR)
    members = {user.pk: DeskStaff.objects.get(user=user).pk for user in (boss, other)}

    def sees_out(by: User, of: User) -> None:
        end_role(
            place=Workplace(place), by=by, own=Person.ADMINISTRATOR, member_id=members[of.pk], now=clock.now()
        )

    outcomes = at_once(lambda: sees_out(boss, other), lambda: sees_out(other, boss))

    assert kinds(outcomes) == ["LastAdministrator", "NoneType"]
    assert DeskStaff.objects.filter(role=DeskRole.ADMINISTRATOR).count() == 1


def test_last_administrator_stays(place: Marketplace, boss: User) -> None:
    member = DeskStaff.objects.get(user=boss)

    with pytest.raises(LastAdministrator):
        change_role(
            place=Workplace(place), by=factories.a_user(), own=Person.ADMINISTRATOR, member_id=member.pk,
            role="agent", now=clock.now(),
        )  # fmt: skip
    assert DeskStaff.objects.get(user=boss).role == DeskRole.ADMINISTRATOR
