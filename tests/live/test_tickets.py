import time

import pytest
import time_machine

from recours.conversations.presentation import TICKET_GROWS_OLD_S
from recours.live.tickets import GOOD_FOR, BadTicket, read_ticket, ticket

pytestmark = pytest.mark.rules


def test_a_ticket_names_its_topics_and_when_it_was_given() -> None:
    read = read_ticket(ticket("user:1", "conversation:2"))

    assert read.topics == ("user:1", "conversation:2")
    assert read.given_at == time.time()


@pytest.mark.parametrize("where", [0, 10, -1])
def test_an_altered_ticket_is_refused(where: int) -> None:
    letters = list(ticket("user:1"))
    letters[where] = "A" if letters[where] != "A" else "B"

    with pytest.raises(BadTicket):
        read_ticket("".join(letters))


@pytest.mark.parametrize("text", ["", " ", "0", "null", "a:b:c", "é:1:2", "::"])
def test_what_is_no_ticket_is_refused(text: str) -> None:
    with pytest.raises(BadTicket):
        read_ticket(text)


def test_who_may_no_longer_look_listens_for_five_minutes_at_most() -> None:
    """A page that stays open is drawn anew, by the site that asks who may see it, before its ticket is too old."""
    assert GOOD_FOR.total_seconds() <= 300
    assert 0 < TICKET_GROWS_OLD_S < GOOD_FOR.total_seconds()


def test_a_ticket_is_good_until_the_last_second_and_no_longer() -> None:
    with time_machine.travel(0, tick=False) as traveller:
        given = ticket("user:1")
        traveller.shift(GOOD_FOR.total_seconds())
        assert read_ticket(given).topics == ("user:1",)
        traveller.shift(1)
        with pytest.raises(BadTicket):
            read_ticket(given)
