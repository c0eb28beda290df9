"""What stands in the place of the placeholders of an answer, and the words about those that stay."""

from __future__ import annotations

from django.utils.translation import gettext as _

from recours.conversations.models import Conversation
from recours.marketplaces.models import OrderLine
from recours.people.models import User
from recours.rules.canned import ALIASES, Filled, Placeholder
from recours.ui.language import lang


def values_in(row: Conversation, *, user: User, buyer_name: str) -> dict[Placeholder, str]:
    """Return what the placeholders stand for in a conversation. Its buyer is called as its reader knows them."""
    return {
        Placeholder.BUYER: buyer_name,
        Placeholder.ORDER: row.order.number if row.order else "",
        Placeholder.ARTICLE: _article(row),
        Placeholder.SHOP: row.shop.name if row.shop else row.marketplace.name,
        Placeholder.ME: user.name,
    }


def sample(*, user: User, holder_name: str) -> dict[Placeholder, str]:
    """Return made-up values, to see how an answer will read."""
    return {
        Placeholder.BUYER: "Camille",
        Placeholder.ORDER: "MM-48207",
        Placeholder.ARTICLE: _("Lampe Orion"),
        Placeholder.SHOP: holder_name,
        Placeholder.ME: user.name or _("votre nom"),
    }


def explained() -> list[tuple[str, str]]:
    """Return each placeholder as it is written in the reader's language, with what it stands for."""
    told = {
        Placeholder.BUYER: _("le prénom de l’acheteur"),
        Placeholder.ORDER: _("le numéro de la commande"),
        Placeholder.ARTICLE: _("les articles concernés"),
        Placeholder.SHOP: _("le nom de la boutique, ou de la place de marché"),
        Placeholder.ME: _("votre nom"),
    }
    return [(written(which), meaning) for which, meaning in told.items()]


def written(which: Placeholder) -> str:
    """Return a placeholder as it is typed."""
    french = {alias_of: alias for alias, alias_of in ALIASES.items()}
    name = which.value if lang() != "fr" else french.get(which, which.value)
    return f"{{{{ {name} }}}}"


def warnings(filled: Filled) -> list[str]:
    """Say what was left as it was written, one sentence each."""
    said = [
        _("« %(name)s » n’est pas un mot que nous remplaçons : il est resté tel quel.") % {"name": name}
        for name in filled.unknown
    ]
    said += [
        _("« %(name)s » ne correspond à rien dans cette conversation : remplacez-le avant d’envoyer.")
        % {"name": name}
        for name in filled.empty
    ]
    return said


def _article(row: Conversation) -> str:
    meant = list(row.lines.order_by("position").values_list("title", flat=True))
    if not meant and row.order_id is not None:
        titles = OrderLine.objects.filter(order_id=row.order_id).order_by("position")
        meant = list(titles.values_list("title", flat=True))
    return ", ".join(meant)
