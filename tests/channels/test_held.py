"""A mail that came to somebody's reply address from elsewhere waits for that person, who alone sees it."""

from __future__ import annotations

import pytest
from django.template import Context, Template
from django.test import Client, RequestFactory
from tests.channels.stage import Stage, written
from tests.factories import a_claim, a_seller, an_order

from recours import clock
from recours.channels.commands import ingest
from recours.channels.models import InboundMail
from recours.conversations.commands import reply_address, start_conversation
from recours.conversations.models import ReplyAddress
from recours.notices.models import Notice
from recours.outbox.models import Mail
from recours.outbox.sending import send_due
from recours.people.models import User
from recours.rules.lifecycle.vocabulary import Role

pytestmark = pytest.mark.django_db

SAID = "Ici Alice, de mon travail <b>.</b>"


@pytest.fixture
def stage() -> Stage:
    return Stage()


@pytest.fixture
def held(stage: Stage) -> InboundMail:
    return ingest(
        written(stage.to_alice, sender="travail@example.org", text=SAID), source="imap", now=stage.now
    )


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def fragment(stage: Stage, user: User) -> str:
    request = RequestFactory().get("/")
    request.user = user
    page = Template("{% load channels %}{% held_mails conversation.pk %}")
    return page.render(Context({"request": request, "conversation": stage.conversation}))


def test_owner_sees_sender_and_text_and_nobody_else_does(stage: Stage, held: InboundMail) -> None:
    shown = fragment(stage, stage.alice)

    assert "travail@example.org" in shown
    assert "de mon travail &lt;b&gt;.&lt;/b&gt;" in shown
    assert "il n’accepte rien" in shown
    assert fragment(stage, stage.bob).strip() == ""


def test_owner_is_told_without_the_text(stage: Stage, held: InboundMail) -> None:
    assert Notice.objects.filter(user=stage.alice, seen_at=None).exists()
    send_due()

    told = Mail.objects.get(renderer="mail")

    assert (told.address, told.state) == (stage.alice.email, "sent")
    assert "de mon travail" not in told.text + told.html


def test_owner_is_mailed_once_a_day_however_many_come(stage: Stage, held: InboundMail) -> None:
    for number in range(5):
        ingest(
            written(stage.to_alice, sender="x@example.org", text=str(number)), source="imap", now=stage.now
        )

    assert Mail.objects.filter(renderer="mail").count() == 1


def test_confirmed_mail_becomes_a_message(stage: Stage, held: InboundMail) -> None:
    response = browser(stage.alice).post(f"/channels/mail/{held.pk}/confirm/")

    assert response["Location"] == f"/messages/{stage.conversation.pk}/"
    assert stage.messages() == [SAID]
    held.refresh_from_db()
    assert (held.outcome, held.because) == ("posted", "confirmed")
    assert held.message is not None
    assert held.message.author == stage.alice
    assert browser(stage.alice).post(f"/channels/mail/{held.pk}/confirm/").status_code == 404


def test_disowned_mail_is_gone_and_its_address_too(stage: Stage, held: InboundMail) -> None:
    response = browser(stage.alice).post(f"/channels/mail/{held.pk}/disown/")

    assert response.status_code == 302
    assert stage.messages() == []
    held.refresh_from_db()
    assert held.outcome == "disowned"
    assert not ReplyAddress.objects.filter(user=stage.alice, revoked_at=None).exists()
    again = written(stage.to_alice, sender=stage.alice.email, text="Après.")
    assert ingest(again, source="imap", now=stage.now).outcome == "unplaced"


@pytest.mark.parametrize("act", ["confirm", "disown"])
def test_nobody_decides_for_the_owner(stage: Stage, held: InboundMail, act: str) -> None:
    for other in (stage.bob, Stage().alice):
        assert browser(other).post(f"/channels/mail/{held.pk}/{act}/").status_code == 404

    held.refresh_from_db()
    assert held.outcome == "held"


def test_claim_that_took_the_conversation_in_shows_it_too() -> None:
    now = clock.now()
    claim = a_claim(an_order())
    buyer = claim.buyer.user
    assert buyer is not None
    claim.conversation = start_conversation(
        marketplace_id=claim.marketplace_id, buyer_id=claim.buyer_id, shop_id=claim.shop_id, now=now
    )
    claim.save()
    address = reply_address(
        conversation_id=claim.conversation.pk, role=Role.BUYER, address=buyer.email, user_id=buyer.pk, now=now
    )
    ingest(written(address, sender="travail@example.org", text=SAID), source="imap", now=now)
    shop_address = reply_address(
        conversation_id=claim.conversation.pk,
        role=Role.SELLER,
        address="b@example.org",
        user_id=None,
        now=now,
    )
    assert claim.shop is not None
    seller = a_seller(claim.shop)
    claim.shop.email = "b@example.org"
    claim.shop.save()
    ingest(written(shop_address, sender="autre@example.org", text="Autre."), source="imap", now=now)

    mine = browser(buyer).get(f"/claims/{claim.reference}/").content.decode()
    theirs = browser(seller).get(f"/seller/claims/{claim.reference}/").content.decode()

    assert "travail@example.org" in mine
    assert "autre@example.org" not in mine
    assert "autre@example.org" in theirs
    assert "travail@example.org" not in theirs
