"""Proving who one is without an account: the number of an order, and a code that is mailed to its address.

Whatever is typed, the same happens and the same is said: a number is no secret, and whether it is somebody's is not
told. What differs happens in a job, so that not even the time of the answer tells.
"""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from django.db import transaction
from django.utils.crypto import constant_time_compare, salted_hmac

from recours import jobs
from recours.channels.commands.joining import link_by_code
from recours.channels.continuity import ProofCode
from recours.channels.networks import hashed
from recours.conversations.models import Contact
from recours.marketplaces.models import Order
from recours.outbox.commands import write_letter
from recours.rules.channel_refusals import CodeNotGood, TooManyCodes
from recours.rules.wording import say

GOOD_FOR = dt.timedelta(minutes=10)
TRIES = 5
HOUR = dt.timedelta(hours=1)
PER_CONTACT = 3
"""Codes in an hour: with five tries each, one guess in some 66,000 is right."""
PER_ORDER = 3
"""Mails in an hour to one mailbox, whoever asks for them."""
PER_NETWORK = 20
"""Codes in an hour from one address: offices and telephone networks share theirs."""
SALT = "recours.channels.proof"


def ask_code(*, contact_id: UUID, number: str, network: str, now: dt.datetime) -> ProofCode:
    """Note which order a contact named, and have a code sent to its address if there is one.

    Under the contact's lock. Raises TooManyCodes, which depends on who asks and on nothing else.
    """
    asked_from = hashed(network)
    with transaction.atomic():
        contact = Contact.objects.select_for_update().get(pk=contact_id)
        lately = ProofCode.objects.filter(asked_at__gt=now - HOUR)
        if (
            lately.filter(contact=contact).count() >= PER_CONTACT
            or lately.filter(asked_from=asked_from).count() >= PER_NETWORK
        ):
            raise TooManyCodes
        row = ProofCode.objects.create(
            contact=contact, number=number.strip()[:64], asked_from=asked_from, asked_at=now
        )
        jobs.defer("channels.send_code", code=str(row.pk))
        return row


def mail_code(code_id: UUID, *, now: dt.datetime) -> bool:
    """Mail a code to the address that the named order was placed with; False where there is none, or had enough.

    Safe to repeat.
    """
    with transaction.atomic():
        row = ProofCode.objects.select_for_update().select_related("contact__marketplace").get(pk=code_id)
        if row.order_id is not None or now >= row.asked_at + GOOD_FOR:
            return False
        place = row.contact.marketplace
        order = (
            Order.objects.select_for_update(of=("self",))
            .select_related("buyer")
            .filter(marketplace=place, number=row.number)
            .first()
        )
        if order is None or not order.buyer.email:
            return False
        if ProofCode.objects.filter(order=order, asked_at__gt=now - HOUR).count() >= PER_ORDER:
            return False
        row.order = order
        row.save(update_fields=["order"])
        identity = row.contact.identities.first()
        lang = row.contact.language
        channel = say(lang, f"channels.code.by.{identity.channel if identity else 'form'}")
        write_letter(
            subject=say(lang, "channels.code.subject", place=place.name),
            body=say(
                lang,
                "channels.code.body",
                channel=channel,
                code=code_of(row),
                place=place.name,
                number=order.number,
            ),
            site=place.name,
            address=order.buyer.email,
            language=lang,
            now=now,
        )
        return True


def prove_by_code(*, contact_id: UUID, code: str, wants_news: bool, now: dt.datetime) -> None:
    """Join a contact to the buyer of the order that they named, for the right code. A wrong one is counted.

    Only the latest code opens, once. Raises CodeNotGood, ContactAlreadyLinked.
    """
    with transaction.atomic():
        contact = Contact.objects.select_for_update().get(pk=contact_id)
        row = (
            ProofCode.objects.select_related("order__buyer")
            .filter(contact=contact)
            .order_by("-asked_at")
            .first()
        )
        is_right = row is not None and _opens(row, code, now)
        if is_right and row is not None and row.order is not None:
            ProofCode.objects.filter(pk=row.pk).update(used_at=now)
            link_by_code(contact, row.order.buyer, wants_news=wants_news, now=now)
            return
    raise CodeNotGood


def code_of(row: ProofCode) -> str:
    """Return the six digits of a code."""
    digest = salted_hmac(SALT, row.pk.hex, algorithm="sha256").digest()
    return f"{int.from_bytes(digest[:8]) % 1_000_000:06d}"


def _opens(row: ProofCode, code: str, now: dt.datetime) -> bool:
    """Whether a code is the one, and still good; the try is counted either way."""
    if row.used_at is not None or row.tries >= TRIES or now >= row.asked_at + GOOD_FOR:
        return False
    ProofCode.objects.filter(pk=row.pk).update(tries=row.tries + 1)
    typed = "".join(code.split())
    return constant_time_compare(typed, code_of(row)) and row.order_id is not None
