"""The desk's page of transfers: the file is made once, fetched again the same, and the bank's words are shown."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests.desk.stage import signed_in
from tests.factories import a_marketplace, an_agent
from tests.refunds.sepa import ALICES, Said, an_owed_transfer, statement

from recours.refunds.models import Refund, TransferFile

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("with_sepa")]


@pytest.fixture
def owed() -> Refund:
    refund = an_owed_transfer()
    Refund.objects.update(pay_from=refund.requested_at)
    return refund


@pytest.fixture
def desk(owed: Refund) -> Client:
    return signed_in(an_agent(owed.claim.marketplace))


def bring(desk: Client, content: bytes) -> str:
    given = SimpleUploadedFile("releve.xml", content)
    return desk.post("/desk/transfers/bank-file/", {"file": given}).content.decode()


def test_file_is_made_once_and_fetched_again_the_same(owed: Refund, desk: Client) -> None:
    assert "89,90" in desk.get("/desk/transfers/").content.decode()

    for _ in range(2):
        desk.post("/desk/transfers/make/")

    made = TransferFile.objects.get()
    answers = [desk.get(f"/desk/transfers/{made.pk}/") for _ in range(2)]
    assert answers[0].content == answers[1].content == bytes(made.content)
    assert answers[0].headers["Content-Disposition"] == f'attachment; filename="{made.message_id}.xml"'


def test_bank_file_says_what_each_line_did(owed: Refund, desk: Client) -> None:
    desk.post("/desk/transfers/make/")
    content = statement(Said(owed.key), Said("f" * 32, ref="B-2"), Said("LOYER", ref="B-3"))

    first, again = bring(desk, content), bring(desk, content)

    assert "noté sur le dossier" in first
    assert "Aucun remboursement ne porte cette référence." in first
    assert "1 autre ligne ne nous concerne pas." in first
    assert "noté sur le dossier" not in again
    assert "f" * 32 in desk.get("/desk/transfers/").content.decode()


def test_bank_file_that_is_none_is_refused_with_a_way_on(owed: Refund, desk: Client) -> None:
    page = bring(desk, b"date;montant")

    assert "ne se lit pas jusqu" in page
    assert "camt.053" in page


def test_account_is_whole_only_where_the_desk_pays(owed: Refund, desk: Client) -> None:
    whole = "FR14 2004 1010 0505 0001 3M02 606"

    pays = desk.get(f"/desk/refunds/{owed.pk}/record/").content.decode()
    reads = desk.get(f"/desk/claims/{owed.claim.reference}/").content.decode()

    assert whole in pays
    assert ALICES not in reads
    assert whole not in reads


def test_agent_of_another_marketplace_sees_neither_file_nor_doubts(owed: Refund, desk: Client) -> None:
    desk.post("/desk/transfers/make/")
    bring(desk, statement(Said(owed.key, amount="89.89")))
    stranger = signed_in(an_agent(a_marketplace()))

    page = stranger.get("/desk/transfers/").content.decode()
    assert owed.claim.reference in desk.get("/desk/transfers/").content.decode()

    made = TransferFile.objects.get()
    assert stranger.get(f"/desk/transfers/{made.pk}/").status_code == 404
    assert made.message_id not in page
    assert owed.claim.reference not in page
    assert owed.key.hex not in page
