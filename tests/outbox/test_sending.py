"""What leaves, how often, and what becomes of what cannot leave: against a real SMTP server."""

import datetime as dt
from typing import Any

import pytest
import time_machine
from tests import factories
from tests.outbox.mails import RENDERERS, a_mail, again, asked, later
from tests.outbox.smtp import Server, free_port

from recours import clock
from recours.outbox import sending
from recours.outbox.headers import find_bounced, read_stop_link
from recours.outbox.models import Mail
from recours.outbox.queries import lock_next, tally
from recours.outbox.sending import ACCOUNT_CEILING, CEILING, TRIES, send_due
from recours.outbox.troubles import explain

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def renderers(settings: Any) -> None:
    settings.MAIL_RENDERERS = RENDERERS
    asked.clear()


def test_mail_arrives_as_text_and_html_with_one_button(smtp: Server) -> None:
    mail = a_mail("alice@example.org", name="Alice Dupont")

    assert send_due() == 1

    [arrived] = smtp.deliveries
    assert arrived.recipients == ["alice@example.org"]
    assert arrived.message["To"] == "Alice Dupont <alice@example.org>"
    assert arrived.message["Subject"] == "Nouveau message : Au Bon Fil"
    assert arrived.message.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in arrived.message.iter_parts()] == ["text/plain", "text/html"]
    text, html = arrived.part("plain"), arrived.part("html")
    assert "Bonjour Alice Dupont," in text
    assert "votre casque est parti." in text
    assert "https://recours.example.org/messages/1/" in text
    assert html.count('href="https://recours.example.org/messages/1/"') == 1
    assert "<img" not in html
    row = again(mail)
    assert (row.state, row.sent_at, row.attempts) == (Mail.State.SENT, clock.now(), 1)
    assert row.subject
    assert row.text.strip() == text.replace("\r\n", "\n").strip()


