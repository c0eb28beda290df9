"""What becomes of a mail. Pure: what it says, what its reply address is, what our own server found about its author.

A mail proves nothing about its author. The reply address says in which conversation a text belongs and whose it would
be; it is posted when the sender is that person too, and waits for their word when it is anybody else. Nothing that a
mail says is ever an act on a claim: the most it becomes is a message.
"""

from __future__ import annotations

import re
from enum import StrEnum

from msgspec import Struct

from recours.channels.mail.parsing import Parsed


class Outcome(StrEnum):
    """The values of InboundMail.Outcome that judging can give."""

    POSTED = "posted"
    HELD = "held"
    UNPLACED = "unplaced"
    AUTOMATIC = "automatic"
    BOUNCE = "bounce"
    REFUSED = "refused"


class Because(StrEnum):
    """Why; worded under `mail.because`."""

    OWN_SENDER = "own_sender"
    OTHER_SENDER = "other_sender"
    SEVERAL_SENDERS = "several_senders"
    NOT_AUTHENTICATED = "not_authenticated"
    NO_ADDRESS = "no_address"
    NO_LONGER_PARTY = "no_longer_party"
    ADDRESS_EXPIRED = "address_expired"
    AUTO_REPLY = "auto_reply"
    REPEATED = "repeated"
    MAILING_LIST = "mailing_list"
    OUR_OWN = "our_own"
    NO_SENDER = "no_sender"
    REPORT = "report"
    RECEIPT = "receipt"
    TOO_LARGE = "too_large"
    UNREADABLE = "unreadable"
    ENCRYPTED = "encrypted"
    EMPTY = "empty"


class Known(Struct, frozen=True, kw_only=True):
    """What we know of the reply address that a mail was sent to."""

    addresses: frozenset[str]
    """Those of the person it was given to, in lower case."""
    is_party: bool
    """Whether they still are a party of that conversation."""
    expired: bool = False


class Judgement(Struct, frozen=True, kw_only=True):
    """What becomes of a mail, and whether its sender may be told."""

    outcome: Outcome
    because: Because
    answer: bool = False


_LISTS = {"bulk", "list", "junk"}
_ROBOTS = re.compile(
    r"^(?:mailer-daemon|postmaster|mail-daemon|no-?reply|ne-?pas-?repondre|noreply-.*|do-?not-?reply|bounces?|listserv|"
    r"majordomo)(?:[+-].*)?@"
)
_ABSENT = re.compile(
    r"^(?:\[[^\]]*\]\s*)?(?:r[ée]ponse automatique|auto(?:matic)?[- ]?repl(?:y|ies)|auto(?:matic)? response|auto\s?:|"
    r"out of (?:the )?office|absence du bureau|message d['’]absence|absent(?:e)? du bureau|notification d['’]absence|"
    r"automatische antwort|abwesenheit|risposta automatica|respuesta automática|自动回复|自動回覆|"
    r"absence\s?:|congés?\s?:|je suis absente?)",
    re.IGNORECASE,
)
_RECEIPTS = re.compile(r"^(?:lu\s?:|read\s?:|accusé de lecture|read receipt)", re.IGNORECASE)


