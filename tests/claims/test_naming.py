"""What a claim is called: its first article and how many more there are, in each language, wherever it stands."""

from __future__ import annotations

from importlib import import_module

import pytest
from django.db import connection
from django.utils import translation
from tests.buyer.reading import plain
from tests.claims.test_splitting import a_whole
from tests.desk.stage import signed_in
from tests.factories import a_claim, a_payment, an_order

from recours.claims.mails import render
from recours.claims.models import Claim
from recours.claims.templatetags.claims import claim_title
from recours.outbox.models import Mail
from recours.rules.lifecycle.vocabulary import Role

pytestmark = pytest.mark.django_db

COUNT_THEM = import_module("recours.claims.migrations.0017_count_articles").COUNT_THEM


@pytest.mark.parametrize(
    ("lines", "lang", "name"),
    [
        ((8990,), "fr", "{}"),
        ((8990, 3000), "fr", "{} et 1 autre article"),
        ((8990, 3000, 100), "fr", "{} et 2 autres articles"),
        ((8990, 3000), "en", "{} and 1 other item"),
        ((8990, 3000, 100), "en", "{} and 2 other items"),
        ((8990, 3000, 100), "zh-hans", "{}及另外 2 件商品"),
    ],
)
def test_a_claim_is_called_by_its_first_article_and_how_many_more(
    lines: tuple[int, ...], lang: str, name: str
) -> None:
    claim = a_claim(an_order(lines=lines))

    with translation.override(lang):
        assert claim_title(claim) == name.format(claim.title)


def test_what_is_no_article_is_not_counted() -> None:
    claim = a_claim(payment=a_payment())

    assert claim.more_articles == 0
    assert claim_title(claim) == f"Paiement {claim.title}"


def test_queue_page_and_mail_say_it_and_a_split_corrects_it() -> None:
    whole = a_whole()
    claim, desk = whole.claim, signed_in(whole.bench.charlie)

    queue, page = plain(desk.get("/desk/?queue=mine")), plain(desk.get(f"/desk/claims/{claim.reference}/"))
    whole.split()

    name = f"{claim.title} et 1 autre article"
    assert name in queue
    assert f"<h1>{name}, " in page
    assert "autre article" not in plain(desk.get("/desk/?queue=mine"))
    assert set(Claim.objects.values_list("more_articles", flat=True)) == {0}


def test_a_long_name_leaves_room_for_how_many_more() -> None:
    whole = a_whole()
    Claim.objects.update(title="Une lampe " * 20)
    mail = Mail.objects.filter(role=Role.SELLER, renderer="claims").latest("created_at")

    content = render(mail)

    assert content is not None
    assert "… et 1 autre article" in content.subject
    assert whole.claim.reference in content.subject


def test_claims_from_before_are_counted_once() -> None:
    several, one = a_claim(an_order(lines=(8990, 3000, 100))), a_claim()
    Claim.objects.update(more_articles=0)

    with connection.cursor() as cursor:
        cursor.execute(COUNT_THEM)
        counted = cursor.rowcount
        cursor.execute(COUNT_THEM)
        again = cursor.rowcount

    several.refresh_from_db()
    one.refresh_from_db()
    assert (several.more_articles, one.more_articles) == (2, 0)
    assert (counted, again) == (1, 0)
