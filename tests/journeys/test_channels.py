"""From elsewhere: a comment under a post becomes a private conversation, and a closed window lets a person answer."""

from __future__ import annotations

import time

from playwright.sync_api import Browser, Page, expect
from tests.journeys.visitor import DESK, PATIENCE, PHONE, Visitor

COMMENT = "Bonjour, mon plaid a perdu sa couture, commande 48291."
REPLY = "Me voici, en privé. La couture du bas."
NEUTRAL = "vous répond en message privé"
ANSWER = "Bonjour Marilou, la visserie est dans le carton."


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


def _comes(page: Page, address: str, text: str) -> None:
    """Load a page of the simulator until the text is on it: what the worker does, it does beside the site."""
    page.goto(address)
    until = time.monotonic() + PATIENCE / 1000
    while time.monotonic() < until and not page.get_by_text(text).count():
        page.reload()
    expect(page.get_by_text(text).last).to_be_visible()
