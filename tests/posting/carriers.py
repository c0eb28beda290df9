"""The two ways that a letter goes by post, moved along as the people and programs of each do it."""

from __future__ import annotations

import datetime as dt
from typing import Any, Protocol

from django.core.files.base import ContentFile
from django.test import Client
from tests.files import samples
from tests.posting.stage import Desk

from recours.files.judge import judge
from recours.posting.commands.cancelling import cancel
from recours.posting.commands.sending import submit, want
from recours.posting.models import Letter, Posting
from recours.posting.providers import MERCI_FACTEUR, PRINT_AT_HOME
from recours.posting.providers.merci_facteur.simulator.hooks import body
from recours.posting.providers.merci_facteur.simulator.server import Simulator
from recours.rules.lifecycle.claim import Actor
from recours.rules.lifecycle.vocabulary import Role
from recours.rules.posting import Step

HOOK = "/letters/hooks/merci-facteur/"
SECRET = "whisper"


class Carrier(Protocol):
    """One way: `send` hands a letter in, `comes_to` tells a step of it, `count` says how many really went."""

    name: str

    def send(self, letter: Letter) -> None: ...

    def comes_to(self, letter: Letter, step: Step, on: dt.date) -> None: ...

    def count(self) -> int: ...


def give_up(desk: Desk, letter: Letter) -> bool:
    return cancel(letter.pk, on=desk.today, by=Actor(Role.BUYER, desk.alice.pk), user=desk.alice)


class AtHome:
    """Alice prints it, carries it, and photographs the post's papers."""

    name = PRINT_AT_HOME

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    def send(self, letter: Letter) -> None:
        self.desk.tell(letter, Step.HANDED_IN, self.desk.today)

    def comes_to(self, letter: Letter, step: Step, on: dt.date) -> None:
        proof = judge(ContentFile(samples.picture(comment=step.value.encode()), "papier.jpg"))
        self.desk.tell(letter, step, on, proofs=[proof])

    def count(self) -> int:
        return Posting.objects.filter(provider=self.name, letter__steps__step="handed_in").count()


class ByMerciFacteur:
    """The simulator takes it, and its webhooks tell of it."""

    name = MERCI_FACTEUR
    statuses = {
        Step.HANDED_IN: ("pris_en_charge", "scan_pdd"),
        Step.PRESENTED: ("attente_au_guichet",),
        Step.RECEIVED: ("distribue", "retour_are"),
        Step.RETURNED: ("distribue_expediteur",),
    }

    def __init__(self, desk: Desk, simulator: Simulator) -> None:
        self.desk, self.simulator = desk, simulator

    def send(self, letter: Letter) -> None:
        want(letter.pk, name=self.name, user=self.desk.alice)
        submit(letter.pk)
        self.tells(letter, "pris_en_charge", self.desk.today)

    def comes_to(self, letter: Letter, step: Step, on: dt.date) -> None:
        if (
            step not in self.statuses
        ):  # it does not tell a refusal from a letter that nobody fetched: a person does
            self.desk.tell(letter, step, on)
            return
        for status in self.statuses[step]:
            self.tells(letter, status, on)

    def tells(self, letter: Letter, status: str, on: dt.date) -> int:
        return hear(self.simulator, letter, status, on)

    def count(self) -> int:
        return len(self.simulator.books.letters)


def hear(simulator: Simulator, letter: Letter, status: str, on: dt.date, **more: Any) -> int:
    """Have the simulator come to a stage on a day, and our webhook hear of it."""
    posting = Posting.objects.get(letter=letter)
    known = simulator.books.of_key(str(posting.key))
    assert known is not None
    at = int(dt.datetime.combine(on, dt.time(12), dt.UTC).timestamp())
    with simulator.books.lock:
        simulator.books.did("letter.moved", id=known["id"], status=status, on=at)
    answer = Client().post(
        HOOK,
        body(simulator.books, known, status, at),
        content_type="application/x-www-form-urlencoded",
        headers={"X-Mf-Webhook-Secret-Key": SECRET},
    )
    return answer.status_code
