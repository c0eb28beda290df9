import contextlib
import re
from typing import Any

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpRequest
from django.test import RequestFactory
from django.utils import translation
from django.utils.datastructures import MultiValueDict
from tests.files import samples

from recours.files.forms import MultipleFileField, Uploads
from recours.files.limits import DEFAULT


class EvidenceForm(forms.Form):
    files = MultipleFileField(required=False)


class NeededForm(forms.Form):
    files = MultipleFileField()


def sent(*files: tuple[str, bytes]) -> MultiValueDict[str, Any]:
    return MultiValueDict({"files": [SimpleUploadedFile(name, content) for name, content in files]})


def uploads(form: forms.Form) -> Uploads:
    assert form.is_valid(), form.errors
    cleaned = form.cleaned_data["files"]
    assert isinstance(cleaned, Uploads)
    return cleaned


def test_good_files_are_kept_and_bad_ones_named() -> None:
    form = EvidenceForm({}, sent(("a.jpg", samples.picture()), ("vide.jpg", b""), ("b.pdf", samples.pdf())))

    found = uploads(form)

    assert [judged.name for judged in found.accepted] == ["a.jpg", "b.pdf"]
    assert [refused.name for refused in found.refused] == ["vide.jpg"]
    assert re.match(r"Le fichier «\svide\.jpg\s» est vide\s: ", found.refused[0].text)
    error = found.as_error()
    assert error is not None
    assert error.messages == [found.refused[0].text]


def test_reason_is_in_the_reader_s_language() -> None:
    found = uploads(EvidenceForm({}, sent(("page.jpg", samples.HTML))))

    with translation.override("en-gb"):
        assert found.refused[0].text.startswith(
            "What is in the file “page.jpg” is none of the kinds we accept"
        )
    with translation.override("de"):
        assert "aucun des types acceptés" in found.refused[0].text


def test_room_is_counted_in_good_files() -> None:
    form = EvidenceForm({}, sent(*((f"{n}.jpg", samples.picture() if n else b"") for n in range(4))))
    field = form.fields["files"]
    assert isinstance(field, MultipleFileField)
    field.room = 2

    found = uploads(form)

    assert [judged.name for judged in found.accepted] == ["1.jpg", "2.jpg"]
    assert [refused.refusal.code for refused in found.refused] == ["file_empty", "too_many_files"]


def test_nothing_chosen() -> None:
    assert not uploads(EvidenceForm({}, sent()))
    assert NeededForm({}, sent()).errors.keys() == {"files"}
    assert uploads(NeededForm({}, {"files": SimpleUploadedFile("a.jpg", samples.picture())})).accepted


def test_input_takes_several_and_says_which() -> None:
    html = str(EvidenceForm()["files"])

    assert 'type="file"' in html
    assert " multiple" in html
    assert "image/heic" in html


@pytest.mark.parametrize("size", [DEFAULT.max_bytes, 3 * DEFAULT.max_bytes])
def test_what_is_too_large_is_not_written_down(size: int) -> None:
    files = {"files": SimpleUploadedFile("film.jpg", bytes(size))}
    request: HttpRequest = RequestFactory().post("/", files)

    with contextlib.closing(request):
        received = request.FILES["files"]

        assert received.size is not None
        if size <= DEFAULT.max_bytes:
            assert received.size == size
        else:
            assert DEFAULT.max_bytes < received.size < DEFAULT.max_bytes + 128 * 1024
            [refused] = uploads(EvidenceForm({}, request.FILES)).refused
            assert refused.refusal.code == "file_too_large"
