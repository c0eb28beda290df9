"""The file of a claim holds the letters that its reader's side wrote, and the post's papers; and nobody else's."""

import io
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from tests.files import samples
from tests.papers import words
from tests.posting.stage import Desk

from recours.dossier.commands import issue_bundle
from recours.dossier.offline import verify
from recours.dossier.queries import opened_as
from recours.files.judge import judge
from recours.files.storage import read
from recours.posting.models import Letter, PostingProof
from recours.rules.lifecycle.vocabulary import Role
from recours.rules.posting import Step

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
def letter(desk: Desk) -> Letter:
    made = desk.letter()
    receipt = judge(ContentFile(samples.picture(), "preuve de dépôt.jpg"))
    desk.tell(made, Step.HANDED_IN, desk.today, tracking="RK123456785FR", proofs=[receipt])
    return made


def zipped(desk: Desk, role: Role) -> bytes:
    return b"".join(issue_bundle(opened_as(desk.reference, role)).stream())


def test_a_letter_and_its_papers_are_in_the_copy_of_who_wrote_it(
    desk: Desk, letter: Letter, tmp_path: Path, capsys: Any
) -> None:
    content = zipped(desk, Role.BUYER)

    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        with read(letter.file.sha256) as sealed, read(PostingProof.objects.get().file.sha256) as proof:
            assert archive.read("courriers/01.pdf") == sealed.read()
            assert archive.read("courriers/01-poste-1.jpg") == proof.read()
        said = words(archive.read("dossier.pdf"))
    for part in ("Les courriers", "Courrier 1", "PLACE EXEMPLE", "RK123456785FR", "preuve de dépôt.jpg"):
        assert part.casefold() in said.casefold()
    path = tmp_path / "dossier.zip"
    path.write_bytes(content)
    assert verify.main([str(path)]) == 0


@pytest.mark.parametrize("role", [Role.SELLER, Role.AGENT])
def test_a_letter_is_in_no_other_copy(desk: Desk, letter: Letter, role: Role) -> None:
    with zipfile.ZipFile(io.BytesIO(zipped(desk, role))) as archive:
        assert [name for name in archive.namelist() if name.startswith("courriers/")] == []
        assert "Les courriers" not in words(archive.read("dossier.pdf"))
