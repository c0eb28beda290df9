"""The style guide in a real browser: nothing that axe or the Content-Security-Policy finds, on a phone and a desk."""

import shutil
import threading
from collections.abc import Iterator
from pathlib import Path
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core.handlers.wsgi import WSGIHandler
from playwright.sync_api import Browser, Page, sync_playwright

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

pytestmark = [
    pytest.mark.journey,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]


class Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class Quiet(WSGIRequestHandler):
    def log_message(self, *args: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    """The address of a server without a database: these pages ask it nothing, and here they could not."""
    with make_server("127.0.0.1", 0, WSGIHandler(), server_class=Server, handler_class=Quiet) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def complaints() -> list[str]:
    """What the browser's console said."""
    return []


def open_page(browser: Browser, complaints: list[str], url: str, **options: Any) -> Page:
    page = browser.new_context(locale="fr-FR", **options).new_page()
    page.on("console", lambda m: complaints.append(m.text) if m.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(url)
    return page


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 390, 1280])
def test_accessible_at_every_width_in_both_themes(
    site: str, browser: Browser, complaints: list[str], width: int, scheme: str
):
    size = {"width": width, "height": 900}
    page = open_page(browser, complaints, f"{site}/ui/", viewport=size, color_scheme=scheme)
    for summary in page.query_selector_all("summary"):
        summary.click()

    violations = (
        Axe().run(page, options={"runOnly": RULES, "resultTypes": ["violations"]}).response["violations"]
    )

    assert [(v["id"], [n["target"] for n in v["nodes"]]) for v in violations] == []
    assert page.evaluate("document.documentElement.scrollWidth") == width, "the page scrolls sideways"
    assert complaints == []


def test_everything_is_there_without_javascript(site: str, browser: Browser, complaints: list[str]):
    page = open_page(browser, complaints, f"{site}/ui/", java_script_enabled=False)

    page.locator("summary", has_text="Pourquoi cette date").first.click()

    assert page.locator(".trace li.end").first.is_visible()
    assert page.locator("[data-copy]").first.is_hidden()
    page.get_by_role("button", name="sombre").click()
    assert page.locator("html").get_attribute("data-theme") == "dark"


def test_theme_switch_needs_no_reload_and_lasts(site: str, browser: Browser, complaints: list[str]):
    page = open_page(browser, complaints, f"{site}/ui/")
    page.evaluate("window.stayed = true")

    page.get_by_role("button", name="sombre").click()

    assert page.locator("html").get_attribute("data-theme") == "dark"
    assert page.evaluate("window.stayed"), "the page was loaded again"
    page.reload()
    assert page.locator("html").get_attribute("data-theme") == "dark"


def test_keyboard_walks_the_queue_and_can_be_switched_off(site: str, browser: Browser, complaints: list[str]):
    page = open_page(browser, complaints, f"{site}/ui/")
    focused = "document.activeElement.textContent.trim()"
    page.locator("h1").first.click()

    page.keyboard.press("j")
    page.keyboard.press("j")
    assert page.evaluate(focused) == "L-2HB7WT4C"
    page.keyboard.press("k")
    assert page.evaluate(focused) == "L-7F3KQXM9"
    page.keyboard.press("/")
    page.keyboard.type("jk")
    assert page.locator("#search").input_value() == "jk"

    page.locator("summary", has_text="Raccourcis").click()
    page.get_by_label("Utiliser ces raccourcis").uncheck()
    page.locator("h1").first.click()
    page.keyboard.press("j")
    assert page.evaluate(focused) != "L-7F3KQXM9"


def test_chosen_files_are_listed_with_their_size(
    site: str, browser: Browser, complaints: list[str], tmp_path: Path
):
    photo, film = tmp_path / "arceau.jpg", tmp_path / "video.mp4"
    photo.write_bytes(b"0" * 2_400_000)
    film.write_bytes(b"0" * 15_100_000)
    page = open_page(browser, complaints, f"{site}/ui/")
    field = page.locator("#id_a-photos")

    field.set_input_files([photo, film])

    listed = page.locator("[data-files]").first.locator("[data-previews] li")
    assert "arceau.jpg, 2,4" in listed.nth(0).inner_text()
    assert "trop lourd" in listed.nth(1).inner_text()


SUBMIT_TWICE = """async () => {
  const form = document.querySelector("main form");
  const button = form.querySelector("button");
  let passed = 0;
  window.addEventListener("submit", (event) => { passed += event.defaultPrevented ? 0 : 1; event.preventDefault(); });
  form.requestSubmit();
  form.requestSubmit();
  await new Promise((done) => setTimeout(done, 50));
  const disabled = button.disabled;
  window.dispatchEvent(new Event("pageshow"));
  return [passed, disabled, button.disabled];
}"""


def test_a_form_is_sent_once_and_again_after_coming_back(site: str, browser: Browser, complaints: list[str]):
    page = open_page(browser, complaints, f"{site}/account/login/")

    passed, disabled_after_sending, disabled_after_coming_back = page.evaluate(SUBMIT_TWICE)

    assert passed == 1
    assert disabled_after_sending
    assert not disabled_after_coming_back
