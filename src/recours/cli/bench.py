"""`./run bench`: the measures of speed, each a ratio taken within one run."""

import importlib.util
import sys

import click

from recours.cli.checkout import checkout


@click.command()
@click.argument("names", nargs=-1, metavar="[NOM]...")
@click.option("--json", "as_json", is_flag=True, help="Un objet JSON par mesure, pour une machine.")
def command(names: tuple[str, ...], as_json: bool) -> None:
    """Mesure tout, ou les mesures nommées. La liste : `./run bench list`."""
    # bench/recours_bench/__init__.py offers `main(names, *, as_json) -> int`, the status to leave with.
    sys.path.insert(0, str(checkout() / "bench"))
    if importlib.util.find_spec("recours_bench") is None:
        raise click.ClickException("Cette copie du dépôt n'a pas de dossier bench/.")
    sys.exit(importlib.import_module("recours_bench").main(names, as_json=as_json))
