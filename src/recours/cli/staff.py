"""`recours staff`: who works for a shop, or at a marketplace's desk."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from recours.cli.setup import database

if TYPE_CHECKING:
    from recours.people.models import User

EMAIL = click.argument("email", metavar="COURRIEL")


@click.group()
def command() -> None:
    """Nomme les personnes qui travaillent pour une boutique ou à la plateforme.

    La personne crée d'abord son compte sur le site, avec cette adresse.
    """


@command.command()
@EMAIL
@click.option("--marketplace", "slug", required=True, help="La place de marché.")
@click.option(
    "--ref", required=True, help="La référence de la boutique, telle que la place de marché la donne."
)
@click.option("--administrator", is_flag=True, help="Peut aussi choisir qui d'autre agit pour la boutique.")
def shop(email: str, slug: str, ref: str, administrator: bool) -> None:
    """Laisse cette personne agir pour une boutique."""
    with database():
        from recours.marketplaces.models import Shop  # Django must be ready
        from recours.people.commands import appoint_to_shop
        from recours.people.models import ShopRole

        found = Shop.objects.filter(marketplace__slug=slug, ref=ref).first()
        if found is None:
            raise click.ClickException(f"Aucune boutique « {ref} » sur la place de marché « {slug} ».")
        role = ShopRole.ADMINISTRATOR if administrator else ShopRole.STAFF
        appoint_to_shop(user=_account(email), shop_id=found.pk, role=role)
        click.echo(f"{email} : {found.name}")


@command.command()
@EMAIL
@click.option("--marketplace", "slug", required=True, help="La place de marché.")
@click.option("--administrator", is_flag=True, help="La même chose que --role administrator.")
@click.option(
    "--role",
    "named",
    type=click.Choice(["agent", "lead", "administrator", "auditor"]),
    default="agent",
    help="Agent (à défaut), responsable d'équipe, administrateur, ou auditeur : il lit tout et n'écrit rien.",
)
def desk(email: str, slug: str, administrator: bool, named: str) -> None:
    """Donne à cette personne un rôle à la plateforme."""
    with database():
        from recours.marketplaces.models import Marketplace  # Django must be ready
        from recours.people.commands import appoint_to_desk
        from recours.people.models import DeskRole

        place = Marketplace.objects.filter(slug=slug).first()
        if place is None:
            raise click.ClickException(f"Aucune place de marché « {slug} ».")
        role = DeskRole.ADMINISTRATOR if administrator else DeskRole(named)
        appoint_to_desk(user=_account(email), marketplace_id=place.pk, role=role)
        click.echo(f"{email} : {role.value}, {place.name}")


def _account(email: str) -> User:
    from recours.people.models import User  # Django must be ready

    user = User.objects.filter(email=email.strip().lower()).first()
    if user is None:
        raise click.ClickException(
            f"Aucun compte « {email} » : la personne doit d'abord s'inscrire sur le site."
        )
    return user
