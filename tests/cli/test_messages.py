"""The check of the English catalogue, on a small tree of its own."""

import shutil
from pathlib import Path

import polib
import pytest

from recours.cli import messages

pytestmark = pytest.mark.skipif(not shutil.which("xgettext"), reason="GNU gettext is not installed")

HEADER = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n\n'


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    (tmp_path / "src/recours").mkdir(parents=True)
    (tmp_path / "src/recours/__init__.py").touch()
    (tmp_path / "src/recours/page.py").write_text(
        "from django.utils.translation import gettext as _\n\na = _('Ouvrir un litige')\nb = _('Retirer')\n"
    )
    return tmp_path


def write(tree: Path, text: str) -> None:
    path = tree / messages.CATALOGUE
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(HEADER + text)


def test_complete_catalogue_has_nothing_wrong(tree: Path) -> None:
    write(tree, 'msgid "Ouvrir un litige"\nmsgstr "Open a dispute"\n\nmsgid "Retirer"\nmsgstr "Withdraw"\n')

    assert messages.complaints(tree) == []


def test_each_gap_is_named(tree: Path) -> None:
    write(tree, 'msgid "Ouvrir un litige"\nmsgstr ""\n\nmsgid "Fermer"\nmsgstr "Close"\n')

    assert messages.complaints(tree) == [
        "not translated: 'Ouvrir un litige'",
        "missing: 'Retirer'",
        "no longer used: 'Fermer'",
    ]


def test_update_keeps_translations_and_adds_what_is_new(tree: Path) -> None:
    write(tree, 'msgid "Ouvrir un litige"\nmsgstr "Open a dispute"\n')

    messages.update(tree)

    assert messages.complaints(tree) == ["not translated: 'Retirer'"]


def test_what_counts_is_kept_for_french_too(tree: Path) -> None:
    (tree / "src/recours/page.py").write_text(
        "from django.utils.translation import ngettext\n\n"
        "a = ngettext('%(n)d réclamation', '%(n)d réclamations', 0)\n"
    )
    write(
        tree,
        'msgid "%(n)d réclamation"\nmsgid_plural "%(n)d réclamations"\n'
        'msgstr[0] "%(n)d claim"\nmsgstr[1] "%(n)d claims"\n',
    )
    before = messages.complaints(tree)

    messages.update(tree)

    assert before == ["not counted in French: '%(n)d réclamation'"]
    assert messages.complaints(tree) == []
    french = polib.pofile(str(tree / messages.COUNTED))
    assert [entry.msgstr_plural for entry in french] == [{0: "%(n)d réclamation", 1: "%(n)d réclamations"}]


def test_machine_without_gettext(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")

    with pytest.raises(messages.GettextMissing):
        messages.complaints(tree)
