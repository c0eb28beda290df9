"""Writing action plans, starting one on a claim, stopping it; and the sweep that does what is due of them."""

from __future__ import annotations

import datetime as dt
import logging
from uuid import UUID

from django.db import IntegrityError, connection, transaction

from recours.casework.commands.presence import WRITES_FOR
from recours.casework.filling import whole_answer
from recours.casework.models import ActionPlan, PlanRun
from recours.casework.refusals import ClaimIsOver, PlanNameTaken, PlanRunning, TooManyPlans
from recours.casework.telling import word_to
from recours.claims.commands.evidence import write_message
from recours.claims.models import Claim
from recours.claims.queries import OpenedClaim
from recours.notices.commands import tell
from recours.people.models import DeskRole, DeskStaff
from recours.rules.casework.plans import Ending, Plan, PlanEmpty
from recours.rules.lifecycle.claim import Actor
from recours.rules.lifecycle.vocabulary import Role, State
from recours.rules.refusals import Refusal

log = logging.getLogger(__name__)

MOST_PLANS = 50
LONGEST_NAME = 60
AT_ONCE = 200
"""Steps done in one turn; the next turn comes in a minute."""

# Whatever a party did since it began ends a plan, and so does the end of the claim: in one statement, for all that are
# under way and not only those that are due, so that no page announces a step that will not come.
END = """
UPDATE casework_planrun AS run
SET ended_at = %(now)s, ending = CASE WHEN claim.state = 'closed' THEN 'closed' ELSE 'answered' END
FROM claims_claim AS claim
WHERE run.ended_at IS NULL AND claim.id = run.claim_id AND (
  claim.state = 'closed'
  OR EXISTS (
    SELECT 1 FROM conversations_message AS message WHERE message.conversation_id = claim.conversation_id
      AND message.author_role IN ('buyer', 'seller') AND message.sent_at > run.started_at)
  OR EXISTS (
    SELECT 1 FROM claims_claimevent AS event WHERE event.claim_id = claim.id
      AND event.actor_role IN ('buyer', 'seller') AND event.recorded_at > run.started_at)
  OR EXISTS (
    SELECT 1 FROM claims_evidence AS exhibit WHERE exhibit.claim_id = claim.id
      AND exhibit.side IN ('buyer', 'seller') AND exhibit.added_at > run.started_at))
"""
# Nobody is interrupted: while somebody writes on the claim, its plan waits for the next turn.
DUE = """
SELECT run.id FROM casework_planrun AS run
WHERE run.ended_at IS NULL AND run.next_at <= %(now)s AND NOT EXISTS (
  SELECT 1 FROM casework_presence AS here WHERE here.claim_id = run.claim_id AND here.typed_at > %(writing)s)
ORDER BY run.next_at, run.id LIMIT %(most)s
"""


def write_plan(*, marketplace_id: UUID, name: str, says: Plan, by_id: UUID, now: dt.datetime) -> ActionPlan:
    """Keep a plan of a desk. The caller has checked who may.

    Raises PlanEmpty, PlanGoesOn, StepTooLong, PlanNameTaken, TooManyPlans.
    """
    name = " ".join(name.replace("\0", " ").split())
    if not name or len(name) > LONGEST_NAME:
        raise PlanEmpty
    says = says.checked()
    if ActionPlan.objects.filter(marketplace_id=marketplace_id).count() >= MOST_PLANS:
        raise TooManyPlans(count=MOST_PLANS)
    try:
        with transaction.atomic():
            return ActionPlan.objects.create(
                marketplace_id=marketplace_id, name=name, says=says, written_by_id=by_id, written_at=now
            )
    except IntegrityError as error:
        raise PlanNameTaken(name=name) from error


def delete_plan(*, marketplace_id: UUID, plan_id: int) -> bool:
    """Let a plan go; whether there was one. Where it is under way it goes on as it was."""
    return ActionPlan.objects.filter(marketplace_id=marketplace_id, pk=plan_id).delete()[0] > 0


