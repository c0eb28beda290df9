"""One formal letter, from what was said to the PDF, against Typst alone on the same data in the same process."""

from __future__ import annotations

import datetime as dt
import json
import statistics
from collections.abc import Iterator

import msgspec

from recours_bench.figures import Figure, median_ms, timed
from recours_bench.typst_alone import seconds_alone

ROUNDS = 15
STORY = {
    "kind": "refund_overdue",
    "sender": {"name": "Alice Martin", "address": ["3 rue des Lilas", "69003 Lyon"]},
    "addressee": {"name": "Place Exemple", "address": ["6 rue du Port", "75002 Paris"]},
    "place": "Lyon",
    "written_on": "2026-06-20",
    "order_number": "C-1001",
    "product": "Casque Nova",
    "amount": "89,90",
    "ordered_on": "2026-04-01",
    "delivered_on": "2026-04-20",
    "claimed_on": "2026-04-25",
    "sent_back_on": "2026-04-28",
    "story": "L’arceau est cassé net. " * 20,
    "tried": [{"on": "2026-05-14", "step": "seller", "text": "Sans réponse."}],
    "enclosures": [{"title": "Preuve de dépôt"}],
}


def figures() -> Iterator[Figure]:
    """Ours reads the story, words it and starts a process; Typst alone only sets it."""
    from recours.letters import paper
    from recours.rules.calendars import Calendar
    from recours.rules.law import law_of
    from recours.rules.letters import read_story, write

    content = json.dumps(STORY).encode()
    law, calendar = law_of("FR"), Calendar("Europe/Paris", "FR")
    if law is None:
        raise LookupError("FR")
    ours, worded, bare = [], [], []
    for number in range(ROUNDS + 1):
        with timed() as words:
            story = read_story(content)
            prepared = write(story, law, calendar)
        with timed() as whole:
            paper(prepared, story)
        alone = _bare(msgspec.to_builtins(prepared.letter))
        if number:  # the first one loads fonts and texts from the disk
            worded.append(words.seconds)
            ours.append(words.seconds + whole.seconds)
            bare.append(alone)
    yield Figure("une lettre en PDF", median_ms(ours), "ms", note="à chaud")
    yield Figure("dont les mots et les articles", median_ms(worded), "ms")
    yield Figure("Typst seul, mêmes données", median_ms(bare), "ms")
    yield Figure(
        "rapport", statistics.median(a / b for a, b in zip(ours, bare, strict=True)), "fois", aim=6.0
    )


def _bare(letter: dict[str, object]) -> float:
    from recours.letters.paper import WORDS

    data = json.dumps(letter | {"annexes": [], "words": WORDS})
    written_on = int(dt.datetime(2026, 6, 20, tzinfo=dt.UTC).timestamp())
    return seconds_alone("letters/letter.typ", data, {}, ["a-2a", "ua-1"], timestamp=written_on)
