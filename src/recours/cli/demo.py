"""`recours demo`: a whole fictional marketplace on this machine, from nothing, with one command."""

import contextlib
import fcntl
import http.client
import os
import secrets
import shutil
import signal
import socket
import sys
import time
from collections.abc import Callable, Iterator
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlsplit

import click

from recours.cli.live import raise_file_limit
from recours.cli.setup import CLOCK, close_connections, embedded_database, prepare_to_serve, set_up_django
from recours.cli.supervisor import Child, ending_on_sigterm, stopping_on_signals, supervise
from recours.cli.web import live_arguments, live_environment, web_arguments, web_environment
from recours.config.home import HomeNotWritable, prepared_home

NUMBER = "106540352242922"
"""By which the simulator of WhatsApp knows the marketplace's number."""
PAGE = "106700000000001"
"""By which the simulator of Facebook knows the marketplace's page."""
HOST = "127.0.0.1"
PORT = 8000
PRINT_SECONDS = 120
"""How long a letter of the demo waits to be printed: time to change one's mind."""
EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 -- compared, not bound
"""Addresses that mean every one, and where to reach them from here."""


@click.command()
@click.option("--port", envvar="RECOURS_PORT", type=click.IntRange(1, 65535), default=PORT, show_default=True,
              help="Port du site.")  # fmt: skip
@click.option("--host", envvar="RECOURS_HOST", default=HOST, show_default=True, help="Adresse d'écoute.")
@click.option("--home", envvar="RECOURS_HOME", type=click.Path(path_type=Path),
              help="Dossier des données (par défaut ~/.local/share/recours).")  # fmt: skip
@click.option("--reset", is_flag=True, help="Efface tout et recommence.")
def command(port: int, host: str, home: Path | None, reset: bool) -> None:
    """Un site de démonstration complet : base de données, place de marché fictive, site et tâches de fond.

    Ctrl-C arrête tout. Les données restent pour la fois suivante.
    """
    if os.environ.get("DATABASE_URL", "").strip():
        raise click.ClickException(
            "DATABASE_URL est défini : la démonstration laisse entrer n'importe qui et ne tourne que sur sa"
            " propre base. Retirez cette variable, ou lancez `recours serve` et `recours worker`."
        )
    if home:
        os.environ["RECOURS_HOME"] = str(home.expanduser().absolute())
    try:
        folder = prepared_home()
    except HomeNotWritable as error:
        raise click.ClickException(f"{error}. Choisissez un autre dossier avec --home.") from error
    os.environ["RECOURS_HOME"] = str(folder)
    os.environ["RECOURS_DEMO"] = "1"
    os.environ["RECOURS_CLOCK_FILE"] = str(folder / CLOCK)
    os.environ.setdefault("RECOURS_URL", f"http://{'localhost' if host == HOST else host}:{port}")
    if host not in {HOST, "localhost", "::1"}:
        os.environ.setdefault(
            "RECOURS_HOSTS", "*"
        )  # who opens the demo to a network calls it by names of theirs
    with _alone(folder), ending_on_sigterm():
        _require_free(host, port)
        _bank_account()
        cards = _card_provider(folder, host, port)
        others = [_post_office(folder, host, port), _phone(folder, host, port)]
        page = _page(folder, host, port)
        _say("Démarrage de la base de données…")
        with embedded_database():
            if reset:
                _reset(folder)
            with (
                _up(cards, "RECOURS_STRIPE_ADDRESS"),
                _up(page, "RECOURS_FACEBOOK_ADDRESS"),
            ):
                _prepare()
            with stopping_on_signals() as asked_to_stop:
                _run(host, port, [cards, *others, page], asked_to_stop=asked_to_stop)
        _say("La base de données est arrêtée. À bientôt.")


def _prepare() -> None:
    """Tables, translations, static files and, once, the fictional marketplace."""
    set_up_django()
    from django.core.management import call_command  # slow import

    try:
        _say("Mise en place des tables…")
        call_command("migrate", interactive=False, verbosity=0)
        prepare_to_serve()
        # The demo's people are a package of their own, which an installation may leave out.
        if find_spec("recours.demo"):
            _say("Ouverture de la place de marché fictive…")
            import_module("recours.demo.seed").seed()
    finally:
        close_connections()


def _bank_account() -> None:
    """An account that transfers leave from, at a bank that is simulated too; its number is one of those in examples."""
    os.environ.setdefault("RECOURS_SEPA_NAME", "Marché Mirabelle")
    os.environ.setdefault("RECOURS_SEPA_IBAN", "FR1420041010050500013M02606")
    os.environ.setdefault("RECOURS_SEPA_BIC", "PSSTFRPPLYO")
    os.environ.setdefault("RECOURS_REFUND_ROUTES", "card:stripe,transfer:sepa")


