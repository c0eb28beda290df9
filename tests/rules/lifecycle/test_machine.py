"""A Hypothesis machine plays buyers, sellers, agents and the clock against the lifecycle and watches the invariants.

The numbers in the names are those of DESIGN section 5, "what must always hold", as far as they live in pure rules.
"""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar, get_args
from uuid import UUID

import msgspec
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from msgspec.structs import replace
from tests.rules.lifecycle.people import (
    AGENT,
    BUYER,
    NOW,
    OTHER_AGENT,
    REPLACEMENT,
    RULES,
    SELLER,
    opening,
    refund,
)

from recours.rules.lifecycle import commands as c
from recours.rules.lifecycle import deadlines, decide, evolve, replay
from recours.rules.lifecycle.allowed import allowed, as_of
from recours.rules.lifecycle.claim import CLOCK, MARKETPLACE, Actor, Claim, Declaration, Pieces, Terms
from recours.rules.lifecycle.decide.closing import owed_amount
from recours.rules.lifecycle.events import (
    AnyEvent,
    ChargebackLost,
    ClaimSplit,
    CreditIssued,
    CreditVoided,
    Event,
    RefundPaid,
    RefundReversed,
    Silence,
)
from recours.rules.lifecycle.table import TRANSITIONS
from recours.rules.lifecycle.vocabulary import Act, AppealReason, Ground, Missing, Remedy, Role, State
from recours.rules.money import Money
from recours.rules.refusals import Refusal

pytestmark = pytest.mark.rules

TERMS = st.one_of(
    st.integers(1, 8990).map(refund),
    st.integers(1, 8990).map(lambda minor: refund(minor, goods_return=True)),
    st.just(REPLACEMENT),
    st.sampled_from([refund(0), refund(-5), refund(8991)]),
)
TEXT = st.sampled_from(["Voici pourquoi.", "Voici encore.", "", "x" * 5001])
PIECES = st.one_of(
    st.just(()),
    st.integers(-1, 2).map(lambda quantity: (Pieces(line_id=1, quantity=quantity),)),
)
"""What goes back of the one headset: nothing said, none, all, or what there is not."""
OFFERED = st.one_of(
    TERMS, st.integers(1, 8990).map(lambda minor: replace(refund(minor), remedy=Remedy.CREDIT))
)
"""Store credit is offered; whoever orders it, or asks for it, is refused."""
EUROS = st.sampled_from([0, 1500, 8990, 8991]).map(lambda minor: Money(minor=minor, currency="EUR"))
CHARGEBACKS = st.integers(1, 2).map(lambda number: UUID(int=number))
DAYS = st.integers(-4, 1)
"""Days before or after the present one; `_present_days` makes dates of them."""
ACTORS = {
    Role.BUYER: (BUYER,),
    Role.SELLER: (SELLER,),
    Role.AGENT: (AGENT, OTHER_AGENT),
    Role.MARKETPLACE: (MARKETPLACE,),
}
EVERYBODY = tuple(actor for actors in ACTORS.values() for actor in actors)


def fields(**strategies: st.SearchStrategy[object]) -> st.SearchStrategy[dict[str, object]]:
    return st.fixed_dictionaries(strategies)


POST_DAYS = st.sampled_from([dt.date(2026, 11, 19), dt.date(2026, 11, 20)])
LETTERS = st.integers(1, 2).map(lambda number: UUID(int=number))
EXHIBITS = st.sampled_from(["A-1", "V-12", "P-1", "A-0"])

ELSEWHERE = st.builds(
    lambda: evolve(None, decide(None, c.OpenDispute(by=BUYER, opening=opening()), RULES, NOW)[0])
)
"""A claim that this one has nothing to do with."""

