"""The mails about a claim: what happened, or what must be done soon, to one reader in their language and role.

A mail is worded when it is sent, from what its reader may see by then. What happened is told as it was; whose turn it
is, until when and what silence does, as of now. The desk's notes are read by nothing here.
"""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db import transaction
from django.utils import translation

from recours import clock
from recours.claims.announcing import paths
from recours.claims.chain import canonical, decode_event
from recours.claims.commands.evidence import conversation_of
from recours.claims.holidays import holiday_words
from recours.claims.models import Claim, ClaimEvent
from recours.claims.presentation import status
from recours.claims.presentation.news import about, by_when, facts_of, visible_on, words_of
from recours.claims.queries import OpenedClaim
from recours.claims.templatetags.claims import claim_title
from recours.conversations.commands.reply_addresses import reply_address
from recours.outbox.content import MailContent
from recours.outbox.models import Mail
from recours.people.models import ShopStaff
from recours.rules.lifecycle import events as e
from recours.rules.lifecycle.claim import Actor, Deadline
from recours.rules.lifecycle.telling import PARTIES, tellings
from recours.rules.lifecycle.vocabulary import Act, DeadlineKind, Role, State
from recours.rules.wording import say
from recours.rules.wording.format import day
from recours.ui.language import lang, locale_of

PRODUCT = 48
"""Characters of an article's name in a subject: what a phone shows of it, and a little more."""


FIRST_CONTACT = {Act.OPEN_DISPUTE, Act.ANSWER}
"""What can be done before a dispute when no time is running for it."""


def render(mail: Mail) -> MailContent | None:
    """Word a mail about a claim; None when its reader is no party any more, or its deadline has moved or gone."""
    with translation.override(locale_of(mail.language)):
        opened = _opened(mail)
        if opened is None:
            return None
        if "deadline" in mail.payload:
            return _reminder(mail, opened)
        return _news(mail, opened)


def _opened(mail: Mail) -> OpenedClaim | None:
    """Return the claim as the mail's reader sees it now; None for who may not see it, and for who gets no mails."""
    row = (
        Claim.objects.select_related("buyer", "shop", "order", "payment", "marketplace")
        .filter(pk=mail.payload["claim"])
        .first()
    )
    role = Role(mail.role)
    if row is None or role not in PARTIES or not _is_party(mail, row, role):
        return None
    return OpenedClaim(row=row, role=role, actor=Actor(role, mail.user_id), now=clock.now())


def _is_party(mail: Mail, row: Claim, role: Role) -> bool:
    """Whether the reader still is who they were when the mail was asked for: staff leaves, addresses change hands."""
    if role is Role.BUYER:
        return row.buyer.user_id == mail.user_id if mail.user_id else row.buyer.email == mail.address
    if row.shop is None:
        return False
    if mail.user_id:
        staff = ShopStaff.objects.filter(shop=row.shop, user_id=mail.user_id, user__is_active=True)
        return staff.exists()
    return row.shop.email == mail.address


def _news(mail: Mail, opened: OpenedClaim) -> MailContent | None:
    stored = ClaimEvent.objects.filter(claim_id=opened.row.pk, seq=mail.payload["seq"]).first()
    if stored is None:
        return None
    event = decode_event(canonical(stored.body))
    if isinstance(event, e.ShipBackReminded):
        due = _still_due(opened, DeadlineKind.SHIP_BACK)
        return _due_soon(mail, opened, due) if due else None
    detail = next((one.detail for one in tellings(event) if one.role is opened.role), None)
    if detail is None:
        return None
    paragraphs = [*_of_the_event(opened, event), *_of_the_shop(opened), _how_to_act(opened)]
    quote, quoted_from = words_of(opened, event)
    return _content(
        mail,
        opened,
        heading=say(lang(), f"notices.detail.{detail}"),
        paragraphs=paragraphs,
        facts=facts_of(opened, event),
        quote=quote,
        quoted_from=quoted_from,
    )


def _reminder(mail: Mail, opened: OpenedClaim) -> MailContent | None:
    due_at = dt.datetime.fromisoformat(mail.payload["due_at"])
    due = _still_due(opened, DeadlineKind(mail.payload["deadline"]))
    if due is None or due.due_at != due_at:
        return None
    return _due_soon(mail, opened, due)


