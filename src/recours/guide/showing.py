"""The result: what follows from the answers, worded for who gave them."""

from __future__ import annotations

import datetime as dt
from typing import Any

from recours.claims.presentation.rights import rights_of
from recours.guide.carrying import Carried
from recours.guide.lettering import KINDS
from recours.guide.telling import told
from recours.rules.guide import Outcome, outcome
from recours.rules.law import law_of


def outcome_of(found: Carried, now: dt.datetime) -> Outcome:
    """Return what follows from the answers, by the conditions and the law of the profile."""
    profile = found.profile
    return outcome(found.state.answers, profile, profile.policy, law_of(profile.meta.country), now)


def result(found: Carried, now: dt.datetime) -> dict[str, Any]:
    """Return the context of the result page."""
    came = outcome_of(found, now)
    policy, country = found.profile.policy, found.profile.meta.country
    return {
        "rights": rights_of(came.rights, policy.calendar.zone, country),
        "letters": [str(KINDS[kind][0]) for kind in came.letters],
        "is_kept": bool(found.state.kept),
        "told": told(came.answers),
    }
