"""Words: folding, cleaning, stems, sounds and what a « not » denies."""

from __future__ import annotations

import pytest

from recours.helpcentre.finding import sounds, stems
from recours.helpcentre.finding.index import NOT, Index, Text
from recours.helpcentre.finding.tongues import tongue
from recours.helpcentre.finding.words import clean, fold, split


@pytest.mark.parametrize(
    ("word", "folded"),
    [
        ("Reçu", "recu"),
        ("œuvre", "oeuvre"),
        ("ÉTÉ", "ete"),
        ("Straße", "strasse"),
        ("e\u0301te\u0301", "ete"),
    ],
)
def test_folding_takes_case_accents_and_ligatures_away(word: str, folded: str) -> None:
    assert fold(word) == folded


def test_cleaning_cuts_composes_and_takes_what_is_not_printed_away() -> None:
    assert clean("a\0b\u200bc\u00adde\u0301", 100) == "a bcdé"
    assert clean("ﬁn １２", 100) == "fin 12"
    assert len(clean("é" * 10_000, 300)) == 300


def test_words_stand_between_apostrophes_and_hyphens() -> None:
    assert split("L’après-vente, c'est_ici 😀") == ["l", "après", "vente", "c", "est", "ici"]


@pytest.mark.parametrize(
    "family",
    [
        "livrer livré livrée livraison livraisons livrera",
        "remboursement rembourser remboursé remboursera remboursez",
        "annuler annulation annulé annulée",
        "reçu reçue recevoir réception",
        "expédier expédié expédition expéditeur",
        "casser cassé casse cassée",
        "renvoyer renvoi renvoyé",
        "rétractation rétracter rétracté",
        "payer paiement payé paie",
    ],
)
def test_a_french_family_has_one_stem(family: str) -> None:
    assert len({stems.french(fold(word)) for word in family.split()}) == 1


@pytest.mark.parametrize(
    "strangers",
    [
        "livreur livraison",
        "couleur coulé",
        "mois moisi",
        "carte carton",
        "offre offrir",
        "port porté",
        "compte comte",
    ],
)
def test_words_that_only_look_alike_have_stems_of_their_own(strangers: str) -> None:
    assert len({stems.french(fold(word)) for word in strangers.split()}) == 2


@pytest.mark.parametrize(
    "family",
    ["delivery delivered deliver", "cancelled canceled cancelling", "colour color colours", "refund refunds refunded",
     "recognise recognize recognised", "sent send sending", "package packages", "centre center"],
)  # fmt: skip
def test_an_english_family_has_one_stem_on_both_sides_of_the_ocean(family: str) -> None:
    assert len({stems.english(word) for word in family.split()}) == 1


@pytest.mark.parametrize(
    "alike",
    ["livraison livrezon", "reçu resu", "remboursement rembourcement", "colis coli", "contrefaçon contrefason",
     "échange échanje", "abîmé abimer", "décision desision", "frais frai", "emballage anbalaje", "arrivé ariver"],
)  # fmt: skip
def test_who_writes_by_ear_is_heard(alike: str) -> None:
    assert len({sounds.french(word) for word in alike.split()}) == 1


def test_sounds_that_differ_stay_apart() -> None:
    assert sounds.french("carte") != sounds.french("carton")
    assert sounds.french("reçu") != sounds.french("reculé")


@pytest.mark.parametrize(
    ("said", "is_denied"),
    [
        ("je n'ai pas encore reçu", "recev"),
        ("le vendeur ne répond pas", "repond"),
        ("jamais arrivé", "arriv"),
        ("sans emballage", "embal"),
        ("ça ne marche plus", "march"),
        ("je n'arrive pas à payer", "pai"),
        ("non livré", "livr"),
    ],
)
def test_a_not_denies_its_verb_wherever_it_stands(said: str, is_denied: str) -> None:
    assert NOT + is_denied in _terms(said)


@pytest.mark.parametrize(
    ("said", "is_said"),
    [
        ("j'ai reçu", "recev"),
        ("rien dans le carton", "carton"),
        ("plus cher", "cher"),
        ("n'arrive pas à payer", "arriv"),
    ],
)
def test_what_is_not_denied_is_not(said: str, is_said: str) -> None:
    assert is_said in _terms(said)
    assert NOT + is_said not in _terms(said)


def test_english_denies_too() -> None:
    assert NOT + "receive" in _terms("I haven't received it", "en")
    assert NOT + "work" in _terms("it doesn't work", "en")


def _terms(said: str, language: str = "fr") -> set[str]:
    index = Index(tongue(language))
    index.put(Text(1, said, (), "", ""))
    index.lend(())
    return {index.names[term] for term in index.find(split(said))}
