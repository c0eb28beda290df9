#!/usr/bin/env python3
"""Vérifie un dossier de Recours, sans connexion et sans rien installer (Python 3.8 ou plus récent).

    python3 verify.py                  le dossier dans lequel se trouve ce programme
    python3 verify.py DOSSIER.zip      un dossier tel qu'il a été téléchargé
    python3 verify.py DOSSIER/ --lang en

Checks a Recours dossier, offline and with nothing to install. It says which file was changed, is missing, or
does not belong. Exit code: 0 all is as it was made, 1 something is not, 2 this is no dossier that can be read.

What it proves: the files are those of the manifest, and the events are an unbroken chain that ends in the seal
printed in dossier.pdf. That the marketplace handed out this very copy, it alone can confirm.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import json
import os
import re
import stat
import struct
import sys
import zipfile
from typing import Any, Optional, Tuple

MANIFEST = "manifest.json"
JOURNAL = "journal.json"
SEALED = re.compile(rb'\A(.*),\n"seal": "([0-9a-f]{64})"\n}\n\Z', re.DOTALL)
LARGEST_TEXT = 256 * 1024 * 1024
"""Bytes of a manifest or a journal; more is no dossier of ours, and would fill the memory."""
GENESIS = bytes(32)

Finding = Tuple[str, str, Optional[int]]
"""A file, what is wrong with it (a key of WORDS), and the number of an event within it."""

WORDS: dict[str, dict[str, str]] = {
    "fr": {
        "changed": "modifié",
        "missing": "absent",
        "unknown": "ne fait pas partie du dossier",
        "twice": "présent deux fois",
        "unreadable": "illisible",
        "event": "événement %s : %s",
        "chain": "la chaîne des événements est rompue",
        "head": "la chaîne ne finit pas par l'empreinte du manifeste",
        "lost": "n'était déjà plus dans le stockage quand le dossier a été établi",
        "withheld": "n'est pas dans cette copie : la place de marché le retient",
        "no_dossier": "Ce n'est pas un dossier de Recours : %s",
        "no_manifest": "manifest.json n'y est pas, ou n'est pas de nous",
        "version": "sa version (%s) est inconnue de ce programme",
        "good": "Intact : %d fichiers, %d événements, réclamation %s.",
        "seal": "Empreinte de la chaîne, à comparer à celle du PDF : %s",
        "own": "Empreinte de manifest.json, que la place de marché peut confirmer : %s",
        "bad": "%d anomalie(s). Ce dossier n'est pas tel qu'il a été remis.",
    },
    "en": {
        "changed": "changed",
        "missing": "missing",
        "unknown": "does not belong to the dossier",
        "twice": "present twice",
        "unreadable": "cannot be read",
        "event": "event %s: %s",
        "chain": "the chain of events is broken",
        "head": "the chain does not end in the seal of the manifest",
        "lost": "was already gone from the store when the dossier was made",
        "withheld": "is not in this copy: the marketplace withholds it",
        "no_dossier": "This is no Recours dossier: %s",
        "no_manifest": "manifest.json is not there, or is none of ours",
        "version": "its version (%s) is unknown to this program",
        "good": "Intact: %d files, %d events, claim %s.",
        "seal": "Seal of the chain, to be compared with the PDF's: %s",
        "own": "SHA-256 of manifest.json, which the marketplace can confirm: %s",
        "bad": "%d finding(s). This dossier is not as it was handed out.",
    },
}


class NoDossier(Exception):
    """There is nothing here that can be checked."""


class Folder:
    """A dossier that was unpacked. Links are not followed, and nothing but plain files is opened."""

    def __init__(self, path: str) -> None:
        self.path = path

    def names(self) -> list[str]:
        found = []
        for folder, folders, files in os.walk(self.path):
            links = [name for name in folders if os.path.islink(os.path.join(folder, name))]
            folders[:] = sorted(name for name in folders if name not in links and name != "__pycache__")
            for name in files + links:
                found.append(os.path.relpath(os.path.join(folder, name), self.path).replace(os.sep, "/"))
        return sorted(found)

    def open(self, name: str) -> Any:
        path = os.path.join(self.path, *name.split("/"))
        inside = os.path.realpath(self.path) + os.sep
        if not stat.S_ISREG(os.lstat(path).st_mode) or not os.path.realpath(path).startswith(inside):
            raise OSError("not a plain file")
        return open(path, "rb")

    def close(self) -> None:
        pass


class Archive:
    """A dossier as it was downloaded. Nothing is ever unpacked to the disk."""

    def __init__(self, path: str) -> None:
        try:
            self.zip = zipfile.ZipFile(path)
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, struct.error) as error:
            raise NoDossier(str(error)) from error

    def names(self) -> list[str]:
        return [info.filename for info in self.zip.infolist()]

    def open(self, name: str) -> Any:
        info = self.zip.getinfo(name)
        if info.compress_type != zipfile.ZIP_STORED or info.flag_bits & 1:
            raise OSError("not stored plainly")
        return self.zip.open(info)

    def close(self) -> None:
        self.zip.close()


UNREADABLE = (
    OSError,
    ValueError,
    KeyError,
    EOFError,
    RuntimeError,
    NotImplementedError,
    struct.error,
    zipfile.BadZipFile,
)


def main(arguments: list[str] | None = None) -> int:
    """Check the dossier that the command line names, say what was found, and return the exit code."""
    here = os.path.dirname(os.path.abspath(__file__))
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("dossier", nargs="?", default=here)
    parser.add_argument("--lang", choices=sorted(WORDS), default=_language())
    options = parser.parse_args(arguments)
    words = WORDS[options.lang]
    out = io.TextIOWrapper(sys.stdout.buffer, encoding="utf-8", errors="replace", line_buffering=True)
    try:
        source = Folder(options.dossier) if os.path.isdir(options.dossier) else Archive(options.dossier)
        try:
            findings, manifest, own = check(source)
        finally:
            source.close()
    except NoDossier as error:
        reason = str(error)
        print(words["no_dossier"] % words.get(reason, plain(reason)), file=out)
        out.detach()
        return 2
    colon = " : " if options.lang == "fr" else ": "
    for name, what, event in findings:
        said = words[what] if event is None else words["event"] % (event, words[what])
        print(plain(name) + colon + said, file=out)
    for each in manifest.get("absent", []):
        print(plain(each["path"]) + colon + words.get(each["why"], plain(str(each["why"]))), file=out)
    if findings:
        print(words["bad"] % len(findings), file=out)
    else:
        claim = manifest["claim"]
        print(words["good"] % (len(manifest["files"]) + 1, claim["seq"], plain(claim["reference"])), file=out)
        print(words["seal"] % claim["head_hash"], file=out)
        print(words["own"] % own, file=out)
    out.detach()
    return 1 if findings else 0


def check(source: Folder | Archive) -> tuple[list[Finding], dict[str, Any], str]:
    """Return what is wrong, the manifest, and the manifest's own hash. Raises NoDossier."""
    names = source.names()
    findings: list[Finding] = [
        (name, "twice", None) for name in sorted({n for n in names if names.count(n) > 1})
    ]
    if MANIFEST not in names:
        raise NoDossier("no_manifest")
    content = _read(source, MANIFEST) or b""
    own = hashlib.sha256(content).hexdigest()
    manifest = _manifest(content)
    if manifest is None:
        return [*findings, (MANIFEST, "changed", None)], {"files": [], "absent": []}, own
    told = {each["path"]: each for each in manifest["files"]}
    for path in sorted(told):
        if path not in names:
            findings.append((path, "missing", None))
        elif not _is_as_told(source, told[path]):
            findings.append((path, "changed", None))
    findings += [
        (name, "unknown", None) for name in sorted(set(names)) if name not in told and name != MANIFEST
    ]
    if JOURNAL in names and JOURNAL in told:
        findings += _chain(_read(source, JOURNAL) or b"", manifest["claim"])
    return findings, manifest, own


