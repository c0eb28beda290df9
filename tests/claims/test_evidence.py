"""Exhibits, messages and notes."""

from collections.abc import Callable

import pytest
from django.test import Client
from tests.at_once import at_once
from tests.buyer.claims.stage import plain
from tests.claims.stage import Life, back
from tests.factories import a_claim, a_refund_due, a_stored_file, a_user, an_agent, the_buyer

from recours.claims.commands.evidence import (
    EvidenceAfterRuling,
    EvidenceClosed,
    add_evidence,
    write_message,
    write_note,
)
from recours.claims.models import Claim, Evidence
from recours.claims.queries import evidence_of
from recours.conversations.models import Conversation, Message
from recours.files.limits import PER_CLAIM_AND_SIDE
from recours.files.refusals import TooManyFiles
from recours.rules.lifecycle import commands as c
from recours.rules.lifecycle.claim import Actor
from recours.rules.lifecycle.refusals import TextMissing, TextTooLong
from recours.rules.lifecycle.vocabulary import AppealReason, Role

pytestmark = pytest.mark.django_db


def seller() -> Actor:
    return Actor(Role.SELLER, a_user("Bob").pk)


def test_exhibits_are_numbered_per_side() -> None:
    claim = a_claim()
    alice, bob = the_buyer(claim.buyer_id), seller()

    add_evidence(claim_id=claim.pk, by=bob, files=[a_stored_file()])
    add_evidence(claim_id=claim.pk, by=alice, files=[a_stored_file(), a_stored_file()])
    add_evidence(claim_id=claim.pk, by=alice, files=[a_stored_file()])

    assert [exhibit.exhibit for exhibit in evidence_of(claim.pk)] == ["A-1", "A-2", "A-3", "V-1"]


@pytest.mark.django_db(transaction=True)
def test_exhibits_added_at_once_never_share_a_number() -> None:
    claim = a_claim()
    alice = the_buyer(claim.buyer_id)
    files = [a_stored_file() for _ in range(6)]

    results = at_once(
        *(lambda file=file: add_evidence(claim_id=claim.pk, by=alice, files=[file]) for file in files)
    )

    assert [type(result) for result in results] == [list] * 6
    assert sorted(Evidence.objects.values_list("number", flat=True)) == [1, 2, 3, 4, 5, 6]


def test_more_exhibits_than_a_side_may_have_are_refused_whole() -> None:
    claim = a_claim()
    alice = the_buyer(claim.buyer_id)
    add_evidence(claim_id=claim.pk, by=alice, files=[a_stored_file() for _ in range(PER_CLAIM_AND_SIDE - 1)])

    with pytest.raises(TooManyFiles) as refused:
        add_evidence(claim_id=claim.pk, by=alice, files=[a_stored_file(), a_stored_file()])

    assert refused.value.params == {"name": "photo.jpg", "limit_files": PER_CLAIM_AND_SIDE}
    assert Evidence.objects.count() == PER_CLAIM_AND_SIDE - 1


def test_settled_claim_takes_no_more_evidence() -> None:
    claim = a_refund_due()

    with pytest.raises(EvidenceClosed):
        add_evidence(claim_id=claim.pk, by=the_buyer(claim.buyer_id), files=[a_stored_file()])


@pytest.mark.parametrize("role", [Role.BUYER, Role.SELLER])
def test_after_the_ruling_new_evidence_comes_with_contesting_it(role: Role) -> None:
    life = Life().ruled()

    with pytest.raises(EvidenceAfterRuling) as refused:
        add_evidence(claim_id=life.id, by=life.by(role), files=[a_stored_file()])
    assert "Contestez la décision" in refused.value.remedy("fr")

    life.does(role, c.AppealRuling, reason=AppealReason.NEW_EVIDENCE, text="La facture du réparateur.")
    assert len(add_evidence(claim_id=life.id, by=life.by(role), files=[a_stored_file()])) == 1


def test_goods_on_their_way_back_are_still_photographed() -> None:
    for life in (back().to_send_back(), back().sent_back()):
        for role in (Role.BUYER, Role.SELLER):
            assert len(add_evidence(claim_id=life.id, by=life.by(role), files=[a_stored_file()])) == 1


@pytest.mark.parametrize(
    ("life", "says"),
    [
        (lambda: Life().ruled(), "La plateforme a rendu sa décision : le dossier ne reçoit plus de pièces."),
        (
            lambda: Life().does(Role.SELLER, c.Accept),
            "L’affaire est réglée : une pièce de plus n’y changerait",
        ),
    ],
    ids=["ruled", "settled"],
)
def test_pages_say_why_no_file_is_taken_and_show_no_form(life: Callable[[], Life], says: str) -> None:
    claim = life()
    pages = {
        claim.buyer.user: f"/claims/{claim.row.reference}/",
        claim.bob: f"/seller/claims/{claim.row.reference}/",
    }

    for reader, page in pages.items():
        browser = Client()
        browser.force_login(reader)
        shown = plain(browser.get(page).content.decode())
        assert plain(says) in shown
        assert "Ajouter des pièces" not in shown
        assert "Ajouter au dossier" not in shown
    form = browser.get(f"{page}evidence/").content.decode()
    assert plain(says) in plain(form)
    assert 'type="file"' not in form


def test_first_message_starts_the_conversation_and_later_ones_join_it() -> None:
    claim = a_claim()
    alice, bob = the_buyer(claim.buyer_id), seller()

    write_message(claim_id=claim.pk, by=alice, text=" Bonjour, le casque est cassé. ")
    write_message(claim_id=claim.pk, by=bob, text="Nous regardons.")

    conversation = Conversation.objects.get()
    assert Claim.objects.get(pk=claim.pk).conversation_id == conversation.pk
    assert list(Message.objects.order_by("pk").values_list("text", "author_role")) == [
        ("Bonjour, le casque est cassé.", "buyer"),
        ("Nous regardons.", "seller"),
    ]


@pytest.mark.django_db(transaction=True)
def test_first_messages_at_once_start_one_conversation() -> None:
    claim = a_claim()
    alice, bob = the_buyer(claim.buyer_id), seller()

    at_once(
        lambda: write_message(claim_id=claim.pk, by=alice, text="Bonjour."),
        lambda: write_message(claim_id=claim.pk, by=bob, text="Bonjour."),
    )

    assert (Conversation.objects.count(), Message.objects.count()) == (1, 2)


@pytest.mark.parametrize(("text", "refusal"), [("  ", TextMissing), ("😀" * 5001, TextTooLong)])
def test_message_without_words_or_with_too_many_is_refused(text: str, refusal: type[Exception]) -> None:
    claim = a_claim()

    with pytest.raises(refusal):
        write_message(claim_id=claim.pk, by=the_buyer(claim.buyer_id), text=text)

    assert Conversation.objects.count() == 0


def test_five_thousand_characters_of_emoji_are_kept() -> None:
    claim = a_claim(explanation="😀" * 5000)

    assert Claim.objects.get(pk=claim.pk).snapshot.opening.explanation == "😀" * 5000


def test_notes_are_written_by_the_desk_alone() -> None:
    claim = a_claim()
    agent = Actor(Role.AGENT, an_agent(claim.marketplace).pk)

    assert write_note(claim_id=claim.pk, by=agent, text="Voir le vendeur.").text == "Voir le vendeur."
    for party in (the_buyer(claim.buyer_id), seller(), Actor(Role.AGENT)):
        with pytest.raises(ValueError, match="desk"):
            write_note(claim_id=claim.pk, by=party, text="Voir le vendeur.")
