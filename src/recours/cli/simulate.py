"""`recours simulate`: `stripe`, `bank`, `letters`, `whatsapp`, `messenger`, `facebook-page`, which can misbehave."""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from recours.channels.providers.meta.simulator.port import Simulator


@click.group()
def command() -> None:
    """Un service extérieur simulé, pour les essais et la démonstration."""


@command.command()
@click.option("--port", type=click.IntRange(0, 65535), default=8103, show_default=True,
              help="Port d'écoute ; 0 en choisit un et l'affiche.")  # fmt: skip
@click.option("--host", default="127.0.0.1", show_default=True, help="Adresse d'écoute.")
@click.option("--home", type=click.Path(path_type=Path, file_okay=False), required=True,
              help="Dossier de son journal.")  # fmt: skip
@click.option("--webhook", help="Adresse à laquelle il annonce ce qui se passe.")
@click.option("--secret", "secrets", multiple=True,
              help="Secret qui signe ces annonces ; deux fois pour un changement de secret.")  # fmt: skip
@click.option("--behave", type=click.Path(path_type=Path, dir_okay=False, exists=True),
              help="Fichier JSON de ses écarts de conduite.")  # fmt: skip
@click.option("--rate", "rates", multiple=True, metavar="NOM=P",
              help="Probabilité d'un écart, de 0 à 1 (held, reset, garbage, rate_limited, hook_twice…).")  # fmt: skip
@click.option("--measure", "measures", multiple=True, metavar="NOM=N",
              help="Mesure d'un écart (hold_seconds, stale_seconds, late_seconds…).")  # fmt: skip
@click.option("--quiet", is_flag=True, help="N'affiche pas son adresse.")
@click.option("--seed", type=int, default=0, show_default=True, help="Graine du hasard.")
def stripe(
    port: int,
    host: str,
    home: Path,
    webhook: str | None,
    secrets: tuple[str, ...],
    behave: Path | None,
    rates: tuple[str, ...],
    measures: tuple[str, ...],
    quiet: bool,
    seed: int,
) -> None:
    """Répond comme Stripe, tient son propre journal, et peut perdre ses réponses.

    Le journal (journal.jsonl, une ligne par acte) dit ce qui a vraiment été fait. docs/providers.md décrit ses
    écarts de conduite et les portes par lesquelles on le dirige.
    """
    from recours.refunds.providers.stripe.simulator.mischief import UnknownMischief
    from recours.refunds.providers.stripe.simulator.server import Simulator
    from recours.simulators.journal import InUse  # slow import: --help must not wait

    if webhook and not all(secrets or ("",)):
        raise click.ClickException("--webhook demande --secret : une annonce sans signature ne vaut rien.")
    try:
        simulator = Simulator(home, host=host, port=port)
    except InUse:
        raise click.ClickException(f"Un autre simulateur tient déjà son journal dans {home}.") from None
    except OSError as error:
        raise click.ClickException(f"{host}:{port} : {error.strerror}") from None
    try:
        if behave:
            simulator.behave(json.loads(behave.read_text()))
        wanted: dict[str, Any] = {name: float(value) for name, value in _pairs(measures)}
        wanted["rates"] = {name: float(value) for name, value in _pairs(rates)}
        simulator.behave({**wanted, "seed": seed})
    except (UnknownMischief, ValueError) as error:
        raise click.ClickException(f"Écart de conduite inconnu : {error}") from None
    if webhook:
        simulator.announce_to(webhook, list(secrets))
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(0))
    if not quiet:
        click.echo(f"http://{host}:{simulator.server_address[1]}")
        sys.stdout.flush()
    try:
        simulator.run()
    except KeyboardInterrupt:
        sys.exit(0)


@command.command()
@click.option("--home", type=click.Path(path_type=Path, file_okay=False), required=True,
              help="Son dossier : in/ (fichiers reçus), out/ (fichiers rendus), journal.jsonl.")  # fmt: skip
