"""What is new, and which mails one wants; the same pages for buyers, sellers and agents."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from recours import clock
from recours.notices.commands import choose_mails, mark_all_seen, stop_mails
from recours.notices.forms import MailChoices
from recours.notices.kinds import Kind
from recours.notices.presentation import line_of, why_mailed
from recours.notices.queries import PAGE, notices_page, switched_off
from recours.outbox.headers import BadStopLink, read_stop_link
from recours.people.models import User
from recours.people.queries import identity
from recours.rules.wording import say
from recours.ui.language import lang
from recours.ui.paging import page_of, place_in


@require_safe
@login_required
def notices(request: HttpRequest) -> HttpResponse:
    """Everything behind the bell, the newest first."""
    rows = notices_page(_user(request).pk, after=place_in(request))
    page = page_of(request, rows, PAGE, lambda row: (row.at, row.pk))
    language = lang()
    context = {
        "lines": [line_of(row, language) for row in page.rows],
        "first_url": page.first_url,
        "next_url": page.next_url,
        "faces": faces(request),
    }
    return render(request, "notices/notices.html", context)


@require_safe
@login_required
def bell(request: HttpRequest) -> HttpResponse:
    """The bell alone, for a page that is open already."""
    return render(request, "notices/bell.html")


@require_POST
@login_required
def all_seen(request: HttpRequest) -> HttpResponse:
    """Mark everything as read."""
    mark_all_seen(user_id=_user(request).pk, now=clock.now())
    return redirect("notices:notices")


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def mail_choices(request: HttpRequest) -> HttpResponse:
    """Which mails one wants; those that guard a right are shown, and why they always come."""
    user = _user(request)
    if request.method == "POST":
        form = MailChoices(request.POST)
        if form.is_valid():
            choose_mails(user_id=user.pk, wanted=[Kind(kind) for kind in form.cleaned_data["kinds"]])
            messages.success(request, _("Votre choix est enregistré."))
            return redirect("notices:mail_choices")
    else:
        off = switched_off(user.pk)
        wanted = [kind.value for kind in Kind if not kind.protects and kind not in off]
        form = MailChoices(initial={"kinds": wanted})
    language = lang()
    always = [
        (say(language, f"notices.kind.{kind}"), why_mailed(kind, language)) for kind in Kind if kind.protects
    ]
    context = {"form": form, "always": always, "email": user.email, "faces": faces(request)}
    return render(request, "notices/mail_choices.html", context, status=422 if form.errors else 200)


@csrf_exempt  # the reader's mail program posts here by itself (RFC 8058), and the link is signed
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, signed: str) -> HttpResponse:
    """Stop the mails of one kind, from a link in one of them: nobody signs in, and opening the link stops nothing."""
    try:
        user_id, name = read_stop_link(signed)
        kind = Kind(name)
    except (BadStopLink, ValueError) as error:
        raise Http404 from error
    if kind.protects:
        raise Http404
    done = request.method == "POST"
    if done:
        stop_mails(user_id=user_id, kind=kind)
    context = {"kind": say(lang(), f"notices.kind.{kind}"), "done": done}
    return render(request, "notices/stop.html", context)


def faces(request: HttpRequest) -> list[dict[str, str]]:
    """Return the ways back to one's own pages: whoever reads this may buy, sell and judge."""
    who = identity(request)
    found = []
    if who.buyer_ids or not (who.shop_ids or who.has_desk):
        found.append({"url": reverse("buyer:orders"), "label": _("Mes commandes")})
    if who.shop_ids:
        found.append({"url": reverse("seller:claims"), "label": _("Dossiers de mes boutiques")})
    if who.has_desk:
        found.append({"url": reverse("desk:queue"), "label": _("File d’attente")})
    return found


def _user(request: HttpRequest) -> User:
    return cast(User, request.user)
