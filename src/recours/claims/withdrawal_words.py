"""A withdrawal in words: the declaration as it is stored for ever, and the letter that holds a link to make one."""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse
from msgspec import Struct

from recours.claims.subjects import Subject
from recours.marketplaces.models import Order
from recours.rules.wording import Lang, say


class Letter(Struct, frozen=True):
    subject: str
    body: str


def declared_text(order: Order, subject: Subject, name: str, *, contested: bool, lang: Lang) -> str:
    """Return the declaration word for word, after the model form of the law (annex to R221-1, to be checked)."""
    said = [
        say(lang, "withdrawing.declared.notice"),
        *(
            say(lang, "withdrawing.declared.line", quantity=line.quantity, title=line.title, paid=line.paid)
            for line in subject.lines
        ),
    ]
    if subject.ordered_on is not None:
        said.append(say(lang, "withdrawing.declared.ordered", number=order.number, on=subject.ordered_on))
    if subject.delivered_on is not None:
        said.append(say(lang, "withdrawing.declared.received", on=subject.delivered_on))
    said.append(say(lang, "withdrawing.declared.by", name=name))
    if contested:
        said.append(say(lang, "withdrawing.declared.contested"))
    return "\n".join(said)


def link_letter(order: Order, secret: str, lang: Lang) -> Letter:
    """Return the letter with the link that lets its holder withdraw from one order, and do nothing else."""
    link = f"{settings.SITE_URL}{reverse('buyer:withdrawal_key', args=[secret])}"
    body = [
        say(lang, "withdrawing.letter.why", number=order.number, place=order.marketplace.name),
        link,
        say(lang, "withdrawing.letter.unasked"),
    ]
    return Letter(
        subject=say(lang, "withdrawing.letter.subject", number=order.number), body="\n\n".join(body)
    )
