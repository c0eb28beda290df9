"""The pages of no face. None of them asks the database anything of who is signed out."""

import re
from html.parser import HTMLParser
from types import SimpleNamespace

import pytest
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse

from recours.ui import views

pytestmark = pytest.mark.rules

PAGES = (
    "ui:home",
    "ui:accessibility",
    "ui:style_guide",
    "account_login",
    "account_signup",
    "account_reset_password",
)


class Inline(HTMLParser):
    """Finds what the Content-Security-Policy would refuse."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = dict(attrs)
        if tag == "style" or (tag == "script" and "src" not in names):
            self.found.append(tag)
        self.found += [name for name in names if name == "style" or name.startswith("on")]
        self.found += [str(value) for value in names.values() if str(value).startswith("javascript:")]


@pytest.mark.parametrize("name", PAGES)
def test_page_has_what_every_page_has(client: Client, name: str):
    response = client.get(reverse(name))
    html = response.content.decode()

    assert response.status_code == 200
    assert '<html lang="fr">' in html
    assert re.search(r"<title>[^<]+ – Recours</title>", html)
    assert '<a class="skip" href="#main">' in html
    assert '<main id="main"' in html
    assert html.count("<h1>") >= 1
    assert 'lang="en">English</button>' in html
    assert reverse("ui:accessibility") in html
    assert "{%" not in html
    assert "{{" not in html


@pytest.mark.parametrize("name", PAGES)
def test_nothing_is_inline(client: Client, name: str):
    parser = Inline()
    parser.feed(client.get(reverse(name)).content.decode())

    assert parser.found == []


def test_ids_are_unique_in_the_style_guide(client: Client):
    html = client.get(reverse("ui:style_guide")).content.decode()
    ids = re.findall(r' id="([^"]+)"', html)

    assert sorted(ids) == sorted(set(ids))


def test_home_sends_who_is_signed_in_inside(rf, settings):
    settings.LOGIN_REDIRECT_URL = "/orders/"
    request = rf.get("/")
    request.user = SimpleNamespace(is_authenticated=True)

    response = views.home(request)

    assert (response.status_code, response["Location"]) == (302, "/orders/")


def test_theme_is_remembered_and_drawn(client: Client):
    response = client.post(reverse("ui:theme"), {"theme": "dark", "next": "/accessibility/"})

    assert (response.status_code, response["Location"]) == (302, "/accessibility/")
    html = client.get("/accessibility/").content.decode()
    assert '<html lang="fr" data-theme="dark">' in html
    assert re.search(r'value="dark"[^>]*aria-pressed="true"', html)


@pytest.mark.parametrize("chosen", ["auto", '"><script>', ""])
def test_theme_is_forgotten_for_anything_else(client: Client, chosen: str):
    client.cookies["theme"] = "dark"

    response = client.post(reverse("ui:theme"), {"theme": chosen, "next": "https://elsewhere.example.org/"})

    assert response["Location"] == "/"
    assert response.cookies["theme"].value == ""


def test_a_forged_theme_cookie_is_not_drawn(client: Client):
    client.cookies["theme"] = "x onload=1"

    assert '<html lang="fr">' in client.get("/").content.decode()


def test_language_follows_the_choice(client: Client):
    client.post(reverse("set_language"), {"language": "en", "next": "/"})

    assert '<html lang="en">' in client.get("/").content.decode()


def test_unknown_address_has_a_way_on(client: Client, settings):
    settings.DEBUG = False
    response = client.get("/no-such-page/")
    html = response.content.decode()

    assert response.status_code == 404
    assert "Cette page n’existe pas" in html
    assert '<a class="button" href="/">' in html


@pytest.mark.parametrize("name", ["400", "403", "404"])
def test_error_pages_need_no_request(name: str):
    assert 'href="/"' in render_to_string(f"{name}.html")


def test_500_stands_alone():
    html = render_to_string("500.html")

    assert "{%" not in html
    assert "Revenir à l’accueil" in html
    assert "Back to the home page" in html


def test_old_form_keeps_hope():
    client = Client(enforce_csrf_checks=True)

    response = client.post(reverse("ui:theme"), {"theme": "dark"})

    assert response.status_code == 403
    assert "Cette page est restée ouverte trop longtemps" in response.content.decode()
