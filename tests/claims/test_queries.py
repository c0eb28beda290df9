"""Who sees what: the buyer, another buyer, the shop, another shop, the desk, another desk, nobody."""

import datetime as dt
from types import SimpleNamespace

import pytest
from tests.conftest import PRESENT
from tests.factories import (
    a_buyer,
    a_claim,
    a_marketplace,
    a_seller,
    a_shop,
    a_user,
    an_agent,
    an_order,
    the_buyer,
)

from recours.claims.commands import act
from recours.claims.commands.evidence import write_message, write_note
from recours.claims.models import Claim
from recours.claims.queries import (
    ClaimNotVisible,
    claim_for,
    claims_of_buyer,
    claims_of_shops,
    open_claims_on,
    story,
    visible_to,
)
from recours.people.models import DeskRole
from recours.people.queries import NOBODY, Identity, identity_of
from recours.rules.lifecycle import commands as c
from recours.rules.lifecycle.claim import Actor
from recours.rules.lifecycle.vocabulary import Act, Ground, Role, State

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> SimpleNamespace:
    """A claim of Alice's against Bob's shop, and everybody who might look at it."""
    place = a_marketplace()
    buyer, shop = a_buyer(place), a_shop(place)
    other_place = a_marketplace()
    people = {
        "buyer": buyer.user,
        "other buyer": a_buyer(place).user,
        "seller": a_seller(shop),
        "other seller": a_seller(a_shop(place)),
        "agent": an_agent(place),
        "administrator": an_agent(place, role=DeskRole.ADMINISTRATOR),
        "agent elsewhere": an_agent(other_place),
        "stranger": a_user("Mallory"),
    }
    who = {name: identity_of(user) for name, user in people.items()} | {"nobody": NOBODY}
    return SimpleNamespace(claim=a_claim(an_order(buyer, shop)), who=who, shop=shop, place=place)


MATRIX = {
    "buyer": Role.BUYER,
    "seller": Role.SELLER,
    "agent": Role.AGENT,
    "administrator": Role.AGENT,
    "other buyer": None,
    "other seller": None,
    "agent elsewhere": None,
    "stranger": None,
    "nobody": None,
}


@pytest.mark.parametrize(("name", "role"), MATRIX.items())
def test_claim_exists_only_for_those_it_concerns(cast: SimpleNamespace, name: str, role: Role | None) -> None:
    who = cast.who[name]

    assert visible_to(who).filter(pk=cast.claim.pk).exists() is (role is not None)
    if role is None:
        with pytest.raises(ClaimNotVisible):
            claim_for(who, cast.claim.reference)
        return
    assert claim_for(who, cast.claim.reference).role is role
    for wanted in (Role.BUYER, Role.SELLER, Role.AGENT):
        if wanted is not role:
            with pytest.raises(ClaimNotVisible):
                claim_for(who, cast.claim.reference, role=wanted)


def test_claim_that_never_was_looks_like_one_of_others(cast: SimpleNamespace) -> None:
    with pytest.raises(ClaimNotVisible):
        claim_for(cast.who["buyer"], "L-22222222")


def test_agent_who_bought_is_the_buyer_and_never_judges(cast: SimpleNamespace) -> None:
    mine = cast.who["buyer"]
    both = Identity(user_id=mine.user_id, buyer_ids=mine.buyer_ids, agent_of=frozenset({cast.place.pk}))

    opened = claim_for(both, cast.claim.reference)

    assert opened.role is Role.BUYER
    with pytest.raises(ClaimNotVisible):
        claim_for(both, cast.claim.reference, role=Role.AGENT)


def test_claim_without_a_seller_does_not_exist_for_shops(cast: SimpleNamespace) -> None:
    claim = a_claim(buyer=a_buyer(cast.place), ground=Ground.TECHNICAL_FAULT)

    assert not visible_to(cast.who["seller"]).filter(pk=claim.pk).exists()
    assert visible_to(cast.who["agent"]).filter(pk=claim.pk).exists()


def test_page_shows_what_silence_did_before_the_sweep_ran(
    cast: SimpleNamespace, frozen_clock: object
) -> None:
    frozen_clock.shift(dt.timedelta(days=6))  # type: ignore[attr-defined]

    opened = claim_for(cast.who["buyer"], cast.claim.reference)

    assert (opened.row.state, opened.claim.state) == (State.WITH_SELLER, State.REFUND_DUE)
    assert Act.WITHDRAW not in opened.acts


def test_story_is_in_order_and_keeps_the_desks_notes_at_the_desk(
    cast: SimpleNamespace, frozen_clock: object
) -> None:
    who, claim = cast.who, cast.claim
    agent = Actor(Role.AGENT, who["agent"].user_id)
    frozen_clock.shift(60)  # type: ignore[attr-defined]
    write_message(claim_id=claim.pk, by=the_buyer(claim.buyer_id), text="Bonjour.")
    frozen_clock.shift(60)  # type: ignore[attr-defined]
    write_note(claim_id=claim.pk, by=agent, text="Vendeur connu de nos services.")
    frozen_clock.shift(60)  # type: ignore[attr-defined]
    act(claim.pk, c.Escalate(by=Actor(Role.SELLER, who["seller"].user_id)))

    def told(name: str) -> list[str]:
        entries = story(claim_for(who[name], claim.reference))
        return ["note" if e.note else "message" if e.message else type(e.event).__name__ for e in entries]

    assert told("agent") == ["DisputeOpened", "message", "note", "Escalated"]
    assert told("buyer") == told("seller") == ["DisputeOpened", "message", "Escalated"]


def test_buyers_claims_come_newest_first_page_by_page(cast: SimpleNamespace) -> None:
    buyer = a_buyer(cast.place)
    made = [
        a_claim(an_order(buyer), now=PRESENT + dt.timedelta(minutes=minute)).reference for minute in range(5)
    ]
    who = identity_of(buyer.user)

    first = claims_of_buyer(who, limit=2)
    second = claims_of_buyer(who, limit=2, before=(first[1].opened_at, first[1].pk))
    third = claims_of_buyer(who, limit=2, before=(second[1].opened_at, second[1].pk))

    pages = [row.reference for row in (*first[:2], *second[:2], *third)]
    assert pages == made[::-1]
    assert (len(first), len(third)) == (3, 1)


def test_shops_claims_come_by_what_is_due_first_and_without_the_closed(cast: SimpleNamespace) -> None:
    who = cast.who["seller"]
    later = a_claim(an_order(a_buyer(cast.place), cast.shop), now=PRESENT + dt.timedelta(days=1))
    closed = a_claim(an_order(a_buyer(cast.place), cast.shop))
    act(closed.pk, c.MarkSolved(by=the_buyer(closed.buyer_id)))

    assert claims_of_shops(who) == [cast.claim, later]
    assert claims_of_shops(who, states=(State.CLOSED,)) == [closed]
    assert claims_of_shops(who, after=(cast.claim.sort_at, cast.claim.pk)) == [later]
    assert claims_of_shops(cast.who["other seller"]) == []


def test_claims_on_orders_cost_one_query(cast: SimpleNamespace, django_assert_num_queries: object) -> None:
    orders = [claim.order_id for claim in (cast.claim, a_claim())]

    with django_assert_num_queries(1):  # type: ignore[operator]
        found = open_claims_on(orders)

    assert {order: len(claims) for order, claims in found.items()} == dict.fromkeys(orders, 1)
    assert Claim.objects.count() == 2