def _still_due(opened: OpenedClaim, kind: DeadlineKind) -> Deadline | None:
    """Return the deadline of this kind that the claim waits for now, when it is its reader's to meet."""
    deadline = opened.claim.next_deadline
    if deadline is None or deadline.kind is not kind or not status(opened)["yours"]:
        return None
    return deadline


def _due_soon(mail: Mail, opened: OpenedClaim, due: Deadline) -> MailContent:
    # On its own page a return promises reminders; in one of them, what counts is what comes of doing nothing.
    silence = say(lang(), "news.silence.ship_back") if due.kind is DeadlineKind.SHIP_BACK else ""
    return _content(
        mail,
        opened,
        heading=say(lang(), f"news.due.{due.kind}", by=by_when(due.due_at, opened.zone)),
        paragraphs=[say(lang(), f"news.todo.{due.kind}"), _how_to_act(opened)],
        facts=about(opened),
        silence=silence,
    )


def _content(
    mail: Mail,
    opened: OpenedClaim,
    *,
    heading: str,
    paragraphs: list[str],
    facts: tuple[tuple[str, str], ...],
    quote: str = "",
    quoted_from: str = "",
    silence: str = "",
) -> MailContent:
    row = opened.row
    return MailContent(
        subject=say(
            lang(), "news.subject", what=heading, article=claim_title(row, PRODUCT), reference=row.reference
        ),
        heading=heading,
        paragraphs=tuple(text for text in paragraphs if text),
        quote=quote,
        quoted_from=quoted_from,
        facts=facts,
        turn=opened.standing.turn(lang()),
        silence=silence or opened.standing.silence(lang()),
        button_label=say(lang(), f"news.button.{_calls_for(opened)}"),
        button_path=str(paths()[opened.role]).replace("REFERENCE", row.reference),
        reply_to=_reply_to(mail, opened),
    )


def _calls_for(opened: OpenedClaim) -> str:
    """What the reader can do on the page: answer an offer, contest a ruling, act because it is their turn, or read."""
    if Act.ACCEPT_OFFER in opened.acts:
        return "offer"
    if DeadlineKind.REPLACEMENT_CHECK in opened.claim.fired and Act.CONFIRM_REPLACEMENT in opened.acts:
        return "check"
    if opened.claim.state is State.REPLACEMENT_DUE and Act.ESCALATE in opened.acts:
        return "act"
    if opened.claim.refund_check is not None and Act.CONFIRM_REFUND in opened.acts:
        return "check"
    if opened.claim.state is State.RULED:
        return "appeal" if Act.APPEAL in opened.acts else "read"
    return "act" if status(opened)["yours"] or FIRST_CONTACT & set(opened.acts) else "read"


def _how_to_act(opened: OpenedClaim) -> str:
    """Say that acting is done on the page, to who can act: an answer by mail would let their time run out."""
    wanted = _calls_for(opened)
    return "" if wanted in ("read", "check") else say(lang(), f"news.how.{wanted}")


def _of_the_shop(opened: OpenedClaim) -> tuple[str, ...]:
    """Say to a buyer who waits for the shop that it is away; its time runs all the same."""
    due = opened.claim.next_deadline
    awaited = opened.role is Role.BUYER and due is not None and due.party is Role.SELLER
    return holiday_words(opened.row, lang()) if awaited else ()


def _of_the_event(opened: OpenedClaim, event: e.Event) -> list[str]:
    if isinstance(event, e.RefundCheckAsked):
        return [say(lang(), "news.refund_check")]
    if isinstance(event, e.ReplacementCheckAsked):
        return [say(lang(), "news.replacement_check")]
    if isinstance(event, e.ReplacementTermPassed) and opened.role is Role.BUYER:
        return [say(lang(), "news.replacement_term_passed")]
    if isinstance(event, e.CreditIssued) and opened.role is Role.BUYER:
        return [say(lang(), "news.credit")]
    if not isinstance(event, e.RefundPaid) or opened.role is not Role.BUYER:
        return []
    return [say(lang(), "news.refund", on=day(visible_on(opened, event), lang()))]


def _reply_to(mail: Mail, opened: OpenedClaim) -> str:
    """Return where an answer goes: into the claim's conversation, which begins with it if nobody wrote before."""
    if not settings.REPLY_ADDRESS:
        return ""
    with transaction.atomic():
        conversation_id = opened.row.conversation_id or conversation_of(opened.row.pk, now=opened.now)
        return reply_address(
            conversation_id=conversation_id,
            role=opened.role,
            address=mail.address,
            user_id=mail.user_id,
            now=opened.now,
        )
