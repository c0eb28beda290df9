"""SEC-12: the link by which a telephone adds files cannot be guessed, reused, bent or kept, and shows nothing."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client
from tests.buyer.reading import plain
from tests.factories import a_buyer, a_claim, a_refund_due, a_seller, a_stored_file, the_buyer
from tests.files import samples

from recours import clock
from recours.claims.commands.evidence import add_evidence
from recours.claims.commands.phone_links import forget_old_links, make_link, revoke_links
from recours.claims.commands.uploads import Destination
from recours.claims.commands.withdrawing import digest_of
from recours.claims.models import (
    PHONE_LINK_LASTS,
    PHONE_LINK_USES,
    Claim,
    Draft,
    Evidence,
    PhoneLink,
    WithdrawalKey,
)
from recours.files.limits import PER_CLAIM_AND_SIDE
from recours.people.models import ShopStaff, User
from recours.rules.lifecycle.vocabulary import Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def claim() -> Claim:
    return a_claim()


@pytest.fixture
def to(claim: Claim) -> Destination:
    return Destination(user=buyer_of(claim), side=Role.BUYER, claim_id=claim.pk)


@pytest.fixture
def phone() -> Client:
    return Client()


def buyer_of(claim: Claim) -> User:
    return User.objects.get(pk=the_buyer(claim.buyer_id).id)


def photo(name: str = "colis.jpg", side: int = 60) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, samples.picture(size=(side, 40)), "image/jpeg")


def send(phone: Client, file: SimpleUploadedFile | None = None) -> Any:
    return phone.post("/upload/one/", {"key": uuid4(), "exhibits": file or photo()})


def said_of(response: Any) -> tuple[int, str]:
    """The answer without what differs from one request to the next whatever it was."""
    return response.status_code, re.sub(
        r'X-CSRFToken": "\w+|name="csrfmiddlewaretoken" value="\w+|name="next" value="[^"]*',
        "",
        plain(response),
    )


def age(secret_of: PhoneLink, **by: int) -> None:
    moved = dt.timedelta(**by)
    PhoneLink.objects.filter(pk=secret_of.pk).update(
        made_at=secret_of.made_at - moved, expires_at=secret_of.expires_at - moved
    )


def test_sec_12_link_is_exchanged_for_a_clean_address(phone: Client, to: Destination) -> None:
    secret = make_link(to=to)

    response = phone.get(f"/upload/{secret}/")

    cookie = response.cookies["recours_upload"]
    assert (response.status_code, response["Location"]) == (302, "/upload/")
    assert (response["Referrer-Policy"], cookie["path"], cookie["httponly"]) == (
        "no-referrer",
        "/upload/",
        True,
    )
    assert secret not in cookie.value
    page = phone.get("/upload/")
    assert (page.status_code, page["Referrer-Policy"]) == (200, "no-referrer")
    assert "no-store" in page["Cache-Control"]
    assert secret not in plain(page)


def test_sec_12_only_the_hash_is_kept(to: Destination) -> None:
    secret = make_link(to=to)

    link = PhoneLink.objects.get()
    assert len(secret) >= 43
    assert secret.encode() not in bytes(link.digest)
    # Bound to its purpose: the plain hash, which another kind of key may have, is not the one.
    assert bytes(link.digest) != hashlib.sha256(secret.encode()).digest()
    assert len(bytes(link.digest)) == 32


def test_sec_12_whatever_does_not_open_says_the_same(phone: Client, claim: Claim, to: Destination) -> None:
    secret = make_link(to=to)
    expired = make_link(to=Destination(user=to.user, side=Role.BUYER, claim_id=a_claim().pk))
    link = PhoneLink.objects.exclude(claim=claim).get()
    age(link, minutes=15)
    revoked_to = Destination(user=to.user, side=Role.SELLER, claim_id=claim.pk)
    revoked = make_link(to=revoked_to)
    revoke_links(to=revoked_to)
    assert claim.order is not None
    withdrawal = "w" * 43
    WithdrawalKey.objects.create(
        digest=digest_of(withdrawal),
        order=claim.order,
        made_at=clock.now(),
        expires_at=clock.now() + dt.timedelta(hours=1),
    )
    wrong = [
        " ", "null", "0", "%00", "\ud83d\ude00".encode("utf-16", "surrogatepass").decode("utf-16"),
        secret.swapcase(), secret[:-1], secret[1:], secret + "A", f" {secret}", "A" * 4000,
        expired, revoked, withdrawal, str(link.pk), str(PhoneLink.objects.get(claim=claim, side=Role.BUYER).pk),
        bytes(link.digest).hex(),
    ]  # fmt: skip

    answers = {said_of(phone.get(f"/upload/{one}/")) for one in wrong}

    (only,) = answers
    assert only[0] == 404
    assert "Ce lien n'ouvre rien" in only[1]
    # No cookie, a forged one and one for something else are the same.
    assert said_of(phone.get("/upload/")) == only
    for forged in ("x", str(link.pk), f"{link.pk}:1abc:forged"):
        phone.cookies["recours_upload"] = forged
        assert said_of(phone.get("/upload/")) == only
        assert said_of(send(phone)) == only
    assert not Evidence.objects.exists()


def test_sec_12_link_opens_nothing_elsewhere(phone: Client, to: Destination) -> None:
    secret = make_link(to=to)

    assert phone.get(f"/withdrawal/key/{secret}/").status_code == 404


@pytest.mark.parametrize(("seconds", "status"), [(-1, 200), (0, 404), (1, 404)])
def test_sec_12_opened_link_ends_with_its_time(
    phone: Client, to: Destination, seconds: int, status: int
) -> None:
    phone.get(f"/upload/{make_link(to=to)}/")

    age(PhoneLink.objects.get(), seconds=int(PHONE_LINK_LASTS.total_seconds()) + seconds)

    assert phone.get("/upload/").status_code == status
    assert send(phone).status_code == status


def test_sec_12_stopping_ends_an_opened_link(phone: Client, to: Destination) -> None:
    phone.get(f"/upload/{make_link(to=to)}/")

    revoke_links(to=to)

    assert phone.get("/upload/").status_code == 404
    assert send(phone).status_code == 404


def test_sec_12_new_link_ends_the_one_before(phone: Client, to: Destination) -> None:
    first = make_link(to=to)
    second = make_link(to=to)

    assert phone.get(f"/upload/{first}/").status_code == 404
    assert phone.get(f"/upload/{second}/").status_code == 302


def test_sec_12_link_has_so_many_uses_and_no_more(phone: Client, to: Destination) -> None:
    secret = make_link(to=to)
    PhoneLink.objects.update(uses=PHONE_LINK_USES - 2)

    answers = [phone.get(f"/upload/{secret}/").status_code, send(phone).status_code, send(phone).status_code]

    assert answers == [302, 200, 404]
    assert phone.get(f"/upload/{secret}/").status_code == 404


def test_sec_12_link_ends_when_its_maker_leaves_the_shop(phone: Client, claim: Claim) -> None:
    assert claim.shop is not None
    bob = a_seller(claim.shop)
    phone.get(f"/upload/{make_link(to=Destination(user=bob, side=Role.SELLER, claim_id=claim.pk))}/")
    assert phone.get("/upload/").status_code == 200

    ShopStaff.objects.filter(user=bob).delete()

    assert phone.get("/upload/").status_code == 404


def test_sec_12_link_ends_when_its_maker_is_shut_out(phone: Client, to: Destination) -> None:
    phone.get(f"/upload/{make_link(to=to)}/")

    User.objects.filter(pk=to.user.pk).update(is_active=False)

    assert phone.get("/upload/").status_code == 404


def test_sec_12_telephone_sees_what_it_sent_and_nothing_of_the_claim(
    phone: Client, claim: Claim, to: Destination
) -> None:
    add_evidence(claim_id=claim.pk, by=the_buyer(claim.buyer_id), files=[a_stored_file(name="avant.jpg")])
    phone.get(f"/upload/{make_link(to=to)}/")

    answer = send(phone)

    page = plain(phone.get("/upload/"))
    assert "reçu, pièce A-2" in plain(answer)
    assert Evidence.objects.get(number=2).added_by == to.user
    assert "colis.jpg" in page
    for kept_from in ("avant.jpg", claim.reference, claim.title, to.user.email, "/claims/"):
        assert kept_from not in page + plain(answer)
    picture = re.findall(r"/upload/sent/[-0-9a-f]+/", page)[0]
    assert b"".join(phone.get(picture).streaming_content).startswith(b"RIFF")  # type: ignore[attr-defined]
    assert Client().get(picture).status_code == 404
    assert phone.get(f"/claims/{claim.reference}/").status_code == 302


def test_sec_12_telephone_adds_no_more_than_is_left(phone: Client, claim: Claim, to: Destination) -> None:
    before = [a_stored_file() for _ in range(PER_CLAIM_AND_SIDE - 1)]
    add_evidence(claim_id=claim.pk, by=the_buyer(claim.buyer_id), files=before)
    phone.get(f"/upload/{make_link(to=to)}/")

    response = phone.post("/upload/", {"exhibits": [photo("a.jpg", 70), photo("b.jpg", 80)]})

    assert response.status_code == 422
    assert "« b.jpg » n'a pas été ajouté : le maximum de 12 fichiers est atteint" in plain(response)
    assert Evidence.objects.count() == PER_CLAIM_AND_SIDE


def test_sec_12_telephone_adds_nothing_to_a_settled_claim(phone: Client) -> None:
    claim = a_refund_due()
    phone.get(
        f"/upload/{make_link(to=Destination(user=buyer_of(claim), side=Role.BUYER, claim_id=claim.pk))}/"
    )

    assert send(phone).status_code == 422
    assert not Evidence.objects.exists()


def test_sec_12_database_refuses_a_link_that_lasts_or_leads_nowhere(claim: Claim, to: Destination) -> None:
    now = clock.now()
    good = {
        "user": to.user,
        "side": "buyer",
        "made_at": now,
        "expires_at": now + PHONE_LINK_LASTS,
        "claim": claim,
    }
    for wrong in (
        {"expires_at": None},
        {"expires_at": now + PHONE_LINK_LASTS + dt.timedelta(seconds=1)},
        {"expires_at": now},
        {"claim": None},
        {"uses": PHONE_LINK_USES + 1},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            PhoneLink.objects.create(digest=uuid4().bytes, **(good | wrong))


def test_computer_shows_the_code_again_and_what_came(
    client: Client, phone: Client, claim: Claim, to: Destination
) -> None:
    client.force_login(to.user)
    here = f"/claims/{claim.reference}/evidence/phone/"

    made = client.post(here)

    assert (made.status_code, made["Location"]) == (302, here)
    page = plain(client.get(here))
    assert 'class="qr-code"' in page
    url = re.findall(r"http://testserver(/upload/[-\w]{43}/)", page)[0]
    assert client.get(here, {"seen": "0"}, headers={"HX-Request": "true"}).status_code == 204
    phone.get(url)
    send(phone)
    news = client.get(here, {"seen": "0"}, headers={"HX-Request": "true"})
    assert "colis.jpg" in plain(news)
    assert "<html" not in plain(news)
    client.post(here, {"stop": "1"})
    assert phone.get("/upload/").status_code == 404
    assert "Aucun code n'est ouvert" in plain(client.get(here))


def test_computer_of_somebody_else_sees_no_code(client: Client, claim: Claim, to: Destination) -> None:
    other = a_buyer().user
    assert other is not None
    client.force_login(other)

    assert client.post(f"/claims/{claim.reference}/evidence/phone/").status_code == 404
    assert client.post(f"/seller/claims/{claim.reference}/evidence/phone/").status_code == 404
    assert not PhoneLink.objects.exists()


def test_draft_hands_over_and_keeps_what_was_typed(client: Client, phone: Client) -> None:
    buyer = a_buyer()
    assert buyer.user is not None
    draft = Draft.objects.create(user=buyer.user, marketplace=buyer.marketplace, saved_at=clock.now())
    client.force_login(buyer.user)

    client.post(f"/drafts/{draft.pk}/phone/")
    page = plain(client.get(f"/drafts/{draft.pk}/phone/"))
    phone.get(re.findall(r"http://testserver(/upload/[-\w]{43}/)", page)[0])

    assert "<p data-said>reçu</p>" in plain(send(phone))
    assert draft.files.get().original_name == "colis.jpg"
    assert f"/drafts/{draft.pk}/files/{draft.files.get().pk}/" in plain(
        client.get(f"/drafts/{draft.pk}/phone/")
    )


def test_old_links_are_forgotten_and_what_came_stays(phone: Client, to: Destination) -> None:
    phone.get(f"/upload/{make_link(to=to)}/")
    send(phone)
    link = PhoneLink.objects.get()

    assert forget_old_links(link.expires_at + dt.timedelta(hours=23)) == 0
    assert forget_old_links(link.expires_at + dt.timedelta(days=1)) == 1
    assert Evidence.objects.count() == 1
