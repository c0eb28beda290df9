import gettext
import os
from pathlib import Path

import pytest
from django.utils.translation import ngettext, override

from recours.config.translations import compile_catalogues, stale_catalogues

PO = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\nmsgid "Litige"\nmsgstr "Dispute"\n'


def test_catalogue_is_compiled_once_and_again_when_newer(tmp_path: Path) -> None:
    po = tmp_path / "en" / "LC_MESSAGES" / "django.po"
    po.parent.mkdir(parents=True)
    po.write_text(PO)

    assert compile_catalogues(tmp_path) == [po]
    assert compile_catalogues(tmp_path) == []
    with po.with_suffix(".mo").open("rb") as file:
        assert gettext.GNUTranslations(file).gettext("Litige") == "Dispute"
    os.utime(po, (4e9, 4e9))
    assert list(stale_catalogues(tmp_path)) == [po]


@pytest.mark.parametrize(
    ("lang", "count", "said"),
    [
        ("fr", 0, "0 page"),
        ("fr", 1, "1 page"),
        ("fr", 2, "2 pages"),
        ("en", 0, "0 pages"),
        ("en", 1, "1 page"),
    ],
)
def test_each_language_counts_nothing_in_its_own_way(lang: str, count: int, said: str) -> None:
    with override(lang):
        assert ngettext("%(count)d page", "%(count)d pages", count) % {"count": count} == said
