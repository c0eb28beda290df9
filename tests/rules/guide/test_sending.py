"""What a person takes away: texts to copy, a letter to print, days for their calendar."""

from __future__ import annotations

import tomllib
from datetime import UTC, date, datetime
from importlib.resources import files
from typing import Any

import pytest
from msgspec.structs import replace

from recours.marketplaces.profiles import load_profile
from recours.rules.guide import (
    Answers,
    GuideNoLetter,
    Outcome,
    Text,
    Trouble,
    Wanted,
    entries,
    letter_story,
    messages,
    missing,
    outcome,
)
from recours.rules.guide.phrases import LANGUAGES, phrases
from recours.rules.law import law_of
from recours.rules.letters import Kind, Party, Step, Tried, write
from recours.rules.letters.checks import LetterNeeds
from recours.rules.letters.reading import ProfileWithoutAddress
from recours.rules.money import Money
from recours.rules.wording.guide import note_text

pytestmark = pytest.mark.rules

NOW = datetime(2026, 11, 29, 9, tzinfo=UTC)
LAW = law_of("FR")
SENDER = Party(name="Camille Durand", address=("3 rue des Lilas", "44000 Nantes"))
CODE = 'x {y} #set page() \\input{z} <b>gras</b> 😀 "'

BROKEN = Answers(
    trouble=Trouble.DAMAGED,
    ordered_on=date(2026, 11, 2),
    delivered_on=date(2026, 11, 20),
    order_number="8190-4411",
    product="Lampe de bureau",
    shop="Boutique Aurore",
    amount=Money(8990, "EUR"),
    tried=(Tried(on=date(2026, 11, 23), step=Step.SELLER, text="Sans réponse."),),
    wanted=Wanted.REPLACEMENT,
    story="Le pied est fendu sur toute sa longueur.",
)


def of(answers: Answers, key: str = "aliexpress_fr") -> Outcome:
    profile = load_profile(key)
    return outcome(answers, profile, profile.policy, LAW, NOW)


def text(found: Outcome, reader: str, lang: str = "fr") -> Text:
    return next(each for each in messages(found, lang) if each.reader == reader)


def test_the_seller_is_told_the_order_the_product_the_reasons_the_wish_and_by_when() -> None:
    said = text(of(BROKEN), "seller")

    assert said.subject == "Commande n° 8190-4411"
    assert said.body.split("\n\n") == [
        "Bonjour,",
        "L’article que j’ai reçu est abîmé.",
        "Commande n° : 8190-4411\nArticle : Lampe de bureau\nCommandé le : 2\u00a0novembre 2026\n"
        "Reçu le : 20\u00a0novembre 2026\nMontant : 89,90\u00a0€".replace(" :", "\u202f:"),
        "Le pied est fendu sur toute sa longueur.",
        "La garantie légale de conformité court jusqu’au 20\u00a0novembre 2028"
        " (art. L217-3 du code de la consommation).",
        "Je demande un article en bon état, réparé ou remplacé. "
        "Merci de me répondre le 30\u00a0novembre 2026 au plus tard.",
        "Merci.",
    ]


def test_the_seller_can_be_written_in_chinese_and_nobody_else() -> None:
    found = of(BROKEN)

    [said] = messages(found, "zh")

    assert said.reader == "seller"
    assert "订单号：8190-4411" in said.body
    assert "收货日期：2026年11月20日" in said.body
    assert "金额：89.90欧元" in said.body
    assert "按照法国《消费法典》第L217-3条" in said.body
    assert "我要求修理或更换商品。请最迟于2026年11月30日答复。" in said.body
    assert BROKEN.story in said.body


def test_a_dispute_says_what_was_tried() -> None:
    assert (
        "23\u00a0novembre 2026\u202f: message au vendeur. Sans réponse." in text(of(BROKEN), "dispute").body
    )


def test_a_dispute_is_made_to_fit_without_touching_the_persons_words() -> None:
    found = of(replace(BROKEN, story="a" * 155), "grandbazar_exemple")

    said = text(found, "dispute")

    assert said.most == 400
    assert said.left_out == ("tried", "law")
    assert said.over == 0
    assert "a" * 155 in said.body


