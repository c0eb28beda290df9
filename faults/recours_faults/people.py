"""Who clicks: they read a page's form, fill it in, and send it until somebody tells them what became of it.

All that a person was told is in their journal, one line of JSON each: the checker holds the site to it.
"""

from __future__ import annotations

import http.client
import json
import random
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO
from urllib.parse import urlencode, urljoin, urlsplit

from lxml import html

CSRF = "a" * 32
"""A CSRF token: the cookie and the form must agree, and nothing more."""
PATIENCE_SECONDS = 150.0
"""After so long without an answer, a person says that the site is down."""
TIMEOUT_SECONDS = 20.0
LOST_ANSWERS = 0.03
"""The share of posts whose answer a person never sees, since their telephone lost the network."""


class SiteDown(Exception):
    """Nobody answered for PATIENCE_SECONDS."""


class NotOffered(Exception):
    """The page does not have that form, now."""


@dataclass
class Journal:
    """What people were told, in the order in which they were; written before anything else happens."""

    file: IO[str]
    lock: threading.Lock = field(default_factory=threading.Lock)
    lost_answers: int = 0

    @classmethod
    def at(cls, path: Path) -> Journal:
        return cls(path.open("a", encoding="utf-8"))

    def write(self, **told: object) -> None:
        with self.lock:
            self.file.write(json.dumps({"at": time.time(), **told}, default=str) + "\n")
            self.file.flush()


@dataclass
class Page:
    status: int
    path: str
    body: bytes

    @property
    def tree(self) -> html.HtmlElement:
        return html.fromstring(self.body)

    @property
    def text(self) -> str:
        main = self.tree.find(".//main")
        return " ".join((main if main is not None else self.tree).text_content().split())

    def form(self, *, with_field: str = "expected_seq") -> dict[str, str]:
        """Return what the page's form would send as it stands. Raises NotOffered."""
        for form in self.tree.forms:
            if with_field in form.fields and (form.get("method") or "").lower() == "post":
                return {name: value for name, value in form.form_values() if isinstance(value, str)}
        raise NotOffered(f"{self.path}: {self.status}")


class Person:
    """Somebody signed in, in a role, who uses either web process."""

    def __init__(self, role: str, session: str, ports: tuple[int, ...], journal: Journal, seed: int) -> None:
        self.role, self.ports, self.journal = role, ports, journal
        self.random = random.Random(seed)
        self.cookies = f"sessionid={session}; csrftoken={CSRF}"

    def get(self, path: str) -> Page:
        return self._until_answered("GET", path, None)

    def post(self, path: str, values: Mapping[str, str]) -> Page:
        """Send a form until it is answered; the very same form each time, as a browser's reload does."""
        return self._until_answered("POST", path, urlencode({**values, "csrfmiddlewaretoken": CSRF}))

    def _until_answered(self, method: str, path: str, body: str | None) -> Page:
        until, wait = time.monotonic() + PATIENCE_SECONDS, 0.1
        while time.monotonic() < until:
            page = self._once(method, path, body)
            if page is not None and page.status < 500:
                return page
            time.sleep(wait)
            wait = min(wait * 1.6, 2.0)
        raise SiteDown(f"{method} {path}")

    def _once(self, method: str, path: str, body: str | None) -> Page | None:
        connection = http.client.HTTPConnection(
            "127.0.0.1", self.random.choice(self.ports), timeout=TIMEOUT_SECONDS
        )
        headers = {"Cookie": self.cookies, "Host": "localhost", "Accept-Language": "fr"}
        if body is not None:
            headers |= {"Content-Type": "application/x-www-form-urlencoded", "Origin": "http://localhost"}
        try:
            connection.request(method, path, body, headers)
            response = connection.getresponse()
            if body is not None and self.random.random() < LOST_ANSWERS:
                self.journal.lost_answers += 1
                return None
            content = response.read()
        except (OSError, http.client.HTTPException):
            return None
        finally:
            connection.close()
        location = response.getheader("Location")
        return Page(response.status, urlsplit(urljoin(path, location)).path if location else path, content)
