"""Policy against law, line by line, and in words."""

from datetime import date

import pytest

from recours.rules.entitlement import Entitlement, Facts, Kind, entitlements
from recours.rules.law import Law, law_of
from recours.rules.policy import load_preset, parse_policy, preset
from recours.rules.wording.rights import counted_text, kind_text, side_text, source_lines

DELIVERED = date(2026, 11, 2)
CLAIMED = date(2026, 11, 5)


def france() -> Law:
    law = law_of("FR")
    assert law is not None
    return law


def compare(facts: Facts, law: Law | None = None) -> dict[Kind, Entitlement]:
    return {line.kind: line for line in entitlements(load_preset("default"), law or france(), facts)}


def plain(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u202f", " ")


def test_the_default_policy_loses_on_every_date() -> None:
    lines = compare(Facts(delivered_on=DELIVERED, claimed_at=CLAIMED, ground="damaged"))

    rows = [
        (
            kind_text(line.kind, "fr"),
            plain(side_text(line.policy, "fr")),
            plain(side_text(line.law, "fr")) if line.law else None,
            plain(counted_text(line, "fr")),
            line.better,
        )
        for line in lines.values()
    ]
    assert rows == [
        (
            "Réclamer",
            "10 jours : 12 novembre 2026",
            "2 ans : 2 novembre 2028",
            "jeudi 2 novembre 2028",
            "law",
        ),
        (
            "Renvoyer l’article",
            "10 jours : 12 novembre 2026",
            "14 jours, puis 14 jours : 16 novembre 2026, puis 30 novembre 2026",
            "lundi 30 novembre 2026",
            "law",
        ),
        (
            "Être remboursé",
            "du 33e au 50e jour : 25 décembre 2026",
            "14 jours : 19 novembre 2026",
            "jeudi 19 novembre 2026",
            "law",
        ),
        (
            "Frais de retour",
            "à la charge du vendeur",
            "à la charge du vendeur",
            "à la charge du vendeur",
            "same",
        ),
    ]


def test_a_notice_of_withdrawal_starts_the_term_to_send_back() -> None:
    line = compare(Facts(delivered_on=DELIVERED, claimed_at=CLAIMED))[Kind.SEND_BACK]

    assert line.counted is not None
    assert line.counted.last_on == date(2026, 11, 19)


def test_an_authorisation_starts_it_for_a_claim() -> None:
    line = compare(
        Facts(delivered_on=DELIVERED, claimed_at=CLAIMED, ground="damaged", authorised_at=date(2026, 12, 1))
    )[Kind.SEND_BACK]

    assert line.counted is not None
    assert line.counted.last_on == date(2026, 12, 15)


def test_before_a_claim_the_refund_has_no_date_but_its_lengths() -> None:
    line = compare(Facts(delivered_on=DELIVERED))[Kind.REFUND]

    assert (line.counted, line.better) == (None, "law")
    assert plain(counted_text(line, "en")) == "14 days"


def test_goods_that_never_came_are_not_sent_back() -> None:
    facts = Facts(
        ordered_at=date(2026, 10, 1), promised_on=date(2026, 11, 2), claimed_at=CLAIMED, ground="lost"
    )

    assert list(compare(facts)) == [Kind.CLAIM, Kind.REFUND]


def test_a_payment_is_not_sent_back_and_only_the_policy_refunds_it() -> None:
    lines = compare(Facts(ordered_at=date(2026, 10, 1), claimed_at=CLAIMED, ground="overcharge"))

    assert [(kind, line.law, line.better) for kind, line in lines.items()] == [
        (Kind.CLAIM, None, "policy"),
        (Kind.REFUND, None, "policy"),
    ]


def test_late_goods_go_back_at_the_sellers_cost_by_the_policy() -> None:
    facts = Facts(
        ordered_at=date(2026, 9, 1),
        promised_on=date(2026, 10, 1),
        delivered_on=DELIVERED,
        claimed_at=CLAIMED,
        ground="late",
    )

    line = compare(facts)[Kind.RETURN_COST]

    assert (line.payer, line.law) == ("seller", None)


def test_the_law_makes_the_seller_pay_for_faulty_goods_whatever_the_policy() -> None:
    policy = parse_policy(preset("default").replace('"by_ground"', '"buyer"'))
    facts = Facts(delivered_on=DELIVERED, ground="defective")

    line = entitlements(policy, france(), facts)[-1]

    assert (line.payer, line.better) == ("seller", "law")


def test_a_policy_more_generous_than_the_law_is_the_better() -> None:
    policy = parse_policy(preset("default").replace('"by_ground"', '"seller"'))

    line = entitlements(policy, france(), Facts(delivered_on=DELIVERED))[-1]

    assert (line.payer, line.better) == ("seller", "policy")


@pytest.mark.parametrize("ground", [None, "damaged", "lost", "overcharge"])
def test_an_unknown_country_has_the_policy_only(ground: str | None) -> None:
    facts = Facts(delivered_on=DELIVERED, ordered_at=DELIVERED, claimed_at=CLAIMED, ground=ground)

    for line in entitlements(load_preset("default"), law_of("AT"), facts):
        assert (line.law, line.better) == (None, "policy")
        assert line.counted == line.policy.dated


def test_a_purchase_in_a_shop_is_not_withdrawn_from() -> None:
    lines = compare(Facts(delivered_on=DELIVERED, distance_sale=False))

    assert all(line.law is None for line in lines.values())


def test_the_articles_are_cited_once_and_marked_when_to_be_checked() -> None:
    lines = compare(Facts(ordered_at=date(2026, 10, 1), claimed_at=CLAIMED, ground="lost")).values()

    assert [plain(source) for source in source_lines(lines, "fr")] == [
        "conditions « default », version 1 du 1er septembre 2026",
        "art. L216-7 du code de la consommation (article à vérifier)",
    ]


def test_nothing_known_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="not one day"):
        compare(Facts())
