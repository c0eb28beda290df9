"""Bank files: what agrees with our rows is acted on once, and everything else changes nothing."""

from __future__ import annotations

import datetime as dt
import time
from uuid import uuid4

import pytest
from tests.at_once import at_once
from tests.conftest import PRESENT
from tests.refunds.sepa import RETURNED, Said, an_owed_transfer, report, statement
from tests.refunds.test_transfer_files import LATER

from recours.claims.models import Claim, ClaimEvent
from recours.refunds.commands import hear_what_was_left, make_transfer_file, prepare, read_bank_file, retry
from recours.refunds.commands.bank_files import BankFileRead
from recours.refunds.models import ProviderEvent, Refund
from recours.refunds.providers import Order, Outcome, provider
from recours.refunds.refusals import (
    BankFileAboutYourRefund,
    BankFileOfOtherAccount,
    BankFileOfOtherKind,
    BankFileTooLarge,
    BankFileUnreadable,
)
from recours.refunds.verify import differences
from recours.rules.access import Identity
from recours.rules.lifecycle.vocabulary import State
from recours.rules.refusals import Refusal

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("with_sepa")]

Status = Refund.Status
DAY = (LATER + dt.timedelta(days=1)).date()
THEN = LATER + dt.timedelta(days=3)


@pytest.fixture
def sent() -> Refund:
    """A refund in a file that the bank has."""
    refund = an_owed_transfer()
    make_transfer_file(now=LATER)
    return refund


def read(content: bytes) -> BankFileRead:
    return read_bank_file(content, now=THEN)


def verdicts(found: BankFileRead) -> list[tuple[str, str]]:
    return [(line.verdict.value, line.why) for line in found.lines]


def now_is(refund: Refund) -> str:
    refund.refresh_from_db()
    assert not list(differences())
    return refund.status


def test_nobody_says_that_their_own_refund_came_back(sent: Refund) -> None:
    """Who is at the desk and bought: no bank signs its files, and what came back is paid again."""
    alice = Identity(user_id=uuid4(), buyer_ids=frozenset({sent.claim.buyer_id}))
    content = statement(Said(sent.key, on=DAY))

    with pytest.raises(BankFileAboutYourRefund):
        read_bank_file(content, by=alice, now=THEN)

    assert now_is(sent) == Status.PENDING
    assert not ProviderEvent.objects.exists()
    assert verdicts(read_bank_file(content, by=Identity(user_id=uuid4()), now=THEN)) == [("applied", "")]


@pytest.mark.parametrize("version", ["02", "08"])
@pytest.mark.parametrize("kind", ["camt.053", "camt.054"])
def test_booked_debit_pays_once_however_often_it_is_told(sent: Refund, kind: str, version: str) -> None:
    content = statement(Said(sent.key, on=DAY), kind=kind, version=version)

    assert verdicts(read(content)) == [("applied", "")]
    assert verdicts(read(content)) == [("repeated", "")]

    assert now_is(sent) == Status.SUCCEEDED
    assert Claim.objects.get().state == State.CLOSED
    assert ClaimEvent.objects.filter(kind="RefundPaid").count() == 1


def test_notification_and_then_statement_act_once(sent: Refund) -> None:
    assert verdicts(read(statement(Said(sent.key, on=DAY), kind="camt.054", name="N-1"))) == [("applied", "")]
    assert verdicts(read(statement(Said(sent.key, on=DAY), name="S-1"))) == [("unchanged", "")]

    assert ClaimEvent.objects.filter(kind="RefundPaid").count() == 1


@pytest.mark.parametrize("inside", [RETURNED, ""])
def test_return_owes_the_money_anew_and_a_new_account_can_be_given(sent: Refund, inside: str) -> None:
    read(statement(Said(sent.key, on=DAY), name="S-1"))
    back = Said(sent.key, on=DAY, way="CRDT", ref="BANK-2", inside=inside)

    assert verdicts(read(statement(back, name="S-2"))) == [("applied", "")]
    assert verdicts(read(statement(back, kind="camt.054", name="N-2"))) == [("unchanged", "")]

    assert now_is(sent) == Status.REVERSED
    assert sent.failure == ("Le compte est fermé. (AC04)" if inside else "")
    prepare(THEN)
    assert Refund.objects.exclude(pk=sent.pk).get(surcharge_of=None).status == Status.APPROVED
    assert make_transfer_file(now=THEN + dt.timedelta(days=60)).count == 1


