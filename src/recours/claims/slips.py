"""The return slip: a paper that goes into the parcel, by which the seller finds the claim.

It names goods, a reference and an address, and nobody: who finds it learns nothing of the buyer. Its QR code is the
address of the seller's page of this return, which shows itself to the shop's staff alone.
"""

from __future__ import annotations

import io
from typing import Any

import segno
from django.conf import settings
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from recours.claims.presentation.returns import address_lines, address_note, contents
from recours.claims.queries import OpenedClaim
from recours.typesetting import typeset
from recours.ui.language import lang


def slip(opened: OpenedClaim, path: str) -> dict[str, Any]:
    """Return what the slip says; `path` is where the seller's page of the return is."""
    row = opened.row
    return {
        "place": row.marketplace.name,
        "shop": row.shop.name if row.shop else "",
        "order": _("Commande %(number)s") % {"number": row.order.number} if row.order else "",
        "for_seller": _(
            "Pour le vendeur : scannez le code ou ouvrez l’adresse ci-dessous pour signaler l’arrivée, "
            "puis accepter ou contester ce retour."
        ),
        "url": f"{settings.SITE_URL}{path}",
    }


def qr_code(url: str, *, scale: int = 4) -> SafeString:
    """Return a QR code as an inline picture, `scale` pixels a module, without a style of its own."""
    code = segno.make(url, error="m", micro=False)
    drawn = code.svg_inline(
        scale=scale, border=2, svgclass="qr-code", lineclass=None, omitsize=False, light="#fff"
    )
    return mark_safe(drawn)  # noqa: S308 - drawn by us, of our own address


def slip_pdf(opened: OpenedClaim, path: str) -> bytes:
    """Return the slip as a PDF. Raises TypesettingError."""
    said = slip(opened, path)
    drawn = io.BytesIO()
    segno.make(said["url"], error="m", micro=False).save(drawn, kind="svg", scale=10, border=2, light="#fff")
    data = said | {
        "title": _("Bon de retour"),
        "reference": opened.row.reference,
        "to": _("À renvoyer à"),
        "address": address_lines(opened) or [address_note(opened)],
        "inside": _("Dans ce colis"),
        "contents": [{"title": one["title"], "quantity": one["quantity"]} for one in contents(opened)],
        "qr_alt": _("Code QR de ce retour"),
    }
    return typeset("claims/slip.typ", data, at=opened.now, lang=lang(), files={"qr.svg": drawn.getvalue()})
