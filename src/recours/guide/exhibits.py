"""Photos and documents that go with the guide's letter: judged as every upload is, drawn into it, and forgotten."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.utils import ErrorDict
from django.utils.datastructures import MultiValueDict
from msgspec.structs import replace

from recours.claims.forms import said
from recours.files.forms import MultipleFileField, MultipleFileInput, Uploads
from recours.letters import annexed
from recours.rules.letters import Enclosure, Story
from recours.rules.refusals import Refusal

MOST_FILES = 12
"""Files of one letter, as many as one side may add to a claim."""
UNNAMED = "Photos et documents"
"""What the letter calls them where the person gave them no name. It is French, whatever the page is."""
ACCEPT = "image/jpeg,image/png,image/webp,image/heic,image/heif,.heic,.heif,application/pdf"
WAIT_SECONDS = 20.0

_turn = threading.BoundedSemaphore(1)


class ExhibitsMustWait(Refusal):
    """Exhibits of others are being drawn just now."""


@contextmanager
def taking_turns() -> Iterator[None]:
    """One letter with exhibits at a time for each web process. Raises ExhibitsMustWait after WAIT_SECONDS.

    Anybody may send them, without an account: whoever sends many holds up who sends exhibits, and nobody else.
    """
    if not _turn.acquire(timeout=WAIT_SECONDS):
        raise ExhibitsMustWait()
    try:
        yield
    finally:
        _turn.release()


class ExhibitsForm(forms.Form):
    """The files of each enclosure that the letter names. Valid once all can be annexed, and are then in `pages`."""

    use_required_attribute = False

    def __init__(self, story: Story, files: MultiValueDict[str, Any] | None = None) -> None:
        super().__init__({} if files is not None else None, files)
        self.story = story
        self.pages: dict[str, tuple[bytes, ...]] = {}
        room = MOST_FILES
        for number, enclosure in enumerate(story.enclosures or (Enclosure(title=UNNAMED),), 1):
            name = f"exhibit-{number}"
            widget = MultipleFileInput({"accept": ACCEPT, "class": "plain-files"})
            self.fields[name] = MultipleFileField(
                label=f"{number}. {enclosure.title}",
                room=max(room, 0),
                most=MOST_FILES,
                required=False,
                widget=widget,
            )
            # Counted before any is judged, as each takes a fifth of a second of a process of its own.
            room -= len(files.getlist(name)) if files is not None else 0

    @property
    def told(self) -> Story:
        """The story, whose enclosures know which of them are annexed."""
        enclosures = self.story.enclosures or (Enclosure(title=UNNAMED),) * bool(self.pages)
        return replace(
            self.story,
            enclosures=tuple(
                replace(each, file=name if (name := f"exhibit-{number}") in self.pages else None)
                for number, each in enumerate(enclosures, 1)
            ),
        )

    def full_clean(self) -> None:
        if not self.is_bound:
            return super().full_clean()
        try:
            with taking_turns():
                return super().full_clean()
        except ExhibitsMustWait as refusal:
            self._errors, self.cleaned_data = ErrorDict(), {}
            self.add_error(None, ValidationError(said(refusal), refusal.code))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        chosen: dict[str, Uploads] = {name: uploads for name, uploads in data.items() if uploads}
        for name, uploads in chosen.items():
            if refused := uploads.as_error():
                self.add_error(name, refused)
        if not self.errors:
            self._annex(chosen)
        return data

    def _annex(self, chosen: dict[str, Uploads]) -> None:
        try:
            self.pages = annexed({name: uploads.accepted for name, uploads in chosen.items()})
        except Refusal as refusal:
            culprit = next(
                (
                    name
                    for name, uploads in chosen.items()
                    if any(judged.name == refusal.params.get("name") for judged in uploads.accepted)
                ),
                None,
            )
            self.add_error(culprit, ValidationError(said(refusal), refusal.code))