@click.option("--on", "day", type=click.DateTime(["%Y-%m-%d"]), help="Le jour qu'il est pour la banque.")
@click.option("--once", is_flag=True, help="Fait le travail d'un jour et s'arrête.")
@click.option("--form", type=click.Choice(["02", "08"]), default="08", show_default=True,
              help="Version de ses relevés.")  # fmt: skip
@click.option("--return-days", type=click.IntRange(0, 60), default=3, show_default=True,
              help="Jours avant qu'un virement revienne.")  # fmt: skip
@click.option("--rate", "rates", multiple=True, metavar="NOM=P",
              help="Probabilité d'un écart, de 0 à 1 : rejected, returned, entry_twice, statement_twice, "
                   "amount_changed, unknown.")  # fmt: skip
@click.option("--seed", type=int, default=0, show_default=True, help="Graine du hasard.")
def bank(
    home: Path,
    day: dt.datetime | None,
    once: bool,
    form: str,
    return_days: int,
    rates: tuple[str, ...],
    seed: int,
) -> None:
    """Une banque : prend les fichiers pain.001 de in/, et rend dans out/ ce qu'elle en a fait."""
    from recours.refunds.providers.sepa.simulator.bank import Bank, UnknownMischief  # slow import
    from recours.simulators.journal import InUse

    try:
        wanted = {name: float(value) for name, value in _pairs(rates)}
        opened = Bank(home, seed=seed, rates=wanted, return_days=return_days, form=form)
    except InUse:
        raise click.ClickException(f"Une autre banque tient déjà son journal dans {home}.") from None
    except UnknownMischief as error:
        raise click.ClickException(f"Écart de conduite inconnu : {error}") from None
    except ValueError as error:
        raise click.ClickException(f"Probabilité illisible : {error}") from None
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(0))
    with contextlib.closing(opened):
        while True:
            today = day.date() if day else dt.datetime.now().astimezone().date()
            for path in opened.open_for(today):
                click.echo(str(path))
            if once:
                return
            time.sleep(1)


@command.command()
@click.option("--port", type=click.IntRange(0, 65535), default=8104, show_default=True,
              help="Port d'écoute ; 0 en choisit un et l'affiche.")  # fmt: skip
@click.option("--home", type=click.Path(path_type=Path, file_okay=False), required=True,
              help="Dossier de son journal.")  # fmt: skip
@click.option("--secret", default="secret", show_default=True, help="La clé qui signe les demandes de jeton.")
@click.option("--webhook", default="", help="Adresse à laquelle il annonce ce que deviennent les lettres.")
@click.option("--webhook-secret", default="", help="La clé qu'il donne à chaque annonce.")
@click.option("--rate", "rates", multiple=True, metavar="NOM=P",
              help="Probabilité d'un écart, de 0 à 1 (held, reset, garbage, deaf, hook_twice…).")  # fmt: skip
@click.option("--measure", "measures", multiple=True, metavar="NOM=N",
              help="Mesure d'un écart (hold_seconds, print_seconds, late_seconds…).")  # fmt: skip
@click.option("--quiet", is_flag=True, help="N'affiche pas son adresse.")
@click.option("--seed", type=int, default=0, show_default=True, help="Graine du hasard.")
def letters(
    port: int,
    home: Path,
    secret: str,
    webhook: str,
    webhook_secret: str,
    rates: tuple[str, ...],
    measures: tuple[str, ...],
    quiet: bool,
    seed: int,
) -> None:
    """Répond comme Merci facteur, tient son propre journal, et peut perdre ses réponses (docs/posting.md)."""
    from recours.posting.providers.merci_facteur.simulator.server import Simulator  # slow import
    from recours.simulators.journal import InUse
    from recours.simulators.mischief import UnknownMischief

    try:
        simulator = Simulator(home, port=port, secret=secret, webhook=webhook, webhook_secret=webhook_secret)
        wanted: dict[str, Any] = {name: float(value) for name, value in _pairs(measures)}
        wanted["rates"] = {name: float(value) for name, value in _pairs(rates)}
        simulator.behave({**wanted, "seed": seed})
    except InUse:
        raise click.ClickException(f"Un autre simulateur tient déjà son journal dans {home}.") from None
    except OSError as error:
        raise click.ClickException(f"{port} : {error.strerror}") from None
    except (UnknownMischief, ValueError) as error:
        raise click.ClickException(f"Écart de conduite inconnu : {error}") from None
    simulator.hooks.start()
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(0))
    if not quiet:
        click.echo(simulator.address)
        sys.stdout.flush()
    try:
        simulator.serve_forever()
    except KeyboardInterrupt:
        sys.exit(0)


