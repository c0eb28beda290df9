"""Money on its way back as rows, and what providers and banks told of it."""

from recours.refunds.models.credits import StoreCredit
from recours.refunds.models.refunds import (
    BANK,
    CREDIT,
    Chargeback,
    LedgerEntry,
    PayoutAccount,
    ProviderEvent,
    ProviderFailing,
    Reconciliation,
    Refund,
    RefundPart,
    Transfer,
    TransferFile,
)

__all__ = [
    "BANK",
    "CREDIT",
    "Chargeback",
    "LedgerEntry",
    "PayoutAccount",
    "ProviderEvent",
    "ProviderFailing",
    "Reconciliation",
    "Refund",
    "RefundPart",
    "StoreCredit",
    "Transfer",
    "TransferFile",
]
