"""Letters from a claim, for its buyer and for the desk. Others' letters do not exist here either."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from recours.claims.queries import ClaimNotVisible, OpenedClaim, evidence_of
from recours.files.refusals import FileRefused
from recours.files.responses import serve
from recours.files.showing import Hidden, shown_to
from recours.people.models import User
from recours.people.queries import identity
from recours.posting import looks
from recours.posting.commands import prepare_letter, tell_step
from recours.posting.filling import enclosed, filled, written
from recours.posting.forms import LetterForm, StepForm
from recours.posting.models import Posting
from recours.posting.providers import PRINT_AT_HOME, is_set_up
from recours.posting.queries import (
    LetterNotVisible,
    OpenedLetter,
    letter_of,
    letters_of,
    proof_of,
    writers_claim,
)
from recours.posting.refusals import LettersNotHere
from recours.rules.letters import Kind, Prepared, Story, write
from recours.rules.lifecycle.vocabulary import Role
from recours.rules.posting import Standing, Step, open_steps
from recours.rules.refusals import Refusal
from recours.ui.language import lang

BASES = {Role.BUYER: "buyer/base.html", Role.AGENT: "desk/base.html"}
PAGES = {Role.BUYER: "buyer:claim", Role.AGENT: "desk:claim"}


@login_required
@require_GET
def letters(request: HttpRequest, reference: str) -> HttpResponse:
    """The letters of a claim that this side wrote, and where each is."""
    opened = opened_claim(request, reference)
    found = [OpenedLetter(row=row, opened=opened) for row in letters_of(opened)]
    context = {"letters": looks.listed(found, lambda row: _url(row.pk, reference))}
    return render(request, "posting/letters.html", heading(opened) | context)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, reference: str) -> HttpResponse:
    """Write a letter: look at what will be printed, then have it made; refused, what was typed stays."""
    opened = opened_claim(request, reference)
    found = filled(opened)
    evidence = [
        one for one in evidence_of(opened.row.pk) if not isinstance(shown_to(one.file, opened.role), Hidden)
    ]
    data = request.POST.copy()
    form = LetterForm(found, evidence, data or None)
    refusal: Refusal | None = None
    prepared: Prepared | None = None
    if request.method == "POST" and form.is_valid():
        chosen = set(form.cleaned_data.get("exhibits", ()))
        titles, pictures = enclosed([one for one in evidence if one.exhibit in chosen], opened.role)
        try:
            story = written(
                found,
                form.cleaned_data,
                written_on=opened.rules.calendar.local_date(opened.now),
                exhibits=titles,
            )
            prepared = _written(opened, story)
            if request.POST.get("do") == "make" and form.cleaned_data["seen"] == looks.digest(prepared):
                made = prepare_letter(
                    opened=opened,
                    letter_id=form.cleaned_data["letter_id"],
                    story=story,
                    prepared=prepared,
                    pictures=pictures,
                    by=cast(User, request.user),
                )
                messages.success(request, _("Votre lettre est prête. Elle est gardée avec votre dossier."))
                return redirect("posting:letter", reference, made.pk)
        except Refusal as refused:
            refusal = refused
    if prepared is not None:
        data["seen"] = looks.digest(prepared)
    context: dict[str, Any] = {
        "form": form,
        "refusal": said(refusal),
        "preview": looks.preview(prepared) if prepared and not refusal else None,
    }
    status = 409 if refusal else 422 if form.is_bound and not form.is_valid() else 200
    return render(request, "posting/new.html", heading(opened) | context, status=status)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def letter(request: HttpRequest, reference: str, letter_id: UUID) -> HttpResponse:
    """A letter on its way: what to do with it, what the post said, and what its days started."""
    found = found_letter(request, reference, letter_id)
    posting = found.posting
    form = StepForm(
        tellable(found),
        request.POST or None,
        request.FILES or None,
        has_number=bool(posting and posting.tracking),
    )
    refusal: Refusal | None = None
    if request.method == "POST" and form.is_valid():
        uploads = form.cleaned_data["exhibits"]
        try:
            tell_step(
                found.row.pk,
                step=Step(form.cleaned_data["step"]),
                on=form.cleaned_data["on"],
                by=found.opened.actor,
                user=cast(User, request.user),
                tracking=form.cleaned_data.get("tracking", ""),
                proofs=uploads.accepted if uploads else (),
            )
        except Refusal as refused:
            refusal = refused
        else:
            messages.success(request, _("C’est noté."))
            for one in uploads.refused if uploads else ():
                messages.warning(request, one.text)
            return redirect("posting:letter", reference, letter_id)
    status = 409 if refusal else 422 if form.is_bound else 200
    return render(request, "posting/letter.html", _letter_page(found, form, refusal), status=status)


@login_required
@require_GET
def pdf(request: HttpRequest, reference: str, letter_id: UUID) -> HttpResponseBase:
    """Hand out the letter, the very bytes that were sealed."""
    found = found_letter(request, reference, letter_id)
    return _served(request, found, found.row.file)


@login_required
@require_GET
def proof(request: HttpRequest, reference: str, letter_id: UUID, proof_id: UUID) -> HttpResponseBase:
    """Hand out a document of the post about a letter."""
    found = found_letter(request, reference, letter_id)
    known = proof_of(found, proof_id)
    if known is None:
        raise Http404
    return _served(request, found, known.file)


def _served(request: HttpRequest, found: OpenedLetter, file: Any) -> HttpResponseBase:
    try:
        return serve(request, file, variant="clean", reader=found.opened.role, download=True)
    except FileRefused as refusal:
        messages.warning(request, f"{refusal.explain(lang())} {refusal.remedy(lang())}")
        return redirect("posting:letter", found.opened.row.reference, found.row.pk)


def _written(opened: OpenedClaim, story: Story) -> Prepared:
    law = opened.rules.law
    if law is None or law.country != "FR":
        raise LettersNotHere(country=opened.claim.opening.country)
    return write(story, law, opened.rules.calendar)


def opened_claim(request: HttpRequest, reference: str) -> OpenedClaim:
    """Return the claim to who may write letters from it. Raises Http404."""
    try:
        return writers_claim(identity(request), reference)
    except ClaimNotVisible:
        raise Http404 from None


def found_letter(request: HttpRequest, reference: str, letter_id: UUID) -> OpenedLetter:
    """Return a letter to the side that wrote it. Raises Http404."""
    try:
        return letter_of(opened_claim(request, reference), letter_id)
    except LetterNotVisible:
        raise Http404 from None


def heading(opened: OpenedClaim) -> dict[str, Any]:
    """Return what every page of letters needs of its claim."""
    reference = opened.row.reference
    return {
        "base": BASES[opened.role],
        "opened": opened,
        "reference": reference,
        "claim_url": reverse(PAGES[opened.role], args=[reference]),
        "letters_url": reverse("posting:letters", args=[reference]),
        "in_claims": opened.role is Role.BUYER,
        "in_queue": opened.role is Role.AGENT,
    }


def tellable(found: OpenedLetter) -> list[Step]:
    """The steps that a person may tell: those of the post's papers, and not the handing in that a provider does."""
    shut = {Step.CANCELLED} | ({Step.HANDED_IN} if _is_carried(found.posting) else set())
    return [step for step in open_steps(found.days) if step not in shut]


