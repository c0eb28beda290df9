"""The demo's bank: transfers of the past are paid, those of the visitor are when they hand in its statement."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django.fixtures import Settings

from recours.claims.models import Claim
from recours.demo import banking, banking_views
from recours.demo.seed import seed
from recours.refunds.models import Refund, TransferFile
from recours.rules.lifecycle.vocabulary import State

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("without_pictures")]


def statuses(title: str) -> list[str]:
    return list(Refund.objects.filter(claim__title=title).values_list("status", flat=True))


def test_a_transfer_is_led_to_its_end_by_who_visits(demo: Settings) -> None:
    seed()
    agent = Client()
    agent.post("/demo/enter/ines/")
    assert (statuses("Écharpe Brume"), statuses("Clavier Ardoise")) == (["succeeded"], ["approved"])

    agent.post("/desk/transfers/make/")
    assert statuses("Clavier Ardoise") == ["pending"]
    assert TransferFile.objects.count() == 2
    done = agent.post("/demo/bank/day/", follow=True).content.decode()
    assert "la banque rend 2 fichiers" in done
    again = agent.post("/demo/bank/day/", follow=True).content.decode()
    assert "La banque n’a rien de nouveau à payer" in again
    newest = next(path.name for path in banking.bank_files() if path.name.startswith("camt.053"))
    got = agent.get(f"/demo/bank/files/{newest}/")
    statement = b"".join(got.streaming_content)  # type: ignore[attr-defined]
    agent.post("/desk/transfers/bank-file/", {"file": SimpleUploadedFile(newest, statement)})

    assert statuses("Clavier Ardoise") == ["succeeded"]
    assert Claim.objects.get(title="Clavier Ardoise").state == State.CLOSED


def test_files_that_the_bank_did_not_give_are_not_there(demo: Settings) -> None:
    for name in ("camt.053-nothing.xml", "..", "journal.jsonl"):
        assert Client().get(f"/demo/bank/files/{name}/").status_code == 404


def test_a_bank_that_is_busy_is_said(demo: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    def busy(now: object) -> None:
        raise banking.InUse

    monkeypatch.setattr(banking_views, "carry_out", busy)

    page = Client().post("/demo/bank/day/", follow=True)

    assert "La banque est occupée" in page.content.decode()


def test_the_doors_say_where_the_money_is(demo: Settings) -> None:
    seed()

    doors = Client().get("/demo/").content.decode()
    agent = Client()
    agent.post("/demo/enter/ines/")

    assert "banque simulée" in doors
    assert "Enceinte Galet" in agent.get("/desk/refunds/?list=surcharges").content.decode()
    assert "que personne n’a demandé" in doors
    assert "15,00" in agent.get("/desk/refunds/doubts/").content.decode()
