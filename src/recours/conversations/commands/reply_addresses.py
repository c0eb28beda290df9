"""The address by which somebody answers a conversation by mail: one per person and conversation, and not guessable.

The local part is `name+token.seal`: 128 bits of chance from the table, and a keyed hash of them with the
installation's secret, so that who reads the table alone cannot write as anybody. Mail systems fold case, hence base 32.
"""

from __future__ import annotations

import base64
import datetime as dt
import re
import secrets
from uuid import UUID

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

from recours.conversations.models import ReplyAddress
from recours.rules.lifecycle.vocabulary import Role

SALT = "recours.conversations.reply_addresses"
_TOKEN = re.compile(r"\+([a-z2-7]{26})\.([a-z2-7]{16})@", re.IGNORECASE)


def reply_address(
    *, conversation_id: UUID, role: Role, address: str, user_id: UUID | None, now: dt.datetime
) -> str:
    """Return where this person's answers by mail to this conversation go; empty where the site takes none."""
    if not settings.REPLY_ADDRESS:
        return ""
    row, _ = ReplyAddress.objects.get_or_create(
        conversation_id=conversation_id,
        role=role,
        address=address,
        revoked_at=None,
        defaults={"token": _base32(secrets.token_bytes(16)), "user_id": user_id, "made_at": now},
    )
    name, _, domain = settings.REPLY_ADDRESS.rpartition("@")
    return f"{name}+{row.token}.{_seal(row.token)}@{domain}"


def find_reply_address(address: str) -> ReplyAddress | None:
    """Return whose reply address this is; None for one that is altered, revoked or was never ours."""
    found = _TOKEN.search(address)
    if found is None:
        return None
    token, seal = found[1].lower(), found[2].lower()
    if not constant_time_compare(seal, _seal(token)):
        return None
    return (
        ReplyAddress.objects.select_related("conversation", "user")
        .filter(token=token, revoked_at=None)
        .first()
    )


def _seal(token: str) -> str:
    return _base32(salted_hmac(SALT, token, algorithm="sha256").digest()[:10])


def _base32(content: bytes) -> str:
    return base64.b32encode(content).decode().rstrip("=").lower()
