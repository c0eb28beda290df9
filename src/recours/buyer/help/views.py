"""The help centre: everybody reads it, signed in or not."""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from recours import clock
from recours.buyer.help.steps import ANCHOR, step_of, support_url, target_of, what_happened_url
from recours.helpcentre.actions import action_of
from recours.helpcentre.commands import count
from recours.helpcentre.models import Category, PublishedText
from recours.helpcentre.naming import CATEGORIES, SECTIONS
from recours.helpcentre.queries.articles import (
    Shelf,
    helped_places,
    most_read,
    place_of,
    shelves,
    text_of,
    texts_at,
)
from recours.marketplaces.models import Buyer, Marketplace
from recours.people.queries import identity
from recours.ui.language import lang

ON_CARD = 4
"""Articles of a category on the first page; the others are on its own."""
READ_SINCE = dt.timedelta(days=30)
VERDICTS = "help_verdicts"
"""In the session: what this reader said of which article."""
MOST_VERDICTS = 100
ANSWERS = ("yes", "no")


@require_safe
def help_(request: HttpRequest) -> HttpResponse:
    """Go to the help centre of the only marketplace, or of the only one where the reader buys; else choose."""
    places = helped_places()
    own = set(
        Buyer.objects.filter(pk__in=identity(request).buyer_ids).values_list("marketplace_id", flat=True)
        if request.user.is_authenticated
        else ()
    )
    likely = [place for place in places if place.pk in own] or places
    if len(likely) == 1:
        return redirect("buyer:help_home", marketplace=likely[0].slug)
    links = [{"name": place.name, "url": reverse("buyer:help_home", args=[place.slug])} for place in likely]
    return render(request, "buyer/help/places.html", {"in_help": True, "links": links})


@require_safe
def home(request: HttpRequest, marketplace: str) -> HttpResponse:
    """Search first; then the categories with what is read most; then the ways on."""
    place = found_place(marketplace)
    read = most_read(place.pk, today(place) - READ_SINCE)
    found = shelves(place.pk, lang())
    return _kept(
        request,
        "buyer/help/home.html",
        around(place, cards=[_card(place, shelf, read) for shelf in found]),
    )


@require_safe
def category(request: HttpRequest, marketplace: str, category: str) -> HttpResponse:
    """All the articles of a category, by section."""
    place = found_place(marketplace)
    if category not in Category.values:
        raise Http404
    found = shelves(place.pk, lang(), category)
    sections = [
        {
            "name": SECTIONS.get(section.key, section.key),
            "links": [link(place, text) for text in section.texts],
        }
        for shelf in found
        for section in shelf.sections
    ]
    name = str(CATEGORIES[category])
    crumbs = [(_("Aide"), home_url(place)), (name, "")]
    return _kept(
        request, "buyer/help/category.html", around(place, title=name, sections=sections, crumbs=crumbs)
    )


@require_safe
def article(request: HttpRequest, marketplace: str, article: str) -> HttpResponse:
    """One answer, and the one thing to do next."""
    place, text = _found(marketplace, article)
    if request.method == "GET":
        count(article_id=text.article_id, language=text.language, what="read", on=today(place))
    return _kept(request, "buyer/help/article.html", _page(request, place, text))


@require_http_methods(["POST"])
def verdict(request: HttpRequest, marketplace: str, article: str) -> HttpResponse:
    """Did it solve the problem? One tap, counted once in a session; a no opens the next step."""
    place, text = _found(marketplace, article)
    answer = request.POST.get("answer", "")
    said: dict[str, str] = dict(request.session.get(VERDICTS, {}))
    key = str(text.article_id)
    if answer in ANSWERS and key not in said:
        count(
            article_id=text.article_id,
            language=text.language,
            what="solved" if answer == "yes" else "not_solved",
            on=today(place),
        )
        said[key] = answer
        request.session[VERDICTS] = dict(list(said.items())[-MOST_VERDICTS:])
    if getattr(request, "htmx", False):
        return render(request, "buyer/help/verdict.html", _page(request, place, text))
    return redirect(f"{article_url(place, text)}#verdict")


