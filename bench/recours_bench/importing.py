"""Importing a file of 100,000 order lines, against a bare COPY of the rows it leaves, into the same tables."""

from __future__ import annotations

import csv
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg

from recours_bench.figures import Figure, timed
from recours_bench.rig import PRISTINE, uri_of

LINES = int(os.environ.get("RECOURS_BENCH_LINES", 100_000))
TABLES = (
    "marketplaces_shop", "marketplaces_buyer", "marketplaces_order", "marketplaces_parcel", "marketplaces_orderline",
    "marketplaces_payment",
)  # fmt: skip


def figures() -> Iterator[Figure]:
    """Half as many orders as lines, as in life: one, two or three articles each."""
    from recours import clock
    from recours.marketplaces.importer import import_orders
    from recours_bench.world import a_place

    place = a_place()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "orders.csv"
        _write(path, LINES)
        with timed() as ours:
            report = import_orders(path, place.marketplace, now=clock.now())
    if report.problem_count:
        raise RuntimeError(f"{report.problem_count} rows were refused")
    rows, seconds = _copy()
    yield Figure(f"import de {LINES} lignes", LINES / ours.seconds, "lignes par s")
    yield Figure("COPY nu des mêmes lignes", LINES / seconds, "lignes par s", note=f"{rows} rangées")
    yield Figure("rapport", seconds / ours.seconds, "fois", aim=1 / 3, bound="at least")


def _write(path: Path, lines: int) -> None:
    names = (
        "order_number", "ordered_at", "buyer_email", "buyer_name", "buyer_country", "shop_ref", "shop_name", "currency",
        "shipping", "line", "sku", "title", "quantity", "line_total", "parcel", "carrier", "tracking", "shipped_on",
        "promised_on", "delivered_on", "delivery_source", "payment_ref", "payment_method", "paid_at", "payment_amount",
    )  # fmt: skip
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(names)
        order, left = 0, lines
        while left:
            order += 1
            count = min(1 + order % 3, left)
            left -= count
            for line in range(1, count + 1):
                writer.writerow(
                    [
                        f"F-{order}", "2026-10-28T18:30:00+01:00", f"buyer{order % 9000}@example.org", "Camille", "FR",
                        f"shop{order % 300}", f"Boutique {order % 300}", "EUR", "4,90", line, f"SKU-{line}",
                        f"Casque audio Nova {line}", 1 + line % 2, "12,50", "1", "Colissimo", f"6A{order:011d}",
                        "2026-10-30", "2026-11-05", "2026-11-04", "carrier", f"pay-{order}", "card",
                        "2026-10-28T18:31:00+01:00", f"{4.90 + 12.50 * count:.2f}",
                    ]
                )  # fmt: skip


def _copy() -> tuple[int, float]:
    """Copy the rows, taken out beforehand, into the empty tables of another database; return how many, in how long."""
    rows = 0
    with psycopg.connect(uri_of()) as full, psycopg.connect(uri_of(PRISTINE)) as empty:
        for table in ("people_user", "marketplaces_marketplace"):
            _pour(empty, table, _taken(full, table))
        # What the rig made by itself is there before, as it is for the import.
        bare = [(table, _taken(full, table, imported=True)) for table in TABLES]
        for table in TABLES[:2]:
            _pour(empty, table, _taken(full, table, imported=False))
        empty.commit()
        with timed() as watch:
            for table, content in bare:
                rows += _pour(empty, table, content)
            empty.commit()
    return rows, watch.seconds


MADE_BY_THE_RIG = {"marketplaces_shop": "ref ~ '^s[0-9]+$'", "marketplaces_buyer": "user_id IS NOT NULL"}


def _taken(full: psycopg.Connection[object], table: str, *, imported: bool | None = None) -> bytes:
    which = MADE_BY_THE_RIG.get(table, "false")
    where = "" if imported is None else f" WHERE {'NOT ' if imported else ''}({which})"
    with full.cursor().copy(f"COPY (SELECT * FROM {table}{where}) TO STDOUT") as copy:
        return b"".join(copy)


def _pour(empty: psycopg.Connection[object], table: str, content: bytes) -> int:
    cursor = empty.cursor()
    with cursor.copy(f"COPY {table} FROM STDIN") as copy:
        copy.write(content)
    return cursor.rowcount
