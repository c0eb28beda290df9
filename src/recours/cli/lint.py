"""`./run lint`: every check of the code, all of them even when one fails."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import click

from recours.cli import generated, messages
from recours.cli.checkout import checkout

Check = Callable[[Path], str]
"""Returns what is wrong, or an empty text."""


def tool(*arguments: str, **environment: str) -> Check:
    """A check that is a program: it complains by its status, and says why on its output."""

    def run(root: Path) -> str:
        done = subprocess.run(
            [sys.executable, *arguments],
            cwd=root,
            env=os.environ | {"PYTHONPATH": str(root / "src")} | environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        return (done.stdout.strip() or f"status {done.returncode}") if done.returncode else ""

    return run


def check_translations(root: Path) -> str:
    try:
        found = messages.complaints(root)
    except messages.GettextMissing:
        return "GNU gettext is not installed: sudo apt install gettext (or brew install gettext)."
    return "\n".join(
        [*found, f"{messages.CATALOGUE}: ./run lint --write gathers the sentences anew."] if found else []
    )


def check_generated(root: Path) -> str:
    found = generated.outdated(root)
    return "\n".join(f"{path} is not what the code says: ./run lint --write" for path in found)


DJANGO = {"DJANGO_SETTINGS_MODULE": "recours.config.settings", "RECOURS_TEST": "1"}
IMPORT_CONTRACTS = "import sys; from importlinter.cli import lint_imports_command as c; c(['--no-cache'])"
CHECKS: dict[str, Check] = {
    "ruff": tool("-m", "ruff", "check", "--quiet", "--output-format", "concise"),
    "format": tool("-m", "ruff", "format", "--check", "--quiet"),
    "types": tool("-m", "mypy", "--no-error-summary", **DJANGO),
    "imports": tool("-c", IMPORT_CONTRACTS),
    "django": tool("-W", "ignore", "-m", "django", "check", "--fail-level", "WARNING", **DJANGO),
    # No database is there to compare with, which Django warns about and which does not matter here.
    "migrations": tool("-W", "ignore", "-m", "django", "makemigrations", "--check", "--dry-run", **DJANGO),
    "translations": check_translations,
    "generated": check_generated,
}


@click.command()
@click.argument("names", nargs=-1, type=click.Choice(list(CHECKS)))
@click.option(
    "--write",
    is_flag=True,
    help="Met d'abord en forme le code, les fichiers produits et le catalogue anglais.",
)
def command(names: tuple[str, ...], write: bool) -> None:
    """Tous les contrôles du code, ou ceux qui sont nommés."""
    root = checkout()
    if write:
        for arguments in (("check", "--fix", "--quiet", "--exit-zero"), ("format", "--quiet")):
            tool("-m", "ruff", *arguments)(root)
        generated.write_all(root)
        try:
            messages.update(root)
        except messages.GettextMissing:
            click.echo("gettext is missing: the English catalogue is left as it is.", err=True)
    chosen = names or tuple(CHECKS)
    # Two at a time: the types take as long as all others together.
    with ThreadPoolExecutor(max_workers=2) as pool:
        passed = list(pool.map(lambda name: _passes(name, root), chosen))
    failed = [name for name, well in zip(chosen, passed, strict=True) if not well]
    if failed:
        raise click.ClickException(f"lint: {', '.join(failed)}")
    click.echo("lint: all is well.")


def _passes(name: str, root: Path) -> bool:
    started = time.monotonic()
    wrong = CHECKS[name](root)
    said = f"{'FAIL' if wrong else 'ok':4} {name} ({time.monotonic() - started:.1f} s)"
    if wrong:
        said += "\n     " + wrong.replace("\n", "\n     ")
    click.echo(said)  # in one piece: another check may speak at the same time
    return not wrong
