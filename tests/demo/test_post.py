"""The demo's page of the simulated post: what it really has, and what becomes of it next."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client
from pytest_django.fixtures import Settings
from tests.posting.test_merci_facteur import order, served

from recours.claims.models import Evidence
from recours.demo.seed import seed
from recours.posting.models import Letter
from recours.posting.providers.merci_facteur.provider import MerciFacteur
from recours.posting.providers.merci_facteur.simulator.server import Simulator

pytestmark = pytest.mark.django_db


@pytest.fixture
def post_office(demo: Settings, tmp_path: Path) -> Iterator[Simulator]:
    made = served(tmp_path / "letters")
    demo.MERCI_FACTEUR_ADDRESS = made.address
    yield made
    made.shutdown()
    made.server_close()


def page() -> str:
    return Client().get("/demo/post/").content.decode()


def test_a_letter_is_moved_on_from_the_page(post_office: Simulator) -> None:
    assert "Aucune lettre" in page()
    ref = MerciFacteur("service", "s", "1", address=post_office.address).submit(order()).ref
    assert "Ensuite : Confiée, en attente d’impression" in page()

    for _ in range(2):
        Client().post("/demo/post/move/", {"letter": ref, "do": "forward"})
    Client().post("/demo/post/move/", {"letter": ref, "do": "returned"})

    assert "Imprimée et mise sous pli" in page()
    assert post_office.books.letters[ref]["life"] == "returned"
    assert "Personne ne la retire" not in page()


def test_the_next_letter_meets_what_the_page_says(post_office: Simulator) -> None:
    for what in ("reset", "nonsense"):
        assert Client().post("/demo/post/next/", {"what": what}).status_code == 302

    assert post_office.mischief.armed == ["reset"]
    assert "La prochaine réponse se perd" in page()


def test_a_post_office_that_is_down_is_said(demo: Settings) -> None:
    demo.MERCI_FACTEUR_ADDRESS = "http://127.0.0.1:1"

    moved = Client().post("/demo/post/move/", {"letter": "1", "do": "forward"}, follow=True)

    assert "ne répond pas" in moved.content.decode()


def test_the_seed_has_a_letter_that_came_back_and_one_that_came(demo: Settings) -> None:
    seed()

    letter = Letter.objects.get()
    assert [row.step for row in letter.steps.order_by("on")] == [
        "handed_in",
        "presented",
        "unclaimed",
        "returned",
    ]
    assert letter.proofs.count() == 2
    assert letter.claim.title == "Tourne-disque Vallon"
    assert Evidence.objects.filter(claim__title="Châle Brume, laine", side="buyer").count() == 2
