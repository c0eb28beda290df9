"""The guide's result, which counts, words and lays out everything, against its first page, which does none of that."""

from __future__ import annotations

import datetime as dt
import statistics
from collections.abc import Iterator

from recours_bench.figures import Figure, median_ms, timed

TIMES = 40
AIM_TIMES, AIM_BYTES = 6.0, 80_000


def figures() -> Iterator[Figure]:
    """A broken headset at AliExpress: five dates, four rights, six texts, five doors; no database is asked."""
    from django.test import Client

    from recours.cli.setup import prepare_to_serve
    from recours.guide.state import State, sealed
    from recours.rules.guide import Answers, Question, Trouble, Wanted
    from recours.rules.letters import Step, Tried
    from recours.rules.money import Money

    prepare_to_serve()
    today = dt.datetime.now(dt.UTC).date()
    answers = Answers(
        trouble=Trouble.DAMAGED,
        ordered_on=today - dt.timedelta(days=20),
        delivered_on=today - dt.timedelta(days=8),
        order_number="8150-77",
        product="Casque Nova, noir",
        amount=Money(8990, "EUR"),
        tried=(Tried(on=today - dt.timedelta(days=7), step=Step.SELLER, text="Sans réponse."),),
        wanted=Wanted.REFUND,
        story="L’arceau est cassé net. " * 20,
    )
    state = sealed(
        State(profile="aliexpress_fr", answers=answers, done=tuple(question.value for question in Question))
    )
    client = Client(headers={"host": "localhost"})
    whole, first, size = [], [], 0
    for number in range(TIMES + 1):
        with timed() as door:
            client.get("/guide/")
        with timed() as result:
            page = client.post("/guide/", {"state": state, "at": "result"})
        if number:  # the first one compiles templates and reads texts and laws
            whole.append(result.seconds)
            first.append(door.seconds)
            size = len(page.content)
    yield Figure("la page de résultat", median_ms(whole), "ms", note="à chaud")
    yield Figure("la première page du guide", median_ms(first), "ms")
    ratio = statistics.median(a / b for a, b in zip(whole, first, strict=True))
    yield Figure("rapport", ratio, "fois", aim=AIM_TIMES)
    yield Figure("octets de la page", size, "octets", aim=AIM_BYTES)
    yield Figure("octets des réponses dans la page", len(state), "octets")
