"""What an editor writes becomes what a reader gets, and no value is ever read as a program, as Markdown or as HTML."""

from __future__ import annotations

import datetime as dt
import re

import pytest

from recours.helpcentre.filling import fill, fill_body, fill_line, links_in
from recours.helpcentre.front_matter import ArticleFile, starting_set
from recours.helpcentre.references import References, known_names, names_in
from recours.helpcentre.refusals import UnknownReference
from recours.rules.law import law_of
from recours.rules.policy import PRESETS, load_preset, parse_policy, preset

pytestmark = pytest.mark.rules

ON = dt.date(2026, 11, 20)
ARTICLES = starting_set()


def references(policy: str = "default", lang: str = "fr", name: str = "Belle") -> References:
    return References(load_preset(policy), law_of("FR"), lang, on=ON, name=name)


def html(markdown: str, **given: str) -> str:
    return fill_body(markdown, references(**given)).html


def test_references_stand_for_the_policy_and_the_law() -> None:
    text = (
        "Vous avez {{ policy.claim.open_after_delivery }}, {{ law.withdrawal }} ({{law.withdrawal.article}})."
    )

    assert html(text) == (
        "<p>Vous avez 10&nbsp;jours, 14&nbsp;jours (article L221-18 du code de la consommation).</p>\n"
    )
    assert html(text, lang="en") == (
        "<p>Vous avez 10&nbsp;days, 14&nbsp;days (article L221-18 of the French Consumer Code).</p>\n"
    )


def test_fill_takes_a_policy_and_a_law() -> None:
    assert fill("{{ policy.offers.expire }}", load_preset("paypal_like"), law_of("FR"), "fr") == (
        "<p>10&nbsp;jours</p>\n",
        "10\u00a0jours",
    )


def test_an_article_of_law_to_be_checked_says_so() -> None:
    assert html("{{ law.refund_termination.article }}") == (
        "<p>article L216-7 du code de la consommation, à vérifier</p>\n"
    )


@pytest.mark.parametrize(
    ("policy", "said"),
    [("default", "votre demande est accordée"), ("ebay_like", "la plateforme prend le relais")],
)
def test_sentences_follow_from_the_policy(policy: str, said: str) -> None:
    assert said in html("{{ says.seller_silence }}", policy=policy)


def test_a_buyer_who_pays_the_return_reads_that_the_law_is_better() -> None:
    text = preset("default").replace('paid_by = "by_ground"', 'paid_by = "buyer"')
    policy = parse_policy(text)

    with_law = References(policy, law_of("FR"), "fr", on=ON).values["says.return_paid_by"]
    without = References(policy, None, "fr", on=ON).values["says.return_paid_by"]

    assert "la loi le met à celle du vendeur" in with_law
    assert without == "Le retour est à votre charge."


@pytest.mark.parametrize(
    ("written", "named"),
    [
        ("{{ policy.seller.silence }}", ("policy.seller.silence",)),
        ("{{ 1 + 1 }} et {{ x }}", ("1 + 1", "x")),
        ("{{ policy.seller.response.__class__ }}", ("policy.seller.response.__class__",)),
        ("{{ jamais fermée", (" jamais fermée",)),
        ("{{}}", ("",)),
        ("{% now %} {{ law }}", ("law",)),
    ],
)
def test_unknown_references_are_named(written: str, named: tuple[str, ...]) -> None:
    with pytest.raises(UnknownReference) as refusal:
        html(written)

    assert refusal.value.names == named
    assert f"{{{{ {named[0]} }}}}" in refusal.value.explain("fr")


def test_names_come_with_their_lines() -> None:
    assert list(names_in("a\n{{ b }}\n\n{{ c }}")) == [(2, "b"), (4, "c")]


def test_law_is_unknown_where_the_country_is() -> None:
    nothing = References(load_preset("default"), None, "fr", on=ON)

    assert nothing.unknown("{{ law.withdrawal }} {{ policy.offers.expire }}") == ["law.withdrawal"]


def test_a_value_is_never_read_as_markdown_or_html() -> None:
    name = "<script>alert(1)</script> **gras** [x](javascript:1) {{ law.withdrawal }}"

    shown = fill_body("Chez {{ marketplace.name }}.", references(name=name))

    assert "<script" not in shown.html
    assert "<strong>" not in shown.html
    assert "<a" not in shown.html
    assert shown.plain == f"Chez {name}."


