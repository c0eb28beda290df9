"""Passkeys in a browser that has somewhere to keep them: made, used to sign in, renamed, taken away."""

from __future__ import annotations

import re

from playwright.sync_api import Browser, expect
from tests.journeys.visitor import PHONE, Visitor

PASSWORD = "une-longue-phrase-a-elle"
DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}
"""A telephone whose owner always holds a finger on it."""


def test_a_passkey_is_made_used_renamed_and_taken_away(browser: Browser, site: str) -> None:
    with Visitor(browser, site, viewport=PHONE) as person:
        device = person.context.new_cdp_session(person.page)
        device.send("WebAuthn.enable")
        device.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
        person.goes("/account/signup/")
        person.fills("email", "maud@example.org")
        person.fills("password1", PASSWORD)
        person.sends()

        person.goes("/account/2fa/")
        person.follows("Ajouter une clé d’accès")
        person.sees("Confirmez d’abord votre adresse électronique")
        _confirms_the_address(person)
        person.goes("/account/2fa/webauthn/add/")
        person.sees("Confirmez que c’est vous")
        person.fills("password", PASSWORD)
        person.sends()
        person.fills("name", "Mon téléphone")
        _asks_the_device(person, "Créer la clé d’accès", "Codes de secours")
        person.sees("Votre clé d’accès est ajoutée.")

        _signs_out(person)
        person.goes("/account/login/")
        person.fills("login", "maud@example.org")
        person.fills("password", PASSWORD)
        person.sends()
        person.sees("Votre second facteur")
        _asks_the_device(person, "Utiliser ma clé d’accès", "Mes commandes")
        person.goes("/account/2fa/webauthn/")
        person.sees("utilisée le")

        person.follows("Renommer Mon téléphone")
        person.follows("Avec votre clé d’accès")
        _asks_the_device(person, "Utiliser ma clé d’accès", "Renommer la clé d’accès")
        person.fills("name", "Le téléphone de Maud")
        person.sends()
        person.sees("Le téléphone de Maud")
        person.follows("Retirer Le téléphone de Maud")
        person.presses("Retirer")
        person.goes("/account/2fa/webauthn/")
        person.sees("Aucune clé d’accès pour le moment.")


def _asks_the_device(person: Visitor, name: str, title: str) -> None:
    """Press what asks the device, and be on the page where its answer leads."""
    person.page.get_by_role("main").get_by_role("button", name=name).click()
    expect(person.page.locator("h1")).to_have_text(title)
    person.look()


def _confirms_the_address(person: Visitor) -> None:
    """Follow the link of the mail, as the demo's mailbox shows it."""
    person.goes("/demo/mailbox/")
    person.follows("Confirmez votre adresse")
    link = re.search(r"/account/confirm-email/[^\s\"<]+", person.page.content())
    assert link is not None
    person.goes(link[0])
    person.presses("Oui, confirmer")


def _signs_out(person: Visitor) -> None:
    person.goes("/account/logout/")
    person.sends()
