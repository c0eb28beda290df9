"""What a command does before it touches the database."""

import contextlib
import os
import sys
from collections.abc import Iterator

import click

from recours.config.database import EmbeddedServer, EmbeddedServerError
from recours.config.home import HomeNotWritable, prepared_home

UNDEFINED_TABLE = "42P01"
"""PostgreSQL's code for a table that is not there: nobody has migrated this database."""

CLOCK = "clock"
"""The file, in the folder of an installation, that holds the offset of a demo's clock."""


@contextlib.contextmanager
def database() -> Iterator[None]:
    """Make Django ready, on the operator's database or on the embedded one, held up while the block lasts."""
    with contextlib.ExitStack() as stack:
        if not os.environ.get("DATABASE_URL", "").strip():
            stack.enter_context(embedded_database())
        set_up_django()
        from django.db import ProgrammingError  # Django must be ready

        try:
            yield
        except ProgrammingError as error:
            if getattr(error.__cause__, "sqlstate", "") != UNDEFINED_TABLE:
                raise
            raise click.ClickException(
                "Les tables de cette base n'existent pas encore : lancez « ./run migrate »."
            ) from error
        finally:
            close_connections()


@contextlib.contextmanager
def embedded_database() -> Iterator[str]:
    """Hold the embedded server up and name it in the environment, for this process and its children."""
    with contextlib.ExitStack() as stack:
        try:
            folder = prepared_home()
            uri = stack.enter_context(EmbeddedServer(folder).running())
        except (EmbeddedServerError, HomeNotWritable) as error:
            raise click.ClickException(str(error)) from error
        os.environ["DATABASE_URL"] = uri
        if (folder / CLOCK).exists():
            # A demo has moved its clock: whoever else works on its data lives at the same moment.
            os.environ["RECOURS_CLOCK_FILE"] = str(folder / CLOCK)
        try:
            yield uri
        finally:
            del os.environ["DATABASE_URL"]


def set_up_django() -> None:
    """Load settings and applications; a wrong setting is one plain line, not a traceback."""
    import django  # slow import: --help must not wait for it
    from django.core.exceptions import ImproperlyConfigured

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "recours.config.settings")
    try:
        django.setup()
    except ImproperlyConfigured as error:
        raise click.ClickException(str(error)) from error


def close_connections() -> None:
    """Let go of the database before its server is stopped."""
    if "django.db" not in sys.modules:
        return
    from django.db import connections  # slow import

    connections.close_all()


def prepare_to_serve() -> None:
    """Make what the web server reads: compiled translations and gathered static files."""
    from recours.config.static import collect_static  # slow import
    from recours.config.translations import compile_catalogues  # slow import

    try:
        compile_catalogues()
        collect_static()
    except OSError as error:
        raise click.ClickException(f"{error.filename}: {error.strerror}") from error
