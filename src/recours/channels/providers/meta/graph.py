"""Calling Meta's Graph: one request, and what it says; files, from hosts of Meta's alone."""

from __future__ import annotations

import http.client
import socket
import urllib.error
import urllib.request
from email.message import Message
from typing import Any
from urllib.parse import urlsplit

import msgspec

from recours.channels.providers import NoAnswer, NotGiven, NotReached, Upload
from recours.channels.providers.meta.multipart import multipart
from recours.channels.providers.meta.signing import proof

ADDRESS = "https://graph.facebook.com/v25.0"
SECONDS = 20
UPLOAD_SECONDS = 60
"""A file of 10 MB leaves by a slow line within that."""
LONGEST_ANSWER = 1024 * 1024
HOSTS = ("fbsbx.com", "fbcdn.net", "facebook.com", "whatsapp.net")
"""Where Meta keeps files. The address of one comes with a webhook or an answer: no other host is asked for it."""


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What the Graph says: a status, an object, and how long it asks us to wait."""

    status: int
    said: dict[str, Any]
    retry_after_s: int | None = None


class _Usage(msgspec.Struct):
    estimated_time_to_regain_access: int = 0


class _Straight(urllib.request.HTTPRedirectHandler):
    """Goes where it is sent, and nowhere from there: a token must not follow a redirection."""

    def redirect_request(self, *given: Any) -> None:
        return None


_opener = urllib.request.build_opener(_Straight)


class Graph:
    """One installation's way to Meta. `address` is that of a simulator, or empty for the real one."""

    def __init__(
        self, token: str, *, address: str = "", proof_secret: str = "", seconds: float = SECONDS
    ) -> None:
        self._token, self._seconds = token, seconds
        self._address = (address or ADDRESS).rstrip("/")
        self._proof = proof(token, proof_secret) if proof_secret else ""

    def ask(self, method: str, path: str, given: dict[str, Any] | None = None) -> Answer:
        """Call, and return what it says, its errors included. Raises NoAnswer for what is no answer of the Graph: a
        time-out, a cut connection, a page of a server in between; NotReached where nobody was asked."""
        body = msgspec.json.encode(given) if given is not None else None
        return self._call(method, path, body, "application/json", self._seconds)

    def upload(self, path: str, fields: dict[str, str], file: Upload) -> Answer:
        """Give a file with some fields, and return what the Graph says. Raises as `ask` does."""
        body, kind = multipart(fields, file)
        return self._call("POST", path, body, kind, max(self._seconds, UPLOAD_SECONDS))

    def _call(self, method: str, path: str, body: bytes | None, kind: str, seconds: float) -> Answer:
        request = urllib.request.Request(  # noqa: S310 -- an address of the settings
            f"{self._address}/{self._proved(path)}",
            method=method,
            data=body,
            headers={"Authorization": f"Bearer {self._token}", "Content-Type": kind},
        )
        try:
            with _opener.open(request, timeout=seconds) as answer:
                status, headers, content = answer.status, answer.headers, answer.read(LONGEST_ANSWER)
        except urllib.error.HTTPError as error:
            with error:
                status, headers, content = error.code, error.headers, _rest_of(error)
        except (OSError, http.client.HTTPException) as error:
            cause = error.reason if isinstance(error, urllib.error.URLError) else error
            away = isinstance(cause, ConnectionRefusedError | socket.gaierror)
            raise (NotReached if away else NoAnswer)(str(error)) from error
        try:
            said = msgspec.json.decode(content)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise NoAnswer(f"{status}, not JSON") from error
        if not isinstance(said, dict):
            raise NoAnswer(f"{status}, no object")
        return Answer(status=status, said=said, retry_after_s=_patience(headers))

    def _proved(self, path: str) -> str:
        """Return a path with the proof that we have the app's secret, where the installation sends one."""
        mark = "&" if "?" in path else "?"
        return f"{path}{mark}appsecret_proof={self._proof}" if self._proof else path

    def fetch(self, url: str, *, most: int, with_token: bool) -> bytes:
        """Return a file of at most `most` bytes. Raises NotGiven, and NoAnswer for what may be there later.

        `with_token` only for an address that the Graph itself gave: never for one out of a webhook.
        """
        parts = urlsplit(url)
        own = urlsplit(self._address)
        is_own = (parts.scheme, parts.netloc) == (own.scheme, own.netloc)
        host = parts.hostname or ""
        if not is_own and not (
            parts.scheme == "https" and any(host == one or host.endswith(f".{one}") for one in HOSTS)
        ):
            raise NotGiven(f"{host or url[:40]} is none of Meta's")
        headers = {"Authorization": f"Bearer {self._token}"} if with_token else {}
        request = urllib.request.Request(url, headers=headers)  # noqa: S310 -- checked above
        try:
            with _opener.open(request, timeout=self._seconds) as answer:
                content: bytes = answer.read(most + 1)
                length = _number(answer.headers.get("Content-Length"))
        except urllib.error.HTTPError as error:
            error.close()
            if error.code in (401, 403, 404, 410):
                raise NotGiven(f"{error.code}") from error
            raise NoAnswer(f"{error.code}") from error
        except (OSError, http.client.HTTPException) as error:
            raise NoAnswer(str(error)) from error
        if len(content) > most:
            raise NotGiven("too large")
        if length is not None and len(content) < length:
            raise NoAnswer("cut")
        return content


def _rest_of(error: urllib.error.HTTPError) -> bytes:
    try:
        return error.read(LONGEST_ANSWER)
    except (OSError, http.client.HTTPException) as cut:
        raise NoAnswer(f"{error.code}, cut") from cut


def _patience(headers: Message) -> int | None:
    """Return how many seconds the Graph asks to wait: by `Retry-After`, or by the minutes of its own header.

    Source: Meta, "Graph API: rate limiting" (`estimated_time_to_regain_access`).
    """
    asked = _number(headers.get("Retry-After"))
    if asked is not None:
        return asked
    try:
        usage = msgspec.json.decode(
            headers.get("X-Business-Use-Case-Usage") or "{}", type=dict[str, list[_Usage]]
        )
    except msgspec.DecodeError:
        return None
    minutes = max((one.estimated_time_to_regain_access for of in usage.values() for one in of), default=0)
    return minutes * 60 or None


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 12 else None