def _card_provider(folder: Path, host: str, port: int) -> Child:
    """Stripe's simulator, which pays cards back and announces it to the site; and the settings that say so."""
    own_port = _free_port(HOST, port + 1)
    secret = f"whsec_{secrets.token_hex(16)}"
    os.environ["RECOURS_STRIPE_KEY"] = "sk_test_simulated"
    os.environ["RECOURS_STRIPE_ADDRESS"] = f"http://{HOST}:{own_port}"
    os.environ["RECOURS_STRIPE_WEBHOOK_SECRET"] = secret
    command = [sys.executable, "-P", "-m", "recours.cli", "simulate", "stripe", "--quiet"]
    command += ["--port", str(own_port), "--home", str(folder / "stripe"), "--secret", secret]
    command += ["--webhook", f"http://{EVERYWHERE.get(host, host)}:{port}/hooks/refunds/stripe/"]
    return Child("Le prestataire simulé", command, {"RECOURS_STRIPE_KEY": ""})


def _post_office(folder: Path, host: str, port: int) -> Child:
    """Merci facteur's simulator, which posts letters and tells the site of them; and the settings that say so."""
    own_port = _free_port(HOST, urlsplit(os.environ["RECOURS_STRIPE_ADDRESS"]).port or port)
    secret, webhook_secret = secrets.token_hex(16), secrets.token_hex(16)
    os.environ["RECOURS_MERCI_FACTEUR_SERVICE"] = "service"
    os.environ["RECOURS_MERCI_FACTEUR_SECRET"] = secret
    os.environ["RECOURS_MERCI_FACTEUR_USER"] = "1"
    os.environ["RECOURS_MERCI_FACTEUR_ADDRESS"] = f"http://{HOST}:{own_port}/api/1.2/prod/service"
    os.environ["RECOURS_MERCI_FACTEUR_WEBHOOK_SECRET"] = webhook_secret
    command = [sys.executable, "-P", "-m", "recours.cli", "simulate", "letters", "--quiet"]
    command += ["--port", str(own_port), "--home", str(folder / "letters"), "--secret", secret]
    command += ["--webhook", f"http://{EVERYWHERE.get(host, host)}:{port}/letters/hooks/merci-facteur/"]
    command += ["--webhook-secret", webhook_secret, "--measure", f"print_seconds={PRINT_SECONDS}"]
    return Child("La poste simulée", command, {"RECOURS_MERCI_FACTEUR_SECRET": ""})


def _phone(folder: Path, host: str, port: int) -> Child:
    """WhatsApp's simulator, with a customer's phone as its page; and the settings that connect the site to it."""
    own_port = _free_port(HOST, urlsplit(os.environ["RECOURS_MERCI_FACTEUR_ADDRESS"]).port or port)
    secret = secrets.token_hex(16)
    os.environ["RECOURS_META_APP_SECRET"] = secret
    os.environ["RECOURS_META_ADDRESS"] = f"http://{HOST}:{own_port}/v25.0"
    os.environ["RECOURS_WHATSAPP_TOKEN"] = "simulated"  # noqa: S105 -- the simulator takes any
    os.environ["RECOURS_WHATSAPP_NUMBERS"] = f"mirabelle:{NUMBER}"
    command = [sys.executable, "-P", "-m", "recours.cli", "simulate", "whatsapp"]
    command += ["--port", str(own_port), "--home", str(folder / "whatsapp"), "--secret", secret]
    command += [
        "--webhook",
        f"http://{EVERYWHERE.get(host, host)}:{port}/channels/hooks/whatsapp/",
        "--quiet",
    ]
    return Child("WhatsApp simulé", command, {"RECOURS_WHATSAPP_TOKEN": ""})


def _page(folder: Path, host: str, port: int) -> Child:
    """The simulator of a page on Facebook, with its Messenger; and the settings that connect the site to it."""
    own_port = _free_port(HOST, urlsplit(os.environ["RECOURS_META_ADDRESS"]).port or port)
    os.environ["RECOURS_FACEBOOK_ADDRESS"] = f"http://{HOST}:{own_port}/v25.0"
    os.environ["RECOURS_FACEBOOK_PAGES"] = f"mirabelle:{PAGE}"
    os.environ["RECOURS_FACEBOOK_TOKENS"] = f"{PAGE}:simulated"
    os.environ["RECOURS_MESSENGER_HUMAN_AGENT"] = "1"
    command = [sys.executable, "-P", "-m", "recours.cli", "simulate", "facebook-page", "--quiet"]
    command += ["--port", str(own_port), "--home", str(folder / "facebook-page")]
    command += ["--secret", os.environ["RECOURS_META_APP_SECRET"]]
    command += ["--webhook", f"http://{EVERYWHERE.get(host, host)}:{port}/channels/hooks/page/"]
    return Child("La page Facebook simulée", command, {"RECOURS_FACEBOOK_TOKENS": ""})


