"""A form with one file, as browsers send it. Source: RFC 7578."""

from __future__ import annotations

import secrets

from recours.channels.providers import Upload


def multipart(fields: dict[str, str], file: Upload) -> tuple[bytes, str]:
    """Return the body and the media type of a form. The boundary is drawn, so that no file holds it."""
    boundary = f"recours-{secrets.token_hex(16)}"
    parts = [_part(boundary, f'name="{name}"', "", text.encode()) for name, text in fields.items()]
    head = f'name="{file.field}"; filename="{_quoted(file.name)}"'
    parts.append(_part(boundary, head, file.media_type, file.content))
    return b"".join([*parts, f"--{boundary}--\r\n".encode()]), f"multipart/form-data; boundary={boundary}"


def _part(boundary: str, head: str, media_type: str, content: bytes) -> bytes:
    kind = f"Content-Type: {media_type}\r\n" if media_type else ""
    lines = f"--{boundary}\r\nContent-Disposition: form-data; {head}\r\n{kind}\r\n"
    return lines.encode() + content + b"\r\n"


def _quoted(name: str) -> str:
    """Write a file's name so that it ends neither its quotes nor its line."""
    return name.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")
