"""`recours verify`, as an operator runs it: a process of its own, on a database that others use."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from tests.factories import a_claim, a_refund_due, an_order, the_buyer
from tests.files import samples

from recours.claims.commands.evidence import add_evidence
from recours.claims.models import Claim
from recours.files.commands import store_upload
from recours.refunds.commands import prepare

pytestmark = pytest.mark.django_db(transaction=True)


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    name = connection.settings_dict["NAME"]
    environment = os.environ | {
        "DATABASE_URL": os.environ["DATABASE_URL"].replace("/recours?", f"/{name}?"),
        "RECOURS_FILES": str(settings.MEDIA_ROOT),
    }
    command = [sys.executable, "-m", "recours.cli", "verify", *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=60)


@pytest.fixture
def claim() -> Claim:
    """A claim with a photograph, beside one whose refund is prepared."""
    a_refund_due(an_order(lines=(1000, 500), shipping=300))
    prepare()
    found = a_claim()
    upload = SimpleUploadedFile("photo.jpg", samples.picture())
    add_evidence(
        claim_id=found.pk, by=the_buyer(found.buyer_id), files=[store_upload(upload=upload, by=None)]
    )
    return found


def test_clean_installation_is_said_to_be_so(claim: Claim) -> None:
    done = run()

    assert (done.returncode, done.stdout.strip()) == (0, "✓ 2 réclamations rejouées, aucune différence.")
    assert json.loads(run("--json", "--sample", "1").stdout) == {"claims": 2, "differences": []}


def test_each_change_is_named_and_the_status_is_an_error(claim: Claim) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE claims_claim SET due_party = 'agent' WHERE reference = %s", [claim.reference])
        cursor.execute(
            "UPDATE marketplaces_order SET shipping_refunded_minor = 299 WHERE shipping_refunded_minor > 0"
        )
    original = max(
        Path(settings.MEDIA_ROOT).rglob("*"), key=lambda path: path.is_file() and path.stat().st_size
    )
    original.chmod(0o600)
    content = bytearray(original.read_bytes())
    content[len(content) // 2] ^= 1
    original.write_bytes(content)

    done = run()

    assert done.returncode == 1
    assert f"{claim.reference} : la colonne due_party contient « agent »" in done.stdout.replace(
        "\u202f", " "
    ).replace("\u00a0", " ")
    assert "Frais de port" in done.stdout
    assert f"{original.name}" in done.stdout
    assert "3 différences" in done.stdout
    report = json.loads(run("--json").stdout)
    assert [each["what"] for each in report["differences"]] == [
        "column",
        "shipping_miscounted",
        "file_altered",
    ]
    alone = json.loads(run("--json", "--claim", claim.reference.lower()).stdout)
    assert (alone["claims"], len(alone["differences"])) == (1, 1)


def test_claim_that_does_not_exist_is_said_so(claim: Claim) -> None:
    done = run("--claim", "L-22222222")

    assert done.returncode == 1
    assert "Il n'y a pas de réclamation L-22222222." in done.stderr
