"""`recours doctor`, on the tests' own database and on installations with something wrong."""

import datetime as dt
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings
from tests.channels import messenger, whatsapp
from tests.outbox.mails import a_mail
from tests.simulators import S3Server, StripeSimulator

from recours import clock
from recours.channels.models import ChannelEvent
from recours.cli.doctor import (
    _card_refunds,
    _channel_accounts,
    _channels,
    _files,
    _outbox,
    _second_factor,
    _silent_providers,
    _site_address,
)
from recours.config.database import EmbeddedServer
from recours.files import storage
from recours.outbox.models import Mail
from recours.refunds.models import ProviderFailing


def doctor(home: Path, **environment: str) -> tuple[int, dict[str, str]]:
    """Run the command as an operator would; return its status and what it found, name by name."""
    plain = {
        name: value for name, value in os.environ.items() if not name.startswith(("RECOURS_", "DATABASE_"))
    }
    done = subprocess.run(
        [sys.executable, "-m", "recours.cli", "doctor", "--json"],
        env=plain | {"RECOURS_HOME": str(home)} | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout, done.stderr
    return done.returncode, {finding["name"]: finding["status"] for finding in json.loads(done.stdout)}


def test_empty_database_wants_migrating(embedded_server: EmbeddedServer, tmp_path: Path) -> None:
    status, found = doctor(embedded_server.home, RECOURS_FILES=str(tmp_path))

    assert status == 1
    assert found["Base de données"] == "ok"
    assert found["Tables"] == "fail"
    assert found["Clé secrète"] == "ok"
    assert found["Courriel"] == "warn"


def test_setting_that_is_missing(tmp_path: Path) -> None:
    status, found = doctor(tmp_path, DATABASE_URL="postgresql://db.example.org/recours")

    assert (status, found["Réglages"]) == (1, "fail")


def test_database_that_does_not_answer(tmp_path: Path) -> None:
    url = f"postgresql://recours@/recours?host={tmp_path}"

    status, found = doctor(tmp_path, DATABASE_URL=url, RECOURS_SECRET_KEY="k" * 50, RECOURS_HOSTS="*")

    assert status == 1
    assert (found["Base de données"], found["Noms d'hôte"]) == ("fail", "fail")
    assert found["HTTPS"] == "warn"
    assert "Tables" not in found


@pytest.mark.parametrize("variable", ["RECOURS_FILES"])
def test_folder_that_cannot_be_written(embedded_server: EmbeddedServer, variable: str) -> None:
    status, found = doctor(embedded_server.home, **{variable: "/proc/nowhere"})

    assert (status, found["Pièces"]) == (1, "fail")


def test_bucket_is_written_read_and_emptied(s3: S3Server, settings: Settings) -> None:
    assert (_files().status, _files().says) == ("ok", str(settings.EVIDENCE_BUCKET))
    assert list(storage.all_paths()) == []

    s3.leads_to(settings, "s3://nowhere")
    found = _files()

    assert (found.status, found.says) == ("fail", "s3://nowhere : the evidence store refused: NoSuchBucket")
    assert "RECOURS_EVIDENCE" in found.mend


@pytest.mark.django_db
def test_mails_that_wait_for_long_or_did_not_arrive_are_told() -> None:
    assert _outbox().status == "ok"

    a_mail(state=Mail.State.FAILED, returned_at=clock.now())
    found = _outbox()
    assert (found.status, found.says) == ("warn", "0 en attente, 1 non arrivés depuis une semaine")

    a_mail(not_before=clock.now() - dt.timedelta(minutes=31))
    assert _outbox().says.endswith("le plus ancien devait partir il y a 31 min")


@pytest.mark.parametrize(
    ("asked", "demo", "status"), [(True, False, "ok"), (False, False, "warn"), (False, True, "ok")]
)
def test_desk_that_a_password_alone_opens_is_told(
    settings: Settings, asked: bool, demo: bool, status: str
) -> None:
    settings.STAFF_SECOND_FACTOR, settings.DEMO = asked, demo

    assert _second_factor().status == status


@pytest.mark.django_db
def test_channel_messages_that_reached_nobody_are_counted(settings: Settings) -> None:
    assert (_channels().status, _channels().says) == ("ok", "aucun canal")

    whatsapp.connect(settings)
    whatsapp.comes(whatsapp.a_message(), {"type": "text", "text": 7})
    assert (_channels().status, _channels().says) == (
        "ok",
        "depuis une semaine, 0 abandonnés, 0 vers un compte inconnu, 1 illisibles",
    )

    whatsapp.comes(whatsapp.a_message(), number="999")
    assert (_channels().status, "RECOURS_WHATSAPP_NUMBERS" in _channels().mend) == ("warn", True)

    ChannelEvent.objects.filter(outcome="posted").update(outcome="failed")
    assert (_channels().status, _channels().says) == (
        "warn",
        "depuis une semaine, 1 abandonnés, 1 vers un compte inconnu, 1 illisibles",
    )

    ChannelEvent.objects.update(received_at=clock.now() - dt.timedelta(days=7))
    assert _channels().status == "ok"


@pytest.mark.django_db
def test_account_that_cannot_be_heard_or_answered_is_named(settings: Settings) -> None:
    assert (_channel_accounts().status, _channel_accounts().says) == ("ok", "aucun")

    place = whatsapp.connect(settings)
    messenger.connect(settings, place)
    assert (_channel_accounts().status, _channel_accounts().says) == (
        "ok",
        "1 numéro WhatsApp, 1 page Facebook",
    )

    settings.META_VERIFY_TOKEN = settings.WHATSAPP_TOKEN = ""
    settings.FACEBOOK_PAGES = {"1": place.slug, "2": "nowhere"}
    settings.FACEBOOK_TOKENS = {"1": "EAAG", "3": "EAAG"}
    found = _channel_accounts()
    assert (found.status, found.says.split(" ; ")) == (
        "warn",
        [
            "Meta ne peut pas vérifier l'adresse des webhooks",
            "WhatsApp ne peut être ni répondu ni lu en entier : aucun jeton",
            "la page 2 n'a pas de jeton",
            "un jeton est pour la page 3, qui n'est à aucune place de marché",
            "« nowhere » n'est pas une place de marché",
        ],
    )

    settings.META_APP_SECRETS = [""]
    assert "RECOURS_META_APP_SECRET" in _channel_accounts().mend


@pytest.mark.parametrize(
    ("address", "embedded", "status"),
    [
        ("http://localhost:8000", False, "warn"),
        ("http://localhost:8000", True, "ok"),
        ("https://recours.example.org", False, "ok"),
        ("https://autre.example.org", False, "warn"),
        ("", False, "warn"),
    ],
)
def test_address_in_mails_must_be_the_site_s(
    settings: object, address: str, embedded: bool, status: str
) -> None:
    settings.SITE_URL, settings.EMBEDDED = address, embedded  # type: ignore[attr-defined]
    settings.ALLOWED_HOSTS = ["recours.example.org", "localhost"]  # type: ignore[attr-defined]

    assert _site_address().status == status


@pytest.mark.parametrize(
    ("key", "secrets", "demo", "status"),
    [
        ("", [], False, "ok"),
        ("sk_live_x", ["whsec_x"], False, "fail"),  # the simulator opens to keys of the test mode only
        ("sk_test_x", [], False, "warn"),
        ("sk_test_x", ["whsec_x"], False, "warn"),  # a simulator moves no money
        ("sk_test_x", ["whsec_x"], True, "ok"),
    ],
)
def test_card_refunds_are_tried(
    stripe_process: StripeSimulator, settings: Settings, key: str, secrets: list[str], demo: bool, status: str
) -> None:
    stripe_process.set_up(settings)
    settings.STRIPE_KEY, settings.STRIPE_WEBHOOK_SECRETS, settings.DEMO = key, secrets, demo

    finding = _card_refunds()

    assert finding.status == status
    assert "sk_" not in finding.says


@pytest.mark.django_db
def test_provider_that_keeps_failing_is_told() -> None:
    assert _silent_providers().status == "ok"

    since = dt.datetime(2026, 11, 27, 8, 0, tzinfo=dt.UTC)
    ProviderFailing.objects.create(
        provider="stripe", failures=12, since=since, last_at=since + dt.timedelta(minutes=20)
    )

    found = _silent_providers()

    assert found.status == "warn"
    assert found.says == (
        "stripe ne répond plus depuis le 27/11 à 08 h 00 UTC (12 essais de suite), prochain essai à 08 h 30"
    )
