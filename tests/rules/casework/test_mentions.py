"""Who a note calls."""

from __future__ import annotations

from uuid import UUID

import pytest

from recours.rules.casework.mentions import mentioned

HELENE, THEO, OTHER_THEO, BO = (UUID(int=number) for number in range(1, 5))
PEOPLE = {HELENE: "Hélène Vasseur", THEO: "Théo Marchand", OTHER_THEO: "Théo Lambert", BO: "bo@example.org"}


@pytest.mark.parametrize(
    ("text", "called"),
    [
        ("@Hélène, peux-tu relire ?", [HELENE]),
        ("Voir avec @helene vasseur.", [HELENE]),
        ("@HELENE", [HELENE]),
        ("(@theo marchand) puis @Hélène", [THEO, HELENE]),
        ("@Théo", [THEO, OTHER_THEO]),
        ("@théo lambert", [OTHER_THEO]),
        ("@Hélène @Hélène", [HELENE]),
        ("camille@helene.example", []),
        ("@Helenette", []),
        ("@ Hélène", []),
        ("@@helene", []),
        ("@inconnu", []),
        ("@", []),
        ("{@helene.__class__}", [HELENE]),
        ("Hélène", []),
    ],
)
def test_who_is_called(text: str, called: list[UUID]) -> None:
    assert list(mentioned(text, PEOPLE)) == called
