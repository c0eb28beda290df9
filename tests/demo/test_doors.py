"""Doors that let anybody in: open in the demo, and nowhere else."""

import pytest
from django.conf import settings as production
from django.test import Client
from django.urls import Resolver404, resolve
from pytest_django.fixtures import Settings
from tests.factories import a_user

from recours.demo.cast import CAMILLE, HELENE, INES, MARKETPLACE_NAME, PERSONAS, WEN
from recours.demo.seed import seed

pytestmark = pytest.mark.django_db

DOORS = ["/demo/", "/demo/enter/camille/", "/demo/enter/any/", "/demo/clock/"]


@pytest.fixture
def seeded(demo: Settings, without_pictures: None) -> None:
    seed()


@pytest.mark.parametrize("path", DOORS)
def test_doors_do_not_exist_in_production(client: Client, path: str) -> None:
    with pytest.raises(Resolver404):
        resolve(path, "recours.config.urls")

    assert (client.get(path).status_code, client.post(path).status_code) == (404, 404)


def test_production_has_neither_the_demo_nor_its_banner() -> None:
    processors = production.TEMPLATES[0]["OPTIONS"]["context_processors"]

    assert (production.DEMO, "recours.demo" in production.INSTALLED_APPS) == (False, False)
    assert [name for name in processors if "demo" in name] == []


@pytest.mark.usefixtures("seeded")
@pytest.mark.parametrize(
    ("key", "place"),
    [
        (CAMILLE.key, "/orders/"),
        (WEN.key, "/seller/claims/"),
        (INES.key, "/desk/"),
        (HELENE.key, "/desk/"),
    ],
)
def test_each_door_leads_to_its_face(client: Client, key: str, place: str) -> None:
    response = client.post(f"/demo/enter/{key}/", follow=True)

    assert (response.redirect_chain[-1][0], response.status_code) == (place, 200)
    assert f"vous êtes {PERSONAS[key].name}" in response.content.decode()


@pytest.mark.usefixtures("seeded")
def test_banner_changes_who_one_is(client: Client) -> None:
    client.post("/demo/enter/camille/")

    client.post("/demo/enter/any/", {"persona": "wen"})

    assert client.get("/", follow=True).redirect_chain[-1][0] == "/seller/claims/"


@pytest.mark.usefixtures("seeded")
def test_visitor_finds_the_doors_at_home(client: Client) -> None:
    page = client.get("/").content.decode()

    assert "Entrez par la porte de votre choix" in page
    assert f"<title>La démonstration – {MARKETPLACE_NAME}</title>" in page


@pytest.mark.usefixtures("seeded")
def test_door_opens_by_post_with_the_token_and_for_the_cast_alone(client: Client) -> None:
    stranger = a_user("Mallory")

    assert client.get("/demo/enter/camille/").status_code == 405
    assert client.post("/demo/enter/nobody/").status_code == 404
    assert client.post("/demo/enter/any/", {"persona": stranger.email}).status_code == 404
    assert Client(enforce_csrf_checks=True).post("/demo/enter/camille/").status_code == 403
