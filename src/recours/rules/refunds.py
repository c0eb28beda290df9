"""How much is owed for some pieces of a line, how a sum owed is shared among things, and among payments.

The algorithm, with worked tables that the tests read: docs/refunds.md.
"""

from __future__ import annotations

from collections.abc import Sequence

from recours.rules.money import Money, exponent


def of_pieces(paid: Money, quantity: int, pieces: int, refunded: Money) -> Money:
    """Return what `pieces` of the `quantity` that `paid` bought are worth, after `refunded` of it went back.

    The first p pieces together are worth paid x p / quantity, rounded up to the minor unit, and the next ones are worth
    what they add to that: so pieces refunded one by one add up to the line exactly, whatever the currency. Which
    pieces went back before is read from what was refunded. Never more than is left. `quantity` is above zero,
    `pieces` not above it.
    """
    gone = refunded.minor * quantity // paid.minor if paid.minor else quantity
    gone = min(gone, quantity - pieces)
    worth = _rounded_up(paid.minor * (gone + pieces), quantity) - _rounded_up(paid.minor * gone, quantity)
    return Money(min(worth, paid.minor - refunded.minor), paid.currency)


def _rounded_up(numerator: int, denominator: int) -> int:
    return -(-numerator // denominator)


def needs_second_person(owed: Money, above: int | None, currency: str) -> bool:
    """Whether a debt is more than one person may send: above so many whole units of the policy's currency.

    A debt in another currency cannot be held against the limit, and is approved always; without a limit none is.
    """
    if above is None:
        return False
    return owed.currency != currency or owed.minor > above * 10 ** exponent(currency)


def spread(amount: Money, weights: Sequence[Money], most: Sequence[Money]) -> tuple[Money, ...]:
    """Share `amount` in proportion to the weights, and give no part more than its `most`.

    What one part cannot take goes to the others, in the same proportion. The parts add up to the amount exactly, or
    to the sum of `most` where that is less. All in one currency, none below zero. Worked examples, in cents:

    | amount | weights    | most       | parts      |
    |-------:|------------|------------|------------|
    |    100 | 300, 100   | 300, 100   | 75, 25     |
    |    100 | 300, 100   | 50, 100    | 50, 50     |
    |    100 | 300, 0     | 60, 60     | 60, 40     |
    |    500 | 300, 100   | 300, 100   | 300, 100   |
    """
    room = [cap.minor for cap in most]
    given = [0] * len(room)
    left = min(amount.minor, sum(room))
    while left > 0:
        free = [index for index in range(len(room)) if given[index] < room[index]]
        shares = [weights[index].minor for index in free]
        if not any(shares):  # only things that weigh nothing have room left
            shares = [room[index] - given[index] for index in free]
        for index, part in zip(free, Money(left, amount.currency).split(shares), strict=True):
            taken = min(part.minor, room[index] - given[index])
            given[index] += taken
            left -= taken
    return tuple(Money(minor, amount.currency) for minor in given)


def fill(parts: Sequence[Money], payments: Sequence[Money]) -> tuple[tuple[Money, ...], ...]:
    """Send the parts back to payments that can still take so much each: for each payment, its share of every part.

    All goes to the first payment that can take all; where none can, to one after the other in the order given. The
    parts that no payment can take are left out. All in one currency, none below zero.
    """
    total = sum(part.minor for part in parts)
    whole = next((index for index, room in enumerate(payments) if room.minor >= total), None)
    left = [part.minor for part in parts]
    filled = []
    for index, room in enumerate(payments):
        space = room.minor if whole in (None, index) else 0
        shares = []
        for number, part in enumerate(parts):
            taken = min(left[number], space)
            left[number] -= taken
            space -= taken
            shares.append(Money(taken, part.currency))
        filled.append(tuple(shares))
    return tuple(filled)
