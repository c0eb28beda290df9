"""What a visitor posts on the page itself: answered as a comment is, once in private and with one sentence below it."""

from __future__ import annotations

import datetime as dt
import http.client
from collections.abc import Iterator
from uuid import uuid4

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings
from tests.channels import facebook_page
from tests.channels.contract import Thing, outcomes, stamp, texts
from tests.channels.messenger import PAGE, YANIS
from tests.factories import an_agent
from tests.simulators import ChannelSimulator

from recours import clock
from recours.channels.commands.commenting import go_private
from recours.channels.commands.dispatching import send_due
from recours.channels.commands.working import work_off
from recours.channels.models import ChannelComment, ChannelMedia, ChannelSending
from recours.conversations.models import Conversation
from recours.marketplaces.models import Marketplace
from recours.people.models import User
from recours.rules.channel_refusals import ChannelClosed
from recours.rules.lifecycle.claim import Actor
from recours.rules.lifecycle.vocabulary import Role

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)
WORDS = "Ma commande 4471 n’est jamais arrivée."
NEUTRAL = "vous répond en message privé"


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ChannelSimulator]:
    simulator = ChannelSimulator(tmp_path_factory.mktemp("page"), "facebook-page")
    yield simulator
    simulator.stop()


@pytest.fixture
def place(settings: Settings, program: ChannelSimulator) -> Marketplace:
    place = facebook_page.SERVICE.connect(settings)
    facebook_page.SERVICE.answers_at(settings, program.address)
    return place


@pytest.fixture
def agent(place: Marketplace) -> User:
    return an_agent(place)


def posts(program: ChannelSimulator, text: str = WORDS, **given: object) -> str:
    """Yanis posts on the page, and we are told; return the post's id."""
    wrote: str = program.tell("visit", text=text, at=clock.now().timestamp(), **given)["id"]
    facebook_page.SERVICE.post(program.webhooks(1, wrote)[0][0])
    work_off()
    return wrote


def a_post(verb: str = "add", item: str = "post", post: str = f"{PAGE}_77", **value: object) -> Thing:
    """A visitor's post as Meta tells of it."""
    return {
        "field": "feed",
        "value": {
            "item": item,
            "verb": verb,
            "post_id": post,
            "created_time": stamp(None),
            "from": {"id": YANIS, "name": "Yanis"},
            "message": WORDS,
            **value,
        },
    }


def goes_private(agent: User) -> list[ChannelSending]:
    by = Actor(Role.AGENT, agent.pk)
    talk = Conversation.objects.get()
    made = go_private(conversation_id=talk.pk, by=by, key=uuid4(), now=clock.now())
    return [ChannelSending.objects.get(message=message) for message in made]


def test_post_stands_at_the_desk_with_its_address(
    program: ChannelSimulator, agent: User, client: Client
) -> None:
    wrote = posts(program)
    client.force_login(agent)

    page = client.get(reverse("desk:conversation", args=[Conversation.objects.get().pk])).content.decode()

    assert WORDS in page
    assert f'href="{program.address}/page#{wrote}"' in page
    assert "Passer en privé" in page
    assert "votre publication sur notre page" in page


def test_post_is_answered_once_in_private_and_with_one_sentence_below_it(
    program: ChannelSimulator, agent: User
) -> None:
    wrote = posts(program)

    private, public = goes_private(agent)
    send_due()
    send_due()

    private.refresh_from_db()
    public.refresh_from_db()
    assert (private.state, public.state) == ("sent", "sent")
    assert program.taken(private.pk) == 1
    below = [line["text"] for line in program.ask("feed")["data"] if line["parent"] == wrote]
    assert len(below) == 1
    assert NEUTRAL in below[0]
    assert "4471" not in below[0]
    with pytest.raises(ChannelClosed):
        goes_private(agent)