def link(previous: bytes, claim_id: bytes, seq: int, recorded_at: int, body: bytes) -> bytes:
    """Return the hash (32 bytes) of one event, chained to the one before; `recorded_at` in microseconds since 1970."""
    head = previous + claim_id + seq.to_bytes(4, "big") + recorded_at.to_bytes(8, "big", signed=True)
    return hashlib.sha256(head + body).digest()


def _chain(content: bytes, claim: dict[str, Any]) -> list[Finding]:
    """Return what is wrong with the journal. An event without a body is withheld from this copy; its hash is not."""
    try:
        journal = json.loads(content.decode("utf-8"))
        claim_id = bytes.fromhex(claim["id"].replace("-", ""))
        previous = GENESIS
        for number, event in enumerate(journal["events"], start=1):
            declared = bytes.fromhex(event["hash"])
            if event["seq"] != number:
                return [(JOURNAL, "chain", number)]
            if event["body"] is not None:
                made = link(previous, claim_id, number, event["recorded_at"], event["body"].encode("utf-8"))
                if made != declared:
                    return [(JOURNAL, "changed", number)]
            previous = declared
        if previous.hex() != claim["head_hash"] or len(journal["events"]) != claim["seq"]:
            return [(JOURNAL, "head", None)]
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError):
        return [(JOURNAL, "unreadable", None)]
    return []


def _manifest(content: bytes) -> dict[str, Any] | None:
    """Return the manifest; None where its seal does not hold, so that a byte of it was changed."""
    found = SEALED.match(content)
    if not found or hashlib.sha256(found.group(1)).hexdigest().encode() != found.group(2):
        return None
    try:
        manifest: dict[str, Any] = json.loads(content.decode("utf-8"))["manifest"]
        if manifest["format"] != "recours-dossier":
            raise NoDossier("no_manifest")
        if manifest["version"] != 1:
            raise NoDossier(WORDS[_language()]["version"] % plain(str(manifest["version"])))
        for each in manifest["files"]:
            if not isinstance(each["path"], str) or not isinstance(each["size"], int):
                raise NoDossier("no_manifest")
        return manifest
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise NoDossier("no_manifest") from error


def _is_as_told(source: Folder | Archive, told: dict[str, Any]) -> bool:
    """Whether a file has the size and the hash of the manifest. Reads no more than that size, and one byte."""
    digest, left = hashlib.sha256(), int(told["size"])
    try:
        with source.open(told["path"]) as file:
            while left > 0:
                chunk = file.read(min(left, 1 << 20))
                if not chunk:
                    return False
                digest.update(chunk)
                left -= len(chunk)
            if file.read(1):
                return False
    except UNREADABLE:
        return False
    return digest.hexdigest() == str(told["sha256"])


def _read(source: Folder | Archive, name: str) -> bytes | None:
    try:
        with source.open(name) as file:
            content = file.read(LARGEST_TEXT + 1)
    except UNREADABLE:
        return None
    return content if len(content) <= LARGEST_TEXT else None


def plain(text: str) -> str:
    """Return a text that a terminal only shows: what it would obey is written as its code."""
    return "".join(char if char.isprintable() else "\\u" + format(ord(char), "04x") for char in text)[:300]


def _language() -> str:
    said = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or "fr"
    return "en" if said.lower().startswith("en") else "fr"


if __name__ == "__main__":
    sys.exit(main())
