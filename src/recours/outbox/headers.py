"""What stands at the head of a mail: cleaned words, the thread, where it comes back to, and the link that stops it."""

from __future__ import annotations

import base64
import re
import unicodedata
from uuid import UUID

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac

NAME_MOST, SUBJECT_MOST = 80, 200
"""Characters of a name and of a subject that are sent."""

_BREAKS = re.compile(r"[\x00-\x20\x7f-\x9f\u2028\u2029]+")
_BOUNCE_SALT = "recours.outbox.bounces"
_BOUNCE = re.compile(r"\+([0-9a-f]{32})\.([a-z2-7]{16})@", re.IGNORECASE)
_STOP_SALT = "recours.outbox.stop"


class BadStopLink(Exception):
    """Forged, or altered on its way."""


def clean(text: str, most: int) -> str:
    """Return `text` as one line fit for a header, of at most `most` characters.

    Line breaks and control characters become a space: otherwise a name could begin a header of its own. Marks that turn
    the direction of writing go too: with them a name can look like another.
    """
    kept = "".join(
        sign for sign in text if unicodedata.category(sign) not in {"Cf", "Cs"} or sign == "\u200d"
    )
    line = _BREAKS.sub(" ", kept).strip()
    return line if len(line) <= most else line[: most - 1].rstrip() + "…"


def thread_root(topic: str) -> str:
    """Return the Message-ID that all mails of a topic answer, so that mail programs show them as one thread.

    No mail has it: whichever of them arrives first, the others stand beside it.
    """
    return f"<{topic.replace(':', '.')}@{settings.MAIL_DOMAIN}>"


def bounce_address(mail_id: UUID) -> str:
    """Return the envelope sender of one mail; the site's own where no bounces are read."""
    if not settings.BOUNCE_ADDRESS:
        return str(settings.SERVER_EMAIL)
    name, _, domain = settings.BOUNCE_ADDRESS.rpartition("@")
    return f"{name}+{mail_id.hex}.{_seal(mail_id)}@{domain}"


def find_bounced(address: str) -> UUID | None:
    """Return which mail came back to this address; None for one that is altered or was never ours."""
    found = _BOUNCE.search(address)
    if found is None:
        return None
    mail_id = UUID(found[1])
    return mail_id if constant_time_compare(found[2].lower(), _seal(mail_id)) else None


def stop_link(user_id: UUID, kind: str) -> str:
    """Return the address that stops mails of a kind for somebody, without signing in.

    It never expires: a mail is kept for years, and all that the link can do is to spare its reader a mail.
    """
    signed = Signer(salt=_STOP_SALT).sign_object([user_id.hex, kind])
    return f"{settings.SITE_URL}{reverse('notices:stop', args=[signed])}"


def read_stop_link(signed: str) -> tuple[UUID, str]:
    """Return whom and which kind a stop link is about. Raises BadStopLink."""
    try:
        user_id, kind = Signer(salt=_STOP_SALT).unsign_object(signed)
        return UUID(user_id), str(kind)
    except (BadSignature, ValueError, TypeError, AttributeError) as error:
        raise BadStopLink from error


def _seal(mail_id: UUID) -> str:
    digest = salted_hmac(_BOUNCE_SALT, mail_id.hex, algorithm="sha256").digest()
    return base64.b32encode(digest[:10]).decode().lower()
