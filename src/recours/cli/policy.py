"""`recours policy`: check a policy file, show the ones that come with Recours."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from recours.cli.publish import publish
from recours.rules.law import law_of
from recours.rules.policy import PRESETS, Policy, PolicyError, below_the_law, parse_policy, preset
from recours.rules.policy.parse import MAX_CHARACTERS
from recours.rules.wording import say

_lang = click.option(
    "--lang", type=click.Choice(["fr", "en"]), default="fr", show_default=True, help="La langue."
)


@click.group()
def command() -> None:
    """Vérifie et affiche des conditions de place de marché."""


@command.command()
@click.argument("name", metavar="FICHIER|MODÈLE")
@click.option("--strict", is_flag=True, help="Refuse des conditions inférieures à la loi.")
@_lang
def check(name: str, strict: bool, lang: str) -> None:
    """Vérifie un fichier de conditions, et nomme chaque article auquel il est inférieur.

    Le code de sortie est 0 si le fichier est utilisable, 1 sinon, 2 s'il est introuvable ; avec --strict,
    1 aussi pour des conditions inférieures à la loi.
    """
    policy = read_policy(name, lang)
    click.echo(say(lang, "policy.check.good", name=policy.meta.name, version=policy.meta.version))
    country = policy.place.country
    law = law_of(country)
    if law is None:
        click.echo(say(lang, "policy.check.no_law", country=country))
        return
    shortfalls = below_the_law(policy, law)
    if not shortfalls:
        click.echo(say(lang, "policy.check.not_below", country=country))
        return
    click.echo(say(lang, "policy.check.below", country=country, count=len(shortfalls)), err=True)
    for shortfall in shortfalls:
        click.echo(f"  - {shortfall.text(lang)}", err=True)
    if strict:
        click.echo(say(lang, "policy.check.strict"), err=True)
        sys.exit(1)


@command.command()
@click.argument("name", metavar="[FICHIER|MODÈLE]", default="default")
@_lang
def show(name: str, lang: str) -> None:
    """Affiche un fichier de conditions ; un bon point de départ pour écrire le vôtre.

    Modèles : default, aliexpress_2024, ebay_like, amazon_like, paypal_like.
    """
    click.echo(read_text(name, lang), nl=False)


command.add_command(publish)


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
