import contextlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import FileResponse, HttpRequest
from django.test import RequestFactory
from tests.files import samples

from recours.files import storage
from recours.files.commands import store_upload
from recours.files.models import StoredFile
from recours.files.refusals import FileUnavailable
from recours.files.responses import Variant, serve
from recours.rules.lifecycle.vocabulary import Role

pytestmark = pytest.mark.django_db

GUARDS = {
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "private, no-cache",
}


def stored(content: bytes, name: str) -> StoredFile:
    return store_upload(upload=SimpleUploadedFile(name, content), by=None)


def get(**headers: str) -> HttpRequest:
    return RequestFactory().get("/", headers=headers)


def body(response: object) -> bytes:
    assert isinstance(response, FileResponse)
    with contextlib.closing(response):
        return b"".join(response.streaming_content)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("content", "name", "variant", "media_type", "disposition"),
    [
        (samples.picture(), "a.php.jpg", "clean", "image/jpeg", 'inline; filename="a.php.jpg"'),
        (
            samples.transparent("WEBP"),
            "évier.webp",
            "clean",
            "image/png",
            "inline; filename*=utf-8''%C3%A9vier.png",
        ),
        (samples.picture(), "photo.html", "thumb", "image/webp", None),
        (samples.pdf(), "facture.pdf", "clean", "application/pdf", 'attachment; filename="facture.pdf"'),
        (samples.jpeg_and_script(), "x.svg", "clean", "image/jpeg", 'inline; filename="x.jpg"'),
    ],
)
def test_copy_is_handed_out_as_what_it_is(
    content: bytes, name: str, variant: Variant, media_type: str, disposition: str | None
) -> None:
    file = stored(content, name)

    response = serve(get(), file, variant=variant, reader=Role.BUYER)

    assert {header: response.headers[header] for header in GUARDS} == GUARDS
    assert response.headers["Content-Type"] == media_type
    sha256 = file.clean_sha256 if variant == "clean" else file.thumb_sha256
    assert sha256
    expected = disposition or f'inline; filename="{sha256[:12]}.webp"'
    assert response.headers["Content-Disposition"] == expected
    sent = body(response)
    assert response.headers["Content-Length"] == str(len(sent))
    with storage.read(sha256) as kept:
        assert sent == kept.read()
    assert sent != content
    assert b"<script" not in sent


def test_download_is_an_attachment() -> None:
    response = serve(
        get(), stored(samples.picture(), "photo.heic"), variant="clean", reader=Role.BUYER, download=True
    )

    assert response.headers["Content-Disposition"] == 'attachment; filename="photo.jpg"'
    response.close()


def test_browser_that_has_it_is_told_so() -> None:
    file = stored(samples.picture(), "photo.jpg")
    first = serve(get(), file, variant="thumb", reader=Role.BUYER)
    first.close()

    again = serve(get(**{"If-None-Match": first.headers["ETag"]}), file, variant="thumb", reader=Role.BUYER)
    other = serve(get(**{"If-None-Match": first.headers["ETag"]}), file, variant="clean", reader=Role.BUYER)
    other.close()

    assert again.status_code == 304
    assert {header: again.headers[header] for header in GUARDS} == GUARDS
    assert other.status_code == 200


def test_lost_file_is_a_refusal() -> None:
    file = stored(samples.picture(), "photo.jpg")
    storage.store().delete(storage.path_of(file.clean_sha256))

    with pytest.raises(FileUnavailable) as caught:
        serve(get(), file, variant="clean", reader=Role.BUYER)

    assert "problème de notre côté" in caught.value.explain("fr")


def test_pdf_has_no_thumbnail() -> None:
    with pytest.raises(ValueError, match="no thumbnail"):
        serve(get(), stored(samples.pdf(), "facture.pdf"), variant="thumb", reader=Role.BUYER)
