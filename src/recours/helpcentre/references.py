"""What articles may refer to, and what each reference stands for today: words without parameters, never evaluated."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping

from recours.rules.law import Law, Right
from recours.rules.policy import Policy
from recours.rules.windows import Window
from recours.rules.wording import Lang, say
from recours.rules.wording import format as formats

#: Lines of the policy that are windows.
POLICY_LINES: tuple[str, ...] = (
    "contact.seller_answers",
    "claim.open_after_delivery",
    "claim.open_not_received",
    "claim.open_late",
    "claim.open_payment",
    "seller.response",
    "buyer.response",
    "platform.proposal",
    "platform.ruling",
    "platform.evidence",
    "appeal.window",
    "returns.ship_back",
    "returns.inspect",
    "returns.transit",
    "refund.not_before",
    "refund.not_after",
    "replacement.ship",
    "closed.reopen",
    "withdrawal.undo",
    "offers.expire",
)
#: Sentences that follow from the policy.
SENTENCES: tuple[str, ...] = (
    "seller_silence",
    "contact_first",
    "return_paid_by",
    "original_packaging",
    "promised_refund",
    "better_of_two",
    "appeal_once",
    "platform_decides",
)

_REFERENCE = re.compile(r"\{\{(?P<name>[^{}\n]*)\}\}|\{\{")


class References:
    """What every reference stands for under one policy and one law, in one language."""

    def __init__(
        self, policy: Policy, law: Law | None, lang: Lang, *, on: dt.date, name: str = "", mail: str = ""
    ) -> None:
        self.lang = formats.language(lang)
        self.law = law
        self.values: Mapping[str, str] = {
            **{f"policy.{line}": _window(_line(policy, line), self.lang) for line in POLICY_LINES},
            **dict(_law(law, self.lang, on)),
            **{f"says.{key}": text for key, text in _says(policy, law, self.lang).items()},
            "marketplace.name": name,
            "marketplace.mail": mail,
        }

    def unknown(self, text: str) -> list[str]:
        """Return the references of a text that stand for nothing, each once, as they were written."""
        return list(dict.fromkeys(name for _, name in names_in(text) if name not in self.values))


def names_in(text: str) -> Iterator[tuple[int, str]]:
    """Yield each reference of a text with its line (from 1); one that is never closed is named by what follows."""
    for match in _REFERENCE.finditer(text):
        line = text.count("\n", 0, match.start()) + 1
        name = match["name"]
        yield (
            line,
            name.strip() if name is not None else text[match.end() : match.end() + 20].partition("\n")[0],
        )


def known_names(law: Law | None) -> tuple[str, ...]:
    """Return every reference that may stand in an article under this law, whatever its value."""
    rights = law.rights if law is not None else {}
    return (
        *(f"policy.{line}" for line in POLICY_LINES),
        *(f"law.{key}" for key, lines in rights.items() if lines[-1].window is not None),
        *(f"law.{key}.article" for key in (*rights, *(law.tables if law is not None else ()))),
        *(f"says.{key}" for key in SENTENCES),
        "marketplace.name",
        "marketplace.mail",
    )


def _line(policy: Policy, line: str) -> Window:
    table, _, field = line.partition(".")
    found: Window = getattr(getattr(policy, table), field)
    return found


def _window(window: Window, lang: Lang) -> str:
    return formats.window(window.count, window.unit, lang)


def _law(law: Law | None, lang: Lang, on: dt.date) -> Iterator[tuple[str, str]]:
    """What is not in force on the day is not there: an article that cites it cannot be published then."""
    if law is None:
        return
    for key in law.rights:
        right = law.find(key, on)
        if right is None:
            continue
        if right.window is not None:
            yield f"law.{key}", _window(right.window, lang)
        yield f"law.{key}.article", _article(right.code, right.article, right.verified, lang)
    for key in law.tables:
        table = law.table(key, on)
        if table is not None:
            yield f"law.{key}.article", _article(table.code, table.article, table.verified, lang)


def _article(code: str, article: str, verified: bool, lang: Lang) -> str:
    named = say(lang, f"helpcentre.article.{code}", article=article)
    return named if verified else say(lang, "helpcentre.unverified", article=named)


def _says(policy: Policy, law: Law | None, lang: Lang) -> dict[str, str]:
    """Choose each sentence by what the policy says, and by whether the country's law is known."""
    faulty: Right | None = None
    if law is not None and "return_cost_conformity" in law.rights:
        faulty = law.rights["return_cost_conformity"][-1]
    payer = f"return_paid_by_{policy.returns.paid_by.removeprefix('by_')}"
    if policy.returns.paid_by == "buyer" and faulty is not None:
        payer = "return_paid_by_buyer_law"
    first, last = policy.refund.not_before, _window(policy.refund.not_after, lang)
    if first.count:
        refund = say(lang, "helpcentre.says.promised_refund_between", first=_window(first, lang), last=last)
    else:
        refund = say(lang, "helpcentre.says.promised_refund_by", last=last)
    if law is not None:
        refund = f"{refund} {say(lang, 'helpcentre.says.promised_refund_law')}"
    contact = "contact_first_required" if policy.contact.required else "contact_first_free"
    packaging = "original_packaging_asked" if policy.returns.original_packaging else "original_packaging_free"
    better = "better_of_two_law" if law is not None else "better_of_two_policy"
    return {
        "seller_silence": say(lang, f"helpcentre.says.seller_silence_{policy.seller.silence}"),
        "contact_first": say(
            lang, f"helpcentre.says.{contact}", answers=_window(policy.contact.seller_answers, lang)
        ),
        "return_paid_by": say(lang, f"helpcentre.says.{payer}"),
        "original_packaging": say(lang, f"helpcentre.says.{packaging}"),
        "promised_refund": refund,
        "better_of_two": say(lang, f"helpcentre.says.{better}"),
        "appeal_once": say(lang, "helpcentre.says.appeal_once", window=_window(policy.appeal.window, lang)),
        "platform_decides": say(
            lang,
            "helpcentre.says.platform_decides",
            proposal=_window(policy.platform.proposal, lang),
            ruling=_window(policy.platform.ruling, lang),
        ),
    }
