"""Telling the other side, as Meta does: signed over raw bytes, at least once, in no order, again after a failure."""

from __future__ import annotations

import http.client
import json
import threading
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from recours.channels.providers.meta.signing import signature

Thing = dict[str, Any]

NAMES = frozenset({"twice", "late", "reordered", "bad_element", "rewritten", "never"})
"""What befalls webhooks: sent twice, much later, after the next one, with an element that nobody can read, written anew
by something in between so that the signature is another's, never."""
WAITS_S = (0.2, 0.5, 1, 2, 5, 10, 30, 60, 300)
TIMEOUT_S = 20


def as_meta_writes(said: Thing) -> bytes:
    """Write JSON as Meta does: what is not ASCII escaped, and slashes too."""
    return json.dumps(said, separators=(",", ":")).replace("/", "\\/").encode()


class Hooks:
    """Sends webhooks to one address, each in a thread of its own, until one answers 2xx."""

    def __init__(self, url: str, secret: str, note: Callable[..., None], *, late_s: float = 2.0) -> None:
        self.url, self.secret, self.note, self.late_s = url, secret, note, late_s
        self.armed: list[str] = []
        self._held: list[bytes] = []
        self._lock = threading.Lock()

    def arm(self, name: str, times: int = 1) -> None:
        """Have the next webhooks meet this trouble. Raises KeyError."""
        if name not in NAMES:
            raise KeyError(name)
        self.armed += [name] * times

    def tell(self, said: Thing, spoil: Callable[[Thing], Thing]) -> None:
        """Send a webhook. `spoil` puts an element into it that nobody can read."""
        with self._lock:
            trouble = self.armed.pop(0) if self.armed else ""
            if trouble:
                self.note(act="misdid", what=trouble)
            body = as_meta_writes(spoil(said) if trouble == "bad_element" else said)
            held, self._held = self._held, []
            match trouble:
                case "never":
                    bodies: list[tuple[bytes, float]] = []
                case "twice":
                    bodies = [(body, 0), (body, 0)]
                case "late":
                    bodies = [(body, self.late_s)]
                case "reordered":
                    self._held, bodies = [body], []
                case "rewritten":
                    self._post(json.dumps(said, ensure_ascii=False).encode(), signed=body)
                    bodies = [(body, 0)]
                case _:
                    bodies = [(body, 0)]
        for each, wait in [*bodies, *((one, 0) for one in held)]:
            threading.Thread(target=self._send, args=(each, wait), daemon=True).start()

    def _send(self, body: bytes, wait: float) -> None:
        time.sleep(wait)
        for pause in WAITS_S:
            status = self._post(body, signed=body)
            self.note(act="told", status=status)
            if 200 <= status < 300:
                return
            time.sleep(pause)

    def _post(self, body: bytes, *, signed: bytes) -> int:
        parts = urlsplit(self.url)
        makes = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        connection = makes(parts.hostname or "", parts.port, timeout=TIMEOUT_S)
        headers = {
            "Content-Type": "application/json",
            "X-Hub-Signature-256": signature(signed, self.secret),
            "User-Agent": "facebookexternalua (simulated)",
        }
        try:
            connection.request("POST", parts.path or "/", body, headers)
            answer = connection.getresponse()
            answer.read()
        except (OSError, http.client.HTTPException):
            return 0
        finally:
            connection.close()
        return answer.status