def _of_meta(port: int) -> Callable[[Callable[..., None]], click.Command]:
    """A simulator of one of Meta's services, with the options that they have in common."""
    options = (
        click.option("--port", type=click.IntRange(0, 65535), default=port, show_default=True,
                     help="Port d'écoute ; 0 en choisit un et l'affiche."),
        click.option("--host", default="127.0.0.1", show_default=True, help="Adresse d'écoute."),
        click.option("--home", type=click.Path(path_type=Path, file_okay=False), required=True,
                     help="Dossier de son journal."),
        click.option("--webhook", default="", help="Adresse à laquelle il annonce ce qui se passe."),
        click.option("--secret", default="", help="Secret de l'application, qui signe ces annonces."),
        click.option("--hold-seconds", type=float, default=30, show_default=True,
                     help="Combien de temps il retient une réponse avant de la perdre."),
        click.option("--quiet", is_flag=True, help="N'affiche pas son adresse."),
    )  # fmt: skip

    def dressed(act: Callable[..., None]) -> click.Command:
        for option in reversed(options):
            act = option(act)
        return command.command()(act)

    return dressed


@_of_meta(8105)
def whatsapp(**given: Any) -> None:
    """Répond comme WhatsApp, avec le téléphone d'un client, et peut perdre ses réponses (docs/channels.md)."""
    from recours.channels.providers.whatsapp.simulator import WhatsAppSimulator  # slow import

    _answer_as(WhatsAppSimulator, **given)


@_of_meta(8106)
def messenger(**given: Any) -> None:
    """Répond comme Messenger, avec la fenêtre d'un client, et peut perdre ses réponses (docs/channels.md)."""
    from recours.channels.providers.messenger.simulator import MessengerSimulator  # slow import

    _answer_as(MessengerSimulator, **given)


@_of_meta(8106)
def facebook_page(**given: Any) -> None:
    """Répond comme une page Facebook et son Messenger, avec la page elle-même, et peut perdre ses réponses."""
    from recours.channels.providers.facebook_page.simulator import PageSimulator  # slow import

    _answer_as(PageSimulator, **given)


def _answer_as(
    kind: type[Simulator],
    *,
    port: int,
    host: str,
    home: Path,
    webhook: str,
    secret: str,
    hold_seconds: float,
    quiet: bool,
) -> None:
    """Answer as one of Meta's services until somebody ends it."""
    from recours.simulators.journal import InUse  # slow import

    if webhook and not secret:
        raise click.ClickException("--webhook demande --secret : une annonce sans signature ne vaut rien.")
    try:
        simulator = kind(
            home, host=host, port=port, webhook=webhook, secret=secret, hold_seconds=hold_seconds
        )
    except InUse:
        raise click.ClickException(f"Un autre simulateur tient déjà son journal dans {home}.") from None
    except OSError as error:
        raise click.ClickException(f"{host}:{port} : {error.strerror}") from None
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(0))
    if not quiet:
        click.echo(simulator.address)
        sys.stdout.flush()
    try:
        simulator.serve_forever()
    except KeyboardInterrupt:
        sys.exit(0)


def _pairs(given: tuple[str, ...]) -> list[tuple[str, str]]:
    return [(name, value) for name, _, value in (each.partition("=") for each in given)]
