"""The ZIP: whose files are in it, what it says of them, and that it is made while it is sent."""

import hashlib
import io
import json
import os
import random
import zipfile
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from tests.claims.stage import AGENT, BUYER, SELLER, Life
from tests.dossier.stage import NOTE, Dispute, unzipped
from tests.files.samples import LATITUDE
from tests.papers import words

from recours.claims.commands.withholding import seal_exhibit
from recours.claims.models import Evidence
from recours.dossier.bundle import bundle
from recours.dossier.commands import issue_bundle
from recours.dossier.confirming import confirm
from recours.dossier.models import DossierCopy
from recours.dossier.offline import verify
from recours.dossier.queries import gather, opened_as
from recours.files import storage
from recours.rules.lifecycle.vocabulary import Role

pytestmark = pytest.mark.django_db

FLIPS = 1_000
SEED = 20_261_120


@pytest.fixture
def dispute() -> Dispute:
    return Dispute().decided()


def zipped(dispute: Dispute, role: Role) -> bytes:
    return b"".join(issue_bundle(dispute.opened(role)).stream())


def images(pdf: bytes) -> list[Any]:
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        return [image for page in opened.pages for image in page.get_images()]


def saved(content: bytes, folder: Path) -> Path:
    path = folder / "dossier.zip"
    path.write_bytes(content)
    return path


def checked(path: Path, capsys: pytest.CaptureFixture[str], *options: str) -> tuple[int, str]:
    code = verify.main([str(path), *options])
    return code, capsys.readouterr().out


def test_intact_zip_is_said_to_be_so(dispute: Dispute, tmp_path: Path, capfd: Any) -> None:
    path = saved(zipped(dispute, BUYER), tmp_path)

    code, said = checked(path, capfd)

    assert code == 0
    assert f"Intact : 8 fichiers, 5 événements, réclamation {dispute.row.reference}." in said
    assert bytes(dispute.row.head_hash).hex() in said


def test_intact_folder_is_said_to_be_so_in_english(dispute: Dispute, tmp_path: Path, capfd: Any) -> None:
    with zipfile.ZipFile(saved(zipped(dispute, BUYER), tmp_path)) as archive:
        archive.extractall(tmp_path / "unpacked")

    code, said = checked(tmp_path / "unpacked", capfd, "--lang", "en")

    assert (code, said.splitlines()[0]) == (
        0,
        f"Intact: 8 files, 5 events, claim {dispute.row.reference}.",
    )


def test_own_files_are_originals_and_others_copies(dispute: Dispute) -> None:
    mine = unzipped(zipped(dispute, BUYER))
    theirs = unzipped(zipped(dispute, SELLER))
    whole = unzipped(zipped(dispute, AGENT))

    assert LATITUDE in mine["pieces/A-1.jpg"]
    assert LATITUDE not in mine["pieces/V-1.jpg"]
    assert LATITUDE not in theirs["pieces/A-1.jpg"]
    assert LATITUDE in theirs["pieces/V-1.jpg"]
    assert LATITUDE in whole["pieces/A-1.jpg"]
    assert LATITUDE in whole["pieces/V-1.jpg"]
    told = {each["path"]: each for each in json.loads(theirs["manifest.json"])["manifest"]["files"]}
    assert told["pieces/A-1.jpg"]["what"] == "copy"
    assert told["pieces/A-1.jpg"]["original_sha256"] == hashlib.sha256(mine["pieces/A-1.jpg"]).hexdigest()


@pytest.mark.parametrize("role", [BUYER, SELLER, AGENT])
def test_no_copy_holds_what_the_desk_notes_for_itself(dispute: Dispute, role: Role) -> None:
    files = unzipped(zipped(dispute, role))

    assert not [path for path, content in files.items() if NOTE.encode() in content]
    assert NOTE not in words(files["dossier.pdf"])


