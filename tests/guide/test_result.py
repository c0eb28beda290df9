"""The heart: what is owed, what to do and by when, and what to send."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from tests.guide.walking import DAMAGED, Walker

pytestmark = pytest.mark.django_db


def result(client: Client, profile: str = "aliexpress_fr", **said: dict[str, Any]) -> str:
    """The page that follows from the broken headset, with other answers."""
    walker = Walker(client, profile)
    walker.answers(DAMAGED | said)
    return walker.text.replace("\u202f", " ").replace("\xa0", " ")


def test_the_next_thing_to_do_comes_first_with_its_day(client: Client) -> None:
    page = result(client)

    assert "À faire maintenant : ouvrir un litige, jusqu’au dimanche 22 novembre" in page
    assert page.index("À faire maintenant") < page.index("Les étapes") < page.index("Vos droits")
    assert "« Ouvrir un litige »" in page


def test_what_is_owed_stands_above_all_with_its_article(client: Client) -> None:
    page = result(client)

    assert page.index(
        "Un article conforme, réparé ou remplacé sans frais, dans un délai de 30 jours"
    ) < page.index("À faire maintenant")
    assert "L217-10" in page[: page.index("À faire maintenant")]


def test_an_index_names_what_is_on_the_page_and_nothing_else(client: Client) -> None:
    page = result(client)
    index = page.partition('<nav class="index')[2].partition("</nav>")[0]
    named = re.findall(r'href="#(\w+)"', index)

    assert named == ["notes", "ladder", "dates", "rights", "texts", "letter", "doors", "keep", "told"]
    assert all(f'id="{each}"' in page for each in named)


def test_the_text_to_send_now_is_open_and_the_others_wait(client: Client) -> None:
    page = result(client)
    now = page.partition('class="card how"')[2].partition("</section>")[0]

    assert "Texte du litige" in now
    assert (
        page.count('<details class="more text" open>') == now.count('<details class="more text" open>') == 1
    )


def test_both_sources_of_the_time_to_claim_are_shown_each_with_its_day(client: Client) -> None:
    page = result(client)

    assert "10 jours après la réception du colis" in page
    assert "15 jours après la réception pour ouvrir un litige" in page
    assert page.count("vérifié le 29 novembre 2026") >= 3


def test_the_ladder_shows_what_was_done_and_what_is_open(client: Client) -> None:
    page = result(client)

    assert "Sans réponse." in page
    assert "pas encore essayé, toujours possible" in page


def test_policy_stands_beside_law_and_the_better_is_marked(client: Client) -> None:
    page = result(client)

    assert "Conditions de la place de marché" in page
    assert "La loi est plus favorable." in page


def test_a_refund_forty_days_late_runs_the_meter(client: Client) -> None:
    page = result(
        client,
        trouble={"trouble": "refund_late"},
        days={
            "ordered_on": "2026-09-01",
            "delivered_on": "2026-09-10",
            "claimed_on": "2026-09-27",
            "sent_back_on": "2026-09-28",
            "refund_of": "withdrawal",
        },
    )

    # Due on 11 October, a Sunday, and so on the 12th: 39 days late, 20 % of 89.90.
    assert "+ 17,98 €" in page
    # Written to the seller on the 13th: there is a day to come, and so a calendar.
    assert "Mettre dans mon agenda" in page
    assert "L242-4" in page


def test_no_calendar_is_offered_once_every_day_is_over(client: Client) -> None:
    page = result(
        client,
        trouble={"trouble": "refund_late"},
        days={"ordered_on": "2026-09-01", "claimed_on": "2026-09-27", "refund_of": "termination"},
        tried={},
    )

    assert "Une date passée" in page
    assert "Mettre dans mon agenda" not in page


def test_a_card_charged_twice_goes_to_the_bank_first(client: Client) -> None:
    page = result(client, trouble={"trouble": "charged_twice"}, days={"paid_on": "2026-11-02"})

    assert "Votre banque d’abord" in page
    assert "rétrofacturation" in page
    assert "Le relevé bancaire où figure le débit" in page


def test_a_swindle_says_whom_to_tell(client: Client) -> None:
    page = result(client, trouble={"trouble": "fraud"}, days={"paid_on": "2026-11-02"})

    assert "THESEE" in page
    assert "0 805 805 817" in page


def test_texts_are_ready_in_the_languages_that_their_readers_know(client: Client) -> None:
    page = result(client)

    assert page.count("<pre ") >= 6
    assert 'lang="zh"' in page
    assert "L’arceau est cassé net." in page


def test_the_closed_european_platform_is_not_linked(client: Client) -> None:
    assert "webgate.ec.europa" not in result(client)


def test_another_marketplace_has_its_own_facts(client: Client) -> None:
    page = result(client, "grandbazar_exemple")

    assert "AliExpress" not in page.partition("<main")[2].partition("</main>")[0]


def test_the_result_reads_nothing_from_the_database(client: Client, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        result(client)
