"""Passkeys beside codes: added, used to sign in, enough for the desk; and a shop's team asks who changes it again."""

from __future__ import annotations

import hashlib
import json
import re
from base64 import urlsafe_b64encode
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from django.test import Client
from fido2.cose import ES256
from fido2.webauthn import Aaguid, AttestationObject, AttestedCredentialData, AuthenticatorData
from pytest_django.fixtures import Settings
from tests import factories

from recours.people.commands import appoint_to_shop
from recours.people.models import ShopRole, ShopStaff, User

pytestmark = pytest.mark.django_db

PASSWORD = "a-long-password-1"
ADD = "/account/2fa/webauthn/add/"
ORIGIN, HOST = "https://testserver", "testserver"
FLAGS = AuthenticatorData.FLAG.UP | AuthenticatorData.FLAG.UV


def b64(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


class Device:
    """A telephone that keeps one passkey."""

    def __init__(self) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.id = b"a passkey of ours"
        self.uses = 0

    def create(self, options: dict[str, Any]) -> str:
        """Return what a browser sends when a passkey was made."""
        credential = AttestedCredentialData.create(
            Aaguid.NONE, self.id, ES256.from_cryptography_key(self.key.public_key())
        )
        data = AuthenticatorData.create(
            hashlib.sha256(HOST.encode()).digest(), FLAGS | AuthenticatorData.FLAG.AT, 0, credential
        )
        said = {"attestationObject": b64(AttestationObject.create("none", data, {}))}
        return self._sent("webauthn.create", options, said)[0]

    def use(self, options: dict[str, Any], *, origin: str = ORIGIN) -> str:
        """Return what a browser sends when the passkey was used."""
        self.uses += 1
        data = AuthenticatorData.create(hashlib.sha256(HOST.encode()).digest(), FLAGS, self.uses)
        said = {"authenticatorData": b64(data), "signature": "", "userHandle": None}
        _, client_data = self._sent("webauthn.get", options, said, origin)
        signed = data + hashlib.sha256(client_data).digest()
        said["signature"] = b64(self.key.sign(signed, ec.ECDSA(hashes.SHA256())))
        return self._sent("webauthn.get", options, said, origin)[0]

    def _sent(
        self, kind: str, options: dict[str, Any], said: dict[str, Any], origin: str = ORIGIN
    ) -> tuple[str, bytes]:
        challenge = options["publicKey"]["challenge"]
        client_data = json.dumps({"type": kind, "challenge": challenge, "origin": origin}).encode()
        response = {"clientDataJSON": b64(client_data), **said}
        whole = {"id": b64(self.id), "rawId": b64(self.id), "type": "public-key", "response": response}
        return json.dumps(whole | {"clientExtensionResults": {}}), client_data


def options_on(page: Any, name: str) -> dict[str, Any]:
    found = re.search(r'<script id="js_data" type="application/json">(.*?)</script>', page.content.decode())
    assert found is not None
    options: dict[str, Any] = json.loads(found[1])[name]
    return options


def with_password(user: User) -> Client:
    proven = {"email": user.email, "verified": True, "primary": True}
    EmailAddress.objects.get_or_create(user=user, defaults=proven)
    client = Client()
    client.post("/account/login/", {"login": user.email, "password": PASSWORD}, secure=True)
    return client


@pytest.fixture
def charlie(settings: Settings) -> User:
    settings.STAFF_SECOND_FACTOR = True
    return factories.an_agent(factories.a_marketplace())


def sure(user: User) -> Client:
    """Who has just confirmed that it is them, as adding a factor asks."""
    client = with_password(user)
    client.post("/account/reauthenticate/", {"password": PASSWORD, "next": ADD}, secure=True)
    return client


def enrolled(charlie: User, client: Client | None = None) -> Device:
    device, client = Device(), client or sure(charlie)
    page = client.get(ADD, secure=True)
    sent = {"name": "Mon téléphone", "credential": device.create(options_on(page, "creation_options"))}
    done = client.post(ADD, sent, secure=True)
    assert done.status_code == 302
    return device


def test_passkey_opens_the_desk_and_is_asked_for_at_sign_in(charlie: User) -> None:
    device = enrolled(charlie)
    client = with_password(charlie)
    before = client.get("/desk/", secure=True)["Location"]

    page = client.get("/account/2fa/authenticate/", secure=True)
    sent = device.use(options_on(page, "request_options"))
    client.post("/account/2fa/authenticate/", {"credential": sent}, secure=True)

    assert before.startswith("/account/login/")
    assert client.get("/desk/", secure=True).status_code == 200
    listed = client.get("/account/2fa/webauthn/", secure=True).content.decode()
    assert "Mon téléphone" in listed


def test_passkey_of_another_site_or_key_opens_nothing(charlie: User) -> None:
    device = enrolled(charlie)
    for stranger, origin in ((device, "https://testserver.example.org"), (Device(), ORIGIN)):
        client = with_password(charlie)
        page = client.get("/account/2fa/authenticate/", secure=True)

        sent = stranger.use(options_on(page, "request_options"), origin=origin)
        refused = client.post("/account/2fa/authenticate/", {"credential": sent}, secure=True)

        assert refused.status_code == 200
        assert client.get("/desk/", secure=True).status_code == 302


@pytest.mark.parametrize("sent", ["", "{}", "null", "[1]", '{"id": "x"}'])
def test_what_is_no_passkey_is_refused(charlie: User, sent: str) -> None:
    client = sure(charlie)
    client.get(ADD, secure=True)

    refused = client.post(ADD, {"name": "x", "credential": sent}, secure=True)

    assert refused.status_code == 200
    assert not Authenticator.objects.exists()


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/account/email/", "Vos adresses électroniques"),
        ("/account/password/change/", "Changer de mot de passe"),
        ("/account/reauthenticate/", "Avec votre clé d’accès"),
        ("/account/2fa/webauthn/", "Mon téléphone"),
    ],
)
def test_pages_of_an_account_are_in_our_words(charlie: User, path: str, said: str) -> None:
    browser = sure(charlie)
    enrolled(charlie, browser)

    page = browser.get(path, secure=True).content.decode()

    assert said in page
    assert not re.search("clé secrète|Clé de sécurité|>Name", page)


