"""Paying by transfer: the order is a line in a file, the answer is what the bank's own files said."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import msgspec
from django.conf import settings

from recours.refunds.providers import Answer, NoAnswer, Notice, Order, Outcome

BELIEVED = ("applied", "unchanged")
"""Verdicts of what agreed with our own rows."""


def is_set_up() -> bool:
    """Whether this installation has an account that transfers leave from."""
    return bool(settings.SEPA_NAME and settings.SEPA_IBAN and settings.SEPA_BIC)


class Sepa:
    """Never moves money by itself: a person hands the file to the bank. So it can be asked any number of times."""

    name = "sepa"
    automatic = False

    def pay(self, order: Order) -> Answer:
        """The refund waits for the next file, or for what the bank says of the one that it is in."""
        return self.look_up(order) or Answer(outcome=Outcome.PENDING)

    def look_up(self, order: Order) -> Answer | None:
        """None until the refund is in a file; then what the bank's files say of it, the last word first."""
        from recours.refunds.models import Transfer  # cycle: models of what is declared here

        ordered = Transfer.objects.select_related("refund").filter(refund__key=order.key).first()
        if ordered is None:
            return None
        if ordered.refund.amount != order.amount:
            raise NoAnswer(f"{order.key} was ordered with another amount")
        said = {notice.outcome: notice for notice in _believed(order)}
        for outcome in (Outcome.REVERSED, Outcome.PAID, Outcome.DECLINED):
            if outcome in said:
                return Answer(outcome=outcome, ref=order.key.hex, reason=said[outcome].reason)
        return Answer(outcome=Outcome.PENDING, ref=order.key.hex)

    def changes(self, since: dt.datetime) -> Iterator[Notice]:
        """What the bank's files said of our transfers since then."""
        from recours.refunds.models import ProviderEvent  # cycle

        told = ProviderEvent.objects.filter(provider=self.name, at__gte=since).order_by("at", "pk")
        for event in told.values_list("told", flat=True):
            yield msgspec.convert(event, Notice)


def _believed(order: Order) -> Iterator[Notice]:
    from recours.refunds.models import ProviderEvent  # cycle

    told = ProviderEvent.objects.filter(provider=Sepa.name, refund__key=order.key, verdict__in=BELIEVED)
    for event in told.order_by("at", "pk").values_list("told", flat=True):
        yield msgspec.convert(event, Notice)
