"""Photos of a claim, from the computer with their progress, and from a telephone by a QR code."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Browser, Route, expect
from tests.files import samples
from tests.journeys.visitor import DESK, PHONE, Visitor

from recours.demo import pictures

SOON = 60_000
"""Milliseconds that a file may take on a busy machine."""


def named(name: str, content: bytes) -> Any:
    return {"name": name, "mimeType": "image/jpeg", "buffer": content}


def test_photos_leave_one_by_one_and_a_telephone_adds_one(browser: Browser, site: str) -> None:
    with Visitor(browser, site, "camille", viewport=DESK) as buyer:
        page = buyer.page
        buyer.goes("/orders/")
        buyer.finds("Plaid gaufré")
        buyer.follows("Ouvrir un litige")
        buyer.chooses("ground", "damaged")
        buyer.presses("Continuer")
        buyer.presses("Continuer")
        buyer.fills("explanation", "Il est arrivé cassé.")

        # Three at once in the wizard: one good, one that is no photo, one whose connection breaks.
        broken: list[str] = []

        def break_once(route: Route) -> None:
            # Of the third file: the other two are on their way already.
            if b"carton.jpg" in (route.request.post_data_buffer or b"") and not broken:
                broken.append(route.request.url)
                route.abort()
            else:
                route.continue_()

        page.route("**/files/", break_once)
        page.locator("input.plain-files").set_input_files(
            [
                named("casse.jpg", pictures.draw("colis")),
                named("dessin.jpg", b'<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>'),
                named("carton.jpg", samples.picture(size=(300, 200))),
            ]
        )
        rows = page.locator("[data-rows] > li")
        expect(rows).to_have_count(3)
        expect(rows.nth(0)).to_contain_text("reçu", timeout=SOON)
        expect(rows.nth(1)).to_contain_text("d’aucun des types acceptés", timeout=SOON)
        expect(rows.nth(2)).to_contain_text("connexion coupée", timeout=SOON)
        expect(page.locator("[data-told]")).to_contain_text("dessin.jpg – refusé")
        expect(page.locator("[data-told]")).to_contain_text("casse.jpg – vérification")
        rows.nth(2).get_by_role("button", name="Réessayer").click()
        expect(rows.nth(2)).to_contain_text("reçu", timeout=SOON)
        expect(page.locator("#exhibits li")).to_have_count(2)
        # The browser writes down the 422 and the broken connection as errors; there is none of ours among them.
        assert [one for one in buyer.complaints if "Failed to load resource" not in one] == []
        buyer.complaints.clear()
        buyer.asked.clear()
        buyer.look()

        # The telephone, signed in as nobody; the text that was typed is kept.
        buyer.presses("Continuer avec mon téléphone")
        link = page.locator(".phone-address code").text_content() or ""
        with_telephone(browser, link, named("etiquette.jpg", samples.picture(size=(320, 240))))
        expect(page.locator("#phone-received")).to_contain_text("etiquette.jpg", timeout=SOON)
        buyer.look()
        buyer.presses("Arrêter")
        expect(page.locator("[name=explanation]")).to_have_value("Il est arrivé cassé.")
        expect(page.locator("#exhibits li")).to_have_count(3)

        buyer.presses("Continuer")
        buyer.presses("Envoyer")
        buyer.sees("A-3")
        buyer.sees("etiquette.jpg")


def with_telephone(browser: Browser, link: str, photo: Any) -> None:
    context = browser.new_context(viewport=PHONE, locale="fr-FR", has_touch=True)
    try:
        page = context.new_page()
        page.goto(link)
        assert page.url.endswith("/upload/")
        expect(page.locator("main")).not_to_contain_text("casse.jpg")
        page.locator("input.plain-files").set_input_files([photo])
        expect(page.locator("[data-rows] > li")).to_contain_text("reçu", timeout=SOON)
        expect(page.locator("#exhibits")).to_contain_text("etiquette.jpg")
        wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        assert wide <= 0
    finally:
        context.close()
