"""The second factor that a desk asks for: who has none is at no desk, and money asks for it again."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from allauth.account.models import EmailAddress
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.test import Client
from pytest_django.fixtures import Settings
from tests.desk.stage import Bench, a_bench

from recours import clock
from recours.people.models import DeskStaff, User
from recours.people.queries import identity_of

pytestmark = pytest.mark.django_db

PASSWORD = "un-long-mot-de-passe"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
ACTIVATE = "/account/2fa/totp/activate/"


@pytest.fixture
def bench(settings: Settings) -> Bench:
    settings.STAFF_SECOND_FACTOR = True
    made = a_bench()
    for user in (made.charlie, made.admin):
        user.set_password(PASSWORD)
        user.save()
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return made


def code_now(secret: str = SECRET) -> str:
    counter = next(iter(yield_hotp_counters_from_time()))
    return str(format_hotp_value(hotp_value(secret, counter)))


def enrolled(user: User) -> None:
    Authenticator.objects.create(
        user=user, type=Authenticator.Type.TOTP, data={"secret": get_adapter().encrypt(SECRET)}
    )


def with_password(user: User) -> Client:
    client = Client()
    client.post("/account/login/", {"login": user.email, "password": PASSWORD})
    return client


def test_desk_is_shut_to_a_password_alone_and_leads_to_the_factor(bench: Bench) -> None:
    client = with_password(bench.charlie)

    answer = client.get("/desk/")

    assert (answer.status_code, answer["Location"]) == (302, ACTIVATE)
    assert client.get("/start/")["Location"] == "/desk/"


def test_side_doors_of_the_desk_are_shut_too(bench: Bench) -> None:
    claim = bench.escalated()
    client = with_password(bench.charlie)

    answers = {
        path: client.get(path).status_code
        for path in (
            f"/dossiers/{claim.reference}.pdf",
            f"/letters/{claim.reference}/",
            f"/claims/{claim.reference}/",
        )
    }

    assert set(answers.values()) == {404}
    assert identity_of(bench.charlie).agent_of == frozenset()


def test_factor_opens_the_desk_at_once(bench: Bench) -> None:
    client = with_password(bench.charlie)
    client.post("/account/reauthenticate/", {"password": PASSWORD, "next": ACTIVATE})
    page = client.get(ACTIVATE)
    secret = page.context["form"].secret

    wrong = client.post(ACTIVATE, {"code": "000000"})
    right = client.post(ACTIVATE, {"code": code_now(secret)})

    assert "data:image/svg+xml" in page.content.decode()
    assert wrong.status_code == 200
    assert right.status_code == 302
    assert client.get("/desk/").status_code == 200
    assert secret not in str(Authenticator.objects.get(type="totp").data)
    assert Authenticator.objects.filter(user=bench.charlie, type="recovery_codes").exists()


def test_sign_in_asks_for_the_code(bench: Bench) -> None:
    enrolled(bench.charlie)
    client = with_password(bench.charlie)
    before = client.get("/desk/")["Location"]

    wrong = client.post("/account/2fa/authenticate/", {"code": "000000"})
    client.post("/account/2fa/authenticate/", {"code": code_now()})

    assert before.startswith("/account/login/")
    assert wrong.status_code == 200
    assert client.get("/desk/").status_code == 200


def test_who_removes_the_factor_shuts_the_desk(bench: Bench) -> None:
    enrolled(bench.charlie)
    client = Client()
    client.force_login(bench.charlie)
    assert client.get("/desk/").status_code == 200

    Authenticator.objects.all().delete()

    assert client.get("/desk/").status_code == 302


def test_buyers_and_sellers_need_none(bench: Bench) -> None:
    buyer, seller = Client(), Client()
    buyer.force_login(bench.alice.user)
    seller.force_login(bench.bob)

    assert buyer.get("/orders/").status_code == 200
    assert seller.get("/seller/claims/").status_code == 200


def test_role_is_changed_after_signing_in_anew(bench: Bench, frozen_clock: time_machine.Traveller) -> None:
    enrolled(bench.admin)
    client = Client()
    client.force_login(bench.admin)
    member = DeskStaff.objects.get(user=bench.charlie)
    page = f"/desk/team/{member.pk}/"

    asked = client.post(page, {"role": "lead"}, headers={"referer": f"http://testserver{page}"})
    client.post("/account/2fa/reauthenticate/", {"code": code_now(), "next": page})
    done = client.post(page, {"role": "lead"})
    frozen_clock.move_to(clock.now() + dt.timedelta(minutes=10, seconds=1))
    late = client.post(page, {"role": "agent"})

    assert asked["Location"].startswith("/account/reauthenticate/?next=%2Fdesk%2Fteam%2F")
    assert done["Location"] == "/desk/team/"
    assert late["Location"].startswith("/account/reauthenticate/")
    member.refresh_from_db()
    assert member.role == "lead"


@pytest.mark.parametrize(
    "referer", ["https://evil.example.org/x", "//evil.example.org", "javascript:alert(1)", ""]
)
def test_who_is_asked_again_never_leaves_the_site(bench: Bench, referer: str) -> None:
    enrolled(bench.admin)
    client = Client()
    client.force_login(bench.admin)

    asked = client.post(
        "/desk/team/", {"email": "n@example.org", "role": "agent"}, headers={"referer": referer}
    )

    assert asked["Location"] == "/account/reauthenticate/?next=%2Fdesk%2F"


def test_secret_opens_with_the_key_before(bench: Bench, settings: Settings) -> None:
    kept = get_adapter().encrypt(SECRET)

    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "y" * 50

    assert get_adapter().decrypt(kept) == SECRET
