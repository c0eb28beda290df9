"""`recours import orders` as an operator meets it. The database of the tests stands in for theirs."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from allauth.account.models import EmailAddress
from click.testing import CliRunner

from recours.cli import import_, marketplace, publish
from recours.marketplaces.models import Buyer, Marketplace, Order, PolicyVersion
from recours.marketplaces.policies import current_policy
from recours.people.models import User

pytestmark = pytest.mark.django_db

HEADER = "order_number,ordered_at,buyer_email,shop_ref,line,title,quantity,line_total,currency\n"
ROW = 'A-1,02/11/2026,alice@example.org,s1,1,Bol,1,"12,50 €",EUR\n'


@pytest.fixture(autouse=True)
def _same_database(monkeypatch: pytest.MonkeyPatch) -> None:
    @contextlib.contextmanager
    def database() -> Iterator[None]:
        yield

    for module in (import_, marketplace, publish):
        monkeypatch.setattr(module, "database", database)


@pytest.fixture
def run():  # type: ignore[no-untyped-def]
    def _run(command: object, *arguments: str) -> tuple[int, str]:
        result = CliRunner().invoke(command, list(arguments))  # type: ignore[arg-type]
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return result.exit_code, re.sub("[\u00a0\u202f]", " ", result.output)

    return _run


@pytest.fixture
def orders(tmp_path: Path) -> Path:
    path = tmp_path / "orders.csv"
    path.write_text(HEADER + ROW)
    return path


def test_a_marketplace_is_created_with_its_policy(run) -> None:  # type: ignore[no-untyped-def]
    assert run(marketplace.command, "create", "--slug", "belle", "--name", "Belle") == (0, "belle\n")

    place = Marketplace.objects.get()
    assert current_policy(place.pk).place.zone == place.zone == "Europe/Paris"


def test_a_marketplace_that_cannot_be_is_refused(run) -> None:  # type: ignore[no-untyped-def]
    create = ("create", "--slug", "belle", "--name", "Belle")
    run(marketplace.command, *create)

    assert run(marketplace.command, *create)[0] == 1
    for wrong in (("--currency", "XYZ"), ("--zone", "Mars/Olympus"), ("--country", "ZZ")):
        code, said = run(marketplace.command, "create", "--slug", "b", "--name", "B", *wrong)
        assert code == 1
        assert wrong[1] in said
    assert Marketplace.objects.count() == 1


def test_orders_land_and_an_account_finds_them(run, orders: Path) -> None:  # type: ignore[no-untyped-def]
    run(marketplace.command, "create", "--slug", "belle", "--name", "Belle")
    alice = User.objects.create_user("alice@example.org")
    EmailAddress.objects.create(user=alice, email=alice.email, verified=True, primary=True)

    code, said = run(import_.command, "orders", str(orders))

    assert code == 0
    assert "Commandes : 1 nouvelle, 0 mise à jour, 0 inchangée, 0 refusée." in said
    assert Buyer.objects.get().user == alice


def test_bad_lines_are_told_in_the_readers_language(run, orders: Path) -> None:  # type: ignore[no-untyped-def]
    run(marketplace.command, "create", "--slug", "belle", "--name", "Belle")
    orders.write_text(HEADER + ROW + ROW.replace("A-1", "A-2").replace("02/11", "31/02"))

    french = run(import_.command, "orders", str(orders))
    english = run(import_.command, "orders", str(orders), "--lang", "en", "--dry-run")

    assert (french[0], english[0]) == (1, 1)
    assert "Ligne 3, colonne ordered_at : « 31/02/2026 » n’existe pas dans le calendrier." in french[1]
    assert "orders.rejects.csv" in french[1]
    assert "Line 3, column ordered_at: “31/02/2026” does not exist in the calendar." in english[1]
    assert Order.objects.count() == 1


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_a_file_that_cannot_be_imported_gets_one_plain_answer(  # type: ignore[no-untyped-def]
    run, orders: Path, tmp_path: Path, lang: str
) -> None:
    say = ("--lang", lang)
    assert run(import_.command, "orders", str(orders), *say)[0] == 1  # no marketplace yet
    run(marketplace.command, "create", "--slug", "belle", "--name", "Belle")
    (tmp_path / "empty.csv").touch()

    for arguments in (
        (str(tmp_path / "absent.csv"),),
        (str(tmp_path),),
        (str(tmp_path / "empty.csv"),),
        (str(orders), "--marketplace", "autre"),
        (str(orders), "--encoding", "klingon"),
        (str(orders), "--rejects", str(orders)),
        (str(orders), "--delimiter", "|"),
    ):
        code, said = run(import_.command, "orders", *arguments, *say)
        assert code == 1
        assert said.startswith("Error: ")
        assert "Traceback" not in said
    assert Order.objects.count() == 0


def test_a_policy_is_published_as_the_next_version(run) -> None:  # type: ignore[no-untyped-def]
    run(marketplace.command, "create", "--slug", "belle", "--name", "Belle")

    assert run(publish.publish, "ebay_like") == (0, "belle v2\n")

    assert PolicyVersion.objects.count() == 2
