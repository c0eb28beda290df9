"""Files made to do harm: a refusal each, or a copy that harms nobody, handed out so that no browser runs it."""

from __future__ import annotations

import re
import resource
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.test import RequestFactory
from tests.files import hostile, samples
from tests.files.hostile import Hostile

from recours.files import storage
from recours.files.commands import store_judged
from recours.files.judge import judge
from recours.files.models import StoredFile
from recours.files.refusals import FileRefused, PictureTooManyPixels
from recours.files.responses import serve
from recours.rules.lifecycle.vocabulary import Role
from recours.rules.wording import LANGUAGES

pytestmark = pytest.mark.django_db

CORPUS = tuple(hostile.corpus())
ON_DISK = re.compile(r"[0-9a-f]{2}/[0-9a-f]{2}/[0-9a-f]{64}")
GUARDS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
}
DRAWN = {"image/jpeg", "image/png", "image/webp"}
"""What may be shown in a page: pictures of our own drawing."""


def served(stored: StoredFile, **how: Any) -> tuple[Any, bytes]:
    response: Any = serve(RequestFactory().get("/"), stored, reader=Role.SELLER, **how)
    try:
        return response, b"".join(response.streaming_content)
    finally:
        response.close()


def test_sec_06_corpus_is_large_enough() -> None:
    assert len(CORPUS) + len(hostile.NAMES) >= 60
    assert len({one.label for one in CORPUS}) == len(CORPUS)


@pytest.mark.parametrize("one", CORPUS, ids=lambda one: one.label)
def test_sec_06_hostile_file_is_refused_or_made_harmless(one: Hostile) -> None:
    upload = ContentFile(one.content, name=one.name)
    if not isinstance(one.becomes, str):
        with pytest.raises(FileRefused) as caught:
            judge(upload)
        assert type(caught.value) is one.becomes
        assert all(caught.value.explain(lang) and caught.value.remedy(lang) for lang in LANGUAGES)
        return

    stored = store_judged(judged=judge(upload), by=None)

    response, sent = served(stored, variant="clean")
    assert {name: response[name] for name in GUARDS} == GUARDS
    media_type = response["Content-Type"].partition(";")[0]
    assert media_type == stored.clean_media_type == one.becomes
    assert response["Content-Disposition"].startswith("inline" if media_type in DRAWN else "attachment")
    if media_type == "text/plain":
        assert response["Content-Type"] == "text/plain; charset=utf-8"
        assert not set("\x00\x07\x1b\u202e\u200b") & set(sent.decode("utf-8-sig"))
    else:
        told = samples.told_by(sent) if media_type == "application/pdf" else sent
        assert [mark for mark in hostile.ACTIVE if mark in told] == []
        assert b"PK\x03\x04" not in sent
    assert all(ON_DISK.fullmatch(path) for path in storage.all_paths())
    with storage.read(stored.sha256) as kept:
        assert kept.read() == one.content


@pytest.mark.parametrize(("name", "saved_as"), hostile.NAMES.items(), ids=lambda name: repr(name)[:24])
def test_sec_07_name_reaches_neither_the_disk_nor_a_header(name: str, saved_as: str | None) -> None:
    stored = store_judged(judged=judge(_named(name)), by=None)

    response, _ = served(stored, variant="clean", download=True)
    disposition = response["Content-Disposition"]
    assert re.fullmatch(r"attachment; filename(\*=utf-8'')?[^\r\n\x00]+", disposition)
    assert "\u202e" not in disposition
    if saved_as is not None:
        assert stored.download_name == saved_as
    assert len(stored.original_name) <= 120
    assert not set('/\\\x00\r\n<>"\u200b\u202e') & set(stored.original_name)
    assert all(ON_DISK.fullmatch(path) for path in storage.all_paths())


def _named(name: str) -> ContentFile[bytes]:
    upload = ContentFile(samples.picture(), name="x")
    upload.name = name
    return upload


def test_sec_08_place_device_and_owner_are_gone_from_copy_and_thumbnail() -> None:
    xmp = b"<x:xmpmeta xmlns:x='adobe:ns:meta/'>Camille 48.8566</x:xmpmeta>"
    exif = samples.with_place(6)
    exif.get_ifd(0x8769)[0x927C] = b"MAKER-NOTE of Camille"
    exif.get_ifd(0x8769)[0xA430] = "Camille Durand"
    content = samples.picture(exif=exif, xmp=xmp, comment=b"Comment of Camille")
    assert all(
        secret in content
        for secret in (b"MAKER-NOTE", b"Camille Durand", b"48.8566", b"Exif", b"http://ns.adobe")
    )

    stored = store_judged(judged=judge(ContentFile(content, name="a.jpg")), by=None)

    for variant in ("clean", "thumb"):
        _, sent = served(stored, variant=variant)
        for secret in (
            b"Camille",
            b"MAKER-NOTE",
            b"48.8566",
            samples.LATITUDE,
            b"Exif",
            b"ns.adobe",
            b"xmpmeta",
        ):
            assert secret not in sent


def test_sec_23_bombs_cost_seconds_and_not_the_web_process() -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    bombs = [one for one in CORPUS if one.becomes is PictureTooManyPixels or "grow" in one.label]
    assert len(bombs) >= 4

    for bomb in bombs:
        with pytest.raises(FileRefused):
            judge(ContentFile(bomb.content, name=bomb.name))

    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = after.ru_utime + after.ru_stime - children.ru_utime - children.ru_stime
    assert spent < 3 * len(bombs)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100 * 1024
