"""A photograph of 4 MB given as evidence, through HTTP to its answer: judged in a child process, redrawn, kept, told.

Beside it the two least costs of the same work: Pillow decoding and encoding the picture by itself, and its bytes forced
to the disk.
"""

from __future__ import annotations

import http.client
import io
import os
import statistics
import tempfile
from collections.abc import Iterator

from recours_bench.figures import Figure, median_ms, timed
from recours_bench.http import SECRET, _cookies, _server, _session

ROUNDS = int(os.environ.get("RECOURS_BENCH_ROUNDS", "10"))
BYTES = 4_000_000


def figures() -> Iterator[Figure]:
    from recours.claims.commands import open_claim
    from recours.cli.setup import prepare_to_serve
    from recours.rules.lifecycle.claim import Actor
    from recours.rules.lifecycle.vocabulary import Role
    from recours_bench.world import a_place, orders, request_for

    prepare_to_serve()
    place = a_place()
    [bought] = orders(place, 1)
    user = dict(zip(place.buyers, place.users, strict=False))[bought[2]]
    claim = open_claim(request_for(bought), by=Actor(Role.BUYER, user))
    session = _session(user)
    ours, drawn, forced = [], [], []
    picture = _photograph()
    with _server() as port:
        connection = http.client.HTTPConnection("127.0.0.1", port)
        for number in range(ROUNDS):
            content = picture + bytes([number])  # another content each time: nothing is there already
            with timed() as watch:
                _give(connection, f"/claims/{claim.reference}/evidence/", session, content)
            ours.append(watch.seconds)
            drawn.append(_drawn(content))
            forced.append(_forced(content))
    yield Figure(
        "une photo, de l'envoi à la réponse", median_ms(ours), "ms", note=f"{len(picture) / 1e6:.1f} Mo"
    )
    yield Figure("Pillow seul, décoder et encoder", median_ms(drawn), "ms")
    yield Figure("écrire et forcer sur le disque", median_ms(forced), "ms")
    yield Figure("rapport à Pillow", _ratio(ours, drawn), "fois")
    yield Figure("rapport à l'écriture", _ratio(ours, forced), "fois")


def _ratio(ours: list[float], theirs: list[float]) -> float:
    return statistics.median(a / b for a, b in zip(ours, theirs, strict=True))


def _give(connection: http.client.HTTPConnection, path: str, session: str, content: bytes) -> None:
    """Send a photograph as the form of a claim's page does."""
    edge = "recours-bench"
    head = (
        f'--{edge}\r\nContent-Disposition: form-data; name="csrfmiddlewaretoken"\r\n\r\n{SECRET}\r\n'
        f'--{edge}\r\nContent-Disposition: form-data; name="exhibits"; filename="photo.jpg"\r\n'
        "Content-Type: image/jpeg\r\n\r\n"
    )
    body = head.encode() + content + f"\r\n--{edge}--\r\n".encode()
    headers = {"Cookie": _cookies(session), "Content-Type": f"multipart/form-data; boundary={edge}"}
    connection.request("POST", path, body, headers)
    response = connection.getresponse()
    said = response.read()
    if response.status != 302 or not (response.getheader("Location") or "").endswith("#evidence"):
        raise RuntimeError(f"{path}: {response.status} {said[:200]!r}")


def _drawn(content: bytes) -> float:
    from PIL import Image

    with timed() as watch, Image.open(io.BytesIO(content)) as picture:
        picture.convert("RGB").save(io.BytesIO(), "JPEG", quality=85)
    return watch.seconds


def _forced(content: bytes) -> float:
    with tempfile.NamedTemporaryFile(prefix="recours-bench-") as file, timed() as watch:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    return watch.seconds


def _photograph() -> bytes:
    """As many pixels as a phone's and busy enough to weigh four megabytes."""
    from PIL import Image

    noise = Image.effect_noise((2000, 1500), 60).resize((4000, 3000)).convert("RGB")
    for quality in range(95, 30, -5):
        made = io.BytesIO()
        noise.save(made, "JPEG", quality=quality)
        if made.tell() <= BYTES:
            break
    return made.getvalue()
