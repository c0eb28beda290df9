"""How long Meta's Graph asks us to wait, whichever of its two headers says so."""

from __future__ import annotations

from email.message import Message

import pytest

from recours.channels.providers import Answered
from recours.channels.providers.meta import sending
from recours.channels.providers.meta.graph import Answer, _patience
from recours.channels.providers.meta.signing import proof

USAGE = '{"106700000000001":[{"type":"messenger","call_count":100,"estimated_time_to_regain_access":%s}]}'


@pytest.mark.parametrize(
    ("name", "value", "seconds"),
    [
        ("Retry-After", "7", 7),
        ("Retry-After", "Wed, 21 Oct 2026 07:28:00 GMT", None),
        ("X-Business-Use-Case-Usage", USAGE % 19, 19 * 60),
        ("X-Business-Use-Case-Usage", USAGE % 0, None),
        ("X-Business-Use-Case-Usage", USAGE % '"soon"', None),
        ("X-Business-Use-Case-Usage", "{}", None),
        ("X-Business-Use-Case-Usage", "<html>", None),
        ("X-Other", "1", None),
    ],
)
def test_patience_is_read_out_of_the_headers(name: str, value: str, seconds: int | None) -> None:
    headers = Message()
    headers[name] = value

    assert _patience(headers) == seconds


@pytest.mark.parametrize(("asked", "waits"), [(None, sending.WAIT_S), (90, 90)])
def test_code_that_asks_for_patience_is_no_refusal(asked: int | None, waits: int) -> None:
    answer = Answer(status=400, said={"error": {"code": 613}}, retry_after_s=asked)

    judged = sending.judged(answer, lambda said: said["message_id"], too_fast={613})

    assert judged == Answered(reason="613", wait_s=waits)


def test_proof_is_the_token_keyed_with_the_secret() -> None:
    known = "e941110e3d2bfe82621f0e3e1434730d7305d106c5f68c87165d0b27a4611a4a"

    assert proof("token", "secret") == known  # openssl dgst -sha256 -hmac secret
