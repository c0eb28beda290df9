"""From elsewhere: a photo becomes evidence and the ruling comes back to its phone; a comment becomes a private
conversation; and a closed window lets a person answer."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

from playwright.sync_api import Browser, Page, expect
from tests.journeys.visitor import DESK, PATIENCE, PHONE, PHOTO, Enter, Visitor

TORN = "Bonjour, mon bonnet est arrivé décousu, voici la photo."
HOW = "Merci. Voici comment nous l’emballons, est-ce bien ce carton ?"
RULED = "La plateforme a décidé"
MINUTES = 4 * 60_000
"""Milliseconds for news: two rounds of the worker, each of a minute, on a machine that does much else."""
COMMENT = "Bonjour, mon plaid a perdu sa couture, commande 48291."
REPLY = "Me voici, en privé. La couture du bas."
NEUTRAL = "vous répond en message privé"
ANSWER = "Bonjour Marilou, la visserie est dans le carton."


def test_a_photo_becomes_evidence_and_the_ruling_comes_back_to_the_phone(enters: Enter) -> None:
    with enters("ines") as agent, enters("camille") as buyer:
        agent.banner()
        address = agent.page.get_by_role("link", name="Téléphone de Camille (WhatsApp)").get_attribute("href")
        phone = buyer.context.new_page()
        phone.goto(address or "")
        phone.get_by_label("Votre message").fill(TORN)
        phone.locator("input[type=file]").set_input_files([PHOTO])
        phone.get_by_role("button", name="Envoyer").click()
        expect(phone.get_by_role("img", name="Photo")).to_be_visible()

        # The desk reads it with its photo, answers with one of its own, and asks who writes.
        agent.goes("/desk/messages/")
        agent.comes_to_see(TORN[:30])
        _opens(agent, TORN[:30])
        talk = agent.page.url
        agent.sees("par WhatsApp")
        agent.sees("image.jpg")
        agent.fills("text", HOW)
        agent.page.locator("#id_files_given").set_input_files([PHOTO])
        agent.sends()
        _comes(phone, phone.url, HOW)
        _until(phone, lambda: phone.get_by_role("img", name="Photo").count() == 2)
        agent.goes(talk)
        agent.presses("Lui envoyer un lien de preuve")
        _comes(phone, phone.url, "/channels/join/")
        link = re.search(r"/channels/join/\S+", phone.locator("ol").inner_text())
        assert link is not None

        # Camille opens the link signed in, and asks to be told there.
        buyer.goes(link[0])
        buyer.page.locator("input[name=news]").check()
        buyer.presses("C’est moi")

        # One act opens the claim; the photo is an exhibit on its page, and the phone has its link.
        agent.goes(talk)
        agent.follows("Ouvrir une réclamation avec ces messages")
        agent.page.locator("label").filter(has_text="Bonnet côtelé").first.click()
        agent.page.locator("[name=ground]").select_option("damaged")
        agent.page.get_by_role("button", name="Ouvrir la réclamation").click()
        agent.sees("est ouverte, et l’acheteur en est averti")
        reference = agent.page.url.strip("/").split("/")[-1]
        agent.sees("A-2 image.jpg")
        _comes(phone, phone.url, f"/claims/{reference}/")

        with enters("soizic") as seller:
            seller.goes(f"/seller/claims/{reference}/")
            seller.sees(TORN)
            seller.follows("Faire une proposition")
            seller.chooses("kind", "part")
            seller.fills("amount", "10")
            seller.fills("reasons", "10 € et vous le gardez.")
            seller.sends()
        buyer.goes(f"/claims/{reference}/")
        buyer.follows("Demander à la plateforme de décider")
        buyer.fills("reasons", "Il est inutilisable.")
        buyer.sends()
        agent.goes(f"/desk/claims/{reference}/")
        agent.presses("Prendre ce dossier")
        agent.follows("Décider")
        agent.chooses("kind", "wanted")
        agent.fills("other_rule", "C. conso. L217-5")
        agent.fills("reasons", "La photo montre une couture défaite à l’arrivée.")
        agent.sends()

        # The ruling comes back to the same phone in a line with a link, while its window is open.
        _comes(phone, phone.url, RULED, patience=MINUTES)
        assert "La photo montre" not in phone.locator("ol").inner_text()


def test_a_comment_becomes_a_private_conversation(browser: Browser, site: str) -> None:
    with Visitor(browser, site, "ines", viewport=DESK) as agent:
        agent.banner()
        page = agent.page.get_by_role("link", name="Page Facebook").get_attribute("href") or ""
        origin = page.removesuffix("/page")
        yanis = agent.context.browser.new_context(viewport=PHONE).new_page()
        yanis.goto(page)
        yanis.get_by_label("Commenter").first.fill(COMMENT)
        yanis.get_by_role("button", name="Publier").first.click()

        # The desk reads it with a link to the post, and answers in private by one button.
        agent.goes("/desk/messages/")
        agent.comes_to_see(COMMENT[:30])
        _opens(agent, COMMENT[:30])
        agent.sees("par la page Facebook")
        assert agent.page.get_by_role("link", name="Voir la publication").last.get_attribute("href")
        agent.presses("Passer en privé")

        # In public stands one sentence, and no order.
        _comes(yanis, page, NEUTRAL)
        below = yanis.locator("li.answer").last.inner_text()
        assert "48291" not in below

        # In private he has the link, and goes on there; it is the same conversation.
        _comes(yanis, f"{origin}/", "/channels/join/")
        yanis.get_by_label("Votre message").fill(REPLY)
        yanis.get_by_role("button", name="Envoyer").click()
        agent.comes_to_see(REPLY)
        agent.sees(COMMENT)
        agent.sees("Encore 23 h")
        # The long address in it does not widen the page of who answers from a phone.
        agent.page.set_viewport_size(PHONE)
        agent.look()
        yanis.context.close()


def test_a_person_answers_when_the_window_has_closed(browser: Browser, site: str) -> None:
    with Visitor(browser, site, "ines", viewport=DESK) as agent:
        agent.banner()
        origin = agent.page.get_by_role("link", name="Messenger de Yanis").get_attribute("href") or ""
        agent.goes("/desk/messages/")
        _opens(agent, "visserie")
        agent.sees("pour une réponse écrite par une personne")
        agent.fills("text", ANSWER)
        agent.sends()

        marilou = agent.context.browser.new_context(viewport=PHONE).new_page()
        marilou.goto(origin)
        marilou.get_by_role("link", name="Marilou").click()
        _comes(marilou, marilou.url, ANSWER)
        marilou.context.close()

        # WhatsApp takes no free words any more: what is left is the template.
        agent.goes("/desk/messages/")
        _opens(agent, "Lucie")
        agent.sees("modèle obligatoire")
        agent.presses("Envoyer ce modèle")
        agent.comes_to_see("Répondez-nous ici")


def _opens(agent: Visitor, words: str) -> None:
    """Open the conversation of the inbox that has these words."""
    agent.page.get_by_role("main").locator("article").filter(has_text=words).get_by_role("link").first.click()
    agent.look()


def _comes(page: Page, address: str, text: str, *, patience: int = PATIENCE) -> None:
    """Load a page of the simulator until the text is on it: what the worker does, it does beside the site."""
    page.goto(address)
    _until(page, lambda: page.get_by_text(text).count() > 0, patience=patience)
    expect(page.get_by_text(text).last).to_be_visible()


def _until(page: Page, seen: Callable[[], bool], *, patience: int = PATIENCE) -> None:
    """Load a page again until something is seen there."""
    until = time.monotonic() + patience / 1000
    while time.monotonic() < until and not seen():
        page.reload()
    assert seen()
