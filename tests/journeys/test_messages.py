"""Before the dispute: from a misspelled question to the shop, to its answer, to a dispute that knows it all."""

from __future__ import annotations

import re

from playwright.sync_api import Browser, expect
from tests.journeys.visitor import DESK, PHONE, Visitor


def test_a_question_becomes_a_message_and_then_a_dispute(browser: Browser, site: str) -> None:
    with Visitor(browser, site, "camille", viewport=PHONE) as buyer:
        # A misspelled question finds the right article.
        buyer.goes("/help/mirabelle/search/?q=mon+article+et+arivé+cassé")
        buyer.follows("Mon article est arrivé cassé")
        buyer.sees("Cet article a-t-il résolu votre problème")

        # The guided question leads to an order, and the order to its shop.
        buyer.goes("/help/mirabelle/what-happened/item/damaged/")
        buyer.sees("De quelle commande")
        buyer.goes("/orders/")
        buyer.finds("Plaid gaufré")
        buyer.follows("Écrire au vendeur")
        chosen = buyer.page.locator("input[type=checkbox][name=lines]")
        if chosen.count() and not chosen.first.is_checked():
            chosen.first.check(force=True)
        buyer.chooses("topic", "damaged")
        buyer.fills("text", "Il est arrivé déchiré, et le carton était ouvert. Que proposez-vous ?")
        buyer.sends()
        buyer.sees("Il est arrivé déchiré")
        assert re.search(r"/messages/[0-9a-f-]{36}/$", buyer.page.url)
        order = re.search(r"MM-\d+", buyer.page.locator("main").inner_text())[0]  # type: ignore[index]

        # The shop answers from another mail program, and the buyer's open page shows it by itself.
        with Visitor(browser, site, "helene", viewport=DESK) as other_program:
            other_program.goes("/demo/mailbox/")
            other_program.comes_to_see(f"commande {order}")
            # Not looked at: the mail stands in a frame that runs no script, so axe would wait for its answer for ever.
            other_program.page.get_by_role("main").get_by_role("link", name=f"commande {order}").first.click()
            other_program.page.wait_for_load_state()
            other_program.page.locator("textarea").first.fill("Bonjour, nous vous envoyons un plaid neuf.")
            other_program.page.get_by_role("button", name="Envoyer la réponse").click()
        expect(buyer.page.locator("main")).to_contain_text("un plaid neuf")

        # What was written is in the dispute.
        buyer.page.get_by_role("main").get_by_role("link", name="Ouvrir un litige").first.click()
        buyer.look()
        for _ in range(8):
            if buyer.page.get_by_role("button", name="Envoyer", exact=True).count():
                break
            buyer.presses("Continuer")
        buyer.presses("Envoyer")
        buyer.sees("Vendeur contacté")
        buyer.sees("un plaid neuf")


def test_silence_leads_to_a_dispute_that_holds_the_messages(browser: Browser, site: str) -> None:
    with Visitor(browser, site, "camille", viewport=PHONE) as buyer:
        # From "what happened?" to the order, and to its shop, which does not answer.
        buyer.goes("/help/mirabelle/what-happened/")
        buyer.follows("L’article reçu a un problème")
        buyer.follows("Il est cassé ou abîmé")
        buyer.follows("Bonnet côtelé")
        buyer.follows("Écrire à la boutique")
        buyer.fills("text", "Une maille a filé sur tout le tour. Que proposez-vous ?")
        buyer.sends()
        buyer.sees("C’est à Atelier Filoselle de répondre")
        written = buyer.page.url.removeprefix(buyer.site)

        buyer.waits("+ 1 jour")
        buyer.waits("+ 1 jour")
        buyer.waits("+ 1 jour")
        buyer.goes(written)
        buyer.sees("n’a pas répondu à temps")
        buyer.page.get_by_role("main").get_by_role("link", name="Ouvrir un litige").first.click()
        buyer.look()
        while buyer.page.get_by_role("main").get_by_role("button", name="Envoyer", exact=True).count() == 0:
            buyer.presses("Continuer")
        buyer.sees("Vérifiez avant d’envoyer")
        buyer.presses("Envoyer")

        buyer.sees("Vendeur contacté")
        buyer.sees("Une maille a filé")
