"""Files that arrive one by one: once for each key, whoever sends them and however often."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests.at_once import at_once
from tests.buyer.reading import plain
from tests.factories import a_buyer, a_claim, a_refund_due, a_seller, a_stored_file, the_buyer
from tests.files import samples

from recours import clock
from recours.claims.commands.evidence import add_evidence
from recours.claims.commands.uploads import Destination, receive
from recours.claims.models import Claim, Draft, Evidence, Upload
from recours.files.limits import PER_CLAIM_AND_SIDE
from recours.files.models import StoredFile
from recours.people.models import User
from recours.rules.lifecycle.vocabulary import Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def claim() -> Claim:
    return a_claim()


@pytest.fixture
def alice(claim: Claim, client: Client) -> Client:
    client.force_login(buyer_of(claim))
    return client


@pytest.fixture
def draft() -> Draft:
    buyer = a_buyer()
    return Draft.objects.create(user=buyer.user, marketplace=buyer.marketplace, saved_at=clock.now())


def buyer_of(claim: Claim) -> User:
    return User.objects.get(pk=the_buyer(claim.buyer_id).id)


def photo(name: str = "casse.jpg", content: bytes = b"", side: int = 60) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content or samples.picture(size=(side, 40)), "image/jpeg")


def send(client: Client, url: str, file: SimpleUploadedFile | None = None, key: UUID | None = None) -> Any:
    return client.post(url, {"key": key or uuid4(), "exhibits": file or photo()})


def url_of(claim: Claim, face: str = "") -> str:
    return f"{face}/claims/{claim.reference}/evidence/one/"


def test_file_becomes_an_exhibit_and_its_line_comes_back(alice: Client, claim: Claim) -> None:
    response = send(alice, url_of(claim))

    exhibit = Evidence.objects.get()
    assert (response.status_code, exhibit.exhibit, exhibit.file.original_name) == (200, "A-1", "casse.jpg")
    assert "<p data-said>reçu, pièce A-1</p>" in plain(response)
    assert 'id="exhibit-A-1"' in plain(response)
    assert f"/claims/{claim.reference}/evidence/{exhibit.pk}/" in plain(response)
    assert "<html" not in plain(response)


def test_seller_sends_to_their_own_side(claim: Claim, client: Client) -> None:
    assert claim.shop is not None
    client.force_login(a_seller(claim.shop))

    response = send(client, url_of(claim, "/seller"))

    assert "reçu, pièce V-1" in plain(response)
    assert f"/seller/claims/{claim.reference}/evidence/V-1/" in plain(response)
    page = plain(client.get(f"/seller/claims/{claim.reference}/evidence/"))
    assert 'id="exhibit-V-1"' in page


def test_seller_page_lists_only_what_the_seller_gave(claim: Claim, client: Client) -> None:
    assert claim.shop is not None
    add_evidence(claim_id=claim.pk, by=the_buyer(claim.buyer_id), files=[a_stored_file(name="theirs.jpg")])
    client.force_login(a_seller(claim.shop))

    page = plain(client.get(f"/seller/claims/{claim.reference}/evidence/"))

    assert "theirs.jpg" not in page
    assert f'data-upload="{url_of(claim, "/seller")}"' in page


def test_same_key_twice_is_one_exhibit_and_the_same_answer(alice: Client, claim: Claim) -> None:
    key = uuid4()

    first = send(alice, url_of(claim), photo(), key)
    again = send(alice, url_of(claim), photo(), key)

    assert (first.status_code, again.status_code) == (200, 200)
    assert first.content == again.content
    assert (Evidence.objects.count(), Upload.objects.count(), StoredFile.objects.count()) == (1, 1, 1)


def test_same_key_with_other_bytes_is_still_the_first(alice: Client, claim: Claim) -> None:
    key = uuid4()
    send(alice, url_of(claim), photo("first.jpg"), key)

    again = send(alice, url_of(claim), photo("second.jpg", side=90), key)

    assert "first.jpg" in plain(again)
    assert Evidence.objects.count() == 1


def test_same_bytes_under_another_key_name_the_exhibit_there_is(alice: Client, claim: Claim) -> None:
    send(alice, url_of(claim))

    again = send(alice, url_of(claim))

    assert "reçu, pièce A-1" in plain(again)
    assert Evidence.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_same_key_at_the_same_instant_is_one_exhibit() -> None:
    claim, key = a_claim(), uuid4()
    to = Destination(user=buyer_of(claim), side=Role.BUYER, claim_id=claim.pk)

    results = at_once(*[lambda: receive(upload=photo(), key=key, to=to) for _ in range(4)])

    assert len({one.pk for one in results if isinstance(one, Upload)}) == 1
    assert [one for one in results if not isinstance(one, Upload)] == []
    assert [one.exhibit for one in Evidence.objects.all()] == ["A-1"]


@pytest.mark.django_db(transaction=True)
def test_several_at_the_same_instant_do_not_pass_the_limit() -> None:
    claim = a_claim()
    to = Destination(user=buyer_of(claim), side=Role.BUYER, claim_id=claim.pk)
    before = [a_stored_file() for _ in range(PER_CLAIM_AND_SIDE - 1)]
    add_evidence(claim_id=claim.pk, by=the_buyer(claim.buyer_id), files=before)

    results = at_once(*[lambda n=n: receive(upload=photo(side=60 + n), key=uuid4(), to=to) for n in range(3)])

    assert sorted(type(one).__name__ for one in results) == ["TooManyFiles", "TooManyFiles", "Upload"]
    assert Evidence.objects.count() == PER_CLAIM_AND_SIDE


def test_svg_named_jpg_is_refused_with_what_to_do(alice: Client, claim: Claim) -> None:
    drawing = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'

    response = send(alice, url_of(claim), photo("dessin.jpg", drawing))

    assert response.status_code == 422
    assert "<p data-said>refusé : Le contenu du fichier « dessin.jpg » n'est" in plain(response)
    assert not Evidence.objects.exists()
    assert not Upload.objects.exists()


def test_refused_key_can_be_sent_again_with_a_good_file(alice: Client, claim: Claim) -> None:
    key = uuid4()
    send(alice, url_of(claim), photo("vide.jpg", b"MZ\x90"), key)

    response = send(alice, url_of(claim), photo(), key)

    assert response.status_code == 200


def test_thirteenth_file_is_refused_by_name(alice: Client, claim: Claim) -> None:
    files = [a_stored_file() for _ in range(PER_CLAIM_AND_SIDE)]
    add_evidence(claim_id=claim.pk, by=the_buyer(claim.buyer_id), files=files)

    response = send(alice, url_of(claim))

    assert response.status_code == 422
    assert "« casse.jpg » n'a pas été ajouté : le maximum de 12 fichiers est atteint" in plain(response)
    assert Evidence.objects.count() == PER_CLAIM_AND_SIDE


def test_settled_claim_takes_no_file(client: Client) -> None:
    claim = a_refund_due()
    client.force_login(buyer_of(claim))

    response = send(client, url_of(claim))

    assert response.status_code == 422
    assert "refusé : L'affaire est réglée" in plain(response)
    assert not Evidence.objects.exists()


@pytest.mark.parametrize(
    "data", [{}, {"key": "x"}, {"key": ""}, {"key": str(uuid4())}, {"key": str(uuid4()), "exhibits": "text"}]
)
def test_what_no_page_sends_is_a_bad_request(alice: Client, claim: Claim, data: dict[str, str]) -> None:
    assert alice.post(url_of(claim), data).status_code == 400
    assert not Evidence.objects.exists()


def test_claim_of_somebody_else_does_not_exist(alice: Client) -> None:
    other = a_claim()

    assert send(alice, url_of(other)).status_code == 404
    assert send(alice, url_of(other, "/seller")).status_code == 404
    assert not Evidence.objects.exists()


def test_other_party_may_use_the_same_key(alice: Client, claim: Claim, client: Client) -> None:
    assert claim.shop is not None
    key = uuid4()
    send(alice, url_of(claim), photo(), key)
    bob = Client()
    bob.force_login(a_seller(claim.shop))

    response = send(bob, url_of(claim, "/seller"), photo("colis.jpg"), key)

    assert "reçu, pièce V-1" in plain(response)


def test_draft_takes_files_once_and_shows_them(client: Client, draft: Draft) -> None:
    client.force_login(draft.user)
    key = uuid4()

    first = send(client, f"/drafts/{draft.pk}/files/", photo(), key)
    again = send(client, f"/drafts/{draft.pk}/files/", photo(), key)

    assert (first.status_code, first.content) == (200, again.content)
    kept = draft.files.get()
    assert "<p data-said>reçu</p>" in plain(first)
    assert f'value="{kept.pk}"' in plain(first)


def test_draft_of_somebody_else_does_not_exist(client: Client, draft: Draft) -> None:
    other = a_buyer().user
    assert other is not None
    client.force_login(other)

    assert send(client, f"/drafts/{draft.pk}/files/").status_code == 404
    assert draft.files.count() == 0


def test_file_for_a_draft_that_was_sent_becomes_an_exhibit(claim: Claim) -> None:
    user = buyer_of(claim)
    draft = Draft.objects.create(user=user, marketplace=claim.marketplace, saved_at=clock.now(), claim=claim)

    received = receive(
        upload=photo(), key=uuid4(), to=Destination(user=user, side=Role.BUYER, draft_id=draft.pk)
    )

    assert received.claim_id == claim.pk
    assert [one.exhibit for one in Evidence.objects.all()] == ["A-1"]


def test_pages_work_without_the_script(alice: Client, claim: Claim) -> None:
    page = plain(alice.get(f"/claims/{claim.reference}/"))

    assert f'data-upload="{url_of(claim)}" data-upload-into="exhibits"' in page
    assert "Ajouter au dossier" in page
    assert "data-uploading hidden" in page
