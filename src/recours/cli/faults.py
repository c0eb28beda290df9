"""`./run faults`: whole claims led to their refunds while processes are killed and wires are cut."""

import importlib
import importlib.util
import secrets
import sys
from pathlib import Path

import click

from recours.cli.checkout import checkout


@click.command()
@click.option(
    "--lifecycles",
    type=click.IntRange(1),
    default=300,
    show_default=True,
    help="Réclamations menées à terme.",
)
@click.option("--seed", type=int, default=None, help="Graine du hasard ; la même rejoue le même déroulement.")
@click.option(
    "--keep",
    type=click.Path(path_type=Path, file_okay=False),
    help="Dossier où garder les journaux (ce qu'a fait le prestataire, ce qui a été dit à chacun).",
)
@click.option("--json", "as_json", is_flag=True, help="Un objet JSON, pour une machine.")
def command(lifecycles: int, seed: int | None, keep: Path | None, as_json: bool) -> None:
    """Mène des réclamations jusqu'au remboursement pendant que tout tombe, puis vérifie que rien ne manque."""
    # faults/recours_faults/__init__.py offers `main`, the status to leave with.
    sys.path.insert(0, str(checkout() / "faults"))
    if importlib.util.find_spec("recours_faults") is None:
        raise click.ClickException("Cette copie du dépôt n'a pas de dossier faults/.")
    rig = importlib.import_module("recours_faults")
    sys.exit(
        rig.main(
            lifecycles=lifecycles,
            seed=secrets.randbelow(1 << 31) if seed is None else seed,
            keep=keep,
            as_json=as_json,
        )
    )
