"""Whatever is changed behind the product's back is found, and named."""

import json

import pytest
from django.db import connection
from tests.factories import a_claim, a_user, an_order, the_buyer

from recours.claims.commands import act
from recours.claims.models import Claim
from recours.claims.verify import COLUMNS, Difference, differences, number_of_claims
from recours.rules.lifecycle import commands as c
from recours.rules.lifecycle.claim import Actor
from recours.rules.lifecycle.vocabulary import Role
from recours.rules.wording import LANGUAGES

pytestmark = pytest.mark.django_db


@pytest.fixture
def claim() -> Claim:
    """A claim of three events, about two lines."""
    found = a_claim(an_order(lines=(8990, (3000, 3)), shipping=490))
    act(found.pk, c.Refuse(by=Actor(Role.SELLER, a_user("Bob").pk), reasons="La photo est floue."))
    return act(found.pk, c.Escalate(by=the_buyer(found.buyer_id), reasons="Non."))


def tamper(statement: str) -> None:
    """Write past the product and past the trigger that keeps events."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(statement)
        cursor.execute("SET LOCAL session_replication_role = origin")


def found() -> list[Difference]:
    return list(differences())


def test_untouched_claims_have_no_difference(claim: Claim) -> None:
    a_claim()
    counted: list[int] = []

    assert list(differences(seen=counted.append, batch=1)) == []
    assert (counted, number_of_claims()) == ([1, 1], 2)


EVENTS = "UPDATE claims_claimevent SET {} WHERE seq = 2"


@pytest.mark.parametrize(
    ("statement", "what", "event"),
    [
        (EVENTS.format("body = jsonb_set(body, '{reasons}', '\"La photo est floue!\"')"), "hash", 2),
        (EVENTS.format("hash = set_byte(hash, 0, get_byte(hash, 0) # 1)"), "hash", 2),
        (EVENTS.format("recorded_at = recorded_at + interval '1 microsecond'"), "hash", 2),
        (EVENTS.format("kind = 'Escalated'"), "event_column", 2),
        (EVENTS.format("at = at + interval '1 second'"), "event_column", 2),
        (EVENTS.format("actor_role = 'buyer'"), "event_column", 2),
        (EVENTS.format("actor_id = NULL"), "event_column", 2),
        ("DELETE FROM claims_claimevent WHERE seq = 2", "gap", 2),
        ("UPDATE claims_claimevent SET seq = 4 WHERE seq = 3", "gap", 3),
        ("DELETE FROM claims_claimevent WHERE seq = 3", "head_hash", 2),
        ("DELETE FROM claims_claimevent", "no_events", None),
        (
            "UPDATE claims_claim SET head_hash = set_byte(head_hash, 31, get_byte(head_hash, 31) # 1)",
            "head_hash",
            3,
        ),
        (
            "UPDATE claims_claim SET snapshot = jsonb_set(snapshot, '{disputed,minor}', '1')",
            "snapshot",
            3,
        ),
        ("UPDATE claims_claim SET snapshot = '[]'", "snapshot", 3),
        ("UPDATE claims_claimline SET is_open = false", "line_open", 3),
        ("UPDATE claims_claimline SET quantity = 2", "lines", 1),
        ("DELETE FROM claims_claimline", "lines", 1),
    ],
)
def test_one_change_is_found_and_named(claim: Claim, statement: str, what: str, event: int | None) -> None:
    tamper(statement)

    (difference,) = found()

    assert (difference.subject, difference.what, difference.event) == (claim.reference, what, event)
    for lang in LANGUAGES:
        assert claim.reference in difference.sentence(lang)


CHANGED = {
    "state": "'ruled'",
    "ground": "'late'",
    "resolution": "'settled'",
    "closed_at": "now()",
    "due_at": "due_at + interval '1 microsecond'",
    "due_party": "'seller'",
    "sort_at": "now()",
    "appealed": "true",
    "overdue": "true",
    "assigned_to_id": "(SELECT id FROM people_user LIMIT 1)",
    "seq": "4",
    "reference": "'L-22222222'",
    "opened_at": "now()",
    "about": "'payment'",
    "currency": "'USD'",
    "disputed_minor": "1",
    "more_articles": "0",
    "policy_version": "2",
}


@pytest.mark.parametrize("column", COLUMNS)
def test_every_column_that_the_events_determine_is_compared(claim: Claim, column: str) -> None:
    tamper("SET CONSTRAINTS ALL IMMEDIATE")
    tamper("ALTER TABLE claims_claim DROP CONSTRAINT closed_claims_have_a_closing_time")
    tamper(f"UPDATE claims_claim SET {column} = {CHANGED[column]}")

    (difference,) = found()

    assert (difference.what, difference.params["column"]) == ("column", column)


def test_event_that_is_no_event_is_unreadable(claim: Claim) -> None:
    # Chained properly, so that only its content is wrong.
    tamper("""
        UPDATE claims_claimevent SET body = '{"kind": "Nonsense"}',
          hash = sha256(decode(repeat('00', 32), 'hex') || uuid_send(claim_id) || '\\x00000001'::bytea
            || int8send((extract(epoch FROM recorded_at) * 1000000)::bigint) || '{"kind":"Nonsense"}'::bytea)
        WHERE seq = 1
    """)

    (difference,) = found()

    assert (difference.what, difference.event) == ("unreadable", 1)


def test_first_difference_of_each_claim_is_named_and_one_claim_can_be_asked_for(claim: Claim) -> None:
    other = a_claim()
    tamper("UPDATE claims_claimevent SET at = at + interval '1 second'")

    assert sorted((each.subject, each.event) for each in found()) == sorted(
        [(claim.reference, 1), (other.reference, 1)]
    )
    assert [each.subject for each in differences(other.reference)] == [other.reference]
    assert number_of_claims(other.reference) == 1


def test_difference_is_plain_data(claim: Claim) -> None:
    tamper("UPDATE claims_claim SET due_party = 'seller'")

    (difference,) = found()

    assert json.loads(json.dumps(difference.params)) == {
        "column": "due_party",
        "stored": "seller",
        "told": "agent",
    }
