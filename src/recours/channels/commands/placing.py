"""What becomes of one mail, written down: a message, a mail that waits for its person's word, a task for the desk."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from email.utils import parseaddr
from uuid import UUID

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.files.base import ContentFile
from django.db import transaction

from recours.channels.commands.answering import answer, tell_owner
from recours.channels.commands.posting import post, words_to_post
from recours.channels.mail.judging import Judgement, Known, judge
from recours.channels.mail.judging import Outcome as Verdict
from recours.channels.mail.parsing import Attached, Parsed
from recours.channels.mail.quoting import own_words
from recours.channels.mail.reports import Kind, Report
from recours.channels.models import InboundMail
from recours.channels.queries import is_party, is_repeated
from recours.conversations.commands.reply_addresses import find_reply_address
from recours.conversations.models import ReplyAddress
from recours.files.judge import Judged
from recours.files.judge import judge as judge_file
from recours.files.limits import PER_CLAIM_AND_SIDE
from recours.files.names import clean_name
from recours.files.refusals import FileRefused
from recours.outbox.commands import mark_returned
from recours.outbox.headers import find_bounced
from recours.outbox.models import Mail

Outcome = InboundMail.Outcome

GOOD_FOR = dt.timedelta(days=365)
"""After a year without a word in its conversation, a reply address takes nothing any more."""


def place(mail_id: UUID, mail: Parsed, *, now: dt.datetime) -> None:
    """Write what becomes of a mail that is still only received.

    Attachments are judged first, outside any lock: it takes seconds. Then one transaction locks the mail's row, writes
    what it is, and does what was judged. Raises TooManyMessages, having written nothing.
    """
    address = _address_of(mail)
    judgement = _judge(mail, address, own_words(mail.text), now)
    wants_files = judgement.outcome in (Verdict.POSTED, Verdict.HELD)
    files, left_out = judge_files(mail) if wants_files else ([], [])
    with transaction.atomic():
        row = InboundMail.objects.select_for_update().get(pk=mail_id)
        if row.outcome != Outcome.RECEIVED:
            return
        _describe(row, mail, address, judgement)
        row.left_out = left_out
        match judgement.outcome:
            case Verdict.POSTED if address is not None:
                post(row, address, words_to_post(row, files), files, now=now)
            case Verdict.HELD if address is not None:
                tell_owner(address, now=now)
            case Verdict.BOUNCE if mail.report is not None:
                _returned(mail, mail.report, now)
            case _:
                pass
        row.save()
        if judgement.answer:
            answer(row, now=now)


def judge_files(mail: Parsed) -> tuple[list[Judged], list[tuple[str, str]]]:
    """Return the attachments that may be kept, and the others: their names and why."""
    taken: list[Judged] = []
    refused = [(name, "mail_only_for_outlook") for name in mail.unread]
    for one in mail.attached:
        if len(taken) >= PER_CLAIM_AND_SIDE:
            refused.append((_shown(one), "too_many_files"))
            continue
        try:
            taken.append(judge_file(ContentFile(one.content, name=one.name)))
        except FileRefused as refusal:
            refused.append((_shown(one), refusal.code))
    return taken, refused


def _shown(one: Attached) -> str:
    return clean_name(one.name)


def _address_of(mail: Parsed) -> ReplyAddress | None:
    """Return the reply address that a mail came to: of several, the one of who wrote it, else the first."""
    found = [address for one in mail.recipients if (address := find_reply_address(one)) is not None]
    theirs = [address for address in found if mail.sender in addresses_of(address)]
    return next(iter((*theirs, *found)), None)


def addresses_of(address: ReplyAddress) -> frozenset[str]:
    """Return the addresses from which this person may write: where we write to, and those they proved to be theirs."""
    known = {address.address.lower()}
    if address.user_id is not None:
        proven = EmailAddress.objects.filter(user_id=address.user_id, verified=True)
        known |= {email.lower() for email in proven.values_list("email", flat=True)}
    return frozenset(known)


def _judge(mail: Parsed, address: ReplyAddress | None, words: str, now: dt.datetime) -> Judgement:
    known = None
    if address is not None:
        known = Known(
            addresses=addresses_of(address),
            is_party=is_party(address),
            expired=address.conversation.last_at < now - GOOD_FOR,
        )
    return judge(
        mail,
        known,
        trusted_servers=frozenset(settings.MAIL_AUTHSERV),
        ours=_ours(),
        our_domain_ids=_is_ours(mail),
        repeated=address is not None and is_repeated(address, words, now=now),
        has_words=bool(words.strip() or mail.attached),
    )


def _ours() -> frozenset[str]:
    sent_from = {parseaddr(settings.DEFAULT_FROM_EMAIL)[1], settings.SERVER_EMAIL, settings.REPLY_ADDRESS}
    return frozenset(one.lower() for one in (*sent_from, settings.BOUNCE_ADDRESS) if one)


def _is_ours(mail: Parsed) -> bool:
    """Whether we sent this mail ourselves: its number is one of ours, or it says to come from a reply address."""
    if any(find_reply_address(sender) or find_bounced(sender) for sender in mail.senders):
        return True
    domain = f"@{settings.MAIL_DOMAIN}>"
    return mail.header_id.endswith(domain) and Mail.objects.filter(message_id=mail.header_id).exists()


def _describe(row: InboundMail, mail: Parsed, address: ReplyAddress | None, judgement: Judgement) -> None:
    row.header_id = mail.header_id[:400]
    row.sender = mail.sender[:320]
    row.sender_name = mail.sender_name[:200]
    row.subject = mail.subject[:400]
    row.text = mail.text
    row.reply_address = address
    row.outcome = Outcome(judgement.outcome.value)
    row.because = judgement.because.value
    row.look_at = None


def _returned(mail: Parsed, report: Report, now: dt.datetime) -> None:
    bounced: Sequence[UUID] = [found for one in mail.recipients if (found := find_bounced(one)) is not None]
    mark_returned(
        now=now,
        said=report.said,
        mail_id=bounced[0] if bounced else None,
        message_ids=report.message_ids,
        final=report.kind is not Kind.SOFT,
        complaint=report.kind is Kind.COMPLAINT,
    )
