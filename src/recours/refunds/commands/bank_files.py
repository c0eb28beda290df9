"""Hearing what a bank's file says: each line held against the transfer that it names, and acted on once."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
import time
from enum import StrEnum
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
from django.conf import settings
from django.db.models import Q
from msgspec import Struct

from recours import clock
from recours.refunds.commands.hearing import Heard, hear
from recours.refunds.models import ProviderEvent, Refund
from recours.refunds.providers import Notice, NoticeKind, Outcome
from recours.refunds.providers.sepa.reading import BankFile, BankLine, Happened, read
from recours.refunds.refusals import BankFileAboutYourRefund, BankFileOfOtherAccount
from recours.rules.access import Identity
from recours.rules.money import Money

KEY = re.compile(r"[0-9a-fA-F]{32}")
OUTCOMES = {
    Happened.DEBITED: Outcome.PAID,
    Happened.RETURNED: Outcome.REVERSED,
    Happened.REJECTED: Outcome.DECLINED,
}
AHEAD = dt.timedelta(days=2)
"""How far ahead of our clock a bank may date a booking: its day has begun, or it books the day before."""


class Verdict(StrEnum):
    """What became of one line."""

    APPLIED = Heard.APPLIED.value
    UNCHANGED = Heard.UNCHANGED.value
    REPEATED = Heard.REPEATED.value
    UNEXPLAINED = Heard.UNEXPLAINED.value
    LATER = "later"
    """Kept; a job acts on it within the minute."""
    NOT_YET = "not_yet"
    """Not booked, or accepted and not paid: a later file will say more."""
    NOT_OURS = "not_ours"
    """Other business of the account."""


class LineRead(Struct, frozen=True, kw_only=True):
    """One line and what became of it; `why` is a key of `hearing.why`."""

    line: BankLine
    verdict: Verdict
    why: str = ""
    refund: Refund | None = None


class BankFileRead(Struct, frozen=True, kw_only=True):
    """A file that was read to its end. `others` counts the lines that are no business of ours."""

    kind: str
    lines: tuple[LineRead, ...]
    others: int

    def count(self, verdict: Verdict) -> int:
        return sum(line.verdict is verdict for line in self.lines)


def read_bank_file(
    content: bytes,
    *,
    by: Identity | None = None,
    now: dt.datetime | None = None,
    seconds: float | None = None,
) -> BankFileRead:
    """Read a file of the bank, keep what it says of our transfers, and act on it.

    First all of it is stored, in one statement, then each line is acted on in its own transaction; what is left after
    `seconds`, or after a crash, is acted on by the next run of `hear_what_was_left`. The same file again, or the same
    entry in another file, changes nothing. `by` is who hands it in, nobody on the command line.

    Raises BankFileTooLarge, BankFileUnreadable, BankFileOfOtherKind, BankFileOfOtherAccount, BankFileAboutYourRefund,
    and then nothing was stored.
    """
    now = now or clock.now()
    file = read(content, ZoneInfo(settings.TIME_ZONE))
    _must_be_ours(file)
    ours = [(line, UUID(line.end_to_end)) for line in file.lines if KEY.fullmatch(line.end_to_end)]
    if by is not None:
        _must_not_be_theirs(by, {key for _, key in ours})
    notices = _notices(ours, now)
    known = _store(notices, now)
    until = None if seconds is None else time.monotonic() + seconds
    lines = []
    for (line, key), notice in zip(ours, notices, strict=True):
        if notice is None:
            verdict = Verdict.NOT_YET
        elif notice.event_id in known:
            verdict = Verdict.REPEATED
        elif until is not None and time.monotonic() > until:
            verdict = Verdict.LATER
        else:
            verdict = Verdict(hear("sepa", notice, now=now))
            known.add(notice.event_id)
        lines.append((line, key, verdict, notice))
    return _told(file, lines)


def _must_be_ours(file: BankFile) -> None:
    for iban in file.ibans:
        if iban != settings.SEPA_IBAN:
            raise BankFileOfOtherAccount(last=iban[-4:])


def _must_not_be_theirs(by: Identity, keys: set[UUID]) -> None:
    """No bank signs its files: who wrote that their own refund came back would be paid it again."""
    theirs = Q(claim__buyer_id__in=by.buyer_ids) | Q(claim__shop_id__in=by.shop_ids)
    if Refund.objects.filter(theirs, key__in=keys).exists():
        raise BankFileAboutYourRefund


def _notices(ours: list[tuple[BankLine, UUID]], now: dt.datetime) -> list[Notice | None]:
    """Put each line into the words of `hear`; None for one that says nothing yet."""
    keys = {key for _, key in ours}
    refunds = {
        refund.key: refund for refund in Refund.objects.select_related("transfer__file").filter(key__in=keys)
    }
    debited: dict[UUID, str] = {}
    found: list[Notice | None] = []
    for line, key in ours:
        if line.happened is Happened.NOT_YET:
            found.append(None)
            continue
        refund = refunds.get(key)
        event_id = _event_id(line)
        doubt = line.doubt or _doubt(line, refund, now)
        if line.happened is Happened.DEBITED and not doubt:
            first = debited.setdefault(key, event_id)
            # Two bookings of one transfer in one file: the bank paid twice, or says so.
            doubt = "paid_twice" if first != event_id else ""
        amount = line.amount or (refund.amount if refund and line.happened is Happened.REJECTED else None)
        if amount is None:
            # Nothing to hold against our row; of an unknown reference there is no more to say either.
            doubt, amount = doubt or "no_amount", refund.amount if refund else Money.zero("EUR")
        found.append(
            Notice(
                kind=NoticeKind.REFUND,
                event_id=event_id,
                at=min(line.at, now),
                amount=amount,
                key=key,
                outcome=OUTCOMES[line.happened],
                reason=line.reason,
                doubt=doubt,
            )
        )
    return found


def _doubt(line: BankLine, refund: Refund | None, now: dt.datetime) -> str:
    """Say why a line cannot be true of what we ordered."""
    if line.at > now + AHEAD:
        return "in_future"
    if refund is None:
        return ""
    ordered = getattr(refund, "transfer", None)
    if ordered is None:
        return "never_ordered"
    zone = ZoneInfo(settings.TIME_ZONE)
    return (
        "before_ordered"
        if line.at.astimezone(zone).date() < ordered.file.made_at.astimezone(zone).date()
        else ""
    )


def _event_id(line: BankLine) -> str:
    """The bank's name of the statement and of the entry, our reference, and what happened: one thing, told once."""
    parts = (line.statement, line.entry, line.end_to_end.lower(), line.happened.value)
    # An id may hold any sign, ours included.
    return f"{hashlib.sha256(chr(10).join(parts).encode()).hexdigest()[:16]}/{'/'.join(parts)}"


