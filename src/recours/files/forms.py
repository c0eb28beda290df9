"""A field for several files at once: the good ones are kept, each bad one is named with its reason."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.datastructures import MultiValueDict

from recours.files.judge import Judged, judge
from recours.files.limits import PER_CLAIM_AND_SIDE
from recours.files.names import clean_name
from recours.files.refusals import FileRefused, TooManyFiles
from recours.ui.language import lang

ACCEPT = ",".join(
    (
        *("image/jpeg", "image/png", "image/webp", "image/heic", "image/heif", ".heic", ".heif"),
        *("application/pdf", "video/mp4", "video/quicktime", "video/webm", ".mov"),
        *("message/rfc822", ".eml", "text/plain", ".txt"),
    )
)
"""What the browser offers to choose from. A convenience: content decides."""


class RefusedUpload(msgspec.Struct, frozen=True, kw_only=True):
    """One file that was not taken."""

    name: str
    refusal: FileRefused

    @property
    def text(self) -> str:
        """Why, and what to do instead, in the language of the request."""
        return f"{self.refusal.explain(lang())} {self.refusal.remedy(lang())}"


class Uploads(msgspec.Struct, frozen=True, kw_only=True):
    """What came of one choice of files: `accepted` is for `store_judged`, the `text` of `refused` to show."""

    accepted: tuple[Judged, ...] = ()
    refused: tuple[RefusedUpload, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.accepted or self.refused)

    def as_error(self) -> ValidationError | None:
        """Return the refusals as an error for `form.add_error`, for a form that waits until all are good."""
        return ValidationError([refused.text for refused in self.refused]) if self.refused else None


class MultipleFileInput(forms.FileInput):
    """A file input that takes several. It keeps no value: a browser cannot be given files back."""

    allow_multiple_selected = True

    def __init__(self, attrs: Mapping[str, Any] | None = None) -> None:
        super().__init__({"accept": ACCEPT, **(attrs or {})})

    def value_from_datadict(self, data: Mapping[str, Any], files: Mapping[str, Any], name: str) -> Any:
        """Return the list of files; a plain dictionary, as tests give, holds one or a list."""
        if isinstance(files, MultiValueDict):
            return files.getlist(name)
        given = files.get(name, [])
        return given if isinstance(given, list) else [given]


class MultipleFileField(forms.FileField):
    """Several files; its cleaned value is an `Uploads`.

    `room` is how many may still be added, which the form sets from what the claim already holds; `most` is how many
    there may be in all, which the refusal names. A refused
    file does not make the form invalid: raising would throw the good ones away, and their owner would have to
    choose them again. With `required`, choosing nothing is an error; choosing only bad ones is not, and shows
    their reasons.
    """

    widget = MultipleFileInput

    def __init__(
        self, *, room: int = PER_CLAIM_AND_SIDE, most: int = PER_CLAIM_AND_SIDE, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.room = room
        self.most = most

    def clean(self, data: Any, initial: Any = None) -> Uploads:
        """Judge each file. Raises ValidationError when one is required and none was chosen."""
        chosen: list[UploadedFile[Any]] = [one for one in data or () if one]
        if self.required and not chosen and not initial:
            raise ValidationError(self.error_messages["required"], code="required")
        accepted: list[Judged] = []
        refused: list[RefusedUpload] = []
        for upload in chosen:
            name = clean_name(upload.name or "")
            try:
                if len(accepted) >= self.room:
                    raise TooManyFiles(name=name, limit_files=self.most)
                accepted.append(judge(upload))
            except FileRefused as refusal:
                refused.append(RefusedUpload(name=name, refusal=refusal))
        return Uploads(accepted=tuple(accepted), refused=tuple(refused))
