"""Terms as a person chooses them: all the money, a part of it, the goods again; with or without a return."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _

from recours.claims.forms.base import ActForm, ExhibitsField, TextField
from recours.claims.presentation.offers import terms_text
from recours.claims.presentation.words import word
from recours.claims.queries import OpenedClaim
from recours.rules.law import Law
from recours.rules.lifecycle.claim import Terms
from recours.rules.lifecycle.decide.context import remaining
from recours.rules.lifecycle.vocabulary import Remedy, Role
from recours.rules.money import Money
from recours.rules.wording import keys, say
from recours.rules.wording.format import money
from recours.rules.wording.trace import rule_text, source_text
from recours.ui.forms import MoneyField, RadioCards
from recours.ui.language import lang

FULL, PART, CREDIT, WANTED, REJECT = "full", "part", "credit", "wanted", "reject"
NO_RETURN = "no"


class TermsForm(ActForm):
    """A remedy, checked against what the claim is about; cleans to `terms`.

    A return is only offered where goods arrived and a seller can take them. The amount belongs to a partial refund: an
    amount that contradicts the choice is asked about, never dropped.
    """

    depending: tuple[str, ...] = ("amount",)
    """Fields that some choices ask for: a page does not call them optional."""

    kind = forms.ChoiceField()
    amount = forms.CharField(required=False)
    goods_return = forms.ChoiceField(required=False)

    def __init__(self, opened: OpenedClaim, *args: Any, **kwargs: Any) -> None:
        super().__init__(opened, *args, **kwargs)
        self.left = remaining(opened.claim)
        self.fields["kind"] = forms.ChoiceField(
            label=self.question(), choices=self.kinds(), widget=RadioCards, error_messages=_CHOOSE
        )
        self.fields["amount"] = MoneyField(
            label=self.amount_label(),
            help_text=gettext("Au plus %(most)s.") % {"most": money(self.left, lang())},
            currency=self.left.currency,
            maximum=self.left,
            required=False,
        )
        if opened.claim.ground.goods_received and opened.claim.has_seller:
            self.fields["goods_return"] = forms.ChoiceField(
                label=gettext("L’article"), choices=self.returns(), widget=RadioCards, initial=NO_RETURN
            )
        else:
            del self.fields["goods_return"]
        self.order_fields(self.field_order)

    def question(self) -> str:
        if self.is_buyer:
            return gettext("Que demandez-vous ?")
        return gettext("Que proposez-vous ?")

    def amount_label(self) -> str:
        return gettext("Montant, pour un remboursement partiel")

    def kinds(self) -> list[tuple[str, str]]:
        """The remedies that the policy gives for the claim's ground."""
        everything = gettext("Un remboursement entier : %(all)s") % {"all": money(self.left, lang())}
        chosen = (
            [(FULL, everything), (PART, gettext("Un remboursement partiel"))] if self.left.is_positive else []
        )
        rules = self.opened.rules.policy.grounds.get(self.opened.claim.ground)
        others = [Remedy(remedy) for remedy in rules.remedies] if rules else []
        has_goods = self.opened.claim.has_seller
        return chosen + [
            (remedy.value, word("remedy", remedy))
            for remedy in others
            if remedy is not Remedy.REFUND and has_goods
        ]

    def returns(self) -> list[tuple[str, str]]:
        if self.is_buyer:
            return [
                (NO_RETURN, gettext("Je garde l’article")),
                (Role.SELLER.value, gettext("Je le renvoie, aux frais du vendeur")),
                (Role.BUYER.value, gettext("Je le renvoie, à mes frais")),
            ]
        return [
            (NO_RETURN, gettext("L’acheteur garde l’article")),
            (Role.SELLER.value, gettext("L’acheteur le renvoie, aux frais du vendeur")),
            (Role.BUYER.value, gettext("L’acheteur le renvoie, à ses frais")),
        ]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        kind = data.get("kind")
        if kind and not self.errors:
            data["terms"] = self.terms_of(kind, data)
        return data

    def terms_of(self, kind: str, data: Mapping[str, Any]) -> Terms | None:
        """Build the terms; an amount that is missing or contradicts the choice becomes an error of its field."""
        amount: Money | None = data.get("amount")
        back = data.get("goods_return") or NO_RETURN
        payer = None if back == NO_RETURN else Role(back)
        if kind not in (FULL, PART, CREDIT):
            self._no_amount(amount)
            return Terms(remedy=Remedy(kind), goods_return=payer is not None, return_paid_by=payer)
        if kind == PART and (amount is None or not amount.is_positive):
            self.add_error(
                "amount", ValidationError(_("Indiquez le montant du remboursement partiel."), "required")
            )
        if kind == CREDIT and (amount is None or not amount.is_positive):
            self.add_error("amount", ValidationError(_("Indiquez le montant du bon d’achat."), "required"))
        if kind == FULL and amount is not None and amount != self.left:
            self.add_error(
                "amount",
                ValidationError(
                    _(
                        "Vous avez choisi un remboursement entier. Effacez ce montant, ou choisissez « partiel »."
                    ),
                    "contradiction",
                ),
            )
        return Terms(
            remedy=Remedy.CREDIT if kind == CREDIT else Remedy.REFUND,
            amount=self.left if kind == FULL else amount,
            goods_return=payer is not None,
            return_paid_by=payer,
        )

    def _no_amount(self, amount: Money | None) -> None:
        if amount is not None:
            message = _("Ce choix n’a pas de montant. Effacez-le, ou choisissez un remboursement partiel.")
            self.add_error("amount", ValidationError(message, "contradiction"))


