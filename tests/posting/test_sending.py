"""A letter that is posted for somebody is posted once, whoever asks, however often, and whatever is lost on the way."""

import base64
import datetime as dt
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client
from tests.at_once import at_once, kinds
from tests.files import samples
from tests.posting.stage import Desk
from tests.posting.test_merci_facteur import served

from recours import clock
from recours.claims.models import ClaimEvent
from recours.posting.commands.sending import queue_due, submit, want
from recours.posting.models import Letter, Posting, PostingProof
from recours.posting.providers.merci_facteur.reading import reference
from recours.posting.providers.merci_facteur.simulator.server import Simulator
from recours.posting.refusals import AlreadyPosted
from recours.refunds.commands.sparing import note_silence
from recours.rules.posting import Step

pytestmark = pytest.mark.django_db

NAME = "merci_facteur"
HOOK = "/letters/hooks/merci-facteur/"


@pytest.fixture
def simulator(tmp_path: Path, settings: Any) -> Iterator[Simulator]:
    made = served(tmp_path / "merci")
    settings.MERCI_FACTEUR_SERVICE, settings.MERCI_FACTEUR_SECRET = "service", "s"
    settings.MERCI_FACTEUR_USER, settings.MERCI_FACTEUR_WEBHOOK_SECRET = "1", "whisper"
    settings.MERCI_FACTEUR_ADDRESS = made.address
    yield made
    made.shutdown()
    made.server_close()


@pytest.fixture
def desk(simulator: Simulator) -> Desk:
    return Desk()


def wanted(desk: Desk) -> Letter:
    letter = desk.letter()
    want(letter.pk, name=NAME, user=desk.alice)
    return letter


def hears(letter: Letter, status: str, on: dt.datetime, *, secret: str = "whisper", **more: Any) -> int:
    posting = Posting.objects.get(letter=letter)
    detail = {"ref_interne": reference(posting.key), "statut_courrier": status, "id_envoi": "1000"}
    form = {
        "event": json.dumps({"date_event": int(on.timestamp())}),
        "detail": json.dumps([detail | {"tracking_number": "2C123456789"} | more]),
    }
    answer = Client().post(
        HOOK,
        urlencode(form),
        content_type="application/x-www-form-urlencoded",
        headers={"X-Mf-Webhook-Secret-Key": secret},
    )
    return answer.status_code


def agreed(client: Client, letter_url: str) -> str:
    """The price that the page shows, as its form sends it back."""
    found = re.search(r'name="price" value="([^"]+)"', client.get(f"{letter_url}post/").content.decode())
    return found[1] if found else ""


def test_a_letter_is_posted_from_its_page_at_the_price_that_was_shown(
    desk: Desk, simulator: Simulator
) -> None:
    letter = desk.letter()
    client = desk.client(desk.alice)
    assert "il ne vaut pas une lettre recommandée" in client.get(desk.url(letter)).content.decode()
    shown = client.get(f"{desk.url(letter)}post/").content.decode()
    assert "hors taxe" in shown

    price = agreed(client, desk.url(letter))
    for _ in range(2):
        assert client.post(f"{desk.url(letter)}post/", {"price": price}).status_code == 302
    submit(letter.pk)

    (one,) = simulator.books.letters.values()
    posting = Posting.objects.get()
    without_tax = 574 + 30 * one["pages"]
    assert (posting.quoted_minor, posting.price_minor) == (without_tax, without_tax * 120 // 100)
    assert f"{without_tax / 100:.2f}".replace(".", ",") in shown
    page = client.get(desk.url(letter)).content.decode()
    assert "Le prestataire l’a prise en charge." in page
    assert "Voir le prix" not in page


def test_a_price_that_is_not_this_letters_or_too_old_is_shown_again_and_nothing_sent(
    desk: Desk, simulator: Simulator, frozen_clock: Any
) -> None:
    letter, other = desk.letter(), desk.letter()
    client = desk.client(desk.alice)
    old, others = agreed(client, desk.url(letter)), agreed(client, desk.url(other))
    frozen_clock.move_to(clock.now() + dt.timedelta(hours=2))

    for price in ("", "x", others, old, f"{old}x"):
        answer = client.post(f"{desk.url(letter)}post/", {"price": price})
        assert answer.status_code == 422
        assert "demandé il y a trop longtemps" in answer.content.decode()
    assert Posting.objects.count() == 0


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"addressee_address": "1 Road\nShenzhen", "addressee_country": "Chine"}, "une adresse en France"),
        ({}, "ne répond pas en ce moment"),
    ],
)
def test_without_a_price_nothing_can_be_sent_and_the_page_says_why(
    desk: Desk, simulator: Simulator, settings: Any, changed: dict[str, str], said: str
) -> None:
    letter = desk.letter(**changed)
    if not changed:
        settings.MERCI_FACTEUR_ADDRESS = "http://127.0.0.1:1"

    page = desk.client(desk.alice).get(f"{desk.url(letter)}post/").content.decode()

    assert said in page
    assert 'name="price"' not in page


