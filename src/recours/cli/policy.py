"""`recours policy`: check a policy file, show the ones that come with Recours."""

from __future__ import annotations

import sys

import click

from recours.cli.policy_file import read_policy, read_text
from recours.cli.publish import publish
from recours.rules.law import law_of
from recours.rules.policy import below_the_law
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
