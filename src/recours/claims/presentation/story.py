"""What happened and what was said, in order, each entry in words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from recours.claims.presentation.elsewhere import addresses
from recours.claims.presentation.offers import terms_text
from recours.claims.presentation.words import rule_cited, word
from recours.claims.queries import Entry, OpenedClaim
from recours.conversations.models import Message
from recours.conversations.presentation import FileUrl, attachments, flags_in, own_words
from recours.rules.contact_details import Contact
from recours.rules.lifecycle import events as e
from recours.rules.lifecycle.claim import ClaimedLine
from recours.rules.lifecycle.vocabulary import Role
from recours.rules.tracking import Verdict
from recours.rules.wording import say
from recours.rules.wording.format import money
from recours.ui.language import lang


@dataclass(frozen=True)
class Paragraph:
    """One entry of the story. `text` is a person's own words; `lines` are ours."""

    at: dt.datetime
    who: str
    role: Role
    title: str
    text: str = ""
    lines: list[str] = field(default_factory=list)
    mine: bool = False
    internal: bool = False
    by_clock: bool = False
    files: list[dict[str, Any]] = field(default_factory=list)
    """What was attached to a message, as `conversations/attachments.html` draws it."""
    flags: tuple[Contact, ...] = ()
    """The ways out of the platform that somebody else's message offers."""
    by_mail: bool = False
    other: tuple[str, str] | None = None
    """Another claim that the event names, and its address; None where the reader does not see it."""
    own_text: str = ""
    """What an agent wrote of which `text` is the translation; for the desk alone."""


def paragraphs(
    opened: OpenedClaim, story: Sequence[Entry], file_url: FileUrl | None = None
) -> list[Paragraph]:
    """Return the story as this viewer reads it; notes are only in a story that was read for the desk.

    `file_url(file_id, thumbnail)` is where the viewer's face serves what was attached to a message; without it, files
    are only named.
    """
    found = addresses(opened)
    return [_paragraph(opened, entry, file_url, found) for entry in story if not is_hidden(opened, entry)]


def said_before(opened: OpenedClaim) -> Paragraph:
    """Return what the buyer said when they opened the claim that this one was a part of."""
    opening = opened.claim.opening
    return Paragraph(
        at=opened.claim.opened_at,
        who=word("role", Role.BUYER),
        role=Role.BUYER,
        title=word("happened", e.DisputeOpened.__name__),
        text=opening.explanation,
        lines=[word("ground", opening.ground)],
        mine=opened.role is Role.BUYER,
    )


def is_hidden(opened: OpenedClaim, entry: Entry) -> bool:
    """Who holds a claim at the desk is the desk's own business."""
    return opened.role is not Role.AGENT and isinstance(entry.event, e.Assigned | e.Released)


def _paragraph(
    opened: OpenedClaim, entry: Entry, file_url: FileUrl | None, found: Mapping[str, str]
) -> Paragraph:
    if entry.message is not None:
        return _plain(
            opened,
            entry,
            word("story", "message"),
            entry.message.text,
            files=attachments(entry.message, opened.role, file_url),
            flags=() if entry.role is opened.role else flags_in(entry.message.text),
            by_mail=entry.message.channel == Message.Channel.MAIL,
            own_text=own_words(entry.message, opened.role),
        )
    if entry.note is not None:
        note = _plain(opened, entry, word("story", "note"), entry.note.text, internal=True)
        return note if not entry.note.author.name else _named(note, entry.note.author.name)
    event = cast(e.Event, entry.event)
    text, lines = _told(event)
    reference = event.reference if isinstance(event, OF_TWO_CLAIMS) else ""
    url = found.get(reference, "")
    return _plain(
        opened,
        entry,
        word("happened", type(event).__name__),
        text,
        lines=lines,
        other=(reference, url) if url else None,
    )


OF_TWO_CLAIMS = (e.ClaimMerged, e.ClaimTakenIn, e.ClaimSplit, e.ClaimSplitOff)
"""Events that name another claim."""


def _plain(opened: OpenedClaim, entry: Entry, title: str, text: str, **more: Any) -> Paragraph:
    return Paragraph(
        at=entry.at,
        who=word("role", entry.role),
        role=entry.role,
        title=title,
        text=text,
        mine=entry.role is opened.role,
        by_clock=entry.role is Role.CLOCK,
        **more,
    )


