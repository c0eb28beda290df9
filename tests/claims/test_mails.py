"""What a mail about a claim says: to its reader, in their language, of what they may see, as of when it is sent."""

import datetime as dt
from typing import Any

import pytest
from tests.claims.stage import AGENT, BUYER, DAY, LIVES, SELLER, WROTE, Life, forget
from tests.conftest import PRESENT
from tests.factories import an_agent

from recours.claims.commands.evidence import write_message, write_note
from recours.claims.mails import render
from recours.claims.models import Claim, ClaimEvent
from recours.claims.queries import OpenedClaim
from recours.claims.reminders import remind
from recours.conversations.commands.reply_addresses import find_reply_address
from recours.conversations.models import Conversation
from recours.marketplaces.models import Buyer, Shop
from recours.outbox.content import MailContent
from recours.outbox.models import Mail
from recours.people.models import ShopStaff, User
from recours.rules.lifecycle import commands as c
from recours.rules.lifecycle.claim import Terms
from recours.rules.lifecycle.telling import TOLD
from recours.rules.lifecycle.vocabulary import Remedy, Role

pytestmark = pytest.mark.django_db

NBSP = "\u00a0"
"""Between a day and its month, a number and its sign."""


def latest() -> dict[Role, Mail]:
    """The mail that each party got of the last event."""
    mails = list(Mail.objects.select_related("user"))
    newest = max(mail.payload.get("seq", 0) for mail in mails)
    return {Role(mail.role): mail for mail in mails if mail.payload.get("seq") == newest}


def content_of(mail: Mail, frozen: Any, at: dt.datetime) -> MailContent:
    frozen.move_to(at)
    content = render(mail)
    assert content is not None
    return content


def everything(content: MailContent) -> str:
    parts = [
        content.subject, content.heading, *content.paragraphs, content.quote, content.quoted_from, content.turn,
        content.silence, content.button_label, *(text for fact in content.facts for text in fact),
    ]  # fmt: skip
    return "\n".join(parts)


def test_there_is_a_life_for_each_event_that_a_party_is_told_of() -> None:
    lived = {name.partition(" ")[0] for name in LIVES}

    untold = {"Assigned", "Released", "ClaimTakenIn", "ClaimSplitOff"}
    assert lived == {kind.__name__ for kind in TOLD} - untold


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("name", LIVES)
def test_each_event_is_worded_for_each_party(name: str, language: str, frozen_clock: Any) -> None:
    User.objects.update(language=language)
    life = LIVES[name]()
    User.objects.update(language=language)
    Mail.objects.update(language=language)
    write_note(claim_id=life.id, by=life.by(AGENT), text="Note interne")
    mails = latest()
    assert mails

    for role, mail in mails.items():
        content = content_of(mail, frozen_clock, life.now)

        said = everything(content)
        reference = life.row.reference
        assert reference in content.subject
        assert "Casque Nova 1" in content.subject or "pay-" in content.subject
        assert len(content.subject) < 150
        # Nobody's words but in the quote, never one's own, and of the desk's notes nothing.
        written = {*WROTE.values(), *declared(life)}
        assert content.quote in {*written, ""} - {WROTE.get(role)}
        assert not any(words in said.replace(content.quote, "") for words in written if content.quote)
        assert bool(content.quote) == bool(content.quoted_from)
        assert "Note interne" not in said
        assert (content.turn == "", content.heading == "", content.button_label == "") == (False,) * 3
        assert content.turn == life_standing(life, role, language)
        start = "/claims/" if role is BUYER else "/seller/claims/"
        assert content.button_path == f"{start}{reference}/"
        assert "{" not in said
        assert all(term and description for term, description in content.facts)


def declared(life: Life) -> list[str]:
    """A declaration of withdrawal, which holds its author's name among other words."""
    bodies = ClaimEvent.objects.filter(claim_id=life.id, kind="ContractWithdrawn").values_list(
        "body", flat=True
    )
    return [body["declaration"]["text"] for body in bodies]


def life_standing(life: Life, role: Role, language: str) -> str:
    return OpenedClaim(row=life.row, role=role, actor=life.by(role), now=life.now).standing.turn(language)


