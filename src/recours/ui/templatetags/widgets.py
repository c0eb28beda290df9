"""What Django's templates of widgets say with a template for each attribute and each option, said at once."""

from collections.abc import Iterable, Mapping
from html import escape
from typing import Any

from django import template
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString

register = template.Library()


@register.filter
def attributes(attrs: Mapping[str, Any]) -> SafeString:
    """Write attributes, each after a space; a true one by its name alone, a false one not at all."""
    said = (
        f" {name}" if value is True else f' {name}="{escape(str(value))}"'
        for name, value in attrs.items()
        if value is not False
    )
    return SafeString("".join(said))


@register.filter
def option_tags(options: Iterable[Mapping[str, Any]]) -> SafeString:
    """Write the options of a `<select>`, or of a group in one."""
    said = (
        f'<option value="{escape(str(option["value"]))}"{attributes(option["attrs"])}>'
        f"{conditional_escape(option['label'])}</option>"
        for option in options
    )
    return SafeString("\n".join(said))
