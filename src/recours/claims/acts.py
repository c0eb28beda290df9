"""What each act asks for and which command it becomes: the one table that the three faces share.

A face's view is: fetch the claim as its reader sees it, `form_for` the act, and when the form is valid `perform` it.
Addresses, pages and the way back are the face's own. Acts of the clock and of the marketplace's payer have no form.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from recours.claims import forms as f
from recours.claims.chain import canonical, decode_event
from recours.claims.commands import act as carry_out
from recours.claims.commands.evidence import EvidenceClosed, add_evidence, closed_to_evidence, write_message
from recours.claims.commands.store import StaleClaim
from recours.claims.models import Claim, ClaimEvent, Evidence
from recours.claims.queries import OpenedClaim
from recours.conversations.queries import was_just_sent
from recours.files.commands import store_judged
from recours.files.forms import Uploads
from recours.people.models import User
from recours.rules.lifecycle import commands as c
from recours.rules.lifecycle import events as e
from recours.rules.lifecycle.claim import Actor
from recours.rules.lifecycle.vocabulary import Act, State

Build = Callable[[Actor, Mapping[str, Any]], c.Command]


@dataclass(frozen=True)
class ActSpec:
    """One act: its form, its command, and the events by which a second sending is recognised.

    `irreversible` acts are asked for on a page that says what they entail. `direct` ones ask nothing and can be taken
    back: a button on the claim's page is enough. All others have a page with their form.
    """

    form: type[f.ActForm]
    build: Build
    leaves: tuple[type[e.Event], ...]
    irreversible: bool = False
    direct: bool = False


ACTS: dict[Act, ActSpec] = {
    # The buyer
    Act.OPEN_DISPUTE: ActSpec(f.ActForm, lambda by, _: c.OpenDispute(by=by), (e.DisputeOpened,), direct=True),
    Act.COUNTER: ActSpec(
        f.CounterForm,
        lambda by, data: c.Counter(by=by, terms=data["terms"], text=data["text"]),
        (e.RequestChanged,),
    ),
    Act.CHANGE_GROUND: ActSpec(
        f.GroundForm,
        lambda by, data: c.ChangeGround(by=by, ground=data["ground"], explanation=data["explanation"]),
        (e.GroundChanged,),
    ),
    Act.MARK_SOLVED: ActSpec(
        f.ActForm, lambda by, _: c.MarkSolved(by=by), (e.ProblemSolved,), irreversible=True
    ),
    Act.WITHDRAW: ActSpec(
        f.WithdrawForm,
        lambda by, data: c.Withdraw(by=by, reason=data["reason"]),
        (e.ClaimWithdrawn,),
        irreversible=True,
    ),
    Act.UNDO_WITHDRAWAL: ActSpec(
        f.ActForm, lambda by, _: c.UndoWithdrawal(by=by), (e.WithdrawalUndone,), direct=True
    ),
    Act.CONFIRM_REFUND: ActSpec(
        f.ActForm, lambda by, _: c.ConfirmRefund(by=by), (e.RefundConfirmed,), direct=True
    ),
    Act.REPORT_REFUND_MISSING: ActSpec(
        f.MissingRefundForm,
        lambda by, data: c.ReportRefundMissing(
            by=by, missing=data["missing"], arrived=data["arrived"], text=data["text"]
        ),
        (e.RefundReportedMissing,),
    ),
    Act.REOPEN: ActSpec(
        f.ReopenForm, lambda by, data: c.Reopen(by=by, reasons=data["reasons"]), (e.ClaimReopened,)
    ),
    Act.SHIP_RETURN: ActSpec(
        f.ShipReturnForm,
        lambda by, data: c.ShipReturn(
            by=by, shipped_on=data["shipped_on"], carrier=data["carrier"], tracking=data["tracking"],
            sent=data["sent"], sure=data["sure"],
        ),
        (e.ReturnShipped,),
    ),
    Act.CORRECT_TRACKING: ActSpec(
        f.CorrectTrackingForm,
        lambda by, data: c.CorrectTracking(
            by=by, carrier=data["carrier"], tracking=data["tracking"], sure=data["sure"]
        ),
        (e.ReturnTrackingCorrected,),
    ),
    # Either party
    Act.ANSWER: ActSpec(
        f.AnswerForm,
        lambda by, data: c.Answer(by=by, text=data["text"]),
        (e.SellerAnswered, e.QuestionAnswered),
    ),
    Act.ACCEPT_OFFER: ActSpec(
        f.OfferForm,
        lambda by, data: c.AcceptOffer(by=by, number=data["number"]),
        (e.OfferAccepted, e.OfferApproved),
        irreversible=True,
    ),
    Act.REFUSE_OFFER: ActSpec(
        f.RefuseOfferForm,
        lambda by, data: c.RefuseOffer(by=by, number=data["number"], reasons=data["reasons"]),
        (e.OfferRefused,),
    ),
    Act.ESCALATE: ActSpec(
        f.EscalateForm, lambda by, data: c.Escalate(by=by, reasons=data["reasons"]), (e.Escalated,)
    ),
    Act.GIVE_EVIDENCE: ActSpec(
        f.GiveEvidenceForm, lambda by, data: c.GiveEvidence(by=by, text=data["text"]), (e.EvidenceGiven,)
    ),
    Act.APPEAL: ActSpec(
        f.AppealForm,
        lambda by, data: c.AppealRuling(by=by, reason=data["reason"], text=data["text"]),
        (e.RulingAppealed,),
    ),
    # The seller
    Act.ACCEPT: ActSpec(f.ActForm, lambda by, _: c.Accept(by=by), (e.RequestAccepted,), irreversible=True),
    Act.REFUSE: ActSpec(
        f.RefuseForm, lambda by, data: c.Refuse(by=by, reasons=data["reasons"]), (e.RequestRefused,)
    ),
    Act.MAKE_OFFER: ActSpec(
        f.MakeOfferForm,
        lambda by, data: c.MakeOffer(by=by, terms=data["terms"], reasons=data["reasons"]),
        (e.OfferMade,),
    ),
    Act.ASK: ActSpec(f.AskForm, lambda by, data: c.Ask(by=by, text=data["text"]), (e.QuestionAsked,)),
    Act.EXTEND_RESPONSE: ActSpec(
        f.ExtendForm,
        lambda by, data: c.ExtendResponse(by=by, reason=data["reason"]),
        (e.ResponseExtended,),
    ),
    Act.RECORD_RETURN_ARRIVAL: ActSpec(
        f.ArrivalForm,
        lambda by, data: c.RecordReturnArrival(
            by=by, arrived_on=data["arrived_on"], condition=data["condition"]
        ),
        (e.ReturnArrived,),
    ),
    Act.REPORT_RETURN_REFUSED: ActSpec(
        f.ReturnRefusedForm,
        lambda by, data: c.ReportReturnRefused(by=by, refused_on=data["refused_on"], text=data["text"]),
        (e.ReturnRefused,),
    ),
    Act.REPORT_RETURN_LOST: ActSpec(
        f.ReturnLostForm,
        lambda by, data: c.ReportReturnLost(by=by, text=data["text"]),
        (e.ReturnReportedLost,),
    ),
    Act.ACCEPT_RETURN: ActSpec(
        f.ActForm, lambda by, _: c.AcceptReturn(by=by), (e.ReturnAccepted,), irreversible=True
    ),
    Act.CONTEST_RETURN: ActSpec(
        f.ContestReturnForm,
        lambda by, data: c.ContestReturn(by=by, reasons=data["reasons"], came=data["came"]),
        (e.ReturnContested,),
    ),
    Act.SHIP_REPLACEMENT: ActSpec(
        f.ParcelForm,
        lambda by, data: c.ShipReplacement(
            by=by, carrier=data["carrier"], tracking=data["tracking"], sure=data["sure"]
        ),
        (e.ReplacementShipped,),
    ),
    Act.CONFIRM_REPLACEMENT: ActSpec(
        f.ActForm, lambda by, _: c.ConfirmReplacement(by=by), (e.ReplacementConfirmed,), direct=True
    ),
    Act.REPORT_REPLACEMENT_MISSING: ActSpec(
        f.MissingReplacementForm,
        lambda by, data: c.ReportReplacementMissing(by=by, text=data["text"]),
        (e.ReplacementReportedMissing,),
    ),
    # The desk
    Act.TAKE: ActSpec(f.ActForm, lambda by, _: c.Take(by=by), (e.Assigned,), direct=True),
    Act.RELEASE: ActSpec(f.ActForm, lambda by, _: c.Release(by=by), (e.Released,), direct=True),
    Act.ASSIGN: ActSpec(
        f.AssignForm, lambda by, data: c.Assign(by=by, agent=data["agent"]), (e.Assigned,)
    ),
    Act.ASK_EVIDENCE: ActSpec(
        f.AskEvidenceForm,
        lambda by, data: c.AskEvidence(by=by, of=data["of"], text=data["text"]),
        (e.EvidenceRequested,),
    ),
    Act.PROPOSE: ActSpec(
        f.ProposeForm,
        lambda by, data: c.Propose(by=by, terms=data["terms"], reasons=data["reasons"]),
        (e.OfferMade,),
    ),
    Act.TRACE_REFUND: ActSpec(
        f.TraceRefundForm, lambda by, data: c.TraceRefund(by=by, text=data["text"]), (e.RefundTraced,)
    ),
    Act.RULE: ActSpec(
        f.RuleForm,
        lambda by, data: c.Rule(by=by, rule=data["rule"], reasons=data["reasons"], terms=data["terms"]),
        (e.RulingMade,),
        irreversible=True,
    ),
}  # fmt: skip


def form_for(opened: OpenedClaim, act: Act, *args: Any, **kwargs: Any) -> f.ActForm:
    """Return the form of an act; `data` and `files` as Django's forms take them. KeyError for an act without one."""
    return ACTS[act].form(opened, *args, **kwargs)


