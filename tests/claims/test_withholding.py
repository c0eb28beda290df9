"""What the desk seals, redacts and restores: kept whole, told to both, and shown to nobody it is hidden from."""

from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests.claims.stage import Stage, forget
from tests.factories import a_stored_file
from tests.files import samples

from recours import clock
from recours.claims import withheld
from recours.claims.commands.evidence import add_evidence, conversation_of
from recours.claims.commands.withholding import redact_exhibit, restore_exhibit, seal_exhibit
from recours.claims.models import Claim, ClaimEvent, Evidence
from recours.claims.presentation.exhibits import exhibits
from recours.claims.queries import evidence_of
from recours.conversations.commands import send_message
from recours.files import storage
from recours.files.commands import store_upload
from recours.files.judge import judge
from recours.files.models import StoredFile, Withheld
from recours.files.showing import Hidden, shown_to
from recours.people.models import User
from recours.rules.lifecycle.claim import Actor
from recours.rules.lifecycle.refusals import ExhibitAlreadyWithheld, ExhibitNotWithheld, TextMissing
from recours.rules.lifecycle.vocabulary import Role

pytestmark = pytest.mark.django_db

BOTH = (Role.BUYER, Role.SELLER)
SECRET = "adresse-de-camille.jpg"


class Court(Stage):
    """Alice's exhibit A-1, which she also sent by message; Bob's V-1."""

    def __init__(self) -> None:
        super().__init__()
        assert self.buyer.user is not None
        self.alice = self.buyer.user
        self.desk = Actor(Role.AGENT, self.charlie.pk)
        self.file = a_picture(self.alice)
        alice = Actor(Role.BUYER, self.alice.pk)
        with_bob = Actor(Role.SELLER, self.bob.pk)
        add_evidence(claim_id=self.claim.pk, by=alice, files=[self.file])
        add_evidence(claim_id=self.claim.pk, by=with_bob, files=[a_stored_file(self.bob)])
        talk = conversation_of(self.claim.pk, now=clock.now())
        self.attached = a_picture(self.alice)  # the same bytes, sent once more
        send_message(conversation_id=talk, by=alice, text="Voici.", files=[self.attached], now=clock.now())
        self.claim = Claim.objects.get(pk=self.claim.pk)
        forget()

    @property
    def exhibit(self) -> Evidence:
        return Evidence.objects.select_related("file").get(claim=self.claim, side=Role.BUYER, number=1)

    def seal(self, *hidden_from: Role, reason: str = "Une adresse privée.") -> None:
        seal_exhibit(exhibit=self.exhibit, by=self.desk, hidden_from=hidden_from, reason=reason)

    def doors(self, role: Role) -> list[str]:
        """Every address at which this reader could be handed the file."""
        claim, talk, exhibit = self.claim.reference, self.claim.conversation_id, self.exhibit.pk
        match role:
            case Role.BUYER:
                one = f"/claims/{claim}/evidence/{exhibit}/"
                two = f"/messages/{talk}/files/{self.attached.pk}/"
                return [one, f"{one}?variant=thumb", f"{one}?download", two, f"{two}?variant=thumb"]
            case Role.SELLER:
                one = f"/seller/claims/{claim}/evidence/A-1/"
                two = f"/seller/messages/{talk}/files/{self.attached.pk}/"
                return [one, f"{one}thumbnail/", two, f"{two}?thumbnail"]
            case _:
                one = f"/desk/claims/{claim}/evidence/A-1/"
                return [one, f"{one}thumbnail/"]

    def pages(self, role: Role) -> list[str]:
        claim, talk = self.claim.reference, self.claim.conversation_id
        return {
            Role.BUYER: [f"/claims/{claim}/", f"/messages/{talk}/"],
            Role.SELLER: [f"/seller/claims/{claim}/", f"/seller/messages/{talk}/"],
        }.get(role, [f"/desk/claims/{claim}/"])

    def client(self, role: Role) -> Client:
        client = Client()
        client.force_login({Role.BUYER: self.alice, Role.SELLER: self.bob}.get(role, self.charlie))
        return client

    def statuses(self, role: Role) -> set[int]:
        client, found = self.client(role), set()
        for door in self.doors(role):
            response = client.get(door)
            b"".join(response)  # to its end, which closes the file
            found.add(response.status_code)
        return found

    def sizes(self, role: Role) -> set[int]:
        """How many bytes each door but a thumbnail's hands out."""
        client, found = self.client(role), set()
        for door in self.doors(role):
            if "thumb" not in door:
                found.add(len(b"".join(client.get(door))))
        return found

    def read(self, role: Role) -> str:
        client = self.client(role)
        return "".join(client.get(page).content.decode() for page in self.pages(role))


def a_picture(by: User) -> StoredFile:
    return store_upload(upload=SimpleUploadedFile(SECRET, samples.picture()), by=by)


