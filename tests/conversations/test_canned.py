"""Keeping canned answers, each holder their own."""

from __future__ import annotations

import datetime as dt

import pytest
from tests import factories
from tests.conftest import PRESENT

from recours.conversations.canned.queries import Holder, answer_of, answers_of
from recours.conversations.commands import canned
from recours.conversations.commands.canned import delete_answer, save_answer
from recours.conversations.models import CannedAnswer
from recours.conversations.refusals import AnswerTitleTaken, TooManyAnswers
from recours.marketplaces.models import Shop
from recours.rules.lifecycle.refusals import TextMissing, TextTooLong

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop() -> Shop:
    return factories.a_shop()


def kept(
    shop: Shop | None, title: str = "Bonjour", *, place: object = None, **fields: object
) -> CannedAnswer:
    given = {
        "marketplace_id": shop.marketplace_id if shop else place,
        "shop_id": shop.pk if shop else None,
        "title": title,
        "text": "Bonjour {{ buyer }}",
        "now": PRESENT,
    }
    return save_answer(**(given | fields))  # type: ignore[arg-type]


def test_each_holder_has_their_own(shop: Shop) -> None:
    other = factories.a_shop(shop.marketplace)
    mine, theirs = kept(shop), kept(other)
    desks = kept(None, place=shop.marketplace_id)
    holder = Holder(marketplace_id=shop.marketplace_id, shop_id=shop.pk)

    assert answers_of(holder) == [mine]
    assert answer_of(holder, mine.pk) == mine
    assert answer_of(holder, theirs.pk) is None
    assert answers_of(Holder(marketplace_id=shop.marketplace_id)) == [desks]


@pytest.mark.parametrize("number", ["", "x", "-1", "٣", "1e3", "9" * 40, None])
def test_a_number_that_is_none_finds_none(shop: Shop, number: object) -> None:
    assert answer_of(Holder(marketplace_id=shop.marketplace_id, shop_id=shop.pk), number) is None


def test_writing_anew_changes_it(shop: Shop) -> None:
    answer = kept(shop)
    later = PRESENT + dt.timedelta(days=1)

    kept(shop, "Au revoir", answer_id=answer.pk, text=" Merci. ", now=later)

    answer.refresh_from_db()
    assert (answer.title, answer.text, answer.changed_at) == ("Au revoir", "Merci.", later)


def test_the_answer_of_another_is_not_changed(shop: Shop) -> None:
    theirs = kept(factories.a_shop(shop.marketplace))

    with pytest.raises(CannedAnswer.DoesNotExist):
        kept(shop, "À moi", answer_id=theirs.pk)


@pytest.mark.parametrize("at_the_desk", [False, True])
def test_a_title_is_given_once(shop: Shop, at_the_desk: bool) -> None:
    holder = None if at_the_desk else shop
    kept(holder, place=shop.marketplace_id)
    second = kept(holder, "Autre", place=shop.marketplace_id)

    with pytest.raises(AnswerTitleTaken):
        kept(holder, place=shop.marketplace_id)
    with pytest.raises(AnswerTitleTaken):
        kept(holder, place=shop.marketplace_id, answer_id=second.pk)


@pytest.mark.parametrize(("text", "refusal"), [("  ", TextMissing), ("x" * 200_000, TextTooLong)])
def test_a_text_that_could_not_be_sent_is_not_kept(shop: Shop, text: str, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        kept(shop, text=text)


def test_there_is_a_limit(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(canned, "MOST_ANSWERS", 1)
    kept(shop)

    with pytest.raises(TooManyAnswers):
        kept(shop, "Autre")


def test_only_ones_own_is_deleted(shop: Shop) -> None:
    theirs, mine = kept(factories.a_shop(shop.marketplace)), kept(shop)

    for answer in (theirs, mine):
        delete_answer(marketplace_id=shop.marketplace_id, shop_id=shop.pk, answer_id=answer.pk)

    assert list(CannedAnswer.objects.all()) == [theirs]