def command_of(opened: OpenedClaim, act: Act, form: f.ActForm) -> c.Command:
    """Return the command that a valid form stands for."""
    return ACTS[act].build(opened.actor, form.cleaned_data)


def perform(
    opened: OpenedClaim, act: Act, form: f.ActForm, *, by: User, expected_seq: int | None = None
) -> Claim:
    """Carry out an act with the files that came with it, in one transaction; return the claim's row after it.

    `form` is valid. `expected_seq` is the number of the last event that the actor's page showed. Sending the same
    thing twice does it once: the second time the row is returned as it is. Files that were refused (`form.uploads`)
    do not stop the act; the caller names them. Raises StaleClaim, TooManyFiles, FileNotKept and every refusal of
    `decide`; nothing is then written.
    """
    command = command_of(opened, act, form)
    try:
        with transaction.atomic():
            row = carry_out(opened.row.pk, command, expected_seq=expected_seq)
            attach(opened, form.uploads, by=by)
            return row
    except StaleClaim:
        if expected_seq is not None and is_done(opened, act, command, since=expected_seq):
            return Claim.objects.get(pk=opened.row.pk)
        raise


FORESEEABLE: dict[Act, dict[str, Any]] = {
    Act.ACCEPT_OFFER: {},
    Act.ACCEPT: {},
    Act.ACCEPT_RETURN: {},
    Act.OPEN_DISPUTE: {},
    Act.ESCALATE: {"reasons": ""},
    Act.EXTEND_RESPONSE: {"reason": "…"},
}
"""Acts whose outcome depends on nothing that is still to be typed, so that it can be told beforehand."""


