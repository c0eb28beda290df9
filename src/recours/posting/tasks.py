"""Jobs about letters."""

from __future__ import annotations

import contextlib
from uuid import UUID

from recours import jobs
from recours.posting.commands import alerting, fetching, sending
from recours.posting.refusals import PostingSilent, ProofNotYet


@jobs.task("posting.submit")
def submit(letter_id: str) -> None:
    """Send one letter; nothing when somebody has just done so."""
    sending.submit(UUID(letter_id))


@jobs.periodic("posting.submit_due", cron="* * * * *")
def submit_due() -> None:
    """Have letters sent that a lost job left, and tried again with their key where no answer came."""
    sending.queue_due()


@jobs.task("posting.fetch_news")
def fetch_news(letter_id: str) -> None:
    """Ask what became of one letter, and for its documents; no news is no error."""
    with contextlib.suppress(PostingSilent, ProofNotYet):
        fetching.fetch_news(UUID(letter_id))


@jobs.periodic("posting.queue_news", cron="11 * * * *")
def queue_news() -> None:
    """Have providers asked about letters of which their webhooks told nothing for a day."""
    fetching.queue_news()


@jobs.periodic("posting.alert_quiet", cron="23 * * * *")
def alert_quiet() -> None:
    """Tell of letters that nobody hears of any more, each once."""
    alerting.alert_quiet()
