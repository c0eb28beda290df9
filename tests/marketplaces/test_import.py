"""A file of orders: what lands, what is refused and why, and that a second run changes only what differs."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from tests.conftest import PRESENT

from recours.marketplaces.importer import (
    EmptyFile,
    MissingColumns,
    NotAText,
    NotOneOrderPerLine,
    Report,
    UnknownEncoding,
    WrongEncoding,
    import_orders,
    told,
)
from recours.marketplaces.models import Buyer, Marketplace, Order, OrderLine, Parcel, Payment, Shop

pytestmark = pytest.mark.django_db

GOOD = {
    "order_number": "A-1",
    "ordered_at": "2026-11-02T09:30:00Z",
    "buyer_email": "Alice@Example.org",
    "buyer_name": "Alice Martin",
    "buyer_country": "FR",
    "shop_ref": "s1",
    "shop_name": "Au Bon Fil",
    "line": "1",
    "sku": "TH-1",
    "title": "Théière émaillée",
    "quantity": "2",
    "line_total": "25,00 €",
    "currency": "EUR",
    "shipping": "4.90",
    "parcel": "P1",
    "carrier": "La Poste",
    "tracking": "8R001",
    "shipped_on": "2026-11-03",
    "promised_on": "2026-11-08",
    "delivered_on": "06/11/2026",
    "delivery_source": "carrier",
    "payment_ref": "pi_1",
    "payment_method": "card",
    "paid_at": "",
    "payment_amount": "29.90",
}


@pytest.fixture
def place() -> Marketplace:
    return Marketplace.objects.create(
        slug="belle", name="Belle", country="FR", zone="Europe/Paris", currency="EUR"
    )


def row(**changes: str) -> dict[str, str]:
    return {**GOOD, **changes}


def other(number: str, **changes: str) -> dict[str, str]:
    return row(order_number=number, payment_ref=f"pi_{number}", **changes)


def text_of(*rows: dict[str, str], delimiter: str = ",") -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, list(GOOD), delimiter=delimiter, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


@pytest.fixture
def load(place: Marketplace, tmp_path: Path):  # type: ignore[no-untyped-def]
    def _load(content: str | bytes, name: str = "orders.csv", **options: object) -> Report:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return import_orders(path, place, now=PRESENT, **options)  # type: ignore[arg-type]

    return _load


def counts(report: Report) -> tuple[int, int, int, int]:
    tally = report.tally
    return tally.orders_new, tally.orders_changed, tally.orders_same, report.orders_rejected


def test_a_good_row_lands_whole(load, place: Marketplace) -> None:  # type: ignore[no-untyped-def]
    report = load(text_of(row()))

    assert counts(report) == (1, 0, 0, 0)
    order = Order.objects.get()
    assert (order.number, order.currency, order.shipping_captured_minor) == ("A-1", "EUR", 490)
    assert order.ordered_at == datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
    assert (order.buyer.email, order.buyer.name, order.buyer.country) == (
        "alice@example.org",
        "Alice Martin",
        "FR",
    )
    assert (order.shop.ref, order.shop.name) == ("s1", "Au Bon Fil")
    line = OrderLine.objects.get()
    assert (line.position, line.title, line.quantity, line.captured_minor) == (1, "Théière émaillée", 2, 2500)
    parcel = Parcel.objects.get()
    assert (parcel.ref, parcel.promised_on, parcel.delivered_on, parcel.delivery_source) == (
        "P1",
        date(2026, 11, 8),
        date(2026, 11, 6),
        "carrier",
    )
    assert line.parcel == parcel
    payment = Payment.objects.get()
    assert (payment.ref, payment.captured_minor, payment.captured_at, payment.order) == (
        "pi_1",
        2990,
        order.ordered_at,
        order,
    )


def test_a_second_run_changes_nothing(load) -> None:  # type: ignore[no-untyped-def]
    text = text_of(row(), row(line="2", title="Bol"))
    load(text)

    assert counts(load(text)) == (0, 0, 1, 0)


def test_a_second_file_updates_what_differs_and_erases_nothing(load) -> None:  # type: ignore[no-untyped-def]
    load(text_of(row(delivered_on="", delivery_source="")))

    report = load(text_of(row(delivered_on="2026-11-07", delivery_source="", tracking="", carrier="")))

    assert counts(report) == (0, 1, 0, 0)
    parcel = Parcel.objects.get()
    assert (parcel.tracking, parcel.delivered_on, parcel.delivery_source) == (
        "8R001",
        date(2026, 11, 7),
        "platform",
    )


def test_an_estimate_does_not_replace_what_the_carrier_said(load) -> None:  # type: ignore[no-untyped-def]
    load(text_of(row()))

    report = load(text_of(row(delivered_on="2026-11-09", delivery_source="fallback")))

    assert counts(report) == (0, 0, 1, 0)
    assert Parcel.objects.get().delivered_on == date(2026, 11, 6)


def test_the_carrier_replaces_an_estimate(load) -> None:  # type: ignore[no-untyped-def]
    load(text_of(row(delivery_source="fallback")))

    load(text_of(row(delivered_on="2026-11-07")))

    parcel = Parcel.objects.get()
    assert (parcel.delivered_on, parcel.delivery_source) == (date(2026, 11, 7), "carrier")


def test_an_amount_is_never_lowered_below_what_was_refunded(load) -> None:  # type: ignore[no-untyped-def]
    load(text_of(row()))
    OrderLine.objects.update(refunded_minor=2000)

    report = load(text_of(row(line_total="19,99")))

    assert counts(report) == (0, 0, 0, 1)
    assert "20,00" in told(report.problems[0], "fr")
    assert OrderLine.objects.get().captured_minor == 2500


def test_an_amount_lowered_above_what_was_refunded_is_said(load) -> None:  # type: ignore[no-untyped-def]
    load(text_of(row()))

    report = load(text_of(row(line_total="20")))

    assert [problem.key for problem in report.warnings] == ["import.problem.lowered"]
    assert OrderLine.objects.get().captured_minor == 2000


@pytest.mark.parametrize(
    "change",
    [{"shop_ref": "s2"}, {"buyer_email": "bob@example.org"}, {"currency": "USD", "line_total": "25"}],
)
def test_a_known_order_does_not_change_hands(load, change: dict[str, str]) -> None:  # type: ignore[no-untyped-def]
    load(text_of(row()))

    report = load(text_of(row(**change)))

    assert counts(report) == (0, 0, 0, 1)
    assert report.problems[0].key == "import.problem.contradicts_known_order"


BAD_ROWS = [
    ({"order_number": ""}, "order_number", "import.problem.missing"),
    ({"title": " "}, "title", "import.problem.missing"),
    ({"ordered_at": "31/02/2026"}, "ordered_at", "import.problem.date_does_not_exist"),
    ({"ordered_at": "2026-13-01"}, "ordered_at", "import.problem.date_does_not_exist"),
    ({"ordered_at": "hier"}, "ordered_at", "import.problem.date_unreadable"),
    ({"ordered_at": "02/11/26"}, "ordered_at", "import.problem.date_unreadable"),
    ({"ordered_at": "1926-11-02"}, "ordered_at", "import.problem.date_implausible"),
    ({"ordered_at": "2026-12-24"}, "ordered_at", "import.problem.date_in_future"),
    ({"delivered_on": "2026-11-21"}, "delivered_on", "import.problem.date_in_future"),
    ({"delivered_on": "2026-11-01"}, "delivered_on", "import.problem.delivered_before_ordered"),
    ({"quantity": "0"}, "quantity", "import.problem.quantity_zero"),
    ({"quantity": "1,5"}, "quantity", "import.problem.not_a_quantity"),
    ({"quantity": "-1"}, "quantity", "import.problem.not_a_quantity"),
    ({"quantity": "99999999999999999999"}, "quantity", "import.problem.not_a_quantity"),
    ({"line": "un"}, "line", "import.problem.not_a_position"),
    ({"line_total": "-3,00"}, "line_total", "refusals.negative_amount.why"),
    ({"line_total": "1,234"}, "line_total", "refusals.bad_amount.why"),
    ({"line_total": "12.345,678"}, "line_total", "refusals.too_precise.why"),
    ({"line_total": "12 $"}, "line_total", "refusals.currency_mismatch.why"),
    ({"line_total": ""}, "line_total", "import.problem.missing"),
    ({"currency": "XYZ"}, "currency", "refusals.unknown_currency.why"),
    ({"buyer_email": "alice"}, "buyer_email", "import.problem.not_an_email"),
    ({"buyer_country": "France"}, "buyer_country", "import.problem.not_a_country"),
    ({"title": "a\0b"}, "title", "import.problem.control_character"),
    ({"title": "x" * 301}, "title", "import.problem.too_long"),
    ({"delivery_source": "voisin"}, "delivery_source", "import.problem.not_a_source"),
    ({"payment_amount": ""}, "payment_amount", "import.problem.payment_without_amount"),
    ({"payment_ref": ""}, "payment_ref", "import.problem.payment_without_ref"),
]


@pytest.mark.parametrize(
    ("change", "column", "key"), BAD_ROWS, ids=[f"{key}-{change}" for change, _, key in BAD_ROWS]
)
def test_a_bad_row_is_named_and_the_good_ones_land(  # type: ignore[no-untyped-def]
    load, change: dict[str, str], column: str, key: str
) -> None:
    report = load(text_of(other("A-0"), row(**change), other("A-2")))

    assert [(each.line_no, each.column, each.key) for each in report.problems] == [(3, column, key)]
    assert report.lines_rejected == 1
    assert set(Order.objects.values_list("number", flat=True)) == {"A-0", "A-2"}
    for lang in ("fr", "en"):
        assert "3" in told(report.problems[0], lang)


PAIRS = [
    ({"line": "1"}, "line", "import.problem.same_line"),
    ({"line": "2", "currency": "USD", "line_total": "3", "payment_amount": "", "payment_ref": ""}, "currency",
     "import.problem.two_currencies"),
    ({"line": "2", "ordered_at": "2026-11-03"}, "ordered_at", "import.problem.disagrees"),
    ({"line": "2", "shop_ref": "s2"}, "shop_ref", "import.problem.disagrees"),
    ({"line": "2", "shipping": "5.00"}, "shipping", "import.problem.disagrees"),
    ({"line": "2", "delivered_on": "2026-11-07"}, "parcel", "import.problem.parcel_disagrees"),
    ({"line": "2", "payment_amount": "1"}, "payment_ref", "import.problem.payment_disagrees"),
    ({"line": "2", "quantity": "0"}, "quantity", "import.problem.quantity_zero"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "column", "key"), PAIRS, ids=[key for _, _, key in PAIRS])
def test_an_order_is_never_half_imported(  # type: ignore[no-untyped-def]
    load, change: dict[str, str], column: str, key: str
) -> None:
    report = load(text_of(row(), other("A-2"), row(**change)))

    assert [(each.line_no, each.column, each.key) for each in report.problems] == [(4, column, key)]
    assert (report.orders_rejected, report.lines_rejected) == (1, 2)
    assert list(Order.objects.values_list("number", flat=True)) == ["A-2"]


def test_a_payment_of_two_orders_is_refused_once(load) -> None:  # type: ignore[no-untyped-def]
    report = load(text_of(row(), row(order_number="A-2")))

    assert [(each.line_no, each.key) for each in report.problems] == [
        (3, "import.problem.payment_of_two_orders")
    ]


def test_a_payment_of_another_known_order_is_refused(load) -> None:  # type: ignore[no-untyped-def]
    load(text_of(row()))

    report = load(text_of(row(order_number="A-2")))

    assert [each.key for each in report.problems] == ["import.problem.payment_known"]


def test_a_charge_without_an_order_finds_its_order(load, place: Marketplace) -> None:  # type: ignore[no-untyped-def]
    alice = Buyer.objects.create(marketplace=place, email="alice@example.org")
    Payment.objects.create(
        marketplace=place, buyer=alice, ref="pi_1", captured_at=PRESENT, currency="EUR", captured_minor=2990
    )

    assert counts(load(text_of(row()))) == (1, 0, 0, 0)

    assert Payment.objects.get().order == Order.objects.get()


def test_rows_of_an_order_may_be_apart(load) -> None:  # type: ignore[no-untyped-def]
    load(text_of(row(), other("A-2"), row(line="2", shipping="")))

    assert Order.objects.get(number="A-1").lines.count() == 2


def test_too_little_paid_is_said_but_lands(load) -> None:  # type: ignore[no-untyped-def]
    report = load(text_of(row(payment_amount="20")))

    assert [each.key for each in report.warnings] == ["import.problem.paid_too_little"]
    assert "29,90" in told(report.warnings[0], "fr")
    assert counts(report) == (1, 0, 0, 0)


def test_windows_1252_is_found_and_said(load) -> None:  # type: ignore[no-untyped-def]
    report = load(text_of(row(), other("A-2")).encode("windows-1252"))

    assert [(each.key, each.params) for each in report.notices] == [
        ("import.notice.read_as_windows_1252", {"line": 2})
    ]
    assert OrderLine.objects.values_list("title", flat=True).distinct().get() == "Théière émaillée"


def test_one_line_that_is_not_utf8_is_refused_alone(load) -> None:  # type: ignore[no-untyped-def]
    header, good, bad = text_of(row(), other("A-2")).splitlines()

    report = load("\n".join((header, good, "")).encode() + bad.encode("windows-1252") + b"\n")

    assert {(each.line_no, each.column, each.key) for each in report.problems} == {
        (3, "title", "import.problem.unreadable"),
        (3, "line_total", "import.problem.unreadable"),
    }
    assert Order.objects.get().number == "A-1"


@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
def test_mark_delimiter_and_line_ends_are_found(load, delimiter: str) -> None:  # type: ignore[no-untyped-def]
    text = text_of(row(title='Écran 24" noir; "beau", \\ t'), delimiter=delimiter).replace("\n", "\r\n")

    report = load(b"\xef\xbb\xbf" + text.encode())

    assert counts(report) == (1, 0, 0, 0)
    assert OrderLine.objects.get().title == 'Écran 24" noir; "beau", \\ t'


def test_utf16_of_a_spreadsheet_is_read(load) -> None:  # type: ignore[no-untyped-def]
    assert counts(load(text_of(row(), delimiter="\t").encode("utf-16"))) == (1, 0, 0, 0)


def test_a_cell_over_several_lines_and_a_stray_quote(load) -> None:  # type: ignore[no-untyped-def]
    rows = [row(title="une\nligne, puis deux"), other("A-2"), other("A-3")]
    text = text_of(*rows).replace("A-2,", '"A-2,', 1)

    report = load(text)

    assert [(each.line_no, each.key) for each in report.problems] == [(4, "import.problem.quote")]
    assert set(Order.objects.values_list("number", flat=True)) == {"A-1", "A-3"}
    assert OrderLine.objects.get(order__number="A-1").title == "une\nligne, puis deux"


def test_a_ragged_row_and_a_line_of_ten_megabytes(load) -> None:  # type: ignore[no-untyped-def]
    text = text_of(row()) + "A-2,2026-11-02,x\n" + "y" * 10_000_000 + "\n" + "\n" + "".join(
        text_of(other("A-4")).splitlines(keepends=True)[1:]
    )  # fmt: skip

    report = load(text)

    assert [(each.line_no, each.key) for each in report.problems] == [
        (3, "import.problem.cell_count"),
        (4, "import.problem.line_too_long"),
    ]
    assert set(Order.objects.values_list("number", flat=True)) == {"A-1", "A-4"}


@pytest.mark.parametrize("content", [b"", b" \n\n"])
def test_an_empty_file_is_refused(load, content: bytes) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(EmptyFile):
        load(content)


def test_files_that_are_no_files_of_orders_are_refused(load) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(NotAText):
        load(b"PK\x03\x04....", "orders.xlsx")
    with pytest.raises(MissingColumns) as refused:
        load("a,b\n1,2\n")
    with pytest.raises(WrongEncoding):
        load("é".encode("windows-1252"), encoding="utf-8")
    with pytest.raises(UnknownEncoding):
        load("x", encoding="klingon")
    with pytest.raises(NotOneOrderPerLine):
        load("[{}]", "orders.json")
    for lang in ("fr", "en"):
        assert "order_number" in refused.value.explain(lang)
        assert refused.value.remedy(lang)


def test_an_unknown_column_is_said_with_the_one_it_looks_like(load) -> None:  # type: ignore[no-untyped-def]
    report = load(text_of(row()).replace("delivered_on", "deliverd_on"))

    assert [each.key for each in report.notices] == [
        "import.notice.unknown_columns",
        "import.notice.near_column",
    ]


def test_the_rejects_file_is_mended_and_comes_back(load, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    report = load(text_of(row(), other("A-2"), row(line="2", quantity="0"), delimiter=";"))

    assert report.rejects == tmp_path / "orders.rejects.csv"
    refused = report.rejects.read_text("utf-8-sig")
    rows = list(csv.DictReader(refused.splitlines(), delimiter=";"))
    assert [each["line"] for each in rows] == ["1", "2"]
    assert "A-1" in rows[0]["reason"]
    assert rows[1]["reason"].startswith("quantity: ")

    again = load(refused.replace(";0;", ";1;"), "mended.csv")

    assert counts(again) == (1, 0, 0, 0)
    assert OrderLine.objects.count() == 3


def test_a_rejects_file_of_before_is_kept(load, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    (tmp_path / "orders.rejects.csv").write_text("mended by hand")

    report = load(text_of(row(quantity="0")))

    assert report.rejects == tmp_path / "orders.rejects-2.csv"


def test_a_dry_run_tells_and_writes_nothing(load, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    report = load(text_of(row(), other("A-2", quantity="0")), dry_run=True)

    assert counts(report) == (1, 0, 0, 1)
    assert (Order.objects.count(), Shop.objects.count(), Buyer.objects.count()) == (0, 0, 0)
    assert [path.name for path in tmp_path.iterdir() if path.suffix == ".csv"] == ["orders.csv"]


def test_json_lines_say_the_same(load, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    order = {
        **{
            name: GOOD[name] for name in ("order_number", "ordered_at", "buyer_email", "shop_ref", "currency")
        },
        "shipping": 4.90,
        "lines": [
            {"line": 1, "title": "Théière", "quantity": 2, "line_total": 25.10, "parcel": "P1"},
            {"line": 2, "title": "Bol", "quantity": 1, "line_total": "10", "parcel": "P2"},
        ],
        "parcels": [{"parcel": "P1", "delivered_on": "2026-11-06"}, {"parcel": "P2"}, {"parcel": "P3"}],
        "payments": [{"payment_ref": f"pi_{i}", "payment_amount": 10} for i in range(4)],
    }
    bad = {**order, "order_number": "A-9", "lines": []}

    report = load("\n".join((json.dumps(order), "{nope", json.dumps(bad), "")), "orders.jsonl")

    assert counts(report)[0] == 1
    assert [(each.line_no, each.key) for each in report.problems] == [
        (2, "import.problem.not_json"),
        (3, "import.problem.no_lines"),
    ]
    assert list(OrderLine.objects.order_by("position").values_list("captured_minor", "parcel__ref")) == [
        (2510, "P1"),
        (1000, "P2"),
    ]
    assert (Parcel.objects.count(), Payment.objects.count()) == (3, 4)
    assert report.rejects == tmp_path / "orders.rejects.jsonl"
    refused = [json.loads(line) for line in report.rejects.read_text().splitlines()]
    assert (refused[0]["unreadable"], refused[1]["order_number"]) == ("{nope", "A-9")
    assert all(each["reason"] for each in refused)


def test_an_import_cut_short_is_run_again(load, monkeypatch: pytest.MonkeyPatch) -> None:  # type: ignore[no-untyped-def]
    text = text_of(*(other(f"B-{i}") for i in range(5)))
    monkeypatch.setattr("recours.marketplaces.importer.BATCH_ORDERS", 2)

    def interrupt(step: str, done: int, total: int) -> None:
        if step == "land" and done == 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        load(text, progress=interrupt)

    assert Order.objects.count() == 4
    assert counts(load(text)) == (1, 0, 4, 0)
