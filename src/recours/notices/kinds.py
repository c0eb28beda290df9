"""The kinds of news: what a mail and a line behind the bell can be about."""

from __future__ import annotations

from enum import StrEnum


class Kind(StrEnum):
    """Words for each are under `notices.kind` in the wording."""

    MESSAGE = "message"
    """Somebody wrote."""
    OFFER = "offer"
    """Somebody proposed a remedy, or answered a proposal."""
    CLAIM = "claim"
    """The claim moved: opened, answered, granted, escalated, closed."""
    DEADLINE = "deadline"
    """Something must be done within three days, or one."""
    RULING = "ruling"
    """The platform decided, or proposed."""
    REFUND = "refund"
    """Money was sent, or is late."""

    @property
    def protects(self) -> bool:
        """Whether its mail guards a right, so that it cannot be switched off."""
        return self not in {Kind.MESSAGE, Kind.OFFER}
