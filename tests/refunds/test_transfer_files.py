"""Transfers out: the account that a buyer gives, and files that a refund is in once and for ever."""

from __future__ import annotations

import datetime as dt
import hashlib

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test import Client
from lxml import etree
from pytest_django.fixtures import Settings
from tests.at_once import at_once, kinds
from tests.conftest import PRESENT
from tests.factories import an_agent
from tests.refunds.sepa import ALICES, an_owed_transfer

from recours.people.models import User
from recours.people.queries import identity_of
from recours.refunds.commands import (
    approve,
    give_account,
    make_transfer_file,
    prepare,
    record_failure,
    record_transfer,
    retry,
)
from recours.refunds.models import Chargeback, PayoutAccount, Refund, Transfer, TransferFile
from recours.refunds.providers.sepa.accounts import grouped, masked, read_iban
from recours.refunds.providers.sepa.writing import plain
from recours.refunds.refusals import (
    AccountInUse,
    AccountNotAsked,
    AlreadyInFile,
    HolderMissing,
    IbanMalformed,
    IbanMistyped,
    IbanNotReachable,
    NothingToTransfer,
    RefundPaidByProvider,
)
from recours.refunds.verify import differences
from recours.rules.lifecycle.claim import Actor
from recours.rules.lifecycle.vocabulary import Role

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("with_sepa")]

Status = Refund.Status
LATER = PRESENT + dt.timedelta(days=60)
"""When every refund may be paid."""


def written(file: TransferFile, path: str) -> list[str]:
    root = etree.fromstring(bytes(file.content))
    return [found.text or "" for found in root.iterfind(f".//{{*}}{path.replace('/', '/{*}')}")]


# -- accounts ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("FR76 3000 6000 0112 3456 7890 189", "FR7630006000011234567890189"),
        ("  fr76-3000-6000-0112-3456-7890-189 ", "FR7630006000011234567890189"),
        ("FR76\u202f3000\u202f6000\u202f0112\u202f3456\u202f7890\u202f189", "FR7630006000011234567890189"),
        ("DE89 3704 0044 0532 0130 00", "DE89370400440532013000"),
        ("BE68 5390 0754 7034", "BE68539007547034"),
    ],
)
def test_iban_is_read_as_people_type_it(typed: str, read: str) -> None:
    assert read_iban(typed) == read


