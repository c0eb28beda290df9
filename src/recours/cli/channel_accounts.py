"""What `recours doctor` says of the accounts of channels: whether each can be heard and answered."""

from __future__ import annotations

from collections.abc import Iterator

from django.conf import settings

from recours.marketplaces.models import Marketplace


def counted() -> str:
    """Say how many accounts there are; empty for none."""
    numbers, pages = len(settings.WHATSAPP_NUMBERS), len(settings.FACEBOOK_PAGES)
    said = (("numéro WhatsApp", numbers), ("page Facebook", pages))
    return ", ".join(f"{count} {name}" for name, count in said if count)


def wrong() -> Iterator[tuple[str, str]]:
    """Yield what keeps an account from being heard or answered, each with what mends it: one query at most."""
    numbers, pages, tokens = settings.WHATSAPP_NUMBERS, settings.FACEBOOK_PAGES, settings.FACEBOOK_TOKENS
    if not numbers and not pages and not tokens:
        return
    if not any(secret.strip() for secret in settings.META_APP_SECRETS):
        yield "rien n'arrive : aucun secret ne signe les webhooks", "RECOURS_META_APP_SECRET"
    elif not settings.META_VERIFY_TOKEN:
        yield "Meta ne peut pas vérifier l'adresse des webhooks", "RECOURS_META_VERIFY_TOKEN"
    if numbers and not settings.WHATSAPP_TOKEN:
        yield "WhatsApp ne peut être ni répondu ni lu en entier : aucun jeton", "RECOURS_WHATSAPP_TOKEN"
    for page in sorted(pages.keys() - tokens.keys()):
        yield f"la page {page} n'a pas de jeton", f"RECOURS_FACEBOOK_TOKENS={page}:…"
    for page in sorted(tokens.keys() - pages.keys()):
        yield (
            f"un jeton est pour la page {page}, qui n'est à aucune place de marché",
            "RECOURS_FACEBOOK_PAGES",
        )
    slugs = {*numbers.values(), *pages.values()}
    known = set(Marketplace.objects.filter(slug__in=slugs).values_list("slug", flat=True))
    for slug in sorted(slugs - known):
        yield f"« {slug} » n'est pas une place de marché", "RECOURS_WHATSAPP_NUMBERS, RECOURS_FACEBOOK_PAGES"