def test_ruling_says_what_was_decided_by_which_rule_and_why(frozen_clock: Any) -> None:
    life = LIVES["RulingMade"]()

    content = content_of(latest()[BUYER], frozen_clock, life.now)

    assert content.subject == f"La plateforme a décidé – Casque Nova 1 ({life.row.reference})"
    assert content.facts == (
        ("Décision", f"Remboursement de 45,00{NBSP}€, sans retour"),
        ("Règle appliquée", "art. L217-3 du code de la consommation"),
        ("Article", "Casque Nova 1"),
        ("Commande", life.row.order.number),
        ("Boutique", life.shop.name),
        ("Dossier", life.row.reference),
        ("Date", f"vendredi 20{NBSP}novembre 2026, 13{NBSP}h{NBSP}00"),
    )
    assert (content.quote, content.quoted_from) == (WROTE[AGENT], "La plateforme écrit\u202f:")
    assert "Chaque partie peut contester une fois" in content.turn


def test_offer_says_that_it_is_accepted_on_the_page(frozen_clock: Any) -> None:
    life = Life().offered()

    content = content_of(latest()[BUYER], frozen_clock, life.now)

    assert content.button_label == "Voir la proposition"
    [how] = content.paragraphs
    assert "une réponse à ce courriel est un message, elle n’accepte et ne refuse rien" in how
    facts = dict(content.facts)
    assert facts["Proposition"] == f"Remboursement de 20,00{NBSP}€, sans retour"
    assert facts["Valable jusqu’au"] == f"vendredi 27{NBSP}novembre 2026, 23{NBSP}h{NBSP}59"


def test_offer_that_has_gone_meanwhile_is_told_without_a_call_to_answer(frozen_clock: Any) -> None:
    life = Life().offered()
    mail = latest()[BUYER]
    life.does(SELLER, c.Accept)

    content = content_of(mail, frozen_clock, life.now)

    assert content.heading == "Le vendeur vous fait une proposition"
    assert (content.button_label, content.paragraphs) == ("Voir le dossier", ())
    assert content.turn.startswith("Vous devez être remboursé de")


@pytest.mark.parametrize(
    ("method", "said"),
    [
        ("card", "la carte utilisée pour l’achat"),
        ("paypal", "le compte PayPal utilisé pour l’achat"),
        ("CB 4x", "le moyen de paiement utilisé pour l’achat"),
    ],
)
def test_refund_says_how_much_to_which_means_and_by_when(method: str, said: str, frozen_clock: Any) -> None:
    life = Life()
    life.row.order.payments.update(method=method)
    life.paid()

    buyer = content_of(latest()[BUYER], frozen_clock, life.now)
    seller = content_of(latest()[SELLER], frozen_clock, life.now)

    facts = dict(buyer.facts)
    assert facts["Montant"] == f"89,90{NBSP}€"
    assert facts["Versé sur"] == said
    # Five working days after Friday the 20th.
    assert facts["Sur votre compte vers le"] == f"vendredi 27{NBSP}novembre 2026"
    assert f"après le vendredi 27{NBSP}novembre 2026" in buyer.paragraphs[0]
    assert {"Versé sur", "Sur votre compte vers le"} & set(dict(seller.facts)) == set()
    assert seller.heading == "L’acheteur a été remboursé"


def test_refund_that_a_person_paid_went_by_transfer(frozen_clock: Any) -> None:
    life = Life()
    life.paid(by=an_agent(life.shop.marketplace).pk)

    content = content_of(latest()[BUYER], frozen_clock, life.now)

    assert dict(content.facts)["Versé sur"] == "votre compte, par virement"


def test_reminder_says_what_to_do_by_when_and_what_silence_does(frozen_clock: Any) -> None:
    remind(PRESENT)
    life = Life()
    forget()
    at = dt.datetime(2026, 11, 22, 23, tzinfo=dt.UTC)
    remind(at)

    content = content_of(Mail.objects.get(), frozen_clock, at)

    assert content.heading == f"Répondez à la demande de l’acheteur avant la fin du mercredi 25{NBSP}novembre"
    assert content.paragraphs[0].startswith("Acceptez sa demande")
    assert "n’arrête aucun délai" in content.paragraphs[1]
    assert (
        content.turn
        == f"C’est à vous de répondre, jusqu’au mercredi 25{NBSP}novembre 2026, 23{NBSP}h{NBSP}59."
    )
    assert (
        content.silence
        == f"Si vous ne répondez pas, la demande de l’acheteur est acceptée\u202f: 89,90{NBSP}€."
    )
    assert content.button_label == "Ouvrir la page pour agir"
    assert life.row.reference in content.subject