def judge(
    mail: Parsed,
    known: Known | None,
    *,
    trusted_servers: frozenset[str] = frozenset(),
    ours: frozenset[str] = frozenset(),
    our_domain_ids: bool = False,
    repeated: bool = False,
    has_words: bool = True,
) -> Judgement:
    """Return what becomes of a mail.

    `known` is None when no valid reply address was found among its recipients. `trusted_servers` are the names under
    which our own mail servers sign Authentication-Results; those of others are not read. `ours` are the addresses we
    send from; `our_domain_ids` says that its Message-ID is one that we gave, `repeated` that this person's last mails
    here said the same. `has_words`: there is something to post, a text or a file.
    """
    if mail.report is not None:
        return Judgement(outcome=Outcome.BOUNCE, because=Because.REPORT)
    robot = _robot(mail, ours=ours, our_domain_ids=our_domain_ids)
    if robot is not None:
        return Judgement(outcome=Outcome.AUTOMATIC, because=robot)
    if not mail.sender:
        return Judgement(outcome=Outcome.UNPLACED, because=Because.NO_SENDER)
    forged = authentication(mail, trusted_servers) == "fail"
    if known is None:
        return Judgement(outcome=Outcome.UNPLACED, because=Because.NO_ADDRESS, answer=not forged)
    if not known.is_party:
        return Judgement(outcome=Outcome.UNPLACED, because=Because.NO_LONGER_PARTY)
    is_theirs = mail.sender in known.addresses
    if known.expired:
        return Judgement(
            outcome=Outcome.UNPLACED, because=Because.ADDRESS_EXPIRED, answer=is_theirs and not forged
        )
    doubt = _doubt(mail, is_theirs=is_theirs, forged=forged)
    fault = _fault(mail, has_words=has_words)
    if fault is not None:
        return Judgement(outcome=Outcome.REFUSED, because=fault, answer=doubt is None)
    if repeated and doubt is None:
        return Judgement(outcome=Outcome.AUTOMATIC, because=Because.REPEATED)
    if doubt is not None:
        return Judgement(outcome=Outcome.HELD, because=doubt)
    return Judgement(outcome=Outcome.POSTED, because=Because.OWN_SENDER)


def authentication(mail: Parsed, trusted_servers: frozenset[str]) -> str:
    """Return what a server of ours found for DMARC: "pass", "fail", or nothing where none looked.

    The first such header is the one that the last server wrote; anything below it came with the mail. One that says
    fail counts wherever it stands.
    """
    verdicts = []
    for field in mail.fields.get("authentication-results", ()):
        server = field.split(";", 1)[0].strip().split(" ")[0].lower()
        if server in trusted_servers:
            found = re.search(r"\bdmarc\s*=\s*([a-z]+)", field, re.IGNORECASE)
            verdicts.append(found[1].lower() if found else "")
    if "fail" in verdicts:
        return "fail"
    return "pass" if verdicts and verdicts[0] == "pass" else ""


def _robot(mail: Parsed, *, ours: frozenset[str], our_domain_ids: bool) -> Because | None:
    """Return why this was sent by a program; None when a person may have written it."""
    fields = mail.fields
    if our_domain_ids or mail.sender in ours or (mail.header_id and mail.header_id in mail.references):
        return Because.OUR_OWN
    if (
        any(_precedes(one, _LISTS) for one in fields.get("precedence", ()))
        or "list-id" in fields
        or "list-post" in fields
    ):
        return Because.MAILING_LIST
    automatic = fields.get("auto-submitted", ("no",))[0].split(";")[0].strip().lower()
    if _RECEIPTS.match(mail.subject) and (mail.is_report or automatic != "no"):
        return Because.RECEIPT
    if mail.is_report:
        return Because.RECEIPT
    if automatic not in {"no", ""} or any(
        _precedes(one, {"auto_reply"}) for one in fields.get("precedence", ())
    ):
        return Because.AUTO_REPLY
    said_so = ("x-autoreply", "x-autorespond", "x-autoreply-from", "x-auto-reply", "x-autogenerated")
    if any(_yes(fields[name][0]) for name in said_so if name in fields):
        return Because.AUTO_REPLY
    if fields.get("return-path", ("?",))[0].strip() == "<>" or _ROBOTS.match(mail.sender):
        return Because.AUTO_REPLY
    if _ABSENT.match(mail.subject):
        return Because.AUTO_REPLY
    return None


def _doubt(mail: Parsed, *, is_theirs: bool, forged: bool) -> Because | None:
    if len(mail.senders) > 1:
        return Because.SEVERAL_SENDERS
    if not is_theirs:
        return Because.OTHER_SENDER
    return Because.NOT_AUTHENTICATED if forged else None


def _fault(mail: Parsed, *, has_words: bool) -> Because | None:
    if mail.too_large:
        return Because.TOO_LARGE
    if mail.encrypted:
        return Because.ENCRYPTED
    if has_words:
        return None
    return Because.UNREADABLE if mail.cut or mail.unread else Because.EMPTY


def _precedes(value: str, among: set[str]) -> bool:
    return value.strip().lower() in among


def _yes(value: str) -> bool:
    return value.strip().lower() not in {"", "no", "false", "0"}
