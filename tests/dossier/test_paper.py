"""The PDF of a claim tells each role the whole of what it may see, and nothing of what it may not."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from tests.claims.stage import AGENT, BUYER, SELLER, back
from tests.dossier.stage import NOTE, Dispute
from tests.papers import fonts_not_embedded, page_count, stated, words

from recours.dossier.commands import issue_paper
from recours.dossier.models import DossierCopy
from recours.dossier.paper import paper
from recours.dossier.queries import gather, opened_as
from recours.rules.lifecycle import commands as c
from recours.rules.lifecycle.vocabulary import Role

pytestmark = pytest.mark.django_db

ROLES = (BUYER, SELLER, AGENT)


@pytest.fixture
def dispute() -> Dispute:
    return Dispute().decided()


def text_of(dispute: Dispute, role: Role) -> str:
    return words(paper(gather(dispute.opened(role))))


@pytest.mark.parametrize("role", ROLES)
def test_paper_tells_the_whole_story(dispute: Dispute, role: Role) -> None:
    told = text_of(dispute, role)

    for said in (
        dispute.row.reference,
        "Casque Nova 1",
        "89,90 €",
        "Au Bon Fil",
        "Mots de l'acheteur <b>",
        "Mots du vendeur <b>",
        "L’arceau est fendu, voyez la photo.",
        "包装完好，发货前检查过。",
        "Remboursement de 20,00 €, sans retour",
        "Nous ne tomberons pas d’accord.",
        "Le défaut existait à la livraison.",
        "art. L217-3 du code de la consommation",
        "Pièce A-1 arceau.jpg",
        "Pièce A-2 facture.pdf",
        "Pièce V-1 expédition.jpg",
        "Pourquoi cette date",
        bytes(dispute.row.head_hash).hex(),
    ):
        assert said in told, said


def test_seller_reads_a_first_name_and_no_address(dispute: Dispute) -> None:
    told = text_of(dispute, SELLER)

    assert "Alice" in told
    assert "Martin" not in told
    assert "alice.martin@example.org" not in told
    assert "pay-" not in told, "how the buyer paid is not the seller's"
    assert "alice.martin@example.org" in text_of(dispute, BUYER), "or the test could not fail"


@pytest.mark.parametrize("role", ROLES)
def test_what_the_desk_notes_for_itself_is_in_no_copy(dispute: Dispute, role: Role) -> None:
    assert NOTE not in text_of(dispute, role)


@pytest.mark.parametrize("role", [BUYER, SELLER])
def test_parties_do_not_read_who_holds_the_claim(dispute: Dispute, role: Role) -> None:
    taken = "Dossier pris en charge"

    assert taken not in text_of(dispute, role)
    assert "Charlie" not in text_of(dispute, role)


def test_paper_is_an_archive_with_its_fonts(dispute: Dispute) -> None:
    made = paper(gather(dispute.opened(BUYER)))

    assert stated(made) == {
        "part": "2",
        "conformance": "B",
        "title": "Casque Nova 1",
        "language": "fr",
        "created": "2026-11-20T09:00:00+00:00",
    }
    assert fonts_not_embedded(made) == []


def test_paper_speaks_the_readers_language(dispute: Dispute) -> None:
    with translation.override("en"):
        told = text_of(dispute, BUYER)

    assert "Buyer’s copy" in told
    assert "page 1 of" in told
    assert not [word for word in ("Exemplaire", "Échéance", "Pièce ", "Les étapes") if word in told]


def test_same_claim_gives_the_same_bytes(dispute: Dispute) -> None:
    assert len({paper(gather(dispute.opened(BUYER))) for _ in range(2)}) == 1


def test_pictures_bring_no_hidden_data(dispute: Dispute) -> None:
    made = paper(gather(dispute.opened(SELLER)))

    assert b"Camille" not in made
    assert b"Exif" not in made


def test_reading_takes_as_many_statements_for_a_long_claim(dispute: Dispute) -> None:
    opened = dispute.opened(BUYER)
    with CaptureQueriesContext(connection) as few:
        gather(opened)
    for number in range(20):
        dispute.says(BUYER, f"Message {number}")

    opened = dispute.opened(BUYER)
    with CaptureQueriesContext(connection) as many:
        gather(opened)

    assert (len(few), len(many)) == (11, 11)  # two of them begin and end the savepoint of a test


def test_long_claim_has_a_table_of_contents(dispute: Dispute) -> None:
    assert "Sommaire" not in text_of(dispute, BUYER)
    for number in range(200):
        dispute.says(
            BUYER if number % 2 else SELLER, f"Message {number}. " + "Des mots, encore des mots. " * 12
        )

    made = paper(gather(dispute.opened(BUYER)))

    told = words(made)
    assert "Sommaire" in told
    assert "Message 0." in told
    assert "Message 199." in told
    assert page_count(made) > 20


def test_hostile_words_are_printed_and_nothing_more() -> None:
    hostile = '#read("/etc/passwd") <script>alert(1)</script> file:///etc/passwd \\input{x} 中文 😀 \u202eGPJ'
    dispute = Dispute()
    dispute.buyer.name = hostile
    dispute.buyer.save()
    dispute.says(BUYER, hostile)

    told = text_of(dispute, AGENT)

    assert told.replace(" ", "").count('#read("/etc/passwd")<script>') == 2, "as a name and as a message"
    assert "<script>alert(1)</script> file:///etc/passwd \\input{x}" in told
    assert "[U+202E]GPJ" in told
    assert "root:" not in told


def test_claim_without_an_order_has_a_paper_too() -> None:
    dispute = Dispute.__new__(Dispute)
    super(Dispute, dispute).__init__(payment=True)

    told = text_of(dispute, BUYER)

    assert "Commande" not in told.split("La réclamation")[0] or "pay-" in told
    assert "débit trop élevé" in told


def test_refund_that_was_paid_is_told() -> None:
    dispute = Dispute()
    dispute.does(AGENT, c.Propose, terms=dispute.refund(4500), reasons="Un partage.")
    dispute.does(BUYER, c.AcceptOffer, number=2).does(SELLER, c.AcceptOffer, number=2)

    told = text_of(dispute, SELLER)

    assert "Accordé Remboursement de 45,00 €, sans retour" in told
    assert "(date retenue)" in told


def test_goods_on_their_way_back_are_told() -> None:
    life = back().sent_back()
    shop = life.row.shop
    assert shop is not None
    shop.return_address = "Au Bon Fil, retours\n12 rue des Tisserands\n69001 Lyon"
    shop.save()

    told = words(paper(gather(opened_as(life.row.reference, BUYER))))

    assert "Le retour Autorisé le" in told
    assert "12 rue des Tisserands" in told
    assert "Colissimo 6A123" in told


def test_lost_picture_leaves_its_line_and_its_hash(dispute: Dispute, settings: object) -> None:
    exhibit = gather(dispute.opened(BUYER)).evidence[0]
    from recours.files import storage  # the store of this test

    storage.store().delete(storage.path_of(exhibit.file.clean_sha256))

    told = text_of(dispute, BUYER)

    assert "Pièce A-1 arceau.jpg" in told
    assert exhibit.file.sha256 in told


def test_copy_is_remembered(dispute: Dispute) -> None:
    issue_paper(dispute.opened(BUYER))

    copy = DossierCopy.objects.get()
    assert (copy.role, copy.form, copy.seq) == ("buyer", "pdf", dispute.row.seq)
    assert bytes(copy.head_hash) == bytes(dispute.row.head_hash)
    assert copy.made_at - dispute.opened(BUYER).now < dt.timedelta(seconds=1)