def rehearsed(opened: OpenedClaim, act: Act, number: int | None = None) -> c.Command | None:
    """Return the command that an act would send, for `presentation.consequences`; None where it depends on words."""
    if act not in FORESEEABLE or (act is Act.ACCEPT_OFFER and number is None):
        return None
    return ACTS[act].build(opened.actor, FORESEEABLE[act] | {"number": number})


def send_message(opened: OpenedClaim, text: str) -> None:
    """Send a message on the claim; the same words sent again within two minutes are the button pressed twice.

    Raises TextMissing, TextTooLong.
    """
    with transaction.atomic():
        row = Claim.objects.select_for_update().only("conversation_id").get(pk=opened.row.pk)
        if row.conversation_id and was_just_sent(row.conversation_id, opened.actor, text, now=opened.now):
            return
        write_message(claim_id=row.pk, by=opened.actor, text=text)


def evidence_refused(opened: OpenedClaim) -> EvidenceClosed | None:
    """Return why a file could change nothing any more, None while it could: on the row, which the command asks, and
    as silence has left the claim."""
    return closed_to_evidence(State(opened.row.state)) or closed_to_evidence(opened.claim.state)


def attach(opened: OpenedClaim, uploads: Uploads, *, by: User) -> int:
    """Add judged files as exhibits of the actor's side; return how many are new.

    What the side has already given, byte for byte, is not numbered twice. Raises TooManyFiles, EvidenceClosed,
    FileNotKept.
    """
    with transaction.atomic():
        # The same files may be on their way twice.
        Claim.objects.select_for_update().only("pk").get(pk=opened.row.pk)
        mine = Evidence.objects.filter(claim_id=opened.row.pk, side=opened.role)
        known = set(mine.values_list("file__sha256", flat=True))
        fresh = [one for one in uploads.accepted if hashlib.sha256(one.original).hexdigest() not in known]
        if fresh:
            kept = [store_judged(judged=judged, by=by) for judged in fresh]
            add_evidence(claim_id=opened.row.pk, by=opened.actor, files=kept)
        return len(fresh)


def is_done(opened: OpenedClaim, act: Act, command: c.Command, *, since: int) -> bool:
    """Whether the same actor did exactly this after event number `since`: the button was pressed twice."""
    rows = ClaimEvent.objects.filter(
        claim_id=opened.row.pk,
        seq__gt=since,
        actor_id=command.by.id,
        actor_role=command.by.role,
        kind__in=[kind.__name__ for kind in ACTS[act].leaves],
    )
    return any(_same(command, decode_event(canonical(row.body))) for row in rows)


def _same(command: c.Command, event: e.Event) -> bool:
    shared = (set(command.__struct_fields__) & set(event.__struct_fields__)) - {"by"}
    return all(getattr(command, name) == getattr(event, name) for name in shared)
