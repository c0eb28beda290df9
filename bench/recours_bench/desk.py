"""What an agent does all day, at a million claims and ten million messages, and the search among them."""

from __future__ import annotations

import datetime as dt
import os
import random
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from recours_bench.figures import Figure, timed
from recours_bench.pages import AIM_MS, AIM_QUERIES, MANY, Page, measure

if TYPE_CHECKING:
    from recours_bench.world import Place

MESSAGES = int(os.environ.get("RECOURS_BENCH_MESSAGES", 10 * MANY))
TIMES = 30
SEARCH_MS = 50

CONVERSATIONS = """
INSERT INTO conversations_conversation (id, marketplace_id, buyer_id, shop_id, order_id, topic, subject, started_at,
  last_at, last_role, excerpt, waiting_on)
SELECT conversation_id, marketplace_id, buyer_id, shop_id, order_id, '', title, opened_at, opened_at, 'buyer', '', ''
FROM claims_claim WHERE conversation_id IS NOT NULL
"""
# Each message takes its words from a vocabulary as uneven as that of people: a few words
# are in every tenth message, most in one of some thousands.
SAY = """
INSERT INTO conversations_message (conversation_id, author_role, text, sent_at, channel)
SELECT conversation_id, 'buyer', (
    SELECT string_agg('mot' || floor(20000 * power(random(), 4) + 0 * word + 0 * turn)::int, ' ')
    FROM generate_series(1, 12) AS word) || CASE WHEN random() < 0.1 THEN ' remboursé' ELSE '' END, opened_at, 'page'
FROM claims_claim AS claim, generate_series(1, %s) AS turn WHERE conversation_id IS NOT NULL
"""


def figures() -> Iterator[Figure]:
    """One agent's pages, each asked for TIMES times in turn; then the searches."""
    from django.db import connection

    from recours.casework.commands.precedents import count_precedents
    from recours.cli.setup import prepare_to_serve
    from recours_bench.world import analyse

    prepare_to_serve()
    with timed() as load:
        place = _a_busy_place()
        count_precedents()
        analyse()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_database_size(current_database())")
        (size,) = cursor.fetchone()
    yield Figure("chargement", load.seconds, "s", note=f"{MANY} réclamations, {MESSAGES} messages")
    yield Figure("base de données", size / 1e9, "Go")
    for name, page in _pages(place).items():
        yield Figure(name, page.ms, "ms", aim=AIM_MS, note=f"temps serveur, médiane, {MANY} réclamations")
        yield Figure(f"{name}\u202f: requêtes", page.queries, "", aim=AIM_QUERIES)
    for name, page in _searches(place).items():
        yield Figure(f"recherche, {name}", page.ms, "ms", aim=SEARCH_MS, note=f"médiane, {MESSAGES} messages")


def _a_busy_place() -> Place:
    from django.db import connection

    from recours_bench.loading import loading
    from recours_bench.world import a_place, cast, escalated, mould, orders, refused, solved

    place = a_place()
    lives = [lambda claim: None, escalated, refused, solved, solved, solved, solved, solved, solved, solved]
    moulds = [mould(bought, life) for bought, life in zip(orders(place, len(lives)), lives, strict=True)]
    chance = random.Random(20261129)
    with loading(), connection.cursor() as cursor:
        for begin in range(0, MANY, 100_000):
            some = orders(place, min(100_000, MANY - begin))
            cast(moulds, some, spread=lambda _: _days(chance), conversing=True)
        cursor.execute(CONVERSATIONS)
        cursor.execute(SAY, [max(1, MESSAGES // MANY)])
    return place


def _days(chance: random.Random) -> dt.timedelta:
    return dt.timedelta(seconds=chance.randrange(90 * 24 * 3600))


def _pages(place: Place) -> dict[str, Page]:
    from django.test import Client

    from recours.claims.models import Claim

    agent = Client(SERVER_NAME="localhost")
    agent.force_login(place.agent)
    asked = {
        "file": "/desk/",
        "file, sans agent": "/desk/?queue=unassigned",
        "file, par boutique": f"/desk/?shop={place.shops[0]}",
        "file, par motif absent": "/desk/?ground=lost",
        "file, par montant absent": "/desk/?least=5000",
        "file, par langue": "/desk/?language=en",
    }
    found = {name: measure([(agent, address)] * TIMES) for name, address in asked.items()}
    some = Claim.objects.filter(state="with_platform").values_list("reference", flat=True)[:TIMES]
    found["page d'un dossier"] = measure([(agent, f"/desk/claims/{reference}/") for reference in some])
    found["page d'une décision"] = measure([(agent, f"/desk/claims/{reference}/rule/") for reference in some])
    return found


def _searches(place: Place) -> dict[str, Page]:
    from django.test import Client

    from recours.claims.models import Claim

    agent = Client(SERVER_NAME="localhost")
    agent.force_login(place.agent)
    number = Claim.objects.select_related("order").filter(order__isnull=False)[0].order.number
    asked: dict[str, Sequence[str]] = {
        "numéro de commande": [number],
        "nom": ["camille 7"],
        "mot rare": [f"mot{number}" for number in range(19_000, 19_000 + TIMES)],
        "mot d'un message sur dix": ["remboursé"],
        "mot d'un dossier sur un": ["arceau cassé"],
        "deux mots": ["mot3 mot12000"],
        "mot absent": ["zizanie"],
    }
    return {
        name: measure(
            [(agent, f"/desk/?q={words[turn % len(words)]}") for turn in range(TIMES)], redirects=True
        )
        for name, words in asked.items()
    }
