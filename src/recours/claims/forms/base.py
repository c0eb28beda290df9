"""What every form of an act knows and shares: the claim it is about, long texts, files."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from recours.claims.models import Evidence
from recours.claims.queries import OpenedClaim
from recours.conversations.forms import OwnTextField, TextField, said
from recours.files.forms import ACCEPT, MultipleFileField, Uploads
from recours.files.limits import DEFAULT, PER_CLAIM_AND_SIDE
from recours.rules.lifecycle.vocabulary import Role
from recours.ui.forms import FilesInput

__all__ = [
    "LIST",
    "ActForm",
    "DeskMessageForm",
    "EvidenceForm",
    "ExhibitsField",
    "MessageForm",
    "TextField",
    "room_left",
    "said",
]


LIST = "exhibits"
"""The id of what holds the list of exhibits on a page."""


class ExhibitsField(MultipleFileField):
    """Photos and documents to add to the file, with a button for the camera."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Photos et documents"))
        kwargs.setdefault(
            "help_text",
            _(
                "Photo, PDF, courte vidéo, courriel (.eml) ou texte (.txt) ; 10 Mo par fichier, 12 fichiers au plus. "
                "L’autre partie et la plateforme les verront."
            ),
        )
        kwargs.setdefault("required", False)
        kwargs.setdefault("widget", FilesInput({"accept": ACCEPT, "data-max-bytes": DEFAULT.max_bytes}))
        super().__init__(**kwargs)

    def send_to(self, url: str, *, into: str) -> None:
        """Let browsers send each file by itself to this address, and add its line to the list in this element."""
        widget = cast(FilesInput, self.widget)
        widget.upload_url, widget.upload_into = url, into


class ActForm(forms.Form):
    """What one act asks of its actor; alone, an act that asks nothing.

    `opened` is the claim as its actor sees it. `cleaned_data` holds what the act's command is built from; a form
    that takes files has them under `exhibits`, as `Uploads`.
    """

    def __init__(self, opened: OpenedClaim, *args: Any, **kwargs: Any) -> None:
        self.opened = opened
        super().__init__(*args, **kwargs)
        exhibits = self.fields.get("exhibits")
        if isinstance(exhibits, ExhibitsField) and self.is_bound and self.files:
            exhibits.room = room_left(opened)

    @property
    def uploads(self) -> Uploads:
        """The files of a valid form."""
        return cast(Uploads, self.cleaned_data.get("exhibits") or Uploads())

    @property
    def takes_files(self) -> bool:
        return "exhibits" in self.fields

    @property
    def typed(self) -> list[tuple[str, str]]:
        """The long texts as they were sent, to give back to their author when the act is no longer open."""
        return [
            (str(field.label), str(self[name].value() or ""))
            for name, field in self.fields.items()
            if isinstance(field, TextField) and self[name].value()
        ]

    def label(self, name: str, text: Any, help_text: Any = "") -> None:
        """Word a field for who is reading."""
        self.fields[name].label = text
        if help_text:
            self.fields[name].help_text = help_text

    @property
    def is_buyer(self) -> bool:
        return self.opened.role is Role.BUYER


class EvidenceForm(ActForm):
    """Files for the claim, by any party at any time before the matter is settled."""

    exhibits = ExhibitsField(required=True)

    def send_to(self, url: str) -> None:
        """Let browsers send each file by itself to this address."""
        cast(ExhibitsField, self.fields["exhibits"]).send_to(url, into=LIST)


class MessageForm(ActForm):
    """A message to the other side."""

    text = TextField(label=_("Votre message"), rows=4)

    def __init__(self, opened: OpenedClaim, *args: Any, **kwargs: Any) -> None:
        super().__init__(opened, *args, **kwargs)
        if not opened.claim.has_seller:
            hint = _("La plateforme le lira.") if self.is_buyer else _("L’acheteur le lira.")
        elif self.is_buyer:
            hint = _("Le vendeur et la plateforme le liront.")
        elif opened.role is Role.SELLER:
            hint = _("L’acheteur et la plateforme le liront.")
        else:
            hint = _("L’acheteur et le vendeur le liront.")
        self.label("text", self.fields["text"].label, hint)


class DeskMessageForm(MessageForm):
    """A message of the desk: what is sent and, where it was translated, the agent's own words, which the desk keeps."""

    own_text = OwnTextField()


def room_left(opened: OpenedClaim) -> int:
    """How many files the viewer's side may still add."""
    mine = Evidence.objects.filter(claim_id=opened.row.pk, side=opened.role).count()
    return max(0, PER_CLAIM_AND_SIDE - mine)
