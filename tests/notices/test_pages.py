"""The bell, what is behind it, and the choice of mails: the same for buyers, sellers and agents."""

import datetime as dt
from typing import Any
from uuid import UUID, uuid4

import pytest
import time_machine
from django.core import signing
from django.test import Client
from tests import factories

from recours import clock
from recours.notices.commands import News, Reader, mark_seen, tell
from recours.notices.kinds import Kind
from recours.notices.models import MailChoice, Notice
from recours.notices.queries import MOST, PAGE, unseen
from recours.outbox.headers import stop_link
from recours.outbox.models import Mail
from recours.people.models import DeskRole, User
from recours.rules.lifecycle.vocabulary import Role
from recours.rules.wording import LANGUAGES, has

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice() -> User:
    return factories.a_user()


@pytest.fixture
def browser(alice: User) -> Client:
    client = Client()
    client.force_login(alice)
    return client


def ring(user: User, *, number: int = 1, **fields: Any) -> Notice:
    defaults: dict[str, Any] = {
        "user": user,
        "kind": Kind.MESSAGE,
        "topic": f"conversation:{number}",
        "title": f"Casque Nova {number}",
        "path": f"/messages/{number}/",
        "at": clock.now() - dt.timedelta(minutes=number),
    }
    return Notice.objects.create(**(defaults | fields))


def page(client: Client, address: str = "/notices/") -> str:
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode().replace("\u202f", " ").replace("\u00a0", " ")


def news(user: User, kind: Kind, key: str = "1") -> News:
    reader = Reader(role=Role.BUYER, address=user.email, user_id=user.pk)
    return News(
        reader=reader,
        kind=kind,
        key=key,
        topic="claim:1",
        marketplace_id=factories.a_marketplace().pk,
        title="Casque",
        path="/claims/1/",
        renderer="claims",
        payload={},
    )


def test_bell_is_on_every_page_with_what_is_new(browser: Client, alice: User) -> None:
    assert 'class="count"' not in page(browser, "/accessibility/")

    ring(alice, number=1)
    ring(alice, number=2)
    ring(factories.a_user())

    shown = page(browser, "/accessibility/")
    assert 'href="/notices/"' in shown
    assert '<span class="count">2</span>' in shown


def test_nobody_has_no_bell() -> None:
    assert "/notices/" not in page(Client(), "/accessibility/")


def test_bell_costs_one_statement(browser: Client, alice: User, django_assert_num_queries: Any) -> None:
    ring(alice)
    browser.get("/accessibility/")

    with django_assert_num_queries(3):  # the session, the user, the bell
        browser.get("/accessibility/")


def test_bell_counts_no_further_than_it_says(alice: User) -> None:
    for number in range(MOST + 5):
        ring(alice, number=number)

    assert unseen(alice.pk) == MOST


def test_bell_alone_is_what_an_open_page_asks_for(browser: Client, alice: User) -> None:
    ring(alice)

    fragment = page(browser, "/notices/bell/")

    assert fragment.lstrip().startswith('<a class="bell"')
    assert "data-live" in fragment
    assert '<span class="count">1</span>' in fragment


@pytest.mark.parametrize("count", [1, 3])
def test_list_costs_the_same_with_more_lines(
    browser: Client, alice: User, count: int, django_assert_num_queries: Any
) -> None:
    for number in range(count):
        ring(alice, number=number)
    browser.get("/notices/")

    with django_assert_num_queries(5):  # the session, the user, the lines, what they are, the bell
        browser.get("/notices/")


def test_list_shows_the_newest_first_and_marks_what_is_new(browser: Client, alice: User) -> None:
    ring(alice, number=2, seen_at=clock.now())
    ring(alice, number=1, kind=Kind.DEADLINE, count=3)
    ring(factories.a_user(), number=9)

    shown = page(browser)

    assert shown.index("Casque Nova 1") < shown.index("Casque Nova 2")
    assert "Casque Nova 9" not in shown
    assert shown.count("Nouveau</strong>") == 1
    assert "Un délai qui court" in shown
    assert "(3 fois)" in shown
    assert 'href="/messages/1/"' in shown


