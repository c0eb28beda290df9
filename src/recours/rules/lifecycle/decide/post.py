"""What went and came by post. The order of a letter's days is judged by `rules.posting`; here it becomes history."""

from __future__ import annotations

from recours.rules.lifecycle import commands as c
from recours.rules.lifecycle import events as e
from recours.rules.lifecycle.claim import Claim
from recours.rules.lifecycle.decide.context import Context


def prepare(claim: Claim, command: c.PrepareLetter, context: Context) -> e.Event:
    """Record that a letter was made; the claim goes on as before."""
    return e.LetterPrepared(
        at=context.now,
        by=command.by,
        letter=command.letter,
        sort=command.sort,
        sha256=command.sha256,
    )


def hand_in(claim: Claim, command: c.PostLetter, context: Context) -> e.Event:
    """Record that a letter was handed in to the post."""
    return e.LetterPosted(
        at=context.now,
        by=command.by,
        letter=command.letter,
        posted_on=command.posted_on,
        provider=command.provider,
        tracking=command.tracking,
    )


def follow(claim: Claim, command: c.FollowLetter, context: Context) -> e.Event:
    """Record what became of a letter."""
    return e.LetterFollowed(
        at=context.now, by=command.by, letter=command.letter, step=command.step, on=command.on
    )


def correct(claim: Claim, command: c.CorrectLetter, context: Context) -> e.Event:
    """Record that a step was told wrong; what was told before stays in the history."""
    return e.LetterCorrected(
        at=context.now,
        by=command.by,
        letter=command.letter,
        step=command.step,
        was=command.was,
        on=command.on,
    )


def note_quiet(claim: Claim, command: c.NoteQuietLetter, context: Context) -> e.Event:
    """Record that nothing is heard of a letter any more."""
    return e.LetterWentQuiet(
        at=context.now,
        by=command.by,
        letter=command.letter,
        side=command.side,
        standing=command.standing,
        since=command.since,
    )


def register(claim: Claim, command: c.RegisterLetter, context: Context) -> e.Event:
    """Record that a letter came. Its dates were checked by `posting.came`."""
    return e.LetterRegistered(
        at=context.now,
        by=command.by,
        exhibit=command.exhibit,
        sender=command.sender,
        received_on=command.received_on,
        presented_on=command.presented_on,
        corrects=command.corrects,
    )
