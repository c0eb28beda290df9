"""Fields look as Django would draw them, and what is in them stays text."""

from __future__ import annotations

import pytest
from django import forms
from django.utils.safestring import SafeString

from recours.ui.templatetags.widgets import attributes

HOSTILE = "\"><script>alert('1')</script>&"


class Choosing(forms.Form):
    which = forms.ChoiceField(
        choices=[
            ("", "Choisissez…"),
            ("a&b", HOSTILE),
            ("Autres", [(HOSTILE, "un"), (2, SafeString("<b>deux</b>"))]),
        ],
        required=False,
        widget=forms.Select({"data-said": HOSTILE, "disabled": True, "hidden": False}),
    )


@pytest.mark.parametrize("chosen", ["", "a&b", HOSTILE, "2"])
def test_a_list_to_choose_from_is_what_django_draws(chosen: str) -> None:
    widget = Choosing().fields["which"].widget
    drawn = Choosing(initial={"which": chosen})["which"].as_widget()
    plain = forms.renderers.DjangoTemplates()
    assert [*_tags(drawn)] == [*_tags(widget.render("which", chosen, {"id": "id_which"}, renderer=plain))]
    assert drawn.count(" selected") == 1


def _tags(html: str) -> list[str]:
    from html.parser import HTMLParser

    class Reader(HTMLParser):
        def __init__(self) -> None:
            super().__init__()
            self.seen: list[str] = []

        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            self.seen.append(f"{tag} {sorted(attrs)}")

        def handle_endtag(self, tag: str) -> None:
            self.seen.append(f"/{tag}")

        def handle_data(self, data: str) -> None:
            if data.strip():
                self.seen.append(data.strip())

    reader = Reader()
    reader.feed(html)
    return reader.seen


def test_attributes_are_escaped_and_those_that_are_false_left_out() -> None:
    assert (
        attributes({"id": 'a"b', "required": True, "hidden": False, "rows": 3})
        == ' id="a&quot;b" required rows="3"'
    )
    assert attributes({}) == ""
