"""Opening a claim: the command, against the statements it sends."""

from __future__ import annotations

import statistics
from collections.abc import Iterator

import psycopg

from recours_bench.figures import Figure, median_ms, timed
from recours_bench.rig import uri_of
from recours_bench.sending import send

CLAIMS = 1500
WARM = 200


def figures() -> Iterator[Figure]:
    """One by one, the command and the bare statements in turn, so that both meet the same noise.

    The statements are those that tell the seller too. They are all taken down beforehand: each is undone, and psycopg
    forgets its prepared statements when a transaction is undone, so that in between the command alone would plan anew.
    """
    from recours.claims.commands import open_claim
    from recours.rules.lifecycle.claim import Actor
    from recours.rules.lifecycle.vocabulary import Role
    from recours_bench.statements import taken_down
    from recours_bench.world import a_place, analyse, orders, request_for

    place = a_place()
    by = Actor(Role.BUYER, place.users[0])
    bought = orders(place, 2 * CLAIMS)
    analyse()
    ours, theirs = [], []
    others = []
    for other in bought[CLAIMS:]:
        with taken_down() as statements:
            open_claim(request_for(other), by=by)
        others.append(statements)
    number = len(others[-1])
    with psycopg.connect(uri_of(), autocommit=True) as bare:
        for mine, statements in zip(bought[:CLAIMS], others, strict=True):
            with timed() as command:
                open_claim(request_for(mine), by=by)
            with timed() as sql:
                send(bare, statements, before=1)
            ours.append(command.seconds)
            theirs.append(sql.seconds)
    ours, theirs = ours[WARM:], theirs[WARM:]
    yield Figure("ouvrir par la commande", median_ms(ours), "ms", note=f"médiane de {len(ours)}")
    yield Figure("les mêmes requêtes en psycopg nu", median_ms(theirs), "ms", note=f"{number} requêtes")
    ratio = statistics.median(a / b for a, b in zip(ours, theirs, strict=True))
    yield Figure("rapport", ratio, "fois", aim=2.0)