@pytest.mark.parametrize(
    ("typed", "refusal"),
    [
        ("FR76 3000 6000 0112 3456 7890 188", IbanMistyped),
        ("FR76 3000 6000 0112 3465 7890 189", IbanMistyped),  # two digits exchanged
        ("FR76 3000 6000 0112 3456 7890 18", IbanMalformed),
        ("", IbanMalformed),
        ("4970 1012 3456 7890", IbanMalformed),  # a card
        ("FR76 ３０００ 6000 0112 3456 7890 189", IbanMalformed),
        ("CH93 0076 2011 6238 5295 7", IbanNotReachable),
        ("GB82 WEST 1234 5698 7654 32", IbanNotReachable),
        ("BR15 0000 0000 0000 1093 2840 814P 2", IbanNotReachable),
    ],
)
def test_iban_that_is_wrong_says_how(typed: str, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        read_iban(typed)


def test_every_wrong_digit_of_an_iban_is_caught() -> None:
    good = "FR7630006000011234567890189"
    for place in range(4, len(good)):
        for digit in "0123456789":
            if digit != good[place]:
                with pytest.raises(IbanMistyped):
                    read_iban(good[:place] + digit + good[place + 1 :])


def test_iban_is_shown_masked_or_in_groups() -> None:
    assert masked("FR7630006000011234567890189") == "FR76 •••• 0189"
    assert grouped("FR7630006000011234567890189") == "FR76 3000 6000 0112 3456 7890 189"


def test_giving_the_same_account_twice_keeps_one_row_and_another_replaces_it() -> None:
    refund = an_owed_transfer()

    give_account(refund.claim_id, holder=" Alice  Martin ", iban=ALICES.lower(), by=None)
    give_account(refund.claim_id, holder="Alice Martin", iban="BE68 5390 0754 7034", by=None)

    assert [one.iban for one in PayoutAccount.objects.order_by("id")] == [ALICES, "BE68539007547034"]
    assert written(make_transfer_file(now=LATER), "CdtrAcct/Id/IBAN") == ["BE68539007547034"]


def test_account_is_asked_where_a_transfer_waits_and_kept_once_it_left(settings: Settings) -> None:
    refund = an_owed_transfer()
    make_transfer_file(now=LATER)
    with pytest.raises(AccountInUse):
        give_account(refund.claim_id, holder="Alice Martin", iban="BE68 5390 0754 7034", by=None)

    settings.REFUND_ROUTES = []
    other = an_owed_transfer(with_account=False)
    with pytest.raises(AccountNotAsked):
        give_account(other.claim_id, holder="Alice Martin", iban=ALICES, by=None)
    with pytest.raises(HolderMissing):
        give_account(other.claim_id, holder="  ", iban=ALICES, by=None)


BELGIAN = "BE68 5390 0754 7034"


def a_large_transfer() -> tuple[Refund, Actor, Actor]:
    """One that waits for a second person, with two who can be it."""
    refund = an_owed_transfer(lines=(200_000,))
    one, two = (Actor(Role.AGENT, an_agent(refund.claim.marketplace).pk) for _ in range(2))
    return refund, one, two


def test_another_account_waits_for_a_second_person_again() -> None:
    """What was approved is a sum to an account: whoever holds the buyer's session does not choose the payee alone."""
    refund, one, _ = a_large_transfer()
    approve(refund.pk, by=one)

    give_account(refund.claim_id, holder="Alice Martin", iban=BELGIAN, by=None)

    refund.refresh_from_db()
    assert (refund.status, refund.approved_at, refund.approved_by) == (Status.REQUESTED, None, None)
    with pytest.raises(NothingToTransfer):
        make_transfer_file(now=LATER)
    approve(refund.pk, by=one)
    assert written(make_transfer_file(now=LATER), "CdtrAcct/Id/IBAN") == ["BE68539007547034"]


def test_another_account_after_a_failure_is_approved_before_it_leaves() -> None:
    refund, one, _ = a_large_transfer()
    approve(refund.pk, by=one)
    record_failure(refund.pk, reason="Compte clos.")
    assert retry(refund.pk).status == Status.APPROVED  # the same sum to the same account

    give_account(refund.claim_id, holder="Alice Martin", iban=BELGIAN, by=None)

    refund.refresh_from_db()
    assert refund.status == Status.REQUESTED


def test_small_refund_follows_its_account_without_anybody() -> None:
    refund = an_owed_transfer()

    give_account(refund.claim_id, holder="Alice Martin", iban=BELGIAN, by=None)

    refund.refresh_from_db()
    assert refund.status == Status.APPROVED


def test_page_that_shows_another_account_approves_nothing() -> None:
    refund, one, _ = a_large_transfer()
    assert one.id is not None
    desk = Client()
    desk.force_login(User.objects.get(pk=one.id))
    address = f"/desk/refunds/{refund.pk}/approve/"
    seen = desk.get(address).context["account"]
    give_account(refund.claim_id, holder="Mallory", iban=BELGIAN, by=None)

    stale = desk.post(address, {"answer": "approve", "account": seen})

    refund.refresh_from_db()
    assert (stale.status_code, refund.status) == (409, Status.REQUESTED)
    assert "L’acheteur a donné un autre compte" in stale.content.decode()
    fresh = desk.post(address, {"answer": "approve", "account": stale.context["account"]})
    assert fresh.status_code == 302


# -- the file ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("message", ["pain.001.001.03", "pain.001.001.09"])
def test_file_says_what_was_ordered(settings: Settings, message: str) -> None:
    settings.SEPA_MESSAGE = message
    refund = an_owed_transfer()

    file = make_transfer_file(now=LATER)

    content = bytes(file.content)
    assert f"urn:iso:std:iso:20022:tech:xsd:{message}".encode() in content
    assert written(file, "EndToEndId") == [refund.key.hex]
    assert written(file, "InstdAmt") == ["89.90"]
    assert written(file, "GrpHdr/CtrlSum") == ["89.90"]
    assert written(file, "GrpHdr/MsgId") == written(file, "PmtInfId") == [file.message_id]
    assert written(file, "BtchBookg") == ["false"]
    assert written(file, "CdtrAcct/Id/IBAN") == [ALICES]
    assert written(file, "Dbtr/Nm") == ["Belle Marche SAS"]
    assert (file.count, file.total_minor, file.sha256) == (1, 8990, hashlib.sha256(content).hexdigest())
    refund.refresh_from_db()
    assert (refund.status, refund.provider_ref, refund.submitted_at) == (
        Status.PENDING,
        refund.key.hex,
        LATER,
    )
    assert not list(differences())


@pytest.mark.parametrize(
    ("name", "read"),
    [
        ("Zoë Łukasz-Müller & Fils", "Zoe Lukasz-Muller Fils"),
        ("王小明", "Wang Xiao Ming"),
        ("<b>Bob</b>; DROP", "b Bob /b DROP"),
        ("//Alice/", "Alice"),
        ("\u200b🙂", "NOTPROVIDED"),
        ("A" * 300, "A" * 70),
    ],
)
def test_names_are_written_in_signs_that_every_bank_takes(name: str, read: str) -> None:
    assert plain(name) == read


def test_fetched_again_the_file_is_the_same_and_nothing_is_in_a_second_one() -> None:
    an_owed_transfer()
    file = make_transfer_file(now=LATER)

    assert bytes(TransferFile.objects.get().content) == bytes(file.content)
    with pytest.raises(NothingToTransfer):
        make_transfer_file(now=LATER)


def test_who_is_not_ready_is_in_no_file() -> None:
    without_account, frozen, asked = (
        an_owed_transfer(with_account=False),
        an_owed_transfer(),
        an_owed_transfer(),
    )
    Refund.objects.filter(pk=asked.pk).update(status=Status.REQUESTED)
    assert frozen.payment is not None
    Chargeback.objects.create(
        payment=frozen.payment,
        provider="stripe",
        provider_ref="dp_1",
        currency="EUR",
        amount_minor=8990,
        opened_at=PRESENT,
    )

    with pytest.raises(NothingToTransfer):
        make_transfer_file(now=LATER)
    Refund.objects.filter(pk=asked.pk).update(status=Status.APPROVED, pay_from=LATER)
    with pytest.raises(NothingToTransfer):
        make_transfer_file(now=LATER - dt.timedelta(seconds=1))
    assert make_transfer_file(now=LATER).count == 1
    assert without_account.status == Status.APPROVED


def test_agent_makes_a_file_of_their_own_marketplace_and_of_what_others_approved() -> None:
    mine, _ = an_owed_transfer(), an_owed_transfer()
    agent = an_agent(mine.claim.marketplace)
    Refund.objects.filter(pk=mine.pk).update(approved_by=agent)

    with pytest.raises(NothingToTransfer):
        make_transfer_file(identity_of(agent), now=LATER)
    file = make_transfer_file(identity_of(an_agent(mine.claim.marketplace)), now=LATER)

    assert [one.refund_id for one in file.transfers.all()] == [mine.pk]


@pytest.mark.django_db(transaction=True)
def test_two_people_at_once_make_one_file() -> None:
    for _ in range(3):
        an_owed_transfer()

    results = at_once(*[lambda: make_transfer_file(now=LATER)] * 6)

    assert kinds(results) == ["NothingToTransfer"] * 5 + ["TransferFile"]
    assert Transfer.objects.count() == TransferFile.objects.get().count == 3


@pytest.mark.django_db(transaction=True)
def test_file_and_hand_at_once_pay_once() -> None:
    refund = an_owed_transfer()
    agent = Actor(Role.AGENT, an_agent(refund.claim.marketplace).pk)

    results = at_once(
        lambda: make_transfer_file(now=LATER),
        lambda: record_transfer(refund.pk, by=agent, reference="VIR-1", paid_on=LATER.date(), now=LATER),
    )

    assert kinds(results) in (["NothingToTransfer", "Refund"], ["RefundPaidByProvider", "TransferFile"])


def test_what_is_in_a_file_is_not_paid_by_hand_nor_put_into_another() -> None:
    refund = an_owed_transfer()
    make_transfer_file(now=LATER)
    agent = Actor(Role.AGENT, an_agent(refund.claim.marketplace).pk)

    with pytest.raises(RefundPaidByProvider):
        record_transfer(refund.pk, by=agent, reference="VIR-1", paid_on=LATER.date(), now=LATER)
    Refund.objects.filter(pk=refund.pk).update(status=Status.FAILED)
    with pytest.raises(AlreadyInFile):
        retry(refund.pk)
    retry(refund.pk, by_hand=True)
    assert (
        record_transfer(refund.pk, by=agent, reference="VIR-1", paid_on=LATER.date(), now=LATER).status
        == "succeeded"
    )


def test_buyer_without_account_can_be_paid_by_hand() -> None:
    refund = an_owed_transfer(with_account=False)
    agent = Actor(Role.AGENT, an_agent(refund.claim.marketplace).pk)

    paid = record_transfer(refund.pk, by=agent, reference="VIR-1", paid_on=LATER.date(), now=LATER)

    assert (paid.status, paid.provider) == (Status.SUCCEEDED, "manual")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE refunds_transferfile SET content = 'x'",
        "DELETE FROM refunds_transfer",
        "UPDATE refunds_payoutaccount SET iban = 'BE68539007547034'",
    ],
)
def test_database_keeps_what_was_sent(statement: str) -> None:
    an_owed_transfer()
    make_transfer_file(now=LATER)

    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_database_refuses_a_refund_in_two_files() -> None:
    refund = an_owed_transfer()
    first = make_transfer_file(now=LATER)
    second = TransferFile.objects.create(
        message_id="X", made_at=LATER, count=1, total_minor=1, currency="EUR", sha256="", content=b""
    )

    with pytest.raises(IntegrityError), transaction.atomic():
        Transfer.objects.create(refund=refund, file=second, account=first.transfers.get().account)
    assert prepare().refunds == 0
