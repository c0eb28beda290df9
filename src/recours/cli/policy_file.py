"""Reading the policy that a command names: a file, or a preset that comes with Recours."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from recours.rules.policy import PRESETS, Policy, PolicyError, parse_policy, preset
from recours.rules.policy.parse import MAX_CHARACTERS
from recours.rules.wording import say


def read_policy(name: str, lang: str) -> Policy:
    """Return the policy of a file or a preset; ends the command with what is wrong, line by line."""
    text = read_text(name, lang)
    try:
        return parse_policy(text)
    except PolicyError as error:
        click.echo(error.explain(lang), err=True)
        for line, message in error.lines(lang):
            click.echo(f"  {say(lang, 'policy.check.line', line=str(line), text=message)}", err=True)
        click.echo(f"→ {error.remedy(lang)}", err=True)
        sys.exit(1)


def read_text(name: str, lang: str) -> str:
    """Return the text of a file or a preset; ends the command when there is neither."""
    if name in PRESETS:
        return preset(name)
    try:
        with Path(name).open("rb") as file:
            return file.read(4 * MAX_CHARACTERS).decode("utf-8-sig")
    except (OSError, UnicodeDecodeError, ValueError):
        click.echo(say(lang, "policy.check.no_file", name=name, known=", ".join(PRESETS)), err=True)
        sys.exit(2)