def _store(notices: list[Notice | None], now: dt.datetime) -> set[str]:
    """Keep what is told before any of it is acted on; return which of it was acted on before."""
    told = {notice.event_id: notice for notice in notices if notice is not None}
    ProviderEvent.objects.bulk_create(
        (
            ProviderEvent(
                provider="sepa",
                event_id=event_id,
                kind=notice.kind,
                told=msgspec.to_builtins(notice),
                at=notice.at,
                heard_at=now,
            )
            for event_id, notice in told.items()
        ),
        ignore_conflicts=True,
        batch_size=1000,
    )
    kept = ProviderEvent.objects.filter(provider="sepa", event_id__in=list(told))
    return set(kept.exclude(verdict="").values_list("event_id", flat=True))


def _told(file: BankFile, lines: list[tuple[BankLine, UUID, Verdict, Notice | None]]) -> BankFileRead:
    """Look up what each line became, and of which refund it spoke."""
    ids = [notice.event_id for _, _, _, notice in lines if notice is not None]
    whys = dict(
        ProviderEvent.objects.filter(provider="sepa", event_id__in=ids).values_list("event_id", "why")
    )
    keys = {key for _, key, _, _ in lines}
    refunds = {
        refund.key: refund
        for refund in Refund.objects.select_related("claim").defer("claim__snapshot").filter(key__in=keys)
    }
    return BankFileRead(
        kind=file.kind,
        lines=tuple(
            LineRead(
                line=line,
                verdict=verdict,
                why=whys.get(notice.event_id, "") if notice else "",
                refund=refunds.get(key),
            )
            for line, key, verdict, notice in lines
        ),
        others=len(file.lines) - len(lines),
    )
