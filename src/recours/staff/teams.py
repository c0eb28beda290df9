"""The pages of a team, the same for a desk and for a shop: each face gives its own frame and its addresses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils.translation import gettext as _

from recours import clock
from recours.people.models import DeskStaff, ShopStaff, User
from recours.rules.access import Person
from recours.rules.refusals import Refusal
from recours.staff.commands import change_role, end_role, invite, withdraw_invitation
from recours.staff.forms import LEAVES, NAMES, InviteForm, MemberForm
from recours.staff.places import Workplace
from recours.staff.queries import invitations_of, members_of
from recours.ui.language import lang


@dataclass(frozen=True)
class Team:
    """A workplace, as who chooses its members sees it."""

    place: Workplace
    own: Person
    base: str
    """The template of the face."""
    routes: str
    """What its routes begin with: `desk:team`, `desk:team_member`, `desk:team_withdraw`."""
    keys: tuple[UUID, ...] = ()
    """What their addresses name before anything else."""
    query: str = ""
    """What they carry after them, where a desk is chosen among several."""
    context: dict[str, Any] | None = None

    def around(self, **more: Any) -> dict[str, Any]:
        """Return what each of its pages shows around itself."""
        return {"base": self.base, "place": self.place, **(self.context or {}), **more}


def team_page(request: HttpRequest, team: Team) -> HttpResponse:
    """Who works here, who is invited, and the form to invite another."""
    form = InviteForm(team.place, request.POST or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            given = form.cleaned_data
            try:
                invite(
                    place=team.place,
                    by=_user(request),
                    own=team.own,
                    email=given["email"],
                    role=given["role"],
                    lang=lang(),
                    now=clock.now(),
                )
            except Refusal as refused:
                form.add_error("email", _said(refused))
                status = 409
            else:
                sent = _("L’invitation est partie à %(email)s. Elle vaut sept jours.")
                messages.success(request, sent % {"email": given["email"]})
                return _back(team)
    rows = [_member_row(team, row, _user(request)) for row in members_of(team.place)]
    context = team.around(form=form, members=rows, invitations=_invitations(team))
    return render(request, "staff/team.html", context, status=status)


def member_page(request: HttpRequest, team: Team, member_id: int) -> HttpResponse:
    """What a member is, to be changed. Raises Http404 where there is none such, and for oneself."""
    member = next((row for row in members_of(team.place) if row.pk == member_id), None)
    if member is None or member.user_id == _user(request).pk:
        raise Http404
    form = MemberForm(team.place, request.POST or None, initial={"role": member.role})
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                done = _changed(request, team, member, form)
            except Refusal as refused:
                form.add_error("role", _said(refused))
                status = 409
            except ObjectDoesNotExist as error:
                raise Http404 from error
            else:
                messages.success(request, done)
                return _back(team)
    context = team.around(form=form, member=member, back_url=_url(team))
    return render(request, "staff/member.html", context, status=status)


def withdraw_page(request: HttpRequest, team: Team, invitation_id: UUID) -> HttpResponse:
    """Withdraw an invitation; its address opens nothing from then on."""
    if not withdraw_invitation(
        place=team.place, by=_user(request), invitation_id=invitation_id, now=clock.now()
    ):
        raise Http404
    messages.success(request, _("L’invitation est retirée."))
    return _back(team)


def _changed(request: HttpRequest, team: Team, member: DeskStaff | ShopStaff, form: forms.Form) -> str:
    role = form.cleaned_data["role"]
    words = {"name": str(member.user)}
    about: dict[str, Any] = {
        "place": team.place,
        "by": _user(request),
        "own": team.own,
        "member_id": member.pk,
        "now": clock.now(),
    }
    if role == LEAVES:
        end_role(**about)
        return _("%(name)s ne fait plus partie de l’équipe.") % words
    change_role(**about, role=role)
    return _("Le rôle de %(name)s est enregistré.") % words


def _member_row(team: Team, row: DeskStaff | ShopStaff, reader: User) -> dict[str, Any]:
    return {
        "name": row.user.name,
        "email": row.user.email,
        "role": NAMES[team.place.person(row.role)],
        "is_reader": row.user_id == reader.pk,
        "is_active": row.user.is_active,
        "url": _url(team, "_member", row.pk),
    }


def _invitations(team: Team) -> list[dict[str, Any]]:
    return [
        {
            "email": each.email,
            "role": NAMES[team.place.person(each.role)],
            "by": str(each.invited_by),
            "expires_at": each.expires_at,
            "withdraw_url": _url(team, "_withdraw", each.pk),
        }
        for each in invitations_of(team.place, clock.now())
    ]


def _url(team: Team, what: str = "", *keys: int | UUID) -> str:
    return resolve_url(f"{team.routes}{what}", *team.keys, *keys) + team.query


def _back(team: Team) -> HttpResponse:
    return redirect(_url(team))


def _user(request: HttpRequest) -> User:
    return cast(User, request.user)


def _said(refused: Refusal) -> str:
    return f"{refused.explain(lang())} {refused.remedy(lang())}"
