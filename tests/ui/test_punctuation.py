"""Colons and quotation marks are written differently in each language: a template leaves them to what is translated."""

import re
from pathlib import Path

import pytest

import recours

pytestmark = pytest.mark.rules

SOURCE = Path(recours.__file__).parent
SPOKEN = re.compile(
    r"\{#.*?#\}|\{% comment.*?endcomment %\}|\{% blocktranslate\b.*?\{% endblocktranslate %\}", re.S
)
"""Remarks, and what is translated: its punctuation is its own."""
MARKUP = re.compile(r"\{%.*?%\}|\{\{.*?\}\}|<style>.*?</style>|<[^>]*>", re.S)
FRENCH = re.compile(r"[\s\u00a0\u202f][:;!?]|[«»]")
IN_ONE_LANGUAGE = ("500.html", "style_guide.html", "simulator")
"""The page that stands alone in both languages, the samples of who writes pages, and programs that are not ours."""


def test_no_template_punctuates_outside_of_what_is_translated() -> None:
    templates = [
        path
        for path in SOURCE.rglob("*.html")
        if "demo" not in path.parts and not any(one in str(path) for one in IN_ONE_LANGUAGE)
    ]

    found = {
        str(path.relative_to(SOURCE)): marks
        for path in templates
        if (marks := FRENCH.findall(MARKUP.sub("_", SPOKEN.sub("", path.read_text("utf-8")))))
    }

    assert len(templates) > 200
    assert found == {}
