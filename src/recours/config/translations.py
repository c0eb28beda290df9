"""Making the compiled catalogues (.mo), which the repository does not keep, from the written ones (.po)."""

import os
from collections.abc import Iterator
from pathlib import Path

import polib

LOCALE = Path(__file__).resolve().parent.parent / "locale"


def stale_catalogues(folder: Path = LOCALE) -> Iterator[Path]:
    """Yield each .po whose .mo is missing or older."""
    for po in sorted(folder.glob("*/LC_MESSAGES/*.po")):
        mo = po.with_suffix(".mo")
        if not mo.exists() or mo.stat().st_mtime < po.stat().st_mtime:
            yield po


def compile_catalogues(folder: Path = LOCALE) -> list[Path]:
    """Compile the stale catalogues and return them. Raises OSError where the folder is not writable."""
    done = []
    for po in stale_catalogues(folder):
        # Beside, then in one step into place: a process that starts meanwhile reads a whole catalogue.
        draft = po.with_suffix(f".{os.getpid()}.new")
        polib.pofile(str(po)).save_as_mofile(str(draft))
        draft.replace(po.with_suffix(".mo"))
        done.append(po)
    return done
