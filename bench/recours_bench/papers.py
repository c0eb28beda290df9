"""The file of a claim with 20 messages and 8 photographs, against Typst alone on the same data in the same process."""

from __future__ import annotations

import datetime as dt
import io
import statistics
from collections.abc import Iterator
from typing import Any

from recours_bench.figures import Figure, median_ms, timed
from recours_bench.typst_alone import seconds_alone

ROUNDS = 5
MESSAGES = 20
PHOTOGRAPHS = 8
LONG = (200, 24)
"""Messages and photographs of the longest that a claim can have."""


_APART = dt.timedelta(hours=1)


def figures() -> Iterator[Figure]:
    """Ours reads the claim, words it, draws its pictures smaller and starts a process; Typst alone only sets it."""
    from recours.dossier.bundle import bundle
    from recours.dossier.paper import paper
    from recours.dossier.queries import gather, opened_as
    from recours.rules.lifecycle.vocabulary import Role

    reference = _a_claim(MESSAGES, PHOTOGRAPHS)
    ours, bare = [], []
    for _ in range(ROUNDS):
        with timed() as whole:
            paper(gather(opened_as(reference, Role.BUYER)))
        ours.append(whole.seconds)
        bare.append(_bare(gather(opened_as(reference, Role.BUYER))))
    note = f"{MESSAGES} messages, {PHOTOGRAPHS} photographies"
    yield Figure("le dossier en PDF", median_ms(ours), "ms", note=note)
    yield Figure("Typst seul, mêmes données", median_ms(bare), "ms")
    yield Figure(
        "rapport", statistics.median(a / b for a, b in zip(ours, bare, strict=True)), "fois", aim=6.0
    )
    with timed() as zipped:
        size = sum(map(len, bundle(gather(opened_as(reference, Role.AGENT))).stream()))
    yield Figure("le ZIP, tous originaux", zipped.seconds * 1000, "ms", note=f"{size / 1e6:.1f} Mo")
    long = _a_claim(*LONG)
    with timed() as longest:
        content = paper(gather(opened_as(long, Role.BUYER)))
    note = f"{LONG[0]} messages, {LONG[1]} photographies, {len(content) / 1e6:.1f} Mo"
    yield Figure("le plus long", longest.seconds * 1000, "ms", note=note)


def _bare(gathered: Any) -> float:
    from recours.dossier.contents import whole
    from recours.dossier.pictures import pictures_of
    from recours.typesetting import typesetter

    pictures = pictures_of(gathered.evidence, gathered.role)
    data = typesetter._json(whole(gathered, {number: name for number, (name, _) in pictures.items()}))
    return seconds_alone("dossier/claim.typ", data, dict(pictures.values()), ["a-2b"])


def _a_claim(messages: int, photographs: int) -> str:
    from django.core.files.uploadedfile import SimpleUploadedFile

    from recours import clock
    from recours.claims.commands import open_claim
    from recours.claims.commands.evidence import add_evidence, write_message
    from recours.files.commands import store_upload
    from recours.rules.lifecycle.claim import Actor
    from recours.rules.lifecycle.vocabulary import Role
    from recours_bench.world import a_place, orders, request_for

    place = a_place()
    actor = Actor(Role.BUYER, place.users[0])
    claim = open_claim(request_for(orders(place, 1)[0]), by=actor)
    for number in range(messages):
        side = Actor(Role.BUYER if number % 2 else Role.SELLER, place.users[0])
        # Far enough apart for the limits that stop who floods.
        at = clock.now() + number * _APART
        write_message(claim_id=claim.pk, by=side, text=f"Message {number}. " + "Des mots. " * 40, now=at)
    for number in range(photographs):
        side = Actor(Role.BUYER if number % 2 else Role.SELLER, place.users[0])
        upload = SimpleUploadedFile(f"photo-{number}.jpg", _photograph(number))
        add_evidence(claim_id=claim.pk, by=side, files=[store_upload(upload=upload, by=None)])
    return claim.reference


def _photograph(number: int) -> bytes:
    """As busy as a photograph."""
    from PIL import Image

    made = io.BytesIO()
    noise = Image.effect_noise((400, 300), 40 + number).resize((1600, 1200)).convert("RGB")
    noise.save(made, "JPEG", quality=85)
    return made.getvalue()
