"""The command line is quick to answer and lists what exists."""

import subprocess
import sys

from click.testing import CliRunner

from recours.cli import COMMANDS, group


def test_help_lists_each_command_and_imports_no_django() -> None:
    script = (
        "import sys; sys.argv = ['recours', '--help']\n"
        "from recours.cli import main\n"
        "try: main()\n"
        "finally: print('django' in sys.modules, file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)

    assert done.stderr.strip() == "False"
    for name in ("demo", "serve", "worker", "migrate", "doctor", "test", "lint", "bench", "manage"):
        assert f"\n  {name} " in done.stdout


def test_each_command_has_its_help() -> None:
    for name in group.list_commands(None):  # type: ignore[arg-type]
        if name in {"manage", "test"}:  # these hand --help on to what they call
            continue
        result = CliRunner().invoke(group, [name, "--help"])

        assert (result.exit_code, result.output.startswith("Usage: ")) == (0, True), (name, result.output)
        assert len(COMMANDS[name][1]) > 10


def test_unknown_command_is_named() -> None:
    result = CliRunner().invoke(group, ["frobnicate"])

    assert (result.exit_code, "frobnicate" in result.output) == (2, True)
