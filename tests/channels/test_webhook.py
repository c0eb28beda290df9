"""What a mail service posts to us: only where one is set with its secret, and only from who knows it."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import include, path
from pytest_django.fixtures import Settings
from tests.channels.stage import Stage

from recours.channels.commands import attend
from recours.channels.commands.receiving import due
from recours.channels.mail.webhook import UnknownService, listen, webhook_urls
from recours.config.urls import urlpatterns as production

pytestmark = pytest.mark.django_db

SECRET = "poste:un-long-secret"


@pytest.fixture
def service(settings: Settings) -> Iterator[None]:
    from anymail.signals import inbound, tracking

    settings.ANYMAIL = {"WEBHOOK_SECRET": SECRET}
    given = webhook_urls("postmark", SECRET)
    settings.ROOT_URLCONF = Addresses(
        [
            *production,
            path("channels/", include(([path("", include((given, "mail_service")))], "channels"))),
        ]
    )
    listen()
    yield
    inbound.disconnect(dispatch_uid="recours.channels.mail_came")
    tracking.disconnect(dispatch_uid="recours.channels.mail_returned")


class Addresses:
    """A module of addresses."""

    def __init__(self, urlpatterns: list[Any]) -> None:
        self.urlpatterns = tuple(urlpatterns)


def post(kind: str, body: dict[str, Any], secret: str = SECRET) -> int:
    authorization = base64.b64encode(secret.encode()).decode()
    return Client().post(
        f"/channels/postmark/{kind}/",
        json.dumps(body),
        content_type="application/json",
        headers={"Authorization": f"Basic {authorization}"},
    ).status_code  # fmt: skip


def came(stage: Stage) -> dict[str, Any]:
    return {
        "FromFull": {"Email": stage.alice.email, "Name": "Alice"},
        "From": stage.alice.email,
        "ToFull": [{"Email": stage.to_alice, "Name": ""}],
        "To": stage.to_alice,
        "OriginalRecipient": stage.to_alice,
        "Subject": "Re: Casque",
        "MessageID": "x",
        "TextBody": "Par le service.",
        "HtmlBody": "",
        "Headers": [{"Name": "Message-ID", "Value": "<x@courrier.example.org>"}],
        "Attachments": [],
    }


def test_without_a_secret_there_is_no_address() -> None:
    assert webhook_urls("postmark", "") == []
    assert webhook_urls("", SECRET) == []
    assert Client().post("/channels/postmark/inbound/").status_code == 404


def test_unknown_service_is_named() -> None:
    with pytest.raises(UnknownService):
        webhook_urls("pigeon", SECRET)


@pytest.mark.parametrize("name", ["postmark", "mailgun", "mailjet", "brevo", "sendgrid", "mandrill"])
def test_services_have_their_addresses(name: str) -> None:
    assert webhook_urls(name, SECRET) != []


def test_mail_of_the_service_becomes_a_message(service: None) -> None:
    stage = Stage()

    status = post("inbound", came(stage))

    for mail_id in due(stage.now):
        attend(mail_id, now=stage.now)
    assert status == 200
    assert stage.messages() == ["Par le service."]


def test_who_does_not_know_the_secret_is_refused(service: None) -> None:
    stage = Stage()

    assert post("inbound", came(stage), secret="poste:autre") == 400
    assert due(stage.now) == []


@pytest.mark.parametrize(
    ("record", "state"),
    [
        ({"RecordType": "Bounce", "Type": "HardBounce", "TypeCode": 1}, "bounced"),
        ({"RecordType": "SpamComplaint", "Type": "SpamComplaint", "TypeCode": 512}, "complained"),
        ({"RecordType": "Delivery"}, "sent"),
    ],
)
def test_bounces_and_complaints_are_noted(service: None, record: dict[str, Any], state: str) -> None:
    stage = Stage()
    told = {
        "MessageID": "the-services-own",
        "Email": stage.alice.email,
        "Recipient": stage.alice.email,
        "Details": "550 unknown",
        "BouncedAt": "2026-11-20T09:00:00Z",
        "DeliveredAt": "2026-11-20T09:00:00Z",
    }

    status = post("tracking", told | record)

    stage.mail.refresh_from_db()
    assert (status, stage.mail.state) == (200, state)