def test_sealed_exhibit_is_in_no_copy_of_who_it_is_hidden_from(dispute: Dispute) -> None:
    exhibit = Evidence.objects.select_related("file").get(claim_id=dispute.id, side=BUYER, number=1)
    forms = []
    for sha256 in (exhibit.file.sha256, exhibit.file.clean_sha256, exhibit.file.thumb_sha256):
        with storage.read(str(sha256)) as kept:
            forms.append(kept.read())

    seal_exhibit(exhibit=exhibit, by=dispute.by(AGENT), hidden_from=(SELLER,), reason="Une adresse privée.")

    theirs, hers = unzipped(zipped(dispute, SELLER)), unzipped(zipped(dispute, BUYER))
    assert not [name for name, content in theirs.items() if content in forms]
    assert forms[0] in hers.values()
    # The seller's own photograph has the same bytes, and is hidden with it.
    assert (images(theirs["dossier.pdf"]), len(images(hers["dossier.pdf"]))) == ([], 2)


def test_events_that_a_party_does_not_read_are_withheld_and_still_chained(dispute: Dispute) -> None:
    of_seller = json.loads(unzipped(zipped(dispute, SELLER))["journal.json"])["events"]
    of_desk = json.loads(unzipped(zipped(dispute, AGENT))["journal.json"])["events"]

    assert [event["seq"] for event in of_seller if event["body"] is None] == [4]
    assert [event["seq"] for event in of_desk if event["body"] is None] == []
    assert [event["hash"] for event in of_seller] == [event["hash"] for event in of_desk]
    assert "alice.martin" not in json.dumps(of_seller)


def test_declaration_of_withdrawal_gives_the_seller_no_address(tmp_path: Path, capfd: Any) -> None:
    """Its body holds where the acknowledgement went; the words that the seller reads are on paper."""
    life = Life(withdrawing=True, email="alice.privee@example.org")
    opened = {role: opened_as(life.row.reference, role) for role in (BUYER, SELLER, AGENT)}
    copies = {role: b"".join(issue_bundle(one).stream()) for role, one in opened.items()}

    bodies = {
        role: [event["body"] for event in json.loads(unzipped(content)["journal.json"])["events"]]
        for role, content in copies.items()
    }

    assert not [name for name, held in unzipped(copies[SELLER]).items() if b"alice.privee" in held]
    assert "alice.privee" in bodies[BUYER][0]
    assert "alice.privee" in bodies[AGENT][0]
    assert bodies[SELLER][0] is None
    assert checked(saved(copies[SELLER], tmp_path), capfd)[0] == 0


def test_zip_is_made_while_it_is_sent(dispute: Dispute) -> None:
    chunks = list(bundle(gather(dispute.opened(BUYER))).stream())

    assert len(chunks) > 8
    assert max(map(len, chunks)) < 300 * 1024


def test_file_that_the_store_lost_is_named(dispute: Dispute, tmp_path: Path, capfd: Any) -> None:
    lost = gather(dispute.opened(BUYER)).evidence[0].file
    storage.store().delete(storage.path_of(lost.sha256))

    code, said = checked(saved(zipped(dispute, BUYER), tmp_path), capfd)

    assert code == 0
    assert "pieces/A-1.jpg : n'était déjà plus dans le stockage" in said


def test_one_changed_byte_is_caught_and_named_a_thousand_times(dispute: Dispute, tmp_path: Path) -> None:
    """In the files, in the rows of the journal, in the manifest, in the program: each byte counts."""
    content = zipped(dispute, BUYER)
    path = saved(content, tmp_path)
    places = _data_starts(path, content)
    files = unzipped(content)
    chance = random.Random(SEED)
    wrong = []

    with path.open("r+b") as file:
        for _ in range(FLIPS):
            name = chance.choice(sorted(files))
            at = places[name] + chance.randrange(len(files[name]))
            changed = content[at] ^ (1 << chance.randrange(8))
            _write_at(file, at, changed)
            found = _findings(path)
            _write_at(file, at, content[at])
            if {each[0] for each in found} - {verify.JOURNAL} != {name} - {verify.JOURNAL} or not found:
                wrong.append((name, at, found))

    assert wrong == []
    assert _findings(path) == []


def _data_starts(path: Path, content: bytes) -> dict[str, int]:
    with zipfile.ZipFile(path) as archive:
        starts = {}
        for info in archive.infolist():
            header = info.header_offset
            name, extra = (
                int.from_bytes(content[header + at : header + at + 2], "little") for at in (26, 28)
            )
            starts[info.filename] = header + 30 + name + extra
        return starts


