"""Which question comes before, which after, and its form with what is known already."""

from __future__ import annotations

import datetime as dt

from django.http import QueryDict

from recours.guide.carrying import Carried
from recours.guide.forms import FORMS, QuestionForm
from recours.guide.state import State
from recours.rules.guide import Question, check_answered, questions
from recours.rules.refusals import Refusal


def form_of(
    question: Question, found: Carried, today: dt.date, data: QueryDict | None = None
) -> QuestionForm:
    """Return a question's form: with what was sent, else with what was typed and left, else with the answer."""
    made = FORMS[question](found.state.answers, found.profile, today, data)
    left = found.state.left(question) if data is None else None
    if left is not None:
        for name, field in made.fields.items():
            # A box that was not ticked sends nothing: what is missing is empty, not as it was before.
            made.initial[name] = field.widget.value_from_datadict(left, {}, name)
    return made


def before(question: Question, state: State) -> Question | None:
    """Return the question before this one, None for the first."""
    asked = questions(state.answers)
    at = asked.index(question)
    return asked[at - 1] if at else None


def after(question: Question, state: State) -> Question | None:
    """Return the next question without an answer, from this one on and then from the start; None when all have one."""
    asked = questions(state.answers)
    at = asked.index(question)
    return next((each for each in (*asked[at + 1 :], *asked[:at]) if not is_answered(each, state)), None)


def first_open(state: State) -> Question | None:
    """Return the first question without an answer, None when all have one."""
    return next((each for each in questions(state.answers) if not is_answered(each, state)), None)


def is_answered(question: Question, state: State) -> bool:
    """Whether a question was answered, and still is: another trouble wants other days."""
    try:
        check_answered(question, state.answers)
    except Refusal:
        return False
    return question in state.done


def progress(question: Question, state: State) -> tuple[int, int]:
    """Return the number of this question, and how many there are with the answers so far."""
    asked = questions(state.answers)
    return asked.index(question) + 1, len(asked)
