"""The check that every visible sentence exists in English; the French ones are the keys themselves.

But for those that count something: without a French catalogue gettext would choose between their two forms as English
does, and write "0 réclamations". So these are kept for French too, each form under itself.
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import polib

CATALOGUE = Path("src/recours/locale/en/LC_MESSAGES/django.po")
COUNTED = Path("src/recours/locale/fr/LC_MESSAGES/django.po")
TOOLS = ("xgettext", "msgmerge", "msguniq", "msgattrib")
GATHER = """
import sys
import django
from django.conf import settings
from django.core.management import call_command
settings.configure(LOCALE_PATHS=[sys.argv[1]], LANGUAGE_CODE="fr")
django.setup()
call_command("makemessages", locale=["en"], no_location=True, no_wrap=True, no_obsolete=True)
"""
"""Run by a Python of its own: none of our applications need be loaded to read their sentences."""


class GettextMissing(Exception):
    """GNU gettext is not installed, so the sentences cannot be gathered."""


def gathered(root: Path) -> polib.POFile:
    """Return the catalogue as it would be if gathered anew from the code and the templates of `root`.

    Works on a copy: the tree is left as it is. Raises GettextMissing.
    """
    if not all(shutil.which(tool) for tool in TOOLS):
        raise GettextMissing
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "src"
        shutil.copytree(root / "src", copy, ignore=shutil.ignore_patterns("__pycache__", "*.mo", "vendor"))
        (copy / "recours" / "locale").mkdir(exist_ok=True)
        done = subprocess.run(
            [sys.executable, "-c", GATHER, str(copy / "recours" / "locale")],
            cwd=copy / "recours",
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(done.stdout + done.stderr)
        path = Path(folder) / CATALOGUE
        return polib.pofile(str(path)) if path.exists() else polib.POFile()


def complaints(root: Path) -> list[str]:
    """Return what is wrong with the English catalogue, one line each. Raises GettextMissing."""
    fresh = gathered(root)
    written = polib.pofile(str(root / CATALOGUE)) if (root / CATALOGUE).exists() else polib.POFile()
    known = {_key(entry) for entry in written}
    found = []
    for entry in fresh:
        if _key(entry) not in known:
            found.append(f"missing: {entry.msgid!r}")
        elif entry.fuzzy:
            found.append(f"fuzzy: {entry.msgid!r}")
        elif not entry.translated():
            found.append(f"not translated: {entry.msgid!r}")
    wanted = {_key(entry) for entry in fresh}
    found += [
        f"no longer used: {entry.msgid!r}"
        for entry in written
        if not entry.obsolete and _key(entry) not in wanted
    ]
    if (root / CATALOGUE).exists():
        done = subprocess.run(
            ["msgfmt", "--check-format", "--output-file=/dev/null", str(root / CATALOGUE)],
            capture_output=True,
            text=True,
            check=False,
        )
        found += done.stderr.splitlines() if done.returncode else []
    return [*found, *_counted_otherwise(root, fresh)]


def _counted_otherwise(root: Path, fresh: polib.POFile) -> list[str]:
    wanted = {_key(entry): entry.msgstr_plural for entry in _counted(fresh)}
    there = polib.pofile(str(root / COUNTED)) if (root / COUNTED).exists() else polib.POFile()
    written = {_key(entry): entry.msgstr_plural for entry in there}
    return [
        f"not counted in French: {key[1]!r}"
        for key in sorted(wanted.keys() | written.keys(), key=str)
        if wanted.get(key) != written.get(key)
    ]


def update(root: Path) -> None:
    """Write the catalogues anew: new sentences come empty, translations stay. Raises GettextMissing."""
    fresh = gathered(root)
    _write(
        root / CATALOGUE,
        fresh,
        header="English texts of the pages; the keys are the French ones. `./run lint --write` gathers them.",
        language="en",
        plural="n != 1",
    )
    _write(
        root / COUNTED,
        _counted(fresh),
        header="The French sentences that count something, under themselves. `./run lint --write` writes them.",
        language="fr",
        plural="n > 1",
    )


def _counted(fresh: polib.POFile) -> polib.POFile:
    french = polib.POFile()
    french.extend(
        polib.POEntry(
            msgctxt=entry.msgctxt,
            msgid=entry.msgid,
            msgid_plural=entry.msgid_plural,
            msgstr_plural={0: entry.msgid, 1: entry.msgid_plural},
            flags=[flag for flag in entry.flags if flag != "fuzzy"],
        )
        for entry in fresh
        if entry.msgid_plural and not entry.obsolete
    )
    return french


def _write(path: Path, catalogue: polib.POFile, *, header: str, language: str, plural: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    catalogue.header = header
    catalogue.metadata_is_fuzzy = False
    catalogue.metadata = {
        "Language": language,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": f"nplurals=2; plural=({plural});",
    }
    catalogue.wrapwidth = 10_000
    catalogue.save(str(path))


def _key(entry: polib.POEntry) -> tuple[str | None, str, str]:
    return (entry.msgctxt, entry.msgid, entry.msgid_plural)
