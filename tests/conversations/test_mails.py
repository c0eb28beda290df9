"""What the mail about a message says, to the buyer and to the seller, and what an answer to it can rely on."""

import datetime as dt
from types import SimpleNamespace
from typing import Any

import msgspec
import pytest
import time_machine
from tests import factories

from recours import clock
from recours.claims.commands.evidence import write_message
from recours.conversations.commands import mark_read, send_message, start_conversation
from recours.conversations.commands.reply_addresses import find_reply_address
from recours.conversations.mails import MOST, render
from recours.conversations.models import Conversation, Message
from recours.outbox.content import MailContent
from recours.outbox.models import Mail
from recours.outbox.rendering import word
from recours.outbox.sending import send_due
from recours.rules.conversation import Topic
from recours.rules.lifecycle.claim import Actor
from recours.rules.lifecycle.vocabulary import Role

pytestmark = pytest.mark.django_db

TEXT = "Bonjour, mon casque grésille. Que faire ?"


@pytest.fixture
def cast() -> SimpleNamespace:
    """Alice wrote to Bob's shop about her headset; nobody has answered."""
    place = factories.a_marketplace()
    buyer, shop = factories.a_buyer(place), factories.a_shop(place, name="Au Bon Fil")
    seller = factories.a_seller(shop)
    order = factories.an_order(buyer, shop)
    now = clock.now()
    conversation = start_conversation(
        marketplace_id=place.pk,
        buyer_id=buyer.pk,
        shop_id=shop.pk,
        now=now,
        order_id=order.pk,
        line_ids=[line.pk for line in order.lines.all()],
        topic=Topic.DEFECTIVE,
        subject="Casque <b>Nova</b> 1",
        answer_due_at=now + dt.timedelta(days=3),
    )
    return SimpleNamespace(
        place=place,
        buyer=buyer,
        shop=shop,
        order=order,
        conversation=conversation,
        as_buyer=Actor(Role.BUYER, buyer.user_id),
        as_seller=Actor(Role.SELLER, seller.pk),
        seller=seller,
    )


def moments_later(clock_: time_machine.Traveller) -> None:
    clock_.shift(dt.timedelta(minutes=1))


def write(cast: SimpleNamespace, by: Actor, text: str = TEXT, **fields: Any) -> Message:
    return send_message(conversation_id=cast.conversation.pk, by=by, text=text, now=clock.now(), **fields)


def mail_to(role: Role) -> Mail:
    return Mail.objects.get(role=role)


def content_for(role: Role) -> MailContent:
    """What the mail says, with plain spaces."""
    content = render(mail_to(role))
    assert content is not None
    return msgspec.convert(plain(msgspec.to_builtins(content)), MailContent)


def plain(value: Any) -> Any:
    if isinstance(value, str):
        return value.replace("\u202f", " ").replace("\xa0", " ")
    if isinstance(value, dict):
        return {key: plain(inner) for key, inner in value.items()}
    return [plain(inner) for inner in value] if isinstance(value, list | tuple) else value


def test_seller_reads_who_asks_what_and_until_when(cast: SimpleNamespace) -> None:
    write(cast, cast.as_buyer)

    content = content_for(Role.SELLER)

    assert content.subject == f"Nouveau message : un acheteur, commande {cast.order.number}"
    assert content.heading == "Alice vous a écrit"
    assert content.quote == TEXT
    assert content.quoted_from == "Alice, vendredi 20 novembre 2026, 10 h 00 :"
    assert dict(content.facts) == {"Commande": cast.order.number, "Articles": "Casque Nova 1"}
    assert content.turn == "C’est à vous de répondre, jusqu’au lundi 23 novembre 2026, 10 h 00."
    assert content.silence == "Sans réponse de votre part, l’acheteur peut ouvrir un litige."
    assert (content.button_label, content.button_path) == (
        "Répondre",
        f"/seller/messages/{cast.conversation.pk}/",
    )


def test_late_answer_is_said_to_be_late(cast: SimpleNamespace, frozen_clock: time_machine.Traveller) -> None:
    write(cast, cast.as_buyer)
    frozen_clock.shift(dt.timedelta(days=4))

    assert "était attendue jusqu’au lundi 23 novembre" in content_for(Role.SELLER).turn


def test_buyer_reads_the_shop_s_answer(cast: SimpleNamespace, frozen_clock: time_machine.Traveller) -> None:
    write(cast, cast.as_buyer)
    moments_later(frozen_clock)
    write(cast, cast.as_seller, "Renvoyez-le-nous.")

    content = content_for(Role.BUYER)

    assert content.subject == f"Nouveau message : Au Bon Fil, commande {cast.order.number}"
    assert content.turn == "À vous de voir si cela répond à votre question."
    assert content.button_path == f"/messages/{cast.conversation.pk}/"


def test_buyer_reads_that_the_seller_s_answer_is_awaited_when_an_agent_writes(
    cast: SimpleNamespace, frozen_clock: time_machine.Traveller
) -> None:
    write(cast, cast.as_buyer)
    moments_later(frozen_clock)
    agent = factories.an_agent(cast.place)
    write(cast, Actor(Role.AGENT, agent.pk), "Nous suivons.")

    content = content_for(Role.BUYER)

    assert content.heading == "Le service client de Belle vous a écrit"
    assert content.turn.startswith("C’est au vendeur de répondre, jusqu’au")
    assert content.silence == "S’il ne répond pas, vous pouvez ouvrir un litige."


