"""The desk's queue and the buyer's claim page, with a thousand and with a million claims in the tables."""

from __future__ import annotations

import datetime as dt
import os
import random
import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from recours_bench.figures import Figure, timed

if TYPE_CHECKING:
    from django.test import Client

    from recours_bench.world import Bought, Place

FEW = 1_000
MANY = int(os.environ.get("RECOURS_BENCH_CLAIMS", 1_000_000))
TIMES = 60
AIM_MS, AIM_GROWTH, AIM_BYTES, AIM_QUERIES = 15, 1.3, 60_000, 12


@dataclass(frozen=True)
class Page:
    """One kind of page, and the medians of asking for it `TIMES` times."""

    ms: float
    queries: int
    size: int


def figures() -> Iterator[Figure]:
    """The same pages, asked for with the same people, before and after the tables grew."""
    from recours.cli.setup import prepare_to_serve
    from recours_bench.loading import loading
    from recours_bench.world import a_place, analyse, cast, escalated, mould, orders, refused, solved

    prepare_to_serve()
    place = a_place()
    lives = [lambda claim: None, escalated, refused, solved, escalated]
    moulds = [mould(bought, life) for bought, life in zip(orders(place, len(lives)), lives, strict=True)]
    chance = random.Random(20261120)

    def spread(number: int) -> dt.timedelta:
        return dt.timedelta(seconds=chance.randrange(90 * 24 * 3600))

    few = orders(place, FEW)
    cast(moulds, few, spread=spread)
    analyse()
    before = _ask(place, few)
    done = FEW
    with loading():
        while done < MANY:
            size = min(100_000, MANY - done)
            cast(moulds, orders(place, size), spread=spread)
            done += size
    analyse()
    after = _ask(place, few)
    for name, small in before.items():
        large = after[name]
        yield Figure(f"{name} à {FEW}", small.ms, "ms", aim=AIM_MS, note="temps serveur, médiane")
        yield Figure(f"{name} à {done}", large.ms, "ms", aim=AIM_MS, note="temps serveur, médiane")
        yield Figure(f"{name} : croissance", large.ms / small.ms, "fois", aim=AIM_GROWTH)
        yield Figure(
            f"{name} : requêtes", large.queries, "", aim=AIM_QUERIES, note=f"{small.queries} à {FEW}"
        )
        yield Figure(f"{name} : poids", large.size, "octets", aim=AIM_BYTES, note=f"{small.size} à {FEW}")


def _ask(place: Place, bought: Sequence[Bought]) -> dict[str, Page]:
    """Ask for each kind of page, the buyer's for claims that were there from the first."""
    from django.test import Client

    from recours.claims.models import Claim
    from recours.people.models import User

    agent = Client(SERVER_NAME="localhost")
    agent.force_login(place.agent)
    pages = {
        "file du bureau": measure([(agent, "/desk/")] * TIMES),
        "file du bureau, appels": measure([(agent, "/desk/?queue=appeals")] * TIMES),
        "file du bureau, par motif": measure([(agent, "/desk/?queue=to_rule&ground=damaged")] * TIMES),
    }
    some = random.Random(7).sample(list(bought), TIMES)
    asked: list[tuple[Client, str]] = []
    for claim in Claim.objects.filter(order_id__in=[order_id for order_id, *_ in some]).select_related(
        "buyer"
    ):
        buyer = Client(SERVER_NAME="localhost")
        buyer.force_login(User.objects.get(pk=claim.buyer.user_id))
        asked.append((buyer, f"/claims/{claim.reference}/"))
    pages["page d'une réclamation"] = measure(asked)
    return pages


def measure(asked: Sequence[tuple[Client, str]], *, redirects: bool = False) -> Page:
    """Ask each once to warm every cache, then once more with the watch running, then once to count."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    for client, address in asked:
        response = client.get(address)
        if response.status_code != 200 and not (redirects and response.status_code == 302):
            raise RuntimeError(f"{address}: {response.status_code}")
    seconds, sizes, queries = [], [], []
    for client, address in asked:
        with timed() as watch:
            response = client.get(address)
        seconds.append(watch.seconds)
        sizes.append(len(response.content))
    for client, address in asked[:5]:
        with CaptureQueriesContext(connection) as captured:
            client.get(address)
        queries.append(len(captured))
    return Page(ms=statistics.median(seconds) * 1000, queries=max(queries), size=max(sizes))