WISHES: dict[type[c.Command], st.SearchStrategy[dict[str, object]]] = {
    c.OpenDispute: fields(),
    c.Accept: fields(),
    c.Refuse: fields(reasons=TEXT),
    c.MakeOffer: fields(terms=OFFERED),
    c.Ask: fields(text=TEXT),
    c.ExtendResponse: fields(reason=TEXT),
    c.Answer: fields(text=TEXT),
    c.AcceptOffer: fields(number=st.integers(1, 4)),
    c.RefuseOffer: fields(number=st.integers(1, 4)),
    c.Counter: fields(terms=OFFERED),
    c.Escalate: fields(),
    c.ChangeGround: fields(ground=st.sampled_from(Ground), explanation=TEXT),
    c.Take: fields(),
    c.Assign: fields(agent=st.sampled_from([AGENT.id, OTHER_AGENT.id])),
    c.Release: fields(),
    c.AskEvidence: fields(of=st.sampled_from([Role.BUYER, Role.SELLER]), text=TEXT),
    c.GiveEvidence: fields(text=TEXT),
    c.Propose: fields(terms=OFFERED, reasons=TEXT),
    c.Rule: fields(terms=st.one_of(st.none(), OFFERED), rule=st.just("art. L217-3"), reasons=TEXT),
    c.MergeInto: fields(into=ELSEWHERE, reason=TEXT),
    c.TakeIn: fields(other=ELSEWHERE, reason=TEXT),
    c.Split: fields(
        lines=st.sampled_from([(1,), (2,), (21,), ()]), into=LETTERS, reference=st.just("L-2"), reason=TEXT
    ),
    c.SealExhibit: fields(
        exhibit=EXHIBITS,
        hidden_from=st.sampled_from([(Role.BUYER,), (Role.SELLER,), (Role.BUYER, Role.SELLER)]),
        reason=TEXT,
    ),
    c.RedactExhibit: fields(exhibit=EXHIBITS, copy=st.sampled_from(["0" * 64, "1" * 64]), reason=TEXT),
    c.RestoreExhibit: fields(exhibit=EXHIBITS, reason=TEXT),
    c.PrepareLetter: fields(
        letter=LETTERS, sort=st.just("complaint"), sha256=st.sampled_from(["0" * 64, "1" * 64])
    ),
    c.PostLetter: fields(letter=LETTERS, posted_on=DAYS, provider=st.just("print_at_home")),
    c.FollowLetter: fields(
        letter=LETTERS, step=st.sampled_from(["presented", "refused"]), on=st.just(dt.date(2026, 11, 20))
    ),
    c.CorrectLetter: fields(
        letter=LETTERS, step=st.just("presented"), was=POST_DAYS, on=st.one_of(st.none(), POST_DAYS)
    ),
    c.NoteQuietLetter: fields(
        letter=LETTERS, side=st.just(Role.BUYER), standing=st.just("handed_in"), since=POST_DAYS
    ),
    c.RegisterLetter: fields(
        exhibit=EXHIBITS, sender=st.sampled_from([Role.BUYER, Role.SELLER]), received_on=DAYS
    ),
    c.AppealRuling: fields(reason=st.sampled_from(AppealReason), text=TEXT),
    c.ShipReturn: fields(
        shipped_on=DAYS,
        carrier=st.sampled_from(["Colissimo", "Un cousin"]),
        tracking=st.sampled_from(["6A12345678901", "6A12345678901", "RA473124828GB", ""]),
        sent=PIECES,
        sure=st.booleans(),
    ),
    c.CorrectTracking: fields(
        carrier=st.sampled_from(["Colissimo", "Un cousin"]),
        tracking=st.sampled_from(["6A12345678901", "RA473124828GB", ""]),
        sure=st.booleans(),
    ),
    c.ReportReturnRefused: fields(refused_on=DAYS, text=TEXT),
    c.ReportReturnLost: fields(text=TEXT),
    c.RecordReturnArrival: fields(arrived_on=DAYS),
    c.AcceptReturn: fields(),
    c.ContestReturn: fields(reasons=TEXT, came=st.one_of(st.just(()), PIECES)),
    c.ShipReplacement: fields(carrier=st.just("Colissimo"), tracking=st.just("6A12345678901")),
    c.ConfirmReplacement: fields(),
    c.ReportReplacementMissing: fields(text=TEXT),
    c.PayRefund: st.integers(1, 9500).map(
        lambda minor: {"amount": Money(minor=minor, currency="EUR"), "refund_id": UUID(int=minor)}
    ),
    c.ReverseRefund: st.integers(1, 9500).map(
        lambda minor: {"amount": Money(minor=minor, currency="EUR"), "refund_id": UUID(int=minor)}
    ),
    c.IssueCredit: st.integers(1, 9500).map(
        lambda minor: {
            "amount": Money(minor=minor, currency="EUR"),
            "refund_id": UUID(int=minor),
            "expires_at": NOW + dt.timedelta(days=730),
        }
    ),
    c.VoidCredit: st.integers(1, 9500).map(
        lambda minor: {
            "amount": Money(minor=minor, currency="EUR"),
            "refund_id": UUID(int=minor),
            "reason": "Par erreur.",
        }
    ),
    c.OpenChargeback: fields(amount=EUROS, chargeback_id=CHARGEBACKS),
    c.WinChargeback: fields(chargeback_id=CHARGEBACKS),
    c.LoseChargeback: fields(amount=EUROS, chargeback_id=CHARGEBACKS),
    c.ConfirmRefund: fields(),
    c.ReportRefundMissing: fields(
        missing=st.sampled_from(Missing),
        arrived=st.one_of(
            st.none(), st.integers(0, 9000).map(lambda minor: Money(minor=minor, currency="EUR"))
        ),
        text=TEXT,
    ),
    c.TraceRefund: fields(text=TEXT),
    c.Withdraw: fields(),
    c.UndoWithdrawal: fields(),
    c.MarkSolved: fields(),
    c.Reopen: fields(reasons=TEXT),
}


