"""The hash chain of a claim's events: each hash covers the one before, so that nothing can be changed unseen."""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import Any
from uuid import UUID

import msgspec

from recours.rules.lifecycle.events import AnyEvent, Event

GENESIS = bytes(32)
"""The hash before the first event."""

_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_encode = msgspec.json.Encoder(order="sorted").encode
_decoder: msgspec.json.Decoder[AnyEvent] = msgspec.json.Decoder(AnyEvent)


def encode_event(event: Event) -> bytes:
    """Return the event as canonical JSON: keys sorted, no blanks. What is hashed is exactly what is stored."""
    return _encode(event)


def decode_event(body: bytes | str) -> AnyEvent:
    """Return the event of a stored body. Raises msgspec.ValidationError when it is none."""
    return _decoder.decode(body)


def canonical(body: Any) -> bytes:
    """Return a body as read from jsonb (which keeps no order of keys) in its canonical form."""
    return _encode(body)


def link(previous: bytes, claim_id: UUID, seq: int, recorded_at: dt.datetime, body: bytes) -> bytes:
    """Return the hash (32 bytes) of one event, chained to the previous one.

    `recorded_at` is aware and taken to the microsecond, the precision that PostgreSQL keeps.
    """
    microseconds = (recorded_at - _EPOCH) // dt.timedelta(microseconds=1)
    head = previous + claim_id.bytes + seq.to_bytes(4, "big") + microseconds.to_bytes(8, "big", signed=True)
    return hashlib.sha256(head + body).digest()