@pytest.fixture
def court() -> Court:
    return Court()


@pytest.mark.parametrize(
    ("hidden_from", "blind"),
    [(BOTH, set(BOTH)), ((Role.SELLER,), {Role.SELLER}), ((Role.BUYER,), {Role.BUYER})],
)
def test_sealed_exhibit_leaks_through_no_door(
    court: Court, hidden_from: tuple[Role, ...], blind: set[Role]
) -> None:
    for role in (*BOTH, Role.AGENT):
        assert court.statuses(role) == {200}
        assert SECRET in court.read(role)

    court.seal(*hidden_from)

    for role in (*BOTH, Role.AGENT):
        assert court.statuses(role) == ({404} if role in blind else {200})
        page = court.read(role)
        assert (SECRET in page) is (role not in blind)
        assert "Une adresse privée." in page
        assert "Pièce mise sous scellé" in page
    assert "Sous scellé" in court.read(Role.AGENT)


def test_both_parties_are_told_and_nobody_else(court: Court) -> None:
    court.seal(Role.SELLER)

    assert court.heard() == {Role.BUYER: "exhibit_sealed", Role.SELLER: "exhibit_sealed"}
    event = ClaimEvent.objects.get(claim=court.claim, kind="ExhibitSealed")
    assert (event.actor_id, event.body["exhibit"], event.body["reason"]) == (
        court.charlie.pk,
        "A-1",
        "Une adresse privée.",
    )


def test_sealing_keeps_every_byte_and_can_be_undone(court: Court) -> None:
    court.seal(*BOTH)
    with storage.read(court.file.sha256) as kept:
        assert kept.read() == samples.picture()

    restore_exhibit(exhibit=court.exhibit, by=court.desk, reason="Le vendeur avait raison.")

    assert Withheld.objects.count() == 0
    assert {role: court.statuses(role) for role in BOTH} == {Role.BUYER: {200}, Role.SELLER: {200}}
    assert "Pièce rétablie" in court.read(Role.SELLER)


def test_what_is_sealed_stays_so_when_it_is_sent_again(court: Court) -> None:
    court.seal(Role.SELLER)
    alice = Actor(Role.BUYER, court.alice.pk)
    again, once_more, other = a_picture(court.alice), a_picture(court.alice), a_stored_file(court.alice)

    add_evidence(claim_id=court.claim.pk, by=alice, files=[again, other])
    assert court.claim.conversation_id is not None
    send_message(
        conversation_id=court.claim.conversation_id,
        by=alice,
        text="Encore.",
        files=[once_more],
        now=clock.now(),
    )

    assert SECRET not in court.read(Role.SELLER)
    shown = {row.pk: shown_to(row, Role.SELLER) for row in StoredFile.objects.select_related("withheld")}
    assert (shown[again.pk], shown[once_more.pk], shown[other.pk]) == (Hidden.SEALED, Hidden.SEALED, other)

    restore_exhibit(exhibit=court.exhibit, by=court.desk, reason="Le vendeur avait raison.")
    assert Withheld.objects.count() == 0


def test_what_is_sealed_stays_so_when_it_is_sent_for_the_first_time_as_a_message(court: Court) -> None:
    """Never attached before: the conversation had no such file when the exhibit was sealed."""
    fresh = store_upload(upload=SimpleUploadedFile(SECRET, samples.picture(size=(90, 60))), by=court.alice)
    alice = Actor(Role.BUYER, court.alice.pk)
    (exhibit,) = add_evidence(claim_id=court.claim.pk, by=alice, files=[fresh])
    seal_exhibit(exhibit=exhibit, by=court.desk, hidden_from=(Role.SELLER,), reason="Une adresse privée.")
    again = store_upload(upload=SimpleUploadedFile(SECRET, samples.picture(size=(90, 60))), by=court.alice)

    assert court.claim.conversation_id is not None
    send_message(
        conversation_id=court.claim.conversation_id, by=alice, text="Là.", files=[again], now=clock.now()
    )

    assert hidden(again)
    restore_exhibit(exhibit=exhibit, by=court.desk, reason="Le vendeur avait raison.")
    assert not hidden(again)


def test_a_conversation_that_starts_after_the_seal_knows_of_it() -> None:
    stage = Stage()
    assert stage.buyer.user is not None
    alice, desk = Actor(Role.BUYER, stage.buyer.user_id), Actor(Role.AGENT, stage.charlie.pk)
    (exhibit,) = add_evidence(claim_id=stage.claim.pk, by=alice, files=[a_picture(stage.buyer.user)])
    seal_exhibit(exhibit=exhibit, by=desk, hidden_from=(Role.SELLER,), reason="Une adresse privée.")
    again = a_picture(stage.buyer.user)

    talk = conversation_of(stage.claim.pk, now=clock.now())
    send_message(conversation_id=talk, by=alice, text="Voici.", files=[again], now=clock.now())

    assert hidden(again)


