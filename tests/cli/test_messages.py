"""The check of the English catalogue, on a small tree of its own."""

import shutil
from pathlib import Path

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


def test_machine_without_gettext(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")

    with pytest.raises(messages.GettextMissing):
        messages.complaints(tree)
