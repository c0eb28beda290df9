"""Hands a template and data to a process of its own, and brings back the PDF."""

from __future__ import annotations

import logging
import re
import shutil
import tempfile
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

import msgspec
from django.utils import translation
from django.utils.translation import gettext

import recours
from recours.rules.wording import Lang
from recours.typesetting import warm
from recours.typesetting.glyphs import printable
from recours.typesetting.warm import Paper, set_paper

log = logging.getLogger(__name__)

Standard = Literal["a-2b", "a-2a", "ua-1", "a-2a+ua-1"]
"""PDF/A-2b: looks the same in thirty years. A-2a: and its structure can be read aloud. PDF/UA-1: made for that."""

SOURCE = Path(recours.__file__).resolve().parent
_TEMPLATE = re.compile(r"([a-z_]+)/([a-z_]+\.typ)")
_FILE = re.compile(r"[a-z0-9][a-z0-9-]*\.(?:jpg|png|svg)")
_NOT_DRAWN = "could not be displayed"


class TypesettingError(Exception):
    """A document could not be set: a defect of its template, or more than the limits allow."""


def typeset(
    template: str,
    data: Mapping[str, Any] | msgspec.Struct,
    *,
    at: datetime,
    lang: Lang = "fr",
    standard: Standard = "a-2b",
    files: Mapping[str, bytes] | None = None,
) -> bytes:
    """Return a PDF. Takes a hundredth of a second and more; the same arguments give the same bytes.

    `template` is "app/name.typ": the file `recours/<app>/typst/<name>.typ`. `data` is what JSON can hold, and reaches
    the template as `data`: its texts are shown letter by letter and never read as markup. `at` is the instant that
    the document bears. `files` are pictures by name ("a-1.jpg"), clean copies or of our own making only, for the
    template's `picture`. Raises TypesettingError.
    """
    found = _TEMPLATE.fullmatch(template)
    if not found:
        raise ValueError(f"not the name of a template: {template!r}")
    with translation.override(lang):
        words = {"page": gettext("page {page} sur {pages}"), "contents": gettext("Sommaire")}
    plain = msgspec.to_builtins(data)
    with tempfile.TemporaryDirectory(prefix="recours-typesetting-") as name:
        folder = Path(name)
        _lay_out(folder / "root", found[1], files or {})
        for cautious in (False, True):
            inputs = {"data": _json(_shown(plain, cautious=cautious)), "words": _json(words), "lang": lang}
            (folder / "inputs.json").write_bytes(msgspec.json.encode(inputs))
            said = _run(folder, template, standard, at)
            if said is None:
                return (folder / "made.pdf").read_bytes()
            if _NOT_DRAWN not in said:
                break
            log.warning("Typst could not draw a text of %s, set again with codes: %s", template, said[:500])
    raise TypesettingError(f"{template}: {said}")


def _lay_out(root: Path, app: str, files: Mapping[str, bytes]) -> None:
    """Put together all that Typst may open: the app's templates, ours, and the pictures."""
    for owner in {app, "typesetting"}:
        shutil.copytree(SOURCE / owner / "typst", root / owner)
    (root / "files").mkdir()
    for name, content in files.items():
        if not _FILE.fullmatch(name):
            raise ValueError(f"not a name for a picture: {name!r}")
        (root / "files" / name).write_bytes(content)


def _run(folder: Path, template: str, standard: Standard, at: datetime) -> str | None:
    """Return None once the PDF is there, or what was said instead."""
    return set_paper(
        Paper(
            folder=str(folder),
            template=template,
            standard=standard,
            timestamp=int(at.timestamp()),
            seconds=warm.SECONDS,
        )
    )


def _shown(value: Any, *, cautious: bool) -> Any:
    """Return the data with each text as it can be printed. Keys are the template's, and stay."""
    match value:
        case str():
            return printable(value, cautious=cautious)
        case dict():
            return {key: _shown(each, cautious=cautious) for key, each in value.items()}
        case list() | tuple():
            return [_shown(each, cautious=cautious) for each in value]
        case _:
            return value


def _json(value: Any) -> str:
    return msgspec.json.encode(value).decode()
