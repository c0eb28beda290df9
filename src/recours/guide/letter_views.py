"""The page of the letter, what to look at before it is printed, and the PDF. Nothing of it is kept."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods

from recours import clock
from recours.guide.appearance import remember_appearance
from recours.guide.asking import first_open
from recours.guide.carrying import Carried, head
from recours.guide.exhibits import MOST_FILES, ExhibitsForm
from recours.guide.lettering import LetterForm, printed
from recours.guide.showing import outcome_of
from recours.guide.state import typed_in
from recours.guide.views import show, with_answers
from recours.rules.wording import say
from recours.ui.language import lang

LETTER = "letter"
"""Where the form's fields stand in the state, so that who goes back to the result finds them again."""


@require_http_methods(["GET", "HEAD", "POST"])
@cache_control(private=True, no_cache=True)
@with_answers
def letter(request: HttpRequest, found: Carried) -> HttpResponse:
    """Ask who writes and to whom; then show what will be printed."""
    return remember_appearance(request, _page(request, found))


@require_http_methods(["GET", "HEAD", "POST"])
@cache_control(private=True, no_store=True)
@with_answers
def letter_pdf(request: HttpRequest, found: Carried) -> HttpResponse:
    """Hand out the letter."""
    outcome = outcome_of(found, clock.now())
    if first_open(found.state) is not None or not outcome.letters:
        return show(request, found)
    form = LetterForm(outcome, request.POST, bound=True)
    if not form.is_valid() or form.story is None:
        return _asked(request, found, form)
    story, pages = form.story, {}
    if request.FILES:
        exhibits = ExhibitsForm(story, request.FILES)
        if not exhibits.is_valid():
            return _shown(request, found, form, exhibits)
        story, pages = exhibits.told, exhibits.pages
    response = HttpResponse(printed(outcome, story, pages), content_type="application/pdf")
    response.headers["Content-Disposition"] = f'attachment; filename="lettre-{story.kind}.pdf"'
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def _page(request: HttpRequest, found: Carried) -> HttpResponse:
    outcome = outcome_of(found, clock.now())
    go = request.POST.get("go", "")
    if first_open(found.state) is not None or not outcome.letters:
        return show(request, found)
    if request.POST.get("at") != LETTER:
        left = found.state.left(LETTER)
        form = LetterForm(outcome, left or request.POST)
        if left is not None:
            form.initial.update(left.dict())
        return _asked(request, found, form)
    form = LetterForm(outcome, request.POST, bound=True)
    kept = found.with_state(found.state.keeping(LETTER, typed_in(request.POST, form.fields)))
    if go == "result":
        return show(request, kept)
    if go != "preview" or "language" in request.POST or "theme" in request.POST:
        again = LetterForm(outcome, request.POST)
        again.initial.update({name: request.POST.get(name, "") for name in again.fields})
        return _asked(request, kept, again)
    if not form.is_valid() or form.story is None:
        return _asked(request, kept, form)
    return _shown(request, kept, form, ExhibitsForm(form.story))


def _asked(request: HttpRequest, found: Carried, form: LetterForm) -> HttpResponse:
    source = found.profile.address
    context: dict[str, Any] = {"form": form, "place": found.profile.meta.name, "source": source}
    if source is not None:
        context["address_told"] = say(
            lang(), "letters.address_told", source=source.read_at(lang()), checked_on=source.checked_on
        )
    if form.missing is not None:
        context["missing"] = form.missing.value
    status = 422 if form.is_bound else 200
    return render(request, "guide/letter.html", context | head(found.state), status=status)


def _shown(request: HttpRequest, found: Carried, form: LetterForm, exhibits: ExhibitsForm) -> HttpResponse:
    context = _ready(found, form) | {"form": exhibits, "most": MOST_FILES} | head(found.state)
    status = 422 if exhibits.is_bound else 200
    return render(request, "guide/letter_ready.html", context, status=status)


def _ready(found: Carried, form: LetterForm) -> dict[str, Any]:
    prepared = form.prepared
    if prepared is None:
        raise ValueError("not ready")
    fields = typed_in(form.data, form.fields)
    return {
        "hidden": [(name, value) for name, values in fields.items() for value in values],
        "sender": prepared.letter.sender.lines,
        "addressee": prepared.letter.addressee.lines,
        "subject": prepared.letter.subject,
        "shortened": [
            say(lang(), "letters.shortened", given=each.given, printed=each.printed)
            for each in prepared.shortened
        ],
        "untried": [say(lang(), f"letters.step.{step.value}") for step in prepared.untried],
        "unverified": [say(lang(), "letters.unverified", article=article) for article in prepared.unverified],
        "surcharge": say(lang(), "letters.surcharge", surcharge=prepared.meter.surcharge)
        if prepared.meter
        else "",
        "place": found.profile.meta.name,
    }