def _write_at(file: Any, at: int, byte: int) -> None:
    file.seek(at)
    file.write(bytes([byte]))
    file.flush()


def _findings(path: Path) -> list[verify.Finding]:
    source = verify.Archive(str(path))
    try:
        return verify.check(source)[0]
    finally:
        source.close()


def test_any_changed_byte_of_the_archive_is_caught_or_changes_nothing(
    dispute: Dispute, tmp_path: Path
) -> None:
    content = zipped(dispute, BUYER)
    files = unzipped(content)
    chance = random.Random(SEED + 1)

    for _ in range(300):
        at = chance.randrange(len(content))
        changed = bytearray(content)
        changed[at] ^= 1 << chance.randrange(8)
        path = saved(bytes(changed), tmp_path)

        code = verify.main([str(path)])

        assert code in (0, 1, 2)
        if code == 0:
            with zipfile.ZipFile(path) as archive:
                assert {name: archive.read(name) for name in archive.namelist()} == files


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("drop", "pieces/V-1.jpg : absent"),
        ("add", "pieces/V-2.jpg : ne fait pas partie du dossier"),
        ("rename", "pieces/V-9.jpg : ne fait pas partie du dossier"),
        ("empty", "pieces/V-1.jpg : modifié"),
        ("longer", "pieces/V-1.jpg : modifié"),
        ("link", "pieces/V-1.jpg : modifié"),
    ],
)
def test_changed_folder_is_named(
    dispute: Dispute, tmp_path: Path, capfd: Any, change: str, said: str
) -> None:
    folder = tmp_path / "unpacked"
    with zipfile.ZipFile(saved(zipped(dispute, BUYER), tmp_path)) as archive:
        archive.extractall(folder)
    file = folder / "pieces" / "V-1.jpg"
    content = file.read_bytes()
    match change:
        case "drop":
            file.unlink()
        case "add":
            (folder / "pieces" / "V-2.jpg").write_bytes(content)
        case "rename":
            file.rename(folder / "pieces" / "V-9.jpg")
        case "empty":
            file.write_bytes(b"")
        case "longer":
            file.write_bytes(content + b"PK\x03\x04")
        case "link":
            outside = tmp_path / "outside.jpg"
            outside.write_bytes(content)
            file.unlink()
            file.symlink_to(outside)

    code, out = checked(folder, capfd)

    assert code == 1
    assert said in out.splitlines()


def test_journal_rewritten_with_its_manifest_still_breaks_the_chain(
    dispute: Dispute, tmp_path: Path, capfd: Any
) -> None:
    """Who recomputes the hash of the journal must recompute every link, and then the seal of the PDF tells."""
    files = unzipped(zipped(dispute, BUYER))
    journal = json.loads(files["journal.json"])
    journal["events"][1]["body"] = journal["events"][1]["body"].replace("2000", "9000")
    path = _forged(files, {"journal.json": json.dumps(journal).encode()}, tmp_path)

    code, said = checked(path, capfd)

    assert code == 1
    assert "journal.json : événement 2 : modifié" in said


def test_events_left_off_the_end_are_missed(dispute: Dispute, tmp_path: Path, capfd: Any) -> None:
    files = unzipped(zipped(dispute, BUYER))
    journal = json.loads(files["journal.json"])
    journal["events"].pop()

    code, said = checked(_forged(files, {"journal.json": json.dumps(journal).encode()}, tmp_path), capfd)

    assert code == 1
    assert "la chaîne ne finit pas par l'empreinte du manifeste" in said


def _forged(files: dict[str, bytes], changed: dict[str, bytes], folder: Path) -> Path:
    """A ZIP whose manifest was made anew for changed files, by somebody who read how it is done."""
    files = files | changed
    body = json.loads(files["manifest.json"])["manifest"]
    for each in body["files"]:
        content = files[each["path"]]
        each |= {"size": len(content), "sha256": hashlib.sha256(content).hexdigest()}
    written = b'{"manifest": ' + json.dumps(body).encode()
    seal = hashlib.sha256(written).hexdigest().encode()
    files["manifest.json"] = written + b',\n"seal": "' + seal + b'"\n}\n'
    path = folder / "forged.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


HOSTILE_NAMES = (
    "../../outside.txt",
    "/etc/cron.d/x",
    "pieces\\..\\x",
    "pieces/A-1.jpg\x1b[2J",
    "con",
    "a" * 4000,
)