def test_conversation_with_customer_service_names_it(
    cast: SimpleNamespace, frozen_clock: time_machine.Traveller
) -> None:
    now = clock.now()
    support = start_conversation(
        marketplace_id=cast.place.pk, buyer_id=cast.buyer.pk, shop_id=None, now=now, subject="Ma facture"
    )
    send_message(conversation_id=support.pk, by=cast.as_buyer, text=TEXT, now=now)
    agent = factories.an_agent(cast.place)
    moments_later(frozen_clock)
    send_message(conversation_id=support.pk, by=Actor(Role.AGENT, agent.pk), text="Voici.", now=clock.now())

    content = content_for(Role.BUYER)

    assert content.subject == "Nouveau message : Le service client de Belle"
    assert content.facts == ()


def test_no_word_of_a_person_is_in_the_subject(cast: SimpleNamespace) -> None:
    cast.buyer.name = "Gagnez 1 000 € ici"
    cast.buyer.save()
    Conversation.objects.update(subject="URGENT cliquez")
    write(cast, cast.as_buyer, "Cliquez http://example.org")

    subject = content_for(Role.SELLER).subject

    assert "Gagnez" not in subject
    assert "liquez" not in subject


def test_markup_arrives_as_text(cast: SimpleNamespace) -> None:
    write(cast, cast.as_buyer, "<script>alert(1)</script> & <b>gras</b>")
    mail = mail_to(Role.SELLER)

    word(mail, content_for(Role.SELLER))

    assert "<script" not in mail.html
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; &lt;b&gt;gras" in mail.html
    assert "<script>alert(1)</script> & <b>gras</b>" in mail.text


def test_long_message_is_cut_and_says_so(cast: SimpleNamespace) -> None:
    write(cast, cast.as_buyer, "à" * (MOST + 1))

    content = content_for(Role.SELLER)

    assert content.quote == "à" * MOST
    assert content.paragraphs == (
        "Le message est long : en voici les 4 000 premiers caractères. La suite est sur le site.",
    )


def test_attachments_are_named_and_stay_on_the_site(cast: SimpleNamespace) -> None:
    files = [factories.a_stored_file(name="photo.jpg"), factories.a_stored_file(name="facture.pdf")]
    write(cast, cast.as_buyer, files=files)

    assert dict(content_for(Role.SELLER).facts)["2 pièces jointes"] == (
        "facture.pdf, photo.jpg – à ouvrir sur le site"
    )


def test_mail_that_was_read_on_the_site_is_not_sent(cast: SimpleNamespace) -> None:
    message = write(cast, cast.as_buyer)
    mark_read(
        conversation_id=cast.conversation.pk,
        user_id=cast.seller.pk,
        until=message.sent_at,
        now=clock.now(),
    )

    send_due()

    assert mail_to(Role.SELLER).state == Mail.State.DROPPED


def test_mail_about_a_message_that_is_gone_is_not_sent(cast: SimpleNamespace) -> None:
    write(cast, cast.as_buyer)
    Message.objects.all().delete()

    assert render(mail_to(Role.SELLER)) is None


def test_answers_come_to_an_address_of_this_reader(cast: SimpleNamespace) -> None:
    write(cast, cast.as_buyer)

    found = find_reply_address(content_for(Role.SELLER).reply_to)

    assert found is not None
    assert (found.conversation_id, found.user_id, found.role) == (
        cast.conversation.pk,
        cast.seller.pk,
        Role.SELLER,
    )


def test_site_that_takes_no_answers_by_mail_says_so(cast: SimpleNamespace, settings: Any) -> None:
    settings.REPLY_ADDRESS = ""
    write(cast, cast.as_buyer)
    mail = mail_to(Role.SELLER)
    content = content_for(Role.SELLER)

    word(mail, content)

    assert (content.reply_to, mail.reply_to) == ("", "")
    assert "Ne répondez pas à ce courriel" in mail.text


def test_buyer_without_an_account_gets_it_where_the_marketplace_writes(cast: SimpleNamespace) -> None:
    stranger = factories.a_buyer(cast.place, email="zoe@example.org", name="")
    order = factories.an_order(stranger, cast.shop)
    conversation = start_conversation(
        marketplace_id=cast.place.pk,
        buyer_id=stranger.pk,
        shop_id=cast.shop.pk,
        now=clock.now(),
        order_id=order.pk,
    )
    send_message(conversation_id=conversation.pk, by=cast.as_seller, text="Bonjour.", now=clock.now())
    mail = mail_to(Role.BUYER)

    word(mail, content_for(Role.BUYER))

    assert mail.address == "zoe@example.org"
    assert mail.text.splitlines()[2] == "Bonjour,"
    assert not mail.may_be_stopped


def test_seller_who_reads_english_gets_english(cast: SimpleNamespace) -> None:
    cast.seller.language = "en"
    cast.seller.save()
    write(cast, cast.as_buyer)
    mail = mail_to(Role.SELLER)

    content = content_for(Role.SELLER)
    word(mail, content)

    assert content.turn == "It is your turn to answer, by Monday 23 November 2026, 10:00."
    assert "Bonjour," in content.quote
    assert "You can reply to this e-mail" in mail.text


def test_in_a_dispute_the_deadlines_are_the_dispute_s(cast: SimpleNamespace) -> None:
    claim = factories.a_claim(cast.order)
    write_message(claim_id=claim.pk, by=cast.as_seller, text="Bonjour.")

    content = render(Mail.objects.filter(role=Role.BUYER, renderer="conversations").get())

    assert content is not None
    assert content.turn == ""
    assert plain(content.silence) == "Ce message ne change aucun délai du litige : ils sont sur sa page."
