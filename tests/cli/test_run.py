"""./run, on machines where something is missing. Its environments are stubs: nothing is downloaded."""

import shutil
import subprocess
from pathlib import Path

import pytest
from tests.conftest import REPOSITORY

TOOLS = (
    "sh",
    "dirname",
    "cksum",
    "cut",
    "mkdir",
    "rm",
    "mv",
    "cat",
    "grep",
    "id",
    "sleep",
    "env",
    "ls",
    "cp",
    "chmod",
)
PYTHON = r"""#!/bin/sh
# A Python that says it is {version}, makes environments {venv}, and notes what it is asked.
echo "$0 $*" >>"{log}"
case "$*" in
*version_info\[:2\]*) echo {version} ;;
*"version_info < (3, 11)"*) exit {too_old} ;;
*"-m venv"*)
    [ "{venv}" = yes ] || [ "{venv}" = "without pip" -a "$3" = --without-pip ] || exit 1
    for folder; do :; done
    mkdir -p "$folder/bin" && cp "$0" "$folder/bin/python" && : >"$folder/pyvenv.cfg" ;;
*"-m ensurepip"* | *"-m virtualenv"*) exit 1 ;;
*"-m pip --version"*) [ "{venv}" = yes ] || exit 1 ;;
*"-m recours.cli"*) env >"{log}.environment" ;;
esac
"""


class Machine:
    """A checkout on a machine whose only Python is a stub."""

    def __init__(self, folder: Path) -> None:
        self.checkout = folder / "my checkout"
        self.path = folder / "bin"
        self.log = folder / "log"
        self.log.touch()
        self.checkout.mkdir()
        self.path.mkdir()
        for name in ("run", "requirements.lock", "requirements-dev.lock"):
            shutil.copy(REPOSITORY / name, self.checkout / name)
        for name in TOOLS:
            found = shutil.which(name)
            assert found
            (self.path / name).symlink_to(found)

    def has_python(self, version: str, *, venv: str = "yes", name: str = "python3") -> None:
        too_old = int(tuple(map(int, version.split("."))) < (3, 11))
        script = PYTHON.format(version=version, venv=venv, too_old=too_old, log=self.log)
        (self.path / name).write_text(script)
        (self.path / name).chmod(0o755)

    def run(self, *arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [str(self.checkout / "run"), *arguments],
            env={"PATH": str(self.path), "HOME": "/nonexistent"} | environment,
            cwd="/",
            capture_output=True,
            text=True,
            check=False,
        )

    @property
    def asked(self) -> list[str]:
        return self.log.read_text().splitlines()

    @property
    def environment(self) -> dict[str, str]:
        """What the command found around it."""
        lines = self.log.with_name("log.environment").read_text().splitlines()
        return {name: value for name, _, value in (line.partition("=") for line in lines)}

    @property
    def installs(self) -> list[str]:
        return [line.rsplit("/", 1)[1] for line in self.asked if " install " in line]


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_machine_without_python(machine: Machine) -> None:
    done = machine.run("demo")

    assert (done.returncode, "needs Python 3.11 or later" in done.stderr) == (1, True)


def test_python_too_old_is_named(machine: Machine) -> None:
    machine.has_python("3.9")

    done = machine.run("demo")

    assert (done.returncode, "Python is too old here: python3 (3.9)." in done.stderr) == (1, True)


def test_newer_python_beside_an_old_one_is_found(machine: Machine) -> None:
    machine.has_python("3.9")
    machine.has_python("3.12", name="python3.12")

    done = machine.run("demo")

    assert (done.returncode, done.stdout) == (0, "")
    assert machine.asked[-1].endswith("/my checkout/.venv/bin/python -P -m recours.cli demo")


def test_environment_is_made_once_and_again_when_the_lock_changes(machine: Machine) -> None:
    machine.has_python("3.11")

    machine.run("demo")
    machine.run("demo")
    assert machine.installs == ["requirements.lock"]

    with (machine.checkout / "requirements.lock").open("a") as lock:
        lock.write("# newer\n")
    machine.run("demo")
    assert machine.installs == ["requirements.lock"] * 2


def test_development_commands_bring_the_development_lock_which_holds_the_other(machine: Machine) -> None:
    machine.has_python("3.11")

    machine.run("test", "-q")
    machine.run("demo")

    assert machine.installs == ["requirements-dev.lock"]
    install = next(line for line in machine.asked if " install " in line)
    assert "--require-hashes" in install
    assert "--no-deps" in install


def test_python_without_pip_borrows_the_systems(machine: Machine) -> None:
    machine.has_python("3.11", venv="without pip")

    done = machine.run("demo")

    assert done.returncode == 0
    install = next(line for line in machine.asked if " install " in line)
    assert "bin/python3 -m pip --python" in install


def test_python_that_makes_no_environment_says_what_to_install(machine: Machine) -> None:
    machine.has_python("3.11", venv="no")

    done = machine.run("demo")

    assert (done.returncode, "sudo apt install python3.11-venv" in done.stderr) == (1, True)
    assert sorted(path.name for path in machine.checkout.iterdir()) == [
        "requirements-dev.lock",
        "requirements.lock",
        "run",
    ]


def test_folder_that_is_no_environment_is_left_alone(machine: Machine) -> None:
    machine.has_python("3.11")
    precious = machine.checkout / "letters"
    precious.mkdir()
    (precious / "one.txt").touch()

    done = machine.run("demo", RECOURS_VENV=str(precious))

    assert (done.returncode, "holds something else" in done.stderr) == (1, True)
    assert [path.name for path in precious.iterdir()] == ["one.txt"]


def test_environment_of_another_python_is_made_anew(machine: Machine) -> None:
    machine.has_python("3.11")
    machine.run("demo")
    machine.has_python("3.12")

    machine.run("demo")

    assert len([line for line in machine.asked if " -m venv " in line]) == 2


def test_where_bytecode_is_forbidden_it_goes_into_the_environment(machine: Machine) -> None:
    machine.has_python("3.11")

    machine.run("demo", PYTHONDONTWRITEBYTECODE="1")

    assert "PYTHONDONTWRITEBYTECODE" not in machine.environment
    assert machine.environment["PYTHONPYCACHEPREFIX"] == str(machine.checkout / ".venv" / "bytecode")


def test_where_bytecode_is_allowed_nothing_is_said_about_it(machine: Machine) -> None:
    machine.has_python("3.11")

    machine.run("demo")

    assert [name for name in machine.environment if name.startswith("PYTHON")] == ["PYTHONPATH"]


def test_alone_it_shows_the_help(machine: Machine) -> None:
    machine.has_python("3.11")

    machine.run()

    assert machine.asked[-1].endswith("-m recours.cli --help")