def start_plan(opened: OpenedClaim, plan: ActionPlan, *, user_id: UUID) -> PlanRun:
    """Begin a plan on a claim; its first step is done by the next sweep, within a minute.

    Raises ClaimIsOver, PlanRunning.
    """
    if opened.claim.state is State.CLOSED:
        raise ClaimIsOver
    first = plan.says.due_at(0, opened.now)
    if first is None:
        raise PlanEmpty
    try:
        with transaction.atomic():
            return PlanRun.objects.create(
                claim=opened.row,
                name=plan.name,
                says=plan.says,
                started_by_id=user_id,
                started_at=opened.now,
                next_at=first,
            )
    except IntegrityError as error:
        raise PlanRunning from error


def stop_plan(*, claim_id: UUID, now: dt.datetime) -> bool:
    """End the plan that is under way on a claim; whether there was one."""
    running = PlanRun.objects.filter(claim_id=claim_id, ended_at=None)
    return running.update(ended_at=now, ending=Ending.STOPPED) > 0


def follow_plans(*, now: dt.datetime) -> int:
    """Do what is due of all plans; return how many steps were done. Safe to run twice, and beside people.

    First those end to which a party answered, or whose claim is closed. Then each step in a transaction of its own.
    """
    with connection.cursor() as cursor:
        cursor.execute(END, {"now": now})
        cursor.execute(DUE, {"now": now, "writing": now - WRITES_FOR, "most": AT_ONCE})
        due = [run_id for (run_id,) in cursor.fetchall()]
    done = 0
    for run_id in due:
        try:
            done += _step(run_id, now)
        except Exception:  # what one of them does wrong keeps no other
            log.exception("Step of plan %s could not be done.", run_id)
    return done


def _step(run_id: int, now: dt.datetime) -> bool:
    with transaction.atomic():
        rows = PlanRun.objects.select_for_update(skip_locked=True, of=("self",))
        run = rows.select_related("started_by").filter(pk=run_id, ended_at=None, next_at__lte=now).first()
        if run is None:
            return False
        claim = Claim.objects.select_related("buyer", "order", "shop", "marketplace").get(pk=run.claim_id)
        step = run.says.steps[run.number]
        if not _still_at_desk(run, claim):
            _end(run, Ending.STOPPED, now)
            return False
        if step.suggest is not None:
            _end(run, Ending.SUGGESTED, now)
            _tell(run, claim, "plan_suggests", now)
            return True
        try:
            with transaction.atomic():
                text = whole_answer(claim, run.started_by, step.answer)
                write_message(claim_id=claim.pk, by=Actor(Role.AGENT, run.started_by_id), text=text, now=now)
        except Refusal:
            _end(run, Ending.STUCK, now)
            _tell(run, claim, "plan_stuck", now)
            return False
        run.number += 1
        following = run.says.due_at(run.number, now)
        if following is None:
            _end(run, Ending.DONE, now)
        else:
            run.next_at = following
            run.save(update_fields=["number", "next_at"])
        return True


def _still_at_desk(run: PlanRun, claim: Claim) -> bool:
    staff = DeskStaff.objects.filter(user_id=run.started_by_id, marketplace_id=claim.marketplace_id)
    return staff.exclude(role=DeskRole.AUDITOR).filter(user__is_active=True).exists()


def _end(run: PlanRun, ending: Ending, now: dt.datetime) -> None:
    run.ended_at, run.ending = now, ending
    run.save(update_fields=["number", "ended_at", "ending"])


def _tell(run: PlanRun, claim: Claim, detail: str, now: dt.datetime) -> None:
    """Tell who follows the claim, else who began the plan."""
    reader = claim.assigned_to_id or run.started_by_id
    tell([word_to(reader, claim, detail, f"plan:{run.pk}:{run.number}")], now=now)
