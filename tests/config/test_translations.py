import gettext
import os
from pathlib import Path

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
