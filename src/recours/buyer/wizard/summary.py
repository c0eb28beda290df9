"""The last page: what will be sent, and what will happen then, as the rules decide it for this very claim."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext

from recours.buyer.wizard.progress import Progress
from recours.claims.claimable import files_of
from recours.claims.commands.opening import Birth, foresee_claim
from recours.claims.presentation import terms_text, word
from recours.claims.presentation.status import is_turn_of
from recours.rules.entitlement import counted_payer
from recours.rules.lifecycle.allowed import as_of
from recours.rules.lifecycle.claim import Claim, Deadline, Terms
from recours.rules.lifecycle.standing import standing
from recours.rules.lifecycle.vocabulary import About, Remedy, Role, State
from recours.rules.refusals import Refusal
from recours.rules.wording import say
from recours.rules.wording.format import day
from recours.rules.wording.trace import trace_lines
from recours.ui.language import lang


def summary(progress: Progress) -> dict[str, Any]:
    """Return what the page shows; when the rules refuse the claim as it stands, why instead of what would happen."""
    taken_in = progress.matter.conversation
    context: dict[str, Any] = {
        "rows": _rows(progress),
        "messages_since": taken_in.started_at if taken_in else None,
        "conversation": taken_in,
        "brought": progress.matter.brought,
    }
    try:
        request = progress.request()
        birth = foresee_claim(request, by=progress.actor, now=progress.matter.now)
    except Refusal as refusal:
        return context | refused(refusal)
    return context | {
        "contact_first": request.contact_first,
        "next": _next(birth),
        "to_platform": birth.claim.state is State.WITH_PLATFORM,
    }


def refused(refusal: Refusal) -> dict[str, Any]:
    return {"refusal": {"why": refusal.explain(lang()), "remedy": refusal.remedy(lang())}}


def _next(birth: Birth) -> dict[str, Any]:
    """Say whose turn it would be, until when, what silence would do, and when the money would come."""
    claim, zone = birth.claim, birth.rules.calendar.zone
    said = standing(claim, Role.BUYER, birth.rules)
    deadline = said.deadline
    return {
        "turn": said.turn(lang()),
        "silence": said.silence(lang()),
        "due_at": deadline.due_at if deadline else None,
        "steps": _steps(deadline, zone),
        "yours": is_turn_of(claim, Role.BUYER),
        "then": _after_silence(claim, birth),
    }


def _steps(deadline: Deadline | None, zone: str) -> list[str]:
    return trace_lines(deadline.trace, zone, lang()) if deadline else []


def _after_silence(claim: Claim, birth: Birth) -> str:
    """Say what would be next if the first deadline passed without a word, where that brings money or goods."""
    deadline = claim.next_deadline
    if deadline is None:
        return ""
    after = as_of(claim, birth.rules, deadline.due_at)
    if after.state is claim.state or after.state is State.WITH_PLATFORM:
        return ""
    turn = standing(after, Role.BUYER, birth.rules).turn(lang())
    return turn[:1].lower() + turn[1:]


def _rows(progress: Progress) -> list[dict[str, Any]]:
    """Return each answer with the step where it can be changed."""
    matter, answers = progress.matter, progress.answers
    rows = [{"what": gettext("Concerne"), "lines": _about(progress), "step": "lines"}]
    if ground := answers.get("ground"):
        rows.append({"what": gettext("Motif"), "lines": [word("ground", ground["ground"])], "step": "ground"})
    if told := answers.get("received"):
        rows.append({"what": gettext("Reçu le"), "lines": [day(told["day"], lang())], "step": "received"})
    if "wanted" in answers:
        rows.append({"what": gettext("Demande"), "lines": _wanted(progress), "step": "wanted"})
    if story := answers.get("story"):
        rows.append({"what": gettext("Explication"), "text": story["explanation"], "step": "story"})
    names = [file.original_name for file in files_of(matter.draft)] if matter.draft else []
    rows.append({"what": gettext("Pièces"), "lines": names or [gettext("aucune")], "step": "story"})
    known = {step.slug for step in progress.steps}
    return [{**row, "url": matter.url(str(row["step"])) if row["step"] in known else ""} for row in rows]


def _about(progress: Progress) -> list[str]:
    matter = progress.matter
    if matter.about is About.PAYMENT and matter.payment is not None:
        return [gettext("Paiement %(ref)s") % {"ref": matter.payment.ref}]
    if matter.about is About.PURCHASE:
        return [gettext("Un achat qui a échoué sur %(site)s") % {"site": matter.buyer.marketplace.name}]
    titles = {line.pk: line.title for line in matter.lines}
    return [
        titles[pk] if count == 1 else f"{count} × {titles[pk]}" for pk, count in progress.quantities.items()
    ]


def _wanted(progress: Progress) -> list[str]:
    wanted, ground = progress.answers["wanted"], progress.answers["ground"]["ground"]
    if wanted["amount"] is None and wanted["remedy"] is Remedy.REFUND:
        return [word("remedy", wanted["remedy"])]
    if not ground.goods_received and wanted["amount"] is not None:
        # Nothing was received that could go back: "without a return" would puzzle.
        return [say(lang(), "terms.refund", amount=wanted["amount"])]
    rules = progress.matter.rules
    terms = Terms(
        remedy=wanted["remedy"],
        amount=wanted["amount"],
        goods_return=wanted["goods_return"],
        return_paid_by=Role(counted_payer(ground, rules.policy, rules.law))
        if wanted["goods_return"]
        else None,
    )
    return [terms_text(terms)]