def test_headers_say_what_a_mail_program_must_know(smtp: Server) -> None:
    user = factories.a_user()
    mail = a_mail(user.email, user=user, payload={"reply_to": "reponse+jeton@example.org"})

    send_due()

    [arrived] = smtp.deliveries
    head = arrived.message
    assert head["Message-ID"] == mail.message_id
    assert head["In-Reply-To"] == head["References"] == "<conversation.1@example.org>"
    assert head["Auto-Submitted"] == "auto-generated"
    assert head["X-Auto-Response-Suppress"] == "All"
    assert head["Reply-To"] == "reponse+jeton@example.org"
    assert head["From"] == "Recours <ne-pas-repondre@example.org>"
    assert head["Date"].datetime == clock.now()
    assert head["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    link = head["List-Unsubscribe"].strip().strip("<>")
    assert link.startswith("https://recours.example.org/notices/mails/stop/")
    assert read_stop_link(link.rstrip("/").rpartition("/")[2]) == (user.pk, "message")


def test_mail_that_protects_cannot_be_stopped(smtp: Server) -> None:
    user = factories.a_user()
    a_mail(user.email, user=user, kind="deadline", protects=True)

    send_due()

    assert smtp.deliveries[0].message["List-Unsubscribe"] is None
    assert "il ne peut pas être désactivé" in smtp.deliveries[0].part("plain")


def test_bounces_come_back_to_an_address_of_the_mail(smtp: Server, settings: Any) -> None:
    settings.BOUNCE_ADDRESS = "retour@in.example.org"
    mail = a_mail()

    send_due()

    sender = smtp.deliveries[0].sender
    assert sender.startswith(f"retour+{mail.pk.hex}.")
    assert find_bounced(sender) == mail.pk
    assert find_bounced(sender.upper()) == mail.pk
    altered = sender.replace(mail.pk.hex, mail.pk.hex[::-1])
    assert find_bounced(altered) is None
    assert find_bounced("retour@in.example.org") is None


def test_without_a_bounce_address_mails_come_back_to_the_sender(smtp: Server) -> None:
    a_mail()
    send_due()
    assert smtp.deliveries[0].sender == "ne-pas-repondre@example.org"


def test_one_connection_serves_a_run(smtp: Server) -> None:
    for _ in range(5):
        a_mail()

    assert send_due() == 5

    assert len(smtp.deliveries) == 5
    assert smtp.connections == 1


def test_a_run_takes_no_other_mail_after_its_time(smtp: Server) -> None:
    for _ in range(3):
        a_mail()

    assert send_due(seconds=0) == 1
    assert send_due() == 2


def test_mail_waits_for_its_time(smtp: Server, frozen_clock: time_machine.Traveller) -> None:
    mail = a_mail(not_before=clock.now() + dt.timedelta(hours=1))

    assert send_due() == 0
    later(frozen_clock, hours=1)
    assert send_due() == 1

    assert again(mail).state == Mail.State.SENT


def test_nothing_to_say_any_more_is_dropped(smtp: Server) -> None:
    mail = a_mail(payload={"nothing": True})

    send_due()

    assert again(mail).state == Mail.State.DROPPED
    assert smtp.deliveries == []


def test_passing_refusal_is_tried_again_with_the_same_bytes(
    smtp: Server, frozen_clock: time_machine.Traveller
) -> None:
    smtp.data_replies = ["451 4.3.2 Please try again later"]
    mail = a_mail()

    send_due()

    row = again(mail)
    assert row.state == Mail.State.WAITING
    assert "451 4.3.2 Please try again later" in row.trouble
    assert dt.timedelta(seconds=48) <= row.not_before - clock.now() <= dt.timedelta(seconds=72)
    assert send_due() == 0
    later(frozen_clock, minutes=2)
    assert send_due() == 1
    row = again(mail)
    assert (row.state, row.attempts, row.trouble) == (Mail.State.SENT, 2, "")
    assert smtp.deliveries[0].message["Message-ID"] == mail.message_id
    assert asked == [mail.key]


def test_connection_cut_after_the_data_sends_again_the_very_same(
    smtp: Server, frozen_clock: time_machine.Traveller
) -> None:
    smtp.hang_up_after_data = 1
    mail, other = a_mail(), a_mail()

    send_due()
    assert again(mail).state == Mail.State.WAITING
    assert again(other).state == Mail.State.SENT
    later(frozen_clock, minutes=2)
    send_due()

    twins = [one.content for one in smtp.deliveries if one.recipients == [mail.address]]
    assert len(twins) == 2
    assert twins[0] == twins[1]


def test_worker_that_dies_before_marking_sends_again_with_the_same_id(
    smtp: Server, frozen_clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    mail = a_mail()

    def killed(mail: Mail) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as context:
        context.setattr(sending, "_mark_sent", killed)
        with pytest.raises(KeyboardInterrupt):
            send_due()
    assert again(mail).state == Mail.State.SENDING
    later(frozen_clock, seconds=110)
    assert send_due() == 0  # it may still be under way
    later(frozen_clock, seconds=20)
    assert send_due() == 1

    assert again(mail).state == Mail.State.SENT
    assert [one.message["Message-ID"] for one in smtp.deliveries] == [mail.message_id] * 2
    assert smtp.deliveries[0].content == smtp.deliveries[1].content


def test_mail_that_always_kills_its_worker_is_given_up(
    smtp: Server, frozen_clock: time_machine.Traveller
) -> None:
    mail = a_mail(state=Mail.State.SENDING, taken_at=clock.now(), attempts=TRIES)
    later(frozen_clock, minutes=3)

    send_due()

    assert again(mail).state == Mail.State.FAILED
    assert smtp.deliveries == []


@pytest.mark.parametrize("where", ["recipient", "data"])
def test_refusal_for_good_fails_at_once_with_the_server_s_words(smtp: Server, where: str) -> None:
    mail, other = a_mail("nobody@example.org"), a_mail()
    reply = "550 5.1.1 No such user here"
    if where == "recipient":
        smtp.rcpt_replies["nobody@example.org"] = reply
    else:
        smtp.data_replies = [reply]

    send_due()

    row = again(mail)
    assert (row.state, row.trouble, row.returned_at) == (Mail.State.FAILED, reply, clock.now())
    assert again(other).state == Mail.State.SENT


def test_refused_sender_is_ours_to_mend_and_costs_no_mail_its_life(smtp: Server) -> None:
    smtp.mail_reply = "530 5.7.0 Authentication required"
    mail = a_mail()

    send_due()

    assert again(mail).state == Mail.State.WAITING
    assert "530" in again(mail).trouble


def test_after_three_days_of_refusals_it_failed(smtp: Server, frozen_clock: time_machine.Traveller) -> None:
    mail = a_mail("full@example.org", kind="deadline", protects=True)
    smtp.rcpt_replies["full@example.org"] = "452 4.2.2 Mailbox full"
    began = clock.now()

    while again(mail).state == Mail.State.WAITING:
        frozen_clock.move_to(again(mail).not_before)
        send_due()

    row = again(mail)
    assert row.state == Mail.State.FAILED
    assert dt.timedelta(days=2.3) < clock.now() - began < dt.timedelta(days=4)
    assert "Mailbox full" in explain(row.trouble, "fr")
    assert explain(row.trouble, "fr").startswith("Le serveur l’a refusé trop longtemps.")


def test_server_away_costs_no_try_and_three_days_of_it_give_up(
    smtp: Server, frozen_clock: time_machine.Traveller, settings: Any
) -> None:
    mail = a_mail()
    settings.EMAIL_PORT = free_port()

    for _ in range(3):
        assert send_due() == 0
        later(frozen_clock, minutes=1)
    assert (again(mail).state, again(mail).attempts) == (Mail.State.WAITING, 0)
    later(frozen_clock, days=3)
    send_due()

    assert again(mail).state == Mail.State.FAILED
    assert "injoignable" in explain(again(mail).trouble, "fr")


def test_slow_server_is_waited_for_only_so_long(smtp: Server, settings: Any) -> None:
    settings.EMAIL_TIMEOUT = 0.3
    smtp.slow_seconds = 1
    mail = a_mail()

    send_due()

    assert again(mail).state == Mail.State.WAITING


def test_renderer_that_raises_parks_its_mail_and_no_other(
    smtp: Server, caplog: pytest.LogCaptureFixture
) -> None:
    bad, unknown, good = a_mail(renderer="bad"), a_mail(renderer="gone"), a_mail()

    assert send_due() == 3

    assert again(bad).state == again(unknown).state == Mail.State.FAILED
    assert again(good).state == Mail.State.SENT
    assert explain(again(bad).trouble, "en").startswith("The e-mail could not be worded. (DoesNotExist")
    assert str(bad.pk) in caplog.text


@pytest.mark.parametrize(
    "address",
    ["alice", "alice@", "a b@example.org", "élise@example.org", "x@example.org\r\nBcc: y@example.org"],
)
def test_malformed_address_fails_at_once(smtp: Server, address: str) -> None:
    mail, other = a_mail(address), a_mail()

    send_due()

    assert again(mail).state == Mail.State.FAILED
    assert explain(again(mail).trouble, "fr") == "L’adresse est mal formée."
    assert again(other).state == Mail.State.SENT


@pytest.mark.parametrize(
    "evil",
    ["Alice\r\nBcc: victim@example.org", "Alice\nBcc: victim@example.org", "Alice\x0bBcc: x@example.org"],
)
def test_no_name_or_subject_begins_a_header_of_its_own(smtp: Server, evil: str) -> None:
    a_mail(name=evil, payload={"subject": evil})

    send_due()

    [arrived] = smtp.deliveries
    assert arrived.message["Bcc"] is None
    assert len(arrived.recipients) == 1
    assert arrived.message["Subject"].startswith("Alice Bcc:")


def test_name_that_looks_like_an_address_stays_a_name(smtp: Server) -> None:
    mail = a_mail(name='Eve" <eve@example.org>, "x')

    send_due()

    [arrived] = smtp.deliveries
    assert arrived.recipients == [mail.address]
    assert [one.addr_spec for one in arrived.message["To"].addresses] == [mail.address]


def test_turned_and_hidden_marks_leave_a_header(smtp: Server) -> None:
    a_mail(payload={"subject": "Re\u202embourse\u200bment\u2028 fini\x00"[:-1]})
    send_due()
    assert smtp.subjects() == ["Remboursement fini"]


def test_long_subject_is_cut_and_long_lines_arrive(smtp: Server) -> None:
    a_mail(payload={"subject": "é" * 400, "quote": "mot " * 5_000})

    send_due()

    [arrived] = smtp.deliveries
    assert len(arrived.message["Subject"].strip()) == 200
    assert max(map(len, arrived.content.split(b"\r\n"))) <= 998
    assert arrived.part("plain").count("mot ") >= 4_999


def test_markup_in_a_person_s_words_is_text(smtp: Server) -> None:
    a_mail(payload={"quote": "<script>alert(1)</script><a href='javascript:x'>y</a>\x00"[:-1] + "\x07"})

    send_due()

    html = smtp.deliveries[0].part("html")
    assert "<script" not in html
    assert "&lt;script&gt;" in html
    assert "\x07" not in html


@pytest.mark.parametrize(("language", "hello"), [("fr", "Bonjour,"), ("en", "Hello,")])
def test_frame_speaks_the_reader_s_language(smtp: Server, language: str, hello: str) -> None:
    a_mail(language=language)

    send_due()

    [arrived] = smtp.deliveries
    assert hello in arrived.part("plain")
    assert f'<html lang="{language}">' in arrived.part("html")
    assert arrived.message["Content-Language"] == language


def test_somebody_who_got_sixty_in_an_hour_gets_the_rest_later(
    smtp: Server, frozen_clock: time_machine.Traveller
) -> None:
    for _ in range(CEILING + 3):
        a_mail("bob@example.org")
    deadline = a_mail("bob@example.org", kind="deadline", protects=True)

    send_due()

    assert len(smtp.deliveries) == CEILING + 1
    assert again(deadline).state == Mail.State.SENT
    held = Mail.objects.filter(address="bob@example.org", state=Mail.State.WAITING)
    assert [mail.not_before for mail in held] == [clock.now() + dt.timedelta(hours=1)] * 3
    later(frozen_clock, hours=1)
    assert send_due() == 3
    assert not held.all().exists()


def test_letters_about_an_account_stop_at_a_few_an_hour(smtp: Server) -> None:
    letters = [a_mail("bob@example.org", kind=Mail.ACCOUNT) for _ in range(ACCOUNT_CEILING + 2)]

    send_due()

    assert len(smtp.deliveries) == ACCOUNT_CEILING
    assert [again(letter).state for letter in letters].count(Mail.State.DROPPED) == 2


def test_row_that_another_worker_holds_is_passed_over(smtp: Server) -> None:
    taken = a_mail(state=Mail.State.SENDING, taken_at=clock.now(), attempts=1)
    free = a_mail()

    found = lock_next(clock.now())

    assert found is not None
    assert found.pk == free.pk != taken.pk


def test_console_prints_and_marks(settings: Any, capsys: pytest.CaptureFixture[str]) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    mail = a_mail()

    send_due()

    assert again(mail).state == Mail.State.SENT
    assert mail.message_id in capsys.readouterr().out


def test_tally_counts_what_waits_and_what_did_not_arrive(smtp: Server) -> None:
    a_mail(not_before=clock.now())
    a_mail(state=Mail.State.FAILED, returned_at=clock.now())
    a_mail(state=Mail.State.BOUNCED, returned_at=clock.now() - dt.timedelta(days=8))

    found = tally(clock.now())

    assert (found.waiting, found.oldest, found.not_arrived) == (1, clock.now(), 1)
