"""What is written down of who looked, and who may read it."""

from __future__ import annotations

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries
from tests import factories
from tests.conftest import PRESENT
from tests.desk.stage import Bench, a_bench
from tests.staff.test_teams import invited, signed_in

from recours.people.models import DeskRole, User
from recours.staff.models import AccessRecord

pytestmark = pytest.mark.django_db

PAGE_QUERIES = 6


@pytest.fixture
def bench() -> Bench:
    return a_bench()


@pytest.fixture
def desk(bench: Bench) -> Client:
    return signed_in(bench.charlie)


@pytest.fixture
def auditor(bench: Bench) -> User:
    return factories.an_agent(bench.place, role=DeskRole.AUDITOR)


def kept() -> list[tuple[str, str]]:
    return list(AccessRecord.objects.order_by("at").values_list("kind", "subject"))


def test_contact_is_shown_on_demand_and_written_down(bench: Bench, desk: Client) -> None:
    claim = bench.escalated()
    email = claim.buyer.email
    page = desk.get(f"/desk/claims/{claim.reference}/")

    shown = desk.post(f"/desk/claims/{claim.reference}/contact/")

    assert email not in page.content.decode()
    assert email in shown.content.decode()
    assert shown["Cache-Control"].startswith("max-age=0") or "no-store" in shown["Cache-Control"]
    assert kept() == [("contact_shown", claim.reference)]
    assert AccessRecord.objects.get().by == bench.charlie


def test_contact_is_not_for_auditors_nor_by_a_link(bench: Bench, auditor: User) -> None:
    address = f"/desk/claims/{bench.escalated().reference}/contact/"

    assert signed_in(auditor).post(address).status_code == 404
    assert signed_in(bench.charlie).get(address).status_code == 405
    assert kept() == []


def test_auditor_reads_a_claim_and_is_offered_nothing(bench: Bench, auditor: User) -> None:
    claim = bench.escalated()

    page = signed_in(auditor).get(f"/desk/claims/{claim.reference}/").content.decode()

    assert claim.reference in page
    assert "Ajouter la note" not in page
    assert "Envoyer aux parties" not in page
    assert "Voir les coordonnées" not in page
    assert 'action="/desk/claims/' not in page


def test_copy_that_an_auditor_takes_is_written_down(bench: Bench, auditor: User) -> None:
    claim = bench.escalated()

    answer = signed_in(auditor).get(f"/dossiers/{claim.reference}.zip")
    b"".join(answer)
    b"".join(signed_in(bench.charlie).get(f"/dossiers/{claim.reference}.zip"))

    assert answer.status_code == 200
    assert kept() == [("evidence_read", f"{claim.reference} (dossier)")]


def test_register_is_read_by_administrators_and_auditors(bench: Bench, auditor: User) -> None:
    invited(bench.place, bench.admin, "nadia@example.org")
    lead = factories.an_agent(bench.place, role=DeskRole.LEAD)
    elsewhere = factories.an_agent(factories.a_marketplace(), role=DeskRole.AUDITOR)

    answers = {
        name: signed_in(user).get("/desk/register/")
        for name, user in (
            ("auditor", auditor),
            ("admin", bench.admin),
            ("lead", lead),
            ("elsewhere", elsewhere),
        )
    }

    assert {name: answer.status_code for name, answer in answers.items()} == {
        "auditor": 200,
        "admin": 200,
        "lead": 404,
        "elsewhere": 200,
    }
    assert "nadia@example.org" in answers["auditor"].content.decode()
    assert "nadia@example.org" not in answers["elsewhere"].content.decode()


@pytest.mark.parametrize(
    "query", ["kind=nonsense", "after=x", "after=9999~x", "place=nowhere", "kind=role_ended"]
)
def test_register_takes_a_wrong_address_as_not_said(bench: Bench, auditor: User, query: str) -> None:
    assert signed_in(auditor).get(f"/desk/register/?{query}").status_code == 200


@pytest.mark.parametrize("lines", [1, 3])
def test_register_takes_as_many_queries_for_three_lines_as_for_one(
    bench: Bench, auditor: User, lines: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(lines):
        invited(bench.place, bench.admin, f"n{number}@example.org")
    client = signed_in(auditor)

    with django_assert_num_queries(PAGE_QUERIES):
        client.get("/desk/register/")


def test_pages_of_the_register_hold_every_line_once(bench: Bench, auditor: User) -> None:
    AccessRecord.objects.bulk_create(
        AccessRecord(
            at=PRESENT,
            kind="contact_shown",
            marketplace=bench.place,
            by=bench.charlie,
            subject=f"n{number:03d}.",
        )
        for number in range(120)
    )
    client, address, seen = signed_in(auditor), "/desk/register/", ""

    for _ in range(3):
        answer = client.get(address)
        seen += answer.content.decode()
        address = answer.context["page"].next_url

    assert address == ""
    assert [seen.count(f"n{number:03d}.") for number in range(120)] == [1] * 120
