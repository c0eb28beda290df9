"""What servers say of our mails: one bounced (RFC 3464, and those who never read it), or was unwanted (RFC 5965)."""

from __future__ import annotations

import re
from email import message_from_string, policy
from email.message import Message
from enum import StrEnum

from msgspec import Struct

from recours.channels.mail.charsets import decode, decode_field, one_line

_ID = re.compile(r"^\s*(?:>\s*)?(?:X-)?Message-I[dD]:\s*(<[^<>\s]{1,200}>)", re.MULTILINE | re.IGNORECASE)
_ANY_ID = re.compile(r"<[^<>\s@]{1,120}@[^<>\s]{1,120}>")
_STATUS = re.compile(r"\b([245])\.\d{1,3}\.\d{1,3}\b")
_CODE = re.compile(
    r"\b(?:error|code|said:|SMTP|host|remote server|erreur)\D{0,120}?\b([45])\d\d\b", re.IGNORECASE
)
_DELAYED = re.compile(
    r"delayed|will be retried|will keep trying|still being retried|temporarily|retard|nouvelle tentative",
    re.IGNORECASE,
)
_FAILURE_SUBJECT = re.compile(
    r"undeliver|delivery status|delivery (?:has )?fail|mail delivery|returned mail|failure notice|non remis|"
    r"non-remise|échec de (?:la )?remise|échec de distribution|undelivered|delivery incomplete|warning: message",
    re.IGNORECASE,
)
_DAEMON = re.compile(r"mailer-daemon|postmaster|mail-daemon|microsoftexchange", re.IGNORECASE)
_SAID_LONGEST = 600
_OF_A_RECIPIENT = {"final-recipient", "action", "status"}


class Kind(StrEnum):
    HARD = "hard"
    """It will never arrive."""
    SOFT = "soft"
    """It is late, and the server goes on trying."""
    COMPLAINT = "complaint"
    """Its reader marked it as unwanted."""


class Report(Struct, frozen=True, kw_only=True):
    """One report on a mail of ours."""

    kind: Kind
    message_ids: tuple[str, ...] = ()
    """Candidates for the mail's own Message-ID, the likeliest first."""
    recipient: str = ""
    said: str = ""
    """What the server gave as its reason; to be shown as text."""


def read(message: Message, text: str) -> Report | None:
    """Return what this mail reports; None for one that is no report."""
    kind = message.get_content_type()
    wanted = str(message.get_param("report-type") or "").lower() if kind == "multipart/report" else ""
    if wanted == "feedback-report":
        return _complaint(message)
    if wanted == "disposition-notification":
        return None
    status = next(
        (part for part in message.walk() if part.get_content_type() == "message/delivery-status"), None
    )
    if status is not None:
        return _status_report(message, status, text)
    return _in_words(message, text)


def _complaint(message: Message) -> Report:
    fields: dict[str, str] = {}
    for part in message.walk():
        if part.get_content_type() == "message/feedback-report":
            fields = _fields(_source(part))
    return Report(
        kind=Kind.COMPLAINT,
        message_ids=_returned_ids(message),
        recipient=_address(fields.get("original-rcpt-to", "")),
        said=one_line(fields.get("feedback-type", "abuse"), 60),
    )


def _status_report(message: Message, status: Message, text: str) -> Report:
    found: dict[str, str] = {}
    blocks = status.get_payload()
    for block in blocks if isinstance(blocks, list) else [status]:
        fields = _fields(_source(block)) if isinstance(block, Message) else {}
        # Of several recipients, one that failed outweighs those that are late.
        if fields.keys() & _OF_A_RECIPIENT and (
            not found or fields.get("action", "").lower().startswith("failed")
        ):
            found = fields
    action, code = found.get("action", "").lower(), found.get("status", "")
    if action in {"delivered", "relayed", "expanded"}:
        kind = Kind.SOFT
    else:
        late = action.startswith("delayed") or (not action.startswith("failed") and code.startswith("4"))
        kind = Kind.SOFT if late else Kind.HARD
    said = found.get("diagnostic-code", "") or _reason(text, code)
    recipient = found.get("final-recipient", "") or found.get("original-recipient", "")
    return Report(
        kind=kind,
        message_ids=_returned_ids(message),
        recipient=_address(recipient),
        said=one_line(re.sub(r"^\s*smtp;\s*", "", said), _SAID_LONGEST),
    )


