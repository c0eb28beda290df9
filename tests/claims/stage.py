"""A claim between people who all have accounts, and the lives that it can have."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

from msgspec.structs import replace
from tests.conftest import PRESENT
from tests.factories import (
    a_buyer,
    a_claim,
    a_marketplace,
    a_seller,
    a_shop,
    a_withdrawal,
    an_agent,
    an_order,
    euros,
)

from recours.claims.commands import act
from recours.claims.models import Claim
from recours.claims.sweep import sweep
from recours.notices.models import Notice
from recours.outbox.models import Mail
from recours.rules.lifecycle import commands as c
from recours.rules.lifecycle.claim import Actor, Terms
from recours.rules.lifecycle.vocabulary import AppealReason, Ground, Missing, Remedy, Role

BUYER, SELLER, AGENT = Role.BUYER, Role.SELLER, Role.AGENT
DAY = dt.timedelta(days=1)


class Stage:
    """A claim with a buyer, a seller and an agent who all have accounts, and nothing told yet."""

    def __init__(self) -> None:
        place = a_marketplace()
        self.shop = a_shop(place, email="boutique@example.org")
        self.buyer = a_buyer(place)
        self.bob = a_seller(self.shop)
        self.charlie = an_agent(place)
        self.claim = a_claim(an_order(self.buyer, self.shop))
        forget()

    @property
    def people(self) -> dict[Any, Role]:
        return {self.buyer.user_id: BUYER, self.bob.pk: SELLER, self.charlie.pk: AGENT}

    def heard(self) -> dict[Role, str]:
        """What each role has behind the bell."""
        return {self.people[line.user_id]: line.detail for line in Notice.objects.all()}

    def written_to(self) -> list[str]:
        return mailed()

    def hold(self) -> None:
        """The claim is at the desk, and Charlie holds it."""
        act(self.claim.pk, c.Escalate(by=Actor(SELLER, self.bob.pk)))
        act(self.claim.pk, c.Take(by=Actor(AGENT, self.charlie.pk)))
        self.claim.refresh_from_db()
        forget()


def forget() -> None:
    Notice.objects.all().delete()
    Mail.objects.all().delete()


def mailed() -> list[str]:
    """The roles that were written to."""
    return sorted(Mail.objects.values_list("role", flat=True))


# What people write is marked, so that a test can tell whose words went where.
WROTE = {BUYER: "Mots de l'acheteur <b>", SELLER: "Mots du vendeur <b>", AGENT: "Mots de la plateforme <b>"}


class Life:
    """A claim that people and silence act on, a little later each time."""

    def __init__(self, **asked: Any) -> None:
        place = a_marketplace()
        self.shop = a_shop(place, email="boutique@example.org")
        self.buyer = a_buyer(place)
        self.bob = a_seller(self.shop)
        self.charlie = an_agent(place)
        self.now = PRESENT
        payment = asked.pop("payment", False)
        order = an_order(self.buyer, self.shop, lines=asked.pop("paid", (8990,)))
        if payment:
            asked |= {"payment": order.payments.get(), "ground": Ground.OVERCHARGE}
        if asked.pop("withdrawing", False):
            self.id = a_withdrawal(order, now=self.now, name=WROTE[BUYER], **asked).pk
            return
        self.id = a_claim(None if payment else order, now=self.now, explanation=WROTE[BUYER], **asked).pk

    @property
    def row(self) -> Claim:
        return Claim.objects.get(pk=self.id)

    def by(self, role: Role) -> Actor:
        ids = {BUYER: self.buyer.user_id, SELLER: self.bob.pk, AGENT: self.charlie.pk}
        return Actor(role, ids.get(role))

    def does(self, role: Role, command: type[c.Command], **fields: Any) -> Life:
        self.now += dt.timedelta(hours=1)
        act(self.id, command(by=self.by(role), **fields), now=self.now)
        return self

    def waits(self) -> Life:
        """Silence does the next thing that it does."""
        due_at = self.row.due_at
        assert due_at is not None
        self.now = due_at
        sweep(due_at)
        return self

    def refund(self, minor: int) -> Terms:
        return Terms(remedy=Remedy.REFUND, amount=euros(minor))

    # Steps that several lives have

    def offered(self) -> Life:
        return self.does(SELLER, c.MakeOffer, terms=self.refund(2000), reasons=WROTE[SELLER])

    def at_the_desk(self, by: Role = BUYER) -> Life:
        if by is BUYER:
            self.does(SELLER, c.Refuse, reasons=WROTE[SELLER])
        return self.does(by, c.Escalate, reasons=WROTE[by])

    def held(self) -> Life:
        return self.at_the_desk().does(AGENT, c.Take)

    def proposed(self) -> Life:
        return self.at_the_desk().does(AGENT, c.Propose, terms=self.refund(4500), reasons=WROTE[AGENT])

    def ruled(self, terms: Terms | None = None) -> Life:
        return self.at_the_desk().does(
            AGENT, c.Rule, rule="law:FR:conso:L217-3", reasons=WROTE[AGENT], terms=terms
        )

    def appealed(self, by: Role) -> Life:
        self.ruled(self.refund(4500))
        return self.does(by, c.AppealRuling, reason=AppealReason.ERROR_OF_RULE, text=WROTE[by])

    def asked(self, of: Role) -> Life:
        return self.held().does(AGENT, c.AskEvidence, of=of, text=WROTE[AGENT])

    def merged(self) -> Life:
        twin = self.held().row.snapshot
        lines = tuple(replace(line, line_id=line.line_id + 1) for line in twin.opening.lines)
        opening = replace(twin.opening, claim_id=uuid4(), reference="L-7F3K9QXM", lines=lines)
        return self.does(AGENT, c.MergeInto, into=replace(twin, opening=opening), reason=WROTE[AGENT])

    def split(self) -> Life:
        lines = self.held().row.snapshot.opening.lines
        fields = {"lines": (lines[-1].line_id,), "into": uuid4(), "reference": "L-7F3K9QXM"}
        return self.does(AGENT, c.Split, **fields, reason=WROTE[AGENT])

    def to_send_back(self) -> Life:
        return self.does(SELLER, c.Accept)

    def sent_back(self) -> Life:
        self.to_send_back()
        fields = {"shipped_on": self.now.date(), "carrier": "Colissimo", "tracking": "6A12345678901"}
        return self.does(BUYER, c.ShipReturn, **fields)

    def arrived(self, by: Role = SELLER) -> Life:
        self.sent_back()
        self.now += 2 * DAY
        return self.does(by, c.RecordReturnArrival, arrived_on=self.now.date())

    def refused(self, by: Role = BUYER) -> Life:
        self.sent_back()
        self.now += 2 * DAY
        return self.does(by, c.ReportReturnRefused, refused_on=self.now.date(), text=WROTE[by])

    def paid(self, by: Any = None) -> Life:
        self.does(SELLER, c.Accept)
        self.now += dt.timedelta(hours=1)
        payment = c.PayRefund(by=Actor(Role.MARKETPLACE, by), amount=euros(8990), refund_id=uuid4())
        act(self.id, payment, now=self.now)
        return self

    def reversed(self) -> Life:
        self.paid()
        return self.banks(c.ReverseRefund, amount=euros(8990), refund_id=uuid4())

    def credited(self) -> Life:
        terms = Terms(remedy=Remedy.CREDIT, amount=euros(5000))
        self.does(SELLER, c.MakeOffer, terms=terms, reasons=WROTE[SELLER]).does(
            BUYER, c.AcceptOffer, number=1
        )
        until = self.now + 730 * DAY
        return self.banks(c.IssueCredit, amount=euros(5000), refund_id=UUID(int=1), expires_at=until)

    def charged_back(self) -> Life:
        return self.banks(c.OpenChargeback, amount=euros(8990), chargeback_id=UUID(int=1))

    def banks(self, command: type[c.Command], **fields: Any) -> Life:
        return self.does(Role.MARKETPLACE, command, **fields)

    def sent_again(self) -> Life:
        parcel = {"carrier": "Colissimo", "tracking": "6A12345678919"}
        return self.does(SELLER, c.Accept).does(SELLER, c.ShipReplacement, **parcel)

    def missed(self) -> Life:
        self.paid().waits()
        fields = {"missing": Missing.LESS, "arrived": euros(2000), "text": WROTE[BUYER]}
        return self.does(BUYER, c.ReportRefundMissing, **fields)


def back(**asked: Any) -> Life:
    return Life(goods_return=True, **asked)


def again() -> Life:
    return Life(remedy=Remedy.REPLACEMENT)


def again_late() -> Life:
    """New goods that are granted a few days before the law's term for them ends."""
    life = again().at_the_desk()
    life.now += dt.timedelta(days=26)
    life.does(AGENT, c.Propose, terms=life.row.snapshot.wanted, reasons=WROTE[AGENT])
    for role in (BUYER, SELLER):
        life.does(role, c.AcceptOffer, number=1)
    return life