def _named(note: Paragraph, name: str) -> Paragraph:
    return Paragraph(**{**note.__dict__, "who": name})


def _told(event: e.Event) -> tuple[str, list[str]]:
    teller = TOLD.get(type(event))
    return teller(event) if teller else ("", [])


def _opened(event: Any) -> tuple[str, list[str]]:
    opening = event.opening
    if opening is None:
        return "", []
    return opening.explanation, [word("ground", opening.ground), terms_text(opening.wanted)]


def _offered(event: Any) -> tuple[str, list[str]]:
    return event.reasons, [terms_text(event.terms)]


def _granted(event: Any) -> tuple[str, list[str]]:
    return "", [terms_text(event.terms)]


def _ruled(event: Any) -> tuple[str, list[str]]:
    outcome = terms_text(event.terms) if event.terms else word("story", "rejected")
    return event.reasons, [outcome, say(lang(), "story.rule", rule=rule_cited(event.rule))]


def _paid(event: Any) -> tuple[str, list[str]]:
    return "", [say(lang(), "terms.refund", amount=event.amount)]


def _credited(event: Any) -> tuple[str, list[str]]:
    return getattr(event, "reason", ""), [say(lang(), "terms.credit", amount=event.amount)]


def _disputed(event: Any) -> tuple[str, list[str]]:
    return "", [money(event.amount, lang())]


def _missing(event: Any) -> tuple[str, list[str]]:
    came = [say(lang(), "story.came", amount=event.arrived)] if event.arrived else []
    return event.text, [word("missing", event.missing), *came]


def _shipped(event: Any) -> tuple[str, list[str]]:
    return "", [say(lang(), "story.parcel", carrier=event.carrier, tracking=event.tracking)]


def _return_tracked(event: Any) -> tuple[str, list[str]]:
    lines = _shipped(event)[1]
    if event.looks in (Verdict.UNKNOWN, Verdict.WRONG_DIGIT, Verdict.WRONG_FORMAT):
        lines.append(word("story", "return_unchecked"))
    return "", lines


def _return_shipped(event: Any) -> tuple[str, list[str]]:
    lines = _return_tracked(event)[1]
    if event.amount is not None:
        lines.append(say(lang(), "story.return_owed", amount=event.amount))
    return "", lines


def _contested(event: Any) -> tuple[str, list[str]]:
    return event.reasons, [terms_text(event.offer.terms)] if event.offer else []


def _text(event: Any) -> tuple[str, list[str]]:
    return event.text, []


def _reasons(event: Any) -> tuple[str, list[str]]:
    return event.reasons, []


def _seal(event: e.LetterPrepared) -> list[str]:
    return [say(lang(), "posting.sealed", sha256=event.sha256[:16])]


def _posted(event: e.LetterPosted) -> tuple[str, list[str]]:
    told = [say(lang(), "posting.told.handed_in", on=event.posted_on)]
    return "", [*told, *([say(lang(), "posting.number", number=event.tracking)] if event.tracking else [])]


def _corrected(event: e.LetterCorrected) -> str:
    said = lang()
    was = say(said, f"posting.told.{event.step}", on=event.was)
    if event.on is None:
        return say(said, "posting.struck", was=was)
    return say(
        said, "posting.corrected", now=say(said, f"posting.told.{event.step}", on=event.on), was=event.was
    )


def _registered(event: e.LetterRegistered) -> tuple[str, list[str]]:
    days = [say(lang(), "posting.told.received", on=event.received_on)]
    if event.presented_on:
        days.insert(0, say(lang(), "posting.told.presented", on=event.presented_on))
    from_whom = say(lang(), "posting.from", who=word("role", event.sender).lower())
    if event.corrects:
        days.insert(0, say(lang(), "posting.days_corrected"))
    return "", [from_whom, *days, say(lang(), "story.exhibit", number=event.exhibit)]


def _gone(event: e.ClaimSplit) -> str:
    return say(lang(), "story.split", reference=event.reference)


