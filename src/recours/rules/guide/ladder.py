"""Which way leads out of a trouble, rung by rung, and where somebody stands on it."""

from __future__ import annotations

from recours.rules.guide.answers import Answers, Trouble
from recours.rules.guide.model import Climbed, Mark, Rung, Way
from recours.rules.letters import Step
from recours.rules.profile import Address, Fact, Profile

WAYS: dict[Way, tuple[Rung, ...]] = {
    Way.LADDER: (Rung.HELP_CENTRE, Rung.SELLER, Rung.DISPUTE, Rung.SUPPORT, Rung.LETTER),
    Way.WITHDRAWAL: (Rung.DECLARE, Rung.DISPUTE, Rung.SUPPORT, Rung.LETTER),
    Way.REFUND: (Rung.SELLER, Rung.DISPUTE, Rung.SUPPORT, Rung.LETTER),
    Way.BANK: (Rung.BANK, Rung.DISPUTE, Rung.SUPPORT, Rung.LETTER),
    Way.FAULT: (Rung.HELP_CENTRE, Rung.SUPPORT, Rung.LETTER),
}
_STEPS = {
    Step.HELP_CENTRE: {Rung.HELP_CENTRE},
    Step.SELLER: {Rung.SELLER, Rung.DECLARE},
    Step.DISPUTE: {Rung.DISPUTE},
    Step.SUPPORT: {Rung.SUPPORT},
}


def way_of(trouble: Trouble | None) -> Way:
    """Return the way that leads out of a trouble; the whole ladder while nothing is known."""
    if trouble is None:
        return Way.LADDER
    if trouble.is_payment:
        return Way.BANK
    ways = {
        Trouble.CHANGE_OF_MIND: Way.WITHDRAWAL,
        Trouble.REFUND_LATE: Way.REFUND,
        Trouble.TECHNICAL_FAULT: Way.FAULT,
    }
    return ways.get(trouble, Way.LADDER)


def rungs_of(trouble: Trouble | None) -> tuple[Rung, ...]:
    """Return the rungs, in order. Of a swindle the bank and the police are told, and nobody else answers for it; a
    charge that was never agreed to is contested by a letter to the bank, with nothing to open before it.
    """
    if trouble is Trouble.FRAUD:
        return (Rung.BANK, Rung.FRAUD)
    if trouble is Trouble.UNAUTHORISED_CHARGE:
        return (Rung.BANK, Rung.FRAUD, Rung.SUPPORT, Rung.LETTER)
    return WAYS[way_of(trouble)]


def ladder(answers: Answers, profile: Profile, shut: frozenset[Rung] = frozenset()) -> tuple[Climbed, ...]:
    """Return every rung with what was done of it; `shut` are those that can no longer be climbed.

    Next is the first open one after the last that was climbed. What was passed over stays open, and is told to who
    writes the letter.
    """
    rungs = rungs_of(answers.trouble)
    if Rung.DECLARE in shut and answers.claimed_on is None:
        # What can no longer be declared can still be asked for.
        rungs = tuple(Rung.SELLER if rung is Rung.DECLARE else rung for rung in rungs)
    tried = {rung: each for each in answers.tried for rung in _STEPS[each.step] if rung in rungs}
    done = {rung: each.on for rung, each in tried.items()}
    if answers.trouble is Trouble.CHANGE_OF_MIND and answers.claimed_on is not None:
        done.setdefault(Rung.DECLARE, answers.claimed_on)
    last = max((rungs.index(rung) for rung in done), default=-1)
    following = next((rung for rung in rungs[last + 1 :] if rung not in shut), None)

    def mark(rung: Rung) -> Mark:
        if rung in done:
            return Mark.DONE
        if rung in shut:
            return Mark.SHUT
        if rung is following:
            return Mark.NEXT
        is_before = following is None or rungs.index(rung) < rungs.index(following)
        return Mark.LEFT_OUT if is_before else Mark.LATER

    return tuple(
        Climbed(
            rung=rung,
            mark=mark(rung),
            on=done.get(rung),
            said=tried[rung].text.strip() if rung in tried else "",
            how=how(rung, profile, answers),
        )
        for rung in rungs
    )


def how(rung: Rung, profile: Profile, answers: Answers) -> Fact | Address | None:
    """Return what the profile says of a rung; None where it is not the marketplace that is turned to."""
    facts: dict[Rung, Fact | Address | None] = {
        Rung.HELP_CENTRE: profile.help_centre,
        Rung.SELLER: profile.seller_about_order,
        Rung.DECLARE: profile.seller_about_order,
        Rung.DISPUTE: profile.dispute,
        Rung.SUPPORT: profile.customer_service,
        Rung.LETTER: None if answers.trouble is Trouble.UNAUTHORISED_CHARGE else profile.address,
    }
    return facts.get(rung)
