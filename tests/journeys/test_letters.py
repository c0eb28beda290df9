"""A registered letter, from a claim's page to the signed acknowledgement, in a demo of its own."""

from __future__ import annotations

from typing import Any

from tests.journeys.visitor import PHOTO, Enter, Visitor

CLAIM = "Casque Nova, noir"


def writes(buyer: Visitor, title: str) -> None:
    """From the claim's page to a letter that is made."""
    buyer.goes("/claims/")
    buyer.finds(title)
    buyer.follows("Écrire une lettre recommandée")
    buyer.follows("Écrire une lettre")
    buyer.fills("sender_address", "12 rue des Tanneurs\n69005 Lyon")
    buyer.fills("addressee_name", "Marché Mirabelle")
    buyer.fills("addressee_address", "5 quai des Inventions\n69000 Lyon")
    buyer.fills("place", "Lyon")
    buyer.presses("Voir avant d’imprimer")
    buyer.sees("Ce qui sera imprimé")
    buyer.presses("Faire le PDF")
    buyer.sees("Votre lettre est prête")


def moves(buyer: Visitor, letter: str, stage: str) -> None:
    """Have the simulated post do the next thing, and come back to the letter."""
    buyer.goes("/demo/post/")
    buyer.page.get_by_role("button", name=f"Ensuite : {stage}").first.click()
    buyer.look()
    buyer.asked.discard(buyer.site + letter)
    buyer.goes(letter)


def posts(buyer: Visitor) -> str:
    """Agree to the price; return the address of the letter."""
    address = buyer.page.url.removeprefix(buyer.site)
    buyer.follows("Voir le prix")
    buyer.sees("hors taxe")
    buyer.sends()
    buyer.sees("Votre lettre part")
    buyer.comes_to_see("Le prestataire l’a prise en charge")
    return address


def test_a_letter_is_posted_presented_received_and_proved(enters: Enter) -> None:
    with enters("camille") as buyer:
        writes(buyer, CLAIM)
        letter = posts(buyer)
        moves(buyer, letter, "Imprimée et mise sous pli")
        buyer.comes_to_see("imprimée et mise sous pli")
        for stage, said in (
            ("Prise en charge par la poste", "Remise à la poste"),
            ("Preuve de dépôt numérisée", "Documents de la poste"),
            ("Avis de passage laissé, elle attend au guichet", "Première présentation"),
            ("Remise au destinataire", "Reçue par le destinataire"),
            ("Accusé de réception signé numérisé", "Reçue, accusé de réception signé"),
        ):
            moves(buyer, letter, stage)
            buyer.comes_to_see(said)
        buyer.follows("Corriger une date")
        buyer.chooses("step", "presented")
        buyer.page.get_by_label("Cela ne s’est pas produit").check()
        buyer.sends()
        buyer.sees("corrigé le")


def test_a_letter_that_is_not_printed_is_given_up(enters: Enter) -> None:
    with enters("camille") as buyer:
        writes(buyer, CLAIM)
        posts(buyer)
        buyer.follows("Ne pas envoyer cette lettre")
        buyer.sees("cela n’est pas toujours suivi")
        buyer.presses("Demander l’annulation")
        buyer.sees("a accepté de ne pas l’envoyer")
        buyer.sees("Abandonnée")


def test_a_letter_is_carried_to_the_post_office_without_scripts(enters: Enter) -> None:
    with enters("camille", java_script_enabled=False) as buyer:
        writes(buyer, CLAIM)
        buyer.fills("on", buyer.page.locator("time").first.get_attribute("datetime") or "")
        buyer.fills("tracking", "RK 123 456 785 FR")
        buyer.page.locator("input[type=file]").first.set_input_files([PHOTO])
        buyer.sends()
        buyer.sees("RK123456785FR")
        buyer.sees("Documents de la poste")


def test_the_letter_that_came_back_and_the_one_that_came_are_told(enters: Enter) -> None:
    with enters("camille") as buyer:
        buyer.goes("/claims/")
        buyer.finds("Tourne-disque Vallon")
        buyer.follows("Écrire une lettre recommandée")
        buyer.page.get_by_role("main").locator("h2 a").first.click()
        buyer.look()
        buyer.sees("Revenue à l’expéditeur")
        buyer.sees("Compté de la première présentation")

    with enters("ines") as agent:
        agent.goes("/letters/came/")
        registers(agent)


def registers(agent: Visitor) -> None:
    """A reference that is nobody's is refused, and what was typed stays."""
    agent.fills("reference", "L-NONE")
    agent.chooses("sender", "buyer")
    photo: Any = {**PHOTO, "name": "courrier.jpg"}
    agent.page.locator("input[type=file]").first.set_input_files([photo])
    agent.is_refused()
    agent.sees("Aucun dossier")
    agent.goes("/letters/doubts/")
    agent.sees("Aucune")