def _split_off(event: e.ClaimSplitOff) -> tuple[str, list[str]]:
    opening = event.opening
    return event.reason, [
        say(lang(), "story.split_off", reference=event.reference),
        *_articles(opening.lines),
        word("ground", opening.ground),
        terms_text(opening.wanted),
    ]


def _articles(lines: Sequence[ClaimedLine]) -> list[str]:
    return [f"{line.quantity} × {line.title}" for line in lines]


def _sealed(event: e.ExhibitSealed) -> str:
    whom = ", ".join(word("role", role).lower() for role in event.hidden_from)
    return say(lang(), "story.exhibit_hidden", number=event.exhibit, whom=whom)


TOLD: dict[type[e.Event], Callable[[Any], tuple[str, list[str]]]] = {
    e.SellerContacted: _opened,
    e.DisputeOpened: _opened,
    e.ContractWithdrawn: lambda event: (event.declaration.text, [terms_text(event.opening.wanted)]),
    e.SellerAnswered: _text,
    e.RequestAccepted: _granted,
    e.RequestRefused: _reasons,
    e.OfferMade: _offered,
    e.OfferAccepted: _granted,
    e.OfferRefused: _reasons,
    e.QuestionAsked: _text,
    e.QuestionAnswered: _text,
    e.ResponseExtended: lambda event: (event.reason, []),
    e.RequestChanged: lambda event: (event.text, [terms_text(event.terms)]),
    e.Escalated: _reasons,
    e.GroundChanged: lambda event: (event.explanation, [word("ground", event.ground)]),
    e.ClaimMerged: lambda event: (event.reason, [say(lang(), "story.merged", reference=event.reference)]),
    e.ClaimTakenIn: lambda event: (event.reason, [say(lang(), "story.took_in", reference=event.reference)]),
    e.ClaimSplit: lambda event: (event.reason, [_gone(event), *_articles(event.lines)]),
    e.ClaimSplitOff: _split_off,
    e.ExhibitSealed: lambda event: (event.reason, [_sealed(event)]),
    e.ExhibitRedacted: lambda event: (event.reason, [say(lang(), "story.exhibit", number=event.exhibit)]),
    e.ExhibitRestored: lambda event: (event.reason, [say(lang(), "story.exhibit", number=event.exhibit)]),
    e.LetterPrepared: lambda event: ("", [say(lang(), f"posting.sort.{event.sort}"), *_seal(event)]),
    e.LetterPosted: _posted,
    e.LetterFollowed: lambda event: ("", [say(lang(), f"posting.told.{event.step}", on=event.on)]),
    e.LetterCorrected: lambda event: ("", [_corrected(event)]),
    e.LetterWentQuiet: lambda event: ("", [say(lang(), "posting.quiet_since", on=event.since)]),
    e.LetterRegistered: _registered,
    e.EvidenceRequested: lambda event: (event.text, [say(lang(), "story.asked", who=word("role", event.of))]),
    e.EvidenceGiven: _text,
    e.RulingMade: _ruled,
    e.RulingAppealed: lambda event: (event.text, [word("appeal_reason", event.reason)]),
    e.ReturnShipped: _return_shipped,
    e.ReturnTrackingCorrected: _return_tracked,
    e.ReturnArrived: lambda event: (event.condition, [say(lang(), "story.arrived", on=event.arrived_on)]),
    e.ReturnRefused: lambda event: (event.text, [say(lang(), "story.return_refused", on=event.refused_on)]),
    e.ReturnReportedLost: _text,
    e.ReturnContested: _contested,
    e.ReplacementShipped: _shipped,
    e.ReplacementReportedMissing: _text,
    e.RefundPaid: _paid,
    e.RefundReversed: _paid,
    e.CreditIssued: _credited,
    e.CreditVoided: _credited,
    e.ChargebackOpened: _disputed,
    e.ChargebackLost: _disputed,
    e.RefundReportedMissing: _missing,
    e.RefundTraced: _text,
    e.ClaimWithdrawn: lambda event: (event.reason, []),
    e.ClaimReopened: _reasons,
    e.GrantedBySilence: _granted,
    e.ShipBackReminded: lambda event: ("", [say(lang(), "story.days_left", count=event.days_left)]),
}
"""How each event is told, beyond its title; those that are not here say all in their title."""
