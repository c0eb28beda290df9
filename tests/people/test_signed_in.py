"""Who is signed in stays so until the session is over, the account is closed or the password is another."""

from __future__ import annotations

import datetime as dt

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.factories import a_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def signed_in() -> Client:
    client = Client()
    client.force_login(a_user())
    return client


def is_known(client: Client) -> bool:
    return client.get(reverse("notices:notices")).status_code == 200


def test_two_people_are_told_apart() -> None:
    clients = []
    for name in ("Camille", "Yanis"):
        client = Client()
        client.force_login(a_user(name))
        clients.append((name, client))
    for name, client in clients * 2:
        assert client.get(reverse("notices:notices")).context["user"].name == name


def test_a_session_that_is_over_opens_nothing(signed_in: Client) -> None:
    assert is_known(signed_in)
    Session.objects.update(expire_date=timezone.now() - dt.timedelta(seconds=1))
    assert not is_known(signed_in)


def test_a_key_that_never_was_opens_nothing_and_is_not_taken_over(signed_in: Client) -> None:
    stranger = Client()
    stranger.cookies["sessionid"] = "x" * 32
    assert not is_known(stranger)
    stranger.force_login(a_user("Marilou"))
    assert stranger.cookies["sessionid"].value != "x" * 32


def test_a_closed_account_is_out_at_once(signed_in: Client) -> None:
    from recours.people.models import User

    User.objects.update(is_active=False)
    assert not is_known(signed_in)


def test_a_changed_password_ends_the_sessions_of_before(signed_in: Client) -> None:
    from recours.people.models import User

    user = User.objects.get()
    user.set_password("tout autre chose 42")
    user.save()
    assert not is_known(signed_in)
