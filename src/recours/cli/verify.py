"""`recours verify`: replay every claim from its events and name the first difference."""

import json
import sys
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from recours.cli.setup import database

if TYPE_CHECKING:
    from recours.claims.verify import Difference

SHOWN = 20
"""Differences printed for a person; --json prints them all."""


@click.command()
@click.option("--claim", "reference", default="", metavar="L-XXXXXXXX", help="Une seule réclamation.")
@click.option("--without-files", is_flag=True, help="Ne relit pas les pièces justificatives.")
@click.option(
    "--sample", type=click.IntRange(min=1), metavar="N", help="Ne relit que N pièces, prises au hasard."
)
@click.option(
    "--dossier",
    "copy",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Un dossier remis, en PDF ou en ZIP : vient-il d'ici, et dit-il ce que dit la base ?",
)
@click.option("--json", "as_json", is_flag=True, help="Le résultat en JSON.")
def command(
    reference: str, without_files: bool, sample: int | None, copy: Path | None, as_json: bool
) -> None:
    """Rejoue chaque réclamation depuis ses événements, puis compare lignes, empreintes, argent et pièces.

    Nomme la première différence de chacune ; sort en erreur s'il y en a.
    """
    if copy is not None:
        _confirm(copy)
    with database():
        verified, found = _verify(reference.strip().upper(), without_files, sample, quiet=as_json)
    if as_json:
        click.echo(
            json.dumps({"claims": verified, "differences": [_plain(each) for each in found]}, indent=2)
        )
    else:
        _show(verified, found)
    sys.exit(bool(found))


def _confirm(path: Path) -> NoReturn:
    """Say whether a copy was handed out by this installation and is unchanged, and end there."""
    with database():
        from recours.dossier.confirming import confirm  # slow import
        from recours.dossier.offline.verify import NoDossier
        from recours.rules.wording import say
        from recours.rules.wording.format import local

        try:
            found = confirm(path, "fr")
        except (NoDossier, OSError) as error:
            raise click.ClickException(f"{path} : ce n'est pas un dossier lisible ({error}).") from error
        known = found.known
        if known is not None:
            made_at = local(known.made_at, known.claim.marketplace.zone)
            role = say("fr", f"role.{known.role}")
            click.echo(
                say("fr", "dossier.known", made_at=made_at, reference=known.claim.reference, role=role)
            )
    for wrong in found.wrong:
        click.echo(f"{click.style('✗', fg='red')} {wrong}")
    if not found.wrong:
        click.echo(f"{click.style('✓', fg='green')} Cette copie est intacte, et la base dit la même chose.")
    sys.exit(bool(found.wrong))


def _verify(
    reference: str, without_files: bool, sample: int | None, *, quiet: bool
) -> tuple[int, list["Difference"]]:
    from recours.claims import verify as claims  # slow import
    from recours.claims import withheld
    from recours.refunds import verify as refunds

    total = claims.number_of_claims(reference)
    if reference and not total:
        raise click.ClickException(f"Il n'y a pas de réclamation {reference}.")
    done = 0
    with click.progressbar(length=total, label="Réclamations", file=sys.stderr, hidden=quiet) as bar:

        def seen(count: int) -> None:
            nonlocal done
            done += count
            bar.update(count)

        found = list(claims.differences(reference, seen=seen))
    files = iter(()) if without_files or reference else _files(sample)
    return done, [*found, *chain(withheld.differences(reference), refunds.differences(reference), files)]


def _files(sample: int | None) -> Iterator["Difference"]:
    from recours.claims.verify import Difference  # slow import
    from recours.files.sweep import faults

    for fault in faults(sample):
        yield Difference(
            what=f"file_{fault.wrong.value}",
            subject=fault.file_id,
            params={"part": fault.part.value, "sha256": fault.sha256},
        )


def _show(verified: int, found: list["Difference"]) -> None:
    for each in found[:SHOWN]:
        click.echo(f"{click.style('✗', fg='red')} {each.sentence('fr')}")
    if len(found) > SHOWN:
        click.echo(f"  … et {len(found) - SHOWN} de plus (--json les donne toutes)")
    mark = click.style("✗", fg="red") if found else click.style("✓", fg="green")
    what = f"{len(found)} différences" if len(found) > 1 else "1 différence" if found else "aucune différence"
    replayed = f"{verified} réclamations rejouées" if verified > 1 else f"{verified} réclamation rejouée"
    click.echo(f"{mark} {replayed}, {what}.")


def _plain(each: "Difference") -> dict[str, object]:
    return {
        "what": each.what,
        "subject": each.subject,
        "event": each.event,
        "params": each.params,
        "sentence": each.sentence("fr"),
    }
