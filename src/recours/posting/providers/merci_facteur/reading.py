"""What Merci facteur is asked and tells, in its own shapes. Pure."""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import re
from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import parse_qs
from uuid import UUID

import msgspec

from recours.posting.providers import NotCarried, Told
from recours.rules.posting import Step

STEPS = {
    "pris_en_charge": Step.HANDED_IN,
    "attente_au_guichet": Step.PRESENTED,
    "distribue": Step.RECEIVED,
    "distribue_expediteur": Step.RETURNED,
    "archivage_pnd": Step.RETURNED,
}
"""Its words for our steps. It does not tell a refusal from a letter that nobody fetched: both come back."""
PROOFS = {"scan_pdd": ("pdd_base64_pdf", Step.HANDED_IN), "retour_are": ("are_base64_jpeg", Step.RECEIVED)}
MODE = "lrare"
"""Registered on paper, with the acknowledgement scanned. `lrar` sends it to the sender's letter box alone; the
electronic `ere_otp_*` are simple, not qualified (eIDAS art. 43), and `suivi` has no value in law: none is offered."""

_TOWN = re.compile(r"(?P<code>[0-9]{5}) +(?P<town>\S.*)", re.ASCII)
_REFERENCE = re.compile(r"[A-Z2-7]{26}")
TRACKING = re.compile(r"[0-9A-Z]{6,30}")
MOST_DETAILS = 500


class Unreadable(Exception):
    """A webhook is not of the shape that its sender documents."""


def reference(key: UUID) -> str:
    """Return a key as a reference of at most thirty letters and digits."""
    return base64.b32encode(key.bytes).decode().rstrip("=")


def key_of(given: object) -> UUID | None:
    """Return the key that a reference holds, None for one that is not ours."""
    if not isinstance(given, str) or not _REFERENCE.fullmatch(given):
        return None
    try:
        return UUID(bytes=base64.b32decode(f"{given}======"))
    except (binascii.Error, ValueError):
        return None


def place(lines: Sequence[str]) -> dict[str, str]:
    """Return an address as it is asked: every key there, what is not used empty. Raises NotCarried outside France."""
    found = _TOWN.fullmatch(lines[-1])
    if found is None:
        raise NotCarried("not an address in France")
    name, *middle = lines[:-1]
    while len(middle) > 3:  # six lines of 38 are at most four here; it takes three of 90
        middle[-2:] = [f"{middle[-2]}, {middle[-1]}"]
    middle += [""] * (3 - len(middle))
    return {
        "civilite": "",
        "nom": name,
        "prenom": "",
        "societe": "",
        "adresse1": middle[0],
        "adresse2": middle[1],
        "adresse3": middle[2],
        "cp": found["code"],
        "ville": found["town"],
        "pays": "FRANCE",
    }


def told(body: bytes) -> Iterator[Told]:
    """Yield what a webhook tells of our letters; those of others in the same account are passed over.

    Raises Unreadable. What it claims is believed as far as the secret of its sender goes, and no step is taken that
    `rules.posting` refuses.
    """
    try:
        form = parse_qs(body.decode(), max_num_fields=10)
        event = msgspec.json.decode(form["event"][0])
        details = msgspec.json.decode(form["detail"][0])
        at = dt.datetime.fromtimestamp(int(event["date_event"]), dt.UTC)
    except (
        KeyError,
        IndexError,
        TypeError,
        ValueError,
        OverflowError,
        OSError,
        msgspec.DecodeError,
    ) as error:
        raise Unreadable(str(error)) from error
    if not isinstance(details, list) or len(details) > MOST_DETAILS:
        raise Unreadable("detail is not a list")
    for detail in details:
        if isinstance(detail, dict) and (key := key_of(detail.get("ref_interne"))) is not None:
            yield _told(key, detail, at)


def _told(key: UUID, detail: dict[str, Any], at: dt.datetime) -> Told:
    status = str(detail.get("statut_courrier"))[:40]
    field, step = PROOFS.get(status, ("", STEPS.get(status)))
    number = detail.get("tracking_number")
    return Told(
        key=key,
        status=status,
        at=at,
        step=step,
        ref=str(detail.get("id_envoi") or "")[:100],
        tracking=number if isinstance(number, str) and TRACKING.fullmatch(number) else "",
        proof=_decoded(detail.get(field)) if field else b"",
    )


def _decoded(given: object) -> bytes:
    try:
        return base64.b64decode(given, validate=True) if isinstance(given, str) else b""
    except (binascii.Error, ValueError):
        return b""
