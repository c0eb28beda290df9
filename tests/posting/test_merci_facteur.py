"""What a provider of letters must keep to, against the program that answers as Merci facteur does, and misbehaves."""

import io
import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid4

import pikepdf
import pytest

from recours.posting.providers import NoAnswer, NotCarried, Order, Outcome, Quote
from recours.posting.providers.merci_facteur.provider import MerciFacteur
from recours.posting.providers.merci_facteur.reading import Unreadable, key_of, place, reference, told
from recours.posting.providers.merci_facteur.simulator.server import Simulator
from recours.rules.money import Money
from recours.rules.posting import Step
from recours.simulators.journal import InUse
from recours.simulators.steering import NotSteered, Steering

ALICE = ("Alice Martin", "3 rue des Lilas", "69003 LYON")
PLACE = ("Place Exemple", "6 rue du Port", "75002 PARIS")


def pdf(pages: int = 2) -> bytes:
    made, out = pikepdf.new(), io.BytesIO()
    for _ in range(pages):
        made.add_blank_page()
    made.save(out)
    return out.getvalue()


PDF = pdf()


def served(folder: Path, **options: Any) -> Simulator:
    made = Simulator(folder, secret="s", **options)
    made.behave({"hold_seconds": 2})
    threading.Thread(target=made.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    return made


@pytest.fixture
def simulator(tmp_path: Path) -> Iterator[Simulator]:
    made = served(tmp_path)
    yield made
    made.shutdown()
    made.server_close()


@pytest.fixture
def carrier(simulator: Simulator) -> MerciFacteur:
    return MerciFacteur("service", "s", "1", address=simulator.address, seconds=1)


def order(**changed: Any) -> Order:
    usual: dict[str, Any] = {"key": uuid4(), "content": PDF, "pages": 2, "sender": ALICE, "addressee": PLACE}
    return Order(**(usual | changed))


def steer(simulator: Simulator, door: str, **given: Any) -> Any:
    return Steering(simulator.address).tell(door, **given)


def test_a_letter_is_taken_with_its_addresses_and_its_price(
    simulator: Simulator, carrier: MerciFacteur
) -> None:
    asked = order()

    answer = carrier.submit(asked)

    assert (answer.outcome, answer.price) == (Outcome.ACCEPTED, Money(760, "EUR"))
    printed = simulator.books.letters[answer.ref]
    assert (printed["key"], printed["mode"]) == (str(asked.key), "lrare")
    assert printed["to"][1:] == ["Place Exemple", "", "", "6 rue du Port", "", "", "75002", "PARIS", "FRANCE"]


def test_the_same_key_prints_once(simulator: Simulator, carrier: MerciFacteur) -> None:
    asked = order()

    assert [carrier.submit(asked).outcome for _ in range(3)] == ["accepted", "known", "known"]
    assert len(simulator.books.letters) == 1


@pytest.mark.parametrize("trouble", ["held", "reset", "error_after", "garbage", "cut"])
def test_an_answer_lost_after_success_prints_once(
    simulator: Simulator, carrier: MerciFacteur, trouble: str
) -> None:
    asked = order()
    steer(simulator, "next", what=trouble)

    with pytest.raises(NoAnswer):
        carrier.submit(asked)

    assert carrier.submit(asked).outcome is Outcome.KNOWN
    assert len(simulator.books.letters) == 1


@pytest.mark.parametrize("trouble", ["lost", "error_before", "rate_limited"])
def test_a_call_lost_on_its_way_prints_at_the_next_try(
    simulator: Simulator, carrier: MerciFacteur, trouble: str
) -> None:
    asked = order()
    steer(simulator, "next", what=trouble)

    with pytest.raises(NoAnswer):
        carrier.submit(asked)

    assert carrier.submit(asked).outcome is Outcome.ACCEPTED
    assert len(simulator.books.letters) == 1


def test_a_token_that_no_longer_opens_is_asked_for_anew(simulator: Simulator, carrier: MerciFacteur) -> None:
    carrier.submit(order())
    steer(simulator, "tokens")

    assert carrier.submit(order()).outcome is Outcome.ACCEPTED


def test_a_wrong_secret_is_no_answer_and_prints_nothing(simulator: Simulator) -> None:
    with pytest.raises(NoAnswer):
        MerciFacteur("service", "wrong", "1", address=simulator.address).submit(order())

    assert simulator.books.letters == {}


def test_nobody_listening_is_no_answer() -> None:
    with pytest.raises(NoAnswer):
        MerciFacteur("service", "s", "1", address="http://127.0.0.1:1").submit(order())


def test_what_is_refused_says_why_and_prints_nothing(simulator: Simulator, carrier: MerciFacteur) -> None:
    answer = carrier.submit(order(content=b"no pdf"))

    assert (answer.outcome, answer.reason) == (Outcome.REFUSED, "Le fichier n'est pas un PDF.")
    assert simulator.books.letters == {}


def test_an_address_abroad_is_not_carried(carrier: MerciFacteur) -> None:
    with pytest.raises(NotCarried):
        carrier.submit(order(addressee=("Shop", "1 Road", "SHENZHEN", "CHINE")))


def test_keys_are_forgotten_after_thirty_days(simulator: Simulator, carrier: MerciFacteur) -> None:
    """Why no machine tries again by then."""
    asked = order()
    carrier.submit(asked)
    steer(simulator, "clock", forward=31 * 86400)

    assert carrier.submit(asked).outcome is Outcome.ACCEPTED
    assert carrier.keys_last.days == 30


def test_the_journal_is_read_again(tmp_path: Path) -> None:
    first = served(tmp_path)
    asked = order()
    MerciFacteur("service", "s", "1", address=first.address).submit(asked)
    first.shutdown()
    first.server_close()

    second = served(tmp_path)

    assert MerciFacteur("service", "s", "1", address=second.address).submit(asked).outcome is Outcome.KNOWN
    second.shutdown()
    second.server_close()


def test_a_word_for_a_duplicate_that_nobody_knows_is_a_refusal(
    simulator: Simulator, carrier: MerciFacteur
) -> None:
    """Its word is in no public document: of a second call, `REFUSED` proves nothing about the first."""
    asked = order()
    carrier.submit(asked)
    steer(simulator, "next", what="unnamed")

    assert carrier.submit(asked).outcome is Outcome.REFUSED
    assert len(simulator.books.letters) == 1


def test_one_journal_has_one_keeper(simulator: Simulator, tmp_path: Path) -> None:
    with pytest.raises(InUse):
        Simulator(tmp_path)


def test_price_is_of_the_stamp_and_the_pages_and_without_tax(carrier: MerciFacteur) -> None:
    assert carrier.quote(order(pages=3)) == Quote(price=Money(664, "EUR"), has_tax=False)


@pytest.mark.parametrize(
    "said",
    [
        {"success": True},
        {"success": True, "affranchissement": [], "content": {"totalContentHt": "1"}},
        {"success": True, "affranchissement": {"FRANCE": {"amount": ""}}, "content": {"totalContentHt": "1"}},
        {
            "success": True,
            "affranchissement": {"FRANCE": {"amount": "NaN"}},
            "content": {"totalContentHt": "1"},
        },
        {
            "success": True,
            "affranchissement": {"FRANCE": {"amount": "0"}},
            "content": {"totalContentHt": "1"},
        },
        {"success": False, "error": {"code": "X"}},
    ],
)
def test_price_that_is_not_where_it_should_be_is_none(
    carrier: MerciFacteur, monkeypatch: pytest.MonkeyPatch, said: dict[str, Any]
) -> None:
    monkeypatch.setattr(carrier, "_call", lambda *_: said)

    assert carrier.quote(order()) is None


@pytest.mark.parametrize(
    ("given", "ref"), [(12, "12"), ([12], "12"), ("12", "12"), ([], ""), ({}, ""), (None, "")]
)
def test_number_is_read_in_both_documented_shapes(
    carrier: MerciFacteur, monkeypatch: pytest.MonkeyPatch, given: object, ref: str
) -> None:
    monkeypatch.setattr(carrier, "_call", lambda *_: {"success": True, "envoi_id": given})

    assert carrier.submit(order()).ref == ref


def test_a_letter_can_be_cancelled_until_it_is_printed(simulator: Simulator, carrier: MerciFacteur) -> None:
    first, second = carrier.submit(order()).ref, carrier.submit(order()).ref
    for _ in range(2):
        steer(simulator, "forward", id=second)

    assert [carrier.cancel(ref) for ref in (first, first, second, "9")] == [True, False, False, False]


def test_status_and_proofs_come_with_their_stage(simulator: Simulator, carrier: MerciFacteur) -> None:
    key = uuid4()
    ref = carrier.submit(order(key=key)).ref
    before = carrier.status(key, ref)
    assert before is not None
    assert (before.tracking, before.step, before.proof) == ("", None, b"")
    assert carrier.proof(simulator.books.letters[ref]["tracking"], Step.HANDED_IN) is None

    for _ in range(7):
        steer(simulator, "forward", id=ref)

    after = carrier.status(key, ref)
    assert after is not None
    assert (after.tracking, after.step, after.proof[:2]) == (f"2C{ref}0000000", Step.RECEIVED, b"\xff\xd8")
    assert [(carrier.proof(after.tracking, step) or b"")[:4] for step in (Step.HANDED_IN, Step.RECEIVED)] == [
        b"%PDF",
        b"\xff\xd8\xff\xe0",
    ]
    assert carrier.status(key, "9") is None


def test_a_letter_that_nobody_fetched_comes_back(simulator: Simulator, carrier: MerciFacteur) -> None:
    ref = carrier.submit(order()).ref
    steer(simulator, "led", id=ref, life="returned")

    stages = [steer(simulator, "forward", id=ref)["status"] for _ in range(8)]

    assert stages[-4:] == ["attente_au_guichet", "distribue_expediteur", "archivage_pnd", ""]
    with pytest.raises(NotSteered):
        steer(simulator, "led", id=ref, life="eaten")


@pytest.mark.parametrize("lines", [3, 4, 5, 6])
def test_every_printed_address_fits_its_three_lines(lines: int) -> None:
    given = ("x" * 38, *["y" * 38] * (lines - 2), "75002 PARIS")

    made = place(given)

    assert "".join(made[f"adresse{n}"] for n in (1, 2, 3)).count("y") == 38 * (lines - 2)
    assert max(map(len, made.values())) <= 90


def test_a_reference_is_short_and_holds_the_key() -> None:
    key = uuid4()

    assert len(reference(key)) <= 30
    assert key_of(reference(key)) == key
    assert [key_of(given) for given in ("", None, 7, "a" * 26, "A" * 27, "client_123")] == [None] * 6


def body(event: Any, detail: Any) -> bytes:
    return urlencode({"event": json.dumps(event), "detail": json.dumps(detail)}).encode()


@pytest.mark.parametrize(
    "given",
    [
        b"",
        b"\xff\xfe",
        b'{"event": {}}',
        body({}, []),
        body({"date_event": "x"}, []),
        body({"date_event": 10**30}, []),
        body({"date_event": 1}, {}),
        body({"date_event": 1}, [{}] * 501),
        b"event=%5B&detail=%5B%5D",
    ],
)
def test_a_webhook_of_another_shape_is_unreadable(given: bytes) -> None:
    with pytest.raises(Unreadable):
        list(told(given))


def test_a_webhook_of_others_letters_is_passed_over() -> None:
    assert list(told(body({"date_event": 1}, [{"ref_interne": "client_123"}, 7, None, {}]))) == []


def test_a_webhook_is_read_as_far_as_it_can_be() -> None:
    detail = {
        "ref_interne": reference(UUID(int=5)),
        "statut_courrier": "scan_pdd",
        "tracking_number": None,
        "pdd_base64_pdf": "not base64 !",
    }

    (found,) = told(body({"date_event": 1_790_000_000}, [detail]))

    assert (found.key, found.step, found.tracking, found.proof) == (UUID(int=5), Step.HANDED_IN, "", b"")
