"""A change of mind, in a demo of its own: the journeys that move the clock on would take the term away."""

from __future__ import annotations

from tests.journeys.visitor import PHOTO, Enter


def test_a_change_of_mind_goes_from_two_named_steps_to_money(enters: Enter) -> None:
    with enters("camille") as buyer:
        buyer.goes("/orders/")
        buyer.finds("Bonnet côtelé")
        buyer.follows("Renoncer au contrat ici")
        buyer.presses("Continuer")
        buyer.sees("Étape 2 sur 2")
        buyer.presses("Confirmer la rétractation")
        buyer.sees("Accusé de réception de votre rétractation")
        buyer.follows("Suivre ma rétractation")
        address = buyer.page.url.removeprefix(buyer.site)
        buyer.goes(f"{address}return/")
        buyer.follows("J’ai renvoyé l’article")
        buyer.fills("carrier", "La Poste")
        # One digit is wrong: said under the number as soon as it is typed.
        buyer.fills("tracking", "CB473124828FR")
        buyer.sees("Un chiffre semble faux dans CB473124828FR")
        buyer.fills("tracking", "CB473124829FR")
        buyer.does_not_see("Un chiffre semble faux")
        buyer.page.locator("input[type=file]").first.set_input_files([PHOTO])
        buyer.sends()
        buyer.sees("CB473124829FR")

        with enters("soizic") as seller:
            seller.goes(f"/seller{address}return/")
            seller.follows("Le retour est arrivé")
            seller.sends()
            seller.goes(f"/seller{address}return/")
            seller.follows("Accepter le retour")
            seller.sends()

        buyer.goes(address)
        # The worker pays as soon as the return is accepted.
        buyer.comes_to_see("été remboursé de 52,00 €")
