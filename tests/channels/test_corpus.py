"""Mails as programs write them, and as attackers do: what becomes of each is written in corpus/expected.toml.

Marks in the mails (`@@BUYER@@`) stand for what is only known when the test runs: reply addresses, numbers of our mails.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest
from pytest_django.fixtures import Settings
from tests.channels.stage import Stage

from recours.channels.commands import ingest
from recours.channels.models import InboundMail
from recours.conversations.models import Message
from recours.outbox.models import Mail

pytestmark = pytest.mark.django_db

CORPUS = Path(__file__).parent / "corpus"
EXPECTED: dict[str, dict[str, Any]] = tomllib.loads((CORPUS / "expected.toml").read_text("utf-8"))


def raw_of(name: str, fillings: dict[str, str]) -> bytes:
    """One mail of the corpus with its marks filled."""
    raw = (CORPUS / f"{name}.eml").read_bytes()
    for mark, value in fillings.items():
        raw = raw.replace(f"@@{mark}@@".encode(), value.encode())
    assert b"@@" not in raw or name == "none"
    return raw


def became(row: InboundMail, stage: Stage) -> dict[str, Any]:
    """What became of a mail, in the words of expected.toml."""
    found: dict[str, Any] = {"outcome": row.outcome, "because": row.because}
    message = row.message
    if message is not None:
        found |= {"text": message.text, "files": message.files.count()}
    stage.mail.refresh_from_db()
    return found | {
        "left_out": [name for name, _ in row.left_out],
        "answer": Mail.objects.filter(kind="answer").count(),
        "returned": str(stage.mail.state),
        "subject": row.subject,
    }


def test_the_corpus_is_whole() -> None:
    assert {path.stem for path in CORPUS.glob("*.eml")} == set(EXPECTED)
    assert len(EXPECTED) >= 60


@pytest.mark.parametrize("name", EXPECTED)
def test_mail_becomes_what_it_should(name: str, settings: Settings) -> None:
    settings.MAIL_AUTHSERV = ["mx.belle.example.org"]
    settings.BOUNCE_ADDRESS = "retour@example.org"
    stage = Stage()
    expected = {"left_out": [], "answer": 0, "returned": "sent"} | EXPECTED[name]
    if expected["outcome"] == "posted":
        expected = {"files": 0} | expected
    parties = set(Message.objects.values_list("author_id", flat=True))
    people = stage.conversation.reply_addresses.count()
    raw = raw_of(name, fillings := stage.fillings())

    row = ingest(raw, source="test", now=stage.now)

    found = became(row, stage)
    assert {key: found.get(key) for key in expected} == expected
    assert bool(stage.messages()) == (expected["outcome"] == "posted")
    # Nobody joins, nobody writes as another, and the mail's own bytes are kept.
    assert set(Message.objects.values_list("author_id", flat=True)) <= parties | {
        stage.alice.pk,
        stage.bob.pk,
    }
    assert stage.conversation.reply_addresses.count() == people + 2
    assert row.size_bytes == len(raw)
    assert fillings
