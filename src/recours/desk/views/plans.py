"""Action plans: agents read them and start one on a claim; team leads and administrators write them."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from recours import clock
from recours.casework.commands.plans import delete_plan as let_plan_go
from recours.casework.commands.plans import start_plan, stop_plan, write_plan
from recours.casework.models import ActionPlan
from recours.claims.forms import said
from recours.conversations.canned.queries import Holder, answers_of
from recours.desk.forms_plans import PlanForm
from recours.desk.plan_words import step_text
from recours.desk.queries import Desk
from recours.desk.views.claim import claim_of
from recours.desk.views.door import back_to, desk_context, desk_of, for_agents
from recours.people.models import User
from recours.people.queries import identity
from recours.rules.access import may
from recours.rules.refusals import Refusal


@require_http_methods(["GET", "HEAD", "POST"])
@for_agents
def plans(request: HttpRequest) -> HttpResponseBase:
    """The plans of a desk, and for who may write them the form of a new one, which keeps what was typed."""
    desk, places = desk_of(request)
    writes = may(desk.identity, "plan.write", marketplace_id=desk.marketplace.pk)
    answers = answers_of(Holder(marketplace_id=desk.marketplace.pk))
    if request.method != "POST":
        form = PlanForm(answers) if writes else None
        return render(request, "desk/plans.html", desk_context(places, desk, **_page(desk, answers, form)))
    if not writes:
        raise Http404
    form = PlanForm(answers, request.POST)
    if form.is_valid():
        try:
            write_plan(
                marketplace_id=desk.marketplace.pk,
                name=form.cleaned_data["name"],
                says=form.says,
                by_id=cast(User, request.user).pk,
                now=clock.now(),
            )
        except Refusal as refusal:
            form.add_error(None, said(refusal))
        else:
            messages.success(request, _("Plan ajouté. Il se lance depuis la page d’un dossier."))
            return back_to("desk:plans", desk)
    context = desk_context(places, desk, **_page(desk, answers, form))
    return render(request, "desk/plans.html", context, status=422)


@require_POST
@for_agents
def delete_plan(request: HttpRequest, plan_id: int) -> HttpResponseBase:
    """Let a plan go; where it is under way, it goes on."""
    row = ActionPlan.objects.select_related("marketplace").filter(pk=plan_id).first()
    if row is None or not may(identity(request), "plan.write", marketplace_id=row.marketplace_id):
        raise Http404
    let_plan_go(marketplace_id=row.marketplace_id, plan_id=plan_id)
    messages.success(request, _("Plan supprimé. Là où il est en cours, il se poursuit."))
    return back_to("desk:plans", Desk(identity=identity(request), marketplace=row.marketplace))


@require_POST
@for_agents
def start(request: HttpRequest, reference: str) -> HttpResponseBase:
    """Start a plan on a claim."""
    opened = claim_of(request, reference)
    given = request.POST.get("plan", "")
    number = int(given) if given.isascii() and given.isdigit() and len(given) < 18 else 0
    plan = ActionPlan.objects.filter(marketplace_id=opened.row.marketplace_id, pk=number).first()
    if plan is None:
        messages.error(request, _("Ce plan n’existe plus. Choisissez-en un autre."))
        return redirect(_to(reference))
    try:
        start_plan(opened, plan, user_id=cast(User, request.user).pk)
    except Refusal as refusal:
        messages.error(request, said(refusal))
    else:
        messages.success(
            request,
            _("Plan lancé : sa première étape se fait dans la minute. Une réponse d’une partie l’arrête."),
        )
    return redirect(_to(reference))


@require_POST
@for_agents
def stop(request: HttpRequest, reference: str) -> HttpResponseBase:
    """Stop the plan that is under way on a claim."""
    opened = claim_of(request, reference)
    if stop_plan(claim_id=opened.row.pk, now=opened.now):
        messages.success(request, _("Plan arrêté. Ce qui est déjà parti l’est."))
    return redirect(_to(reference))


def _to(reference: str) -> str:
    return reverse("desk:claim", args=[reference]) + "#plan"


def _page(desk: Desk, answers: list[Any], form: PlanForm | None) -> dict[str, Any]:
    titles = {answer.pk: answer.title for answer in answers}
    rows = ActionPlan.objects.filter(marketplace=desk.marketplace).order_by("name")
    found = [
        {"id": row.pk, "name": row.name, "steps": [step_text(step, titles) for step in row.says.steps]}
        for row in rows
    ]
    return {"plans": found, "form": form}