_CHOOSE = {"required": _("Choisissez l’une des réponses.")}


class CounterForm(TermsForm):
    text = TextField(label=_("Un mot pour le vendeur"), required=False, rows=4)
    exhibits = ExhibitsField()

    field_order = ("kind", "amount", "goods_return", "text", "exhibits")


class OfferedTermsForm(TermsForm):
    """What may be offered: also store credit, where the policy has it, which only the buyer can choose."""

    def __init__(self, opened: OpenedClaim, *args: Any, **kwargs: Any) -> None:
        super().__init__(opened, *args, **kwargs)
        if self._has_credit():
            self.fields["kind"].widget.hints = {
                CREDIT: gettext("L’acheteur peut préférer de l’argent : le bon ne vaut que s’il l’accepte.")
            }

    def amount_label(self) -> str:
        if self._has_credit():
            return gettext("Montant, pour un remboursement partiel ou un bon d’achat")
        return super().amount_label()

    def kinds(self) -> list[tuple[str, str]]:
        money_first = [kind for kind in super().kinds() if kind[0] in (FULL, PART)]
        others = [kind for kind in super().kinds() if kind[0] not in (FULL, PART)]
        offered = [(CREDIT, word("remedy", Remedy.CREDIT))] if self._has_credit() else []
        return [*money_first, *offered, *others]

    def _has_credit(self) -> bool:
        return self.opened.rules.policy.offers.credit_valid is not None and self.left.is_positive


class MakeOfferForm(OfferedTermsForm):
    reasons = TextField(label=_("Un mot pour l’acheteur"), required=False, rows=4)

    field_order = ("kind", "amount", "goods_return", "reasons")


class ProposeForm(OfferedTermsForm):
    reasons = TextField(
        label=_("Pourquoi cette proposition"),
        help_text=_("Les deux parties liront ce texte. La proposition vaut quand les deux l’ont acceptée."),
    )

    field_order = ("kind", "amount", "goods_return", "reasons")


class RuleForm(TermsForm):
    """A ruling: what is granted or that nothing is, the rule, and the reasons that name it."""

    depending = ("amount", "rule", "other_rule")

    rule = forms.ChoiceField(required=False)
    other_rule = forms.CharField(
        label=_("Une autre règle"),
        help_text=_("Seulement si elle n’est pas dans la liste : citez son texte et son article."),
        max_length=300,
        required=False,
    )
    reasons = TextField(
        label=_("Vos raisons"),
        help_text=_("Les deux parties les liront : ce que vous retenez, la règle, et ce qui en découle."),
        rows=10,
    )

    field_order = ("kind", "amount", "goods_return", "rule", "other_rule", "reasons")

    def __init__(self, opened: OpenedClaim, *args: Any, **kwargs: Any) -> None:
        super().__init__(opened, *args, **kwargs)
        self.fields["rule"] = forms.ChoiceField(
            label=gettext("Règle appliquée"),
            help_text=gettext("Une décision nomme sa règle : choisissez-la, ou citez-la."),
            choices=cited_rules(opened.rules.law),
            required=False,
        )
        self.order_fields(self.field_order)

    def question(self) -> str:
        return gettext("Votre décision")

    def kinds(self) -> list[tuple[str, str]]:
        wanted = gettext("Accorder la demande : %(terms)s") % {"terms": terms_text(self.opened.claim.wanted)}
        is_refund = self.opened.claim.wanted.remedy is Remedy.REFUND
        can_be = self.left.is_positive if is_refund else self.opened.claim.has_seller
        granted = [(WANTED, wanted)] if can_be else []
        return [*granted, *super().kinds(), (REJECT, gettext("Rejeter la demande"))]

    def terms_of(self, kind: str, data: Mapping[str, Any]) -> Terms | None:
        if kind in (WANTED, REJECT):
            self._no_amount(data.get("amount"))
            return self.opened.claim.wanted if kind == WANTED else None
        return super().terms_of(kind, data)

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        chosen, other = data.get("rule"), (data.get("other_rule") or "").strip()
        if chosen and other:
            message = _("Choisissez une règle dans la liste, ou citez-en une autre : pas les deux.")
            self.add_error("other_rule", ValidationError(message, "contradiction"))
        if not chosen and not other:
            message = _("Une décision nomme sa règle : choisissez-la, ou citez-la.")
            self.add_error("rule", ValidationError(message, "required"))
        data["rule"] = chosen or other
        return data


def cited_rules(law: Law | None) -> list[Any]:
    """Return what a ruling may cite: the lines of the conditions, then the articles of the law."""
    lines = sorted(key.removeprefix("rule.") for key in keys("fr") if key.startswith("rule."))
    choices: list[Any] = [("", pgettext("rule", "Choisissez…"))]
    mine = [(line, rule_text(line, lang())) for line in lines if not line.startswith("law.")]
    choices.append((gettext("Les conditions"), mine))
    if law is not None:
        refs = {right.ref: right for rights in law.rights.values() for right in rights}
        articles = [(ref, _article(right.key, ref)) for ref, right in refs.items()]
        choices.append((gettext("La loi"), sorted(articles, key=lambda pair: pair[1])))
    return choices


def _article(key: str, ref: str) -> str:
    name = rule_text(f"law.{key}", lang())
    article = source_text(ref, lang())
    return article if name == f"law.{key}" else say(lang(), "said.of", what=article, said=name)
