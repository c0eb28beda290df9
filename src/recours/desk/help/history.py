"""What an article said before: every version, what each changed, and the way back to it."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from recours import clock
from recours.claims.forms import said
from recours.desk.help.differences import differences
from recours.desk.help.finding import LANGUAGE_NAMES, editable_article, read_article
from recours.desk.help.texts import words_of
from recours.desk.views.door import for_agents
from recours.helpcentre.commands import Written, save_draft
from recours.helpcentre.commands.writing import seen_of
from recours.helpcentre.models import Category
from recours.helpcentre.queries.editing import versions_of
from recours.people.queries import identity
from recours.rules.access import may
from recours.rules.refusals import Refusal
from recours.rules.wording.format import typography


@require_safe
@for_agents
def article(request: HttpRequest, article_id: UUID, language: str) -> HttpResponseBase:
    """The versions of an article in a language, and what one of them changed."""
    found = read_article(request, article_id, language)
    versions = versions_of(found.pk, language)
    if not versions:
        raise Http404
    wanted = request.GET.get("version", "")
    shown = next((one for one in versions if str(one.number) == wanted), versions[0])
    before = next((one for one in versions if one.number < shown.number), None)
    may_edit = may(identity(request), "article.write", marketplace_id=found.marketplace_id)
    context = {
        "in_help": True,
        "article": found,
        "language": language,
        "language_name": LANGUAGE_NAMES[language],
        "versions": versions,
        "shown": shown,
        "title": typography(shown.title, language),
        "is_latest": shown is versions[0],
        "whole": words_of(shown),
        "changes": differences(words_of(before), words_of(shown)) if before else [],
        "before": before,
        "may_edit": may_edit,
        "list_url": f"{reverse('desk:help')}?place={found.marketplace.slug}&category={found.category}",
        "edit_url": reverse("desk:help_edit", args=[found.pk, language]) if may_edit else "",
    }
    return render(request, "desk/help/history.html", context)


@require_POST
@for_agents
def restore(request: HttpRequest, article_id: UUID, language: str) -> HttpResponseBase:
    """Make an older version the newest draft; nothing changes for readers until it is published."""
    found = editable_article(request, article_id, language)
    versions = versions_of(found.pk, language)
    wanted = request.POST.get("version", "")
    version = next((one for one in versions if str(one.number) == wanted), None)
    if version is None:
        raise Http404
    written = Written(
        category=Category(found.category),
        section=found.section,
        action=found.action,
        related=tuple(found.related),
        position=found.position,
        language=language,
        title=version.title,
        summary=version.summary,
        body=version.body,
        keywords=tuple(version.keywords),
    )
    try:
        save_draft(
            marketplace_id=found.marketplace_id,
            article_id=found.pk,
            written=written,
            by=identity(request).user_id,
            now=clock.now(),
            seen=seen_of(found, versions[0]),
        )
    except Refusal as refusal:
        messages.error(request, said(refusal))
    else:
        messages.success(
            request, _("Cette version est de nouveau le brouillon : relisez-la, puis publiez-la.")
        )
    return redirect("desk:help_edit", found.pk, language)