def test_pages_follow_one_another_without_gap(browser: Client, alice: User) -> None:
    at = clock.now()
    for number in range(PAGE + 2):
        ring(alice, number=number, at=at)  # all at one instant: the id decides

    first = browser.get("/notices/").context
    second = browser.get(first["next_url"]).context

    titles = [line.title for line in [*first["lines"], *second["lines"]]]
    assert len(titles) == len(set(titles)) == PAGE + 2
    assert second["next_url"] == ""


@pytest.mark.parametrize("after", ["", "x", "~", "2026-11-20T09:00:00~no", "99999-01-01T00:00:00+00:00~x"])
def test_place_that_was_tampered_with_is_the_beginning(browser: Client, alice: User, after: str) -> None:
    ring(alice)
    assert "Casque Nova 1" in page(browser, f"/notices/?after={after}")


def test_title_and_kind_of_any_kind_are_shown_as_text(browser: Client, alice: User) -> None:
    ring(alice, number=1, kind="unheard", title="<script>x</script>", detail="nothing.known")
    ring(alice, number=2, title="")

    shown = page(browser)

    assert "<script>x" not in shown
    assert "&lt;script&gt;x&lt;/script&gt;" in shown
    assert "Du nouveau" in shown
    assert "Sans titre" in shown


def test_everything_is_marked_as_read_at_once(browser: Client, alice: User) -> None:
    other = ring(factories.a_user())
    ring(alice, number=1)
    ring(alice, number=2)
    assert "Tout marquer comme lu" in page(browser)

    response = browser.post("/notices/seen/")

    assert response["Location"] == "/notices/"
    assert unseen(alice.pk) == 0
    assert Notice.objects.get(pk=other.pk).seen_at is None
    assert "Tout marquer comme lu" not in page(browser)


def test_empty_list_says_what_will_come(browser: Client) -> None:
    assert "Rien de nouveau, et rien d’ancien." in page(browser)


def test_seen_and_rung_again_is_a_new_line(alice: User, frozen_clock: time_machine.Traveller) -> None:
    tell([news(alice, Kind.MESSAGE)], now=clock.now())
    mark_seen(user_id=alice.pk, topic="claim:1", now=clock.now())
    frozen_clock.shift(60)
    tell([news(alice, Kind.MESSAGE, "2")], now=clock.now())

    assert Notice.objects.filter(user=alice).count() == 2
    assert unseen(alice.pk) == 1


@pytest.mark.parametrize("face", ["buyer", "seller", "desk"])
def test_opening_the_claim_clears_its_lines(face: str) -> None:
    place = factories.a_marketplace()
    buyer, shop = factories.a_buyer(place), factories.a_shop(place)
    claim = factories.a_claim(factories.an_order(buyer, shop))
    users = {"buyer": buyer.user, "seller": factories.a_seller(shop), "desk": factories.an_agent(place)}
    user = users[face]
    assert user is not None
    ring(user, topic=f"claim:{claim.pk}")
    ring(user, topic=f"claim:{uuid4()}")
    client = Client()
    client.force_login(user)

    shown = page(client, f"{'' if face == 'buyer' else f'/{face}'}/claims/{claim.reference}/")

    assert '<span class="count">1</span>' in shown
    assert Notice.objects.get(topic=f"claim:{claim.pk}").seen_at == clock.now()


def test_ways_back_are_those_of_the_reader() -> None:
    place = factories.a_marketplace()
    shop = factories.a_shop(place)
    for user, label in [
        (factories.a_seller(shop), "Dossiers de mes boutiques"),
        (factories.an_agent(place), "File d’attente"),
        (factories.an_agent(place, role=DeskRole.AUDITOR), "File d’attente"),
        (factories.a_user(), "Mes commandes"),
    ]:
        client = Client()
        client.force_login(user)
        shown = page(client)
        assert label in shown
        assert ("Mes commandes" in shown) is (label == "Mes commandes")


# -- which mails ------------------------------------------------------------------------------------------


