"""`decide(claim, command, rulebook, now) -> events`, or a named refusal. Nothing else changes a claim.

The parts: `context` what every decision needs; `effects` its last step; `opening`, `parties`, `extending`, `platform`,
`merging`, `splitting`, `exhibits`, `returns`, `closing`, `checking` the acts of people; `crediting` store credit;
`reversing` what banks do; `silence` the acts of the clock.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from recours.rules.lifecycle import commands as c
from recours.rules.lifecycle import refusals as r
from recours.rules.lifecycle.claim import Claim
from recours.rules.lifecycle.deadlines import Rulebook, deadlines
from recours.rules.lifecycle.decide import (
    checking,
    closing,
    crediting,
    exhibits,
    extending,
    merging,
    opening,
    parties,
    platform,
    post,
    replacing,
    returns,
    reversing,
    silence,
    splitting,
)
from recours.rules.lifecycle.decide.context import Context
from recours.rules.lifecycle.decide.effects import with_deadlines
from recours.rules.lifecycle.events import Event
from recours.rules.lifecycle.evolve import evolve
from recours.rules.lifecycle.table import permits

Decision = Callable[[Claim, Any, Context], Event]

BIRTHS: dict[type[c.Command], Callable[[Any, Context], Event]] = {
    c.ContactSeller: opening.contact_seller,
    c.OpenDispute: opening.open_dispute,
    c.WithdrawFromContract: opening.withdraw_from_contract,
    c.SplitOff: splitting.split_off,
}

DECISIONS: dict[type[c.Command], Decision] = {
    c.OpenDispute: opening.open_after_contact,
    c.Accept: parties.accept,
    c.Refuse: parties.refuse,
    c.MakeOffer: parties.make_offer,
    c.Ask: parties.ask,
    c.ExtendResponse: extending.extend_response,
    c.Answer: parties.answer,
    c.AcceptOffer: parties.accept_offer,
    c.RefuseOffer: parties.refuse_offer,
    c.Counter: parties.counter,
    c.Escalate: parties.escalate,
    c.ChangeGround: parties.change_ground,
    c.Take: platform.take,
    c.Assign: platform.assign,
    c.Release: platform.release,
    c.AskEvidence: platform.ask_evidence,
    c.GiveEvidence: platform.give_evidence,
    c.Propose: platform.propose,
    c.Rule: platform.rule,
    c.MergeInto: merging.merge_into,
    c.TakeIn: merging.take_in,
    c.Split: splitting.split,
    c.SealExhibit: exhibits.seal,
    c.RedactExhibit: exhibits.redact,
    c.RestoreExhibit: exhibits.restore,
    c.PrepareLetter: post.prepare,
    c.PostLetter: post.hand_in,
    c.FollowLetter: post.follow,
    c.CorrectLetter: post.correct,
    c.NoteQuietLetter: post.note_quiet,
    c.RegisterLetter: post.register,
    c.AppealRuling: platform.appeal,
    c.ShipReturn: returns.ship_return,
    c.CorrectTracking: returns.correct_tracking,
    c.RecordReturnArrival: returns.record_arrival,
    c.ReportReturnRefused: returns.report_refused,
    c.ReportReturnLost: returns.report_lost,
    c.AcceptReturn: returns.accept_return,
    c.ContestReturn: returns.contest_return,
    c.ShipReplacement: replacing.ship_replacement,
    c.ConfirmReplacement: replacing.confirm_replacement,
    c.ReportReplacementMissing: replacing.report_missing,
    c.PayRefund: closing.pay_refund,
    c.ReverseRefund: reversing.reverse_refund,
    c.IssueCredit: crediting.issue_credit,
    c.VoidCredit: crediting.void_credit,
    c.OpenChargeback: reversing.open_chargeback,
    c.WinChargeback: reversing.win_chargeback,
    c.LoseChargeback: reversing.lose_chargeback,
    c.ConfirmRefund: checking.confirm_refund,
    c.ReportRefundMissing: checking.report_missing,
    c.TraceRefund: checking.trace_refund,
    c.Withdraw: closing.withdraw,
    c.UndoWithdrawal: closing.undo_withdrawal,
    c.MarkSolved: closing.mark_solved,
    c.Reopen: closing.reopen,
}


def decide(
    claim: Claim | None, command: c.Command | c.Elapse, rules: Rulebook, now: dt.datetime
) -> tuple[Event, ...]:
    """Return the events that `command` causes at `now` (aware UTC), or raise the refusal that explains why not.

    Silence comes first: when a deadline passed before `now` and the clock has not acted on it yet, its events are
    decided first, dated when they fell due, and the command is judged against what they left. So the outcome never
    depends on whether a worker happened to run. Those events are lost with the refusal, and the sweep makes them.
    """
    context = Context(rules=rules, now=now)
    if claim is None:
        return (_born(command, context),)
    if isinstance(command, c.Elapse):
        return silence.elapse(claim, command, context)
    overdue = silence.all_overdue(claim, context)
    for event in overdue:
        claim = evolve(claim, event)
    if not permits(claim.state, command.act, command.by.role):
        raise r.ActNotOpen(act=command.act, state=claim.state, role=command.by.role)
    event = DECISIONS[type(command)](claim, command, context)
    return (*overdue, with_deadlines(claim, event, rules, command.act))


def _born(command: c.Command | c.Elapse, context: Context) -> Event:
    birth = BIRTHS.get(type(command)) if isinstance(command, c.Command) else None
    if birth is None or isinstance(command, c.Elapse):
        raise ValueError(f"{type(command).__name__} needs a claim")
    event = birth(command, context)
    claim = evolve(None, event)
    return replace(event, deadlines=deadlines(claim, context.rules))


__all__ = ["Rulebook", "decide"]
