"""What people write that only looks like a quotation stays; what a program quoted goes."""

import time

import pytest

from recours.channels.mail.quoting import own_words

pytestmark = pytest.mark.rules


@pytest.mark.parametrize(
    "text",
    [
        "Voici ce qui est écrit sur l'étiquette :\nDate : 3 novembre\nTo : Alice\nEt il est cassé.",
        "Bonjour,\nFrom: Shenzhen\nTo: Lyon\nLe colis est perdu depuis, que faire ?",
        "Bonjour,\nOn m'a dit ceci :\nOn 3 Nov the driver wrote:\nnobody home\nC'est faux.",
        "Le 3 novembre à 10 h, le vendeur m'a écrit :\nrien à faire.\nJe conteste.",
        "Il manque :\n-- le câble\n-- la notice",
        "Envoyé par erreur à mon voisin, qui ne me l'a pas rendu.",
    ],
)
def test_words_of_the_author_stay(text: str) -> None:
    assert own_words(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "On " * 130_000,
        "Le 1\n" * 80_000,
        "<" * 400_000,
        "De : x\n" * 60_000,
        "> a\nb\n" * 60_000,
        " " * 400_000,
    ],
    ids=["on", "le", "brackets", "labels", "quotes", "spaces"],
)
def test_the_longest_text_takes_moments(text: str) -> None:
    began = time.process_time()

    own_words(text)

    assert time.process_time() - began < 5