def test_account_without_a_password_chooses_one_in_our_words(charlie: User) -> None:
    browser = sure(charlie)
    charlie.set_unusable_password()
    charlie.save()
    browser.force_login(charlie)

    page = browser.get("/account/password/set/", secure=True).content.decode()

    assert "<h1>Choisir un mot de passe</h1>" in page
    assert "Enregistrer ce mot de passe" in page


def test_passkey_without_a_name_keeps_the_one_it_has(charlie: User) -> None:
    browser = sure(charlie)
    enrolled(charlie, browser)
    row = Authenticator.objects.get(user=charlie, type="webauthn")

    page = browser.post(f"/account/2fa/webauthn/keys/{row.pk}/edit/", {"name": ""}, secure=True)

    assert "Écrivez un nom, par exemple celui de l’appareil." in page.content.decode()
    assert row.wrap().name == "Mon téléphone"


def test_pages_have_no_script_that_the_browsers_policy_refuses(charlie: User) -> None:
    page = sure(charlie).get(ADD, secure=True)

    scripts = re.findall(r"<script([^>]*)>", page.content.decode())

    assert scripts
    assert all("src=" in attributes or 'type="application/json"' in attributes for attributes in scripts)
    assert "'unsafe-inline'" not in page["Content-Security-Policy"]


def test_passkey_of_another_account_is_neither_seen_nor_removed(charlie: User) -> None:
    enrolled(charlie)
    key = Authenticator.objects.get(type=Authenticator.Type.WEBAUTHN)
    client = sure(factories.a_user("Dana"))

    assert client.post(f"/account/2fa/webauthn/keys/{key.pk}/remove/", secure=True).status_code == 404
    assert Authenticator.objects.filter(pk=key.pk).exists()


def test_shops_administrator_changes_a_role_after_signing_in_anew(settings: Settings) -> None:
    settings.STAFF_SECOND_FACTOR = True
    shop = factories.a_shop()
    bob, dana = factories.a_user("Bob"), factories.a_user("Dana")
    appoint_to_shop(user=bob, shop_id=shop.pk, role=ShopRole.ADMINISTRATOR)
    appoint_to_shop(user=dana, shop_id=shop.pk)
    client = Client()
    client.force_login(bob)
    page = f"/seller/shops/{shop.pk}/team/{ShopStaff.objects.get(user=dana).pk}/"

    asked = client.post(page, {"role": "administrator"}, headers={"referer": f"http://testserver{page}"})
    client.post("/account/reauthenticate/", {"password": PASSWORD, "next": page})
    done = client.post(page, {"role": "administrator"})

    assert asked["Location"].startswith("/account/reauthenticate/?next=%2Fseller%2Fshops%2F")
    assert done["Location"] == f"/seller/shops/{shop.pk}/team/"
    assert ShopStaff.objects.get(user=dana).role == ShopRole.ADMINISTRATOR
