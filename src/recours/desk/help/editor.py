"""Writing an article: the form, the preview exactly as published, and what becomes of it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from recours import clock
from recours.claims.forms import said
from recours.desk.help.differences import differences
from recours.desk.help.finding import LANGUAGE_NAMES, editable_article, editable_desk, status
from recours.desk.help.forms import ArticleForm
from recours.desk.help.texts import words_of
from recours.desk.views.door import for_agents
from recours.helpcentre.commands import publish, save_draft, withdraw
from recours.helpcentre.commands.writing import latest_version, seen_of
from recours.helpcentre.filling import fill_body, fill_line
from recours.helpcentre.models import Article, ArticleVersion
from recours.helpcentre.queries.editing import slugs_of, standings_of
from recours.helpcentre.queries.references import references_of
from recours.helpcentre.references import References
from recours.helpcentre.refusals import AddressTaken, ArticleMoved
from recours.marketplaces.models import Marketplace
from recours.people.queries import identity
from recours.rules.refusals import Refusal
from recours.rules.wording import LANGUAGES
from recours.ui.language import lang


@require_http_methods(["GET", "HEAD", "POST"])
@for_agents
def new(request: HttpRequest) -> HttpResponseBase:
    """A new article, in the language of the address; begun by what somebody looked for in vain."""
    desk, _places = editable_desk(request)
    wanted = request.GET.get("language", "")
    language = wanted if wanted in LANGUAGES else lang()
    initial = {"title": request.GET.get("title", "")[:200], "keywords": request.GET.get("title", "")[:80]}
    if request.GET.get("category"):
        initial["section"] = f"{request.GET['category']}/"
    return _page(request, _Sheet(desk.marketplace, language), initial)


@require_http_methods(["GET", "HEAD", "POST"])
@for_agents
def edit(request: HttpRequest, article_id: UUID, language: str) -> HttpResponseBase:
    """An article in one language; where it is not written yet, the form begins with what the other one shares."""
    article = editable_article(request, article_id, language)
    sheet = _Sheet(article.marketplace, language, article)
    return _page(request, sheet, sheet.initial())


@require_POST
@for_agents
def withdraw_(request: HttpRequest, article_id: UUID, language: str) -> HttpResponseBase:
    """Take an article away from its readers; it stays for editors."""
    article = editable_article(request, article_id, language)
    try:
        withdraw(article_id=article.pk, language=language, now=clock.now())
    except Refusal as refusal:
        messages.error(request, said(refusal))
    else:
        messages.success(request, _("L’article n’est plus publié dans cette langue. Son texte est gardé."))
    return redirect("desk:help_edit", article.pk, language)


class _Sheet:
    """What is being written: an article in a language, or a new one."""

    def __init__(self, place: Marketplace, language: str, article: Article | None = None) -> None:
        self.place, self.language, self.article = place, language, article
        self.latest: ArticleVersion | None = latest_version(article.pk, language) if article else None
        self.references: References = references_of(place, language, clock.now())

    def form(self, data: Any = None, initial: dict[str, Any] | None = None) -> ArticleForm:
        return ArticleForm(
            data,
            initial=initial,
            references=self.references,
            slugs=slugs_of(self.place.pk),
            own_slug=self.article.slug if self.article else "",
        )

    def initial(self) -> dict[str, Any]:
        article, latest = self.article, self.latest
        if article is None:
            return {}
        shared = {
            "section": f"{article.category}/{article.section}",
            "action": article.action,
            "position": article.position,
            "related": "\n".join(article.related),
            "seen": seen_of(article, latest),
        }
        if latest is None:
            return shared
        return shared | {
            "title": latest.title,
            "summary": latest.summary,
            "body": latest.body,
            "keywords": "\n".join(latest.keywords),
        }

    def refresh(self) -> None:
        """Read again what somebody else saved."""
        if self.article is not None:
            self.article.refresh_from_db()
            self.latest = latest_version(self.article.pk, self.language)


def _page(request: HttpRequest, sheet: _Sheet, initial: dict[str, Any]) -> HttpResponse:
    if request.method != "POST":
        return _show(request, sheet, sheet.form(initial=initial))
    form = sheet.form(request.POST)
    if "preview" in request.POST:
        return _preview(request, sheet, form)
    if not form.is_valid():
        return _show(request, sheet, form, status=422)
    try:
        version = _save(request, sheet, form)
    except AddressTaken as refusal:
        form.add_error("slug", said(refusal))
        return _show(request, sheet, form, status=422)
    except ArticleMoved as refusal:
        return _moved(request, sheet, form, refusal)
    except Refusal as refusal:
        form.add_error(None, said(refusal))
        return _show(request, sheet, form, status=422)
    if "publish" in request.POST:
        messages.success(request, _("L’article est publié."))
    else:
        messages.success(request, _("Le brouillon est enregistré. Les lecteurs ne le voient pas encore."))
    return redirect("desk:help_edit", version.article_id, sheet.language)


def _save(request: HttpRequest, sheet: _Sheet, form: ArticleForm) -> ArticleVersion:
    """Save, and publish when asked: both or neither."""
    now = clock.now()
    with transaction.atomic():
        version = save_draft(
            marketplace_id=sheet.place.pk,
            article_id=sheet.article.pk if sheet.article else None,
            slug=form.cleaned_data.get("slug", ""),
            written=form.written(sheet.language),
            by=identity(request).user_id,
            now=now,
            seen=form.cleaned_data["seen"],
        )
        if "publish" in request.POST:
            publish(article_id=version.article_id, language=sheet.language, now=now)
    return version


def _moved(request: HttpRequest, sheet: _Sheet, form: ArticleForm, refusal: Refusal) -> HttpResponse:
    """Show what somebody else saved beside what was typed, which is kept; saving again is then on purpose."""
    sheet.refresh()
    again = request.POST.copy()
    if sheet.article is not None:
        again["seen"] = seen_of(sheet.article, sheet.latest)
    theirs = words_of(sheet.latest) if sheet.latest else ""
    changes = differences(theirs, words_of(form.written(sheet.language)))
    more = {
        "moved": {"why": refusal.explain(lang()), "remedy": refusal.remedy(lang())},
        "moved_by": sheet.latest.saved_by if sheet.latest else None,
        "changes": changes,
    }
    return _show(request, sheet, sheet.form(again), status=409, **more)


def _preview(request: HttpRequest, sheet: _Sheet, form: ArticleForm) -> HttpResponse:
    """Draw the article as its readers would get it; what cannot be drawn says why."""
    form.is_valid()
    drawn: dict[str, Any] = {}
    if not {"title", "summary", "body"} & form.errors.keys():
        given = form.cleaned_data
        base = reverse("buyer:help_home", args=[sheet.place.slug])
        drawn = {
            "title": fill_line(given["title"], sheet.references),
            "summary": fill_line(given["summary"], sheet.references),
            "html": fill_body(given["body"], sheet.references, link=lambda slug: f"{base}{slug}/").html,
            "language": sheet.language,
        }
    if getattr(request, "htmx", False):
        return render(request, "desk/help/preview.html", {"preview": drawn, "form": form})
    return _show(request, sheet, form, preview=drawn)


def _show(
    request: HttpRequest, sheet: _Sheet, form: ArticleForm, status: int = 200, **more: Any
) -> HttpResponse:
    article = sheet.article
    standings = standings_of(article.pk) if article else ()
    context = {
        "in_help": True,
        "marketplace": sheet.place,
        "article": article,
        "language": sheet.language,
        "language_name": LANGUAGE_NAMES[sheet.language],
        "form": form,
        "languages": [_language(article, standing, sheet.language) for standing in standings],
        "is_published": any(each.published for each in standings if each.language == sheet.language),
        "references": sorted(sheet.references.values.items()),
        "public_url": reverse("buyer:help_article", args=[sheet.place.slug, article.slug]) if article else "",
        "history_url": reverse("desk:help_article", args=[article.pk, sheet.language])
        if article and sheet.latest
        else "",
        "list_url": f"{reverse('desk:help')}?place={sheet.place.slug}"
        + (f"&category={article.category}" if article else ""),
        **more,
    }
    return render(request, "desk/help/editor.html", context, status=status)


def _language(article: Article | None, standing: Any, current: str) -> dict[str, Any]:
    return {
        "label": LANGUAGE_NAMES[standing.language],
        "url": reverse("desk:help_edit", args=[article.pk, standing.language]) if article else "",
        "current": standing.language == current,
        "badges": status(standing),
    }
