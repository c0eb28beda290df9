"""What an editor types."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from recours.helpcentre.actions import ACTIONS
from recours.helpcentre.commands import Written
from recours.helpcentre.filling import MAX_BODY, SLUG, links_in
from recours.helpcentre.front_matter import MAX_KEYWORD, MAX_KEYWORDS, MAX_SLUG, MAX_SUMMARY, MAX_TITLE
from recours.helpcentre.models import Category
from recours.helpcentre.naming import CATEGORIES, action_choice
from recours.helpcentre.naming import SECTIONS as SECTION_NAMES
from recours.helpcentre.references import References
from recours.helpcentre.sections import RESERVED, SECTIONS
from recours.ui.language import lang

MOST_RELATED = 8
MAX_SYNONYMS = 2_000
MAX_SYNONYM = 200
"""Characters: whole sentences are said for an article too."""
MAX_SYNONYM_TEXT = 1_000_000


class LinesField(forms.CharField):
    """Words or phrases, one a line."""

    widget = forms.Textarea

    def to_python(self, value: Any) -> Any:
        lines = [" ".join(line.split()) for line in str(value or "").splitlines()]
        return tuple(dict.fromkeys(line for line in lines if line))


class ArticleForm(forms.Form):
    """An article in one language; what comes first is the same in all of them."""

    slug = forms.CharField(
        label=_("Adresse"),
        help_text=_("Courte, en minuscules, sans accents, avec des tirets. Elle ne changera plus."),
        max_length=MAX_SLUG,
        widget=forms.TextInput({"autocapitalize": "none", "spellcheck": "false", "autocomplete": "off"}),
    )
    section = forms.ChoiceField(label=_("Rubrique"))
    action = forms.ChoiceField(
        label=_("Ce que le bouton propose"), help_text=_("Où va le lecteur dont le problème reste entier.")
    )
    position = forms.IntegerField(
        label=_("Place dans la rubrique"),
        help_text=_("Le plus petit nombre vient d’abord."),
        min_value=0,
        max_value=100_000,
        initial=100,
    )
    related = LinesField(
        label=_("À lire aussi"),
        help_text=_("Les adresses d’autres articles, une par ligne."),
        required=False,
        widget=forms.Textarea({"rows": 3, "spellcheck": "false"}),
    )
    title = forms.CharField(
        label=_("Titre"),
        help_text=_("La question, comme un acheteur la pose."),
        max_length=MAX_TITLE,
    )
    summary = forms.CharField(
        label=_("Résumé"),
        help_text=_("La réponse, en une ou deux phrases."),
        max_length=MAX_SUMMARY,
        widget=forms.Textarea({"rows": 3}),
    )
    body = forms.CharField(
        label=_("Texte"),
        help_text=_("En Markdown : ## titre, **gras**, listes, [lien](adresse-d-un-article)."),
        max_length=MAX_BODY,
        widget=forms.Textarea({"rows": 18, "class": "markdown"}),
    )
    keywords = LinesField(
        label=_("Autres mots pour le trouver"),
        help_text=_("Un mot ou une expression par ligne."),
        required=False,
        widget=forms.Textarea({"rows": 4}),
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(
        self, *args: Any, references: References, slugs: set[str], own_slug: str = "", **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.references, self.slugs, self.own_slug = references, slugs, own_slug
        if own_slug:
            del self.fields["slug"]
        section = self.fields["section"]
        action = self.fields["action"]
        assert isinstance(section, forms.ChoiceField)  # noqa: S101
        assert isinstance(action, forms.ChoiceField)  # noqa: S101
        section.choices = [
            (
                str(CATEGORIES[category]),
                [(f"{category.value}/{key}", SECTION_NAMES[key]) for key in (*SECTIONS[category], "")],
            )
            for category in Category
        ]
        action.choices = [(word, action_choice(each, lang())) for word, each in ACTIONS.items()]

    def clean_slug(self) -> str:
        slug = str(self.cleaned_data["slug"]).strip().lower()
        if not SLUG.fullmatch(slug):
            raise ValidationError(gettext("Des lettres sans accent, des chiffres et des tirets seulement."))
        if slug in RESERVED:
            raise ValidationError(gettext("Cette adresse est celle d’une autre page."))
        return slug

    def clean_related(self) -> tuple[str, ...]:
        related: tuple[str, ...] = self.cleaned_data["related"]
        if unknown := [slug for slug in related if slug not in self.slugs or slug == self.own_slug]:
            raise ValidationError(_no_article(unknown))
        if len(related) > MOST_RELATED:
            raise ValidationError(gettext("%(most)d articles au plus.") % {"most": MOST_RELATED})
        return related

    def clean_keywords(self) -> tuple[str, ...]:
        keywords: tuple[str, ...] = self.cleaned_data["keywords"]
        if len(keywords) > MAX_KEYWORDS or any(len(each) > MAX_KEYWORD for each in keywords):
            words = {"most": MAX_KEYWORDS, "length": MAX_KEYWORD}
            raise ValidationError(gettext("%(most)d au plus, de %(length)d caractères au plus.") % words)
        return keywords

    def clean_title(self) -> str:
        return self._known("title")

    def clean_summary(self) -> str:
        return self._known("summary")

    def clean_body(self) -> str:
        body = self._known("body").replace("\r\n", "\n")
        own = {self.own_slug or str(self.cleaned_data.get("slug", ""))}
        if unknown := [slug for slug in links_in(body) if slug not in self.slugs | own]:
            raise ValidationError(_no_article(unknown))
        return body

    def _known(self, name: str) -> str:
        text = str(self.cleaned_data[name])
        if unknown := self.references.unknown(text):
            named = ", ".join(f"{{{{ {each} }}}}" for each in unknown)
            raise ValidationError(
                gettext("Référence inconnue : %(names)s. La liste des références est sous le texte.")
                % {"names": named[:500]}
            )
        return text

    def written(self, language: str) -> Written:
        """Return what was typed. Only of a form that is valid."""
        given = self.cleaned_data
        category, _sep, section = given["section"].partition("/")
        return Written(
            category=Category(category),
            section=section,
            action=given["action"],
            related=given["related"],
            position=given["position"],
            language=language,
            title=given["title"],
            summary=" ".join(given["summary"].split()),
            body=given["body"],
            keywords=given["keywords"],
        )


def _no_article(unknown: list[str]) -> str:
    return gettext("Aucun article n’a cette adresse : %(names)s.") % {"names": ", ".join(unknown)[:500]}


class SynonymsForm(forms.Form):
    """Words that mean the same, a line for each: `litige : dispute, contestation`."""

    words = forms.CharField(
        label=_("Mots qui veulent dire la même chose"),
        help_text=_("Une ligne par mot des articles : « litige : dispute, contestation »."),
        required=False,
        max_length=MAX_SYNONYM_TEXT,
        widget=forms.Textarea({"rows": 16, "spellcheck": "false"}),
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput, strip=False)

    def clean_words(self) -> dict[str, tuple[str, ...]]:
        found: dict[str, tuple[str, ...]] = {}
        problems: list[str] = []
        for number, line in enumerate(str(self.cleaned_data["words"]).splitlines(), start=1):
            if not line.strip():
                continue
            word, colon, rest = line.partition(":")
            word = " ".join(word.split()).lower()
            others = tuple(dict.fromkeys(" ".join(each.split()).lower() for each in rest.split(",")))
            others = tuple(each for each in others if each and each != word)
            if not (word and colon and others):
                text = gettext("Ligne %(line)d : écrivez un mot, deux-points, puis ceux qui lui équivalent.")
            elif word in found:
                text = gettext("Ligne %(line)d : ce mot a déjà une ligne.")
            elif len(word) > MAX_KEYWORD or any(len(each) > MAX_SYNONYM for each in others):
                text = gettext("Ligne %(line)d : ce mot est trop long.")
            else:
                found[word] = others
                continue
            problems.append(text % {"line": number})
        if len(found) > MAX_SYNONYMS:
            problems.append(gettext("%(most)d lignes au plus.") % {"most": MAX_SYNONYMS})
        if problems:
            raise ValidationError(problems[:20])
        return found
