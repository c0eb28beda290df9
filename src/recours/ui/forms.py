"""How forms look (`FORM_RENDERER = "recours.ui.forms.Renderer"`), and fields that Django does not have."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from babel.numbers import get_currency_symbol
from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.forms.renderers import TemplatesSetting
from django.utils.translation import gettext_lazy as _

from recours.rules.money import Money
from recours.rules.refusals import Refusal
from recours.rules.wording import format as formats
from recours.ui.language import lang


class Renderer(TemplatesSetting):
    """Draws `{{ form }}` with the error summary, labels, hints and errors of this package, and some of its widgets."""

    form_template_name = "ui/forms/form.html"
    field_template_name = "ui/forms/field.html"


class Cards(forms.widgets.ChoiceWidget):
    """Choices as cards, each with a sentence of explanation: `hints={value: sentence}`.

    `columns=True` puts two side by side where there is room: for short labels only.
    """

    template_name = "ui/forms/choices.html"

    def __init__(
        self,
        attrs: dict[str, Any] | None = None,
        choices: Any = (),
        *,
        hints: Mapping[str, object] | None = None,
        columns: bool = False,
    ) -> None:
        super().__init__(attrs, choices)
        self.hints = dict(hints or {})
        self.columns = columns

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        context["widget"]["columns"] = self.columns
        return context

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option = super().create_option(name, value, *args, **kwargs)
        option["hint"] = self.hints.get(str(value), "")
        if option["hint"] and "id" in option["attrs"]:
            option["attrs"]["aria-describedby"] = f"{option['attrs']['id']}_hint"
        return option


class RadioCards(Cards, forms.RadioSelect):
    """One choice among a few."""

    template_name = "ui/forms/choices.html"


class CheckboxCards(Cards, forms.CheckboxSelectMultiple):
    """Several choices among a few."""

    template_name = "ui/forms/choices.html"


class MoneyInput(forms.TextInput):
    """An amount, typed as people write it, with its currency beside it."""

    template_name = "ui/forms/money.html"

    def __init__(self, currency: str, attrs: dict[str, Any] | None = None) -> None:
        # Not type=number: it refuses the comma in some browsers and changes on a wheel's turn in others.
        super().__init__({"inputmode": "decimal", "autocomplete": "off", **(attrs or {})})
        self.currency = currency

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        widget = context["widget"]
        widget["sign"] = get_currency_symbol(self.currency, locale=lang())
        if name_of := widget["attrs"].get("id"):
            widget["unit_id"] = f"{name_of}_unit"
            described = f"{widget['attrs'].get('aria-describedby', '')} {widget['unit_id']}"
            widget["attrs"]["aria-describedby"] = described.strip()
        return context

    def format_value(self, value: Any) -> str | None:
        if isinstance(value, Money):
            text = f"{value.to_decimal():f}"
            return text.replace(".", ",") if lang() == "fr" else text
        shown: str | None = super().format_value(value)
        return shown


class MoneyField(forms.Field):
    """An amount of one currency; cleans to `Money`, or None where it is not required and left empty."""

    def __init__(self, *, currency: str, maximum: Money | None = None, **kwargs: Any) -> None:
        kwargs.setdefault("widget", MoneyInput(currency))
        super().__init__(**kwargs)
        self.currency = currency
        self.maximum = maximum

    def to_python(self, value: Any) -> Money | None:
        if isinstance(value, Money) or value in self.empty_values:
            return value or None
        try:
            return Money.parse(str(value), self.currency)
        except Refusal as refusal:
            language = lang()
            message = f"{refusal.explain(language)} {refusal.remedy(language)}"
            raise ValidationError(message, "amount") from refusal

    def validate(self, value: Any) -> None:
        super().validate(value)
        if isinstance(value, Money) and self.maximum is not None and value > self.maximum:
            raise ValidationError(
                _("Indiquez au plus %(maximum)s."),
                "maximum",
                {"maximum": formats.money(self.maximum, lang())},
            )

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return bool(self.to_python(data) != initial)
        except ValidationError:
            return True


class FilesInput(forms.FileInput):
    """Several files: taken with the camera, or chosen. Both buttons carry the same name.

    With `upload_url`, a page that loads `ui/js/upload.js` sends each file there as soon as it is chosen, and puts the
    line that comes back into the list within the element whose id is `upload_into`.
    """

    allow_multiple_selected = True
    template_name = "ui/forms/files.html"
    upload_url = ""
    upload_into = ""

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        context["widget"] |= {"upload_url": self.upload_url, "upload_into": self.upload_into}
        return context

    def use_required_attribute(self, initial: Any) -> bool:
        # Either of the two inputs will do, which HTML cannot say; the server asks.
        return False

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[UploadedFile[bytes]]:
        return list(files.getlist(name)) if hasattr(files, "getlist") else list(files.get(name) or [])

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return name not in files


class FilesField(forms.FileField):
    """Photos and documents. Cleans to a list; what each file really is, is judged later, by its content."""

    def __init__(self, *, accept: str = "image/*,application/pdf", max_bytes: int = 0, **kwargs: Any) -> None:
        limit = {"data-max-bytes": max_bytes} if max_bytes else {}
        kwargs.setdefault("widget", FilesInput({"accept": accept, **limit}))
        super().__init__(**kwargs)
        self.max_bytes = max_bytes

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile[bytes]]:
        files: list[UploadedFile[bytes]] = []
        errors: list[ValidationError] = []
        for one in data or []:
            try:
                files.append(super().clean(one, initial))
            except ValidationError as error:
                errors.append(error)
            if self.max_bytes and (one.size or 0) > self.max_bytes:
                message = _("« %(name)s » est trop lourd : %(limit)s Mo au plus.")
                params = {"name": one.name, "limit": self.max_bytes // 1_000_000}
                errors.append(ValidationError(message, "too_large", params))
        if errors:
            raise ValidationError(errors)
        if not files and self.required:
            raise ValidationError(self.error_messages["required"], "required")
        return files