@pytest.mark.parametrize("meanwhile", ["answered", "moved", "passed", "withdrawn"])
def test_reminder_whose_deadline_has_gone_is_dropped(meanwhile: str, frozen_clock: Any) -> None:
    remind(PRESENT)
    life = Life()
    forget()
    at = dt.datetime(2026, 11, 22, 23, tzinfo=dt.UTC)
    remind(at)
    mail = Mail.objects.get()
    frozen_clock.move_to(at)
    life.now = at

    match meanwhile:
        case "answered":
            life.does(SELLER, c.Accept)
        case "moved":
            life.does(BUYER, c.Counter, terms=Terms(remedy=Remedy.REPLACEMENT), text="Autre chose.")
        case "passed":
            frozen_clock.move_to(at + 3 * DAY)
        case "withdrawn":
            life.does(BUYER, c.Withdraw)

    assert render(mail) is None


def test_reminder_of_a_return_is_dropped_once_it_was_sent(frozen_clock: Any) -> None:
    life = LIVES["ShipBackReminded"]()
    mail = latest()[BUYER]
    content = content_of(mail, frozen_clock, life.now)
    assert content.heading.startswith("Renvoyez l’article avant la fin du ")
    assert content.silence == "Si vous ne l’envoyez pas, la réclamation sera close sans remboursement."

    fields = {"shipped_on": life.now.date(), "carrier": "Colissimo", "tracking": "6A12345678901"}
    life.does(BUYER, c.ShipReturn, **fields)

    assert render(mail) is None


def test_answer_by_mail_lands_in_the_claims_conversation(frozen_clock: Any) -> None:
    life = LIVES["RulingMade"]()
    assert life.row.conversation_id is None
    mails = latest()

    buyer = content_of(mails[BUYER], frozen_clock, life.now)
    seller = content_of(mails[SELLER], frozen_clock, life.now)

    conversation = Conversation.objects.get()
    assert life.row.conversation_id == conversation.pk
    assert (conversation.buyer_id, conversation.shop_id) == (life.buyer.pk, life.shop.pk)
    for content, role, user in ((buyer, "buyer", life.buyer.user), (seller, "seller", life.bob)):
        found = find_reply_address(content.reply_to)
        assert found is not None
        assert (found.conversation_id, found.role, found.user, found.address) == (
            conversation.pk, role, user, user.email,
        )  # fmt: skip


def test_answer_lands_where_the_parties_wrote_before(frozen_clock: Any) -> None:
    life = Life()
    written = write_message(claim_id=life.id, by=life.by(BUYER), text="Bonjour", now=life.now)
    life.does(SELLER, c.Accept)

    content = content_of(latest()[BUYER], frozen_clock, life.now)

    found = find_reply_address(content.reply_to)
    assert found is not None
    assert found.conversation_id == written.conversation_id


def test_site_that_takes_no_answers_starts_no_conversation(settings: Any, frozen_clock: Any) -> None:
    settings.REPLY_ADDRESS = ""
    life = LIVES["RulingMade"]()

    assert content_of(latest()[BUYER], frozen_clock, life.now).reply_to == ""
    assert not Conversation.objects.exists()


@pytest.mark.parametrize(
    "who", ["staff left", "staff closed", "buyer's account moved", "shop's address", "buyer's address"]
)
def test_who_is_no_party_any_more_is_written_nothing(who: str) -> None:
    life = LIVES["RulingMade"]()
    mails = latest()
    match who:
        case "staff left":
            mail = mails[SELLER]
            ShopStaff.objects.all().delete()
        case "staff closed":
            mail = mails[SELLER]
            User.objects.filter(pk=life.bob.pk).update(is_active=False)
        case "buyer's account moved":
            mail = mails[BUYER]
            Buyer.objects.update(user=None)
        case "shop's address":
            mail = mails[SELLER]
            mail.user_id, mail.address = None, "boutique@example.org"
            Shop.objects.update(email="autre@example.org")
        case _:
            mail = mails[BUYER]
            mail.user_id, mail.address = None, "ancienne@example.org"

    assert render(mail) is None


