"""Proving who one is by an order's number and a mailed code: nothing is told, or guessed, or serves twice."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings
from tests.channels import whatsapp
from tests.channels.whatsapp import a_message, comes
from tests.factories import a_buyer, an_order

from recours import clock
from recours.channels.commands.joining import join_address
from recours.channels.commands.proving import (
    GOOD_FOR,
    PER_CONTACT,
    PER_NETWORK,
    PER_ORDER,
    TRIES,
    ask_code,
    code_of,
    mail_code,
)
from recours.channels.continuity import ProofCode
from recours.channels.models import ContactLink
from recours.conversations.models import Contact, Conversation
from recours.marketplaces.models import Marketplace, Order
from recours.outbox.models import Mail
from recours.outbox.sending import send_due as send_mails

pytestmark = pytest.mark.django_db

EMAIL = "sans.compte@example.org"


@pytest.fixture
def place(settings: Settings) -> Marketplace:
    place = whatsapp.connect(settings)
    comes(a_message())
    return place


@pytest.fixture
def order(place: Marketplace) -> Order:
    return an_order(a_buyer(place, email=EMAIL))


@pytest.fixture
def path(place: Marketplace) -> str:
    token = join_address(Contact.objects.get().pk).rstrip("/").rpartition("/")[2]
    return reverse("channels:join_by_order", args=[token])


def asks(client: Client, path: str, number: str) -> Any:
    """They name an order, and the job does what it does."""
    answer = client.post(path, {"number": number})
    for row in ProofCode.objects.filter(order=None):
        mail_code(row.pk, now=clock.now())
    return answer


def latest() -> ProofCode:
    return ProofCode.objects.latest("asked_at")


def plain(answer: Any, *, without: str) -> str:
    """Return a page without what differs from one to the next."""
    text = answer.content.decode().replace(without, "")
    return re.sub(r"(csrfmiddlewaretoken|nonce)[^>]*>|csp-nonce[^>]*>|X-CSRFToken[^}]*\}", "", text)


def test_code_joins_who_has_no_account(client: Client, path: str, order: Order) -> None:
    assert asks(client, path, order.number).headers["Location"] == f"{path}?code"
    send_mails()

    answer = client.post(path, {"code": code_of(latest()), "news": "on"})

    assert "sait maintenant que c’est vous" in answer.content.decode()
    contact = Contact.objects.get()
    assert (contact.buyer, contact.wants_news) == (order.buyer, True)
    assert Conversation.objects.get().buyer == order.buyer
    assert ContactLink.objects.get().how == "code"


def test_mail_goes_to_the_order_and_is_blanked(client: Client, path: str, order: Order) -> None:
    asks(client, path, order.number)
    mail = Mail.objects.get()
    assert mail.address == EMAIL
    assert code_of(latest()) in mail.payload["body"]
    assert code_of(latest()) not in mail.payload["subject"]

    send_mails()

    mail.refresh_from_db()
    assert (mail.state, mail.text, mail.payload) == ("sent", "", {})


def test_same_answer_whether_the_order_exists_or_not(client: Client, path: str, order: Order) -> None:
    real = asks(client, path, order.number)
    invented = asks(client, path, "C-INVENTED")

    assert real.headers["Location"] == invented.headers["Location"]
    assert real.status_code == invented.status_code == 302
    assert EMAIL not in client.get(f"{path}?code").content.decode()
    assert Mail.objects.count() == 1


@pytest.mark.parametrize("number", ["C-INVENTED", "' OR 1=1 --", "x" * 64, "\u202eC-1"])
def test_wrong_code_says_the_same_of_any_order(client: Client, path: str, order: Order, number: str) -> None:
    asks(client, path, order.number)
    real = plain(client.post(path, {"code": "000000"}), without=code_of(latest()))
    asks(client, path, number)

    invented = client.post(path, {"code": "000000"})

    assert invented.status_code == 422
    assert plain(invented, without="") == real


def test_order_of_another_marketplace_is_none(client: Client, path: str) -> None:
    elsewhere = an_order()

    asks(client, path, elsewhere.number)

    assert not Mail.objects.exists()


def test_guesses_end_after_five(client: Client, path: str, order: Order) -> None:
    asks(client, path, order.number)
    code = code_of(latest())
    wrong = f"{(int(code) + 1) % 1_000_000:06d}"

    for _ in range(TRIES):
        assert client.post(path, {"code": wrong}).status_code == 422

    assert client.post(path, {"code": code}).status_code == 422
    assert Contact.objects.get().buyer is None


def test_code_ends_after_ten_minutes(client: Client, path: str, order: Order, frozen_clock: Any) -> None:
    asks(client, path, order.number)
    code = code_of(latest())

    frozen_clock.shift(GOOD_FOR)

    assert client.post(path, {"code": code}).status_code == 422


def test_code_serves_until_the_second_before(
    client: Client, path: str, order: Order, frozen_clock: Any
) -> None:
    asks(client, path, order.number)
    code = code_of(latest())

    frozen_clock.shift(GOOD_FOR - dt.timedelta(seconds=1))

    assert client.post(path, {"code": f" {code[:3]} {code[3:]} "}).status_code == 200


def test_new_code_ends_the_one_before(client: Client, path: str, order: Order, frozen_clock: Any) -> None:
    asks(client, path, order.number)
    first = code_of(latest())
    frozen_clock.shift(dt.timedelta(minutes=1))
    asks(client, path, order.number)

    assert client.post(path, {"code": first}).status_code == 422


def test_link_is_over_once_it_served(client: Client, path: str, order: Order) -> None:
    asks(client, path, order.number)
    code = code_of(latest())
    client.post(path, {"code": code})

    assert client.post(path, {"code": code}).status_code == 404
    assert client.get(path).status_code == 404


def test_code_of_one_contact_opens_nothing_for_another(client: Client, path: str, order: Order) -> None:
    asks(client, path, order.number)
    code = code_of(latest())
    other = Contact.objects.create(marketplace=order.marketplace, first_at=clock.now())
    theirs = reverse("channels:join_by_order", args=[join_address(other.pk).rstrip("/").rpartition("/")[2]])

    assert client.post(theirs, {"code": code}).status_code == 422
    assert Contact.objects.exclude(buyer=None).count() == 0


def test_contact_gets_three_codes_an_hour(client: Client, path: str, order: Order, frozen_clock: Any) -> None:
    for _ in range(PER_CONTACT):
        assert asks(client, path, "C-INVENTED").status_code == 302

    refused = asks(client, path, order.number)

    assert refused.status_code == 422
    assert "Plusieurs codes" in refused.content.decode()
    assert order.number in refused.content.decode()
    frozen_clock.shift(dt.timedelta(hours=1))
    assert asks(client, path, order.number).status_code == 302


def test_mailbox_gets_three_codes_an_hour_whoever_asks(order: Order) -> None:
    for number in range(PER_ORDER + 1):
        contact = Contact.objects.create(marketplace=order.marketplace, first_at=clock.now())
        row = ask_code(
            contact_id=contact.pk, number=order.number, network=f"192.0.2.{number}", now=clock.now()
        )
        mail_code(row.pk, now=clock.now())

    assert Mail.objects.count() == PER_ORDER


def test_network_gets_twenty_codes_an_hour(client: Client, path: str, order: Order) -> None:
    for _ in range(PER_NETWORK):
        contact = Contact.objects.create(marketplace=order.marketplace, first_at=clock.now())
        ask_code(contact_id=contact.pk, number="C-1", network="127.0.0.1", now=clock.now())

    assert asks(client, path, order.number).status_code == 422
    assert not ProofCode.objects.filter(asked_from__contains="127").exists()


def test_profile_name_of_html_is_text(client: Client, path: str) -> None:
    Contact.objects.update(name="<script>alert(1)</script>")

    page = client.get(path).content.decode()

    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_job_done_twice_mails_once(order: Order) -> None:
    row = ask_code(contact_id=Contact.objects.get().pk, number=order.number, network="", now=clock.now())

    assert [mail_code(row.pk, now=clock.now()) for _ in range(2)] == [True, False]
    assert Mail.objects.count() == 1
