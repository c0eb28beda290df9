"""What happened and what was said: the milestones, the proposals, the decision, and the whole story."""

from __future__ import annotations

from django.utils.translation import gettext as _

from recours.claims.presentation import Paragraph, paragraphs, terms_text, timeline, word
from recours.claims.presentation.words import rule_cited
from recours.dossier.blocks import AnyBlock, Entry, Facts, Heading, Line, Prose, Table
from recours.dossier.queries import Gathered
from recours.rules.lifecycle.claim import Offer
from recours.rules.lifecycle.vocabulary import State
from recours.rules.wording import say
from recours.rules.wording.format import instant, until
from recours.ui.language import lang

NEGOTIATED = frozenset({State.CONTACTING_SELLER, State.WITH_SELLER, State.WITH_BUYER, State.WITH_PLATFORM})
"""Where a proposal can still be accepted."""


def milestones(gathered: Gathered) -> list[AnyBlock]:
    """Return the way the claim has gone, and what would come next if nobody did anything."""
    opened = gathered.opened
    rows = [
        [
            instant(step["at"], opened.zone, lang()) if step["at"] else step.get("note") or "–",
            step["label"] if step["state"] != "next" else f"{step['label']} ({_('à venir')})",
        ]
        for step in timeline(opened, gathered.told)
    ]
    return [
        Heading(text=_("Les étapes")),
        Table(columns=[_("Date"), _("Étape")], rows=rows, widths=[5, 7]),
    ]


def decision(gathered: Gathered) -> list[AnyBlock]:
    """Return the platform's ruling, the rule that it names and its reasons."""
    ruling = gathered.opened.claim.ruling
    if ruling is None:
        return []
    return [
        Heading(text=_("La décision")),
        Facts(
            pairs=[
                (_("Rendue le"), instant(ruling.made_at, gathered.opened.zone, lang())),
                (
                    _("Décision"),
                    terms_text(ruling.terms) if ruling.terms else word("story", "rejected"),
                ),
                (_("Règle appliquée"), rule_cited(ruling.rule)),
            ]
        ),
        Prose(text=ruling.reasons),
    ]


def offers(gathered: Gathered) -> list[AnyBlock]:
    """Return every proposal that was made, and what became of it; its reasons are in the story."""
    opened = gathered.opened
    rows = [
        [
            str(offer.number),
            instant(offer.made_at, opened.zone, lang()),
            word("role", offer.by),
            terms_text(offer.terms),
            _fate(gathered, offer),
        ]
        for offer in opened.claim.offers
    ]
    if not rows:
        return []
    columns = [_("N°"), _("Le"), _("Par"), _("Proposition"), _("Suite")]
    return [Heading(text=_("Les propositions")), Table(columns=columns, rows=rows, widths=[1, 4, 3, 5, 5])]


def _fate(gathered: Gathered, offer: Offer) -> str:
    opened = gathered.opened
    if offer.refused_by:
        return say(lang(), "offer.refused", who=word("role", offer.refused_by[-1]))
    if offer.accepted_by:
        return " ".join(say(lang(), "offer.accepted", who=word("role", role)) for role in offer.accepted_by)
    if not offer.is_open(opened.now):
        return say(lang(), "offer.expired")
    if opened.claim.state not in NEGOTIATED:
        return _("Sans suite")
    return say(lang(), "offer.expires", until=until(offer.expires_at, opened.zone, lang()))


def told(gathered: Gathered) -> list[AnyBlock]:
    """Return the events and messages in their order, as this role reads them on its page."""
    opened = gathered.opened
    entries = [_entry(gathered, one) for one in paragraphs(opened, gathered.told)]
    return [
        Heading(text=_("Ce qui s’est passé et ce qui s’est dit")),
        Line(
            text=_("Les dates sont celles où chaque chose a pris effet. Les mots de chacun sont les siens."),
            quiet=True,
        ),
        *entries,
    ]


def _entry(gathered: Gathered, one: Paragraph) -> Entry:
    lines = list(one.lines)
    if one.by_mail:
        lines.append(_("Reçu par courriel."))
    if one.flags:
        lines.append(_("Ce message donne un moyen de joindre son auteur hors de la plateforme."))
    return Entry(
        at=instant(one.at, gathered.opened.zone, lang()),
        who=one.who,
        title=one.title,
        lines=lines,
        text=one.text,
        files=[_("Fichier joint : %(name)s") % {"name": file["name"]} for file in one.files],
    )