def test_pages_own_sentence_below_a_post_is_known_again(
    program: ChannelSimulator, agent: User, place: Marketplace
) -> None:
    wrote = posts(program)
    _private, public = goes_private(agent)
    program.tell("next", what="reset", times=1)
    ChannelSending.objects.exclude(pk=public.pk).update(state="sent")
    send_due()
    public.refresh_from_db()
    assert public.state == "unknown"

    for body, _ in program.webhooks(1, f'"parent_id":"{wrote}"'):
        facebook_page.SERVICE.post(body)
    work_off()

    public.refresh_from_db()
    assert public.state == "sent"


def test_private_answer_is_late_after_seven_days(program: ChannelSimulator, agent: User) -> None:
    posts(program)

    with time_machine.travel(clock.now() + 7 * DAY, tick=False):
        [public] = goes_private(agent)

    assert (public.shape, "écrivez en message privé" in public.text) == ("public_comment", True)


def test_post_that_is_taken_away_is_answered_no_more(place: Marketplace, agent: User) -> None:
    facebook_page.SERVICE.comes(a_post())
    facebook_page.SERVICE.comes(a_post("remove"))

    assert ChannelComment.objects.get().removed_at is not None
    with pytest.raises(ChannelClosed):
        goes_private(agent)


def test_post_that_was_changed_waits_for_the_desk_again(place: Marketplace) -> None:
    facebook_page.SERVICE.comes(a_post())
    Conversation.objects.update(waiting_on="", waiting_since=None)

    facebook_page.SERVICE.comes(a_post("edited", message="Elle est arrivée."))

    assert texts() == [WORDS]
    assert outcomes()[-1] == ("edited", "noted", "")
    assert Conversation.objects.get().waiting_on == "platform"


def test_same_post_told_twice_is_one_message(place: Marketplace) -> None:
    facebook_page.SERVICE.comes(a_post("add", "status"))
    facebook_page.SERVICE.comes(a_post("add", "post", published=1))

    assert texts() == [WORDS]


@pytest.mark.parametrize("item", ["post", "status", "photo", "video"])
def test_what_the_page_posts_is_nobodys_message(place: Marketplace, item: str) -> None:
    facebook_page.SERVICE.comes(a_post(item=item))
    facebook_page.SERVICE.comes(
        a_post(item=item, post=f"{PAGE}_78", **{"from": {"id": PAGE, "name": "Nous"}})
    )

    assert texts() == [WORDS]
    assert outcomes()[-1] == ("notice", "ignored", "notice")


def test_author_whom_meta_does_not_name_can_be_answered(place: Marketplace, agent: User) -> None:
    post = a_post()
    del post["value"]["from"]

    facebook_page.SERVICE.comes(post)

    private, _public = goes_private(agent)
    assert private.comment is not None
    assert (private.comment.is_post, private.comment.external_id) == (True, f"{PAGE}_77")


@pytest.mark.parametrize(
    "spoiled", [{"post_id": None}, {"created_time": "bientôt"}, {"post_id": "x" * 200}, {"verb": None}]
)
def test_post_that_nobody_can_read_is_kept_for_the_operator(place: Marketplace, spoiled: Thing) -> None:
    facebook_page.SERVICE.comes(a_post(**spoiled), a_post(post=f"{PAGE}_79"))

    assert texts() == [WORDS]
    assert ("unknown", "unplaced", "unknown") in outcomes()


def test_photo_of_a_post_is_fetched(program: ChannelSimulator, agent: User) -> None:
    photo = "/9j/4AAQSkZJRgABAQEAYABgAAD/2wBDAP//////////////////////////////////////////////////////////"

    posts(program, "La voici", file=photo, mime="image/jpeg")

    assert ChannelMedia.objects.count() == 1
    assert texts()[0].startswith("La voici")


def test_page_of_the_simulator_shows_a_post_under_its_authors_name(
    program: ChannelSimulator, place: Marketplace
) -> None:
    posts(program, "<b>Bonjour</b>")
    line = http.client.HTTPConnection(program.address.removeprefix("http://"), timeout=10)
    line.request("GET", "/page")
    page = line.getresponse().read().decode()
    line.close()

    assert "<h2>Yanis Benali</h2><p>&lt;b&gt;Bonjour&lt;/b&gt;</p>" in page