@pytest.mark.django_db(transaction=True)
def test_tabs_and_jobs_at_once_post_one_letter(desk: Desk, simulator: Simulator) -> None:
    letter = desk.letter()

    at_once(*[lambda: want(letter.pk, name=NAME, user=desk.alice)] * 3)
    at_once(*[lambda: submit(letter.pk)] * 4)

    assert len(simulator.books.letters) == 1
    assert Posting.objects.get().status == "accepted"


@pytest.mark.django_db(transaction=True)
def test_by_hand_and_by_provider_at_once_is_one_of_them(desk: Desk, simulator: Simulator) -> None:
    letter = desk.letter()

    def asks() -> bool:
        return want(letter.pk, name=NAME, user=desk.alice) is not None

    def carries() -> bool:
        desk.tell(letter, Step.HANDED_IN, desk.today)
        return True

    found = at_once(asks, carries)

    assert kinds(found) == ["AlreadyPosted", "bool"]
    submit(letter.pk)
    assert len(simulator.books.letters) == (Posting.objects.get().provider == NAME)


@pytest.mark.parametrize("trouble", ["reset", "error_after", "garbage", "cut", "lost", "rate_limited"])
def test_an_answer_lost_leaves_one_letter(
    desk: Desk, simulator: Simulator, frozen_clock: Any, trouble: str
) -> None:
    letter = wanted(desk)
    simulator.mischief.arm(trouble)

    assert not submit(letter.pk)
    assert Posting.objects.get().status == "submitted"
    assert not submit(letter.pk)  # it is left alone for a while
    frozen_clock.move_to(clock.now() + dt.timedelta(minutes=3))
    assert submit(letter.pk)

    assert len(simulator.books.letters) == 1
    assert Posting.objects.get().status == "accepted"


def test_no_machine_tries_once_the_provider_may_have_forgotten(
    desk: Desk, simulator: Simulator, frozen_clock: Any
) -> None:
    letter = wanted(desk)
    simulator.mischief.arm("reset")
    submit(letter.pk)
    frozen_clock.move_to(clock.now() + dt.timedelta(days=29))
    simulator.books.did("clock.moved", ahead=40.0 * 86400)

    assert (queue_due(), submit(letter.pk)) == (0, False)
    assert len(simulator.books.letters) == 1


def test_a_refusal_after_a_lost_answer_is_not_believed_and_goes_no_other_way(
    desk: Desk, simulator: Simulator, frozen_clock: Any
) -> None:
    letter = wanted(desk)
    simulator.mischief.arm("reset")
    submit(letter.pk)
    frozen_clock.move_to(clock.now() + dt.timedelta(minutes=3))
    simulator.mischief.arm("unnamed")

    assert not submit(letter.pk)

    assert (Posting.objects.get().status, len(simulator.books.letters)) == ("submitted", 1)
    with pytest.raises(AlreadyPosted):
        desk.tell(letter, Step.HANDED_IN, desk.today)


def test_what_is_not_answered_is_tried_ever_more_seldom(
    desk: Desk, simulator: Simulator, frozen_clock: Any
) -> None:
    letter = wanted(desk)
    start, tried = clock.now(), []
    for minutes in range(0, 60):
        frozen_clock.move_to(start + dt.timedelta(minutes=minutes))
        simulator.mischief.arm("error_before")
        submit(letter.pk)
        if Posting.objects.get().asked_at == clock.now():
            tried.append(minutes)

    assert tried == [0, 2, 4, 8, 16, 32]


