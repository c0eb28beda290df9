"""Steering a running simulator, for the demo, tests and the fault run; the doors are listed in `server.steer`."""

from __future__ import annotations

import http.client
import json
from typing import Any
from urllib.parse import urlencode, urlsplit


class NotSteered(Exception):
    """The simulator does not answer, or does not do that."""


class Steering:
    """The simulator at an address."""

    def __init__(self, address: str, *, timeout: float = 10.0) -> None:
        self.address, self.timeout = address, timeout

    def ask(self, door: str, **query: Any) -> Any:
        return self._call("GET", f"{door}?{urlencode(query)}" if query else door, None)

    def tell(self, door: str, **given: Any) -> Any:
        return self._call("POST", door, json.dumps(given).encode())

    def _call(self, method: str, door: str, body: bytes | None) -> Any:
        parts = urlsplit(self.address)
        line = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=self.timeout)
        try:
            line.request(method, f"/_/{door}", body)
            answer = line.getresponse()
            said = json.loads(answer.read())
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise NotSteered(f"{method} {door}: {error}") from error
        finally:
            line.close()
        if answer.status != 200:
            raise NotSteered(f"{method} {door}: {said}")
        return said
