"""What every page on which somebody writes has in common: the text, its attachments, and the key of the form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast
from uuid import UUID, uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from recours.files.forms import ACCEPT, MultipleFileField, Uploads
from recours.files.limits import DEFAULT
from recours.rules.lifecycle.decide.context import text_given
from recours.rules.refusals import Refusal
from recours.ui.forms import FilesInput
from recours.ui.language import lang

MOST_FILES = 6
"""Attachments of one message."""


class TextField(forms.CharField):
    """What a person writes, with the limits of the rules.

    No `maxlength` in the page: a browser would cut what is pasted without a word. What is too long is kept and
    said instead. Line ends are counted once, as they are typed, not twice as browsers send them.
    """

    def __init__(self, *, rows: int = 6, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.Textarea({"rows": rows}))
        kwargs.setdefault("error_messages", {"required": _("Écrivez quelques mots.")})
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> str:
        return cast(str, super().to_python(value)).replace("\r\n", "\n")

    def validate(self, value: Any) -> None:
        super().validate(value)
        if value:
            try:
                text_given(value)
            except Refusal as refusal:
                raise ValidationError(said(refusal), "text") from refusal


class AttachmentsField(MultipleFileField):
    """Photos and documents of a message, with a button for the camera."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Photos et documents"))
        kwargs.setdefault(
            "help_text",
            _(
                "Photo, PDF, courte vidéo, courriel (.eml) ou texte (.txt) ; 10 Mo par fichier, 6 fichiers au plus. "
                "Vos destinataires les verront."
            ),
        )
        kwargs.setdefault("required", False)
        kwargs.setdefault("widget", FilesInput({"accept": ACCEPT, "data-max-bytes": DEFAULT.max_bytes}))
        super().__init__(room=MOST_FILES, most=MOST_FILES, **kwargs)


class KeyField(forms.UUIDField):
    """Names one sending: the same form sent twice is one message. One that was tampered with is replaced."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, widget=forms.HiddenInput, initial=uuid4, **kwargs)

    def clean(self, value: Any) -> UUID:
        try:
            return cast(UUID | None, super().clean(value)) or uuid4()
        except ValidationError:
            return uuid4()


class MessageForm(forms.Form):
    """A message in a conversation. Waits until all its files are good, since it cannot be sent again in part."""

    text = TextField(
        label=_("Votre message"),
        rows=5,
        error_messages={"required": _("Écrivez quelques mots avant d’envoyer.")},
    )
    files_given = AttachmentsField()
    key = KeyField()

    DRAFTED: tuple[str, ...] = ("text",)
    """The fields that a draft keeps."""

    def clean_files_given(self) -> Uploads:
        uploads: Uploads = self.cleaned_data["files_given"]
        error = uploads.as_error()
        if error is not None:
            raise error
        return uploads

    @property
    def uploads(self) -> Uploads:
        """The files of a valid form."""
        return cast(Uploads, self.cleaned_data.get("files_given") or Uploads())

    @property
    def typed(self) -> dict[str, Any]:
        """What a bound form holds, right or wrong, for its draft."""
        return {name: self[name].value() for name in self.DRAFTED if name in self.fields}

    @property
    def sending(self) -> UUID | None:
        """The key of a bound form, right or wrong in the rest; None where there is none."""
        try:
            return UUID(str(self["key"].value()))
        except ValueError:
            return None

    def refuse(self, refusal: Refusal, field: str | None = None) -> None:
        """Show why it was not sent; what was typed stays."""
        self.add_error(field, ValidationError(said(refusal), refusal.code))


DRAFTED_ANSWER = ("text", "own_text")
"""What is kept of an answer of the desk that is still being written."""


class OwnTextField(TextField):
    """What an agent wrote in their own language, where the message is a translation of it."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Votre texte, dans votre langue"))
        kwargs.setdefault(
            "help_text",
            _(
                "Si le message envoyé en est une traduction. Il reste à côté, lisible par l’équipe seulement ; "
                "les parties ne voient que le message."
            ),
        )
        super().__init__(rows=4, required=False, **kwargs)


class DeskMessageForm(MessageForm):
    """What the desk answers: what is sent and, where it was translated, the agent's own words, which the desk keeps."""

    own_text = OwnTextField()

    DRAFTED = DRAFTED_ANSWER


def drafted(answers: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    """Return what a draft holds for these fields, as initial values of a form."""
    return {name: answers[name] for name in names if answers.get(name)}


def said(refusal: Refusal) -> str:
    """Return why and what instead, in the language of the request."""
    return f"{refusal.explain(lang())} {refusal.remedy(lang())}"
