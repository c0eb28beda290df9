"""`recours dossier` and `recours verify --dossier`, as an operator runs them: processes of their own."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from tests.claims.stage import SELLER
from tests.dossier.stage import Dispute
from tests.papers import words

from recours.dossier.models import DossierCopy

pytestmark = pytest.mark.django_db(transaction=True)


def run(*arguments: str | Path, into: Path) -> subprocess.CompletedProcess[bytes]:
    name = connection.settings_dict["NAME"]
    environment = os.environ | {
        "DATABASE_URL": os.environ["DATABASE_URL"].replace("/recours?", f"/{name}?"),
        "RECOURS_FILES": str(settings.MEDIA_ROOT),
    }
    command = [sys.executable, "-m", "recours.cli", *map(str, arguments)]
    return subprocess.run(command, cwd=into, env=environment, capture_output=True, check=False, timeout=120)


@pytest.fixture
def dispute() -> Dispute:
    return Dispute()


def test_copy_is_written_remembered_and_recognised(dispute: Dispute, tmp_path: Path) -> None:
    made = run("dossier", dispute.row.reference.lower(), into=tmp_path)

    path = tmp_path / f"{dispute.row.reference}.pdf"
    assert (made.returncode, path.read_bytes()[:5]) == (0, b"%PDF-")
    assert "Exemplaire de la plateforme" in words(path.read_bytes())
    copy = DossierCopy.objects.get()
    assert (copy.role, copy.made_by_id, copy.seq) == ("agent", None, dispute.row.seq)
    known = run("verify", "--dossier", path, into=tmp_path)
    assert (known.returncode, "Cette copie est intacte" in known.stdout.decode()) == (0, True)

    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)

    changed = run("verify", "--dossier", path, into=tmp_path)
    assert changed.returncode == 1
    assert "✗" in changed.stdout.decode()


def test_seller_s_zip_in_english_holds_what_a_seller_sees(dispute: Dispute, tmp_path: Path) -> None:
    path = tmp_path / "theirs.zip"

    made = run(
        "dossier", dispute.row.reference, "--as", "seller", "--zip", "--lang", "en", "-o", path, into=tmp_path
    )

    assert made.returncode == 0, made.stderr.decode()
    with zipfile.ZipFile(path) as archive:
        paper = archive.read("dossier.pdf")
    told = words(paper)
    assert "Seller’s copy" in told
    assert "alice.martin" not in told
    assert DossierCopy.objects.get().role == SELLER
    assert run("verify", "--dossier", path, into=tmp_path).returncode == 0


def test_standard_output_gets_the_bytes_and_nothing_else(dispute: Dispute, tmp_path: Path) -> None:
    made = run("dossier", dispute.row.reference, "-o", "-", into=tmp_path)

    assert (made.returncode, made.stdout[:5]) == (0, b"%PDF-")
    assert list(tmp_path.glob("*.pdf")) == []


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (("dossier", "L-NOTTHERE"), "Il n'y a pas de réclamation L-NOTTHERE"),
        (("verify", "--dossier", "letter.zip"), "ce n'est pas un dossier lisible"),
        (("verify", "--dossier", "letter.pdf"), "✗"),
    ],
)
def test_what_is_no_claim_or_no_copy_of_ours_is_said_so(
    dispute: Dispute, tmp_path: Path, arguments: tuple[str, ...], why: str
) -> None:
    (tmp_path / "letter.zip").write_bytes(b"PK\x03\x04nothing")
    (tmp_path / "letter.pdf").write_bytes(b"%PDF-1.7 of somebody else")

    done = run(*arguments, into=tmp_path)

    assert done.returncode == 1
    assert why in (done.stdout + done.stderr).decode()


def test_place_that_cannot_be_written_to_is_said_so(dispute: Dispute, tmp_path: Path) -> None:
    done = run("dossier", dispute.row.reference, "-o", tmp_path / "no" / "where.pdf", into=tmp_path)

    assert done.returncode == 1
    assert "No such file" in done.stderr.decode()
