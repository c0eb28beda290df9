"""The mail to the desk about a refund that is stuck."""

from __future__ import annotations

from django.urls import reverse

from recours import clock
from recours.outbox.content import MailContent
from recours.outbox.models import Mail
from recours.people.models import DeskStaff
from recours.refunds.models import Refund
from recours.refunds.queries import is_stuck
from recours.rules.wording import say
from recours.rules.wording.format import day, local, money


def render(mail: Mail) -> MailContent | None:
    """Word it; None when the refund has moved since, and for who has left the desk."""
    found = Refund.objects.select_related("claim__marketplace").filter(pk=mail.payload["refund"]).first()
    if mail.user_id is None or found is None or found.submitted_at is None:
        return None
    if not is_stuck(found, clock.now()):
        return None
    place, lang = found.claim.marketplace, mail.language
    if not DeskStaff.objects.filter(user_id=mail.user_id, marketplace=place, user__is_active=True).exists():
        return None
    amount, reference = money(found.amount, lang), found.claim.reference
    asked_on = day(local(found.submitted_at, place.zone).date(), lang)
    return MailContent(
        subject=say(lang, "news.refund_stuck.subject", amount=amount, reference=reference),
        heading=say(lang, "notices.detail.refund_stuck_desk"),
        paragraphs=(
            say(lang, "news.refund_stuck.what", amount=amount, reference=reference, on=asked_on),
            say(lang, "news.refund_stuck.how"),
        ),
        button_label=say(lang, "news.refund_stuck.button"),
        button_path=f"{reverse('desk:refunds')}?list=stuck",
    )
