"""`recours policy publish FILE`: make a policy the one in force."""

from __future__ import annotations

import click

from recours import clock
from recours.cli.policy_file import read_policy, read_text
from recours.cli.setup import database


@click.command()
@click.argument("name", metavar="FICHIER|MODÈLE")
@click.option("--marketplace", "slug", help="La place de marché ; inutile s'il n'y en a qu'une.")
@click.option("--lang", type=click.Choice(["fr", "en"]), default="fr", show_default=True, help="La langue.")
def publish(name: str, slug: str | None, lang: str) -> None:
    """Publie des conditions : elles valent pour les réclamations ouvertes à partir de maintenant.

    Une réclamation déjà ouverte garde celles sous lesquelles elle a été ouverte. Les articles du centre d'aide
    en citent aussitôt les délais.
    """
    read_policy(name, lang)
    text = read_text(name, lang)
    with database():
        from django.db import transaction  # Django must be ready

        from recours.cli.help_ import tell_refilled
        from recours.cli.import_ import chosen_marketplace
        from recours.helpcentre.commands import refill
        from recours.marketplaces.policies import publish_policy

        place = chosen_marketplace(slug, lang)
        now = clock.now()
        with transaction.atomic():
            published = publish_policy(marketplace_id=place.pk, source=text, now=now)
            refilled = refill(place.pk, now)
        click.echo(f"{place.slug} v{published.version}")
        tell_refilled(refilled, lang)
