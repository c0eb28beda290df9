"""A file that is kept because somebody asked: its private address, its end, its erasure."""

from __future__ import annotations

import datetime as dt
import json
import re
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from tests.conftest import PRESENT
from tests.guide.walking import DAMAGED, Walker

from recours.guide.commands import FILES_A_DAY, forget_old_files
from recours.guide.models import KEPT_FOR, KeptFile
from recours.outbox.models import Mail

pytestmark = pytest.mark.django_db


def kept(client: Client, email: str = "alice@example.org") -> Walker:
    """Somebody who has asked for their file to be kept."""
    walker = Walker(client)
    walker.answers(DAMAGED)
    walker.sends("/guide/keep/")
    walker.sends("/guide/keep/", email=email)
    return walker


def mailed_address() -> str:
    body = str(Mail.objects.order_by("created_at").last().payload["body"])  # type: ignore[union-attr]
    found = re.search(r"/guide/file/[\w-]+/", body)
    assert found is not None
    return found[0]


def test_a_file_is_kept_and_its_address_goes_out_by_mail(client: Client) -> None:
    walker = kept(client)

    assert "Votre dossier est gardé" in walker.text
    page = Client().get(mailed_address())
    assert "Casque Nova" in page.content.decode()
    assert page.headers["Cache-Control"] == "private, no-store"
    assert page.headers["X-Robots-Tag"] == "noindex"


def test_neither_the_secret_nor_the_mail_address_is_in_the_row(client: Client) -> None:
    kept(client)

    secret = mailed_address().split("/")[-2]
    row = KeptFile.objects.get()
    held = " ".join(
        str(bytes(value) if isinstance(value, memoryview) else value) for value in vars(row).values()
    )
    assert secret not in held
    assert "alice" not in held
    assert row.expires_at == PRESENT + KEPT_FOR


def test_the_person_goes_on_from_their_file_and_saves_it_again(client: Client) -> None:
    kept(client)
    walker = Walker(Client())
    walker.page = walker.client.get(mailed_address())
    walker.sends(at="result")
    walker.sends(go="change:purchase")
    walker.sends(order_number="8150-99", product="Casque Nova", amount="89,90")
    assert "Enregistrer dans mon dossier" in walker.text

    walker.sends("/guide/keep/")

    assert "Votre dossier est enregistré" in walker.text
    assert "8150-99" in Client().get(mailed_address()).content.decode()
    assert KeptFile.objects.count() == 1
    assert Mail.objects.count() == 1


def test_everything_that_is_kept_can_be_taken_along(client: Client) -> None:
    kept(client)

    answer = client.get(f"{mailed_address()}export.json")

    taken = json.loads(answer.content)
    assert taken["answers"]["product"] == "Casque Nova"
    assert taken["expires_at"].startswith("2027-05-19")
    assert taken["kept"] == ""


def test_a_file_is_erased_at_once_by_its_person(client: Client) -> None:
    kept(client)
    address = mailed_address()
    assert "Effacer maintenant" in client.get(f"{address}erase/").content.decode()
    assert KeptFile.objects.count() == 1

    client.post(f"{address}erase/")

    assert KeptFile.objects.count() == 0
    assert client.get(address).status_code == 404


def test_an_erased_file_is_not_brought_back_by_a_page_that_was_open(client: Client) -> None:
    kept(client)
    walker = Walker(client)
    walker.page = client.get(mailed_address())
    walker.sends(at="result")
    KeptFile.objects.all().delete()

    walker.sends("/guide/keep/")

    # It asks where a new one goes, and keeps nothing unasked.
    assert walker.at == "keep"
    assert KeptFile.objects.count() == 0


@pytest.mark.parametrize(("left", "status"), [(dt.timedelta(seconds=1), 200), (dt.timedelta(), 404)])
def test_a_file_ends_to_the_second(
    client: Client, frozen_clock: Any, left: dt.timedelta, status: int
) -> None:
    kept(client)

    frozen_clock.move_to(PRESENT + KEPT_FOR - left)

    assert client.get(mailed_address()).status_code == status


def test_what_is_over_is_deleted_and_nothing_else(client: Client) -> None:
    kept(client)

    assert forget_old_files(PRESENT + KEPT_FOR - dt.timedelta(seconds=1)) == 0
    assert forget_old_files(PRESENT + KEPT_FOR) == 1


def test_a_mailbox_is_not_filled_through_us(client: Client) -> None:
    for _ in range(FILES_A_DAY):
        kept(client, "Alice@Example.org")

    walker = kept(client, "alice@example.org ")

    assert walker.page.status_code == 422
    assert "a déjà reçu 3 dossiers" in walker.text
    assert walker.hidden["state"]
    assert Mail.objects.count() == FILES_A_DAY
    kept(client, "bob@example.org")
    assert Mail.objects.count() == FILES_A_DAY + 1


def test_a_tampered_address_says_what_to_do(client: Client) -> None:
    kept(client)

    page = client.get(mailed_address()[:-3] + "x/")

    assert page.status_code == 404
    assert "n’ouvre aucun dossier" in page.content.decode()


def test_the_database_keeps_no_file_longer(client: Client) -> None:
    kept(client)

    with pytest.raises(IntegrityError), transaction.atomic():
        KeptFile.objects.update(expires_at=PRESENT + KEPT_FOR + dt.timedelta(seconds=1))
