"""Who is who, and what was bought."""

from __future__ import annotations

from django.utils.translation import gettext as _

from recours.claims.presentation import country_name, terms_text, word
from recours.claims.presentation.words import first_name
from recours.dossier.blocks import AnyBlock, Facts, Heading, Line, Prose, Table
from recours.dossier.queries import Gathered
from recours.marketplaces.models import Parcel, Payment
from recours.rules.lifecycle.vocabulary import About, Role
from recours.rules.money import Money
from recours.rules.wording.format import day, instant, money
from recours.ui.language import lang


def parties(gathered: Gathered) -> list[AnyBlock]:
    """Return who complains, of whom, and who decides. A seller reads the buyer's first name, and no address."""
    row = gathered.opened.row
    buyer = row.buyer
    pairs = [(word("role", Role.BUYER), _buyer(gathered))]
    if gathered.role is not Role.SELLER:
        pairs.append((_("Adresse électronique"), buyer.email))
    pairs.append((_("Droit applicable"), country_name(gathered.opened.claim.opening.country)))
    if row.shop is not None:
        pairs.append((word("role", Role.SELLER), row.shop.name))
        pairs += [
            (term, said)
            for term, said in (
                (_("Raison sociale"), row.shop.legal_name),
                (_("Adresse"), row.shop.address),
                (_("Immatriculation"), row.shop.registration),
                (_("Médiateur"), row.shop.mediator),
            )
            if said
        ]
    pairs.append((word("role", Role.MARKETPLACE), row.marketplace.name))
    return [Heading(text=_("Les parties")), Facts(pairs=pairs)]


def _buyer(gathered: Gathered) -> str:
    buyer = gathered.opened.row.buyer
    if gathered.role is Role.SELLER:
        return first_name(buyer.name)
    return buyer.name or _("sans nom")


def purchase(gathered: Gathered) -> list[AnyBlock]:
    """Return what was ordered, sent and paid, then what is asked for and why."""
    opened, row = gathered.opened, gathered.opened.row
    opening = opened.claim.opening
    pairs = []
    if row.order is not None:
        pairs.append((_("Numéro"), row.order.number))
        pairs.append((_("Commandé le"), instant(row.order.ordered_at, opened.zone, lang())))
        if row.order.shipping_captured_minor:
            shipping = Money(minor=row.order.shipping_captured_minor, currency=row.order.currency)
            pairs.append((_("Frais de port"), money(shipping, lang())))
    heading = _("La commande") if row.order is not None else _("L’achat")
    blocks: list[AnyBlock] = [Heading(text=heading)]
    if pairs:
        blocks.append(Facts(pairs=pairs))
    blocks += _lines(gathered)
    blocks += _parcels(gathered)
    blocks += _payments(gathered)
    if opening.about is About.PURCHASE:
        blocks.append(Line(text=_("Aucune commande ni aucun paiement n’est connu de la place de marché.")))
    return [
        *blocks,
        Heading(text=_("La réclamation")),
        Facts(
            pairs=[
                (_("Motif"), word("ground", opened.claim.ground)),
                (_("Demande"), terms_text(opened.claim.wanted)),
                (_("Montant en jeu"), money(opened.claim.disputed, lang())),
            ]
        ),
        Prose(text=opening.explanation),
    ]


def _lines(gathered: Gathered) -> list[AnyBlock]:
    claimed = {line.line_id: line.quantity for line in gathered.opened.claim.opening.lines}
    if not gathered.lines:
        return []
    rows = [
        [
            line.title,
            str(line.quantity),
            money(line.captured, lang()),
            str(claimed[line.pk]) if line.pk in claimed else _("non"),
        ]
        for line in gathered.lines
    ]
    return [
        Table(columns=[_("Article"), _("Quantité"), _("Payé"), _("Réclamé")], rows=rows, widths=[6, 2, 2, 2])
    ]


def _parcels(gathered: Gathered) -> list[AnyBlock]:
    parcels = {line.parcel.pk: line.parcel for line in gathered.lines if line.parcel is not None}
    rows = [
        [
            " ".join(part for part in (parcel.carrier, parcel.tracking) if part) or parcel.ref,
            day(parcel.shipped_on, lang(), weekday=False) if parcel.shipped_on else "–",
            day(parcel.promised_on, lang(), weekday=False) if parcel.promised_on else "–",
            _delivered(parcel),
        ]
        for parcel in parcels.values()
    ]
    columns = [_("Colis"), _("Envoyé le"), _("Promis pour le"), _("Livré le")]
    return [Table(columns=columns, rows=rows, widths=[4, 3, 3, 4])] if rows else []


def _delivered(parcel: Parcel) -> str:
    if parcel.delivered_on is None:
        return _("pas encore")
    source = word("delivery_source", parcel.delivery_source)
    return f"{day(parcel.delivered_on, lang(), weekday=False)} ({source})"


def _payments(gathered: Gathered) -> list[AnyBlock]:
    """Return what the buyer paid, and how: the buyer's business, and the platform's. A seller reads prices above."""
    if gathered.role is Role.SELLER:
        return []
    rows = [
        [
            payment.ref,
            instant(payment.captured_at, gathered.opened.zone, lang()),
            payment.method or "–",
            _paid(payment),
        ]
        for payment in gathered.payments
    ]
    columns = [_("Paiement"), _("Le"), _("Moyen"), _("Montant")]
    return [Table(columns=columns, rows=rows, widths=[4, 5, 2, 3])] if rows else []


def _paid(payment: Payment) -> str:
    amount = money(Money(minor=payment.captured_minor, currency=payment.currency), lang())
    return amount if payment.status == Payment.Status.CAPTURED else f"{amount} ({_('non abouti')})"
