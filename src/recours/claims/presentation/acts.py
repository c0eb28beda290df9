"""Acts in words: how they are called, what they entail, what to say once done; and buttons for the acts open now."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

from django.utils.translation import gettext as _
from msgspec.structs import replace

from recours.claims.presentation.offers import beside_credit, terms_text
from recours.claims.presentation.words import word
from recours.claims.queries import OpenedClaim
from recours.rules.lifecycle import decide, evolve
from recours.rules.lifecycle.claim import Offer, Terms
from recours.rules.lifecycle.commands import Command
from recours.rules.lifecycle.decide.closing import end_of
from recours.rules.lifecycle.decide.context import PAID_IN, Context
from recours.rules.lifecycle.decide.crediting import credit_term
from recours.rules.lifecycle.standing import standing
from recours.rules.lifecycle.vocabulary import Act, Remedy, Role, State
from recours.rules.money import Money
from recours.rules.refusals import Refusal
from recours.rules.wording.format import money, until
from recours.ui.language import lang

UrlOf = Callable[[Act, int | None], str]
"""Where a face shows, or takes, an act; with the number of the offer it answers."""


def act_label(act: Act, role: Role) -> str:
    """Name an act for a button."""
    if act is Act.OPEN_DISPUTE:
        return _("Ouvrir le litige")
    if act is Act.ESCALATE and role is Role.BUYER:
        return _("Demander à la plateforme de décider")
    return word("act", act)


def act_title(act: Act, role: Role) -> str:
    """Name an act as the title of its page."""
    titles = {
        Act.ACCEPT_OFFER: _("Accepter cette proposition ?"),
        Act.REFUSE_OFFER: _("Refuser cette proposition"),
        Act.WITHDRAW: _("Retirer votre réclamation ?"),
        Act.MARK_SOLVED: _("Votre problème est réglé ?"),
        Act.ACCEPT: _("Accepter la demande de l’acheteur ?"),
        Act.ACCEPT_RETURN: _("Accepter ce retour ?"),
        Act.ANSWER: _("Répondre au vendeur") if role is Role.BUYER else _("Répondre à l’acheteur"),
        Act.COUNTER: _("Demander autre chose"),
        Act.EXTEND_RESPONSE: _("Demander un délai pour répondre"),
        Act.SHIP_RETURN: _("Dire que l’article est renvoyé"),
        Act.CORRECT_TRACKING: _("Corriger le numéro de suivi"),
        Act.REPORT_RETURN_REFUSED: _("Le vendeur a refusé votre colis"),
        Act.REPORT_RETURN_LOST: _("Votre colis est perdu"),
        Act.REOPEN: _("Rouvrir la réclamation"),
        Act.REPORT_REPLACEMENT_MISSING: _("Le nouvel article n’est pas arrivé, ou pas en bon état"),
        Act.REPORT_REFUND_MISSING: _("Que manque-t-il à votre remboursement ?"),
        Act.TRACE_REFUND: _("Dire à l’acheteur où est son remboursement"),
    }
    return titles.get(act) or act_label(act, role)


def act_button(act: Act, role: Role, offer: Offer | None = None) -> str:
    """Name the button that does it, on the act's own page: it says what will happen."""
    if act is Act.ACCEPT_OFFER and offer is not None and offer.terms.remedy is Remedy.CREDIT:
        return _("Accepter ce bon d’achat")
    if act is Act.ACCEPT_OFFER and offer is not None and offer.terms.amount is not None:
        return _("Accepter %(amount)s") % {"amount": money(offer.terms.amount, lang())}
    buttons = {
        Act.ACCEPT_OFFER: _("Accepter la proposition"),
        Act.REFUSE_OFFER: _("Refuser la proposition"),
        Act.WITHDRAW: _("Retirer ma réclamation"),
        Act.MARK_SOLVED: _("Oui, clore la réclamation"),
        Act.ANSWER: _("Envoyer ma réponse"),
        Act.GIVE_EVIDENCE: _("Envoyer ma réponse"),
        Act.ASK: _("Envoyer ma question"),
        Act.ASK_EVIDENCE: _("Envoyer la demande"),
        Act.COUNTER: _("Envoyer ma demande"),
        Act.MAKE_OFFER: _("Envoyer la proposition"),
        Act.PROPOSE: _("Envoyer la proposition"),
        Act.ESCALATE: _("Saisir la plateforme"),
        Act.APPEAL: _("Contester la décision"),
        Act.SHIP_RETURN: _("Enregistrer l’envoi"),
        Act.CORRECT_TRACKING: _("Enregistrer ce numéro"),
        Act.SHIP_REPLACEMENT: _("Enregistrer l’envoi"),
        Act.RECORD_RETURN_ARRIVAL: _("Enregistrer l’arrivée"),
        Act.REPORT_RETURN_REFUSED: _("Signaler le refus"),
        Act.REPORT_RETURN_LOST: _("Saisir la plateforme"),
        Act.RULE: _("Rendre la décision"),
        Act.REPORT_REPLACEMENT_MISSING: _("Saisir la plateforme"),
        Act.REPORT_REFUND_MISSING: _("Demander à la plateforme de chercher"),
        Act.TRACE_REFUND: _("Envoyer la réponse"),
    }
    return buttons.get(act) or act_label(act, role)


