"""Mails that did not arrive and mails without a place: listed, dealt with, and never more than text."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from tests.channels.stage import Stage, written
from tests.factories import a_buyer, a_claim, a_marketplace, an_agent, an_order

from recours.channels.commands import ingest
from recours.channels.models import InboundMail
from recours.claims.models import InternalNote
from recours.conversations.models import Message
from recours.outbox.commands import mark_returned
from recours.outbox.models import Mail
from recours.people.models import User

pytestmark = pytest.mark.django_db

NOT_ARRIVED_QUERIES = 6
INBOUND_QUERIES = 5


@pytest.fixture
def stage() -> Stage:
    return Stage()


@pytest.fixture
def charlie(stage: Stage) -> User:
    return an_agent(stage.place)


def desk(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def lost(stage: Stage, said: str = "550 5.1.1 User unknown") -> Mail:
    claim = a_claim(an_order(stage.buyer, stage.shop))
    mail = stage.a_mail(topic=f"claim:{claim.pk}")
    mark_returned(now=stage.now, said=said, mail_id=mail.pk)
    return mail


def odd(stage: Stage, text: str = "Bonjour", subject: str = "Ma commande L-7F3K9QXM") -> InboundMail:
    raw = written("contact@example.org", sender="inconnu@example.org", text=text, subject=subject)
    return ingest(raw, source="test", now=stage.now)


def test_bounced_deadline_says_who_what_and_why(stage: Stage, charlie: User) -> None:
    mail = lost(stage)

    page = desk(charlie).get("/desk/mail/").content.decode()

    assert stage.alice.email in page
    assert "550 5.1.1 User unknown" in page
    assert "Il est revenu." in page
    assert f"/desk/mail/{mail.pk}/handled/" in page


def test_mail_that_protects_nothing_is_no_task(stage: Stage, charlie: User) -> None:
    mark_returned(now=stage.now, said="550", mail_id=stage.a_mail(protects=False, kind="message").pk)

    assert desk(charlie).get("/desk/mail/").context["page"].rows == []


def test_handled_mail_says_who_and_when_and_goes(stage: Stage, charlie: User) -> None:
    mail = lost(stage)

    response = desk(charlie).post(f"/desk/mail/{mail.pk}/handled/")

    mail.refresh_from_db()
    assert response["Location"] == "/desk/mail/"
    assert (mail.handled_by, mail.handled_at) == (charlie, stage.now)
    assert desk(charlie).get("/desk/mail/").context["page"].rows == []
    assert desk(charlie).post(f"/desk/mail/{mail.pk}/handled/").status_code == 404


def test_desk_of_another_marketplace_sees_nothing(stage: Stage) -> None:
    mail = lost(stage)
    stranger = desk(an_agent(a_marketplace()))

    assert stranger.get("/desk/mail/").context["page"].rows == []
    assert stranger.post(f"/desk/mail/{mail.pk}/handled/").status_code == 404


def test_refused_mail_of_another_marketplace_is_not_shown(stage: Stage) -> None:
    raw = written(stage.to_alice, sender=stage.alice.email, text=" ")
    row = ingest(raw, source="test", now=stage.now)
    stranger = desk(an_agent(a_marketplace()))

    assert row.outcome == "refused"
    assert stranger.get("/desk/mail/inbound/").context["page"].rows == []
    assert stranger.get(f"/desk/mail/inbound/{row.pk}/raw/").status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_lists_cost_the_same_with_more_mails(
    stage: Stage, charlie: User, count: int, django_assert_num_queries: Any
) -> None:
    for number in range(count):
        lost(stage)
        odd(stage, text=str(number))
    agent = desk(charlie)

    with django_assert_num_queries(NOT_ARRIVED_QUERIES):
        agent.get("/desk/mail/")
    with django_assert_num_queries(INBOUND_QUERIES):
        agent.get("/desk/mail/inbound/")


def test_unplaced_mail_is_text_and_nothing_else(stage: Stage, charlie: User) -> None:
    odd(stage, text="<script>alert(1)</script>", subject="<img src=x onerror=alert(2)>")

    page = desk(charlie).get("/desk/mail/inbound/").content.decode()

    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "&lt;img src=x onerror=alert(2)&gt;" in page
    assert "<script>alert" not in page
    assert "<img src=x" not in page


def test_claim_named_in_a_mail_is_one_tap_away(stage: Stage, charlie: User) -> None:
    odd(stage)

    assert "/desk/?q=L-7F3K9QXM" in desk(charlie).get("/desk/mail/inbound/").content.decode()


def test_without_a_number_its_sender_is_looked_up(stage: Stage, charlie: User) -> None:
    odd(stage, subject="Ma commande")

    assert "/desk/?q=inconnu%40example.org" in desk(charlie).get("/desk/mail/inbound/").content.decode()


def test_the_number_of_an_order_of_this_desk_is_looked_up(stage: Stage, charlie: User) -> None:
    order = an_order(stage.buyer, stage.shop)
    foreign = an_order(a_buyer(a_marketplace()))
    odd(stage, subject="Bonjour 2026", text=f"Ma commande {order.number.lower()} n'est pas venue.")
    odd(stage, subject="Bonjour", text=f"Ma commande {foreign.number}.")

    page = desk(charlie).get("/desk/mail/inbound/").content.decode()

    assert f"/desk/?q={order.number}" in page
    assert f"/desk/?q={foreign.number}" not in page


def test_kept_with_a_claim_it_is_a_note_of_the_desk_and_no_word_of_a_party(
    stage: Stage, charlie: User
) -> None:
    claim = a_claim(an_order(stage.buyer, stage.shop))
    row = odd(stage, text="Le colis est revenu.\n\n> Où est le colis ?\n", subject="Colis")
    agent, said = desk(charlie), set(Message.objects.values_list("pk", flat=True))

    done = agent.post(
        f"/desk/mail/inbound/{row.pk}/note/", {"claim": f" {claim.reference.lower()} "}, follow=True
    )
    again = agent.post(f"/desk/mail/inbound/{row.pk}/note/", {"claim": claim.reference}, follow=True)

    note = InternalNote.objects.get()
    assert (note.claim_id, note.author) == (claim.pk, charlie)
    assert note.text.startswith("Courriel de inconnu@example.org, reçu le ")
    assert "Rien ne prouve qui l’a écrit." in note.text
    assert f"/desk/mail/inbound/{row.pk}/raw/" in note.text
    assert note.text.endswith("Colis\n\nLe colis est revenu.")
    assert f"dans les notes internes du dossier {claim.reference}" in done.content.decode()
    assert "s’est déjà occupé de ce courriel" in again.content.decode()
    assert done.context["page"].rows == []
    assert set(Message.objects.values_list("pk", flat=True)) == said
    row.refresh_from_db()
    assert row.handled_by == charlie


def test_a_long_mail_is_noted_in_part(stage: Stage, charlie: User) -> None:
    claim = a_claim(an_order(stage.buyer, stage.shop))
    row = odd(stage, text="mot " * 3000)

    desk(charlie).post(f"/desk/mail/inbound/{row.pk}/note/", {"claim": claim.reference})

    assert InternalNote.objects.get().text.endswith("mot…")


@pytest.mark.parametrize("given", ["", "L-22222222", "a\0b", "other"])
def test_on_no_claim_of_this_desk_nothing_is_noted(stage: Stage, charlie: User, given: str) -> None:
    reference = a_claim(an_order(a_buyer(a_marketplace()))).reference if given == "other" else given
    row = odd(stage)

    page = desk(charlie).post(f"/desk/mail/inbound/{row.pk}/note/", {"claim": reference})

    assert page.status_code == 422
    assert "Aucun dossier ne porte ce numéro." in page.content.decode()
    assert f'value="{reference.replace(chr(0), "")}" aria-invalid="true"' in page.content.decode()
    desk(charlie).post(f"/desk/mail/inbound/{row.pk}/handled/")
    late = desk(charlie).post(f"/desk/mail/inbound/{row.pk}/note/", {"claim": reference}, follow=True)
    assert "s’est déjà occupé de ce courriel" in late.content.decode()
    assert late.context["page"].rows == late.context["rows"] == []
    assert [one["mail"] for one in page.context["rows"]] == [row]
    assert not InternalNote.objects.exists()


def test_raw_mail_is_saved_and_never_shown(stage: Stage, charlie: User) -> None:
    row = odd(stage)

    response = desk(charlie).get(f"/desk/mail/inbound/{row.pk}/raw/")

    assert b"".join(response).startswith(b"From: inconnu@example.org")
    assert response["Content-Type"] == "message/rfc822"
    assert response["Content-Disposition"].startswith("attachment")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "sandbox; default-src 'none'"


def test_navigation_counts_what_waits(stage: Stage, charlie: User) -> None:
    lost(stage)
    odd(stage)

    page = desk(charlie).get("/desk/mail/").content.decode()

    assert '<span class="count">2</span>' in page


def test_inbound_pages_go_on(stage: Stage, charlie: User) -> None:
    for number in range(27):
        row = odd(stage, text=str(number))
        InboundMail.objects.filter(pk=row.pk).update(received_at=stage.now - dt.timedelta(minutes=number))
    agent = desk(charlie)

    first = agent.get("/desk/mail/inbound/").context["page"]
    second = agent.get(first.next_url).context["page"]

    assert (len(first.rows), len(second.rows)) == (25, 2)
    assert not {row.pk for row in first.rows} & {row.pk for row in second.rows}