def test_return_told_before_the_debit_ends_the_same(sent: Refund) -> None:
    back = Said(sent.key, on=DAY, way="CRDT", ref="BANK-2", inside=RETURNED)

    read(statement(back, name="S-2"))
    read(statement(Said(sent.key, on=DAY), name="S-1"))

    assert now_is(sent) == Status.REVERSED


def test_rejected_transfer_has_failed_and_is_paid_by_hand(sent: Refund) -> None:
    assert verdicts(read(report(sent.key, version="03", on=DAY))) == [("applied", "")]

    assert now_is(sent) == Status.FAILED
    assert sent.failure == "Le compte indiqué est faux. (AC01)"
    assert retry(sent.pk, by_hand=True).provider == "manual"
    # The bank executed it after all: nothing is believed, a person looks.
    assert verdicts(read(statement(Said(sent.key, on=DAY)))) == [("unexplained", "other_provider")]


def test_accepted_transfer_and_pending_entry_say_nothing_yet(sent: Refund) -> None:
    assert verdicts(read(report(sent.key, status="ACSP", on=DAY))) == [("not_yet", "")]
    assert verdicts(read(statement(Said(sent.key, status="PDNG", on=DAY)))) == [("not_yet", "")]

    assert now_is(sent) == Status.PENDING


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"amount": "89.89"}, "other_amount"),
        ({"amount": "89.91"}, "other_amount"),
        ({"amount": "8990.00"}, "other_amount"),
        ({"currency": "USD"}, "other_currency"),
        ({"key": uuid4()}, "unknown_refund"),
        ({"inside": RETURNED}, "return_debited"),
        ({"on": LATER.date() - dt.timedelta(days=1)}, "before_ordered"),
        ({"on": THEN.date() + dt.timedelta(days=30)}, "in_future"),
    ],
)
def test_line_that_does_not_agree_is_kept_and_changes_nothing(
    sent: Refund, changes: dict[str, object], why: str
) -> None:
    line = Said(**({"key": sent.key, "on": DAY} | changes))  # type: ignore[arg-type]

    assert verdicts(read(statement(line))) == [("unexplained", why)]

    assert now_is(sent) == Status.PENDING
    assert ProviderEvent.objects.get().why == why


def test_debit_of_what_was_never_ordered_is_unexplained() -> None:
    refund = an_owed_transfer()

    assert verdicts(read(statement(Said(refund.key, on=DAY)))) == [("unexplained", "never_ordered")]
    assert now_is(refund) == Status.APPROVED


def test_two_bookings_of_one_transfer_are_one_payment_and_an_alarm(sent: Refund) -> None:
    twice = statement(Said(sent.key, on=DAY), Said(sent.key, on=DAY), Said(sent.key, on=DAY, ref="BANK-9"))

    assert verdicts(read(twice)) == [("applied", ""), ("repeated", ""), ("unexplained", "paid_twice")]


def test_other_business_of_the_account_is_counted_and_not_kept(sent: Refund) -> None:
    found = read(statement(Said("NOTPROVIDED"), Said("LOYER-11-2026"), Said(sent.key, on=DAY)))

    assert (found.others, verdicts(found)) == (2, [("applied", "")])
    assert ProviderEvent.objects.count() == 1


def whole(key: object) -> bytes:
    return statement(Said(key, on=DAY))  # type: ignore[arg-type]


LAUGHS = (
    b"""<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY lol "lol">%s]><Document xmlns="x">&lol9;</Document>"""
    % b"".join(
        b'<!ENTITY lol%d "%s">' % (n, b"&lol%d;" % (n - 1) * 10 if n > 1 else b"&lol;" * 10)
        for n in range(1, 10)
    )
)
XXE = b'<?xml version="1.0"?><!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]><Document xmlns="x">&x;</Document>'