@pytest.mark.parametrize("way", ["exhibit", "message"])
def test_a_byte_more_does_not_undo_a_seal(court: Court, way: str) -> None:
    """Another original, and the same picture to who sees its copy."""
    court.seal(Role.SELLER)
    alice = Actor(Role.BUYER, court.alice.pk)
    longer = store_upload(upload=SimpleUploadedFile(SECRET, samples.picture() + b"\0"), by=court.alice)
    assert longer.sha256 != court.file.sha256

    if way == "exhibit":
        add_evidence(claim_id=court.claim.pk, by=alice, files=[longer])
    else:
        assert court.claim.conversation_id is not None
        talk = court.claim.conversation_id
        send_message(conversation_id=talk, by=alice, text="Là.", files=[longer], now=clock.now())

    assert hidden(longer)
    assert list(withheld.differences()) == []


def hidden(file: StoredFile) -> bool:
    return shown_to(StoredFile.objects.get(pk=file.pk), Role.SELLER) is Hidden.SEALED


def test_redacted_exhibit_is_shown_as_its_copy(court: Court) -> None:
    copy = judge(ContentFile(samples.picture(size=(64, 48)), name="copie-masquee.jpg"))

    redact_exhibit(exhibit=court.exhibit, by=court.desk, copy=copy, user=court.charlie, reason="Une adresse.")

    for role in BOTH:
        assert court.sizes(role) == {len(copy.clean)}
        page = court.read(role)
        assert SECRET not in page
        assert "copie-masquee.jpg" in page
    assert court.sizes(Role.AGENT) == {court.file.clean_size}


def test_the_desk_s_page_does_all_three(court: Court) -> None:
    desk = court.client(Role.AGENT)
    page = f"/desk/claims/{court.claim.reference}/evidence/A-1/withhold/"
    assert "telle qu’elle est arrivée" not in desk.get(page).content.decode()

    def sent(**data: Any) -> int:
        return desk.post(page, data).status_code

    assert sent(what="both", reason="") == 422
    assert sent(what="redact", reason="Une adresse.") == 422
    assert sent(what="redact", reason="Une adresse.", copy=SimpleUploadedFile("c.jpg", samples.HTML)) == 422
    assert sent(what="restore", reason="Rien.") == 422
    assert Withheld.objects.count() == 0
    assert sent(what="seller", reason="Une adresse.") == 302
    assert sent(what="seller", reason="Une adresse.") == 409
    assert shown_to(evidence_of(court.claim.pk)[0].file, Role.SELLER) is Hidden.SEALED
    copy = SimpleUploadedFile("copie.jpg", samples.picture(size=(64, 48)))
    assert sent(what="redact", reason="Une adresse.", copy=copy) == 302
    shown = shown_to(evidence_of(court.claim.pk)[0].file, Role.SELLER)
    assert isinstance(shown, StoredFile)
    assert shown.original_name == "copie.jpg"
    assert sent(what="restore", reason="Plus besoin.") == 302
    assert Withheld.objects.count() == 0


def test_a_reason_is_asked_for_and_nothing_is_restored_that_was_not_withheld(court: Court) -> None:
    with pytest.raises(TextMissing):
        court.seal(*BOTH, reason=" ")
    with pytest.raises(ExhibitNotWithheld):
        restore_exhibit(exhibit=court.exhibit, by=court.desk, reason="Rien.")
    court.seal(*BOTH)
    with pytest.raises(ExhibitAlreadyWithheld):
        court.seal(*BOTH)

    assert Withheld.objects.count() == 2


def test_list_of_exhibits_takes_one_statement_whatever_is_withheld(
    court: Court, django_assert_num_queries: Any
) -> None:
    court.seal(*BOTH)

    with django_assert_num_queries(1):
        shown = exhibits(evidence_of(court.claim.pk), Role.SELLER, lambda number, thumb: number)

    assert [(one["number"], one["url"]) for one in shown] == [("A-1", ""), ("V-1", "V-1")]


def test_verify_names_what_is_withheld_otherwise_than_decided(court: Court) -> None:
    court.seal(Role.SELLER)
    assert list(withheld.differences()) == []

    Withheld.objects.filter(file=court.file).update(from_seller=False, from_buyer=True)
    [wrong] = withheld.differences(court.claim.reference)
    assert wrong.sentence("en") == (
        f"{court.claim.reference}, exhibit A-1: the file is withheld as “buyer”, the events say “seller”."
    )

    Withheld.objects.all().delete()
    [wrong] = withheld.differences()
    assert (wrong.params["stored"], wrong.params["told"]) == ("-", "seller")


def test_verify_names_what_nobody_decided_to_withhold(court: Court) -> None:
    Withheld.objects.create(file=court.file, from_seller=True)

    [wrong] = withheld.differences()

    assert (wrong.params["stored"], wrong.params["told"]) == ("seller", "-")
