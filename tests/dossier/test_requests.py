"""A copy that takes long: asked of a job, fetched when ready by who asked for it, and by nobody else."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from typing import Any

import pytest
from django.test import Client
from tests.claims.stage import AGENT, BUYER
from tests.dossier.stage import Dispute
from tests.papers import words
from time_machine import Traveller

from recours import clock
from recours.dossier import commands, queries
from recours.dossier.models import DossierCopy, DossierRequest
from recours.dossier.tasks import forget_requests, make_copy
from recours.people.models import ShopStaff, User
from recours.rules.lifecycle import commands as c
from recours.typesetting import TypesettingError

pytestmark = pytest.mark.django_db


@pytest.fixture
def dispute(monkeypatch: pytest.MonkeyPatch) -> Dispute:
    """A claim that is long for these tests."""
    monkeypatch.setattr(queries, "LONG_ENTRIES", 3)
    return Dispute()


def signed_in(user: User | None) -> Client:
    assert user is not None
    client = Client()
    client.force_login(user)
    return client


def asked(client: Client, dispute: Dispute, form: str = "pdf") -> str:
    """Ask for a copy; return where its reader waits."""
    answer = client.get(f"/dossiers/{dispute.row.reference}.{form}")
    assert answer.status_code == 302
    return str(answer["Location"])


def made() -> DossierRequest:
    """Let the worker do the one job."""
    request = DossierRequest.objects.get()
    make_copy(str(request.pk))
    request.refresh_from_db()
    return request


def test_long_copy_is_waited_for_and_fetched(dispute: Dispute) -> None:
    client = signed_in(dispute.buyer.user)

    place = asked(client, dispute)

    page = client.get(place).content.decode()
    assert "Elle se prépare" in page
    assert 'hx-trigger="every 2s"' in page
    assert client.get(f"{place}file/")["Location"] == place
    assert not DossierCopy.objects.exists()

    made()

    page = client.get(place).content.decode()
    assert "Elle est prête." in page
    assert "every 2s" not in page
    answer = client.get(f"{place}file/")
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{dispute.row.reference}.pdf"'
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert "Exemplaire de l’acheteur" in words(answer.content)
    copy = DossierCopy.objects.get()
    assert (copy.role, copy.made_by_id, copy.seq) == (BUYER, dispute.buyer.user_id, dispute.row.seq)


def test_zip_is_settled_by_the_job_and_streamed(dispute: Dispute) -> None:
    client = signed_in(dispute.buyer.user)
    place = asked(client, dispute, "zip")
    made()

    first, again = (whole(client.get(f"{place}file/")) for _ in range(2))

    assert first == again
    with zipfile.ZipFile(io.BytesIO(first)) as archive:
        assert {"manifest.json", "verify.py", "dossier.pdf", "pieces/A-1.jpg"} <= set(archive.namelist())
    assert DossierCopy.objects.count() == 1


def whole(answer: Any) -> bytes:
    assert answer.streaming
    return b"".join(answer.streaming_content)


def test_with_htmx_the_part_alone_is_answered(dispute: Dispute) -> None:
    client = signed_in(dispute.buyer.user)
    place = asked(client, dispute)

    part = client.get(place, headers={"HX-Request": "true"}).content.decode()

    assert part.startswith('<div id="copy"')
    assert "<html" not in part


def test_asking_again_is_asking_for_the_same_until_something_happens(dispute: Dispute) -> None:
    client = signed_in(dispute.buyer.user)

    first = asked(client, dispute)
    assert asked(client, dispute) == first
    made()
    assert asked(client, dispute) == first
    assert asked(client, dispute, "zip") != first

    dispute.does(AGENT, c.AskEvidence, of=BUYER, text="Une photo ?")
    assert asked(client, dispute) != first


def test_copy_of_one_is_nobody_else_s(dispute: Dispute) -> None:
    place = asked(signed_in(dispute.buyer.user), dispute)
    made()

    for user in (dispute.bob, dispute.charlie):
        assert signed_in(user).get(place).status_code == 404
        assert signed_in(user).get(f"{place}file/").status_code == 404


def test_who_lost_the_claim_gets_nothing_any_more(dispute: Dispute) -> None:
    client = signed_in(dispute.bob)
    place = asked(client, dispute)
    ShopStaff.objects.filter(user=dispute.bob).delete()

    request = made()

    assert (request.made_at, request.content) == (None, None)
    assert request.failed_at is not None
    assert client.get(place).status_code == 404


def test_copy_that_cannot_be_set_says_so_with_a_way_on(
    dispute: Dispute, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> bytes:
        raise TypesettingError("no font")

    client = signed_in(dispute.buyer.user)
    place = asked(client, dispute)
    with monkeypatch.context() as patched:
        patched.setattr(commands, "paper", broken)
        made()

    page = client.get(place).content.decode()

    assert "Elle n’a pas pu être faite." in page
    assert f'href="/dossiers/{dispute.row.reference}.pdf"' in page
    assert asked(client, dispute) != place


def test_job_that_stumbles_leaves_nobody_waiting(dispute: Dispute, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> bytes:
        raise OSError("disk full")

    monkeypatch.setattr(commands, "paper", broken)
    asked(signed_in(dispute.buyer.user), dispute)

    with pytest.raises(OSError, match="disk full"):
        made()

    assert DossierRequest.objects.get().failed_at is not None


def test_made_twice_is_made_once(dispute: Dispute) -> None:
    asked(signed_in(dispute.buyer.user), dispute)
    first = made()
    content = bytes(first.content or b"")

    assert commands.make(first.pk) is False

    first.refresh_from_db()
    assert bytes(first.content or b"") == content
    assert DossierCopy.objects.count() == 1


def test_copy_is_kept_for_a_day(dispute: Dispute, frozen_clock: Traveller) -> None:
    client = signed_in(dispute.buyer.user)
    place = asked(client, dispute)
    made()

    frozen_clock.shift(commands.KEPT - dt.timedelta(seconds=1))
    assert client.get(place).status_code == 200
    forget_requests()
    assert DossierRequest.objects.exists()

    frozen_clock.shift(dt.timedelta(seconds=1))
    assert client.get(place).status_code == 404
    forget_requests()
    assert not DossierRequest.objects.exists()
    assert DossierCopy.objects.count() == 1  # what left is still recognised


def test_what_waits_counts_among_the_copies_of_an_hour(
    dispute: Dispute, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(commands, "PER_HOUR", 1)
    client = signed_in(dispute.buyer.user)
    asked(client, dispute)

    refused = client.get(f"/dossiers/{dispute.row.reference}.zip", follow=True)

    assert DossierRequest.objects.count() == 1
    assert refused.redirect_chain[-1][0] == f"/claims/{dispute.row.reference}/"


def test_many_exhibits_make_a_copy_long(monkeypatch: pytest.MonkeyPatch) -> None:
    dispute = Dispute()
    assert not queries.is_long(dispute.row)

    monkeypatch.setattr(queries, "LONG_EXHIBITS", 2)

    assert queries.is_long(dispute.row)
    assert clock.now() < asked_until(dispute)


def asked_until(dispute: Dispute) -> dt.datetime:
    asked(signed_in(dispute.buyer.user), dispute)
    return DossierRequest.objects.get().expires_at
