"""Questions are understood and answered, on a handful of texts: each mechanism by itself."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recours.helpcentre.finding.engine import Engine, Group
from recours.helpcentre.finding.index import Text
from recours.helpcentre.finding.thesaurus import starting_groups

TEXTS = [
    Text(1, "Je n'ai jamais reçu mon colis", ["colis perdu", "pas reçu"], "Ouvrez un litige.", "Le vendeur répond."),
    Text(2, "J'ai reçu le colis : comment le dire ?", ["réception"], "Indiquez la date.", "Sur la commande."),
    Text(3, "Dans combien de temps serai-je remboursé ?", ["délai de remboursement"], "Vite.", "La banque tarde."),
    Text(4, "Comment obtenir la facture ?", ["facture"], "Demandez-la au vendeur.", "Elle prouve l'achat."),
    Text(5, "Où est mon colis ?", ["suivi de livraison"], "Suivez-le.", "Le transporteur donne un numéro."),
    Text(6, "Le vendeur ne répond pas", ["silence du vendeur"], "Relancez-le.", "Attendez sa réponse."),
]  # fmt: skip
GROUPS: list[Group] = [
    ("colis", ("paquet",)),
    ("vendeur", ("marchand", "mec")),
    ("argent", ("thune", "fric")),
    ("pas reçu", ("rien eu", "jamais arrivé")),
    ("silence du vendeur", ("fait le mort", "me laisse en vu")),
    ("délai de remboursement", ("revoir mon argent",)),
]


@pytest.fixture(scope="module")
def engine() -> Engine:
    made = Engine("fr")
    made.take(TEXTS, (), GROUPS)
    return made


@pytest.mark.parametrize(
    ("asked", "first"),
    [
        ("remboursement", 3),  # as it is
        ("rembourser", 3),  # another form
        ("REMBOURSÉ !!!", 3),  # capitals
        ("rembourcement", 3),  # by ear
        ("rembousement", 3),  # a letter left out
        ("rembourseement", 3),  # one too many
        ("remboursmeent", 3),  # two in the wrong order
        ("rem boursement", 3),  # in two
        ("rembour", 3),  # not yet typed to its end
        ("rmb", 3),  # as in a text message
        ("lafacture", 4),  # in one
        ("la fakture", 4),
        ("jai pa resu", 1),  # nothing of it is right
        ("g pas recu mon coli", 1),
        ("j'ai reçu mon colis", 2),  # it makes a difference
        ("paquet perdu", 1),  # a synonym
        ("le mec répond pas", 6),
        ("il fait le mort", 6),  # a phrase of small words
        ("où est mon paquet", 5),
        ("quand revoir ma thune", 3),  # a synonym within a phrase
        ("facture 😀 svp", 4),
    ],
)
def test_the_text_that_answers_comes_first(engine: Engine, asked: str, first: int) -> None:
    assert engine.ask(asked, 3).ranked[0].key == first


@pytest.mark.parametrize(
    ("asked", "read"),
    [
        ("rembourcement", "remboursement"),
        ("Ma fakture SVP, monsieur Dupond", None),
        ("g pas resu mon coli", "j’ai pas reçu mon coli"),
        ("facture", None),
    ],
)
def test_what_was_read_instead_is_said(engine: Engine, asked: str, read: str | None) -> None:
    understood = engine.ask(asked, 3).asked
    if read is None and "fakture" in asked:
        assert "facture" in (understood.read or understood.doubtful or "")
        assert "Dupond" in (understood.read or understood.doubtful or "")
    else:
        assert understood.read == read


@pytest.mark.parametrize(
    "asked", ["", "   ", "😀😀", "أين طردي؟", "zzxxyyqq", "???", "的包裹在哪里", "le la les"]
)
def test_what_answers_nothing_finds_nothing(engine: Engine, asked: str) -> None:
    assert engine.ask(asked, 3).ranked == ()


def test_a_text_changed_or_gone_is_found_as_it_is() -> None:
    engine = Engine("fr")
    engine.take(TEXTS, (), GROUPS)
    engine.take([Text(4, "Comment réparer une trottinette ?", [], "", "")], [5], None)
    assert [ranked.key for ranked in engine.ask("trottinette", 3).ranked] == [4]
    assert all(ranked.key not in (4, 5) for ranked in engine.ask("facture suivi", 3).ranked)
    assert len(engine) == len(TEXTS) - 1


def test_synonyms_that_change_are_known_at_once() -> None:
    engine = Engine("fr")
    engine.take(TEXTS, (), GROUPS)
    assert not engine.ask("douloureuse", 3).ranked
    engine.take((), (), [*GROUPS, ("facture", ("douloureuse",))])
    assert engine.ask("la douloureuse", 3).ranked[0].key == 4


def test_a_passage_is_the_sentence_that_matches_in_pieces(engine: Engine) -> None:
    asked = engine.ask("numéro du transporteur", 3).asked
    text = "Regardez la commande. Le <b>transporteur</b> donne un numéro.\nPuis attendez."
    pieces = engine.passage(text, asked)
    assert "".join(piece for piece, _ in pieces) == "Le <b>transporteur</b> donne un numéro."
    assert [piece for piece, is_match in pieces if is_match] == ["transporteur", "numéro"]
    assert engine.passage("Rien de tel ici.", asked) == ()


def test_a_long_sentence_is_cut_between_words(engine: Engine) -> None:
    asked = engine.ask("facture", 3).asked
    pieces = engine.passage("bla " * 200 + "la facture " + "bli " * 200, asked)
    shown = "".join(piece for piece, _ in pieces)
    assert ("facture", True) in pieces
    assert len(shown) < 260
    assert shown.startswith("… ")
    assert shown.endswith(" …")


def test_a_language_that_is_not_known_is_searched_as_it_is_written() -> None:
    engine = Engine("de")
    engine.take([Text(1, "Wo ist mein Paket?", ["Sendung"], "", "")], (), [("Paket", ("Päckchen",))])
    assert engine.ask("paket", 3).ranked[0].key == 1
    assert engine.ask("Päckchen", 3).ranked[0].key == 1


@pytest.fixture(scope="module")
def large() -> Engine:
    """With the synonyms that come with Recours."""
    made = Engine("fr")
    made.take(TEXTS, (), [(word, tuple(others)) for word, others in starting_groups("fr").items()])
    return made


@settings(max_examples=200, deadline=None)
@given(st.one_of(st.text(max_size=500), st.text("ée'’- \n\0abcdlmnrstu?!", max_size=4_000)))
def test_no_text_is_too_much(large: Engine, asked: str) -> None:
    began = time.process_time()
    answer = large.ask(asked, 10)
    for ranked in answer.ranked:
        assert 0 <= ranked.score <= 2
        large.passage(TEXTS[ranked.key - 1].body, answer.asked)
    large.nameless(asked)
    assert time.process_time() - began < 1  # a hundredth is usual


@pytest.mark.parametrize("asked", ["colis " * 700, "rembourcement" * 300, "a" * 4_000, "j'ai pa resu " * 300])
def test_four_thousand_characters_take_no_longer(large: Engine, asked: str) -> None:
    large.ask("colis", 10)
    began = time.process_time()
    large.ask(asked, 10)
    assert time.process_time() - began < 1
