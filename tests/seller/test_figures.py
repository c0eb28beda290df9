"""A shop's own figures: what they count, what is set apart, and the claims behind each."""

from __future__ import annotations

import csv
import datetime as dt
import io

import pytest
from django.db import connection
from django.db.backends.utils import CursorWrapper
from django.db.models import Model
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests import factories
from tests.conftest import PRESENT

from recours.claims.commands import act
from recours.claims.models import Claim
from recours.marketplaces.models import OrderLine, Shop
from recours.rules.lifecycle import commands as c
from recours.rules.lifecycle.claim import Actor
from recours.rules.lifecycle.vocabulary import Ground, Resolution, Role
from recours.rules.shop_figures import Cases, Figures, period
from recours.seller.figures.queries import FIGURES, Asked, claims_of, figures_of, products_of

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)


@pytest.fixture
def shop() -> Shop:
    return factories.a_shop(name="Nova")


def asked(shop: Shop, days: int = 90) -> Asked:
    return Asked(shop_ids=(shop.pk,), since=PRESENT - days * DAY, until=PRESENT + DAY)


def claimed(
    shop: Shop, *, title: str = "Casque Nova", ended: Resolution | None = None, **fields: object
) -> Claim:
    order = factories.an_order(shop=shop)
    OrderLine.objects.filter(order=order).update(title=title)
    claim = factories.a_claim(order, **fields)
    if ended:
        Claim.objects.filter(pk=claim.pk).update(resolution=ended)
    return claim


def test_figures_count_what_is_the_shops_doing_and_set_the_rest_apart(shop: Shop) -> None:
    claimed(shop, ended=Resolution.REFUNDED)
    claimed(shop, ended=Resolution.REJECTED)
    claimed(shop, ended=Resolution.WITHDRAWN)
    claimed(shop, ground=Ground.LOST, ended=Resolution.REFUNDED)
    claimed(shop, ground=Ground.OVERCHARGE)
    factories.a_withdrawal(factories.an_order(shop=shop))
    claimed(factories.a_shop(shop.marketplace))

    found = figures_of(asked(shop))

    assert found == Figures(
        orders=found.orders,
        claims=3,
        carrier=1,
        withdrawals=1,
        answered=0,
        answer=None,
        upheld=1,
        not_upheld=1,
    )
    assert found.upheld_percent == 50


def test_answer_time_is_the_median_of_first_answers_and_an_extension_is_none(shop: Shop) -> None:
    for hours in (2, 4, 30):
        claim = claimed(shop)
        seller = Actor(Role.SELLER, factories.a_user("Bob").pk)
        act(claim.pk, c.ExtendResponse(by=seller, reason="Je vérifie."), now=PRESENT + dt.timedelta(hours=1))
        act(claim.pk, c.Refuse(by=seller, reasons="Entier."), now=PRESENT + dt.timedelta(hours=hours))
    claimed(shop)

    found = figures_of(asked(shop))

    assert (found.claims, found.answered) == (4, 3)
    assert found.answer is not None
    assert round(found.answer / dt.timedelta(hours=1), 1) == 4.0


def test_claims_of_before_the_period_do_not_count(shop: Shop) -> None:
    claim = claimed(shop)
    Claim.objects.filter(pk=claim.pk).update(opened_at=PRESENT - 31 * DAY)

    assert figures_of(asked(shop, 30)).is_empty
    assert figures_of(asked(shop, 90)).claims == 1


def test_reasons_are_given_by_article_the_most_complained_of_first(shop: Shop) -> None:
    claimed(shop, title="Lampe", ground=Ground.DEFECTIVE)
    for ground in (Ground.DAMAGED, Ground.DEFECTIVE, Ground.DAMAGED):
        claimed(shop, ground=ground)
    claimed(shop, ground=Ground.LATE)

    told = [(product.title, product.claims, product.reasons) for product in products_of(asked(shop))]

    assert told == [
        ("Casque Nova", 3, ((Ground.DAMAGED, 2), (Ground.DEFECTIVE, 1))),
        ("Lampe", 1, ((Ground.DEFECTIVE, 1),)),
    ]


