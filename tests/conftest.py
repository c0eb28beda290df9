"""What every test stands on: a frozen clock, no network, an embedded PostgreSQL for those that ask."""

import contextlib
import functools
import hashlib
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest
import time_machine

from recours.config.database import EmbeddedServer
from recours.config.translations import compile_catalogues

if TYPE_CHECKING:
    from pytest_django.fixtures import Settings
    from tests.simulators import S3Server, StripeSimulator
    from xdist.remote import Producer
    from xdist.scheduler.protocol import Scheduling

REPOSITORY = Path(__file__).resolve().parent.parent
PRESENT = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
"""A Friday, 10:00 in Paris. Tests that are about time move on from here, on purpose."""


def _server() -> EmbeddedServer:
    """One cluster for all the runs of this checkout, kept between them: making one takes seconds."""
    digest = hashlib.sha256(os.fsencode(REPOSITORY)).hexdigest()[:10]
    home = Path(tempfile.gettempdir()) / f"recours-tests-{os.getuid()}-{digest}"
    return EmbeddedServer(home, durable=False)


def pytest_configure(config: pytest.Config) -> None:
    """Set Django up on the tests' own cluster, which starts when the first test asks for a database."""
    kept = {"RECOURS_TEST_DATABASE", "RECOURS_TEST_FOLDER", "RECOURS_CHROMIUM"}
    for name in [name for name in os.environ if name.startswith("RECOURS_") and name not in kept]:
        del os.environ[name]  # what the developer's shell says must not change what the tests say
    server = _server()
    # For the processes that tests start, when it is pytest that put src on our own path.
    os.environ["PYTHONPATH"] = str(REPOSITORY / "src")
    os.environ["RECOURS_TEST"] = "1"
    os.environ["RECOURS_HOME"] = str(server.home)
    os.environ["DATABASE_URL"] = server.uri
    if not hasattr(config, "workerinput"):
        # Two runs at once do not share a database; xdist's workers inherit the name and add theirs.
        os.environ["RECOURS_TEST_DATABASE"] = f"test_recours_{os.getpid()}"
        stack = contextlib.ExitStack()
        os.environ["RECOURS_TEST_FOLDER"] = str(stack.enter_context(short_folder()))
        config.add_cleanup(stack.close)
    os.environ["DJANGO_SETTINGS_MODULE"] = "recours.config.settings"
    import django  # after the environment, which the settings read once

    if not hasattr(config, "workerinput"):
        compile_catalogues()
    django.setup()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark each test with its floor, by its folder, and put journeys first, then whatever else is long.

    A late one would leave a process of the run alone with minutes of work. The very first is the one that opens a demo
    from nothing, while the other process furnishes the demo of all others.
    """
    for item in items:
        folder = (
            item.path.relative_to(REPOSITORY / "tests").parts[0]
            if item.path.is_relative_to(REPOSITORY)
            else ""
        )
        if not any(item.get_closest_marker(floor) for floor in ("rules", "app", "journey")):
            item.add_marker({"rules": "rules", "journeys": "journey"}.get(folder, "app"))
    items.sort(
        key=lambda item: (
            not item.get_closest_marker("journey"),
            "site" in item.fixturenames,
            not (item.nodeid.startswith(LONG) or _is_whole(item.nodeid.partition("::")[0])),
        )
    )


LONG = (
    "tests/rules/lifecycle/test_machine.py",
    "tests/helpcentre/search/test_right_article.py",
    "tests/security/test_sec_markup.py",
    "tests/demo/test_seed.py",
)
"""Modules with a test of more than five seconds."""


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: "Producer") -> "Scheduling | None":
    """Hand out tests in their order, one by one, but a module whole where its tests share what is costly to make."""
    if config.option.dist != "load":
        return None
    from xdist.scheduler import LoadScopeScheduling  # here with xdist only

    class Scheduler(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            module = nodeid.partition("::")[0]
            return module if _is_whole(module) else nodeid

    config.option.loadscopereorder = False
    return Scheduler(config, log)


@functools.cache
def _is_whole(module: str) -> bool:
    if module.startswith("tests/journeys/"):
        return True
    return 'scope="module"' in (REPOSITORY / module).read_text(encoding="utf-8")


@contextlib.contextmanager
def short_folder() -> Iterator[Path]:
    """A folder of its own that the account of PostgreSQL can reach; pytest's own are closed to others."""
    with tempfile.TemporaryDirectory(prefix="recours-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder


@pytest.fixture(scope="session")
def of_this_run() -> Path:
    """A folder that all the processes of the run share, gone with it."""
    return Path(os.environ["RECOURS_TEST_FOLDER"])


@pytest.fixture(scope="session")
def embedded_server() -> Iterator[EmbeddedServer]:
    """The tests' cluster, up. The last process of the run stops it."""
    server = _server()
    with server.running() as uri:
        _drop_left_over(uri)
        yield server


@pytest.fixture(scope="session")
def migrated_template(embedded_server: EmbeddedServer) -> None:
    """Make the test database a copy of one that is migrated already: migrating takes seconds, copying a blink.

    The template is named after the migrations, so that a change of theirs makes another.
    """
    from django.conf import settings  # after the environment

    digest = hashlib.sha256((REPOSITORY / "requirements.lock").read_bytes())
    digest.update(repr(settings.INSTALLED_APPS).encode())
    for path in sorted((REPOSITORY / "src").glob("recours/**/migrations/**/*.py")):
        digest.update(f"{path.relative_to(REPOSITORY)}\0".encode() + path.read_bytes())
    name = f"template_{digest.hexdigest()[:16]}"
    with psycopg.connect(embedded_server.uri, autocommit=True) as connection:
        # One at a time, xdist's workers and other runs alike; the lock goes with the connection.
        connection.execute("SELECT pg_advisory_lock(20261120)")
        found = connection.execute(
            "SELECT datname FROM pg_database WHERE datname LIKE 'template\\_%' ORDER BY oid"
        )
        present = [row[0] for row in found]
        if name not in present:
            # The last ones stay: another run, on another branch, may be about to copy its own.
            for old in [*present[:-3], *[draft for draft in present[-3:] if draft == "template_draft"]]:
                connection.execute(
                    psycopg.sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(
                        psycopg.sql.Identifier(old)
                    )
                )
            connection.execute("CREATE DATABASE template_draft")
            subprocess.run(
                [sys.executable, "-m", "django", "migrate", "--verbosity=0"],
                env=os.environ | {"DATABASE_URL": embedded_server.uri_of("template_draft")},
                check=True,
            )
            rename = psycopg.sql.SQL("ALTER DATABASE template_draft RENAME TO {}")
            connection.execute(rename.format(psycopg.sql.Identifier(name)))
    settings.DATABASES["default"]["TEST"]["TEMPLATE"] = name


@pytest.fixture(scope="session")
def django_db_setup(migrated_template: None, django_db_setup: None) -> None:
    """pytest-django's own fixture, once the server is up."""
    from django.test import TransactionTestCase  # after the environment

    TransactionTestCase._fixture_teardown = _empty_what_was_filled  # type: ignore[method-assign]


SETTLED = {"django_content_type", "auth_permission"}
"""Filled with the migrations; no test changes them."""


def _empty_what_was_filled(_: object) -> None:
    """Empty the tables that a test wrote to, after one that commits.

    Django's flush truncates all of them, most of which are empty, and then fills SETTLED again.
    """
    from django.db import connection, transaction  # after the environment

    names = connection.introspection.django_table_names(only_existing=True, include_views=False)
    tables = sorted(set(names) - SETTLED)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            " UNION ALL ".join(f"SELECT '{name}' WHERE EXISTS (SELECT FROM {name})" for name in tables)
        )
        filled = cursor.fetchall()
        # No trigger that refuses a change, and no order among foreign keys.
        cursor.execute("SET LOCAL session_replication_role = replica")
        for (name,) in filled:
            cursor.execute(f"DELETE FROM {name}")