def test_a_story_that_is_too_long_for_a_form_is_kept_and_says_by_how_much() -> None:
    found = of(replace(BROKEN, story="a" * 5_000), "grandbazar_exemple")

    said = text(found, "dispute")

    assert "a" * 5_000 in said.body
    assert said.over == said.count - 400


def test_what_anybody_can_read_tells_nothing_of_the_person() -> None:
    for lang in ("fr", "en"):
        said = text(of(BROKEN), "social", lang)

        assert said.over == 0
        for private in ("8190", "Lampe", "Aurore", "89", "fendu", "Sans réponse"):
            assert private not in said.body


@pytest.mark.parametrize("reader", ["seller", "dispute"])
@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_a_person_wrote_stands_as_they_wrote_it(reader: str, lang: str) -> None:
    said = replace(BROKEN, story=CODE, product=CODE, order_number=CODE)

    if lang == "zh" and reader != "seller":
        return
    assert text(of(said), reader, lang).body.count(CODE) == 3


def test_a_bank_is_asked_for_a_chargeback_of_what_never_came() -> None:
    found = of(Answers(trouble=Trouble.LOST, ordered_on=date(2026, 10, 1), promised_on=date(2026, 11, 20)))

    assert "(chargeback)" in text(found, "bank").body
    assert "20\u00a0mars 2027" in text(found, "bank").body


def test_a_late_refund_is_asked_for_with_what_the_law_adds() -> None:
    found = of(
        Answers(
            trouble=Trouble.REFUND_LATE,
            delivered_on=date(2026, 10, 2),
            claimed_on=date(2026, 10, 6),
            sent_back_on=date(2026, 10, 8),
            amount=Money(8990, "EUR"),
        )
    )

    body = text(found, "seller").body
    assert "la loi y ajoute 17,98\u00a0€ (art. L242-4 du code de la consommation)" in body
    assert "Je demande le versement de 107,88\u00a0€, majoration légale comprise." in body


def test_a_change_of_mind_that_is_too_late_is_a_question_and_no_notice() -> None:
    found = of(Answers(trouble=Trouble.CHANGE_OF_MIND, delivered_on=date(2026, 9, 20)))

    body = text(found, "seller").body
    assert "Accepteriez-vous que je vous renvoie l’article" in body
    assert "rétract" not in body


def test_what_was_not_said_leaves_no_hole() -> None:
    for trouble in Trouble:
        for lang in LANGUAGES:
            for said in messages(of(Answers(trouble=trouble)), lang):
                assert "None" not in said.body
                assert "\n\n\n" not in said.body
                _, *rest = said.body.splitlines()
                assert not [line for line in rest if line.rstrip().endswith((":", "："))]


def test_a_note_names_its_articles_and_marks_those_to_be_checked() -> None:
    found = of(Answers(trouble=Trouble.CHANGE_OF_MIND, delivered_on=date(2026, 11, 21)))
    germany = replace(found.notes[0], articles=("law:DE:bgb:356",), verified=False)

    assert note_text(found.notes[0], "fr").endswith("Source\u202f: art. L221-18 du code de la consommation.")
    assert note_text(germany, "en").endswith(
        "Source: § 356 of the German civil code (BGB) (article to be checked)."
    )


def test_another_language_is_an_error() -> None:
    with pytest.raises(KeyError):
        messages(of(BROKEN), "de")


def test_english_has_every_phrase_and_chinese_those_a_seller_is_written() -> None:
    french = {key for key in phrases("fr") if not key.startswith("letter.")}

    assert set(phrases("en")) == french
    only_chinese = {key for key in phrases("zh") if key.startswith("source.")} | {"story"}
    assert set(phrases("zh")) - only_chinese <= french


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_text_of_ours_is_empty_and_each_is_a_text(lang: str) -> None:
    read = tomllib.loads((files("recours.rules.guide") / "texts" / f"{lang}.toml").read_text("utf-8"))

    assert read
    assert all(value.strip() for value in phrases(lang).values())


