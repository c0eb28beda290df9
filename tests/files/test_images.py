import io
import time

import pytest
from PIL import Image
from tests.files import samples

from recours.files.limits import DEFAULT
from recours.files.press.images import press_image
from recours.files.press.verdict import Fault, Flawed, Pressed
from recours.files.sniffing import sniff


def pressed(content: bytes) -> tuple[Pressed, bytes, bytes]:
    media_type = sniff(content)
    assert media_type is not None
    return press_image(io.BytesIO(content), media_type, DEFAULT)


def opened(content: bytes) -> Image.Image:
    picture = Image.open(io.BytesIO(content))
    picture.load()
    return picture


def is_red(pixel: object) -> bool:
    assert isinstance(pixel, tuple)
    return pixel[0] > 150 and pixel[2] < 90


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (samples.picture("JPEG"), "image/jpeg"),
        (samples.picture("PNG"), "image/jpeg"),
        (samples.picture("PNG", mode="P"), "image/jpeg"),
        (samples.picture("PNG", mode="1"), "image/jpeg"),
        (samples.picture("PNG", mode="I;16"), "image/jpeg"),
        (samples.picture("PNG", mode="LA"), "image/jpeg"),
        (samples.picture("JPEG", mode="CMYK"), "image/jpeg"),
        (samples.picture("JPEG", mode="L", progressive=True), "image/jpeg"),
        (samples.picture("WEBP"), "image/jpeg"),
        (samples.heic(), "image/jpeg"),
        (samples.transparent("PNG"), "image/png"),
        (samples.transparent("WEBP"), "image/png"),
    ],
)
def test_copy_is_drawn_again(content: bytes, media_type: str) -> None:
    found, clean, thumb = pressed(content)

    shown = opened(clean)
    assert found == Pressed(media_type=media_type, width=shown.width, height=shown.height)
    assert shown.mode == ("RGBA" if media_type == "image/png" else "RGB")
    assert opened(thumb).format == "WEBP"
    assert max(opened(thumb).size) <= DEFAULT.thumb_edge_px


@pytest.mark.parametrize("mode", ["RGB", "P", "CMYK", "RGBA"])
def test_colours_are_those_of_the_picture(mode: str) -> None:
    _, clean, _ = pressed(samples.picture("JPEG" if mode == "CMYK" else "PNG", mode=mode))

    assert is_red(opened(clean).getpixel((5, 5)))
    assert not is_red(opened(clean).getpixel((630, 470)))


@pytest.mark.parametrize(
    "content",
    [
        samples.picture("JPEG", exif=samples.with_place(), comment=b"secret", xmp=b"<x>secret</x>"),
        samples.picture("PNG", exif=samples.with_place()),
        samples.picture("PNG", mode="P", exif=samples.with_place()),
        samples.picture("WEBP", exif=samples.with_place().tobytes(), xmp=b"<x>secret</x>"),
        samples.heic(),
    ],
    ids=["jpeg", "png", "palette", "webp", "heic"],
)
def test_place_and_owner_are_gone(content: bytes) -> None:
    assert samples.LATITUDE in content

    _, clean, thumb = pressed(content)

    for copy in (clean, thumb):
        assert samples.LATITUDE not in copy
        assert b"Camille" not in copy
        assert b"secret" not in copy
        assert dict(opened(copy).getexif()) == {}
        assert not {"exif", "icc_profile", "comment", "xmp"} & set(opened(copy).info)


@pytest.mark.parametrize(
    "content",
    [
        samples.picture("JPEG", exif=samples.with_place(orientation=6)),
        samples.picture("PNG", mode="P", exif=samples.with_place(orientation=6)),
        samples.picture("JPEG", mode="CMYK", exif=samples.with_place(orientation=6)),
        samples.heic(orientation=6),
    ],
    ids=["jpeg", "palette", "cmyk", "heic"],
)
def test_picture_is_turned_upright(content: bytes) -> None:
    found, clean, _ = pressed(content)

    assert (found.width, found.height) == (480, 640)
    assert is_red(opened(clean).getpixel((470, 5)))


def test_forty_megapixels_are_taken_and_made_smaller() -> None:
    started = time.perf_counter()
    found, clean, _ = pressed(samples.forty_megapixels())

    assert (found.width, found.height) == (1707, 2560)
    assert len(clean) < 1_000_000
    assert time.perf_counter() - started < 10


def test_bomb_is_refused_before_it_is_decoded() -> None:
    with pytest.raises(Flawed) as caught:
        pressed(samples.png_of(30_000, 30_000))

    assert caught.value.refused.fault is Fault.TOO_MANY_PIXELS
    assert (caught.value.refused.width, caught.value.refused.height) == (30_000, 30_000)


def test_profile_is_applied_and_left_out() -> None:
    from PIL import ImageCms

    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()

    _, clean, _ = pressed(samples.picture("JPEG", icc_profile=profile))
    _, other, _ = pressed(samples.picture("JPEG", icc_profile=b"not a profile" * 20))

    assert is_red(opened(clean).getpixel((5, 5)))
    assert is_red(opened(other).getpixel((5, 5)))
    assert "icc_profile" not in opened(clean).info


def test_animation_keeps_its_first_frame() -> None:
    for format in ("WEBP", "PNG"):
        _, clean, _ = pressed(samples.animated(format))

        assert getattr(opened(clean), "n_frames", 1) == 1
        assert is_red(opened(clean).getpixel((5, 5)))


@pytest.mark.parametrize(
    "content",
    [
        samples.picture("JPEG", (1200, 900))[:4000],
        samples.picture("JPEG")[:20],
        samples.picture("PNG")[:200],
        samples.picture("WEBP")[:200],
        samples.heic()[:600],
        b"\xff\xd8\xff\xe0" + bytes(500),
        b"\x89PNG\r\n\x1a\n" + bytes(100),
        b"\x00\x00\x00\x18ftypheic" + b"\xff" * 300,
        b"RIFF\x10\x00\x00\x00WEBPVP8 " + bytes(40),
    ],
    ids=[
        "jpeg",
        "jpeg-head",
        "png",
        "webp",
        "heic",
        "jpeg-zero",
        "png-zero",
        "heic-junk",
        "webp-zero",
    ],
)
def test_cut_or_damaged_picture_is_refused(content: bytes) -> None:
    with pytest.raises(Flawed) as caught:
        pressed(content)

    assert caught.value.refused.fault is Fault.UNREADABLE


@pytest.mark.parametrize("content", [samples.jpeg_and_zip(), samples.jpeg_and_script()])
def test_picture_that_is_something_else_too_is_only_a_picture_after(content: bytes) -> None:
    _, clean, _ = pressed(content)

    assert b"PK\x03\x04" not in clean
    assert b"<script" not in clean
    assert b"evil" not in clean