@pytest.mark.parametrize(
    ("content", "refusal"),
    [
        (b"", BankFileUnreadable),
        (b"%PDF-1.7", BankFileUnreadable),
        (b"date;libelle;montant\n", BankFileUnreadable),
        (whole("X" * 32)[:-40], BankFileUnreadable),
        (XXE, BankFileUnreadable),
        (XXE.decode().encode("utf-16"), BankFileUnreadable),
        (LAUGHS, BankFileUnreadable),
        (b"<a>" * 100_000, BankFileUnreadable),
        (whole("a" * 32).replace(b"89.90", b"89.901"), BankFileUnreadable),
        (whole("a" * 32).replace(b"89.90", b"1e9"), BankFileUnreadable),
        (whole("a" * 32).replace(b"89.90", b"-89.90"), BankFileUnreadable),
        (whole("a" * 32).replace(b"EUR", b"EVR"), BankFileUnreadable),
        (whole("a" * 32).replace(b"DBIT", b"BOTH"), BankFileUnreadable),
        (whole("a" * 32).replace(str(DAY).encode(), b"2026-13-45"), BankFileUnreadable),
        (whole("a" * 32).replace(b"STMT-1", b"S" * 4000), BankFileUnreadable),
        (b'<html xmlns="http://www.w3.org/1999/xhtml"/>', BankFileOfOtherKind),
        (statement(kind="camt.053", version="99"), BankFileOfOtherKind),
        (statement(Said("a" * 32), iban="DE89370400440532013000"), BankFileOfOtherAccount),
        (b" " * (5 * 1024 * 1024 + 1), BankFileTooLarge),
    ],
)
def test_file_that_is_none_is_refused_whole_and_fast(
    sent: Refund, content: bytes, refusal: type[Refusal]
) -> None:
    begun = time.monotonic()

    with pytest.raises(refusal):
        read(content)

    assert time.monotonic() - begun < 5
    assert (now_is(sent), ProviderEvent.objects.count()) == (Status.PENDING, 0)


def test_ten_thousand_entries_are_read_in_reasonable_time(sent: Refund) -> None:
    others = [Said(f"SALE-{number}", ref=f"B{number}") for number in range(9_999)]
    content = statement(*others, Said(sent.key, on=DAY, ref="OURS"))
    begun = time.monotonic()

    found = read(content)

    assert (found.others, verdicts(found)) == (9_999, [("applied", "")])
    assert time.monotonic() - begun < 20


def test_what_there_was_no_time_for_is_kept_and_acted_on_by_the_next_job(sent: Refund) -> None:
    found = read_bank_file(statement(Said(sent.key, on=DAY)), now=THEN, seconds=-1)
    assert verdicts(found) == [("later", "")]

    hear_what_was_left(THEN)

    assert now_is(sent) == Status.SUCCEEDED


@pytest.mark.django_db(transaction=True)
def test_the_same_file_brought_by_four_at_once_acts_once() -> None:
    refund = an_owed_transfer()
    make_transfer_file(now=LATER)
    content = statement(Said(refund.key, on=DAY))

    results = at_once(*[lambda: read(content)] * 4)

    assert all(isinstance(result, BankFileRead) for result in results)
    assert ClaimEvent.objects.filter(kind="RefundPaid").count() == 1


def test_look_up_answers_from_what_the_bank_said(sent: Refund) -> None:
    payer, asked = provider("sepa"), Order(key=sent.key, amount=sent.amount)
    outcomes = [payer.look_up(asked)]
    read(statement(Said(sent.key, on=DAY), name="S-1"))
    outcomes.append(payer.look_up(asked))
    read(statement(Said(sent.key, on=DAY, way="CRDT", ref="BANK-2", inside=RETURNED), name="S-2"))
    outcomes.append(payer.look_up(asked))

    assert [one and one.outcome for one in outcomes] == [Outcome.PENDING, Outcome.PAID, Outcome.REVERSED]
    assert [notice.outcome for notice in payer.changes(PRESENT)] == [Outcome.PAID, Outcome.REVERSED]
