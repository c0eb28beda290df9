"""Mails fetched from a real mailbox, and the round: our mail by SMTP, its answer by IMAP, a message in the end."""

from __future__ import annotations

from collections.abc import Iterator
from email import message_from_bytes, policy
from typing import Any

import pytest
from pytest_django.fixtures import Settings
from tests.channels.imap import Box, imap_server
from tests.channels.stage import Stage, written
from tests.outbox.smtp import smtp_server

from recours.channels.commands import attend
from recours.channels.commands.receiving import due
from recours.channels.mail import imap
from recours.channels.mail.imap import fetch_mail
from recours.channels.models import InboundMail
from recours.conversations.commands import send_message
from recours.outbox.models import Mail
from recours.outbox.sending import send_due
from recours.rules.lifecycle.claim import Actor
from recours.rules.lifecycle.vocabulary import Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def box(settings: Settings) -> Iterator[Box]:
    with imap_server() as served:
        settings.IMAP = served.settings()
        yield served


@pytest.fixture
def stage() -> Stage:
    return Stage()


def look(stage: Stage) -> None:
    for mail_id in due(stage.now):
        attend(mail_id, now=stage.now)


def test_mails_are_taken_once_and_put_aside(box: Box, stage: Stage) -> None:
    box.bring(
        written(stage.to_alice, sender=stage.alice.email, text="Premier."),
        written(stage.to_alice, sender=stage.alice.email, text="Second."),
    )

    taken = fetch_mail(now=stage.now)
    again = fetch_mail(now=stage.now)
    look(stage)

    assert (taken, again) == (2, 0)
    assert sorted(stage.messages()) == ["Premier.", "Second."]
    assert (box.left(), box.left("Recours")) == (0, 2)


def test_mail_that_cannot_be_kept_stays_and_blocks_no_other(
    box: Box, stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    box.bring(
        written(stage.to_alice, sender=stage.alice.email, text="Empoisonné."),
        written(stage.to_alice, sender=stage.alice.email, text="Sain."),
    )
    real = imap.receive

    def receive(raw: bytes, **rest: Any) -> InboundMail:
        if "Empoisonné".encode() in raw:
            raise OSError("no space left on device")
        return real(raw, **rest)

    monkeypatch.setattr(imap, "receive", receive)

    taken = fetch_mail(now=stage.now)
    look(stage)

    assert taken == 1
    assert stage.messages() == ["Sain."]
    assert box.left() == 1

    monkeypatch.setattr(imap, "receive", real)
    fetch_mail(now=stage.now)
    look(stage)

    assert sorted(stage.messages()) == ["Empoisonné.", "Sain."]


def test_a_far_too_large_mail_is_known_by_its_head(
    box: Box, stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imap, "LARGEST", 1000)
    monkeypatch.setattr("recours.channels.mail.parsing.MAX_BYTES", 1000)
    box.bring(written(stage.to_alice, sender=stage.alice.email, text="x" * 2000))

    fetch_mail(now=stage.now)
    look(stage)

    row = InboundMail.objects.get()
    assert (row.outcome, row.because) == ("refused", "too_large")
    assert row.size_bytes > 2000
    assert Mail.objects.filter(kind="answer", address=stage.alice.email).count() == 1


def test_server_that_does_not_answer_is_tried_later(settings: Settings, stage: Stage) -> None:
    settings.IMAP = {
        "host": "127.0.0.1",
        "port": 1,
        "user": "x",
        "password": "x",
        "folder": "INBOX",
        "tls": "",
    }

    assert fetch_mail(now=stage.now) == 0


def test_without_a_mailbox_nothing_is_fetched(settings: Settings, stage: Stage) -> None:
    settings.IMAP = None

    assert fetch_mail(now=stage.now) == 0


def test_our_mail_its_answer_and_the_message(box: Box, stage: Stage, settings: Settings) -> None:
    by = Actor(Role.SELLER, stage.bob.pk)
    with smtp_server() as smtp:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", smtp.port
        send_message(conversation_id=stage.conversation.pk, by=by, text="Une photo ?", now=stage.now)
        send_due()
        [sent] = [one for one in smtp.deliveries if stage.alice.email in one.recipients]
    ours = message_from_bytes(sent.content, policy=policy.default)
    plain = sent.part("plain")
    quoted = "\n".join(f"> {line}" for line in plain.splitlines())
    answer = written(
        str(ours["Reply-To"]),
        sender=f"Alice <{stage.alice.email}>",
        subject=f"Re: {ours['Subject']}",
        more=f"In-Reply-To: {ours['Message-ID']}\nReferences: {ours['Message-ID']}\n",
        text=f"La voici.\n\nLe 20/11/2026 à 10:00, {ours['From']} a écrit :\n{quoted}",
    )

    box.bring(answer)
    fetch_mail(now=stage.now)
    look(stage)

    assert stage.messages() == ["La voici."]
    row = InboundMail.objects.get()
    assert "Une photo ?" in row.text
    assert row.message is not None
    assert row.message.author == stage.alice