def _drop_left_over(uri: str) -> None:
    """Drop the databases of runs that were killed."""
    with psycopg.connect(uri, autocommit=True) as connection:
        rows = connection.execute("SELECT datname FROM pg_database WHERE datname LIKE 'test\\_recours\\_%'")
        for (name,) in rows.fetchall():
            pid = name.split("_")[2]
            if pid.isdigit() and not Path(f"/proc/{pid}").exists():
                connection.execute(
                    psycopg.sql.SQL("DROP DATABASE IF EXISTS {}").format(psycopg.sql.Identifier(name))
                )


@pytest.fixture(scope="session")
def stripe_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator["StripeSimulator"]:
    """Stripe's simulator, up for the whole run once a test has asked for it."""
    from tests.simulators import StripeSimulator  # after the environment

    simulator = StripeSimulator(tmp_path_factory.mktemp("stripe"))
    yield simulator
    simulator.stop()


@pytest.fixture(scope="session")
def s3_process() -> Iterator["S3Server"]:
    """An S3 server, up for the whole run once a test has asked for it."""
    from tests.simulators import S3Server  # after the environment

    server = S3Server()
    yield server
    server.stop()


@pytest.fixture
def s3(s3_process: "S3Server", settings: "Settings", monkeypatch: pytest.MonkeyPatch) -> "S3Server":
    """Evidence lies in a folder of the S3 server."""
    from recours.files import s3  # after the environment

    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "k")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "s")
    monkeypatch.setattr(s3, "_TRIES", {"mode": "standard", "total_max_attempts": 1})
    s3_process.leads_to(settings, s3_process.folder())
    return s3_process


@pytest.fixture(autouse=True)
def frozen_clock(request: pytest.FixtureRequest) -> Iterator[time_machine.Traveller | None]:
    """Stop the clock at PRESENT; `frozen_clock.move_to(…)` moves it. Journeys run in real time."""
    if request.node.get_closest_marker("journey"):
        yield None
        return
    with time_machine.travel(PRESENT, tick=False) as traveller:
        yield traveller


@pytest.fixture(autouse=True)
def _own_files(request: pytest.FixtureRequest) -> None:
    """Each test that has a database has its own folder of evidence."""
    if request.node.get_closest_marker("app"):
        settings = request.getfixturevalue("settings")
        settings.MEDIA_ROOT = request.getfixturevalue("tmp_path") / "files"


@pytest.fixture(autouse=True)
def _french() -> Iterator[None]:
    """The readers' language, which a request in another one would leave behind it in this thread."""
    from django.utils import translation  # once Django is set up

    with translation.override("fr"):
        yield


@pytest.fixture
def with_sepa(settings: "Settings") -> None:
    """An installation that pays transfers back by files."""
    from tests.refunds.sepa import OURS  # after the environment

    settings.SEPA_NAME, settings.SEPA_IBAN, settings.SEPA_BIC = "Belle Marché SAS", OURS, "AGRIFRPPXXX"
    settings.REFUND_ROUTES = [("transfer", "sepa")]