def test_every_figure_has_as_many_cases_as_it_says(shop: Shop) -> None:
    claimed(shop, ended=Resolution.REFUNDED)
    claimed(shop, ended=Resolution.REJECTED)
    claimed(shop, ground=Ground.LATE)
    factories.a_withdrawal(factories.an_order(shop=shop))

    found = figures_of(asked(shop))

    assert {which: claims_of(asked(shop), which).count() for which in Cases} == {
        Cases.CLAIMS: found.claims,
        Cases.CARRIER: found.carrier,
        Cases.WITHDRAWN: found.withdrawals,
        Cases.ANSWERED: found.answered,
        Cases.UPHELD: found.upheld,
        Cases.NOT_UPHELD: found.not_upheld,
    }


def test_page_without_claims_says_so(client: Client, shop: Shop) -> None:
    client.force_login(factories.a_seller(shop))

    assert "Aucune réclamation sur cette période." in client.get("/seller/figures/").content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_page_takes_the_same_queries_whatever_there_is(client: Client, shop: Shop, count: int) -> None:
    for _ in range(count):
        claimed(shop)
    client.force_login(factories.a_seller(shop))
    client.get("/seller/figures/")

    with CaptureQueriesContext(
        connection,
    ) as queries:
        page = client.get("/seller/figures/?days=30").content.decode()

    assert len(queries) == 8
    assert "Casque Nova" in page


def test_cases_lead_to_claims_of_ones_own_shops(client: Client, shop: Shop) -> None:
    mine, other = claimed(shop), claimed(factories.a_shop(shop.marketplace))
    client.force_login(factories.a_seller(shop))

    page = client.get("/seller/figures/claims/?of=claims&product=Casque+Nova&ground=damaged").content.decode()

    assert mine.reference in page
    assert other.reference not in page


@pytest.mark.parametrize(
    "query", ["?days=x&of=y&ground=z&shop=w", "?days=0", "?of=claims&product=%27%20OR%201=1", "?shop=\u202e"]
)
def test_nonsense_in_the_address_is_taken_as_not_said(client: Client, shop: Shop, query: str) -> None:
    client.force_login(factories.a_seller(shop))

    for path in ("", "claims/", "figures.csv"):
        assert client.get(f"/seller/figures/{path}{query}").status_code == 200


def test_file_has_a_line_a_claim_and_no_formula(client: Client, shop: Shop) -> None:
    claim = claimed(shop, ground=Ground.LATE)
    Claim.objects.filter(pk=claim.pk).update(title="=HYPERLINK(1)")
    client.force_login(factories.a_seller(shop))

    answer = client.get("/seller/figures/figures.csv")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]

    head, line = csv.reader(io.StringIO(text), delimiter=";")
    assert head[0] == "Dossier"
    assert line[0] == claim.reference
    assert line[3] == "'=HYPERLINK(1)"
    assert line[5] == "oui"
    assert line[8:] == ["89,90", "EUR"]
    assert answer["Content-Disposition"] == 'attachment; filename="recours-90.csv"'


def test_figures_read_one_index_and_not_the_table(shop: Shop) -> None:
    # Of a table that is nearly empty every index costs the same, so which one is taken would be chance.
    claim = claimed(shop)
    with connection.cursor() as cursor:
        copy_many(cursor, claim.order, number="n.n::text", ordered_at="ordered_at - n.n * interval '1 day'")
        copy_many(
            cursor,
            claim,
            reference="'T-' || n.n",
            creation_key="gen_random_uuid()",
            opened_at="opened_at - n.n * interval '1 day'",
        )
        cursor.execute("ANALYZE marketplaces_order, claims_claim")
        cursor.execute(f"EXPLAIN {FIGURES}", asked(shop).values)
        plan = "\n".join(line for (line,) in cursor.fetchall())

    assert "claim_shop_opened" in plan
    assert "order_shop_period" in plan
    assert "Seq Scan on claims_claim" not in plan
    assert "Seq Scan on marketplaces_order" not in plan


def copy_many(cursor: CursorWrapper, row: Model, **differing: str) -> None:
    """Write the row 3,000 times more, each with its own id and what differs by its number."""
    columns = [field.column for field in row._meta.local_fields]
    values = {"id": "gen_random_uuid()"} | differing
    cursor.execute(
        f"INSERT INTO {row._meta.db_table} ({', '.join(columns)})"
        f" SELECT {', '.join(values.get(column, column) for column in columns)}"
        f" FROM {row._meta.db_table} CROSS JOIN generate_series(1, 3000) AS n(n) WHERE id = %s",
        [row.pk],
    )


def test_period_is_a_quarter_unless_said_otherwise() -> None:
    assert [period(text) for text in ("30", "365", "7", None, "x")] == [30, 365, 90, 90, 90]
