"""Which files go by a channel: by type, by size, and by the form of the message."""

from __future__ import annotations

import pytest

from recours.files.kinds import EXTENSIONS
from recours.rules.channel_files import MEGABYTE, TAKEN, Attached, check_files, takes_files
from recours.rules.channel_refusals import ChannelFileTooLarge, ChannelTakesNoFiles, ChannelTakesNoSuchFile
from recours.rules.channel_windows import Channel, Shape
from recours.rules.refusals import Refusal


def a_file(media_type: str = "image/png", size: int = 1, name: str = "casse.png") -> Attached:
    return Attached(name=name, media_type=media_type, size=size)


@pytest.mark.parametrize(
    ("channel", "media_type", "megabytes"),
    [
        (Channel.WHATSAPP, "image/jpeg", 5),
        (Channel.WHATSAPP, "image/png", 5),
        (Channel.WHATSAPP, "video/mp4", 16),
        (Channel.WHATSAPP, "application/pdf", 100),
        (Channel.WHATSAPP, "text/plain", 100),
        (Channel.MESSENGER, "image/png", 25),
        (Channel.MESSENGER, "video/mp4", 25),
        (Channel.MESSENGER, "application/pdf", 25),
    ],
)
def test_file_goes_up_to_the_services_limit_and_not_a_byte_more(
    channel: Channel, media_type: str, megabytes: int
) -> None:
    most = megabytes * MEGABYTE

    check_files(channel, Shape.FREE, [a_file(media_type, most)])

    with pytest.raises(ChannelFileTooLarge) as refused:
        check_files(channel, Shape.FREE, [a_file(media_type, most), a_file(media_type, most + 1, "b.png")])
    assert refused.value.params == {"name": "b.png", "limit": megabytes}


def test_type_that_the_service_does_not_take_is_named() -> None:
    with pytest.raises(ChannelTakesNoSuchFile) as refused:
        check_files(Channel.WHATSAPP, Shape.FREE, [a_file("image/webp", name="photo.webp")])

    assert "photo.webp" in refused.value.explain("fr")


def test_every_copy_that_we_make_has_its_limit_on_each_channel() -> None:
    assert {channel: set(types) for channel, types in TAKEN.items()} == {
        Channel.WHATSAPP: set(EXTENSIONS),
        Channel.MESSENGER: set(EXTENSIONS),
    }


@pytest.mark.parametrize(
    ("channel", "shape", "expected"),
    [
        (Channel.WHATSAPP, Shape.FREE, True),
        (Channel.WHATSAPP, Shape.TEMPLATE, False),
        (Channel.MESSENGER, Shape.FREE, True),
        (Channel.MESSENGER, Shape.HUMAN_AGENT, True),
        (Channel.MESSENGER, Shape.PRIVATE_REPLY, False),
        (Channel.FACEBOOK, Shape.PRIVATE_REPLY, False),
        (Channel.FACEBOOK, Shape.PUBLIC_COMMENT, False),
    ],
)
def test_files_follow_free_words_alone(channel: Channel, shape: Shape, expected: bool) -> None:
    assert takes_files(channel, shape) is expected
    if not expected:
        with pytest.raises(ChannelTakesNoFiles):
            check_files(channel, shape, [a_file()])


def test_words_without_files_are_not_asked_about() -> None:
    check_files(Channel.FACEBOOK, Shape.PUBLIC_COMMENT, [])


@pytest.mark.parametrize(
    "refusal",
    [
        ChannelTakesNoFiles(),
        ChannelTakesNoSuchFile(name="a.webp"),
        ChannelFileTooLarge(name="a.png", limit=5),
    ],
)
def test_refusal_says_that_the_text_is_kept(refusal: Refusal) -> None:
    assert "gardé" in refusal.remedy("fr")
    assert "kept" in refusal.remedy("en")
