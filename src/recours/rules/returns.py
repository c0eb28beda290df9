"""What is owed for the pieces that come back, to the cent."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from recours.rules.money import Money
from recours.rules.refunds import of_pieces


class Line(Struct, frozen=True, kw_only=True):
    """A line of what was agreed to come back: what was paid for all its pieces, and how many of them come."""

    paid: Money
    pieces: int
    coming: int


def owed_for(agreed: Money, lines: Sequence[Line], shipping: Money | None = None) -> Money:
    """Return the part of `agreed` that follows the pieces that come back.

    The agreed sum is shared among the lines by what was paid for each, and the outward shipping where that is part of
    it; a line's share follows the number of its pieces (`of_pieces`). Shipping comes back in full with all the pieces
    and not at all with fewer: it would have been paid for the others alone.
    Worked examples, in cents, for 10000 paid for two pieces and 490 of shipping:

    | agreed | pieces      | coming | owed  |
    |-------:|-------------|--------|------:|
    |  10490 | 2 of 1 line | 2      | 10490 |
    |  10490 | 2 of 1 line | 1      |  5000 |
    |   5245 | 2 of 1 line | 1      |  2500 |
    |   9999 | 2 of 1 line | 1      |  4766 |

    Source: directive 2011/83/EU, art. 13(1), gives back the standard outward shipping with the whole; of a part the
    text says nothing. ADR 0022.
    """
    if all(line.coming == line.pieces for line in lines):
        return agreed
    weights = [line.paid.minor for line in lines] + [shipping.minor if shipping else 0]
    if not any(weights):
        return Money.zero(agreed.currency)
    shares = agreed.split(weights)
    return sum(
        (_of_pieces(share, line) for share, line in zip(shares, lines, strict=False)),
        Money.zero(agreed.currency),
    )


def _of_pieces(share: Money, line: Line) -> Money:
    if line.coming == line.pieces:
        return share
    return of_pieces(share, line.pieces, line.coming, Money.zero(share.currency))
