"""The goods on their way back, and the money."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from recours.claims.presentation import terms_text
from recours.claims.presentation.returns import goods_back
from recours.dossier.blocks import AnyBlock, Facts, Heading, Line, Steps, Table
from recours.dossier.queries import Gathered
from recours.refunds.presentation import money_of, whereabouts
from recours.rules.lifecycle.claim import Pieces
from recours.rules.lifecycle.vocabulary import Role
from recours.rules.wording.format import day, instant, money
from recours.ui.language import lang


def return_trip(gathered: Gathered) -> list[AnyBlock]:
    """Return where the goods are and what was in the parcel; nothing where none go back."""
    trip, found = gathered.opened.claim.trip, goods_back(gathered.opened)
    if trip is None or found is None:
        return []
    pairs = [(_("Autorisé le"), instant(trip.authorised_at, gathered.opened.zone, lang()))]
    if found["address"]:
        pairs.append((_("Adresse de retour"), "\n".join(found["address"])))
    if trip.shipped_on is not None:
        pairs.append((_("Envoyé le"), day(trip.shipped_on, lang())))
        pairs.append((_("Transporteur"), f"{trip.carrier} {trip.tracking}".strip()))
    if trip.sent:
        pairs.append((_("Envoyé"), _pieces(gathered, trip.sent)))
    if trip.arrived_on is not None:
        arrived = _("Refusé le") if trip.refused else _("Arrivé le")
        pairs.append((arrived, day(trip.arrived_on, lang())))
    if trip.condition:
        pairs.append((_("État constaté"), trip.condition))
    if trip.came:
        pairs.append((_("Reçu"), _pieces(gathered, trip.came)))
    blocks: list[AnyBlock] = [Heading(text=_("Le retour")), Facts(pairs=pairs)]
    if found["risk"]:
        blocks.append(Line(text=found["risk"]))
    for clock in found["clocks"]:
        blocks.append(Steps(what=clock["what"], lines=[clock["text"], *clock["sides"], *clock["steps"]]))
    return blocks


def _pieces(gathered: Gathered, pieces: tuple[Pieces, ...]) -> str:
    titles = {line.line_id: line.title for line in gathered.opened.claim.opening.lines}
    return ", ".join(f"{titles.get(one.line_id, '?')} × {one.quantity}" for one in pieces)


def money_back(gathered: Gathered) -> list[AnyBlock]:
    """Return what was granted, what is due and by when, each refund, and what the law adds to a late one."""
    claim = gathered.opened.claim
    blocks: list[AnyBlock] = []
    if claim.agreed is not None:
        blocks.append(Facts(pairs=[(_("Accordé"), terms_text(claim.agreed))]))
    found = money_of(gathered.opened, gathered.refunds)
    if found["promise"] is not None:
        blocks += _promise(found["promise"])
    if gathered.refunds:
        blocks.append(_refunds(gathered))
    for one in claim.chargebacks:
        opened_at = instant(one.opened_at, gathered.opened.zone, lang())
        said = f"{money(one.amount, lang())}, {opened_at}"
        blocks.append(Facts(pairs=[(_("Contestation bancaire en cours"), said)]))
    if found["meter"] is not None:
        blocks += [Line(text=line) for line in found["meter"]["lines"]]
    return [Heading(text=_("Le remboursement")), *blocks] if blocks else []


def _promise(promise: dict[str, Any]) -> Iterator[AnyBlock]:
    if promise.get("condition"):
        yield Line(text=promise["condition"])
    if promise["facts"]:
        yield Facts(pairs=promise["facts"])
    if promise["sides"]:
        rows = [
            [side["name"], side["earliest"], f"{side['latest']}{_counts(side)}"] for side in promise["sides"]
        ]
        yield Table(columns=["", _("Au plus tôt"), _("Au plus tard")], rows=rows, widths=[4, 4, 5])
    if promise["note"]:
        yield Line(text=promise["note"], quiet=True)
    for why in promise["whys"]:
        yield Steps(what=why["summary"], lines=why["steps"])


def _counts(side: dict[str, Any]) -> str:
    return f" ({_('date retenue')})" if side["counts"] else ""


def _refunds(gathered: Gathered) -> Table:
    """Return one row per refund. On whose account it was paid, and under which reference, is not the seller's."""
    rows = []
    for one in gathered.refunds:
        row = [
            instant(one.owed_at, gathered.opened.zone, lang()),
            money(one.amount, lang()),
            whereabouts(gathered.opened, one),
        ]
        if gathered.role is not Role.SELLER:
            references = (one.payment.ref if one.payment else "", one.provider_ref)
            row.append(" · ".join(part for part in references if part))
        rows.append(row)
    columns = [_("Dû depuis le"), _("Montant"), _("État"), _("Paiement et référence")]
    if gathered.role is Role.SELLER:
        return Table(columns=columns[:3], rows=rows, widths=[5, 2, 5])
    return Table(columns=columns, rows=rows, widths=[5, 2, 4, 4])
