"""Through the press in its own process, and the program ffmpeg in another."""

import json
import subprocess
from pathlib import Path

import msgspec
import pytest
from django.core.files.base import ContentFile
from tests.files import samples

from recours.files.judge import Judged, judge
from recours.files.limits import DEFAULT, Limits
from recours.files.press import parent
from recours.files.refusals import (
    FileRefused,
    VideosNotTaken,
    VideoTooLong,
    VideoTooManyPixels,
    VideoUnreadable,
)


def judged(content: bytes, limits: Limits = DEFAULT) -> Judged:
    return judge(ContentFile(content, name="film.mov"), limits=limits)


def told_by(content: bytes, folder: Path) -> dict[str, object]:
    (folder / "film").write_bytes(content)
    command = ["ffprobe", "-v", "error", "-show_format", "-show_streams", "-of", "json", str(folder / "film")]
    found: dict[str, object] = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
    return found


@pytest.mark.parametrize(
    ("extension", "media_type"), [("mp4", "video/mp4"), ("mov", "video/quicktime"), ("webm", "video/webm")]
)
def test_film_is_filmed_again_without_its_place_and_device(
    extension: str, media_type: str, tmp_path: Path
) -> None:
    content = samples.film(extension)
    assert samples.FILMED_AT in json.dumps(told_by(content, tmp_path))

    found = judged(content)

    assert (found.media_type, found.clean_media_type, found.kind) == (media_type, "video/mp4", "video")
    assert (found.width, found.height, found.pages, found.seconds) == (320, 240, None, 1)
    told = told_by(found.clean, tmp_path)
    assert isinstance(told["streams"], list)
    assert [stream["codec_name"] for stream in told["streams"]] == ["h264", "aac"]
    for secret in (b"48.8566", b"Camille", b"Lavf", b"creation_time"):
        assert secret not in found.clean
        assert secret.decode() not in json.dumps(told)
    assert found.thumb is not None
    assert found.thumb[8:12] == b"WEBP"
    assert found.original == content


def test_large_film_is_made_to_fit() -> None:
    found = judged(samples.film("mp4", 1, "1920x1080"))

    assert (found.width, found.height) == (1280, 720)


@pytest.mark.parametrize(
    ("content", "limits", "refusal"),
    [
        (samples.film("mp4", 3), msgspec.structs.replace(DEFAULT, max_video_seconds=2), VideoTooLong),
        (
            samples.film("mp4"),
            msgspec.structs.replace(DEFAULT, max_video_pixels=320 * 239),
            VideoTooManyPixels,
        ),
        (samples.film("mp4")[:-400], DEFAULT, VideoUnreadable),
        (samples.film("webm", 4)[: len(samples.film("webm", 4)) // 2], DEFAULT, VideoUnreadable),
        (samples.film("mp4", 4, "320x240", "-vn"), DEFAULT, VideoUnreadable),
        # A list that names another file, under the first bytes of a film.
        (b"\x00\x00\x00\x18ftypmp42#EXTM3U\nfile:///etc/passwd\n", DEFAULT, VideoUnreadable),
    ],
)
def test_film_that_cannot_be_kept_is_refused(
    content: bytes, limits: Limits, refusal: type[FileRefused]
) -> None:
    with pytest.raises(FileRefused) as caught:
        judged(content, limits)

    assert type(caught.value) is refusal
    assert "film.mov" in caught.value.explain("fr")


def test_without_its_program_films_are_refused_and_photos_are_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parent.shutil, "which", lambda name: None)

    with pytest.raises(VideosNotTaken) as caught:
        judged(samples.film())

    assert "photos" in caught.value.remedy("fr")
    assert judged(samples.picture()).kind == "image"
