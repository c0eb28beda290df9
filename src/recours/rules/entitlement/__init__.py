"""Policy against law: for each entitlement both dates, and the better for the consumer, which is what counts.

Nothing here is legal advice. The readings, all on the side of what can be defended:

- a claim for a refund on goods in hand, made within the term of withdrawal (L221-18), is also read as the
  unambiguous statement that L221-21 asks for: the refund then follows L221-24;
- after that term, faulty goods follow the guarantee of conformity: two years to claim (L217-3), the refund
  fourteen days after the goods or the proof of their sending (L217-17, to be checked), or after the claim
  where no goods go back;
- the thirty days for bringing goods into conformity (L217-10) run from the claim, whatever it asked for first;
- goods that are late or lost follow L216-7 (to be checked), the claim being the notice;
- the law sets no term to claim for what never came, and none between buyer and marketplace for payments but
  that of L133-24 for unauthorised ones: the policy's window is then the only one;
- in a country whose law is not here, the policy is the only side, and every answer says so with `law` None.
"""

from recours.rules.entitlement.comparison import Entitlement, Facts, Kind, Side, entitlements
from recours.rules.entitlement.replacement import ReplacementWindow, replacement_window
from recours.rules.entitlement.terms import (
    CHANGE_OF_MIND,
    FAULTY,
    PAYMENT,
    UNDELIVERED,
    ClaimWindow,
    Payer,
    RefundWindow,
    SendBackWindow,
    claim_window,
    counted_payer,
    late_refund_table,
    refund_right,
    refund_window,
    return_payer,
    send_back_window,
    withdrawal_by_law,
)

__all__ = [
    "CHANGE_OF_MIND",
    "FAULTY",
    "PAYMENT",
    "UNDELIVERED",
    "ClaimWindow",
    "Entitlement",
    "Facts",
    "Kind",
    "Payer",
    "RefundWindow",
    "ReplacementWindow",
    "SendBackWindow",
    "Side",
    "claim_window",
    "counted_payer",
    "entitlements",
    "late_refund_table",
    "refund_right",
    "refund_window",
    "replacement_window",
    "return_payer",
    "send_back_window",
    "withdrawal_by_law",
]
