"""Everything that changes a claim: one module per subject, `store` the only writer of rows and events."""

from recours.claims.commands.acting import act
from recours.claims.commands.opening import OpeningRequest, open_claim

__all__ = ["OpeningRequest", "act", "open_claim"]