def test_a_provider_that_keeps_failing_is_spared_and_tried_again_after_a_pause(
    desk: Desk, simulator: Simulator, frozen_clock: Any
) -> None:
    first, second = wanted(desk), wanted(desk)
    for number in range(5):
        note_silence(NAME, clock.now() + dt.timedelta(seconds=15 * number))
    frozen_clock.move_to(clock.now() + dt.timedelta(minutes=1))

    assert [submit(first.pk), submit(second.pk), queue_due()] == [False, False, 0]
    assert set(Posting.objects.values_list("status", flat=True)) == {"wanted"}

    frozen_clock.move_to(clock.now() + dt.timedelta(minutes=2))
    assert [submit(first.pk), submit(second.pk)] == [True, True]
    assert len(simulator.books.letters) == 2


def test_a_provider_that_is_spared_is_not_asked_for_a_price_and_its_page_says_so(
    desk: Desk, simulator: Simulator, frozen_clock: Any
) -> None:
    letter = desk.letter()
    for number in range(5):
        note_silence(NAME, clock.now() + dt.timedelta(seconds=15 * number))
    frozen_clock.move_to(clock.now() + dt.timedelta(minutes=1))

    page = desk.client(desk.alice).get(f"{desk.url(letter)}post/").content.decode()

    assert "ne répond pas en ce moment" in page
    assert 'name="price"' not in page


@pytest.mark.django_db(transaction=True)
def test_twenty_at_once_post_one_letter(desk: Desk, simulator: Simulator) -> None:
    letter = wanted(desk)

    at_once(*[lambda: submit(letter.pk)] * 20)

    assert len(simulator.books.letters) == 1


def test_what_the_provider_refused_may_be_carried_by_hand_in_the_same_row(
    desk: Desk, simulator: Simulator
) -> None:
    letter = desk.letter(addressee_address="1 Road\nShenzhen", addressee_country="Chine")
    want(letter.pk, name=NAME, user=desk.alice)
    submit(letter.pk)
    assert Posting.objects.get().status == "refused"

    desk.tell(letter, Step.HANDED_IN, desk.today)

    assert (Posting.objects.get().provider, simulator.books.letters) == ("print_at_home", {})


def test_a_letter_handed_in_is_not_posted_again(desk: Desk, simulator: Simulator) -> None:
    letter = desk.letter()
    desk.tell(letter, Step.HANDED_IN, desk.today)

    with pytest.raises(AlreadyPosted):
        want(letter.pk, name=NAME, user=desk.alice)


def test_webhooks_twice_and_out_of_order_tell_each_step_once(
    desk: Desk, simulator: Simulator, frozen_clock: Any
) -> None:
    letter = wanted(desk)
    submit(letter.pk)
    sent = clock.now()
    day = dt.timedelta(days=1)
    frozen_clock.move_to(sent + 9 * day)

    for status, after in (
        ("distribue", 4),
        ("attente_au_guichet", 2),
        ("distribue", 4),
        ("pris_en_charge", 1),
    ):
        assert hears(letter, status, sent + after * day) == 200

    found = desk.found(letter.pk)
    assert [(row.step, (row.on - sent.date()).days) for row in found.steps] == [
        ("handed_in", 1),
        ("presented", 2),
        ("received", 4),
    ]
    assert ClaimEvent.objects.filter(kind="LetterFollowed").count() == 2
    assert ClaimEvent.objects.get(kind="LetterPosted").body["tracking"] == "2C123456789"


def test_a_proof_is_kept_once_and_judged(desk: Desk, simulator: Simulator) -> None:
    letter = wanted(desk)
    submit(letter.pk)
    picture = base64.b64encode(samples.picture()).decode()

    for _ in range(2):
        hears(letter, "retour_are", clock.now(), are_base64_jpeg=picture)
    hears(letter, "scan_pdd", clock.now(), pdd_base64_pdf=base64.b64encode(b"MZ").decode())

    assert [proof.step for proof in PostingProof.objects.all()] == ["received"]


@pytest.mark.parametrize("secret", ["", "wrong", "whisper2", "é"])
def test_who_does_not_know_the_secret_is_not_heard(desk: Desk, simulator: Simulator, secret: str) -> None:
    letter = wanted(desk)
    submit(letter.pk)

    assert hears(letter, "distribue", clock.now(), secret=secret) == 403
    assert Posting.objects.get().told == []


def test_a_letter_that_was_never_sent_is_not_told_of(desk: Desk, simulator: Simulator) -> None:
    letter = wanted(desk)

    assert hears(letter, "distribue", clock.now()) == 200
    assert desk.found(letter.pk).days == {}
