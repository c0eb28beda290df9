"""What the person said, question by question, to be read again and changed."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext

from recours.guide.forms import DAYS, FORMS, REMEDIES, SELLERS, STEPS, TROUBLES
from recours.rules.guide import Answers, Question, days_asked, questions
from recours.rules.letters import Tried
from recours.rules.wording.format import day, money
from recours.ui.language import lang


def told(answers: Answers) -> list[dict[str, Any]]:
    """Return the answers by their questions."""
    return [
        {
            "question": question.value,
            "title": _title(question),
            "lines": [line for line in _lines(question, answers) if line],
        }
        for question in questions(answers)
    ]


def _title(question: Question) -> str:
    form = FORMS[question]
    return str(form.title or form.base_fields[question.value].label)


def _lines(question: Question, answers: Answers) -> list[str]:
    match question:
        case Question.TROUBLE:
            return [str(TROUBLES[answers.trouble][0])] if answers.trouble else []
        case Question.DAYS:
            return _days(answers)
        case Question.PURCHASE:
            return [
                answers.product,
                gettext("Commande %(number)s") % {"number": answers.order_number}
                if answers.order_number
                else "",
                answers.shop,
                money(answers.amount, lang()) if answers.amount else "",
                str(SELLERS[answers.seller_in]) if answers.seller_in else "",
            ]
        case Question.TRIED:
            return [_tried(each) for each in answers.tried]
        case Question.WANTED:
            return [str(REMEDIES[answers.wanted][0])] if answers.wanted else []
        case Question.STORY:
            return [answers.story]


def _days(answers: Answers) -> list[str]:
    if answers.trouble is None:
        return []
    known = [(DAYS[name], getattr(answers, name)) for name, _ in days_asked(answers.trouble)]
    return [_pair(str(label), day(on, lang())) for label, on in known if on is not None]


def _tried(each: Tried) -> str:
    done = f"{STEPS[each.step]} · {each.text}" if each.text else str(STEPS[each.step])
    return _pair(day(each.on, lang()), done)


def _pair(what: str, said: str) -> str:
    return gettext("%(what)s : %(said)s") % {"what": what, "said": said}
