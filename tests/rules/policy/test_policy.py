"""Policy files: read whole, or refused with every line that is wrong."""

import pickle
from datetime import date

import pytest

from recours.rules import wording
from recours.rules.law import Law, law_of
from recours.rules.lifecycle.vocabulary import ASKABLE, Ground
from recours.rules.policy import (
    EVIDENCE,
    GROUNDS,
    PRESETS,
    REMEDIES,
    PolicyError,
    below_the_law,
    load_preset,
    parse_policy,
    preset,
)
from recours.rules.windows import Calendar, Unit, Window

DEFAULT = preset("default")


def days(count: int) -> Window:
    return Window(count, Unit.DAYS)


def hours(count: int) -> Window:
    return Window(count, Unit.HOURS)


def france() -> Law:
    law = law_of("FR")
    assert law is not None
    return law


def problems(text: str) -> list[tuple[int, str, str]]:
    """Return (line, key, code) of what is wrong with a text."""
    with pytest.raises(PolicyError) as caught:
        parse_policy(text)
    return [(problem.line, problem.key, problem.code) for problem in caught.value.problems]


def line_of(start: str, text: str = DEFAULT) -> int:
    return next(n for n, line in enumerate(text.splitlines(), start=1) if line.startswith(start))


def test_the_default_policy_is_that_of_the_procedure() -> None:
    policy = load_preset("default")

    assert policy.contact.required is False
    assert policy.contact.seller_answers == hours(48)
    assert policy.claim.open_after_delivery == days(10)
    assert (policy.seller.response, policy.seller.silence) == (days(5), "granted")
    assert policy.buyer.response == days(7)
    assert policy.platform.proposal == days(7)
    assert policy.platform.ruling == days(10)
    assert policy.platform.evidence == days(3)
    assert (policy.appeal.window, policy.appeal.once) == (days(7), True)
    assert policy.returns.ship_back == days(10)
    assert policy.returns.inspect == days(5)
    assert policy.returns.transit == days(30)
    assert policy.returns.reminders == (days(3), days(1))
    assert (policy.returns.paid_by, policy.returns.original_packaging) == ("by_ground", True)
    assert (policy.refund.not_before, policy.refund.not_after) == (days(33), days(50))
    assert policy.replacement.ship == days(7)
    assert policy.closed.reopen == days(30)
    assert policy.withdrawal.undo == hours(24)
    assert policy.offers.expire == days(7)
    assert policy.calendar == Calendar("Europe/Paris", "FR")
    assert policy.place.currency == "EUR"
    assert policy.label == "policy:default:1:2026-09-01"


def test_the_words_of_the_file_are_those_of_the_lifecycle() -> None:
    assert tuple(Ground) == GROUNDS
    assert ASKABLE == REMEDIES


@pytest.mark.parametrize("name", PRESETS)
def test_presets_can_be_used(name: str) -> None:
    policy = load_preset(name)

    assert policy.meta.name == name
    assert set(policy.grounds) == set(GROUNDS)


def test_unknown_presets_are_an_error() -> None:
    with pytest.raises(KeyError):
        preset("../law/fr")


@pytest.mark.parametrize("key", EVIDENCE)
def test_every_piece_of_evidence_has_its_words(key: str) -> None:
    assert wording.has("fr", f"evidence.{key}")