LIVES: dict[str, Callable[[], Life]] = {
    "SellerContacted": lambda: Life(contact_first=True),
    "SellerAnswered": lambda: Life(contact_first=True).does(SELLER, c.Answer, text=WROTE[SELLER]),
    "ContactUnanswered": lambda: Life(contact_first=True).waits(),
    "DisputeOpened": Life,
    "DisputeOpened after a first message": lambda: (
        Life(contact_first=True).waits().does(BUYER, c.OpenDispute)
    ),
    "ContractWithdrawn": lambda: Life(withdrawing=True),
    "RequestAccepted": lambda: Life().does(SELLER, c.Accept),
    "RequestRefused": lambda: Life().does(SELLER, c.Refuse, reasons=WROTE[SELLER]),
    "QuestionAsked": lambda: Life().does(SELLER, c.Ask, text=WROTE[SELLER]),
    "QuestionAnswered": lambda: (
        Life().does(SELLER, c.Ask, text=WROTE[SELLER]).does(BUYER, c.Answer, text=WROTE[BUYER])
    ),
    "ResponseExtended": lambda: Life().does(SELLER, c.ExtendResponse, reason=WROTE[SELLER]),
    "RequestChanged": lambda: Life().does(
        BUYER, c.Counter, terms=Terms(remedy=Remedy.REPLACEMENT), text=WROTE[BUYER]
    ),
    "GroundChanged": lambda: Life().does(
        BUYER, c.ChangeGround, ground=Ground.DEFECTIVE, explanation=WROTE[BUYER]
    ),
    "GrantedBySilence": lambda: Life().waits(),
    "OfferMade": lambda: Life().offered(),
    "OfferMade by the platform": lambda: Life().proposed(),
    "OfferApproved": lambda: Life().proposed().does(BUYER, c.AcceptOffer, number=1),
    "OfferAccepted": lambda: Life().offered().does(BUYER, c.AcceptOffer, number=1),
    "OfferAccepted by both": lambda: (
        Life().proposed().does(BUYER, c.AcceptOffer, number=1).does(SELLER, c.AcceptOffer, number=1)
    ),
    "OfferRefused": lambda: Life().offered().does(BUYER, c.RefuseOffer, number=1, reasons=WROTE[BUYER]),
    "OfferRefused by the seller": lambda: (
        Life().proposed().does(SELLER, c.RefuseOffer, number=1, reasons=WROTE[SELLER])
    ),
    "Escalated": lambda: Life().at_the_desk(),
    "Escalated by the seller": lambda: Life().at_the_desk(SELLER),
    "EscalatedBySilence": lambda: Life().does(SELLER, c.Refuse, reasons=WROTE[SELLER]).waits(),
    "ClaimMerged": lambda: Life().merged(),
    "ClaimSplit": lambda: Life(paid=(8990, 4000)).split(),
    "ExhibitSealed": lambda: Life().does(
        AGENT, c.SealExhibit, exhibit="A-1", hidden_from=(BUYER, SELLER), reason=WROTE[AGENT]
    ),
    "ExhibitRedacted": lambda: Life().does(
        AGENT, c.RedactExhibit, exhibit="A-1", copy="0" * 64, reason=WROTE[AGENT]
    ),
    "ExhibitRestored": lambda: (
        Life()
        .does(AGENT, c.SealExhibit, exhibit="A-1", hidden_from=(BUYER, SELLER), reason=WROTE[AGENT])
        .does(AGENT, c.RestoreExhibit, exhibit="A-1", reason=WROTE[AGENT])
    ),
    "LetterPrepared": lambda: Life().does(
        BUYER, c.PrepareLetter, letter=UUID(int=1), sort="complaint", sha256="0" * 64
    ),
    "LetterPosted": lambda: Life().does(
        BUYER, c.PostLetter, letter=UUID(int=1), posted_on=PRESENT.date(), provider="print_at_home"
    ),
    "LetterFollowed": lambda: Life().does(
        BUYER, c.FollowLetter, letter=UUID(int=1), step="presented", on=PRESENT.date()
    ),
    "LetterCorrected": lambda: Life().does(
        BUYER, c.CorrectLetter, letter=UUID(int=1), step="presented", was=PRESENT.date(), on=None
    ),
    "LetterWentQuiet": lambda: Life().does(
        Role.MARKETPLACE,
        c.NoteQuietLetter,
        letter=UUID(int=1),
        side=BUYER,
        standing="handed_in",
        since=PRESENT.date(),
    ),
    "LetterRegistered": lambda: Life().does(
        AGENT, c.RegisterLetter, exhibit="A-1", sender=BUYER, received_on=PRESENT.date()
    ),
    "LetterRegistered of the seller": lambda: Life().does(
        AGENT, c.RegisterLetter, exhibit="V-1", sender=SELLER, received_on=PRESENT.date()
    ),
    "EvidenceRequested": lambda: Life().asked(BUYER),
    "EvidenceRequested of the seller": lambda: Life().asked(SELLER),
    "EvidenceGiven": lambda: Life().asked(BUYER).does(BUYER, c.GiveEvidence, text=WROTE[BUYER]),
    "EvidenceGiven by the seller": lambda: (
        Life().asked(SELLER).does(SELLER, c.GiveEvidence, text=WROTE[SELLER])
    ),
    "EvidenceRequestLapsed": lambda: Life().asked(BUYER).waits(),
    "ProposalOverdue": lambda: Life().at_the_desk().waits(),
    "RulingOverdue": lambda: Life().at_the_desk().waits().waits(),
    "RulingMade": lambda: Life().ruled(Terms(remedy=Remedy.REFUND, amount=euros(4500))),
    "RulingMade against": lambda: Life().ruled(),
    "RulingMade of a payment": lambda: Life(payment=True).does(
        AGENT, c.Rule, rule="refund.not_after", reasons=WROTE[AGENT], terms=None
    ),
    "RulingAppealed": lambda: Life().appealed(BUYER),
    "RulingAppealed by the seller": lambda: Life().appealed(SELLER),
    "RulingBecameFinal": lambda: Life().ruled(Terms(remedy=Remedy.REFUND, amount=euros(4500))).waits(),
    "RulingBecameFinal against": lambda: Life().ruled().waits(),
    "ShipBackReminded": lambda: back().to_send_back().waits(),
    "ReturnShipped": lambda: back().sent_back(),
    "ReturnTrackingCorrected": lambda: (
        back().sent_back().does(BUYER, c.CorrectTracking, carrier="Colissimo", tracking="6A98765432109")
    ),
    "ReturnArrived": lambda: back().arrived(),
    "ReturnArrived says the desk": lambda: back().arrived(AGENT),
    "ReturnRefused": lambda: back().refused(),
    "ReturnRefused says the desk": lambda: back().refused(AGENT),
    "ReturnReportedLost": lambda: back().sent_back().does(BUYER, c.ReportReturnLost, text=WROTE[BUYER]),
    "ReturnReportedLost says the desk": lambda: (
        back().sent_back().does(AGENT, c.ReportReturnLost, text=WROTE[AGENT])
    ),
    "ReturnAccepted": lambda: back().arrived().does(SELLER, c.AcceptReturn),
    "ReturnContested": lambda: back().arrived().does(SELLER, c.ContestReturn, reasons=WROTE[SELLER]),
    "ReturnAcceptedBySilence": lambda: back().arrived().waits(),
    "ReturnLapsed": lambda: back().to_send_back().waits().waits().waits(),
    "ReturnLost": lambda: back().sent_back().waits(),
    "ReplacementShipped": lambda: again().sent_again(),
    "ReplacementConfirmed": lambda: again().sent_again().does(BUYER, c.ConfirmReplacement),
    "ReplacementReportedMissing": lambda: (
        again().sent_again().does(BUYER, c.ReportReplacementMissing, text=WROTE[BUYER])
    ),
    "ReplacementTermPassed": lambda: again_late().waits(),
    "ReplacementOverdue": lambda: again().does(SELLER, c.Accept).waits(),
    "ReplacementCheckAsked": lambda: again().sent_again().waits(),
    "RefundPaid": lambda: Life().paid(),
    "RefundReversed": lambda: Life().reversed(),
    "CreditIssued": lambda: Life().credited(),
    "CreditVoided": lambda: (
        Life().credited().banks(c.VoidCredit, amount=euros(5000), refund_id=UUID(int=1), reason=WROTE[AGENT])
    ),
    "ChargebackOpened": lambda: Life().charged_back(),
    "ChargebackWon": lambda: Life().charged_back().banks(c.WinChargeback, chargeback_id=UUID(int=1)),
    "ChargebackLost": lambda: (
        Life().charged_back().banks(c.LoseChargeback, amount=euros(8990), chargeback_id=UUID(int=1))
    ),
    "RefundBecameOverdue": lambda: Life().does(SELLER, c.Accept).waits(),
    "RefundCheckAsked": lambda: Life().paid().waits(),
    "RefundConfirmed": lambda: Life().paid().waits().does(BUYER, c.ConfirmRefund),
    "RefundReportedMissing": lambda: Life().missed(),
    "RefundTraced": lambda: Life().missed().does(AGENT, c.TraceRefund, text=WROTE[AGENT]),
    "RefundTraceOverdue": lambda: Life().missed().waits(),
    "ClaimWithdrawn": lambda: Life().does(BUYER, c.Withdraw, reason=WROTE[BUYER]),
    "WithdrawalUndone": lambda: Life().does(BUYER, c.Withdraw).does(BUYER, c.UndoWithdrawal),
    "ProblemSolved": lambda: Life().does(BUYER, c.MarkSolved),
    "ClaimReopened": lambda: Life().paid().does(BUYER, c.Reopen, reasons=WROTE[BUYER]),
}
"""How a claim comes to each event of which somebody is told; named after it, and who it is by where that changes it."""
