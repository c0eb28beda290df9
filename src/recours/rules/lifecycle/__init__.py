"""The life of a claim: one table of acts, `decide` and `evolve`, and what is due."""

from recours.rules.lifecycle.deadlines import Rulebook, deadlines
from recours.rules.lifecycle.decide import decide
from recours.rules.lifecycle.evolve import evolve, replay

__all__ = ["Rulebook", "deadlines", "decide", "evolve", "replay"]
