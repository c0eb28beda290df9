"""One question a page; the answers travel in the form, and survive whatever is done to it."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
import time_machine
from django.test import Client
from tests.conftest import PRESENT
from tests.guide.walking import DAMAGED, Walker

from recours.guide.state import LASTS, opened
from recours.rules.guide import Trouble

pytestmark = pytest.mark.django_db


def test_the_guide_leads_from_what_happened_to_the_result(client: Client) -> None:
    walker = Walker(client)

    walker.answers(DAMAGED)

    assert walker.at == "result"
    assert "Casque Nova" in walker.text
    assert "L217-3" in walker.text


def test_nothing_is_stored_while_questions_are_answered(
    client: Client, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(0):
        walker = Walker(client)
        walker.answers(DAMAGED)

    assert set(client.cookies) <= {"csrftoken"}
    assert walker.page.headers["Cache-Control"] == "private, no-cache"


def test_going_back_and_forward_loses_nothing_that_was_typed(client: Client) -> None:
    walker = Walker(client)
    walker.sends(trouble="damaged")
    # One day is right, the other cannot be: both are still there after a look at the first question.
    walker.sends(ordered_on="2026-11-02", delivered_on="2027-01-01", go="back")
    assert walker.at == "trouble"
    assert re.search(r'value="damaged"[^>]* checked', walker.text)

    walker.sends(trouble="damaged")

    assert walker.at == "days"
    assert 'value="2026-11-02"' in walker.text
    assert 'value="2027-01-01"' in walker.text


def test_a_day_that_has_not_come_is_refused_beside_its_field(client: Client) -> None:
    walker = Walker(client)
    walker.sends(trouble="damaged")

    walker.sends(ordered_on="2026-11-02", delivered_on="2026-11-21")

    assert walker.page.status_code == 422
    assert "n’est pas encore venu" in walker.text
    assert 'value="2026-11-21"' in walker.text


def test_a_story_that_is_too_long_is_kept_whole(client: Client) -> None:
    walker = Walker(client)
    for question in list(DAMAGED)[:-1]:
        walker.sends(**DAMAGED[question])
    story = "é" * 20_000

    walker.sends(story=story)

    assert walker.page.status_code == 422
    assert "Raccourcissez-le" in walker.text
    assert story in walker.text

    walker.sends(story=story, go="back")
    walker.sends(**DAMAGED["wanted"])
    assert story in walker.text


def test_the_language_changes_without_losing_what_is_being_typed(client: Client) -> None:
    walker = Walker(client)
    walker.sends(trouble="damaged")

    walker.sends(ordered_on="2026-11-02", delivered_on="", language="en")

    assert "Question 2 of 6" in walker.text
    assert 'value="2026-11-02"' in walker.text
    assert client.cookies["recours_language"].value == "en"


def test_the_appearance_changes_without_losing_the_answers(client: Client) -> None:
    walker = Walker(client)
    walker.answers(DAMAGED)

    walker.sends(theme="dark")

    assert walker.at == "result"
    assert 'data-theme="dark"' in walker.text
    assert client.cookies["theme"].value == "dark"


def test_an_answer_is_changed_from_the_result_which_then_comes_back(client: Client) -> None:
    walker = Walker(client)
    walker.answers(DAMAGED)

    walker.sends(go="change:purchase")
    assert walker.at == "purchase"
    walker.sends(order_number="8150-78", product="Casque Nova", amount="89,90")

    assert walker.at == "result"
    assert "8150-78" in walker.text


def test_another_trouble_asks_for_the_days_that_it_wants(client: Client) -> None:
    walker = Walker(client)
    walker.answers(DAMAGED)

    walker.sends(go="change:trouble")
    walker.sends(trouble="refund_late")

    assert walker.at == "days"
    assert "claimed_on" in walker.text
    assert 'value="2026-11-12"' in walker.text


def test_an_altered_state_says_so_and_keeps_what_was_just_written(client: Client) -> None:
    walker = Walker(client)
    walker.sends(trouble="damaged")
    forged = walker.hidden["state"][:-3] + "xyz"

    walker.page = client.post("/guide/", {"state": forged, "at": "days", "ordered_on": "2026-11-02"})

    assert walker.page.status_code == 400
    assert "n’ont pas pu être relues" in walker.text
    walker.sends(go="show")
    assert walker.at == "trouble"
    walker.sends(trouble="damaged")
    assert 'value="2026-11-02"' in walker.text


def test_an_old_state_is_shown_again_and_loses_nothing(client: Client) -> None:
    walker = Walker(client)
    walker.answers(DAMAGED)

    with time_machine.travel(PRESENT + LASTS + dt.timedelta(minutes=1), tick=False):
        walker.sends(go="show")
        assert walker.page.status_code == 400
        assert "ne sont plus d’hier" in walker.text
        walker.sends(go="show")
        assert walker.at == "trouble"
        walker.sends(trouble="damaged")

    assert walker.at == "result"
    assert opened(walker.hidden["state"]).state.answers.product == "Casque Nova"


@pytest.mark.parametrize("nonsense", ["", "a:b:c", "\x00", "é" * 3000])
def test_a_state_that_is_none_is_answered(client: Client, nonsense: str) -> None:
    answer = client.post("/guide/", {"state": nonsense, "at": "days"})

    assert answer.status_code == 400
    assert "<h1>" in answer.content.decode()


def test_markup_and_emoji_stay_what_was_typed(client: Client) -> None:
    walker = Walker(client)
    typed = '<script>alert(1)</script> {{ x }} \\input{x} #eval("1") 🎧 张伟 محمد'
    said = DAMAGED | {
        "purchase": {"order_number": typed, "product": typed, "shop": typed, "amount": "89,90"},
        "story": {"story": typed},
    }

    walker.answers(said)

    assert "<script>alert" not in walker.text
    assert (
        "&lt;script&gt;alert(1)&lt;/script&gt; {{ x }} \\input{x} #eval(&quot;1&quot;) 🎧 张伟 محمد"
        in walker.text
    )


def test_a_marketplace_that_the_guide_does_not_know_does_not_exist(client: Client) -> None:
    assert client.post("/guide/", {"profile": "nowhere"}).status_code == 404


@pytest.mark.parametrize("trouble", list(Trouble))
def test_every_trouble_leads_to_a_result(client: Client, trouble: Trouble) -> None:
    days = ("ordered_on", "delivered_on", "claimed_on", "sent_back_on", "paid_on")
    said = {
        "trouble": {"trouble": trouble.value},
        "days": dict.fromkeys(days, "2026-10-01") | {"refund_of": "withdrawal"},
        "purchase": {"order_number": "8150-77", "product": "Casque Nova", "amount": "89,90"},
        "tried": {},
        "wanted": {"wanted": "refund"},
        "story": {"story": "Voilà."},
    }
    walker = Walker(client)

    walker.answers(said)

    assert walker.at == "result"