@require_POST
def next_(request: HttpRequest, marketplace: str, article: str) -> HttpResponse:
    """Go on from an article to what it ends in, counted; who is signed out signs in first and comes back."""
    place, text = _found(marketplace, article)
    here = article_url(place, text)
    action = action_of(text.article.action)
    step = step_of(action, request, place, here, clock.now())
    if step.sign_in:
        return redirect(step.sign_in)
    if step.note:
        return redirect("buyer:orders")
    target = target_of(action, request, place, request.POST.get("about", ""))
    if not target:
        return redirect(f"{here}#{ANCHOR}")
    count(article_id=text.article_id, language=text.language, what="claimed", on=today(place))
    return redirect(target)


def found_place(slug: str) -> Marketplace:
    """Return the marketplace of an address. Raises Http404."""
    place = place_of(slug)
    if place is None:
        raise Http404
    return place


def around(place: Marketplace, **more: Any) -> dict[str, Any]:
    """Return what every page of the help centre shows: whose it is, where to search, and the ways on."""
    return {
        "in_help": True,
        "place": place,
        "search_url": reverse("buyer:help_search", args=[place.slug]),
        "home_url": home_url(place),
        "what_happened_url": what_happened_url(place),
        "support_url": support_url(place),
        **more,
    }


def link(place: Marketplace, text: PublishedText) -> dict[str, Any]:
    """Return an article for a list."""
    return {
        "title": text.title,
        "summary": text.summary,
        "url": article_url(place, text),
        "language": text.language,
        "foreign": text.language != lang(),
    }


def home_url(place: Marketplace) -> str:
    return reverse("buyer:help_home", args=[place.slug])


def article_url(place: Marketplace, text: PublishedText) -> str:
    return reverse("buyer:help_article", args=[place.slug, text.article.slug])


def today(place: Marketplace) -> dt.date:
    """Return the marketplace's day, under which readers are counted."""
    return clock.now().astimezone(ZoneInfo(place.zone)).date()


def _found(marketplace: str, slug: str) -> tuple[Marketplace, PublishedText]:
    place = found_place(marketplace)
    text = text_of(place.pk, slug, lang())
    if text is None:
        raise Http404
    return place, text


def _card(place: Marketplace, shelf: Shelf, read: list[Any]) -> dict[str, Any]:
    texts = [text for section in shelf.sections for text in section.texts]
    texts.sort(key=lambda text: read.index(text.article_id) if text.article_id in read else len(read))
    return {
        "name": CATEGORIES[shelf.category],
        "url": reverse("buyer:help_category", args=[place.slug, shelf.category]),
        "count": shelf.count,
        "sections": [SECTIONS.get(section.key, section.key) for section in shelf.sections],
        "links": [link(place, text) for text in texts[:ON_CARD]],
        "more": len(texts) > ON_CARD,
    }


def _page(request: HttpRequest, place: Marketplace, text: PublishedText) -> dict[str, Any]:
    here = article_url(place, text)
    name = str(CATEGORIES[text.article.category])
    category_url = reverse("buyer:help_category", args=[place.slug, text.article.category])
    related = texts_at(place.pk, text.article.related, lang()) if text.article.related else []
    said = request.session.get(VERDICTS, {})
    return around(
        place,
        text=text,
        foreign=text.language != lang(),
        crumbs=[(_("Aide"), home_url(place)), (name, category_url), (text.title, "")],
        related=[link(place, one) for one in related],
        step=step_of(action_of(text.article.action), request, place, here, clock.now()),
        next_url=reverse("buyer:help_next", args=[place.slug, text.article.slug]),
        verdict_url=reverse("buyer:help_verdict", args=[place.slug, text.article.slug]),
        verdict=said.get(str(text.article_id), ""),
        anchor=ANCHOR,
    )


def _kept(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    """Draw a page. It says nothing of who is signed out, whose browser may keep it for its Back button and asks again
    before it shows it anew; a page of who is signed in is nobody's to keep (`ui.caching`)."""
    response = render(request, template, context)
    if not request.user.is_authenticated:
        response.headers["Cache-Control"] = "private, no-cache"
    return response
