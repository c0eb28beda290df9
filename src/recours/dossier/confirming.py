"""Whether a copy that somebody holds was handed out here, and still says what the database says."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from msgspec import Struct

from recours.claims.models import ClaimEvent
from recours.dossier.models import DossierCopy
from recours.dossier.offline import verify
from recours.dossier.queries import copy_with
from recours.rules.wording import Lang, say

_ZIP = b"PK\x03\x04"


class Confirmed(Struct, frozen=True, kw_only=True):
    """What is known of a copy, and what is wrong with it; nothing wrong and no `known` cannot be."""

    known: DossierCopy | None
    wrong: list[str]


def confirm(path: Path, lang: Lang) -> Confirmed:
    """Compare a PDF or a ZIP with what this installation remembers, and the ZIP's events with the database's.

    Raises OSError, and verify.NoDossier for a ZIP that is none of ours.
    """
    with path.open("rb") as file:
        is_zip = file.read(4) == _ZIP
    return _zip(path, lang) if is_zip else _known(hashlib.sha256(path.read_bytes()).hexdigest(), lang)


def _known(sha256: str, lang: Lang) -> Confirmed:
    found = copy_with(sha256)
    wrong = [] if found else [say(lang, "dossier.manifest_unknown", sha256=sha256)]
    return Confirmed(known=found, wrong=wrong)


def _zip(path: Path, lang: Lang) -> Confirmed:
    source = verify.Archive(str(path))
    try:
        findings, _, sha256 = verify.check(source)
        events: list[dict[str, Any]] = []
        if not findings:
            with source.open(verify.JOURNAL) as file:
                events = json.load(file)["events"]
    finally:
        source.close()
    words = verify.WORDS[lang]
    wrong = [
        say(lang, "said.of", what=name, said=words[what])
        if event is None
        else words["event"] % (event, words[what])
        for name, what, event in findings
    ]
    remembered = _known(sha256, lang)
    if events and remembered.known is not None:
        wrong += _differences(remembered.known, events, lang)
    return Confirmed(known=remembered.known, wrong=[*wrong, *remembered.wrong])


def _differences(known: DossierCopy, events: list[dict[str, Any]], lang: Lang) -> list[str]:
    rows = ClaimEvent.objects.filter(claim_id=known.claim_id, seq__lte=known.seq)
    kept = {seq: bytes(found).hex() for seq, found in rows.values_list("seq", "hash")}
    wrong = []
    for event in events:
        seq = event["seq"]
        if seq not in kept:
            wrong.append(say(lang, "dossier.event_unknown", seq=seq))
        elif kept[seq] != event["hash"]:
            wrong.append(say(lang, "dossier.event_differs", seq=seq))
    if kept.get(known.seq) != bytes(known.head_hash).hex():
        wrong.append(say(lang, "dossier.head_differs", seq=known.seq))
    return wrong
