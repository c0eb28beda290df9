"""Taking a copy away, and being told why not."""

import io
import zipfile
from collections.abc import Callable
from uuid import UUID

import pytest
from django.db import connection, transaction
from django.test import Client
from tests.at_once import at_once, kinds
from tests.claims.stage import AGENT, BUYER, SELLER
from tests.dossier.stage import Dispute
from tests.papers import words

from recours import clock
from recours.claims.commands import act
from recours.claims.models import Evidence
from recours.dossier import commands, queries
from recours.dossier.models import DossierCopy
from recours.rules.lifecycle import commands as c
from recours.rules.lifecycle.vocabulary import Role
from recours.typesetting import TypesettingError

pytestmark = pytest.mark.django_db


@pytest.fixture
def dispute() -> Dispute:
    return Dispute()


@pytest.fixture
def client_of_buyer(dispute: Dispute) -> Client:
    client = Client()
    client.force_login(dispute.buyer.user)
    return client


def test_pdf_is_an_attachment_that_nobody_keeps(dispute: Dispute, client_of_buyer: Client) -> None:
    answer = client_of_buyer.get(f"/dossiers/{dispute.row.reference}.pdf")

    assert answer.status_code == 200
    assert answer.content.startswith(b"%PDF-1.7")
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{dispute.row.reference}.pdf"'
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert DossierCopy.objects.get().made_by_id == dispute.buyer.user_id


def test_zip_is_streamed(dispute: Dispute, client_of_buyer: Client) -> None:
    answer = client_of_buyer.get(f"/dossiers/{dispute.row.reference}.zip")

    assert answer.streaming
    assert answer.headers["Cache-Control"] == "private, no-store"
    content = b"".join(answer.streaming_content)  # type: ignore[arg-type]
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert "pieces/A-1.jpg" in archive.namelist()


def test_each_face_has_the_buttons(dispute: Dispute) -> None:
    for user, path, label in (
        (dispute.buyer.user, "/claims/", "Mon dossier (PDF)"),
        (dispute.bob, "/seller/claims/", "Mon dossier (PDF)"),
        (dispute.charlie, "/desk/claims/", "Le dossier (PDF)"),
    ):
        client = Client()
        client.force_login(user)
        page = client.get(f"{path}{dispute.row.reference}/").content.decode()

        assert label in page
        assert f'href="/dossiers/{dispute.row.reference}.zip"' in page


def test_a_loop_is_refused_with_a_way_on(
    dispute: Dispute, client_of_buyer: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(commands, "PER_HOUR", 2)
    for _ in range(2):
        DossierCopy.objects.create(
            claim_id=dispute.id,
            role=BUYER,
            form="pdf",
            seq=1,
            head_hash=bytes(32),
            sha256="0" * 64,
            made_at=clock.now(),
            made_by=dispute.buyer.user,
        )

    answer = client_of_buyer.get(f"/dossiers/{dispute.row.reference}.pdf", follow=True)

    assert answer.redirect_chain == [(f"/claims/{dispute.row.reference}/", 302)]
    assert "Vous avez demandé 2 copies de dossiers en une heure." in answer.content.decode()
    assert DossierCopy.objects.count() == 2


def test_document_that_cannot_be_set_is_a_sentence(
    dispute: Dispute, client_of_buyer: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(_: object) -> bytes:
        raise TypesettingError("x")

    monkeypatch.setattr(commands, "paper", fails)

    answer = client_of_buyer.get(f"/dossiers/{dispute.row.reference}.pdf", follow=True)

    assert "Le dossier n’a pas pu être mis en page." in answer.content.decode()


def hurried(act: Callable[[], object]) -> object:
    """Do it, unless somebody holds what it needs."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '50ms'")
        return act()


@pytest.mark.django_db(transaction=True)
def test_nobody_acts_between_what_a_copy_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two connections: one reads the claim for a copy, the other would act on it between two statements."""
    dispute = Dispute()
    tried: list[object] = []
    read = queries.evidence_of

    def meanwhile(claim_id: UUID) -> list[Evidence]:
        ask = c.AskEvidence(by=dispute.by(AGENT), of=BUYER, text="Une photo ?")
        tried.extend(at_once(lambda: hurried(lambda: act(dispute.id, ask, now=dispute.now))))
        return read(claim_id)

    monkeypatch.setattr(queries, "evidence_of", meanwhile)

    commands.issue_paper(dispute.opened(BUYER))

    assert kinds(tried) == ["OperationalError"]
    assert DossierCopy.objects.get().seq == dispute.row.seq


@pytest.mark.django_db(transaction=True)
def test_copies_for_two_at_once_wait_for_nobody() -> None:
    dispute = Dispute()

    made = at_once(
        *[lambda role=role: gather_hurried(dispute, role) for role in (BUYER, SELLER, AGENT)]  # type: ignore[misc]
    )

    assert kinds(made) == ["Gathered"] * 3


def gather_hurried(dispute: Dispute, role: Role) -> object:
    return hurried(lambda: queries.gather(dispute.opened(role)))


def test_copy_is_sealed_with_what_it_read_and_not_with_what_its_reader_had_open(dispute: Dispute) -> None:
    opened = dispute.opened(BUYER)
    dispute.does(AGENT, c.AskEvidence, of=BUYER, text="Une photo de l’étiquette ?")

    content = commands.issue_paper(opened)

    copy, row = DossierCopy.objects.get(), dispute.row
    assert (copy.seq, bytes(copy.head_hash)) == (row.seq, bytes(row.head_hash))
    assert copy.seq > opened.row.seq
    assert "Une photo de l’étiquette ?" in words(content)
    assert bytes(row.head_hash).hex()[:16] in words(content).replace("\n", "")