def act_done(act: Act, role: Role) -> str:
    """Say that it was done, in one sentence."""
    sentences = {
        Act.OPEN_DISPUTE: _("Votre litige est ouvert."),
        Act.ANSWER: _("Votre réponse est envoyée."),
        Act.ACCEPT: _("La demande est acceptée."),
        Act.REFUSE: _("Votre refus est envoyé."),
        Act.MAKE_OFFER: _("Votre proposition est envoyée."),
        Act.ASK: _("Votre question est envoyée."),
        Act.EXTEND_RESPONSE: _("Le délai est accordé, et l’acheteur en connaît la raison."),
        Act.ACCEPT_OFFER: _("La proposition est acceptée."),
        Act.REFUSE_OFFER: _("La proposition est refusée."),
        Act.COUNTER: _("Votre nouvelle demande est envoyée."),
        Act.ESCALATE: _("La plateforme est saisie."),
        Act.CHANGE_GROUND: _("Le motif est changé."),
        Act.WITHDRAW: _("Votre réclamation est retirée."),
        Act.UNDO_WITHDRAWAL: _("Le retrait est annulé, la réclamation reprend."),
        Act.MARK_SOLVED: _("Votre réclamation est close."),
        Act.REOPEN: _("La réclamation est rouverte."),
        Act.TAKE: _("Vous suivez ce dossier."),
        Act.ASSIGN: _("Le dossier est attribué."),
        Act.RELEASE: _("Le dossier est rendu à la file."),
        Act.ASK_EVIDENCE: _("La demande est envoyée."),
        Act.GIVE_EVIDENCE: _("Votre réponse est envoyée."),
        Act.PROPOSE: _("La proposition est envoyée aux parties."),
        Act.RULE: _("La décision est rendue."),
        Act.APPEAL: _("Votre contestation est enregistrée : un autre agent relira le dossier."),
        Act.SHIP_RETURN: _("L’envoi est enregistré."),
        Act.CORRECT_TRACKING: _("Le numéro de suivi est corrigé."),
        Act.RECORD_RETURN_ARRIVAL: _("L’arrivée est enregistrée."),
        Act.REPORT_RETURN_REFUSED: _("Le refus est enregistré."),
        Act.REPORT_RETURN_LOST: _("La perte est signalée à la plateforme."),
        Act.ACCEPT_RETURN: _("Le retour est accepté."),
        Act.CONTEST_RETURN: _("Votre contestation est envoyée à la plateforme."),
        Act.SHIP_REPLACEMENT: _("L’envoi est enregistré."),
        Act.CONFIRM_REPLACEMENT: _("Merci, c’est noté."),
        Act.REPORT_REPLACEMENT_MISSING: _("La plateforme est saisie."),
        Act.CONFIRM_REFUND: _("Merci, c’est noté."),
        Act.REPORT_REFUND_MISSING: _("C’est noté : la plateforme cherche votre remboursement."),
        Act.TRACE_REFUND: _("La réponse est envoyée à l’acheteur."),
    }
    return sentences[act]


