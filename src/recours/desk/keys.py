"""Which key presses which act: the same letter on every claim. Letters are of the French words, where they are free."""

from __future__ import annotations

from recours.rules.lifecycle.vocabulary import Act

ACT_KEYS = {
    Act.TAKE: "s",
    Act.RULE: "d",
    Act.PROPOSE: "p",
    Act.ASK_EVIDENCE: "e",
    Act.ASSIGN: "a",
    Act.RELEASE: "r",
    Act.RECORD_RETURN_ARRIVAL: "t",
    Act.TRACE_REFUND: "v",
}
