"""A conversation between Alice and a shop where Bob works, with their reply addresses and a mail that Alice got."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import uuid4

from django.conf import settings
from tests.factories import a_buyer, a_marketplace, a_seller, a_shop, a_user

from recours import clock
from recours.conversations.commands import reply_address, send_message, start_conversation
from recours.conversations.models import Conversation, ReplyAddress
from recours.outbox.models import Mail
from recours.people.commands import appoint_to_shop
from recours.people.models import ShopStaff, User
from recours.rules.lifecycle.claim import Actor
from recours.rules.lifecycle.vocabulary import Role


class Stage:
    """The people, their conversation, and how they answer it by mail."""

    def __init__(self) -> None:
        self.now = clock.now()
        self.place = a_marketplace()
        self.buyer = a_buyer(self.place)
        self.shop = a_shop(self.place)
        self.bob = a_seller(self.shop)
        assert self.buyer.user is not None
        self.alice: User = self.buyer.user
        self.conversation = self.talk()
        self.to_alice = self.address(Role.BUYER, self.alice)
        self.to_bob = self.address(Role.SELLER, self.bob)
        self.mail = self.a_mail()

    def talk(self) -> Conversation:
        """A conversation that Alice began two hours ago."""
        began = self.now - dt.timedelta(hours=2)
        conversation = start_conversation(
            marketplace_id=self.place.pk,
            buyer_id=self.buyer.pk,
            shop_id=self.shop.pk,
            now=began,
            subject="Casque",
        )
        by = Actor(Role.BUYER, self.alice.pk)
        send_message(conversation_id=conversation.pk, by=by, text="Le casque est cassé.", now=began)
        return conversation

    def address(self, role: Role, user: User | None, address: str = "") -> str:
        return reply_address(
            conversation_id=self.conversation.pk,
            role=role,
            address=address or (user.email if user else ""),
            user_id=user.pk if user else None,
            now=self.now,
        )

    def a_mail(self, **fields: Any) -> Mail:
        """One that Alice got from us an hour ago."""
        key = uuid4()
        defaults: dict[str, Any] = {
            "key": f"test:{key}",
            "marketplace": self.place,
            "kind": "deadline",
            "protects": True,
            "topic": f"conversation:{self.conversation.pk}",
            "renderer": "conversations",
            "user": self.alice,
            "role": Role.BUYER,
            "address": self.alice.email,
            "state": Mail.State.SENT,
            "created_at": self.now - dt.timedelta(hours=1),
            "not_before": self.now - dt.timedelta(hours=1),
            "sent_at": self.now - dt.timedelta(hours=1),
            "message_id": f"<{key}@{settings.MAIL_DOMAIN}>",
            "subject": "Il vous reste un jour",
        }
        return Mail.objects.create(id=key, **(defaults | fields))

    def messages(self) -> list[str]:
        """What was said by mail, oldest first."""
        rows = self.conversation.messages.filter(channel="mail").order_by("sent_at", "id")
        return [message.text for message in rows]

    def fillings(self) -> dict[str, str]:
        """What stands for the marks of the corpus."""
        from recours.outbox.headers import bounce_address

        former = a_user("Bob")
        appoint_to_shop(user=former, shop_id=self.shop.pk)
        to_former = self.address(Role.SELLER, former)
        ShopStaff.objects.filter(user=former).delete()
        revoked = self.address(Role.BUYER, None, "autre@example.org")
        ReplyAddress.objects.filter(address="autre@example.org").update(revoked_at=self.now)
        name, _, rest = self.to_alice.partition("+")
        token, _, domain = rest.partition("@")
        altered = ("b" if token[3] == "a" else "a").join([token[:3], token[4:]])
        local, _, host = self.alice.email.partition("@")
        return {
            "BUYER": self.to_alice,
            "SELLER": self.to_bob,
            "ALTERED": f"{name}+{altered}@{domain}",
            "UNSEALED": f"{name}+{token.partition('.')[0]}@{domain}",
            "UPPER": self.to_alice.upper(),
            "FORMER": to_former,
            "FORMER_MAIL": former.email,
            "REVOKED": revoked,
            "BUYER_MAIL": self.alice.email,
            "BUYER_PLUS": f"{local}+autre@{host}",
            "SELLER_MAIL": self.bob.email,
            "OURS": self.mail.message_id,
            "BOUNCE": bounce_address(self.mail.pk),
        }


def written(
    to: str, *, sender: str, text: str, subject: str = "Re: Casque", more: str = "", number: str = ""
) -> bytes:
    """A plain mail."""
    number = number or f"<{uuid4()}@courrier.example.org>"
    heads = f"From: {sender}\nTo: {to}\nSubject: {subject}\nMessage-ID: {number}\n{more}"
    return f"{heads}MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\n{text}\n".encode()