def a_withdrawal(terms: Terms, *, contests: bool) -> c.WithdrawFromContract:
    """A declaration: what it asks for is money, whatever else a buyer may want."""
    wanted = terms if terms.remedy is Remedy.REFUND else refund()
    said = Declaration(
        name="Alice", email="alice@example.org", text="Je me rétracte.", zone="Europe/Paris",
        contests_exclusion=contests,
    )  # fmt: skip
    return c.WithdrawFromContract(by=BUYER, opening=opening(Ground.CHANGE_OF_MIND, wanted), declaration=said)


BY_ACT = {kind.act: kind for kind in WISHES}
ENDINGS = (Act.WITHDRAW, Act.MARK_SOLVED)
BY_POST = (
    Act.PREPARE_LETTER,
    Act.POST_LETTER,
    Act.FOLLOW_LETTER,
    Act.CORRECT_LETTER,
    Act.NOTE_QUIET_LETTER,
    Act.REGISTER_LETTER,
)
"""Open at any time, and moving nothing: drawn seldom, so that lives go on."""


def agreed_on(terms: Terms) -> tuple[c.Command, ...]:
    return (c.MakeOffer(by=SELLER, terms=terms), c.AcceptOffer(by=BUYER, number=1))


SENT_BACK = (
    *agreed_on(refund(goods_return=True)),
    c.ShipReturn(by=BUYER, shipped_on=NOW.date(), carrier="Colissimo", tracking="6A12345678901"),
)
SENT_AGAIN = (
    *agreed_on(REPLACEMENT),
    c.ShipReplacement(by=SELLER, carrier="Colissimo", tracking="6A12345678901"),
)
PAID = (
    *agreed_on(refund()),
    c.PayRefund(by=MARKETPLACE, amount=Money(minor=8990, currency="EUR"), refund_id=UUID(int=8990)),
)
FAR: dict[str, tuple[c.Command | dt.timedelta | None, ...]] = {
    "question answered": (c.Ask(by=SELLER, text="Cassé net\u202f?"), c.Answer(by=BUYER, text="Oui.")),
    "before the platform": (c.Refuse(by=SELLER, reasons="Non."), c.Escalate(by=BUYER)),
    "credit agreed": agreed_on(replace(refund(), remedy=Remedy.CREDIT)),
    "money owed": agreed_on(refund()),
    "money asked after": (*PAID, None),
    "money missing": (
        *PAID,
        c.ReportRefundMissing(by=BUYER, missing=Missing.NOTHING),
        c.TraceRefund(by=AGENT, text="La banque l'a."),
    ),
    "parcel sent back": SENT_BACK,
    "parcel contested": (
        *SENT_BACK,
        c.RecordReturnArrival(by=SELLER, arrived_on=NOW.date()),
        c.ContestReturn(by=SELLER, reasons="Vide."),
    ),
    "parcel refused": (
        *SENT_BACK,
        c.ReportReturnRefused(by=BUYER, refused_on=NOW.date(), text="Refusé au guichet."),
    ),
    "replacement granted late": (
        c.Refuse(by=SELLER, reasons="Non."),
        c.Escalate(by=BUYER),
        dt.timedelta(days=25),
        c.Propose(by=AGENT, terms=REPLACEMENT, reasons="Envoyez-le à nouveau."),
        c.AcceptOffer(by=BUYER, number=1),
        c.AcceptOffer(by=SELLER, number=1),
        None,
    ),
    "replacement late": (*agreed_on(REPLACEMENT), None, None),
    "replacement asked after": (*SENT_AGAIN, None),
    "withdrawn": (c.Withdraw(by=BUYER),),
    "replacement missing": (*SENT_AGAIN, c.ReportReplacementMissing(by=BUYER, text="Rien.")),
}
"""Corners that take several answers in a row, which chance seldom gives. None waits for the next deadline."""

