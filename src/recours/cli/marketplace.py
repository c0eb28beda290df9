"""`recours marketplace`: the marketplaces of an installation."""

from __future__ import annotations

import click

from recours import clock
from recours.cli.setup import database
from recours.rules.calendars import Calendar
from recours.rules.money import exponent
from recours.rules.policy import PRESETS, preset
from recours.rules.refusals import Refusal

LANG = click.option(
    "--lang", type=click.Choice(["fr", "en"]), default="fr", show_default=True, help="La langue."
)


@click.group()
def command() -> None:
    """Crée et liste les places de marché."""


@command.command()
@click.option("--slug", required=True, help="Son nom court, dans les adresses : lettres, chiffres, tirets.")
@click.option("--name", required=True, help="Son nom.")
@click.option("--country", default="FR", show_default=True, help="Son pays, en deux lettres.")
@click.option(
    "--zone", default="Europe/Paris", show_default=True, help="Le fuseau où ses jours sont comptés."
)
@click.option("--currency", default="EUR", show_default=True, help="Sa devise, en trois lettres.")
@click.option(
    "--policy", type=click.Choice(PRESETS), default="default", show_default=True, help="Ses conditions."
)
@LANG
def create(slug: str, name: str, country: str, zone: str, currency: str, policy: str, lang: str) -> None:
    """Crée une place de marché, et publie ses premières conditions et les articles de son centre d'aide.

    Les conditions comptent leurs jours dans leur propre fuseau : pour une place hors de France, montrez-les
    (recours policy show), adaptez-les, puis publiez-les (recours policy publish).
    """
    try:
        exponent(currency)
        Calendar(zone=zone, country=country)
    except Refusal as refusal:
        raise click.ClickException(f"{refusal.explain(lang)}\n→ {refusal.remedy(lang)}") from None
    with database():
        from django.core.exceptions import ValidationError  # Django must be ready
        from django.db import transaction

        from recours.cli.help_ import tell_drafts
        from recours.helpcentre.commands import load_starting_set
        from recours.marketplaces.commands.places import create_marketplace

        now = clock.now()
        try:
            with transaction.atomic():
                place = create_marketplace(
                    slug=slug, name=name, country=country, zone=zone, currency=currency,
                    policy=preset(policy), now=now,
                )  # fmt: skip
                loaded = load_starting_set(place.pk, now)
        except ValidationError as error:
            raise click.ClickException("\n".join(error.messages)) from None
        click.echo(place.slug)
        tell_drafts(loaded, lang)


@command.command("return-address")
@click.argument("slug")
@click.argument("lines", nargs=-1)
def return_address(slug: str, lines: tuple[str, ...]) -> None:
    """Note où vont les retours des boutiques sans adresse de retour : une ligne de l'adresse par argument.

    Sans ligne, l'adresse est effacée, et ces boutiques n'en ont plus.
    """
    with database():
        from recours.marketplaces.commands.places import set_return_address  # Django must be ready
        from recours.marketplaces.models import Marketplace

        place = Marketplace.objects.filter(slug=slug).first()
        if place is None:
            raise click.ClickException(f"Il n'y a pas de place de marché « {slug} ».")
        set_return_address(marketplace_id=place.pk, address="\n".join(line.strip() for line in lines))
        click.echo("\n".join(lines))


@command.command("list")
def list_() -> None:
    """Liste les places de marché."""
    with database():
        from recours.marketplaces.models import Marketplace  # Django must be ready

        for place in Marketplace.objects.order_by("slug"):
            click.echo(f"{place.slug}\t{place.name}\t{place.country}\t{place.zone}\t{place.currency}")