def test_addresses_without_accounts_are_written_to_like_others() -> None:
    LIVES["RulingMade"]()
    mails = latest()
    mails[BUYER].user_id = None
    mails[SELLER].user_id, mails[SELLER].address = None, "boutique@example.org"

    assert all(render(mail) is not None for mail in mails.values())


def test_agent_gets_no_mail_even_if_one_were_asked_for() -> None:
    LIVES["RulingMade"]()
    mail = latest()[BUYER]
    mail.role = AGENT

    assert render(mail) is None


def test_mail_is_in_its_own_language_whatever_the_workers(frozen_clock: Any) -> None:
    life = LIVES["RequestRefused"]()
    mail = latest()[BUYER]
    mail.language = "en"

    content = content_of(mail, frozen_clock, life.now)

    assert content.heading == "The seller has refused your request"
    assert content.turn.startswith("It is your turn to answer, until ")
    assert content.quoted_from == "The seller writes:"


def test_long_article_is_cut_in_the_subject_only(frozen_clock: Any) -> None:
    life = LIVES["RequestRefused"]()
    Claim.objects.update(title="Casque audio " * 20)

    content = content_of(latest()[BUYER], frozen_clock, life.now)

    assert len(content.subject) < 120
    assert "…" in content.subject
    assert dict(content.facts)["Article"].startswith(
        "Casque audio Casque audio Casque audio Casque audio Casque"
    )


def test_late_refund_says_what_the_law_adds(frozen_clock: Any) -> None:
    life = LIVES["RefundBecameOverdue"]()

    content = content_of(latest()[BUYER], frozen_clock, life.now + 12 * DAY)

    assert content.heading == "Votre remboursement est en retard"
    assert content.turn == f"Votre remboursement de 89,90{NBSP}€ est en retard."
    facts = dict(content.facts)
    assert facts["Montant dû"] == f"89,90{NBSP}€"
    assert facts["Majoration à ce jour"] != f"0,00{NBSP}€"


def test_window_that_ends_within_a_day_is_named_with_its_time(frozen_clock: Any) -> None:
    remind(PRESENT)
    life = Life(contact_first=True)
    forget()
    at = life.row.due_at - DAY
    remind(at)

    content = content_of(Mail.objects.get(), frozen_clock, at)

    assert content.heading == f"Répondez à l’acheteur avant le dimanche 22{NBSP}novembre, 10{NBSP}h{NBSP}00"


def test_ruling_is_read_and_contested_on_the_page(frozen_clock: Any) -> None:
    life = LIVES["RulingMade"]()

    content = content_of(latest()[SELLER], frozen_clock, life.now)

    assert content.button_label == "Lire la décision"
    assert content.paragraphs[0].startswith("Pour contester, ouvrez la page")


def test_buyer_whom_nobody_answered_is_shown_the_way_to_a_dispute(frozen_clock: Any) -> None:
    life = LIVES["ContactUnanswered"]()

    content = content_of(latest()[BUYER], frozen_clock, life.now)

    assert content.button_label == "Ouvrir la page pour agir"
    assert dict(content.facts)["Délai échu le"] == f"dimanche 22{NBSP}novembre 2026, 10{NBSP}h{NBSP}00"


def test_silence_is_dated_by_the_last_minute_that_was_left(frozen_clock: Any) -> None:
    life = LIVES["GrantedBySilence"]()

    content = content_of(latest()[SELLER], frozen_clock, life.now)

    assert dict(content.facts)["Délai échu le"] == f"mercredi 25{NBSP}novembre 2026, 23{NBSP}h{NBSP}59"


def test_details_of_tellings_are_what_headings_say(frozen_clock: Any) -> None:
    life = LIVES["Escalated by the seller"]()

    content = content_of(latest()[BUYER], frozen_clock, life.now)

    assert content.heading == "Le vendeur a demandé à la plateforme de décider"
    assert (content.button_label, content.paragraphs) == ("Voir le dossier", ())


def test_mail_about_what_never_was_is_dropped() -> None:
    life = LIVES["RulingMade"]()
    mail = latest()[BUYER]
    mail.payload = {"claim": str(life.id), "seq": 99}
    assert render(mail) is None

    mail.payload = {"claim": str(life.buyer.pk), "seq": 1}
    assert render(mail) is None
