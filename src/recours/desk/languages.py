"""In which language those are written to who will read an agent's message: said before a word of it is typed."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _

from recours.conversations.models import Conversation
from recours.conversations.queries import language_of
from recours.rules.wording import FALLBACK

BUYERS = """
SELECT coalesce(nullif(person.language, ''), 'fr') FROM marketplaces_buyer AS buyer
LEFT JOIN people_user AS person ON person.id = buyer.user_id WHERE buyer.id = %(buyer)s
"""
SHOPS = """
SELECT json_agg(DISTINCT coalesce(nullif(person.language, ''), CASE WHEN shop.country = 'CN' THEN 'zh' ELSE 'fr' END))
FROM marketplaces_shop AS shop
LEFT JOIN (people_shopstaff AS staff JOIN people_user AS person ON person.id = staff.user_id AND person.is_active)
  ON staff.shop_id = shop.id
WHERE shop.id = %(shop)s
"""
"""As `claims.announcing` finds them for the mails."""


def written_to(buyer: str, shop: Iterable[str] = ()) -> str:
    """Say in which language a buyer is written to and, where there is one, in which those of a shop are."""
    names = {"fr": _("en français"), "en": _("en anglais"), "zh": _("en chinois")}
    known = {"buyer": names.get(FALLBACK.get(buyer, buyer), names["fr"])}
    theirs = [name for code, name in names.items() if code in set(shop)]
    if not theirs:
        return _("Nous écrivons à l’acheteur %(buyer)s.") % known
    known["shop"] = ", ".join(theirs)
    if theirs == [known["buyer"]]:
        return _("Nous écrivons à l’acheteur et au vendeur %(shop)s.") % known
    return _("Nous écrivons à l’acheteur %(buyer)s, et au vendeur %(shop)s.") % known


def written_to_in(row: Conversation) -> str:
    """Say it of a conversation with customer service, whose buyer or contact is loaded."""
    return written_to(language_of(row))