@pytest.mark.parametrize("name", HOSTILE_NAMES)
def test_hostile_names_are_named_and_written_nowhere(
    dispute: Dispute, tmp_path: Path, capfd: Any, name: str
) -> None:
    path = saved(zipped(dispute, BUYER), tmp_path)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(name, b"x")
    before = sorted(tmp_path.rglob("*"))

    code, said = checked(path, capfd)

    assert code == 1
    assert "ne fait pas partie du dossier" in said
    assert "\x1b" not in said
    assert sorted(tmp_path.rglob("*")) == before


def test_file_present_twice_is_named(dispute: Dispute, tmp_path: Path, capfd: Any) -> None:
    path = saved(zipped(dispute, BUYER), tmp_path)
    with pytest.warns(UserWarning, match="Duplicate"), zipfile.ZipFile(path, "a") as archive:
        archive.writestr("dossier.pdf", b"%PDF another")

    code, said = checked(path, capfd)

    assert code == 1
    assert "dossier.pdf : présent deux fois" in said


def test_bomb_in_place_of_a_file_is_not_unpacked(dispute: Dispute, tmp_path: Path, capfd: Any) -> None:
    files = unzipped(zipped(dispute, BUYER))
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            if name == "pieces/A-1.jpg":
                archive.writestr(name, bytes(50_000_000), compress_type=zipfile.ZIP_DEFLATED)
            else:
                archive.writestr(name, content)

    code, said = checked(path, capfd)

    assert (code, said.splitlines()[0]) == (1, "pieces/A-1.jpg : modifié")


@pytest.mark.parametrize(
    "content",
    [b"", b"PK\x03\x04 not really", b"%PDF-1.7", bytes(1000)],
    ids=["empty", "almost", "pdf", "zeros"],
)
def test_what_is_no_dossier_is_said_to_be_none(tmp_path: Path, capfd: Any, content: bytes) -> None:
    code, said = checked(saved(content, tmp_path), capfd)

    assert code == 2
    assert said.startswith("Ce n'est pas un dossier de Recours : ")


def test_nested_manifest_is_no_dossier(tmp_path: Path, capfd: Any) -> None:
    body = b'{"manifest": ' + b"[" * 100_000 + b"]" * 100_000
    seal = hashlib.sha256(body).hexdigest().encode()
    path = tmp_path / "nested.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("manifest.json", body + b',\n"seal": "' + seal + b'"\n}\n')

    code, _ = checked(path, capfd)

    assert code == 2


def test_pipe_in_place_of_a_file_does_not_hang(dispute: Dispute, tmp_path: Path, capfd: Any) -> None:
    folder = tmp_path / "unpacked"
    with zipfile.ZipFile(saved(zipped(dispute, BUYER), tmp_path)) as archive:
        archive.extractall(folder)
    (folder / "dossier.pdf").unlink()
    os.mkfifo(folder / "dossier.pdf")

    code, said = checked(folder, capfd)

    assert (code, said.splitlines()[0]) == (1, "dossier.pdf : modifié")


def test_confirmed_copy_is_known_here(dispute: Dispute, tmp_path: Path) -> None:
    found = confirm(saved(zipped(dispute, BUYER), tmp_path), "fr")

    assert found.wrong == []
    assert found.known == DossierCopy.objects.get()


def test_copy_that_was_forged_whole_is_not_known_here(dispute: Dispute, tmp_path: Path) -> None:
    files = unzipped(zipped(dispute, BUYER))

    found = confirm(_forged(files, {"dossier.pdf": b"%PDF-1.7 another story"}, tmp_path), "fr")

    assert found.known is None
    assert found.wrong[0].startswith("Aucune copie remise par cette installation n’a cette empreinte")


def test_copy_is_compared_with_the_database(dispute: Dispute, tmp_path: Path) -> None:
    path = saved(zipped(dispute, BUYER), tmp_path)
    copy = DossierCopy.objects.get()
    DossierCopy.objects.filter(pk=copy.pk).update(head_hash=bytes(32))

    assert confirm(path, "fr").wrong == [
        "L’empreinte de la chaîne n’est pas celle de la base à l’événement 5."
    ]
