"""Where the source lies, for the commands that need a checkout and not only an installation."""

from pathlib import Path

import click


def checkout() -> Path:
    """Return the root of the checkout. Raises a plain message where Recours was installed as a package."""
    root = Path(__file__).resolve().parents[3]
    if not (root / "pyproject.toml").exists() or not (root / "tests").exists():
        raise click.ClickException("Cette commande ne marche que dans une copie du dépôt : ./run …")
    return root
