"""One question a page, then what follows from the answers. They travel in the form, and nothing is kept here."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import wraps
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods

from recours import clock
from recours.guide.appearance import change_appearance, remember_appearance
from recours.guide.asking import after, before, first_open, form_of, progress
from recours.guide.carrying import Broken, Carried, carried, head
from recours.guide.forms import QuestionForm
from recours.guide.showing import result
from recours.guide.state import State, typed_in
from recours.marketplaces.profiles import load_profile
from recours.rules.guide import Question, questions

RESULT = "result"


@require_http_methods(["GET", "HEAD", "POST"])
# Not "no-store": the browser's Back would ask whether to send a form again, and show nothing meanwhile (ADR 0031).
@cache_control(private=True, no_cache=True)
def guide(request: HttpRequest) -> HttpResponse:
    """The door, each question, and the result: whatever the form that was sent asks for."""
    if request.method != "POST":
        return _door(request)
    change_appearance(request)
    if "state" not in request.POST:
        return _first(request)
    try:
        found = carried(request)
    except Broken as broken:
        return broken_page(request, broken)
    with timezone.override(ZoneInfo(found.profile.policy.calendar.zone)):
        return remember_appearance(request, _next(request, found))


def today(found: Carried) -> dt.date:
    """The day it is where the marketplace counts its windows."""
    return clock.now().astimezone(ZoneInfo(found.profile.policy.calendar.zone)).date()


def _door(request: HttpRequest) -> HttpResponse:
    places = [{"key": key, "name": load_profile(key).meta.name} for key in settings.GUIDE_PROFILES]
    return render(request, "guide/start.html", {"places": places})


def _first(request: HttpRequest) -> HttpResponse:
    key = request.POST.get("profile", settings.GUIDE_PROFILES[0])
    if key not in settings.GUIDE_PROFILES:
        raise Http404
    found = Carried(State(profile=key), load_profile(key))
    return _ask(request, found, Question.TROUBLE)


def with_answers(
    view: Callable[[HttpRequest, Carried], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Give a view what the form brings along; who brings nothing begins at the first page."""

    @wraps(view)
    def read(request: HttpRequest) -> HttpResponse:
        if request.method != "POST":
            return redirect("guide:guide")
        change_appearance(request)
        try:
            found = carried(request)
        except Broken as broken:
            return broken_page(request, broken)
        return view(request, found)

    return read


def broken_page(request: HttpRequest, broken: Broken) -> HttpResponse:
    """Say that the answers cannot be read, or are old. What can be kept is in the form that goes on."""
    at = request.POST.get("at", "")
    if at in {question.value for question in Question}:
        kept = broken.state.keeping(at, typed_in(request.POST, request.POST))
    else:
        kept = broken.state
    context = {"state": kept, "is_old": broken.is_old, "at": at}
    page = render(request, "guide/broken.html", context | head(kept), status=400)
    return remember_appearance(request, page)


def _next(request: HttpRequest, found: Carried) -> HttpResponse:
    at, go = request.POST.get("at", ""), request.POST.get("go", "next")
    asked = questions(found.state.answers)
    if go.startswith("change:"):
        chosen = go.removeprefix("change:")
        return _ask(request, found, next((each for each in asked if each == chosen), asked[0]))
    if at not in {question.value for question in asked}:
        return show(request, found)
    question = Question(at)
    if go == "show":
        return _ask(request, found, question)
    form = form_of(question, found, today(found), request.POST)
    if "language" in request.POST or "theme" in request.POST:
        kept = found.state.keeping(question, typed_in(request.POST, form.fields))
        return _ask(request, found.with_state(kept), question)
    if not form.is_valid():
        if go == "back":
            kept = found.state.keeping(question, typed_in(request.POST, form.fields))
            return _ask(request, found.with_state(kept), before(question, found.state) or question)
        return _ask(request, found, question, form)
    state = found.state.answered(question, form.given)
    moved = found.with_state(state)
    if go == "back":
        return _ask(request, moved, before(question, state) or question)
    following = after(question, state)
    return show(request, moved) if following is None else _ask(request, moved, following)


def _ask(
    request: HttpRequest, found: Carried, question: Question, form: QuestionForm | None = None
) -> HttpResponse:
    is_refused = form is not None
    form = form or form_of(question, found, today(found))
    number, total = progress(question, found.state)
    context = {
        "form": form,
        "question": question.value,
        "number": number,
        "total": total,
        "before": before(question, found.state),
        "place": found.profile.meta.name,
    }
    return render(
        request, "guide/question.html", context | head(found.state), status=422 if is_refused else 200
    )


def show(request: HttpRequest, found: Carried, **context: object) -> HttpResponse:
    """The result, once every question has its answer; else the first that has none."""
    missing = first_open(found.state)
    if missing is not None:
        return _ask(request, found, missing)
    return render(request, "guide/result.html", result(found, clock.now()) | head(found.state) | context)
