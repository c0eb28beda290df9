"""Who writes to the demo from elsewhere: a comment that goes on in private, and two windows that have closed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytest_django.fixtures import Settings
from tests.channels import messenger, whatsapp
from tests.simulators import ChannelSimulator

from recours import clock
from recours.channels.models import ChannelComment, ChannelSending, ChannelThread
from recours.channels.queries import window_of
from recours.conversations.models import Conversation
from recours.demo.cast import MARKETPLACE
from recours.demo.seed import seed
from recours.rules.channel_windows import Shape, Writer

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("without_pictures")]


@pytest.fixture
def page(demo: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ChannelSimulator]:
    simulator = ChannelSimulator(tmp_path_factory.mktemp("page"), "facebook-page")
    demo.FACEBOOK_ADDRESS = f"{simulator.address}/v25.0"
    demo.FACEBOOK_PAGES = {messenger.PAGE: MARKETPLACE}
    demo.FACEBOOK_TOKENS = {messenger.PAGE: "simulated"}
    demo.WHATSAPP_NUMBERS = {whatsapp.NUMBER: MARKETPLACE}
    demo.MESSENGER_HUMAN_AGENT = True
    yield simulator
    simulator.stop()


def test_the_demo_shows_who_writes_from_elsewhere(page: ChannelSimulator) -> None:
    seed()

    threads = ChannelThread.objects.select_related("identity__contact")
    yanis = threads.get(identity__contact__name="Yanis Benali")
    assert yanis.identity.channel == "messenger"
    said = Conversation.objects.get(pk=yanis.conversation_id).messages.order_by("sent_at", "id")
    assert [message.channel for message in said] == ["facebook", "messenger", "facebook", "messenger"]
    assert set(ChannelSending.objects.values_list("state", flat=True)) == {"sent"}
    assert ChannelComment.objects.get().link.startswith(page.address)
    below = [line["text"] for line in page.ask("feed")["data"] if line["customer"] == messenger.PAGE]
    assert len(below) == 1
    ways = {
        thread.identity.channel: window_of(thread.identity, Writer.PERSON, clock.now()).now
        for thread in threads.exclude(pk=yanis.pk)
    }
    assert {channel: way.shape for channel, way in ways.items() if way} == {
        "messenger": Shape.HUMAN_AGENT,
        "whatsapp": Shape.TEMPLATE,
    }