@contextlib.contextmanager
def _up(child: Child, address_in: str) -> Iterator[None]:
    """Have one process up while the block lasts, before there are others to keep up with it."""
    address = urlsplit(os.environ[address_in])
    child.start()
    try:
        deadline = time.monotonic() + 60
        while not _accepts(address.hostname or HOST, address.port or 0):
            if time.monotonic() > deadline:
                raise click.ClickException("Le prestataire simulé ne démarre pas.")
            time.sleep(0.05)
        yield
    finally:
        child.signal(signal.SIGTERM)
        if child.process:
            child.process.wait(10)
            child.process = None


def _run(host: str, port: int, providers: list[Child], *, asked_to_stop: Callable[[], bool]) -> None:
    announced = False

    def announce() -> None:
        nonlocal announced
        if not announced and _answers(host, port):
            announced = True
            shown = "localhost" if host in {HOST, *EVERYWHERE} else host
            click.echo(
                f"\n  Recours est prêt   →  http://{shown}:{port}/   (Ctrl-C pour arrêter)"
                f"\n  Recours is ready   →  http://{shown}:{port}/   (Ctrl-C to stop)\n"
            )

    live_port = _free_port(host, urlsplit(os.environ["RECOURS_FACEBOOK_ADDRESS"]).port or port)
    os.environ["RECOURS_LIVE_PORT"] = str(live_port)
    raise_file_limit()
    children = [
        *providers,
        Child("Le site", web_arguments(), web_environment(host=host, port=port)),
        Child("Les pages vivantes", live_arguments(), live_environment(host=host, port=live_port)),
        Child("Le processus des tâches", [sys.executable, "-P", "-m", "recours.cli", "worker"]),
    ]
    supervise(children, asked_to_stop=asked_to_stop, on_tick=announce, say=_say)
    _say("Arrêt…")


def _reset(folder: Path) -> None:
    """Forget every claim, every file and the shifted clock."""
    import psycopg  # slow import

    _say("Effacement des données…")
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True, dbname="postgres") as connection:
        connection.execute("DROP DATABASE IF EXISTS recours WITH (FORCE)")
        connection.execute("CREATE DATABASE recours")
    shutil.rmtree(folder / "files", ignore_errors=True)
    shutil.rmtree(folder / "stripe", ignore_errors=True)
    shutil.rmtree(folder / "letters", ignore_errors=True)
    shutil.rmtree(folder / "mailbox", ignore_errors=True)
    shutil.rmtree(folder / "bank", ignore_errors=True)
    shutil.rmtree(folder / "whatsapp", ignore_errors=True)
    shutil.rmtree(folder / "facebook-page", ignore_errors=True)
    (folder / CLOCK).unlink(missing_ok=True)


@contextlib.contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """One demo per folder: a second one would seed and move the clock under the first."""
    with (folder / "demo.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise click.ClickException(
                f"Une démonstration tourne déjà dans {folder}."
                " Arrêtez-la, ou choisissez un autre dossier avec --home."
            ) from None
        yield


def _require_free(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except PermissionError:
            raise click.ClickException(
                f"Le port {port} est réservé à l'administrateur ; essayez --port 8000."
            ) from None
        except OSError:
            raise click.ClickException(
                f"Le port {port} est déjà pris sur {host}. Essayez --port {_free_port(host, port)}"
            ) from None


def _free_port(host: str, port: int) -> int:
    """A port near `port` that is free, 0 where there is none."""
    for other in range(port + 1, min(port + 50, 65535)):
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind((host, other))
            return other
    return 0


def _answers(host: str, port: int) -> bool:
    target = EVERYWHERE.get(host, host)
    web = http.client.HTTPConnection(target, port, timeout=2)
    try:
        web.request("GET", "/readyz", headers={"Host": f"localhost:{port}"})
        return web.getresponse().status == 200
    except OSError:
        return False
    finally:
        web.close()


def _accepts(host: str, port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection((host, port), timeout=1):
        return True
    return False


_started = time.monotonic()


def _say(text: str) -> None:
    click.echo(f"[{time.monotonic() - _started:4.0f} s] {text}", err=True)
