"""Whole claims in the browser, from « Mes commandes » to the money, through the three faces."""

from __future__ import annotations

from tests.journeys.visitor import PHOTO, Enter, Visitor

NEXT = "Jusqu’à l’échéance de ce dossier"


def opens_dispute(buyer: Visitor, article: str, *, photo: bool = True) -> str:
    """Open a dispute for a broken article through the wizard; return the claim's address."""
    buyer.goes("/orders/")
    buyer.finds(article)
    buyer.follows("Ouvrir un litige")
    buyer.chooses("ground", "damaged")
    buyer.presses("Continuer")
    buyer.presses("Continuer")
    buyer.fills("explanation", "Il est arrivé cassé, le carton était enfoncé.")
    if photo:
        buyer.page.locator("input[type=file]").first.set_input_files([PHOTO])
    buyer.presses("Continuer")
    buyer.sees("Vérifiez avant d’envoyer")
    buyer.presses("Envoyer")
    return buyer.page.url.removeprefix(buyer.site)


def test_a_broken_parcel_goes_from_dispute_to_money(enters: Enter) -> None:
    with enters("camille") as buyer:
        address = opens_dispute(buyer, "Plaid gaufré")
        reference = address.strip("/").split("/")[-1]
        buyer.sees("C’est au vendeur de répondre")
        buyer.sees("A-1")

        with enters("gabrielle") as seller:
            seller.follows("Plaid gaufré")
            seller.sees("Il est arrivé cassé")
            seller.follows("Faire une proposition")
            seller.chooses("kind", "part")
            seller.fills("amount", "20")
            seller.fills("reasons", "20 € et vous le gardez.")
            seller.sends()

        buyer.goes(address)
        buyer.sees("20,00 €")
        buyer.follows("Demander à la plateforme de décider")
        buyer.fills("reasons", "20 € ne suffisent pas : il est inutilisable.")
        buyer.sends()
        buyer.sees("plateforme")

        with enters("ines") as agent:
            agent.goes(f"/desk/claims/{reference}/")
            agent.presses("Prendre ce dossier")
            agent.follows("Décider")
            agent.chooses("kind", "wanted")
            agent.fills("other_rule", "C. conso. L217-5")
            agent.fills("reasons", "La photo montre un article cassé à l’arrivée.")
            agent.sends()
            # Nobody appeals: the ruling becomes final, the refund is owed, and the card is paid.
            agent.waits(NEXT)
            agent.comes_to_see("64,90 € remboursés")

        buyer.goes(address)
        buyer.sees("remboursé")
        buyer.does_not_see("Retirer ma réclamation")


def test_silence_grants_and_the_meter_runs(enters: Enter) -> None:
    with enters("camille") as buyer:
        address = opens_dispute(buyer, "Casque Nova 2 filaire", photo=False)
        buyer.waits("+ 5 jours")
        buyer.waits("+ 1 jour")
        buyer.sees("Vous devez être remboursé de 59,90 €")

        buyer.waits(NEXT)
        buyer.sees("est en retard")
        for _ in range(3):
            buyer.waits("+ 5 jours")
        buyer.goes(address)
        buyer.sees("+ 3,00 €")


def test_a_payment_is_the_platforms_to_answer_without_javascript(enters: Enter) -> None:
    with enters("camille", java_script_enabled=False) as buyer:
        buyer.goes("/orders/")
        buyer.follows("Contester ce débit")
        buyer.chooses("ground", "payment_error")
        buyer.presses("Continuer")
        buyer.sees("Ce motif concerne la place de marché")
        buyer.presses("Continuer")
        buyer.fills("explanation", "Débitée sans avoir commandé.")
        buyer.page.locator("input[type=file]").first.set_input_files([PHOTO])
        buyer.presses("Continuer")
        buyer.sees("aucun vendeur n’en est saisi")
        buyer.presses("Envoyer")
        buyer.sees("A-1")
        reference = buyer.page.url.strip("/").split("/")[-1]

    with enters("theo") as agent:
        agent.goes(f"/desk/claims/{reference}/")
        agent.sees("Débitée sans avoir commandé.")
    with enters("wen") as seller:
        seller.page.goto(f"/seller/claims/{reference}/")
        assert "introuvable" in seller.page.title().lower()


def test_not_eligible_says_why_and_what_instead(enters: Enter) -> None:
    with enters("camille") as buyer:
        buyer.goes("/orders/")
        buyer.finds("Micro-cravate Galet")
        buyer.follows("Ouvrir un litige")
        # It came in time, so it is not late, and the page says why; other grounds are open.
        assert buyer.page.locator("input[name=ground][value=late]").is_disabled()
        buyer.sees("dans le délai promis")
        assert buyer.page.locator("input[name=ground][value=defective]").is_enabled()

        buyer.goes("/orders/")
        buyer.finds("Carafe Source")
        buyer.goes(buyer.page.url + "dispute/")
        buyer.sees("Aucun litige possible aujourd’hui")
        buyer.sees("Saisir le médiateur de la consommation")


def test_the_wizard_can_be_walked_with_the_keyboard_alone(enters: Enter) -> None:
    with enters("marilou") as buyer:
        buyer.goes("/orders/")
        buyer.follows("Bouilloire Palier")
        buyer.follows("Ouvrir un litige")
        keys = buyer.page.keyboard
        _tab_to(buyer, "ground")
        keys.press("Space")
        _tab_to(buyer, "", text="Continuer")
        keys.press("Enter")
        buyer.page.wait_for_url("**/wanted/")
        buyer.look()


def _tab_to(visitor: Visitor, name: str, *, text: str = "") -> None:
    """Press Tab until the focus is on the field of this name, or the button of this text; it must be visible there."""
    for _ in range(60):
        visitor.page.keyboard.press("Tab")
        focused = visitor.page.evaluate(
            "[document.activeElement.name ?? '', document.activeElement.textContent.trim()]"
        )
        if (name and focused[0] == name) or (text and focused[1] == text):
            return
    raise AssertionError(f"Tab never reaches {name or text}")
