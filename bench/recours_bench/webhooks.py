"""A burst of webhooks by HTTP, each one customer's message, signed, at eight at a time on two web processes.

Beside it, in turn, at the same concurrency and durability: the same two rows by bare INSERTs in one transaction. Then
what one worker makes of the backlog, and whether each conversation has its messages in the order of their writing.
"""

from __future__ import annotations

import hashlib
import http.client
import json
import os
import random
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from typing import Any

os.environ.setdefault("RECOURS_BENCH_EACH", "750")  # read once, by the module that drives both sides

from recours_bench.figures import Figure, timed
from recours_bench.http import AT_ONCE, EACH, ROUNDS, WARM, _at_once, _bare, _server

NUMBER, SECRET = "106540352242922", "bench-secret"
CUSTOMERS = 200
BACKLOG = int(os.environ.get("RECOURS_BENCH_BACKLOG", "1000"))
"""How many of the messages are worked off, of those that came first."""
HOOK = "/channels/hooks/whatsapp/"
DELIVERY = """
INSERT INTO channels_channeldelivery (channel, sha256, body, received_at) VALUES ('whatsapp', %s, %s, %s)
"""
EVENT = """
INSERT INTO channels_channelevent
  (channel, key, account, lane, kind, said_at, received_at, delivery_id, position, outcome, because, tries, look_at)
VALUES ('whatsapp', %s, %s, %s, 'message', %s, %s,
  currval(pg_get_serial_sequence('channels_channeldelivery', 'id')), 0, 'received', '', 0, %s)
"""


def figures() -> Iterator[Figure]:
    os.environ |= {"RECOURS_META_APP_SECRET": SECRET, "RECOURS_WHATSAPP_NUMBERS": f"bench:{NUMBER}"}
    from django.conf import settings

    from recours import clock
    from recours.cli.setup import prepare_to_serve
    from recours.marketplaces.models import Marketplace

    prepare_to_serve()
    settings.META_APP_SECRETS, settings.WHATSAPP_NUMBERS = [SECRET], {NUMBER: "bench"}
    Marketplace.objects.create(slug="bench", name="Banc", country="FR", zone="Europe/Paris", currency="EUR")
    now = clock.now()
    chance = random.Random(7)
    told = [_message(number, now - timedelta(minutes=5)) for number in range(AT_ONCE * (EACH + WARM))]
    chance.shuffle(told)  # services promise no order
    shares = [told[n::AT_ONCE] for n in range(AT_ONCE)]
    others = [_message(-1 - number, now) for number in range(AT_ONCE * EACH)]
    theirs = [[_rows(one, now) for one in others[n::AT_ONCE]] for n in range(AT_ONCE)]
    ours = bare = 0.0
    with _server() as port, _bare(theirs) as bare_round:
        _at_once([_poster(port, mine[:WARM]) for mine in shares])
        for begin in range(WARM, WARM + EACH, EACH // ROUNDS):
            with timed() as watch:
                _at_once([_poster(port, mine[begin : begin + EACH // ROUNDS]) for mine in shares])
            ours += watch.seconds
            bare += bare_round()
    done = AT_ONCE * EACH
    yield Figure("webhooks gardés par HTTP, huit de front", done / ours, "par s", note=f"{done} messages")
    yield Figure("les mêmes lignes, INSERT en psycopg nu", done / bare, "par s")
    yield Figure("rapport", bare / ours, "fois")
    yield from _backlog(min(BACKLOG, AT_ONCE * (EACH + WARM)))


def _backlog(expected: int) -> Iterator[Figure]:
    from recours.channels.commands.working import work_off
    from recours.channels.models import ChannelEvent
    from recours.conversations.models import Conversation, Message

    ChannelEvent.objects.filter(key__startswith="wamid.bare.").delete()
    with timed() as watch:
        worked = work_off(limit=expected)
    if worked != expected or Message.objects.count() != expected:
        raise RuntimeError(f"{worked} worked off, {Message.objects.count()} messages of {expected}")
    ordered = sum(_is_in_order(talk) for talk in Conversation.objects.all())
    yield Figure("l'arriéré, par un seul processus", worked / watch.seconds, "par s")
    yield Figure(
        "conversations dans l'ordre",
        ordered / Conversation.objects.count(),
        "fois",
        aim=1.0,
        bound="at least",
    )


def _is_in_order(talk: Any) -> bool:
    """Whether its messages stand as they were written: each says its number."""
    numbers = [int(text) for text in talk.messages.order_by("sent_at", "id").values_list("text", flat=True)]
    return numbers == sorted(numbers)


Posted = tuple[bytes, str, str, str, Any]
"""Body, header, key, lane, and when it was written."""


def _message(number: int, first: Any) -> Posted:
    from recours.channels.providers.meta.signing import signature

    customer, at = f"FR.{abs(number) % CUSTOMERS:020}", first + timedelta(seconds=max(0, number) // CUSTOMERS)
    key = f"wamid.{number}" if number >= 0 else f"wamid.bare.{-number}"
    message = {
        "from_user_id": customer,
        "id": key,
        "timestamp": str(int(at.timestamp())),
        "type": "text",
        "text": {"body": str(number)},
    }
    value = {
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": "33100000000", "phone_number_id": NUMBER},
        "contacts": [{"profile": {"name": "Camille"}, "user_id": customer}],
        "messages": [message],
    }
    changes = [{"field": "messages", "value": value}]
    said = {"object": "whatsapp_business_account", "entry": [{"id": "1", "changes": changes}]}
    body = json.dumps(said, separators=(",", ":")).encode()
    return body, signature(body, SECRET), key, customer, at


def _rows(one: Posted, now: Any) -> list[Any]:
    body, _, key, lane, at = one
    digest = hashlib.sha256(body).hexdigest()
    return [(DELIVERY, (digest, body, now), False), (EVENT, (key, NUMBER, lane, at, now, now), False)]


def _poster(port: int, posted: Sequence[Posted]) -> Callable[[], None]:
    def run() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port)
        for body, header, *_ in posted:
            headers = {"X-Hub-Signature-256": header, "Content-Type": "application/json"}
            connection.request("POST", HOOK, body, headers)
            response = connection.getresponse()
            said = response.read()
            if response.status != 200:
                raise RuntimeError(f"{response.status} {said[:200]!r}")

    return run
