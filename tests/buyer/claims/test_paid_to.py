"""Where the buyer says which account a transfer goes to."""

from __future__ import annotations

import pytest
from django.test import Client
from tests.buyer.claims.stage import browser
from tests.refunds.sepa import an_owed_transfer
from tests.refunds.test_transfer_files import LATER

from recours.refunds.commands import make_transfer_file
from recours.refunds.models import PayoutAccount, Refund

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("with_sepa")]


@pytest.fixture
def owed() -> Refund:
    return an_owed_transfer(with_account=False)


@pytest.fixture
def alice(owed: Refund) -> Client:
    assert owed.claim.buyer.user is not None
    return browser(owed.claim.buyer.user)


def url(owed: Refund) -> str:
    return f"/claims/{owed.claim.reference}/"


def give(alice: Client, owed: Refund, iban: str) -> tuple[int, str]:
    answer = alice.post(f"{url(owed)}account/", {"holder": "Alice Martin", "iban": iban})
    return answer.status_code, answer.content.decode()


def test_account_is_asked_given_and_then_shown_masked(owed: Refund, alice: Client) -> None:
    assert "Donner mon IBAN" in alice.get(url(owed)).content.decode()

    status, _ = give(alice, owed, "FR76 3000 6000 0112 3456 7890 189")

    page = alice.get(url(owed)).content.decode()
    assert status == 302
    assert PayoutAccount.objects.get().iban == "FR7630006000011234567890189"
    assert "FR76 •••• 0189" in page
    assert "30006000" not in page


def test_mistyped_account_is_caught_and_kept(owed: Refund, alice: Client) -> None:
    status, page = give(alice, owed, "FR76 3000 6000 0112 3456 7890 188")

    assert status == 422
    assert "sa clé de contrôle ne correspond pas" in page
    assert 'value="FR76 3000 6000 0112 3456 7890 188"' in page
    assert 'value="Alice Martin"' in page
    assert not PayoutAccount.objects.exists()


def test_account_cannot_be_changed_once_it_is_in_a_file(owed: Refund, alice: Client) -> None:
    give(alice, owed, "FR76 3000 6000 0112 3456 7890 189")
    make_transfer_file(now=LATER)

    status, page = give(alice, owed, "BE68 5390 0754 7034")

    assert status == 409
    assert "déjà en route" in page
    assert PayoutAccount.objects.count() == 1
    assert '<form method="post" novalidate' not in alice.get(f"{url(owed)}account/").content.decode()


def test_no_account_is_asked_where_nobody_pays_by_transfer(owed: Refund, alice: Client) -> None:
    Refund.objects.update(provider="manual")

    assert alice.get(f"{url(owed)}account/").status_code == 404
    assert "Donner mon IBAN" not in alice.get(url(owed)).content.decode()
