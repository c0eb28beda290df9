"""The guided question: "what happened?", and in at most four taps where to go. A claim is not always the right place.

Taps: what it is about; what exactly; which order or payment; and the button of the page that this leads to. Words are
under `guidance` in the wording, by the keys below.
"""

from __future__ import annotations

import datetime as dt
from enum import StrEnum

from msgspec import Struct

from recours.rules.conversation import Topic
from recours.rules.law import Law
from recours.rules.law.entries import Right
from recours.rules.lifecycle.vocabulary import Ground
from recours.rules.windows import Calendar, Dated, due_after


class Place(StrEnum):
    """Where an answer leads."""

    DISPUTE = "dispute"
    """The dispute form, about an order."""
    PAYMENT = "payment"
    """The dispute form, about a payment."""
    PURCHASE = "purchase"
    """The form about a purchase that failed."""
    BANK = "bank"
    """The buyer's bank, before anything else."""
    MESSAGE = "message"
    """A message to the shop, about an order."""
    WITHDRAWAL = "withdrawal"
    """The right to change one's mind: no dispute, and no reason to give."""
    SHOP = "shop"
    """A shop, by who has not bought from it."""
    CLAIMS = "claims"
    """The disputes that the buyer already has."""
    ORDERS = "orders"
    SUPPORT = "support"

    @property
    def wants_order(self) -> bool:
        return self in {Place.DISPUTE, Place.MESSAGE, Place.WITHDRAWAL}

    @property
    def wants_payment(self) -> bool:
        return self is Place.PAYMENT


class End(Struct, frozen=True, kw_only=True):
    """Where the question ends: the place, what is filled in there, and the article that explains."""

    place: Place
    article: str
    ground: Ground | None = None
    topic: Topic | None = None


class Choice(Struct, frozen=True):
    """One answer; its words are `guidance.choice.<key>`. It leads to further answers or to an end."""

    key: str
    leads: tuple[Choice, ...] | End


def _dispute(ground: Ground, article: str) -> End:
    return End(place=Place.DISPUTE, ground=ground, topic=Topic(ground), article=article)


def _payment(ground: Ground, article: str) -> End:
    return End(place=Place.PAYMENT, ground=ground, article=article)


def _message(topic: Topic, article: str) -> End:
    return End(place=Place.MESSAGE, topic=topic, article=article)


CHOICES: tuple[Choice, ...] = (
    Choice(
        "not_arrived",
        (
            Choice("overdue", _dispute(Ground.LOST, "colis-non-recu")),
            Choice("on_its_way", End(place=Place.ORDERS, article="suivre-mon-colis")),
            Choice("stuck", _message(Topic.QUESTION, "suivi-bloque")),
            Choice("marked_delivered", _dispute(Ground.LOST, "colis-livre-mais-non-recu")),
            Choice("came_late", _dispute(Ground.LATE, "arrive-trop-tard")),
            Choice("wrong_address", _message(Topic.ADDRESS, "adresse-de-livraison-erronee")),
        ),
    ),
    Choice(
        "item",
        (
            Choice("damaged", _dispute(Ground.DAMAGED, "article-casse")),
            Choice("defective", _dispute(Ground.DEFECTIVE, "article-en-panne")),
            Choice("not_as_described", _dispute(Ground.NOT_AS_DESCRIBED, "article-non-conforme")),
            Choice("wrong_item", _dispute(Ground.WRONG_ITEM, "mauvais-article")),
            Choice("missing_part", _dispute(Ground.WRONG_ITEM, "piece-manquante")),
            Choice("counterfeit", _dispute(Ground.NOT_AS_DESCRIBED, "contrefacon")),
            Choice("failed_later", _dispute(Ground.DEFECTIVE, "garantie-legale")),
        ),
    ),
    Choice(
        "changed_mind",
        End(place=Place.WITHDRAWAL, topic=Topic.WITHDRAWAL, article="changer-d-avis"),
    ),
    Choice(
        "money",
        (
            Choice(
                "unknown_charge",
                End(place=Place.BANK, ground=Ground.UNAUTHORISED_CHARGE, article="debit-non-reconnu"),
            ),
            Choice("charged_twice", _payment(Ground.PAYMENT_ERROR, "debite-deux-fois")),
            Choice("charged_too_much", _payment(Ground.OVERCHARGE, "montant-trop-eleve")),
            Choice(
                "failed_but_charged",
                _payment(Ground.PAYMENT_ERROR, "paiement-echoue-mais-debite"),
            ),
            Choice(
                "site_failed",
                End(place=Place.PURCHASE, ground=Ground.TECHNICAL_FAULT, article="achat-bloque"),
            ),
        ),
    ),
    Choice(
        "refund",
        (
            Choice("refund_when", End(place=Place.CLAIMS, article="delai-de-remboursement")),
            Choice("refund_late", End(place=Place.CLAIMS, article="remboursement-en-retard")),
            Choice("refund_not_seen", End(place=Place.CLAIMS, article="remboursement-non-recu")),
            Choice("return_refused", End(place=Place.CLAIMS, article="retour-conteste")),
            Choice("withdrawal_refused", End(place=Place.SUPPORT, article="retractation-refusee")),
        ),
    ),
    Choice(
        "other",
        (
            Choice("shop_silent", _message(Topic.QUESTION, "vendeur-ne-repond-pas")),
            Choice("before_purchase", End(place=Place.SHOP, article="question-avant-achat")),
            Choice("invoice", _message(Topic.INVOICE, "facture")),
            Choice("order_change", _message(Topic.QUESTION, "modifier-une-commande")),
            Choice("account", End(place=Place.SUPPORT, article="compte-pirate")),
            Choice("something_else", End(place=Place.SUPPORT, article="service-client")),
        ),
    ),
)
"""The tree. Its first level is the first page."""

DEEPEST = 2
"""Questions before an end; with the order or payment and the last button, four taps."""


class NoSuchAnswer(Exception):
    """An address that names an answer which no page offers."""


def follow(trail: tuple[str, ...]) -> tuple[Choice, ...] | End:
    """Return what the answers given so far lead to: the next answers, or the end. Raises NoSuchAnswer."""
    found: tuple[Choice, ...] | End = CHOICES
    for key in trail:
        if isinstance(found, End):
            raise NoSuchAnswer
        chosen = next((choice for choice in found if choice.key == key), None)
        if chosen is None:
            raise NoSuchAnswer
        found = chosen.leads
    return found


class BankTerm(Struct, frozen=True):
    """One day by which a bank must be told, with the line that says so."""

    right: Right
    until: Dated


BANK_TERMS = ("unauthorised_payment", "unauthorised_payment_outside_eea", "chargeback")
"""A debit within the European Economic Area; one by a payee's bank outside it; and the card schemes' own procedure,
which is a contract's promise and no law."""


def bank_terms(debited_on: dt.date, law: Law | None, calendar: Calendar) -> tuple[BankTerm, ...]:
    """Return until when a debit that the buyer did not make can be contested with their bank, from its day.

    Empty for a country whose law is not in the data. Raises DateOutOfRange.
    Sources: code monétaire et financier, L133-24; Visa 13.1 and Mastercard 4853 for the schemes.
    """
    if law is None:
        return ()
    found = []
    for key in BANK_TERMS:
        right = law.find(key, debited_on)
        if right is None or right.window is None:
            continue
        until = due_after(
            debited_on, right.window, calendar, rule=f"law.{key}", source=right.ref, event="payment_made"
        )
        found.append(BankTerm(right, until))
    return tuple(found)
