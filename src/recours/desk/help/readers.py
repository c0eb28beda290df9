"""What readers looked for in vain, and the words that mean the same."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from recours.desk.help.finding import LANGUAGE_NAMES, editable_desk, tabs
from recours.desk.help.forms import SynonymsForm
from recours.desk.views.door import desk_context, desk_of, for_agents
from recours.helpcentre.commands.vocabulary import forget_question, save_synonyms, synonyms_seen
from recours.helpcentre.queries.editing import questions_of, synonyms_of
from recours.helpcentre.refusals import ArticleMoved
from recours.rules.access import may
from recours.rules.wording import LANGUAGES
from recours.ui.language import lang


@require_safe
@for_agents
def questions(request: HttpRequest) -> HttpResponseBase:
    """Questions that found nothing, the most asked first, each the beginning of an article."""
    desk, places = desk_of(request)
    place = desk.marketplace
    rows = [
        {
            "question": row,
            "language_name": LANGUAGE_NAMES.get(row.language, row.language),
            "url": f"{reverse('desk:help_new')}?"
            + urlencode({"place": place.slug, "title": row.words, "language": row.language}),
        }
        for row in questions_of(place.pk)
    ]
    context = desk_context(
        places,
        desk,
        in_help=True,
        tabs=tabs(place, "questions"),
        rows=rows,
        may_edit=may(desk.identity, "article.write", marketplace_id=place.pk),
    )
    return render(request, "desk/help/questions.html", context)


@require_POST
@for_agents
def forget(request: HttpRequest, question_id: int) -> HttpResponseBase:
    """Put a question away."""
    desk, _places = editable_desk(request)
    forget_question(marketplace_id=desk.marketplace.pk, question_id=question_id)
    return redirect(f"{reverse('desk:help_questions')}?place={desk.marketplace.slug}")


@require_http_methods(["GET", "HEAD", "POST"])
@for_agents
def synonyms(request: HttpRequest, language: str) -> HttpResponseBase:
    """The words of a language that mean the same; administrators change them."""
    desk, places = editable_desk(request) if request.method == "POST" else desk_of(request)
    if language not in LANGUAGES:
        raise Http404
    place = desk.marketplace
    seen = synonyms_seen(synonyms_of(place.pk, language))
    form = SynonymsForm(request.POST or None, initial={"words": seen, "seen": seen})
    moved, status = None, 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                save_synonyms(
                    marketplace_id=place.pk,
                    language=language,
                    words=form.cleaned_data["words"],
                    seen=form.cleaned_data["seen"].replace("\r\n", "\n"),
                )
            except ArticleMoved as refusal:
                moved = {"why": refusal.explain(lang()), "remedy": refusal.remedy(lang()), "theirs": seen}
                again = request.POST.copy()
                again["seen"] = seen
                form, status = SynonymsForm(again), 409
            else:
                messages.success(
                    request, _("Les synonymes sont enregistrés : la recherche les connaît déjà.")
                )
                return redirect(f"{request.path}?place={place.slug}")
    context = desk_context(
        places,
        desk,
        in_help=True,
        tabs=tabs(place, "synonyms"),
        form=form,
        moved=moved,
        words=synonyms_of(place.pk, language),
        languages=[
            {
                "label": LANGUAGE_NAMES[each],
                "url": f"{reverse('desk:help_synonyms', args=[each])}?place={place.slug}",
                "current": each == language,
            }
            for each in LANGUAGES
        ],
        may_edit=may(desk.identity, "article.write", marketplace_id=place.pk),
    )
    return render(request, "desk/help/synonyms.html", context, status=status)
