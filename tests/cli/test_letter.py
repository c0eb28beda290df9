"""`recours letter`, as someone at a terminal uses it."""

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
from click.testing import CliRunner, Result
from tests.files import samples
from tests.papers import pages, words
from tests.rules.letters.cases import story

from recours.cli.letter import KINDS, command
from recours.rules.letters import Kind


def run(tmp_path: Path, content: str, *arguments: str) -> Result:
    source = tmp_path / "letter.json"
    source.write_text(content, "utf-8")
    return CliRunner().invoke(
        command, ["--json", str(source), "-o", str(tmp_path / "letter.pdf"), *arguments]
    )


def told(kind: Kind = Kind.COMPLAINT, **changed: Any) -> str:
    return json.dumps(msgspec.to_builtins(story(kind)) | changed)


def test_kinds_are_those_of_the_rules() -> None:
    assert list(KINDS) == [kind.value for kind in Kind]


def test_a_letter_is_written(tmp_path: Path) -> None:
    result = run(tmp_path, told())

    assert result.exit_code == 0, result.output
    assert "Pas encore essayé" in result.stderr
    assert "Réclamation, commande n° C-1001" in words((tmp_path / "letter.pdf").read_bytes())


def test_the_kind_of_the_command_line_is_taken(tmp_path: Path) -> None:
    result = run(tmp_path, told(), "--kind", "bank")

    assert result.exit_code == 0, result.output
    assert "opération de paiement non autorisée" in words((tmp_path / "letter.pdf").read_bytes())


def without(*names: str, kind: Kind = Kind.COMPLAINT) -> str:
    return json.dumps({name: value for name, value in json.loads(told(kind)).items() if name not in names})


def test_a_profile_names_the_addressee_and_whose_word_that_is(tmp_path: Path) -> None:
    result = run(tmp_path, without("addressee"), "--profile", "aliexpress_fr")

    assert result.exit_code == 0, result.output
    assert "vérifiez-la avant d’envoyer" in result.stderr
    printed = words((tmp_path / "letter.pdf").read_bytes())
    assert "Aliexpress Alibaba France" in printed
    assert "75002 PARIS" in printed


def test_an_addressee_of_the_file_stands_before_the_profiles(tmp_path: Path) -> None:
    result = run(tmp_path, told(), "--profile", "aliexpress_fr")

    assert result.exit_code == 0, result.output
    assert "vérifiez-la" not in result.stderr
    assert "Alibaba" not in words((tmp_path / "letter.pdf").read_bytes())


def test_a_profile_knows_no_bank_and_may_have_no_address(tmp_path: Path) -> None:
    bank = run(tmp_path, without("addressee", kind=Kind.BANK), "--profile", "aliexpress_fr")
    assert (bank.exit_code, "addressee" in bank.stderr) == (2, True)

    nowhere = run(tmp_path, without("addressee"), "--profile", "grandbazar_exemple")
    assert nowhere.exit_code == 2
    assert "adresse postale" in nowhere.stderr


@pytest.mark.parametrize(
    ("content", "named"),
    [
        ("{", "not JSON"),
        ("[" * 100_000, "“{ }”"),
        ("{}", "“kind”"),
        (told(sender={"name": "A"}), "“sender.address”"),
        (told(writen_on="x"), "“writen_on”"),
        (told(written_on="yesterday"), "“written_on”"),
        (told(order_number=""), "“order_number”"),
        (told(addressee={"name": "A", "address": ["x"] * 8 + ["75002 Paris"]}), "10 lines"),
    ],
)
def test_what_is_wrong_is_named_in_the_readers_language(tmp_path: Path, content: str, named: str) -> None:
    result = run(tmp_path, content, "--lang", "en")

    assert result.exit_code == 2
    assert named in result.stderr
    assert "→" in result.stderr
    assert not (tmp_path / "letter.pdf").exists()


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    result = run(tmp_path, told(enclosures=[{"title": "Photo", "file": "absent.jpg"}]))

    assert result.exit_code == 1
    assert "absent.jpg" in result.stderr


def test_exhibits_of_the_file_and_of_the_command_line_are_annexed(tmp_path: Path) -> None:
    (tmp_path / "photo.heic").write_bytes(samples.heic())
    (tmp_path / "Facture.pdf").write_bytes(samples.pdf(2))
    content = told(enclosures=[{"title": "Arceau", "file": "photo.heic"}, {"title": "Échanges"}])

    result = run(tmp_path, content, "--exhibit", str(tmp_path / "Facture.pdf"))

    assert result.exit_code == 0, result.output
    read = pages((tmp_path / "letter.pdf").read_bytes())
    assert "2. Échanges 3. Facture" in read[0]
    assert [page[:12] for page in read[1:]] == ["Pièce n° 1 –", "Pièce n° 3 –", "Pièce n° 3 –"]


@pytest.mark.parametrize(
    ("content", "said"), [(b"<svg>", "“a.png”"), (samples.mail(), "cannot be printed")], ids=["svg", "mail"]
)
def test_a_file_that_is_no_exhibit_is_named(tmp_path: Path, content: bytes, said: str) -> None:
    (tmp_path / "a.png").write_bytes(content)

    result = run(tmp_path, told(), "--exhibit", str(tmp_path / "a.png"), "--lang", "en")

    assert (result.exit_code, said in result.stderr) == (2, True)
    assert not (tmp_path / "letter.pdf").exists()