def act_outcome(act: Act, after: OpenedClaim) -> str:
    """Say that it was done and what comes next, from the claim as it is after the act."""
    return f"{act_done(act, after.role)} {after.standing.turn(lang())}"


def against_request(opened: OpenedClaim, terms: Terms) -> str:
    """Say what terms leave of what the buyer asks for, in euros; nothing where both cannot be counted."""
    wanted, offered = opened.claim.wanted.amount, terms.amount
    if wanted is None or offered is None or wanted.currency != offered.currency:
        return ""
    buyer = opened.role is Role.BUYER
    if offered == wanted:
        return _("C’est tout ce que vous demandez.") if buyer else _("C’est tout ce que demande l’acheteur.")
    gap = Money(minor=abs(wanted.minor - offered.minor), currency=wanted.currency)
    words = {"gap": money(gap, lang())}
    if offered > wanted:
        more = (
            _("Soit %(gap)s de plus que votre demande.")
            if buyer
            else _("Soit %(gap)s de plus que la demande.")
        )
        return more % words
    less = (
        _("Soit %(gap)s de moins que votre demande.") if buyer else _("Soit %(gap)s de moins que la demande.")
    )
    return less % words


def consequences(opened: OpenedClaim, act: Act, command: Command | None = None) -> list[str]:
    """Say what an act entails, before it is done: for the page that asks once more.

    `command` is what would be sent, when nothing remains to be typed: then the claim is decided on paper, and the
    sentence it would show next is the last line.
    """
    lines = _entailed(opened, act, command)
    if command is not None:
        following = _foreseen(opened, command)
        if following:
            lines.append(_("Ensuite : %(turn)s") % {"turn": following})
    return lines


def _entailed(opened: OpenedClaim, act: Act, command: Command | None) -> list[str]:
    claim, buyer = opened.claim, opened.role is Role.BUYER
    match act:
        case Act.ACCEPT_OFFER:
            offer = claim.offer(getattr(command, "number", 0))
            return _accepting(opened, offer) if offer else []
        case Act.ACCEPT:
            return [
                terms_text(claim.wanted) + ".",
                _("L’accord est définitif : vous ne pourrez plus ni refuser ni proposer autre chose."),
            ]
        case Act.WITHDRAW:
            closed = replace(claim, closed_at=opened.now)
            last = end_of(closed, opened.rules.policy.withdrawal.undo, _context(opened))
            return [
                _("Votre réclamation sera close, et rien ne vous sera versé."),
                _("Vous pourrez annuler ce retrait jusqu’au %(until)s.")
                % {"until": until(last, opened.zone, lang())},
                _("Ensuite, il faudra donner une raison pour rouvrir la réclamation."),
            ]
        case Act.MARK_SOLVED:
            closed = replace(claim, closed_at=opened.now)
            last = end_of(closed, opened.rules.policy.closed.reopen, _context(opened))
            return [
                _("Votre réclamation sera close. Rien ne vous sera versé par la plateforme."),
                _("Si le problème revient, vous pourrez la rouvrir jusqu’au %(until)s en donnant une raison.")
                % {"until": until(last, opened.zone, lang())},
            ]
        case Act.ACCEPT_RETURN:
            return [
                _("Vous confirmez que l’article est revenu comme convenu. Ce qui a été accordé est alors dû.")
            ]
        case Act.CHANGE_GROUND if claim.state is not State.WITH_PLATFORM:
            return [
                _(
                    "La réclamation continue : rien n’est perdu, et le vendeur a un nouveau délai pour répondre."
                )
            ]
        case Act.COUNTER if claim.state is not State.WITH_PLATFORM:
            return [
                _("Cette demande remplace la précédente, et le vendeur a un nouveau délai pour y répondre.")
            ]
        case Act.EXTEND_RESPONSE:
            return [
                _("Un délai ne se demande qu’une fois par dossier."),
                _("L’acheteur garde tous ses droits, et les dates fixées par la loi ne bougent pas."),
            ]
        case Act.ESCALATE:
            return [
                _("Un agent lit les deux récits et décide. Vous pouvez encore vous mettre d’accord d’ici là.")
            ]
        case Act.APPEAL:
            return [
                _(
                    "Une décision ne se conteste qu’une fois. Un autre agent décidera, cette fois définitivement."
                )
            ]
        case Act.REFUSE_OFFER:
            return (
                [_("Les autres propositions restent valables, et votre demande ne change pas.")]
                if buyer
                else []
            )
        case Act.RULE:
            return (
                [_("Les deux parties la liront et pourront la contester une fois.")]
                if not claim.appeal
                else []
            )
        case _:
            return []


