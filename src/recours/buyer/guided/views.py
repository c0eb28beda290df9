"""One page a question; every answer is a link, so that it works without JavaScript and back is back."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from recours import clock
from recours.buyer.guided.ending import ending_page
from recours.buyer.guided.forms import DebitDayForm
from recours.buyer.guided.subjects import Subject, chosen_subject, subjects
from recours.marketplaces.models import Marketplace
from recours.people.queries import identity
from recours.rules.guidance import Choice, End, NoSuchAnswer, follow
from recours.rules.wording import has, say
from recours.ui.language import lang


@require_safe
def what_happened(request: HttpRequest, marketplace: str, trail: str = "") -> HttpResponse:
    """The next question, the choice among one's orders or payments, or where the answers lead."""
    place = get_object_or_404(Marketplace, slug=marketplace)
    answers = tuple(part for part in trail.split("/") if part)
    try:
        found = follow(answers)
    except NoSuchAnswer:
        raise Http404 from None
    if isinstance(found, End):
        with timezone.override(place.zone):
            return _end(request, place, answers, found)
    context = _head(place, answers) | {
        "title": say(lang(), "guidance.then" if answers else "guidance.title"),
        "choices": [_choice(place, answers, choice) for choice in found],
    }
    return render(request, "buyer/guided/question.html", context)


def _end(request: HttpRequest, place: Marketplace, answers: tuple[str, ...], end: End) -> HttpResponse:
    who = identity(request)
    subject: Subject | None = None
    if who.is_somebody and (end.place.wants_order or end.place.wants_payment):
        subject = chosen_subject(who, place, end, request.GET.get("about", ""))
        if subject is None:
            found = subjects(who, place, end)
            if len(found) == 1:
                return redirect(f"{request.path}?{urlencode({'about': found[0].id})}")
            if found:
                return _which(request, place, answers, end, found)
    form = DebitDayForm(request.GET if "on" in request.GET else None, today=timezone.localdate(clock.now()))
    context = _head(place, answers) | ending_page(request, place, end, subject, form)
    return render(request, "buyer/guided/end.html", context)


def _which(
    request: HttpRequest, place: Marketplace, answers: tuple[str, ...], end: End, found: list[Subject]
) -> HttpResponse:
    key = "guidance.which_order" if end.place.wants_order else "guidance.which_payment"
    context = _head(place, answers) | {
        "title": say(lang(), key),
        "choices": [
            {
                "url": f"{request.path}?{urlencode({'about': one.id})}",
                "label": one.title,
                "hint": one.hint,
            }
            for one in found
        ],
    }
    return render(request, "buyer/guided/question.html", context)


def _choice(place: Marketplace, answers: tuple[str, ...], choice: Choice) -> dict[str, str]:
    hint = f"guidance.hint.{choice.key}"
    return {
        "url": _url(place, (*answers, choice.key)),
        "label": say(lang(), f"guidance.choice.{choice.key}"),
        "hint": say(lang(), hint) if has(lang(), hint) else "",
    }


def _head(place: Marketplace, answers: tuple[str, ...]) -> dict[str, Any]:
    """What every page of it has: the way back, what was answered, and where to go with another matter."""
    given = [
        {"label": say(lang(), f"guidance.choice.{key}"), "url": _url(place, answers[:number])}
        for number, key in enumerate(answers)
    ]
    return {
        "place": place,
        "given": given,
        "back_url": _url(place, answers[:-1]) if answers else reverse("buyer:help_home", args=[place.slug]),
        "none_of_these": say(lang(), "guidance.none_of_these"),
        "in_help": True,
    }


def _url(place: Marketplace, answers: tuple[str, ...]) -> str:
    if not answers:
        return reverse("buyer:what_happened", args=[place.slug])
    return reverse("buyer:what_happened", args=[place.slug, "/".join(answers)])
