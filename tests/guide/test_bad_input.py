"""What people mistype, at its question: said beside the field, in their language, and kept."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from tests.guide.walking import DAMAGED, Walker

pytestmark = pytest.mark.django_db

ASKED = list(DAMAGED)


def at(client: Client, question: str) -> Walker:
    """Somebody whose headset came broken, at one of the questions."""
    walker = Walker(client)
    for before in ASKED[: ASKED.index(question)]:
        walker.sends(**DAMAGED[before])
    assert walker.at == question
    return walker


BAD: dict[str, tuple[str, dict[str, Any], str, str]] = {
    "delivered tomorrow": (
        "days",
        {"delivered_on": "2026-11-21"},
        "n’est pas encore venu",
        "has not come yet",
    ),
    "before the order": ("days", {"delivered_on": "2026-10-30"}, "est avant la commande", "before the order"),
    "a day that is none": ("days", {"delivered_on": "31/02/2026"}, "n’existe pas", "no such day"),
    "another century": ("days", {"ordered_on": "1926-11-02"}, "trop ancien", "too"),
    "no order number": ("purchase", {"order_number": ""}, "obligatoire", "required"),
    "amount of nothing": ("purchase", {"amount": "0"}, "nul", "nothing"),
    "amount of a million": ("purchase", {"amount": "1000000"}, "dépasse ce que le guide", "more than"),
    "amount in words": ("purchase", {"amount": "beaucoup"}, "montant", "amount"),
    "a line of a page": ("purchase", {"product": "é" * 5_000}, "200", "200"),
    "tried tomorrow": ("tried", {"on_seller": "2026-11-21"}, "n’est pas encore venu", "has not come yet"),
    "tried on no day": ("tried", {"on_seller": "", "text_seller": "Rien."}, "Indiquez le jour", "day"),
    "nothing told": ("story", {"story": "   "}, "obligatoire", "required"),
    "a story of twenty thousand": ("story", {"story": "é" * 20_000}, "Raccourcissez-le", "Shorten"),
}


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("name", BAD)
def test_what_cannot_be_is_said_at_its_field_and_nothing_typed_is_lost(
    client: Client, name: str, language: str
) -> None:
    question, wrong, in_french, in_english = BAD[name]
    walker = at(client, question)
    walker.sends(language=language, **DAMAGED[question])
    typed = DAMAGED[question] | wrong

    walker.sends(**typed)

    assert walker.page.status_code == 422
    assert walker.at == question
    errors = walker.text.partition('class="error-summary"')[2].partition("</div>")[0]
    said = in_french if language == "fr" else in_english
    assert said in errors.replace("\u202f", " ").replace("\xa0", " ")
    for value in typed.values():
        assert str(value) in walker.text
    # What was right is taken once the rest is.
    walker.sends(**DAMAGED[question])
    assert walker.page.status_code == 200
    assert walker.at != question


def test_a_claim_before_the_order_is_refused_beside_its_day(client: Client) -> None:
    walker = Walker(client)
    walker.sends(trouble="refund_late")

    walker.sends(ordered_on="2026-11-02", claimed_on="2026-11-01", refund_of="withdrawal")

    assert walker.page.status_code == 422
    assert "est avant la commande" in walker.text
    assert 'value="2026-11-01"' in walker.text
