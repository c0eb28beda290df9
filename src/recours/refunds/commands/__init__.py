"""Everything that happens to a refund: prepared from a claim, sent to its provider, recorded, tried again."""

from recours.refunds.commands.approving import approve, may_approve, refuse
from recours.refunds.commands.hearing import Heard, hear, hear_what_was_left
from recours.refunds.commands.paying import submit, submit_due
from recours.refunds.commands.preparing import Prepared, prepare
from recours.refunds.commands.reconciling import Reconciled, check, reconcile
from recours.refunds.commands.recording import cancel, record_failure, record_transfer, retry
from recours.refunds.commands.tracing import look_up

__all__ = [
    "Heard",
    "Prepared",
    "Reconciled",
    "approve",
    "cancel",
    "check",
    "hear",
    "hear_what_was_left",
    "look_up",
    "may_approve",
    "prepare",
    "reconcile",
    "record_failure",
    "record_transfer",
    "refuse",
    "retry",
    "submit",
    "submit_due",
]