@pytest.mark.parametrize(
    ("before", "after", "key", "code"),
    [
        ('response = "5 days"', 'response = "5 dayz"', "seller.response", "not_a_window"),
        ('response = "5 days"', 'response = ""', "seller.response", "not_a_window"),
        ('response = "5 days"', 'response = "-5 days"', "seller.response", "negative"),
        ('response = "5 days"', 'response = "0 days"', "seller.response", "zero_window"),
        ('response = "5 days"', "response = 5", "seller.response", "window_without_unit"),
        ('response = "5 days"', "response = true", "seller.response", "not_a_window"),
        ('response = "5 days"', 'response = "999999 days"', "seller.response", "not_a_window"),
        ('response = "5 days"', 'response = "5 hours rolling"', "seller.response", "not_a_window"),
        ('response = "5 days"', 'respons = "5 days"', "seller.respons", "unknown_key"),
        ('silence = "granted"', 'silence = "maybe"', "seller.silence", "not_among"),
        ("required = false", 'required = "no"', "contact.required", "not_a_boolean"),
        ("version = 1", 'version = "one"', "meta.version", "not_a_whole_number"),
        ("version = 1", "version = true", "meta.version", "not_a_whole_number"),
        ("version = 1", "version = 0", "meta.version", "bad_version"),
        ("version = 1", "version = -3", "meta.version", "bad_version"),
        ("published_on = 2026-09-01", 'published_on = "soon"', "meta.published_on", "not_a_date"),
        (
            "published_on = 2026-09-01",
            "published_on = 2026-09-01T10:00:00Z",
            "meta.published_on",
            "not_a_date",
        ),
        ('name = "default"', 'name = "Mes Conditions"', "meta.name", "bad_name"),
        ('name = "default"', "name = 3", "meta.name", "not_a_text"),
        ('zone = "Europe/Paris"', 'zone = "Paris"', "calendar.zone", "refused_unknown_zone"),
        ('country = "FR"', 'country = "France"', "calendar.country", "refused_unknown_country"),
        ('currency = "EUR"', 'currency = "euro"', "calendar.currency", "refused_unknown_currency"),
        ('# subdivision = "57"', 'subdivision = "x"', "calendar.subdivision", "refused_unknown_subdivision"),
        ('not_before = "33 days"', 'not_before = "3 months"', "refund.not_before", "min_over_max"),
        ('proposal = "7 days"', 'proposal = "11 days"', "platform.proposal", "min_over_max"),
        (
            'reminders = ["3 days", "1 day"]',
            'reminders = ["3 days", "1 month"]',
            "returns.reminders",
            "min_over_max",
        ),
        ('reminders = ["3 days", "1 day"]', 'reminders = "3 days"', "returns.reminders", "not_a_list"),
        ('reminders = ["3 days", "1 day"]', "reminders = [3]", "returns.reminders", "window_without_unit"),
        ("once = true", "once = false", "appeal.once", "appeal_once"),
        ('evidence = ["tracking"]', 'evidence = ["selfie"]', "grounds.lost.evidence", "not_among"),
        ('remedies = ["refund", "redelivery"]', "remedies = []", "grounds.lost.remedies", "empty_list"),
        (
            'remedies = ["refund", "redelivery"]',
            'remedies = ["gift"]',
            "grounds.lost.remedies",
            "not_among",
        ),
        ("[grounds.lost]", "[grounds.stolen]", "grounds.stolen", "unknown_ground"),
        ("[offers]", "[offres]", "offres", "unknown_table"),
    ],
)
def test_each_mistake_is_named_with_its_line_and_key(before: str, after: str, key: str, code: str) -> None:
    text = DEFAULT.replace(before, after, 1)
    assert text != DEFAULT

    changed = text[: DEFAULT.index(before)].count("\n") + 1

    assert (changed, key, code) in problems(text)


def test_all_mistakes_are_told_at_once_in_the_order_of_lines() -> None:
    text = (
        DEFAULT.replace('"48 hours"', '"48 ours"')
        .replace('"33 days"', '"60 days"')
        .replace("once = true", "")
    )

    found = problems(text)

    assert [(key, code) for _, key, code in found] == [
        ("contact.seller_answers", "not_a_window"),
        ("appeal.once", "missing_key"),
        ("refund.not_before", "min_over_max"),
    ]
    assert found[0][0] == line_of("seller_answers", text)
    assert found[1][0] == line_of("[appeal]", text)
    assert found[2][0] == line_of("not_before", text)


def test_missing_tables_are_told() -> None:
    found = problems('[meta]\nname = "x"\nversion = 1\npublished_on = 2026-01-01\n')

    assert {code for _, _, code in found} == {"missing_table"}
    assert len(found) == 14