def _accepting(opened: OpenedClaim, offer: Offer) -> list[str]:
    lines = [terms_text(offer.terms) + "."]
    gap = against_request(opened, offer.terms)
    if gap:
        lines.append(gap)
    if offer.terms.remedy is Remedy.CREDIT:
        lines += _accepting_credit(opened, offer)
    if offer.by is Role.AGENT and opened.claim.has_seller and not offer.accepted_by:
        return [*lines, _("L’accord vaudra dès que l’autre partie l’aura accepté aussi.")]
    if offer.terms.goods_return and opened.role is Role.BUYER:
        lines.append(_("Vous devrez renvoyer l’article, soigneusement protégé dans son emballage d’origine."))
    if offer.terms.remedy not in PAID_IN:
        lines.append(_("L’article doit alors être envoyé à nouveau."))
    return [*lines, _("L’accord est définitif : la demande et les autres propositions ne comptent plus.")]


def _accepting_credit(opened: OpenedClaim, offer: Offer) -> list[str]:
    """Say what store credit is not, before it is taken for money."""
    dated = credit_term(opened.now, opened.rules)
    lasts = _("Accepté aujourd’hui, il pourra être utilisé jusqu’au %(until)s.") % {
        "until": until(dated.due_at, opened.zone, lang())
    }
    if opened.role is not Role.BUYER:
        return [*beside_credit(opened, offer.terms), lasts]
    return [
        *beside_credit(opened, offer.terms),
        _("Ce n’est pas de l’argent : c’est un code, à dépenser sur cette place de marché."),
        lasts,
        _(
            "La loi veut que l’on vous rembourse par le moyen qui vous a servi à payer, sauf si vous acceptez"
            " expressément autre chose (articles L217-17 et L221-24 du code de la consommation)."
        ),
    ]


def _context(opened: OpenedClaim) -> Context:
    return Context(rules=opened.rules, now=opened.now)


def _foreseen(opened: OpenedClaim, command: Command) -> str:
    claim = opened.claim
    try:
        for event in decide(claim, command, opened.rules, opened.now):
            claim = evolve(claim, event)
    except Refusal:
        return ""
    return standing(claim, opened.role, opened.rules).turn(lang())


def act_buttons(
    opened: OpenedClaim, acts: Collection[Act], url_of: UrlOf, *, direct: Collection[Act], primary: Act | None
) -> list[dict[str, Any]]:
    """Return buttons for `ui/components/actions.html`; `direct` acts post at once, `primary` is the one to do."""
    return [
        {
            "label": act_label(act, opened.role),
            "url": url_of(act, None),
            "style": "" if act is primary else "secondary",
            "post": act in direct,
            "hidden": {"expected_seq": opened.claim.seq},
        }
        for act in acts
    ]


def offer_buttons(opened: OpenedClaim, offer: Offer, url_of: UrlOf) -> list[dict[str, Any]]:
    """Return the two answers to an offer; both lead to a page that says what they entail."""
    described = word("side", f"{offer.by}_offer")
    return [
        {
            "label": act_button(Act.ACCEPT_OFFER, opened.role, offer),
            "url": url_of(Act.ACCEPT_OFFER, offer.number),
            "described": described,
        },
        {
            "label": act_label(Act.REFUSE_OFFER, opened.role),
            "url": url_of(Act.REFUSE_OFFER, offer.number),
            "style": "secondary",
            "described": described,
        },
    ]
