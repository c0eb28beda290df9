"""What the claim's page says, to whom, and at what cost."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests import factories as f
from tests.buyer.claims.stage import Stage, about_payment, browser, plain, refund, said
from tests.files.samples import picture

from recours import clock
from recours.claims.commands.evidence import add_evidence, write_message, write_note
from recours.conversations.models import Message
from recours.files.commands import store_upload
from recours.refunds.models import Refund
from recours.rules.lifecycle import commands as c
from recours.rules.lifecycle.claim import MARKETPLACE, Actor
from recours.rules.lifecycle.vocabulary import Ground, Role

pytestmark = pytest.mark.django_db


def test_the_page_begins_with_whose_turn_it_is_and_what_silence_does() -> None:
    page = Stage().page

    turn = page.index("C’est au vendeur de répondre, jusqu’au mercredi 25 novembre 2026, 23 h 59.")
    assert turn < page.index("S’il ne répond pas, votre demande est acceptée : 89,90 €.")
    assert turn < page.index("Où en est votre dossier")
    assert "+ 5 jours : réponse du vendeur, conditions « default », version 1 du 20 novembre 2026" in page


def test_offers_stand_side_by_side_with_their_meaning_in_euros() -> None:
    page = Stage().offered(2000, goods_return=True).page

    assert "Ce que vous demandez 89,90 €" in page
    assert (
        "Ce que propose le vendeur 20,00 € Remboursement de 20,00 € après retour, aux frais du vendeur"
        in page
    )
    assert "Soit 69,90 € de moins que votre demande." in page
    assert "Accepter 20,00 €" in page


def test_an_older_offer_that_still_stands_can_be_answered() -> None:
    stage = Stage().offered(2000)
    stage.do(c.MakeOffer(by=stage.as_seller, terms=refund(3000)))

    page = stage.client.get(stage.url).content.decode()

    assert "accept_offer/?number=1" in page
    assert "accept_offer/?number=2" in page


def test_only_the_acts_open_now_are_there() -> None:
    stage = Stage()
    stage.do(c.Accept(by=stage.as_seller))

    page = stage.client.get(stage.url).content.decode()

    assert "withdraw" not in page
    assert "counter" not in page
    assert "Vous devez être remboursé de 89,90 €" in plain(page)


def test_a_late_refund_runs_the_meter(frozen_clock) -> None:
    stage = Stage()
    stage.do(c.Accept(by=stage.as_seller))
    frozen_clock.shift(dt.timedelta(days=36))
    stage.client.force_login(stage.alice)

    page = stage.page

    assert "Votre remboursement de 89,90 € est en retard." in page
    assert "+ 8,99 €" in page
    assert "en retard depuis le samedi 5 décembre" in page


def paid(stage: Stage) -> Refund:
    """The refund of an accepted claim, as the ledger has it once the bank has paid."""
    refund = Refund.objects.create(
        claim=stage.claim, owed_at=stage.now.snapshot.state_since, provider="manual", currency="EUR",
        amount_minor=8990, requested_at=clock.now(), pay_from=clock.now(), pay_until=clock.now(),
    )  # fmt: skip
    Refund.objects.filter(pk=refund.pk).update(status="succeeded", settled_at=clock.now())
    stage.do(c.PayRefund(by=MARKETPLACE, amount=f.euros(8990), refund_id=refund.pk))
    return refund


def test_a_refund_that_was_paid_says_when() -> None:
    stage = Stage()
    stage.do(c.Accept(by=stage.as_seller))
    paid(stage)

    page = stage.page

    assert "La réclamation est close : vous avez été remboursé de 89,90 €." in page
    assert "Versement de 89,90 € versé le vendredi 20 novembre 2026" in page
    assert "en retard" not in page


def test_a_refund_paid_late_keeps_what_the_law_added(frozen_clock) -> None:
    stage = Stage()
    stage.do(c.Accept(by=stage.as_seller))
    frozen_clock.shift(dt.timedelta(days=36))
    stage.client.force_login(stage.alice)
    paid(stage)

    page = stage.page

    assert "22 jours de retard : la loi y ajoute 8,99 €" in page
    assert "est en retard depuis" not in page


def test_the_story_is_in_order_and_the_evidence_shown(frozen_clock) -> None:
    stage = Stage()
    frozen_clock.shift(dt.timedelta(minutes=1))
    stored = store_upload(upload=SimpleUploadedFile("arceau.jpg", picture()), by=stage.alice)
    add_evidence(claim_id=stage.claim.pk, by=stage.as_buyer, files=[stored])
    write_message(claim_id=stage.claim.pk, by=stage.as_seller, text="Bien reçu.")

    page = stage.page

    assert page.index("L'arceau est cassé net.") < page.index("Bien reçu.")
    assert "A-1 arceau.jpg" in page
    assert "Vos droits" in page
    assert "Être remboursé" in page


def test_a_payment_claim_has_no_seller() -> None:
    stage = about_payment()

    page = stage.page

    assert "Paiement pay-" in page
    assert "Ce que propose le vendeur" not in page
    assert "La plateforme le lira." in page


@pytest.mark.parametrize("state", ["with_seller", "offered", "platform", "ruled", "refund_due", "withdrawn"])
def test_a_note_of_the_desk_never_appears(state: str) -> None:
    stage = Stage()
    write_note(claim_id=stage.claim.pk, by=stage.as_agent, text="Note-secrète")
    match state:
        case "offered":
            stage.offered()
        case "platform":
            stage.with_platform().do(c.Take(by=stage.as_agent))
        case "ruled":
            stage.ruled()
        case "refund_due":
            stage.do(c.Accept(by=stage.as_seller))
        case "withdrawn":
            stage.do(c.Withdraw(by=stage.as_buyer))

    everywhere = [
        stage.url,
        "/claims/",
        *[f"{stage.url}{act}/" for act in ("withdraw", "counter", "reopen", "appeal")],
    ]
    pages = [said(stage.client.get(url, follow=True)) for url in everywhere]
    part = stage.client.post(f"{stage.url}messages/", {"text": "Bonjour"}, headers={"hx-request": "true"})

    assert not any("Note-secrète" in page for page in [*pages, said(part)])
    assert not any("Charlie" in page for page in pages)
    assert "Dossier pris en charge" not in pages[0]


def test_others_find_nothing() -> None:
    stage = Stage()
    stored = store_upload(upload=SimpleUploadedFile("a.jpg", picture()), by=stage.alice)
    [exhibit] = add_evidence(claim_id=stage.claim.pk, by=stage.as_buyer, files=[stored])
    mallory = f.a_buyer(stage.place, user=f.a_user("Mallory")).user
    urls = [stage.url, f"{stage.url}withdraw/", f"{stage.url}messages/", f"{stage.url}evidence/",
            f"{stage.url}evidence/{exhibit.pk}/", f"{stage.url}evidence/{exhibit.pk}/?variant=thumb"]  # fmt: skip

    for person in (mallory, stage.bob, stage.charlie):
        client = browser(person)
        assert [client.get(url).status_code for url in urls] == [404] * 6
        assert [client.post(url, {"text": "x", "expected_seq": 1}).status_code for url in urls[1:4]] == [
            404
        ] * 3
    for url in urls:
        assert Client().get(url).headers["Location"].startswith("/account/login/")
    assert stage.client.get("/claims/L-NOTTHERE/").status_code == 404
    assert stage.now.seq == 1


def test_english_readers_read_english() -> None:
    stage = Stage()

    page = said(browser(stage.alice, "en").get(stage.url))

    assert "It is the seller's turn to answer" in page.replace("’", "'")
    assert "€89.90" in page


@pytest.mark.parametrize(("count", "attached", "queries"), [(1, 0, 13), (3, 0, 13), (3, 1, 14), (3, 3, 14)])
def test_the_page_costs_the_same_however_much_it_holds(
    count: int, attached: int, queries: int, django_assert_num_queries
) -> None:
    stage = Stage()
    stage.client.get(stage.url)  # the policy is then in memory, as it is for every claim but the first
    for number in range(count):
        write_message(claim_id=stage.claim.pk, by=stage.as_seller, text=f"Message {number}")
        stored = store_upload(
            upload=SimpleUploadedFile(f"{number}.jpg", picture(size=(64 + number, 64))), by=stage.alice
        )
        add_evidence(claim_id=stage.claim.pk, by=stage.as_buyer, files=[stored])
        stage.do(c.ChangeGround(by=stage.as_buyer, ground=list(Ground)[1 + number], explanation="Encore."))

    for message in Message.objects.order_by("pk")[:attached]:
        message.files.add(stored)

    with django_assert_num_queries(queries):
        page = said(stage.client.get(stage.url))
    assert page.count(f"{count - 1}.jpg") == 1 + attached


def test_a_claim_with_a_refund_costs_little_more(django_assert_num_queries) -> None:
    stage = Stage()
    stage.do(c.Accept(by=stage.as_seller))
    paid(stage)
    stage.client.get(stage.url)

    with django_assert_num_queries(10):
        stage.client.get(stage.url)


def test_a_long_claim_stays_light() -> None:
    stage = Stage().with_platform()
    for number in range(3):
        stage.do(c.Propose(by=stage.as_agent, terms=refund(1000 + number), reasons="Parce que. " * 30))
    for number in range(30):
        by = stage.as_buyer if number % 2 else stage.as_seller
        write_message(
            claim_id=stage.claim.pk, by=by, text="Un message de taille ordinaire, avec son récit. " * 4
        )

    assert len(stage.client.get(stage.url).content) < 60_000


def test_evidence_is_served_as_nothing_active() -> None:
    stage = Stage()
    stored = store_upload(upload=SimpleUploadedFile("a.jpg", picture()), by=stage.alice)
    [exhibit] = add_evidence(claim_id=stage.claim.pk, by=stage.as_buyer, files=[stored])

    whole = stage.client.get(f"{stage.url}evidence/{exhibit.pk}/")
    thumb = stage.client.get(f"{stage.url}evidence/{exhibit.pk}/?variant=thumb")

    assert whole.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert thumb.headers["Content-Type"] == "image/webp"
    whole.close()
    thumb.close()


def test_an_exhibit_of_another_claim_is_not_there() -> None:
    stage, other = Stage(), Stage()
    stored = store_upload(upload=SimpleUploadedFile("a.jpg", picture()), by=other.alice)
    [exhibit] = add_evidence(claim_id=other.claim.pk, by=other.as_buyer, files=[stored])

    assert stage.client.get(f"{stage.url}evidence/{exhibit.pk}/").status_code == 404


def test_adding_evidence_names_each_refused_file_and_keeps_the_others() -> None:
    stage = Stage()
    files = [SimpleUploadedFile("arceau.jpg", picture()), SimpleUploadedFile("vide.jpg", b""),
             SimpleUploadedFile("page.html", b"<script>alert(1)</script>")]  # fmt: skip

    answer = stage.client.post(f"{stage.url}evidence/", {"exhibits": files}, follow=True)

    page = said(answer)
    assert "1 pièce ajoutée au dossier." in page
    assert "vide.jpg" in page
    assert "page.html" in page
    assert "A-1 arceau.jpg" in page


def test_the_same_file_is_numbered_once() -> None:
    stage = Stage()

    for _ in range(2):
        one = SimpleUploadedFile("arceau.jpg", picture())
        answer = stage.client.post(f"{stage.url}evidence/", {"exhibits": [one]}, follow=True)

    assert "déjà au dossier" in said(answer)
    assert stage.claim.evidence.count() == 1


def test_choosing_no_file_says_so() -> None:
    assert Stage().client.get("/claims/").status_code == 200
    stage = Stage()

    answer = stage.client.post(f"{stage.url}evidence/", {})

    assert answer.status_code == 422


def test_a_message_is_sent_once_and_read_by_all() -> None:
    stage = Stage()

    for _ in range(2):
        answer = stage.client.post(
            f"{stage.url}messages/", {"text": "Bonjour\r\nAvez-vous vu ?"}, follow=True
        )

    assert answer.redirect_chain == [(f"{stage.url}#story", 302)]
    assert said(answer).count("Avez-vous vu ?") == 1
    assert "Votre message est envoyé." in said(answer)


def test_a_message_by_htmx_brings_the_story_alone() -> None:
    stage = Stage()
    headers = {"hx-request": "true"}

    sent = stage.client.post(f"{stage.url}messages/", {"text": "Bonjour"}, headers=headers)
    empty = stage.client.post(f"{stage.url}messages/", {"text": " "}, headers=headers)

    assert sent.content.decode().lstrip().startswith('<section id="story"')
    assert "Bonjour" in said(sent)
    assert "<!doctype" not in sent.content.decode()
    assert empty.status_code == 422


def test_an_empty_message_keeps_the_page() -> None:
    stage = Stage()

    answer = stage.client.post(f"{stage.url}messages/", {"text": "x" * 5001})

    assert answer.status_code == 422
    assert "x" * 5001 in answer.content.decode()
    assert "C’est au vendeur de répondre" in said(answer)


def test_the_list_is_empty_with_a_way_on() -> None:
    page = said(browser(f.a_buyer().user).get("/claims/"))

    assert "Vous n’avez aucun litige." in page


def test_the_list_says_whose_turn_it_is() -> None:
    stage = Stage().offered()

    page = said(stage.client.get("/claims/"))

    assert "Casque Nova 1" in page
    assert "C’est à vous de répondre, jusqu’au vendredi 27 novembre 2026, 23 h 59." in page
    assert "89,90 €" in page


def test_the_list_does_not_wait_for_a_worker(frozen_clock) -> None:
    stage = Stage()
    frozen_clock.shift(dt.timedelta(days=7))

    assert "Vous devez être remboursé de 89,90 €" in said(stage.client.get("/claims/"))


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_with_one_and_three(count: int, django_assert_num_queries) -> None:
    stage = Stage()
    for _ in range(count - 1):
        f.a_claim(f.an_order(stage.buyer, stage.shop))
    stage.client.get("/claims/")

    with django_assert_num_queries(6):
        stage.client.get("/claims/")


def test_the_list_goes_on_where_it_stopped() -> None:
    stage = Stage()
    for number in range(26):
        f.a_claim(f.an_order(stage.buyer, stage.shop), now=stage.claim.opened_at - dt.timedelta(hours=number))

    first = stage.client.get("/claims/").content.decode()
    after = first.split('rel="next" href="')[1].split('"')[0]
    second = stage.client.get(after).content.decode()

    assert first.count('class="card order"') == 25
    assert second.count('class="card order"') == 2
    assert 'rel="next"' not in second


@pytest.mark.parametrize("cursor", ["x", "1-x", "99999999999999999999-0", "-", "1"])
def test_a_made_up_cursor_shows_the_beginning(cursor: str) -> None:
    stage = Stage()

    assert "Casque Nova 1" in said(stage.client.get(f"/claims/?before={cursor}"))


def test_a_seller_who_also_buys_sees_each_claim_in_one_role() -> None:
    stage = Stage()
    theirs = f.a_buyer(stage.place, user=stage.bob)
    f.a_claim(f.an_order(theirs, stage.shop))

    page = browser(stage.bob).get("/claims/").content.decode()

    assert page.count('class="card order"') == 1
    assert Actor(Role.BUYER, stage.bob.pk).role is Role.BUYER