def test_choice_is_kept_and_shown_again(browser: Client, alice: User) -> None:
    shown = page(browser, "/notices/mails/")
    assert shown.count(" checked") == 2
    assert alice.email in shown

    response = browser.post("/notices/mails/", {"kinds": ["offer"]}, follow=True)

    assert "Votre choix est enregistré." in response.content.decode()
    assert set(MailChoice.objects.values_list("user_id", "kind")) == {(alice.pk, "message")}
    assert page(browser, "/notices/mails/").count(" checked") == 1
    browser.post("/notices/mails/", {"kinds": ["offer", "message"]})
    assert not MailChoice.objects.exists()


def test_what_protects_a_right_is_shown_as_always_on_with_its_reason(browser: Client) -> None:
    shown = page(browser, "/notices/mails/")

    assert "Toujours envoyés" in shown
    assert "Il vous reste trois jours, puis un seul : après, le silence décide." in shown
    assert 'value="deadline"' not in shown


@pytest.mark.parametrize("kinds", [["deadline"], ["nonsense"], ["message", "ruling"]])
def test_kind_that_cannot_be_chosen_is_refused(browser: Client, kinds: list[str]) -> None:
    response = browser.post("/notices/mails/", {"kinds": kinds})

    assert response.status_code == 422
    assert not MailChoice.objects.exists()


def test_unwanted_mail_is_not_written_and_the_bell_rings_all_the_same(browser: Client, alice: User) -> None:
    browser.post("/notices/mails/", {"kinds": []})

    tell([news(alice, Kind.MESSAGE), news(alice, Kind.DEADLINE, "2")], now=clock.now())

    assert [mail.kind for mail in Mail.objects.all()] == ["deadline"]
    assert unseen(alice.pk) == 2


def test_link_in_a_mail_asks_before_it_stops_anything(alice: User) -> None:
    nobody = Client(enforce_csrf_checks=True)
    address = stop_link(alice.pk, "message").partition("localhost:8000")[2]

    assert "Ne plus recevoir ces courriels ?" in page(nobody, address)
    assert not MailChoice.objects.exists()
    # What a mail program posts by itself (RFC 8058): no session, no token of ours.
    response = nobody.post(address, {"List-Unsubscribe": "One-Click"})

    assert response.status_code == 200
    assert "Vous ne recevrez plus ces courriels" in response.content.decode()
    assert set(MailChoice.objects.values_list("user_id", "kind")) == {(alice.pk, "message")}
    assert nobody.post(address).status_code == 200
    assert MailChoice.objects.count() == 1


def test_link_for_an_account_that_is_gone_says_nothing_of_it() -> None:
    address = stop_link(uuid4(), "offer").partition("localhost:8000")[2]

    assert Client().post(address).status_code == 200
    assert not MailChoice.objects.exists()


def _altered(user_id: UUID) -> list[str]:
    good = stop_link(user_id, "message").rstrip("/").rpartition("/")[2]
    flipped = ("A" if good[-1] != "A" else "B").join([good[:-1], ""])
    return [
        flipped,
        good.swapcase(),
        good[:-5],
        "x",
        "0",
        "%20",
        signing.Signer(salt="recours.live").sign_object([user_id.hex, "message"]),  # another purpose
        stop_link(user_id, "deadline").rstrip("/").rpartition("/")[2],  # protects
        stop_link(user_id, "account").rstrip("/").rpartition("/")[2],
        stop_link(user_id, "").rstrip("/").rpartition("/")[2],
    ]


def test_sec_12_altered_link_does_not_exist(alice: User) -> None:
    for token in _altered(alice.pk):
        for answer in (Client().get, Client().post):
            assert answer(f"/notices/mails/stop/{token}/").status_code == 404, token
    assert not MailChoice.objects.exists()


def test_every_kind_has_its_words_in_both_languages() -> None:
    for lang in LANGUAGES:
        for kind in Kind:
            for family in ("notices.kind", "notices.mails", "mails.why"):
                assert has(lang, f"{family}.{kind}"), (lang, family, kind)
