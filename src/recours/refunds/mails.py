"""The mails about money that no event of a claim tells: to the desk what is stuck, to buyers the rest."""

from __future__ import annotations

from django.urls import reverse
from django.utils import translation

from recours import clock
from recours.marketplaces.models import Buyer
from recours.outbox.content import MailContent
from recours.outbox.models import Mail
from recours.people.models import DeskStaff
from recours.refunds.models import Refund, StoreCredit
from recours.refunds.queries import account_of, is_stuck, needs_account
from recours.rules.wording import say
from recours.rules.wording.format import day, local, money, until
from recours.ui.language import locale_of


def render(mail: Mail) -> MailContent | None:
    """Word a mail about a refund; None when there is nothing to say any more, or its reader is nobody to it."""
    with translation.override(locale_of(mail.language)):
        what = mail.payload.get("what", "")
        return _to_buyer(mail, what) if what else _stuck(mail)


def _to_buyer(mail: Mail, what: str) -> MailContent | None:
    """Tell the buyer of a surcharge, or ask for the account; dropped once it was paid, or the account given."""
    found = (
        Refund.objects.select_related("claim__buyer", "claim__marketplace", "surcharge_of")
        .filter(pk=mail.payload["refund"])
        .first()
    )
    if found is None or not _is_buyer(mail, found.claim.buyer):
        return None
    asks = what.startswith("account_wanted")
    if asks and (account_of(found.claim_id) is not None or not needs_account(found.claim_id)):
        return None
    if what == "surcharge_due" and found.status != Refund.Status.DUE:
        return None
    if what == "credit_expiring":
        return _credit(mail, found)
    lang, place, reference = mail.language, found.claim.marketplace, found.claim.reference
    amount = money(found.amount, lang)
    facts = [(say(lang, "news.fact.amount"), amount), (say(lang, "news.fact.reference"), reference)]
    late = found.surcharge_of
    if late is not None and late.settled_at is not None and not asks:
        paid_on = day(local(late.settled_at, place.zone).date(), lang)
        said = say(lang, "news.surcharge_of", amount=money(late.amount, lang), on=paid_on)
        facts.insert(1, (say(lang, "news.fact.late"), said))
    return MailContent(
        subject=say(lang, f"news.{what}.subject", amount=amount, reference=reference),
        heading=say(lang, f"notices.detail.{what}"),
        paragraphs=(say(lang, f"news.{what}.what", amount=amount), say(lang, f"news.{what}.how")),
        facts=tuple(facts),
        button_label=say(lang, f"news.{what}.button"),
        button_path=reverse("buyer:account" if asks else "buyer:claim", args=[reference]),
    )


def _credit(mail: Mail, refund: Refund) -> MailContent | None:
    """Say until when store credit can be used, without its code; dropped once it was used, taken back or is over."""
    credit = StoreCredit.objects.filter(refund=refund, status=StoreCredit.Status.ISSUED).first()
    if credit is None or credit.expires_at <= clock.now():
        return None
    lang, reference = mail.language, refund.claim.reference
    amount = money(credit.amount, lang)
    ends = until(credit.expires_at, refund.claim.marketplace.zone, lang)
    return MailContent(
        subject=say(lang, "news.credit_expiring.subject", amount=amount, reference=reference),
        heading=say(lang, "notices.detail.credit_expiring"),
        paragraphs=(
            say(lang, "news.credit_expiring.what", amount=amount, until=ends),
            say(lang, "news.credit_expiring.how"),
        ),
        facts=(
            (say(lang, "news.fact.amount"), amount),
            (say(lang, "news.fact.valid_until"), ends),
            (say(lang, "news.fact.reference"), reference),
        ),
        button_label=say(lang, "news.credit_expiring.button"),
        button_path=reverse("buyer:claim", args=[reference]),
    )


def _is_buyer(mail: Mail, buyer: Buyer) -> bool:
    return buyer.user_id == mail.user_id if mail.user_id else buyer.email == mail.address


def _stuck(mail: Mail) -> MailContent | None:
    """None when the refund has moved since, and for who has left the desk."""
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
