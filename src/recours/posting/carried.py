"""Pages of a letter that a provider posts: what it costs, giving it up, asking for the post's papers."""

from __future__ import annotations

from typing import cast
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from recours.people.models import User
from recours.posting import looks
from recours.posting.commands.cancelling import cancel as cancel_letter
from recours.posting.commands.fetching import fetch_news
from recours.posting.commands.sending import price, want
from recours.posting.providers import MERCI_FACTEUR
from recours.posting.queries import OpenedLetter
from recours.posting.views import found_letter, heading, said
from recours.rules.letters import Kind
from recours.rules.money import Money
from recours.rules.refusals import Refusal
from recours.ui.language import lang

SALT = "posting.price"
PRICE_SECONDS = 3600
"""For how long a price that was shown is agreed to; it is shown again afterwards."""


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def post(request: HttpRequest, reference: str, letter_id: UUID) -> HttpResponse:
    """Show what posting a letter costs; have it posted once that was agreed to. Asked twice, it is posted once."""
    found = found_letter(request, reference, letter_id)
    refusal: Refusal | None = None
    is_outdated = False
    if request.method == "POST":
        agreed = _agreed(request.POST.get("price", ""), letter_id)
        if agreed is not None:
            try:
                want(found.row.pk, name=MERCI_FACTEUR, agreed=agreed, user=cast(User, request.user))
            except Refusal as refused:
                messages.warning(request, f"{refused.explain(lang())} {refused.remedy(lang())}")
            else:
                messages.success(request, _("Votre lettre part : cette page dira ce qu’elle devient."))
            return redirect("posting:letter", reference, letter_id)
        is_outdated = True
    if found.posting is not None:
        return redirect("posting:letter", reference, letter_id)
    context = _page(found)
    try:
        quote = price(found.row.pk, name=MERCI_FACTEUR)
    except Refusal as refused:
        refusal = refused
    else:
        context["quote"] = quote
        context["price"] = signing.dumps([str(letter_id), quote.price.minor, quote.price.currency], salt=SALT)
    context |= {"refusal": said(refusal), "is_outdated": is_outdated and not refusal}
    return render(request, "posting/post.html", context, status=422 if is_outdated else 200)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request: HttpRequest, reference: str, letter_id: UUID) -> HttpResponse:
    """Give a letter up: say what happens, then do it. It stays in the file, and its PDF too."""
    found = found_letter(request, reference, letter_id)
    refusal: Refusal | None = None
    if request.method == "POST":
        try:
            is_certain = cancel_letter(
                found.row.pk,
                on=found.opened.rules.calendar.local_date(found.opened.now),
                by=found.opened.actor,
                user=cast(User, request.user),
            )
        except Refusal as refused:
            refusal = refused
            found = found_letter(request, reference, letter_id)
        else:
            if is_certain:
                messages.success(request, _("C’est noté : cette lettre ne part pas."))
            else:
                messages.success(
                    request,
                    _(
                        "Le prestataire a accepté de ne pas l’envoyer. Si elle part malgré tout, cette page le dira."
                    ),
                )
            return redirect("posting:letter", reference, letter_id)
    context = _page(found) | {"refusal": said(refusal), "is_taken": looks.is_taken(found.posting)}
    return render(request, "posting/cancel.html", context, status=409 if refusal else 200)


@login_required
@require_POST
def news(request: HttpRequest, reference: str, letter_id: UUID) -> HttpResponse:
    """Ask for the post's documents, and for what became of a letter."""
    found = found_letter(request, reference, letter_id)
    try:
        came = fetch_news(found.row.pk)
    except Refusal as refusal:
        messages.warning(request, f"{refusal.explain(lang())} {refusal.remedy(lang())}")
    else:
        text = ngettext(
            "%(n)s document de la poste est arrivé.", "%(n)s documents de la poste sont arrivés.", came
        )
        messages.success(request, text % {"n": came} if came else _("Le numéro de suivi est arrivé."))
    return redirect("posting:letter", reference, letter_id)


def _page(found: OpenedLetter) -> dict[str, object]:
    reference = found.opened.row.reference
    return {
        **heading(found.opened),
        "sort": looks.sort(Kind(found.row.sort)),
        "addressee": found.row.addressee,
        "letter_url": reverse("posting:letter", args=[reference, found.row.pk]),
        "pdf_url": reverse("posting:pdf", args=[reference, found.row.pk]),
    }


def _agreed(given: str, letter_id: UUID) -> Money | None:
    """Return the price that was shown for this letter, None where that was another, long ago, or made up."""
    try:
        letter, minor, currency = signing.loads(given, salt=SALT, max_age=PRICE_SECONDS)
    except (signing.BadSignature, ValueError):
        return None
    return Money(minor, currency) if letter == str(letter_id) else None
