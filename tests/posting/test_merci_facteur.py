"""What a provider of letters must keep to, against the program that answers as Merci facteur does, and misbehaves."""

import json
import threading
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid4

import pytest

from recours.posting.providers import NoAnswer, NotCarried, Order, Outcome
from recours.posting.providers.merci_facteur.provider import MerciFacteur
from recours.posting.providers.merci_facteur.reading import Unreadable, key_of, place, reference, told
from recours.posting.providers.merci_facteur.simulator import Simulator
from recours.rules.money import Money
from recours.rules.posting import Step

ALICE = ("Alice Martin", "3 rue des Lilas", "69003 LYON")
PLACE = ("Place Exemple", "6 rue du Port", "75002 PARIS")
PDF = b"%PDF-1.7 une lettre"


def served(folder: Path, **options: Any) -> Simulator:
    made = Simulator(folder, secret="s", hold_seconds=2, **options)
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
    usual: dict[str, Any] = {"key": uuid4(), "content": PDF, "sender": ALICE, "addressee": PLACE}
    return Order(**(usual | changed))


def steer(simulator: Simulator, door: str, **given: Any) -> Any:
    url = f"http://127.0.0.1:{simulator.server_address[1]}/_/{door}"
    request = urllib.request.Request(url, data=json.dumps(given).encode())
    with urllib.request.urlopen(request, timeout=10) as answer:
        return json.loads(answer.read())


def test_a_letter_is_taken_with_its_addresses_and_its_price(
    simulator: Simulator, carrier: MerciFacteur
) -> None:
    asked = order()

    answer = carrier.submit(asked)

    assert (answer.outcome, answer.price) == (Outcome.ACCEPTED, Money(864, "EUR"))
    printed = simulator.letters[answer.ref]
    assert (printed["key"], printed["mode"]) == (str(asked.key), "lrare")
    assert printed["to"][1:] == ["Place Exemple", "", "", "6 rue du Port", "", "", "75002", "PARIS", "FRANCE"]


def test_the_same_key_prints_once(simulator: Simulator, carrier: MerciFacteur) -> None:
    asked = order()

    assert [carrier.submit(asked).outcome for _ in range(3)] == ["accepted", "known", "known"]
    assert len(simulator.letters) == 1


@pytest.mark.parametrize("trouble", ["held", "reset", "error", "garbage", "cut"])
def test_an_answer_lost_after_success_prints_once(
    simulator: Simulator, carrier: MerciFacteur, trouble: str
) -> None:
    asked = order()
    steer(simulator, "next", what=trouble)

    with pytest.raises(NoAnswer):
        carrier.submit(asked)

    assert carrier.submit(asked).outcome is Outcome.KNOWN
    assert len(simulator.letters) == 1


@pytest.mark.parametrize("trouble", ["lost", "error_before", "rate"])
def test_a_call_lost_on_its_way_prints_at_the_next_try(
    simulator: Simulator, carrier: MerciFacteur, trouble: str
) -> None:
    asked = order()
    steer(simulator, "next", what=trouble)

    with pytest.raises(NoAnswer):
        carrier.submit(asked)

    assert carrier.submit(asked).outcome is Outcome.ACCEPTED
    assert len(simulator.letters) == 1


def test_a_token_that_no_longer_opens_is_asked_for_anew(simulator: Simulator, carrier: MerciFacteur) -> None:
    carrier.submit(order())
    steer(simulator, "tokens")

    assert carrier.submit(order()).outcome is Outcome.ACCEPTED


def test_a_wrong_secret_is_no_answer_and_prints_nothing(simulator: Simulator) -> None:
    with pytest.raises(NoAnswer):
        MerciFacteur("service", "wrong", "1", address=simulator.address).submit(order())

    assert simulator.letters == {}


def test_nobody_listening_is_no_answer() -> None:
    with pytest.raises(NoAnswer):
        MerciFacteur("service", "s", "1", address="http://127.0.0.1:1").submit(order())


def test_what_is_refused_says_why_and_prints_nothing(simulator: Simulator, carrier: MerciFacteur) -> None:
    answer = carrier.submit(order(content=b"no pdf"))

    assert (answer.outcome, answer.reason) == (Outcome.REFUSED, "Le fichier n'est pas un PDF.")
    assert simulator.letters == {}


def test_an_address_abroad_is_not_carried(carrier: MerciFacteur) -> None:
    with pytest.raises(NotCarried):
        carrier.submit(order(addressee=("Shop", "1 Road", "SHENZHEN", "CHINE")))


def test_keys_are_forgotten_after_thirty_days(simulator: Simulator, carrier: MerciFacteur) -> None:
    """Why no machine tries again by then."""
    asked = order()
    carrier.submit(asked)
    steer(simulator, "clock", days=31)

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


def test_price_cancel_and_proof(carrier: MerciFacteur) -> None:
    ref = carrier.submit(order()).ref

    assert carrier.quote(order(), 2) == Money(864, "EUR")
    assert (carrier.cancel(ref), carrier.cancel("9")) == (True, False)
    assert carrier.proof("2C000", Step.HANDED_IN) is None


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