WITH_A_TWIN = (Act.MERGE_INTO, Act.TAKE_IN, Act.SPLIT)
"""What a page offers and chance has nobody to do it with: `its_twin_is_merged` and `it_is_split` have."""


class Lifecycle(RuleBasedStateMachine):
    """Anybody tries anything at any time; what is refused changes nothing, what is not keeps every promise."""

    happened: ClassVar[set[str]] = set()

    @initialize(
        ground=st.sampled_from([g for g in Ground if not g.concerns_marketplace]),
        terms=st.sampled_from([refund(goods_return=True), refund(), refund(3000), REPLACEMENT]),
        contact=st.booleans(),
        far=st.sampled_from(["", "", *FAR]),
    )
    def open(self, ground: Ground, terms: Terms, contact: bool, far: str) -> None:
        self.now = NOW
        self.events: list[Event] = []
        self.claim: Claim | None = None
        self.refusals: list[Refusal] = []
        self.looked_at: dict[str, tuple[object, ...]] = {}
        if ground is Ground.CHANGE_OF_MIND:
            self._do(a_withdrawal(terms, contests=contact))
            return
        birth = opening(ground, refund() if ground is Ground.LOST else terms)
        self._do(
            c.ContactSeller(by=BUYER, opening=birth)
            if contact and not far
            else c.OpenDispute(by=BUYER, opening=birth)
        )
        for step in FAR.get(far, ()):
            if step is None:
                self._next_deadline_passes()
            elif isinstance(step, dt.timedelta):
                self.now += step
            else:
                self._do(step)

    def _do(self, command: c.Command | c.Elapse) -> None:
        before = self.claim
        try:
            events = decide(before, command, RULES, self.now)
        except Refusal as refusal:
            self.refusals.append(refusal)
            return
        if before is not None and isinstance(command, c.Command):
            present = as_of(before, RULES, self.now)
            assert command.act in allowed(present, command.by, RULES, self.now), (
                "done, though no page offers it"
            )
        for event in events:
            self.claim = evolve(self.claim, event)
            self.events.append(event)
            self.happened.add(type(event).__name__)

    def _next_deadline_passes(self) -> None:
        if self.claim and self.claim.deadlines:
            deadline = self.claim.deadlines[0]
            self.now = max(self.now, deadline.due_at)
            self._do(c.Elapse(kind=deadline.kind, due_at=deadline.due_at, by=CLOCK))

    @rule(kind=st.sampled_from(list(WISHES)), actor=st.sampled_from(EVERYBODY), data=st.data())
    def anybody_tries_anything(self, kind: type[c.Command], actor: Actor, data: st.DataObject) -> None:
        self._do(kind(by=actor, **self._present_days(data.draw(WISHES[kind]))))

    @precondition(lambda self: self.claim is not None)
    @rule(data=st.data(), ends=st.integers(0, 9))
    def somebody_does_what_their_page_offers(self, data: st.DataObject, ends: int) -> None:
        assert self.claim is not None
        present = as_of(self.claim, RULES, self.now)
        offered = [
            (actor, act)
            for actor in EVERYBODY
            for act in allowed(present, actor, RULES, self.now)
            if act not in (*ENDINGS, *BY_POST, *WITH_A_TWIN)
            or ends == 0  # rarely: an early end hides the rest of the life
        ]
        if offered:
            actor, act = data.draw(st.sampled_from(offered))
            kind = BY_ACT[act]
            self._do(kind(by=actor, **self._present_days(data.draw(WISHES[kind]))))

    def _present_days(self, wish: dict[str, object]) -> dict[str, object]:
        today = self.now.date()
        return {
            name: today + dt.timedelta(days=int(str(value))) if name.endswith("_on") else value
            for name, value in wish.items()
        }

    @precondition(lambda self: self.claim is not None and self.claim.deadlines)
    @rule(data=st.data())
    def whose_turn_it_is_acts(self, data: st.DataObject) -> None:
        """Lives go on mostly because the awaited party answers; without this, the far states are seldom seen."""
        assert self.claim is not None
        party = self.claim.deadlines[0].party
        offered = [
            (actor, act)
            for actor in ACTORS[party]
            for act in allowed(self.claim, actor, RULES, self.now)
            if act not in (*ENDINGS, *BY_POST, *WITH_A_TWIN)
        ]
        if offered:
            actor, act = data.draw(st.sampled_from(offered))
            kind = BY_ACT[act]
            self._do(kind(by=actor, **self._present_days(data.draw(WISHES[kind]))))

    @precondition(lambda self: self.claim is not None and self.claim.offers)
    @rule(actor=st.sampled_from([BUYER, SELLER]), accepts=st.sampled_from([True, True, False]))
    def the_newest_offer_is_answered(self, actor: Actor, accepts: bool) -> None:
        number = self.claim.offers[-1].number  # type: ignore[union-attr]
        answer = c.AcceptOffer(by=actor, number=number) if accepts else c.RefuseOffer(by=actor, number=number)
        self._do(answer)

    @precondition(lambda self: self.claim is not None and self.claim.seller_asked)
    @rule(text=TEXT)
    def the_buyer_answers_the_question(self, text: str) -> None:
        self._do(c.Answer(by=BUYER, text=text))

    @precondition(lambda self: self.claim is not None and self.claim.trip is not None)
    @rule(data=st.data(), kind=st.sampled_from([c.RecordReturnArrival, c.ContestReturn]))
    def the_seller_looks_at_what_came_back(self, data: st.DataObject, kind: type[c.Command]) -> None:
        """It takes a sending, an arrival and a quarrel in a row: without this, runs miss it by chance."""
        self._do(kind(by=SELLER, **self._present_days(data.draw(WISHES[kind]))))

    @precondition(lambda self: self.claim is not None and self.claim.trip is not None)
    @rule(data=st.data())
    def the_buyer_corrects_a_number(self, data: st.DataObject) -> None:
        """Between a sending and its arrival alone: without this, runs miss it by chance."""
        self._do(c.CorrectTracking(by=BUYER, **self._present_days(data.draw(WISHES[c.CorrectTracking]))))

    @precondition(lambda self: self.claim is not None and self.claim.was_refunded)
    @rule(data=st.data(), buyer=st.booleans())
    def the_buyer_misses_money(self, data: st.DataObject, buyer: bool) -> None:
        """It takes a payment, a report and an answer in a row: without this, runs miss it by chance."""
        if buyer:
            self._do(c.ReportRefundMissing(by=BUYER, **data.draw(WISHES[c.ReportRefundMissing])))
        else:
            self._do(c.TraceRefund(by=AGENT, text="La banque l'a."))

    @precondition(
        lambda self: (
            self.claim is not None
            and self.claim.refund_check is not None
            and self.claim.refund_check.missing_since is not None
            and self.claim.deadlines
        )
    )
    @rule()
    def nobody_finds_the_money_in_time(self) -> None:
        """Between a report and its answer alone: without this, runs miss it by chance."""
        self._next_deadline_passes()

    @precondition(
        lambda self: (
            self.claim is not None
            and (self.claim.credited or (self.claim.agreed and self.claim.agreed.remedy is Remedy.CREDIT))
        )
    )
    @rule(whole=st.booleans())
    def credit_is_issued_or_taken_back(self, whole: bool) -> None:
        """To the cent, which chance would seldom find."""
        assert self.claim is not None
        credited = self.claim.credited
        amount = credited if credited else owed_amount(self.claim)
        if not whole:
            amount = min(amount, Money(minor=1, currency="EUR"))
        fields = {"by": MARKETPLACE, "amount": amount, "refund_id": UUID(int=7)}
        if credited:
            self._do(c.VoidCredit(**fields, reason="Par erreur."))
        elif amount.is_positive:
            self._do(c.IssueCredit(**fields, expires_at=self.now + dt.timedelta(days=730)))

    @precondition(lambda self: self.claim is not None and self.claim.state is State.WITH_PLATFORM)
    @rule(closes=st.integers(0, 9).map(lambda tenth: tenth == 0), number=st.integers(2, 4))
    def its_twin_is_merged(self, closes: bool, number: int) -> None:
        """A claim like it of another line: chance would not find one."""
        assert self.claim is not None
        present = as_of(self.claim, RULES, self.now)
        birth = replace(
            present.opening,
            claim_id=UUID(int=number),
            reference=f"L-{number}",
            lines=tuple(
                replace(line, line_id=number * 10 + line.line_id) for line in present.opening.lines[:1]
            ),
        )
        twin = replace(present, opening=birth)
        if closes:
            self._do(c.MergeInto(by=AGENT, into=twin, reason="Le même colis."))
        else:
            self._do(c.TakeIn(by=AGENT, other=twin, reason="Le même colis."))

    @precondition(lambda self: self.claim is not None and len(self.claim.opening.lines) > 1)
    @rule()
    def it_is_split(self) -> None:
        """Only what took a twin in has two lines: chance would seldom name one of them in time."""
        assert self.claim is not None
        present = as_of(self.claim, RULES, self.now)
        wish: dict[str, Any] = {
            "by": AGENT,
            "lines": (present.opening.lines[-1].line_id,),
            "reference": "L-8",
            "reason": "Deux affaires.",
        }
        self._do(c.Split(**wish, into=UUID(int=8)))
        if not isinstance(self.events[-1], ClaimSplit) or self.claim.seq == present.seq:
            return
        (born,) = decide(None, c.SplitOff(**wish, origin=present, claim_id=UUID(int=8)), RULES, self.now)
        part = replay([msgspec.json.decode(msgspec.json.encode(born), type=AnyEvent)])  # type: ignore[arg-type]
        self.happened.add(type(born).__name__)
        assert part is not None
        assert part.disputed + self.claim.disputed == present.disputed
        assert part.deadlines == self.claim.deadlines == present.deadlines

    @rule(hours=st.sampled_from([1, 5, 30, 24 * 4, 24 * 12]))
    def time_passes(self, hours: int) -> None:
        self.now += dt.timedelta(hours=hours)

    @precondition(lambda self: self.claim is not None and self.claim.deadlines)
    @rule(jump=st.sampled_from([True, True, False]))
    def the_clock_ticks(self, jump: bool) -> None:
        assert self.claim is not None
        deadline = self.claim.deadlines[0]
        if jump:
            self.now = max(self.now, deadline.due_at)
        self._do(c.Elapse(kind=deadline.kind, due_at=deadline.due_at, by=CLOCK))

    def _anew(self, invariant: str, *of: object) -> bool:
        """Return whether anything happened since the invariant was last asked: most wishes are refused, and change
        nothing."""
        present = (len(self.events), *of)
        if self.looked_at.get(invariant) == present:
            return False
        self.looked_at[invariant] = present
        return True

    @invariant()
    def i2_refunds_never_exceed_what_was_paid(self) -> None:
        if self.claim and self._anew("i2"):
            paid = sum(
                event.amount.minor
                for event in self.events
                if isinstance(event, RefundPaid | ChargebackLost | CreditIssued)
            )
            paid -= sum(
                event.amount.minor
                for event in self.events
                if isinstance(event, RefundReversed | CreditVoided)
            )
            assert 0 <= paid == self.claim.refunded.minor <= self.claim.disputed.minor
            assert self.claim.refunded_in_money.minor >= 0

    @invariant()
    def i3_silence_is_never_early_and_fires_once(self) -> None:
        if not self._anew("i3"):
            return  # time only goes on
        assert all(event.at <= self.now for event in self.events)
        spell, seen = 0, set()
        for event in self.events:
            if isinstance(event, Silence) and event.to is None:
                # Once in each stay in a state: what is owed anew may be overdue anew, at the same instant.
                name = (type(event).__name__, spell, event.at, getattr(event, "days_left", None))
                assert name not in seen
                seen.add(name)
            spell += event.to is not None

    @invariant()
    def i4_replaying_the_stored_events_gives_the_claim(self) -> None:
        if self.claim and self._anew("i4"):
            stored = [msgspec.json.encode(event) for event in self.events]
            read = [msgspec.json.decode(body, type=AnyEvent) for body in stored]  # type: ignore[arg-type]
            assert replay(read) == self.claim
            assert self.claim.seq == len(self.events)
            assert [event.at for event in self.events] == sorted(event.at for event in self.events)

    @invariant()
    def i5_every_move_is_a_line_of_the_table(self) -> None:
        if not self._anew("i5"):
            return
        state: State | None = None
        for event in self.events:
            if event.to is not None and state is not None and event.to is not state:
                lines = [
                    targets
                    for (source, _, role), targets in TRANSITIONS.items()
                    if source is state and role is event.by.role
                ]
                assert any(event.to in targets for targets in lines)
            state = event.to or state

    @invariant()
    def i7_what_is_due_follows_from_the_rules_alone(self) -> None:
        if self.claim and self._anew("i7"):
            assert self.claim.deadlines == deadlines(self.claim, RULES)

    @invariant()
    def i9_every_refusal_says_why_and_what_instead_in_both_languages(self) -> None:
        for refusal in self.refusals:
            for language in ("fr", "en"):
                assert refusal.explain(language)
                assert refusal.remedy(language)
        self.refusals = []

    @invariant()
    def whoever_must_act_can(self) -> None:
        """A state never waits for somebody who has no act in it."""
        if (
            self.claim is None
            or self.claim.next_deadline is None
            or self.claim.next_deadline.due_at <= self.now
            or not self._anew("must", self.now)
        ):
            return
        party = self.claim.next_deadline.party
        actors: tuple[Actor, ...] = ACTORS[party]
        assert any(allowed(self.claim, actor, RULES, self.now) for actor in actors)


def test_lifecycle_keeps_its_invariants_and_visits_every_corner() -> None:
    """Runs the machine, and then asks that no event is so rare that the runs never saw it.

    Hypothesis draws from the constants of whatever modules are loaded, so that the same seed sees other lives when
    other tests run beside this one: a corner that the first run missed is looked for again.
    """
    for attempt in range(3):
        run_state_machine_as_test(  # type: ignore[no-untyped-call]
            Lifecycle,
            settings=settings(
                max_examples=700,
                stateful_step_count=50,
                deadline=None,
                derandomize=attempt == 0,
                database=None,
                suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
            ),
        )
        never = {kind.__name__ for kind in get_args(AnyEvent)} - Lifecycle.happened
        if not never:
            break
    assert never == set()
