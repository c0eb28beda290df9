"""`recours mail ingest FILE…`: mails given as files, looked at on the spot."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from recours.cli.setup import database

LARGEST = 64 * 1024 * 1024
"""Bytes of one file that are read."""


@click.group()
def command() -> None:
    """Reçoit des courriels donnés en fichiers."""


@command.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(allow_dash=True, path_type=Path))
@click.option("--lang", type=click.Choice(["fr", "en"]), default="fr", show_default=True, help="La langue.")
def ingest(files: tuple[Path, ...], lang: str) -> None:
    """Reçoit des courriels (.eml, ou - pour l'entrée standard) et dit ce que chacun est devenu.

    Le même fichier donné deux fois n'est reçu qu'une fois. Le code de sortie est 0 si tous ont été reçus, quoi
    qu'ils soient devenus, et 1 si un fichier n'a pas pu être lu ou gardé.
    """
    failed = 0
    with database():
        for file in files:
            try:
                raw = _read(file)
                said = _ingested(raw, lang)
            except (OSError, click.ClickException) as error:
                words = error.message if isinstance(error, click.ClickException) else error.strerror or error
                click.echo(f"{file}: {words}", err=True)
                failed += 1
                continue
            click.echo(f"{file}: {said}")
    if failed:
        sys.exit(1)


def _read(file: Path) -> bytes:
    if str(file) == "-":
        raw = sys.stdin.buffer.read(LARGEST + 1)
    else:
        with file.open("rb") as opened:
            raw = opened.read(LARGEST + 1)
    if not raw.strip():
        raise click.ClickException("vide")
    if len(raw) > LARGEST:
        raise click.ClickException("plus de 64 Mo")
    return raw


def _ingested(raw: bytes, lang: str) -> str:
    from recours import clock  # Django must be ready
    from recours.channels.commands import ingest as ingest_mail
    from recours.channels.mail.answers import because
    from recours.channels.models import InboundMail
    from recours.rules.wording import say

    before = InboundMail.objects.count()
    row = ingest_mail(raw, source="command", now=clock.now())
    outcome = f"mail.outcome.{row.outcome}"
    known = InboundMail.objects.count() == before
    parts = [f"{say(lang, outcome)}.", because(row.because, lang)]
    if row.message is not None:
        parts.append(f"→ {row.message.conversation_id}")
    if known:
        parts.append("(déjà reçu)" if lang == "fr" else "(received before)")
    return " ".join(part for part in parts if part)