def test_a_table_given_as_a_value_is_told() -> None:
    text = "offers = 3\n" + DEFAULT.replace('[offers]\nexpire = "7 days"\n', "")

    assert (1, "offers", "not_a_table") in problems(text)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("[meta\n", 1),
        ("\n\nname == 3\n", 3),
        ('[meta]\nname = "a"\nname = "b"\n', 3),
        ("a = 1979-02-31\n", 1),
    ],
)
def test_text_that_is_not_toml_names_its_line(text: str, line: int) -> None:
    assert problems(text) == [(line, "", "syntax")]


def test_brackets_in_strings_and_comments_do_not_move_the_lines() -> None:
    text = DEFAULT.replace("[buyer]", '# ]] [[ "\n[buyer]').replace('"Europe/Paris"', '"Europe/[Paris"')
    text = text.replace(
        'remedies = ["refund", "redelivery"]', 'remedies = [\n  "refund", # one\n  "gift",\n]', 1
    )

    found = problems(text)

    assert [(key, code) for _, key, code in found] == [
        ("calendar.zone", "refused_unknown_zone"),
        ("grounds.lost.remedies", "not_among"),
    ]
    assert found[1][0] == text[: text.index("remedies = [\n")].count("\n") + 1


def test_a_file_of_another_size_is_refused() -> None:
    assert problems("#" * 300_000) == [(1, "", "too_long")]


def test_messages_are_in_the_readers_language_and_keep_what_was_typed() -> None:
    with pytest.raises(PolicyError) as caught:
        parse_policy(DEFAULT.replace('response = "5 days"', 'response = "5 {jours}"', 1))

    (french,), (english,) = caught.value.lines("fr"), caught.value.lines("en")
    assert french[0] == english[0] == line_of("response")
    assert "seller.response" in french[1]
    assert "5 {jours}" in french[1]
    assert "must be a length of time" in english[1]
    assert caught.value.explain("en") == "This policy file cannot be used: 1\u00a0problem."
    assert str(caught.value).startswith("line ")
    assert pickle.loads(pickle.dumps(caught.value)).problems == caught.value.problems


def test_the_default_policy_is_below_the_law_and_each_article_is_named() -> None:
    found = below_the_law(load_preset("default"), france())

    assert [(each.rule, each.article) for each in found] == [
        ("claim.open_after_delivery", "L221-18"),
        ("claim.open_after_delivery", "L217-3"),
        ("claim.open_payment", "L133-24"),
        ("returns.ship_back", "L221-23"),
        ("refund.not_after", "L221-24"),
        ("refund.not_after", "L216-7"),
        ("refund.not_after", "L217-17"),
    ]
    assert all(each.article in each.text("fr") for each in found)
    assert found[-1].text("en").endswith("(article to be checked)")


def test_a_policy_as_good_as_the_law_has_no_shortfall() -> None:
    text = DEFAULT
    for before, after in (
        ('open_after_delivery = "10 days"', 'open_after_delivery = "2 years"'),
        ('open_payment = "60 days"', 'open_payment = "13 months"'),
        ('ship_back = "10 days"', 'ship_back = "14 days"'),
        ('not_before = "33 days"', 'not_before = "0 days"'),
        ('not_after = "50 days"', 'not_after = "14 days"'),
    ):
        text = text.replace(before, after)

    assert below_the_law(parse_policy(text), france()) == []


def test_making_the_buyer_pay_for_faulty_goods_is_below_the_law() -> None:
    policy = parse_policy(DEFAULT.replace('paid_by = "by_ground"', 'paid_by = "buyer"'))

    found = below_the_law(policy, france())[-1]

    assert (found.rule, found.article, found.policy_window) == ("returns.paid_by", "L217-9", None)
    assert "L217-9" in found.text("fr")


def test_what_was_not_yet_law_is_not_held_against_a_policy() -> None:
    found = below_the_law(load_preset("default"), france(), on=date(2017, 1, 1))

    assert "L217-17" not in {each.article for each in found}
