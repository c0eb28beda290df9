"""Mails that tests begin with, and a renderer that says what it is told."""

from __future__ import annotations

import datetime as dt
import itertools
from typing import Any
from uuid import uuid4

from recours import clock
from recours.outbox.content import MailContent
from recours.outbox.models import Mail
from recours.people.models import User

_numbers = itertools.count(1)
RENDERERS = {"test": "tests.outbox.mails.render", "bad": "tests.outbox.mails.raises"}
asked: list[str] = []
"""Keys of the mails that were worded, in order."""


def a_mail(address: str = "", *, user: User | None = None, **fields: Any) -> Mail:
    """A mail that waits, worded by `render` from its payload; each call makes another one."""
    key, number = uuid4(), next(_numbers)
    now = clock.now()
    defaults: dict[str, Any] = {
        "key": f"test:{number}",
        "kind": "message",
        "topic": "conversation:1",
        "renderer": "test",
        "address": address or f"reader{number}@example.org",
        "created_at": now,
        "not_before": now - dt.timedelta(seconds=1) + dt.timedelta(microseconds=number),  # in order
        "message_id": f"<{key}@example.org>",
        "user": user,
    }
    return Mail.objects.create(id=key, **(defaults | fields))


def render(mail: Mail) -> MailContent | None:
    asked.append(mail.key)
    if mail.payload.get("nothing"):
        return None
    defaults: dict[str, Any] = {
        "subject": "Nouveau message : Au Bon Fil",
        "heading": "Au Bon Fil vous a écrit",
        "quote": "Bonjour,\nvotre casque est parti.",
        "button_label": "Répondre",
        "button_path": "/messages/1/",
    }
    return MailContent(**(defaults | mail.payload))


def raises(mail: Mail) -> MailContent:
    Mail.objects.get(pk=uuid4())
    raise AssertionError


def again(mail: Mail) -> Mail:
    """The row as it is now."""
    return Mail.objects.get(pk=mail.pk)


def later(frozen_clock: Any, **span: float) -> None:
    frozen_clock.shift(dt.timedelta(**span))
