"""How far a draft has come: the answers as typed, judged anew by each page's form."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

from recours.buyer.wizard.matter import Matter
from recours.buyer.wizard.prefilled import begun
from recours.buyer.wizard.steps import STEPS, SUMMARY, Step
from recours.claims.commands import OpeningRequest
from recours.rules.lifecycle.claim import Actor
from recours.rules.lifecycle.vocabulary import About, Role
from recours.rules.outlook import contacts_seller_first

NOT_ANSWERS = frozenset({"csrfmiddlewaretoken", "back", "later", "stay", "remove", "phone", "draft"})
"""The token and the buttons of a page."""
MOST_FIELDS, LONGEST_NAME = 300, 40
"""More than any page has: what a program sends is not kept without end."""


class Progress:
    """The steps that apply, and the answers up to the first that is missing or wrong.

    An answer is never taken as it was judged once: orders, rules and the date change while a draft lies.
    """

    def __init__(self, matter: Matter) -> None:
        self.matter = matter

    @cached_property
    def _walked(self) -> tuple[list[Step], dict[str, Any], str]:
        answers: dict[str, Any] = {}
        steps: list[Step] = []
        first_open = ""
        for step in STEPS:
            if not step.applies(self.matter, answers):
                continue
            steps.append(step)
            if first_open:
                continue
            form = self._stored_form(step, answers)
            if form is not None and form.is_valid():
                answers[step.slug] = form.cleaned_data
            else:
                first_open = step.slug
        return steps, answers, first_open or SUMMARY

    @property
    def steps(self) -> list[Step]:
        return self._walked[0]

    @property
    def answers(self) -> dict[str, Any]:
        """What was answered well, by step."""
        return self._walked[1]

    @property
    def first_open(self) -> str:
        """The slug of the first step without a good answer; the summary's when there is none."""
        return self._walked[2]

    @property
    def slugs(self) -> list[str]:
        return [*(step.slug for step in self.steps), SUMMARY]

    def step(self, slug: str) -> Step | None:
        return next((step for step in self.steps if step.slug == slug), None)

    def is_known(self, slug: str) -> bool:
        """Whether there is such a question at all, asked in this case or not."""
        return any(step.slug == slug for step in STEPS)

    def is_reached(self, slug: str) -> bool:
        return slug in self.slugs and self.slugs.index(slug) <= self.slugs.index(self.first_open)

    def before(self, slug: str) -> str:
        """The step before, empty at the first."""
        place = self.slugs.index(slug)
        return self.slugs[place - 1] if place else ""

    def after(self, slug: str) -> str:
        return self.slugs[self.slugs.index(slug) + 1]

    def form(self, step: Step) -> forms.Form:
        """Return the form of a step, with what was typed there, and what is wrong with it."""
        stored = self._stored_form(step, self.answers)
        return stored or begun(step.slug, step.form, self.matter, self.answers)

    def posted_form(self, step: Step, data: QueryDict, files: MultiValueDict[str, Any]) -> forms.Form:
        return step.form(self.matter, self.answers, data, files)

    def typed(self, data: QueryDict) -> dict[str, list[str]]:
        """Return what the page's fields hold, as typed, whatever the step thinks of it; files are kept apart."""
        names = [name for name in data if name not in NOT_ANSWERS][:MOST_FIELDS]
        return {name[:LONGEST_NAME]: list(data.getlist(name)) for name in names}

    def _stored_form(self, step: Step, answers: Mapping[str, Any]) -> forms.Form | None:
        draft = self.matter.draft
        stored = draft.answers.get(step.slug) if draft else None
        if stored is None:
            return None
        return step.form(self.matter, answers, MultiValueDict(stored))

    def request(self) -> OpeningRequest:
        """Return what the answers ask for. Only when `first_open` is the summary."""
        matter, answers, draft = self.matter, self.answers, self.matter.draft
        if draft is None:
            raise ValueError("nothing was answered")
        ground, wanted = answers["ground"]["ground"], answers["wanted"]
        return OpeningRequest(
            key=draft.pk,
            buyer_id=matter.buyer.pk,
            ground=ground,
            remedy=wanted["remedy"],
            explanation=answers["story"]["explanation"],
            order_id=matter.order.pk if matter.order else None,
            payment_id=matter.payment.pk if matter.payment else None,
            lines=self.quantities,
            amount=wanted["amount"],
            goods_return=wanted["goods_return"],
            contact_first=contacts_seller_first(
                matter.rules.policy, ground, matter.about, matter.contact, matter.now
            ),
            conversation_id=matter.conversation.pk if matter.conversation else None,
        )

    @property
    def quantities(self) -> dict[int, int]:
        """The lines that are claimed; all that are free when the question made no sense or the answer was none."""
        if self.matter.about is not About.ORDER:
            return {}
        chosen: dict[int, int] = (self.answers.get("lines") or {}).get("quantities") or {}
        free = [line for line in self.matter.lines if line.pk not in self.matter.taken]
        return chosen or {line.pk: line.quantity for line in free}

    @property
    def actor(self) -> Actor:
        return Actor(Role.BUYER, self.matter.user_id)
