"""Who lives in the demo. All of them are invented; their addresses lead nowhere."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

MARKETPLACE = "mirabelle"
MARKETPLACE_NAME = "Marché Mirabelle"
ZONE = "Europe/Paris"


class Part(StrEnum):
    """What somebody is in the demo."""

    BUYER = "buyer"
    SELLER = "seller"
    AGENT = "agent"
    LEAD = "lead"
    ADMINISTRATOR = "administrator"
    AUDITOR = "auditor"


class Persona(NamedTuple):
    """Somebody to sign in as. `key` is in addresses; `shop` is where a seller works."""

    key: str
    name: str
    part: Part
    shop: str = ""

    @property
    def email(self) -> str:
        return f"{self.key}@example.org"


class Shopfront(NamedTuple):
    """A shop of the marketplace."""

    ref: str
    name: str
    country: str


NOVA = Shopfront("nova-audio", "Shenzhen Nova Audio", "CN")
GARANCE = Shopfront("maison-garance", "Maison Garance", "FR")
FILOSELLE = Shopfront("atelier-filoselle", "Atelier Filoselle", "FR")
KOBALT = Shopfront("kobalt", "Kobalt Elektronik", "DE")
SHOPS = (NOVA, GARANCE, FILOSELLE, KOBALT)

CAMILLE = Persona("camille", "Camille Lefèvre", Part.BUYER)
YANIS = Persona("yanis", "Yanis Benali", Part.BUYER)
MARILOU = Persona("marilou", "Marilou Tessier", Part.BUYER)
WEN = Persona("wen", "Zhao Wen", Part.SELLER, NOVA.ref)
GABRIELLE = Persona("gabrielle", "Gabrielle Pons", Part.SELLER, GARANCE.ref)
LIAN = Persona("lian", "Lian Mei", Part.SELLER, NOVA.ref)
SOIZIC = Persona("soizic", "Soizic Kermadec", Part.SELLER, FILOSELLE.ref)
JONAS = Persona("jonas", "Jonas Brandt", Part.SELLER, KOBALT.ref)
INES = Persona("ines", "Inès Carvalho", Part.AGENT)
THEO = Persona("theo", "Théo Marchand", Part.AGENT)
BASILE = Persona("basile", "Basile Nguema", Part.LEAD)
HELENE = Persona("helene", "Hélène Vasseur", Part.ADMINISTRATOR)
ODILE = Persona("odile", "Odile Ferrand", Part.AUDITOR)

BUYERS = (CAMILLE, YANIS, MARILOU)
SELLERS = (WEN, LIAN, GABRIELLE, SOIZIC, JONAS)
HANDS = (LIAN,)
"""Sellers who act for a shop without choosing who else does."""
DESK = (INES, THEO, BASILE, HELENE, ODILE)
PERSONAS = {persona.key: persona for persona in (*BUYERS, *SELLERS, *DESK)}
FIRST = (CAMILLE, WEN, INES, HELENE)
"""Who stands at the four doors; the others are one step behind."""