def test_html_is_shown_as_the_text_it_is() -> None:
    shown = html('<b onclick="x()">gras</b>\n\n<script>alert(1)</script>\n\n<!-- rien -->')

    assert "<b" not in shown
    assert "<script" not in shown
    assert "&lt;b onclick=" in shown
    assert "&lt;!-- rien --&gt;" in shown


@pytest.mark.parametrize("address", ["javascript:alert(1)", "data:text/html,x", "vbscript:x"])
def test_links_that_run_something_are_no_links(address: str) -> None:
    assert "<a" not in html(f"[ici]({address})")


def test_links_lead_to_articles_and_elsewhere() -> None:
    shown = html("[a](colis-non-recu) [b](https://example.org/x) [c](mailto:aide@example.org)")

    assert re.findall('href="([^"]*)"', shown) == [
        "../colis-non-recu/",
        "https://example.org/x",
        "mailto:aide@example.org",
    ]
    assert links_in("[a](colis-non-recu) [b](https://example.org/x) [c](../orders/)") == [
        "colis-non-recu",
        "../orders/",
    ]


def test_french_has_its_marks_and_headings_begin_at_two() -> None:
    assert html("# Où est-il ?\n\nL'**objet** : « là » !") == (
        "<h2>Où est-il\u202f?</h2>\n<p>L’<strong>objet</strong>\u202f: «\u202flà\u202f»\u202f!</p>\n"
    )


def test_images_and_tables_are_not_made() -> None:
    shown = html("![x](https://example.org/p.png)\n\n|a|b|\n|-|-|\n|1|2|")

    assert "<img" not in shown
    assert "<table" not in shown


def test_plain_text_has_a_line_for_each_paragraph() -> None:
    given = "## Titre\n\nUn\ndeux **trois**.\n\n1. quatre\n2. [cinq](six)\n"

    assert fill_body(given, references()).plain == "Titre\nUn deux trois.\nquatre\ncinq"


def test_a_line_is_no_markdown() -> None:
    assert fill_line("Jusqu'à {{ law.withdrawal }}  *oui* ?", references()) == (
        "Jusqu’à 14\u00a0jours *oui*\u202f?"
    )


def test_hostile_texts_are_answered() -> None:
    for given in ("\0\ue000" + "0\ue001", "[" * 5000, "> " * 3000, "*" * 10_000, "`" * 9_999, "{" * 999):
        try:
            html(given)
        except UnknownReference:
            assert "{{" in given


@pytest.mark.parametrize("policy", PRESETS)
@pytest.mark.parametrize("lang", ["fr", "en"])
def test_every_article_of_the_starting_set_is_filled(policy: str, lang: str) -> None:
    known = references(policy, lang)

    for article in (article for article in ARTICLES if article.language == lang):
        shown = fill_body(article.body, known)
        line = fill_line(f"{article.title} {article.summary}", known)
        for text in (shown.html, shown.plain, line):
            assert "{{" not in text, article.path
            assert "\ue000" not in text, article.path
            assert "{name}" not in text, article.path


_COUNTED = re.compile(
    r"(\d+|\b(deux|trois|quatre|cinq|six|sept|dix|quinze|vingt|trente"
    r"|two|three|four|five|six|seven|ten|fourteen|fifteen|twenty|thirty))[\s\u00a0-]+"
    r"(jours?|heures?|semaines?|mois|ans?|days?|hours?|weeks?|months?|years?|working)\b|\d+ ?%|L\d{3}",
    re.IGNORECASE,
)


@pytest.mark.parametrize("article", ARTICLES, ids=lambda article: article.path)
def test_no_article_types_a_number_that_a_rule_fixes(article: ArticleFile) -> None:
    text = re.sub(r"\{\{.*?\}\}", "…", f"{article.title}\n{article.summary}\n{article.body}")

    assert [match[0] for match in _COUNTED.finditer(text)] == []


def test_the_list_of_references_is_that_of_the_values() -> None:
    law = law_of("FR")
    assert law is not None
    # What has ended or is yet to come is known, and has no value on that day.
    absent = {f"law.{key}" for key in law.rights if law.find(key, ON) is None}
    assert "law.odr_platform" in absent
    known = {name for name in known_names(law) if name.removesuffix(".article") not in absent}
    assert known == set(references().values)
    assert set(known_names(None)) == set(References(load_preset("default"), None, "fr", on=ON).values)
