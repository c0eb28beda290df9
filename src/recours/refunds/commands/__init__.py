"""Everything that happens to a refund: prepared from a claim, sent to its provider, recorded, tried again."""

from recours.refunds.commands.alerting import alert_stuck
from recours.refunds.commands.approving import account_key, approve, may_approve, refuse
from recours.refunds.commands.bank_files import BankFileRead, read_bank_file
from recours.refunds.commands.crediting import mark_credit_used, void_credit
from recours.refunds.commands.expiring import remind_of_credits
from recours.refunds.commands.handling import mark_handled
from recours.refunds.commands.hearing import Heard, hear, hear_what_was_left
from recours.refunds.commands.paying import queue_due, submit, submit_due
from recours.refunds.commands.preparing import Prepared, prepare
from recours.refunds.commands.reconciling import Reconciled, check, reconcile
from recours.refunds.commands.recording import cancel, record_failure, record_transfer, retry
from recours.refunds.commands.surcharges import order_surcharge, post_surcharges
from recours.refunds.commands.telling import ask_accounts
from recours.refunds.commands.tracing import look_up
from recours.refunds.commands.transferring import give_account, make_transfer_file

__all__ = [
    "BankFileRead",
    "Heard",
    "Prepared",
    "Reconciled",
    "account_key",
    "alert_stuck",
    "approve",
    "ask_accounts",
    "cancel",
    "check",
    "give_account",
    "hear",
    "hear_what_was_left",
    "look_up",
    "make_transfer_file",
    "mark_credit_used",
    "mark_handled",
    "may_approve",
    "order_surcharge",
    "post_surcharges",
    "prepare",
    "queue_due",
    "read_bank_file",
    "reconcile",
    "record_failure",
    "record_transfer",
    "refuse",
    "remind_of_credits",
    "retry",
    "submit",
    "submit_due",
    "void_credit",
]
