"""Where a policy gives a consumer less than the law: one warning per article."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from msgspec import Struct

from recours.rules.law import Law, Right
from recours.rules.policy.model import Policy
from recours.rules.windows import Window
from recours.rules.wording import Lang, say
from recours.rules.wording import format as formats
from recours.rules.wording.trace import rule_text, source_text
from recours.rules.written_windows import nominal_days


class Shortfall(Struct, frozen=True, kw_only=True):
    """An entitlement of the law that the policy falls short of.

    `rule` is the line of the policy, `right` the line of the law; the two windows are None where what
    differs is not a length of time (who pays the return).
    """

    rule: str
    right: str
    article: str
    ref: str
    verified: bool
    policy_window: Window | None = None
    law_window: Window | None = None

    def text(self, lang: Lang) -> str:
        """Say it in one sentence that names the article."""
        words = {
            "rule": rule_text(self.rule, lang),
            "right": rule_text(f"law.{self.right}", lang),
            "source": source_text(self.ref, lang),
        }
        if self.policy_window is None or self.law_window is None:
            said = say(lang, "policy.shortfall.who_pays", **words)
        else:
            said = say(
                lang,
                "policy.shortfall.window",
                policy=formats.window(self.policy_window.count, self.policy_window.unit, lang),
                law=formats.window(self.law_window.count, self.law_window.unit, lang),
                **words,
            )
        return said if self.verified else f"{said} {say(lang, 'rights.unverified')}"


#: (line of the policy, right, whether more time is what the consumer is owed). A refund's least is a delay too.
_COMPARED = (
    ("claim.open_after_delivery", "withdrawal", True),
    ("claim.open_after_delivery", "conformity", True),
    ("claim.open_payment", "unauthorised_payment", True),
    ("returns.ship_back", "send_back", True),
    ("refund.not_after", "refund_withdrawal", False),
    ("refund.not_after", "refund_termination", False),
    ("refund.not_after", "refund_conformity", False),
    ("replacement.ship", "conformity_repair", False),
)


def below_the_law(policy: Policy, law: Law, on: date | None = None) -> list[Shortfall]:
    """Return each right of the consumer that the policy falls short of, in force on a day.

    The day is the policy's publication unless given. Windows are compared by length, each from the event it
    is counted from: withdrawing and claiming from receipt, sending back and refunding from the notice.
    """
    return list(_shortfalls(policy, law, on or policy.meta.published_on))


def _shortfalls(policy: Policy, law: Law, on: date) -> Iterator[Shortfall]:
    for rule, key, more_is_better in _COMPARED:
        right = law.find(key, on)
        if right is None or right.window is None:
            continue
        table, _, field = rule.partition(".")
        window: Window = getattr(getattr(policy, table), field)
        gap = nominal_days(window) - nominal_days(right.window)
        if gap < 0 if more_is_better else gap > 0:
            yield _shortfall(rule, right, window)
    faulty = law.find("return_cost_conformity", on)
    if faulty is not None and policy.returns.paid_by == "buyer":
        yield _shortfall("returns.paid_by", faulty, None)


def _shortfall(rule: str, right: Right, window: Window | None) -> Shortfall:
    return Shortfall(
        rule=rule,
        right=right.key,
        article=right.article,
        ref=right.ref,
        verified=right.verified,
        policy_window=window,
        law_window=right.window if window is not None else None,
    )