def _is_carried(posting: Posting | None) -> bool:
    """Whether a provider has, or may have, the letter."""
    return bool(posting and posting.provider != PRINT_AT_HOME and posting.status != Posting.Status.REFUSED)


def _letter_page(found: OpenedLetter, form: StepForm, refusal: Refusal | None) -> dict[str, Any]:
    reference = found.opened.row.reference
    here = [reference, found.row.pk]
    posting = found.posting
    is_carried = _is_carried(posting)
    is_prepared = found.standing is Standing.PREPARED
    quiet = found.quiet_since
    return {
        **heading(found.opened),
        "letter": found.row,
        "sort": looks.sort(Kind(found.row.sort)),
        "standing": looks.standing(found.standing),
        "is_prepared": is_prepared and not is_carried,
        "may_cancel": is_prepared and not (is_carried and posting and posting.is_printed),
        "is_posted_for_you": is_set_up() and posting is None and is_prepared,
        "sending": looks.sending(found, posting) if posting and posting.provider != PRINT_AT_HOME else "",
        "post_url": reverse("posting:post", args=here),
        "news_url": reverse("posting:news", args=here) if found.lacks_papers else "",
        "correct_url": reverse("posting:correct", args=here) if found.correctable else "",
        "steps": looks.steps(found),
        "struck": looks.struck(found),
        "clocks": looks.clocks(found),
        "quiet": looks.quiet(quiet, bool(posting and posting.provider != PRINT_AT_HOME)) if quiet else None,
        "tracking": posting.tracking if posting else "",
        "checklist": looks.checklist(),
        "asked": looks.asked_at_the_counter(),
        "proofs": looks.proofs(found, lambda proof: reverse("posting:proof", args=[*here, proof.pk])),
        "form": form if tellable(found) else None,
        "refusal": said(refusal),
        "pdf_url": reverse("posting:pdf", args=here),
        "cancel_url": reverse("posting:cancel", args=here),
    }


def _url(letter_id: UUID, reference: str) -> str:
    return reverse("posting:letter", args=[reference, letter_id])


def said(refusal: Refusal | None) -> dict[str, str] | None:
    """Return a refusal as its component draws it."""
    return {"why": refusal.explain(lang()), "remedy": refusal.remedy(lang())} if refusal else None