# -- the letter -----------------------------------------------------------------------------------------------------


def printed(answers: Answers, kind: Kind | None = None, **more: Any) -> Any:
    found = of(answers)
    story = letter_story(found, SENDER, kind=kind, place="Nantes", **more)
    assert LAW is not None
    return write(story, LAW, found.profile.policy.calendar)


def test_the_fittest_letter_goes_to_the_marketplace() -> None:
    prepared = printed(BROKEN)

    assert prepared.letter.kind is Kind.CONFORMITY
    assert prepared.letter.addressee.lines[0] == "Aliexpress Alibaba France"
    assert prepared.untried == (Step.HELP_CENTRE, Step.DISPUTE, Step.SUPPORT)
    assert "un article en bon état, réparé ou remplacé" in prepared.letter.demand


@pytest.mark.parametrize(
    ("answers", "kind"),
    [
        (
            Answers(trouble=Trouble.LOST, ordered_on=date(2026, 10, 1), order_number="1", product="x"),
            Kind.DELIVER,
        ),
        (
            Answers(
                trouble=Trouble.CHANGE_OF_MIND,
                ordered_on=date(2026, 11, 2),
                delivered_on=date(2026, 11, 21),
                order_number="1",
                product="x",
            ),
            Kind.WITHDRAWAL,
        ),
        (
            Answers(
                trouble=Trouble.REFUND_LATE,
                delivered_on=date(2026, 10, 2),
                claimed_on=date(2026, 10, 6),
                sent_back_on=date(2026, 10, 8),
                amount=Money(8990, "EUR"),
                order_number="1",
                product="x",
            ),
            Kind.REFUND_OVERDUE,
        ),
    ],
)
def test_each_trouble_has_its_letter(answers: Answers, kind: Kind) -> None:
    assert missing(answers, kind) == ()
    assert printed(answers).letter.kind is kind


def test_a_letter_to_the_bank_wants_the_banks_address() -> None:
    twice = Answers(trouble=Trouble.CHARGED_TWICE, paid_on=date(2026, 11, 1), amount=Money(8990, "EUR"))

    with pytest.raises(LetterNeeds):
        printed(twice)
    bank = Party(name="Banque Exemple", address=("1 place du Marché", "44000 Nantes"))
    assert printed(twice, addressee=bank).letter.kind is Kind.BANK


def test_a_marketplace_without_address_is_asked_for_one() -> None:
    with pytest.raises(ProfileWithoutAddress):
        letter_story(of(BROKEN, "grandbazar_exemple"), SENDER, place="Nantes")


def test_a_letter_that_does_not_follow_is_refused() -> None:
    with pytest.raises(GuideNoLetter):
        printed(BROKEN, Kind.BANK)
    with pytest.raises(GuideNoLetter):
        printed(Answers(trouble=Trouble.FRAUD, paid_on=date(2026, 11, 1)))


def test_what_a_letter_still_wants_is_named() -> None:
    assert missing(replace(BROKEN, product=" ", story=""), Kind.CONFORMITY) == ("product", "story")


# -- the calendar ---------------------------------------------------------------------------------------------------


def test_a_calendar_has_the_days_to_come_with_their_reasons() -> None:
    found = entries(of(BROKEN), "fr")

    assert [(each.on, each.title) for each in found] == [
        (date(2026, 11, 30), "Dernier jour pour ouvrir un litige sur AliExpress"),
        (date(2026, 12, 4), "Dernier jour pour vous rétracter"),
        (date(2027, 11, 23), "Dernier jour pour saisir le médiateur"),
        (date(2028, 11, 20), "Fin de la garantie légale de conformité"),
    ]
    assert "L221-18" in found[1].text


def test_an_entry_keeps_its_name_when_its_day_moves_and_tells_nothing() -> None:
    before = entries(of(BROKEN), "fr")
    after = entries(of(replace(BROKEN, delivered_on=date(2026, 11, 23))), "en")

    assert {each.uid for each in before} == {each.uid for each in after}
    assert len({each.uid for each in before}) == len(before)
    assert not [each for each in before if "8190" in each.uid]
