"""A story that every kind of letter can be made of, and changes to it."""

from datetime import date
from typing import Any

import msgspec

from recours.rules.calendars import Calendar
from recours.rules.law import Law, law_of
from recours.rules.letters import Enclosure, Kind, Party, Prepared, Step, Story, Tried, write

PARIS = Calendar("Europe/Paris", "FR")
ALICE = Party(name="Alice Martin", address=("3 rue des Lilas", "69003 Lyon"), email="alice@example.org")
PLACE = Party(name="Place Exemple", address=("6 rue du Port", "75002 Paris"))


def law() -> Law:
    found = law_of("FR")
    assert found is not None
    return found


def story(kind: Kind, **changed: Any) -> Story:
    """Ordered on 1 April 2026, received on the 20th, written on 20 June; a withdrawal, on 4 May."""
    told = Story(
        kind=kind,
        sender=ALICE,
        addressee=PLACE,
        place="Lyon",
        written_on=date(2026, 5, 4) if kind is Kind.WITHDRAWAL else date(2026, 6, 20),
        marketplace="Place Exemple",
        order_number="C-1001",
        product="Casque Nova",
        amount="89,90",
        story="L’arceau est cassé net.",
        ordered_on=date(2026, 4, 1),
        delivered_on=None if kind is Kind.DELIVER else date(2026, 4, 20),
        sent_back_on=date(2026, 4, 28) if kind is Kind.REFUND_OVERDUE else None,
        claimed_on=date(2026, 4, 25) if kind is Kind.REFUND_OVERDUE else None,
        complained_on=date(2026, 4, 30) if kind is Kind.MEDIATOR else None,
        paid_on=date(2026, 4, 1),
        tried=(Tried(on=date(2026, 4, 29), step=Step.SELLER, text="Sans réponse."),),
        enclosures=(Enclosure(title="Confirmation de commande"), Enclosure(title="Photo")),
    )
    if kind is Kind.WITHDRAWAL:
        changed = {"tried": (), **changed}
    return msgspec.structs.replace(told, **changed)


def prepared(kind: Kind, **changed: Any) -> Prepared:
    return write(story(kind, **changed), law(), PARIS)
