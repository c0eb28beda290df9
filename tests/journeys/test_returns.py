"""Goods back, money back and proof, by clicking: the answer of the provider is lost after it paid, nobody pays twice,
each of the three sides is told the truth, and a file with one byte changed is found out by who has only that file."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

from tests.journeys.visitor import PHOTO, Enter, Visitor

ARTICLE = "Station météo Embellie"
LOST = "La prochaine réponse se perd"


def test_a_return_is_refunded_once_though_the_answer_is_lost_and_its_file_proves_itself(
    enters: Enter, tmp_path: Path
) -> None:
    with enters("camille") as buyer:
        buyer.goes("/claims/")
        buyer.finds(ARTICLE)
        address = buyer.page.url.removeprefix(buyer.site)
        reference = address.strip("/").split("/")[-1]
        buyer.follows("Le retour, étape par étape")
        buyer.sees("Kobalt Elektronik GmbH, Retouren")
        buyer.follows("J’ai renvoyé l’article")
        buyer.fills("carrier", "La Poste")
        buyer.fills("tracking", "CB473124829FR")
        buyer.page.locator("input[type=file]").first.set_input_files([PHOTO])
        buyer.sends()
        buyer.goes(f"{address}return/")
        buyer.follows("Corriger le numéro de suivi")
        buyer.fills("tracking", "RA473124829FR")
        buyer.sends()
        buyer.sees("RA473124829FR")
        buyer.goes("/demo/provider/")
        buyer.presses(LOST)
        buyer.sees("En attente")

        with enters("jonas") as seller:
            seller.goes(f"/seller{address}return/")
            seller.follows("Le retour est arrivé")
            seller.sends()
            seller.goes(f"/seller{address}return/")
            seller.follows("Accepter le retour")
            seller.sends()
            seller.goes(f"/seller{address}")
            seller.comes_to_see("79,90 €")

            buyer.goes(address)
            buyer.comes_to_see("été remboursé de 79,90 €")
            seller.page.reload()
            seller.sees("remboursé")

        with enters("ines") as agent:
            agent.goes(f"/desk/claims/{reference}/")
            agent.comes_to_see("79,90 € remboursés")
            agent.sees("CB473124829FR")  # what was typed first stays in the history
            agent.goes("/demo/provider/")
            agent.sees("Réponse perdue")
            assert _paid_back(agent, "79,90") == 1

        whole = _taken_away(buyer, address, tmp_path)

    assert _verified(whole) == 0
    assert _verified(_changed_by_a_byte(whole, "dossier.pdf")) == 1


def _paid_back(visitor: Visitor, amount: str) -> int:
    """How often the provider's own journal says that it paid this sum back."""
    paid = visitor.page.locator("article.card").filter(has_text="Remboursement versé")
    return paid.filter(has_text=amount).count()


def _taken_away(visitor: Visitor, address: str, folder: Path) -> Path:
    """Unpack the ZIP that a click hands out, as its reader would."""
    visitor.goes(address)
    with visitor.page.expect_download() as fetched:
        visitor.page.get_by_role("main").get_by_role("link", name="ZIP").first.click()
    with zipfile.ZipFile(fetched.value.path()) as archive:
        archive.extractall(folder / "dossier")
    return folder / "dossier"


def _changed_by_a_byte(folder: Path, name: str) -> Path:
    file = folder / name
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)
    return folder


def _verified(folder: Path) -> int:
    """Run the verifier that lies in the folder, with nothing of ours around it."""
    done = subprocess.run(
        [sys.executable, "-I", "verify.py", "--lang", "fr"], cwd=folder, capture_output=True, text=True
    )
    if done.returncode:
        assert "dossier.pdf : modifié" in done.stdout
    return done.returncode