def _in_words(message: Message, text: str) -> Report | None:
    """Read a bounce that a server wrote for people: qmail, Exim, old Exchange."""
    sender = str(message.get("From") or "")
    subject = decode_field(str(message.get("Subject") or ""))
    empty = str(message.get("Return-Path") or "").strip() == "<>"
    failed = str(message.get("X-Failed-Recipients") or "")
    if not failed and not ((_DAEMON.search(sender) or empty) and _FAILURE_SUBJECT.search(subject)):
        return None
    late = bool(_DELAYED.search(subject) or ("warning" in subject.lower() and _DELAYED.search(text)))
    status = _STATUS.search(text)
    if status and status[1] == "4" and not failed:
        late = True
    recipient = failed or next(iter(re.findall(r"<([^<>\s@]+@[^<>\s]+)>:?\s*$", text, re.MULTILINE)), "")
    said = next(
        (line.strip() for line in text.splitlines() if _CODE.search(line) or _STATUS.search(line)), ""
    )
    return Report(
        kind=Kind.SOFT if late else Kind.HARD,
        message_ids=_returned_ids(message, text),
        recipient=_address(recipient),
        said=one_line(said or subject, _SAID_LONGEST),
    )


def _returned_ids(message: Message, text: str = "") -> tuple[str, ...]:
    """Return the Message-IDs in what was returned, then those that the report refers to."""
    own = str(message.get("Message-ID") or "").strip()
    found: list[str] = []
    for part in message.walk():
        if part is message:
            continue
        kind = part.get_content_type()
        if kind == "message/rfc822":
            inner = part.get_payload()
            if isinstance(inner, list) and inner and isinstance(inner[0], Message):
                found.append(str(inner[0].get("Message-ID") or "").strip())
        elif kind in {"text/rfc822-headers", "message/rfc822-headers"}:
            found += _ID.findall(_source(part))
    found += _ID.findall(text)
    for name in ("In-Reply-To", "References"):
        found += _ANY_ID.findall(str(message.get(name) or "")[:4000])
    return tuple(dict.fromkeys(one for one in found if one and one != own))[:10]


def _source(part: Message) -> str:
    """Return a part as text, headers included when it was parsed as a message."""
    payload = part.get_payload(decode=True) if not part.is_multipart() else None
    if isinstance(payload, bytes) and payload.strip():
        body = decode(payload, None)
    elif part.is_multipart():
        body = "\n".join(_source(child) for child in part.get_payload() if isinstance(child, Message))
    else:
        body = ""
    # What the library took for a part's headers are the report's fields.
    return "\n".join(f"{name}: {value}" for name, value in part.raw_items()) + "\n" + body


def _fields(source: str) -> dict[str, str]:
    parsed = message_from_string(source.lstrip("\n"), policy=policy.compat32)
    fields = {name.lower(): " ".join(decode_field(str(value)).split()) for name, value in parsed.raw_items()}
    inner = parsed.get_payload()
    if isinstance(inner, str) and ":" in inner:
        below = message_from_string(inner.lstrip("\n"), policy=policy.compat32)
        for name, value in below.raw_items():
            fields.setdefault(name.lower(), " ".join(decode_field(str(value)).split()))
    return fields


def _address(field: str) -> str:
    found = re.search(r"[^\s@<>;,\"]{1,64}@[^\s@<>;,\"]{1,253}", field)
    return found[0].lower() if found else ""


def _reason(text: str, code: str) -> str:
    line = next((line.strip() for line in text.splitlines() if _STATUS.search(line)), "")
    return line or code
