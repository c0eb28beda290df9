"""Who may open what: every route of the site, asked by every kind of person. A route without a row fails, and one
without an action in rules/access/table.toml.

A row gives, for each person, what happens: `A` it answers (a page, a file, a form sent back with its errors), `R` it
redirects (after an act, or to where the thing is), `L` it asks to sign in, `N` it does not exist for them, `M` this
route takes no such method. What belongs to others must be N, never "forbidden": a 403 would say that it exists.

The rows speak of seven people. What a team lead, an auditor and the administrator of a shop get follows from them and
from the table.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
import time_machine
from django.db import transaction
from django.test import Client, override_settings
from PIL import Image
from pytest_django import DjangoDbBlocker
from pytest_django.fixtures import Settings
from tests import factories
from tests.conftest import PRESENT
from tests.helpcentre.stage import a_draft, an_article

from recours import clock
from recours.channels.commands import ingest
from recours.claims.commands import act
from recours.claims.commands.evidence import add_evidence
from recours.claims.commands.phone_links import make_link
from recours.claims.commands.uploads import Destination
from recours.claims.commands.withdrawing import digest_of
from recours.claims.models import Claim, Draft, WithdrawalKey
from recours.conversations.commands import reply_address, send_message, start_conversation
from recours.conversations.commands.canned import save_answer
from recours.conversations.models import CannedAnswer, Conversation
from recours.dossier.models import DossierRequest
from recours.files.models import StoredFile
from recours.files.storage import keep
from recours.guide.commands import keep_file
from recours.guide.state import State, stored
from recours.marketplaces.models import Buyer, Marketplace, Order, Shop
from recours.outbox.headers import stop_link
from recours.outbox.models import Mail
from recours.people.commands import appoint_to_shop
from recours.people.models import DeskRole, DeskStaff, ShopRole, ShopStaff, User
from recours.people.routes import routes
from recours.posting.models import Letter, PostingProof, PostingStep
from recours.refunds.commands import submit_due
from recours.refunds.commands.preparing import prepare
from recours.refunds.models import PayoutAccount, ProviderEvent, StoreCredit, Transfer, TransferFile
from recours.rules.access import Person, action_of_route
from recours.rules.lifecycle.claim import Actor, Terms
from recours.rules.lifecycle.commands import AcceptOffer, MakeOffer
from recours.rules.lifecycle.vocabulary import Remedy, Role
from recours.staff.models import StaffInvitation
from recours.staff.queries import digest_of as staff_digest

PEOPLE = ("nobody", "buyer", "other_buyer", "seller", "other_seller", "agent", "administrator")
DERIVED = ("lead", "auditor", "shop_administrator")

pytestmark = pytest.mark.django_db


@dataclasses.dataclass(frozen=True)
class Row:
    """One request on one route. `path` may name things of the world: `{claim}`, `{order}`…"""

    path: str
    outcomes: str
    method: str = "get"
    data: dict[str, Any] | None = None
    shop_administrator: str = ""
    """What the shop's administrator gets, where its staff get something else."""

    def expected(self, route: str) -> dict[str, str]:
        """Return what each of the seven gets, and by the table the others."""
        said = dict(zip(PEOPLE, self.outcomes.split(), strict=True))
        name = self.path.strip("/").rpartition("/")[2] if route.endswith(":act") else ""
        action = action_of_route(self.method.upper(), route, name)
        said["lead"] = said["agent"]
        if action is not None and action.allows(Person.LEAD) and not action.allows(Person.AGENT):
            said["lead"] = said["administrator"]
        said["auditor"] = said["agent"]
        is_desks = (
            action is not None and action.allows(Person.AGENT) and not route.startswith(("buyer:", "seller:"))
        )
        if is_desks and action is not None and not action.allows(Person.AUDITOR):
            said["auditor"] = said["other_buyer"]  # who has no role here
        if action is not None and action.allows(Person.AUDITOR) and not action.allows(Person.AGENT):
            said["auditor"] = said["administrator"]
        said["shop_administrator"] = self.shop_administrator or said["seller"]
        return said


A7, L7, N7, M7, R7 = (" ".join([letter] * 7) for letter in "ALNMR")
BUYER_ONLY = "L A N N N N N"
BUYER_ACTS = "L R N N N N N"
SELLER_ONLY = "L N N A N N N"
SELLER_ACTS = "L N N R N N N"
DESK_ONLY = "L N N N N A A"
DESK_ACTS = "L N N N N R R"
ANYBODY_SIGNED_IN = "L A A A A A A"

ACCOUNT: dict[str, tuple[Row, ...]] = {
    "account_login": (Row("/account/login/", "A R R R R R R"),),
    "account_logout": (Row("/account/logout/", "R A A A A A A"),),
    "account_inactive": (Row("/account/inactive/", A7),),
    "account_signup": (Row("/account/signup/", "A R R R R R R"),),
    "account_reauthenticate": (Row("/account/reauthenticate/", ANYBODY_SIGNED_IN),),
    "account_email": (Row("/account/email/", ANYBODY_SIGNED_IN),),
    "account_email_verification_sent": (Row("/account/confirm-email/", A7),),
    "account_change_password": (Row("/account/password/change/", ANYBODY_SIGNED_IN),),
    "account_set_password": (Row("/account/password/set/", "L R R R R R R"),),
    "account_reset_password": (Row("/account/password/reset/", A7),),
    "account_confirm_login_code": (Row("/account/login/code/confirm/", "L R R R R R R"),),
    "account_confirm_email": (Row("/account/confirm-email/MQ:1abc:forged/", A7),),
    "account_reset_password_from_key_done": (Row("/account/password/reset/key/done/", A7),),
    "account_reset_password_from_key": (Row("/account/password/reset/key/1-forged/", A7),),
    "mfa_index": (Row("/account/2fa/", ANYBODY_SIGNED_IN),),
    "mfa_authenticate": (Row("/account/2fa/authenticate/", "L R R R R R R"),),
    "mfa_reauthenticate": (Row("/account/2fa/reauthenticate/", "L R R R R R R"),),
    "mfa_activate_totp": (Row("/account/2fa/totp/activate/", "L R R R R R R"),),
    "mfa_list_webauthn": (Row("/account/2fa/webauthn/", ANYBODY_SIGNED_IN),),
    "mfa_add_webauthn": (Row("/account/2fa/webauthn/add/", "L R R R R R R"),),
    "mfa_edit_webauthn": (Row("/account/2fa/webauthn/keys/1/edit/", "L R R R R R R"),),
    "mfa_remove_webauthn": (Row("/account/2fa/webauthn/keys/1/remove/", "L R R R R R R"),),
    "mfa_reauthenticate_webauthn": (Row("/account/2fa/webauthn/reauthenticate/", "L R R R R R R"),),
    "mfa_deactivate_totp": (Row("/account/2fa/totp/deactivate/", "L N N N N N N"),),
    "mfa_view_recovery_codes": (Row("/account/2fa/recovery-codes/", "L N N N N N N"),),
    "mfa_generate_recovery_codes": (Row("/account/2fa/recovery-codes/generate/", "L R R R R R R"),),
    "mfa_download_recovery_codes": (Row("/account/2fa/recovery-codes/download/", "L N N N N N N"),),
    "account_reset_password_done": (Row("/account/password/reset/done/", A7),),
}

ROWS: dict[str, tuple[Row, ...]] = ACCOUNT | {
    "healthz": (Row("/healthz", A7),),
    "readyz": (Row("/readyz", A7),),
    "start": (Row("/start/", "L R R R R R R"),),
    "set_language": (
        Row("/language/setlang/", R7, "post", {"language": "en"}),
        Row("/language/setlang/", R7, "get"),
    ),
    "ui:home": (Row("/", "A R R R R R R"),),
    "ui:accessibility": (Row("/accessibility/", A7),),
    "ui:theme": (Row("/theme/", M7), Row("/theme/", R7, "post", {"theme": "dark"})),
    "ui:style_guide": (Row("/ui/", A7),),
    "notices:notices": (Row("/notices/", ANYBODY_SIGNED_IN),),
    "notices:bell": (Row("/notices/bell/", ANYBODY_SIGNED_IN),),
    "notices:all_seen": (
        Row("/notices/seen/", "L R R R R R R", "post"),
        Row("/notices/seen/", "L M M M M M M"),
    ),
    "notices:mail_choices": (
        Row("/notices/mails/", ANYBODY_SIGNED_IN),
        Row("/notices/mails/", "L R R R R R R", "post", {"kinds": ["message"]}),
    ),
    # From a link in a mail: signed, for whoever holds it, and it only ever stops mails.
    "notices:stop": (
        Row("/notices/mails/stop/{stop}/", A7),
        Row("/notices/mails/stop/{stop}/", A7, "post"),
        Row("/notices/mails/stop/forged/", N7),
    ),
    "buyer:orders": (Row("/orders/", ANYBODY_SIGNED_IN),),
    "buyer:order": (Row("/orders/{order}/", BUYER_ONLY),),
    "buyer:received": (Row("/orders/{order}/received/", BUYER_ONLY, "post", {"received_on": "x"}),),
    "buyer:withdraw": (
        Row("/orders/{free_order}/withdraw/", BUYER_ONLY),
        Row("/orders/{free_order}/withdraw/", BUYER_ONLY, "post", {"name": ""}),
    ),
    "buyer:withdraw_confirm": (
        Row("/orders/{free_order}/withdraw/confirm/", BUYER_ONLY, "post", {"name": ""}),
        Row("/orders/{free_order}/withdraw/confirm/", "L M M M M M M"),
    ),
    "buyer:acknowledgement": (
        Row("/claims/{withdrawal}/acknowledgement/", BUYER_ONLY),
        Row("/claims/{claim}/acknowledgement/", "L N N N N N N"),
    ),
    # Open to whoever holds a mailed link, and to nobody by being somebody.
    "buyer:withdrawal_key": (
        Row("/withdrawal/key/{withdrawal_key}/", R7),
        Row("/withdrawal/key/forged/", N7),
    ),
    "buyer:withdraw_by_key": (Row("/withdrawal/order/", N7),),
    "buyer:withdraw_by_key_confirm": (Row("/withdrawal/order/confirm/", N7, "post"),),
    "buyer:acknowledgement_by_key": (Row("/withdrawal/order/{withdrawal}/", N7),),
    "buyer:withdraw_here": (
        Row("/withdraw/{marketplace}/", A7),
        Row("/withdraw/{marketplace}/", A7, "post", {"number": "C-0", "email": "x@example.org"}),
        Row("/withdraw/nowhere/", N7),
    ),
    "buyer:order_dispute": (
        Row("/orders/{free_order}/dispute/", BUYER_ACTS),
        Row("/orders/{free_order}/dispute/ground/", BUYER_ONLY),
    ),
    "buyer:payment_dispute": (
        Row("/payments/{payment}/dispute/", BUYER_ACTS),
        Row("/payments/{payment}/dispute/ground/", BUYER_ONLY),
    ),
    "buyer:purchase_choice": (Row("/purchases/dispute/", "L R R A A A A"),),
    "buyer:purchase_dispute": (
        Row("/purchases/{marketplace}/dispute/", "L R R N N N N"),
        Row("/purchases/{marketplace}/dispute/ground/", "L A A N N N N"),
    ),
    "buyer:discard_draft": (Row("/drafts/{draft}/discard/", BUYER_ACTS, "post"),),
    "buyer:draft_file": (Row("/drafts/{draft}/files/{draft_file}/", BUYER_ONLY),),
    "buyer:draft_upload": (Row("/drafts/{draft}/files/", BUYER_ONLY, "post"),),
    "buyer:draft_phone": (
        Row("/drafts/{draft}/phone/", BUYER_ONLY),
        Row("/drafts/{draft}/phone/", BUYER_ACTS, "post"),
    ),
    "buyer:help": (Row("/help/", R7),),
    "buyer:what_happened": (
        Row("/help/{marketplace}/what-happened/", A7),
        Row("/help/{marketplace}/what-happened/money/unknown_charge/", A7),
        Row("/help/{marketplace}/what-happened/no/such/", N7),
    ),
    "buyer:help_home": (Row("/help/{marketplace}/", A7), Row("/help/nowhere/", N7)),
    "buyer:contact": (Row("/help/{marketplace}/contact/", "A R R A A A A"),),
    "buyer:help_search": (Row("/help/{marketplace}/search/?q=colis", A7),),
    "buyer:help_category": (Row("/help/{marketplace}/c/shipping/", A7),),
    "buyer:help_article": (
        Row("/help/{marketplace}/{article}/", A7),
        Row("/help/{marketplace}/{draft_article}/", N7),
    ),
    "buyer:help_verdict": (
        Row("/help/{marketplace}/{article}/verdict/", R7, "post", {"answer": "yes"}),
        Row("/help/{marketplace}/{article}/verdict/", M7),
    ),
    "buyer:help_next": (Row("/help/{marketplace}/{article}/next/", "L R R R R R R", "post"),),
    # Without an account, for anybody: the answers are in the form.
    "guide:guide": (
        Row("/guide/", A7),
        Row("/guide/", A7, "post", {"profile": "aliexpress_fr"}),
        Row("/guide/", N7, "post", {"profile": "nowhere"}),
    ),
    "guide:dates": (Row("/guide/dates.ics", R7), Row("/guide/dates.ics", A7, "post", {"state": "forged"})),
    "guide:keep": (Row("/guide/keep/", R7), Row("/guide/keep/", A7, "post", {"state": "forged"})),
    # Open to whoever holds a mailed address, and to nobody by being somebody.
    "guide:file": (Row("/guide/file/{guide_file}/", A7), Row("/guide/file/forged/", N7)),
    "guide:export": (
        Row("/guide/file/{guide_file}/export.json", A7),
        Row("/guide/file/forged/export.json", N7),
    ),
    "guide:erase": (
        Row("/guide/file/{guide_file}/erase/", A7),
        Row("/guide/file/{guide_file}/erase/", A7, "post"),
        Row("/guide/file/forged/erase/", N7, "post"),
    ),
    "guide:letter": (Row("/guide/letter/", R7), Row("/guide/letter/", A7, "post", {"state": "forged"})),
    "guide:letter_pdf": (
        Row("/guide/letter.pdf", R7),
        Row("/guide/letter.pdf", A7, "post", {"state": "forged"}),
    ),
    "buyer:claims": (Row("/claims/", ANYBODY_SIGNED_IN),),
    "buyer:claim": (Row("/claims/{claim}/", BUYER_ONLY),),
    "buyer:message": (Row("/claims/{claim}/messages/", BUYER_ONLY, "post"),),
    "buyer:evidence-add": (Row("/claims/{claim}/evidence/", BUYER_ACTS),),
    "buyer:evidence-upload": (
        Row("/claims/{claim}/evidence/one/", BUYER_ONLY, "post"),
        Row("/claims/{claim}/evidence/one/", "L M M M M M M"),
    ),
    "buyer:evidence-phone": (
        Row("/claims/{claim}/evidence/phone/", BUYER_ONLY),
        Row("/claims/{claim}/evidence/phone/", BUYER_ACTS, "post"),
    ),
    "buyer:evidence": (
        Row("/claims/{claim}/evidence/{exhibit}/", BUYER_ONLY),
        Row("/claims/{other_claim}/evidence/{exhibit}/", N7.replace("N", "L", 1)),
    ),
    "buyer:account": (
        Row("/claims/{transfer_claim}/account/", BUYER_ONLY),
        Row("/claims/{claim}/account/", N7.replace("N", "L", 1)),
        Row(
            "/claims/{transfer_claim}/account/",
            BUYER_ACTS,
            "post",
            {"holder": "A", "iban": "BE68539007547034"},
        ),
    ),
    "buyer:act": (
        Row("/claims/{claim}/withdraw/", BUYER_ONLY),
        Row("/claims/{claim}/nonsense/", N7.replace("N", "L", 1)),
    ),
    "buyer:tracking": (Row("/claims/{claim}/ship_return/tracking/?carrier=UPS&tracking=1Z", BUYER_ONLY),),
    "buyer:return": (
        Row("/claims/{returning}/return/", BUYER_ONLY),
        Row("/claims/{claim}/return/", N7.replace("N", "L", 1)),
    ),
    "buyer:return-slip": (Row("/claims/{returning}/return/slip/", BUYER_ONLY),),
    "buyer:return-slip-pdf": (Row("/claims/{returning}/return/slip.pdf", BUYER_ONLY),),
    # Open to whoever holds a link that was shown as a QR code, and to nobody by being somebody.
    "phone:open": (Row("/upload/{phone_link}/", R7), Row("/upload/forged/", N7)),
    "phone:upload": (Row("/upload/", N7), Row("/upload/", N7, "post")),
    "phone:one": (Row("/upload/one/", N7, "post"), Row("/upload/one/", M7)),
    "phone:thumbnail": (Row("/upload/sent/00000000-0000-4000-8000-000000000000/", N7),),
    # Without a secret, as here, nobody's call exists; tests/refunds/test_sec_webhooks.py has the others.
    "refunds:stripe_hook": (
        Row("/hooks/refunds/stripe/", N7),
        Row("/hooks/refunds/stripe/", N7, "post", {"id": "evt_1"}),
    ),
    # Of a conversation without a contact there is nothing to choose: tests/channels/test_joining.py has one.
    "buyer:answers_where": (Row("/messages/{talk}/answers/", N7.replace("N", "L", 1), "post"),),
    "channels:confirm_mail": (
        Row("/channels/mail/{held_mail}/confirm/", "L M M M M M M"),
        Row("/channels/mail/{held_mail}/confirm/", BUYER_ACTS, "post"),
    ),
    "channels:disown_mail": (Row("/channels/mail/{held_mail}/disown/", BUYER_ACTS, "post"),),
    "channels:join": (Row("/channels/join/nothing/", "R N N N N N N"),),
    "channels:follow": (Row("/channels/follow/nothing/", N7),),
    "channels:prove_form": (Row("/channels/form/nothing/", N7),),
    "channels:join_by_order": (Row("/channels/join/nothing/order/", N7),),
    # Without a secret there is no such address: tests/channels/contract.py signs.
    "channels:page": (Row("/channels/hooks/page/", N7, "post"),),
    "channels:whatsapp": (Row("/channels/hooks/whatsapp/", N7, "post"),),
    "desk:mail": (Row("/desk/mail/", DESK_ONLY),),
    "desk:mail_handled": (Row("/desk/mail/{lost_mail}/handled/", DESK_ACTS, "post"),),
    "desk:inbound": (Row("/desk/mail/inbound/", DESK_ONLY),),
    "desk:inbound_handled": (Row("/desk/mail/inbound/{odd_mail}/handled/", DESK_ACTS, "post"),),
    "desk:inbound_note": (
        Row("/desk/mail/inbound/{odd_mail}/note/", "L N N N N A A", "post"),
    ),  # without a claim
    "desk:inbound_raw": (
        Row("/desk/mail/inbound/{odd_mail}/raw/", DESK_ONLY),
        Row("/desk/mail/inbound/{held_mail}/raw/", N7.replace("N", "L", 1)),
    ),
    "seller:home": (Row("/seller/", "L R R R R R R"),),
    "seller:claims": (Row("/seller/claims/", "L N N A A N N"),),
    "seller:claim": (Row("/seller/claims/{claim}/", SELLER_ONLY),),
    "seller:message": (Row("/seller/claims/{claim}/message/", SELLER_ONLY, "post"),),
    "seller:evidence": (Row("/seller/claims/{claim}/evidence/", SELLER_ONLY),),
    "seller:evidence-upload": (Row("/seller/claims/{claim}/evidence/one/", SELLER_ONLY, "post"),),
    "seller:evidence-phone": (
        Row("/seller/claims/{claim}/evidence/phone/", SELLER_ONLY),
        Row("/seller/claims/{claim}/evidence/phone/", SELLER_ACTS, "post"),
    ),
    "seller:exhibit": (Row("/seller/claims/{claim}/evidence/A-1/", SELLER_ONLY),),
    "seller:thumbnail": (Row("/seller/claims/{claim}/evidence/A-1/thumbnail/", SELLER_ONLY),),
    "buyer:messages": (Row("/messages/", ANYBODY_SIGNED_IN),),
    "buyer:conversation": (
        Row("/messages/{talk}/", BUYER_ONLY),
        Row("/messages/00000000-0000-4000-8000-000000000000/", "L N N N N N N"),
    ),
    "buyer:send_message": (
        Row("/messages/{talk}/send/", BUYER_ONLY, "post", {"text": ""}),
        Row("/messages/{talk}/send/", BUYER_ACTS, "post", {"text": "Bonjour"}),
    ),
    "buyer:message_file": (
        Row("/messages/{talk}/files/{talk_file}/", BUYER_ONLY),
        Row("/messages/{talk}/files/{draft_file}/", N7.replace("N", "L", 1)),
    ),
    "buyer:write_about_order": (
        Row("/messages/new/order/{free_order}/", BUYER_ONLY),
        Row("/messages/new/order/{free_order}/", BUYER_ACTS, "post", {"topic": "damaged", "text": "Cassé."}),
    ),
    # Whoever is signed in may ask; who works there is led back to the shop's page.
    "buyer:write_to_shop": (
        Row("/messages/new/shop/{marketplace}/{shop_ref}/", "L A A R A A A"),
        Row("/messages/new/shop/{marketplace}/nowhere/", N7.replace("N", "L", 1)),
    ),
    "buyer:write_to_support": (
        Row("/messages/new/support/{marketplace}/", ANYBODY_SIGNED_IN),
        Row("/messages/new/support/{marketplace}/?order={free_order}", "L A N A A A A"),
    ),
    "seller:conversation": (
        Row("/seller/messages/{seller_talk}/", SELLER_ONLY),
        Row("/seller/messages/{support_talk}/", "L N N N N N N"),
    ),
    "buyer:shop": (Row("/shops/{marketplace}/{shop_ref}/", A7), Row("/shops/{marketplace}/nowhere/", N7)),
    "seller:shops": (Row("/seller/shops/", "L N N R R N N"),),
    "seller:shop": (
        Row("/seller/shops/{shop}/", SELLER_ONLY),
        Row("/seller/shops/{shop}/", SELLER_ACTS, "post", {"sells": "Des casques."}),
    ),
    "seller:figures": (Row("/seller/figures/", "L N N A A N N"),),
    "seller:figures_cases": (Row("/seller/figures/claims/?of=upheld", "L N N A A N N"),),
    "seller:figures_csv": (Row("/seller/figures/figures.csv", "L N N A A N N"),),
    "seller:holiday": (
        Row("/seller/shops/{shop}/holiday/", SELLER_ONLY),
        Row(
            "/seller/shops/{shop}/holiday/",
            "L N N N N N N",
            "post",
            {"first_on": "x"},
            shop_administrator="A",
        ),
    ),
    "seller:team": (
        Row("/seller/shops/{shop}/team/", "L N N N N N N", shop_administrator="A"),
        Row(
            "/seller/shops/{shop}/team/",
            "L N N N N N N",
            "post",
            {"email": "new@example.org", "role": "staff"},
            shop_administrator="R",
        ),
    ),
    "seller:team_member": (
        Row("/seller/shops/{shop}/team/{shop_member}/", "L N N N N N N", shop_administrator="A"),
        Row("/seller/shops/{shop}/team/999999/", "L N N N N N N"),
    ),
    "seller:team_withdraw": (
        Row(
            "/seller/shops/{shop}/team/invitations/{shop_invitation}/withdraw/",
            "L N N N N N N",
            "post",
            shop_administrator="R",
        ),
        Row(
            "/seller/shops/{shop}/team/invitations/{desk_invitation}/withdraw/",
            "L N N N N N N",
            "post",
        ),
    ),
    "seller:messages": (Row("/seller/messages/", "L N N A A N N"),),
    "seller:send_message": (
        Row("/seller/messages/{seller_talk}/send/", SELLER_ONLY, "post"),
        Row("/seller/messages/{seller_talk}/send/", SELLER_ACTS, "post", {"text": "Bonjour."}),
        Row("/seller/messages/{support_talk}/send/", "L N N N N N N", "post", {"text": "Bonjour."}),
    ),
    "seller:insert_answer": (Row("/seller/messages/{seller_talk}/insert/", SELLER_ONLY, "post"),),
    "seller:message_draft": (Row("/seller/messages/{seller_talk}/draft/", SELLER_ONLY, "post"),),
    "seller:settle_conversation": (Row("/seller/messages/{seller_talk}/settle/", SELLER_ACTS, "post"),),
    "seller:unread_conversation": (Row("/seller/messages/{seller_talk}/unread/", SELLER_ACTS, "post"),),
    "seller:message_file": (
        Row("/seller/messages/{seller_talk}/files/{draft_file}/", SELLER_ONLY),
        Row("/seller/messages/{seller_talk}/files/{draft_file}/?thumbnail", SELLER_ONLY),
    ),
    "seller:answers": (Row("/seller/messages/answers/", "L N N A A N N"),),
    "seller:new_answer": (Row("/seller/messages/answers/new/", "L N N A A N N"),),
    "seller:answer": (Row("/seller/messages/answers/{shop_answer}/", SELLER_ONLY),),
    "seller:delete_answer": (Row("/seller/messages/answers/{shop_answer}/delete/", SELLER_ACTS, "post"),),
    "desk:messages": (Row("/desk/messages/", DESK_ONLY),),
    "desk:conversation": (
        Row("/desk/messages/{support_talk}/", DESK_ONLY),
        Row("/desk/messages/{seller_talk}/", "L N N N N N N"),
    ),
    "desk:send_message": (Row("/desk/messages/{support_talk}/send/", DESK_ONLY, "post"),),
    "desk:answer_comment": (Row("/desk/messages/{support_talk}/private/", DESK_ACTS, "post"),),
    "desk:note_in": (
        Row("/desk/messages/{support_talk}/note/", DESK_ONLY),
        Row("/desk/messages/{support_talk}/note/", DESK_ONLY, "post"),
    ),
    "desk:settle_several": (Row("/desk/messages/several/", DESK_ACTS, "post"),),
    "desk:take_up": (Row("/desk/messages/take-up/", DESK_ACTS, "post"),),
    "desk:note_new": (
        Row("/desk/messages/note/", DESK_ONLY),
        Row("/desk/messages/note/", DESK_ONLY, "post"),
    ),
    "desk:note_on": (
        Row("/desk/claims/{claim}/noted/", DESK_ONLY),
        Row("/desk/claims/{claim}/noted/", DESK_ONLY, "post"),
    ),
    "desk:answer_by_mail": (Row("/desk/messages/{support_talk}/by-mail/", DESK_ONLY, "post"),),
    "desk:send_template": (Row("/desk/messages/{support_talk}/template/", DESK_ACTS, "post"),),
    # Of a conversation without a contact there is nobody to ask: tests/channels/test_joining.py has one.
    "desk:ask_who": (Row("/desk/messages/{support_talk}/ask-who/", "L N N N N N N", "post"),),
    "desk:link_contact": (Row("/desk/messages/{support_talk}/link/", "L N N N N N N", "post"),),
    "desk:send_follow_link": (Row("/desk/messages/{support_talk}/follow/", "L N N N N N N", "post"),),
    "desk:revoke_follow_link": (Row("/desk/messages/{support_talk}/follow/end/", "L N N N N N N", "post"),),
    "desk:unlink_contact": (Row("/desk/messages/{support_talk}/unlink/", "L N N N N N N", "post"),),
    "desk:open_claim": (
        Row("/desk/messages/{support_talk}/claim/", "L N N N N A A"),
        Row("/desk/messages/{support_talk}/claim/", "L N N N N A A", "post"),
    ),
    "desk:file_evidence": (Row("/desk/messages/{support_talk}/evidence/", "L N N N N N N", "post"),),
    "desk:settle_sending": (Row("/desk/messages/{support_talk}/sendings/", DESK_ACTS, "post"),),
    "desk:insert_answer": (Row("/desk/messages/{support_talk}/insert/", DESK_ONLY, "post"),),
    "desk:message_draft": (Row("/desk/messages/{support_talk}/draft/", DESK_ONLY, "post"),),
    "desk:settle_conversation": (Row("/desk/messages/{support_talk}/settle/", DESK_ACTS, "post"),),
    "desk:unread_conversation": (Row("/desk/messages/{support_talk}/unread/", DESK_ACTS, "post"),),
    "desk:message_file": (
        Row("/desk/messages/{support_talk}/files/{draft_file}/", DESK_ONLY),
        Row("/desk/messages/{seller_talk}/files/{draft_file}/", "L N N N N N N"),
    ),
    "desk:answers": (Row("/desk/messages/answers/", DESK_ONLY),),
    "desk:new_answer": (Row("/desk/messages/answers/new/", DESK_ONLY),),
    "desk:answer": (
        Row("/desk/messages/answers/{desk_answer}/", DESK_ONLY),
        Row("/desk/messages/answers/{shop_answer}/", "L N N N N N N"),
    ),
    "desk:delete_answer": (Row("/desk/messages/answers/{desk_answer}/delete/", DESK_ACTS, "post"),),
    "seller:act": (Row("/seller/claims/{claim}/refuse/", SELLER_ONLY),),
    "seller:return": (
        Row("/seller/claims/{returning}/return/", SELLER_ONLY),
        Row("/seller/claims/{claim}/return/", N7.replace("N", "L", 1)),
    ),
    "seller:tracking": (Row("/seller/claims/{claim}/ship_replacement/tracking/", SELLER_ONLY),),
    "dossier:pdf": (
        Row("/dossiers/{claim}.pdf", "L A N A N A A"),
        Row("/dossiers/{claim}.pdf", "L M M M M M M", "post"),
    ),
    "dossier:zip": (Row("/dossiers/{claim}.zip", "L A N A N A A"),),
    # Nobody fetches what another has asked for, of whatever side.
    "dossier:waiting": (Row("/dossiers/asked/{copy}/", BUYER_ONLY),),
    "dossier:fetch": (Row("/dossiers/asked/{copy}/file/", BUYER_ONLY),),
    # Letters are their writer's side's: the shop has none, and neither party sees those of the other.
    "posting:came": (
        Row("/letters/came/", DESK_ONLY),
        Row("/letters/came/", DESK_ONLY, "post", {"reference": "x"}),
    ),
    "posting:doubts": (
        Row("/letters/doubts/", DESK_ONLY),
        Row("/letters/doubts/", DESK_ONLY, "post", {"found": "x"}),
    ),
    "posting:letters": (Row("/letters/{claim}/", "L A N N N A A"),),
    "posting:new": (
        Row("/letters/{claim}/new/", "L A N N N A A"),
        Row("/letters/{claim}/new/", "L A N N N A A", "post", {"kind": "x"}),
    ),
    "posting:letter": (
        Row("/letters/{claim}/{letter}/", BUYER_ONLY),
        Row("/letters/{claim}/{letter}/", BUYER_ONLY, "post", {"step": "x"}),
    ),
    "posting:post": (
        Row("/letters/{claim}/{letter}/post/", BUYER_ONLY),
        Row("/letters/{claim}/{letter}/post/", BUYER_ONLY, "post"),
    ),
    # A provider's address, which does not exist where no secret is set.
    "posting:merci_facteur": (Row("/letters/hooks/merci-facteur/", N7, "post"),),
    "posting:cancel": (
        Row("/letters/{claim}/{letter}/cancel/", BUYER_ONLY),
        Row("/letters/{claim}/{letter}/cancel/", BUYER_ONLY, "post"),
    ),
    "posting:news": (
        Row("/letters/{claim}/{letter}/news/", "L M M M M M M"),
        Row("/letters/{claim}/{letter}/news/", BUYER_ACTS, "post"),
    ),
    "posting:correct": (
        Row("/letters/{claim}/{letter}/correct/", BUYER_ONLY),
        Row("/letters/{claim}/{letter}/correct/", BUYER_ONLY, "post", {"step": "x"}),
    ),
    "posting:pdf": (Row("/letters/{claim}/{letter}.pdf", BUYER_ONLY),),
    "posting:proof": (
        Row("/letters/{claim}/{letter}/proofs/{proof}/", BUYER_ONLY),
        Row("/letters/{claim}/{letter}/proofs/{letter}/", N7.replace("N", "L", 1)),
    ),
    "desk:queue": (Row("/desk/", DESK_ONLY),),
    "desk:save_view": (
        Row("/desk/views/save/", DESK_ONLY, "post", {"name": ""}),
        Row("/desk/views/save/", "L N N N N M M"),
    ),
    # A view is its owner's to let go, and of these people nobody's.
    "desk:delete_view": (
        Row("/desk/views/00000000-0000-0000-0000-000000000007/delete/", "L N N N N N N", "post"),
    ),
    "desk:keys": (Row("/desk/keys/", DESK_ONLY),),
    "desk:take_next": (Row("/desk/next/", DESK_ACTS, "post"), Row("/desk/next/", "L N N N N M M")),
    "desk:load": (
        Row("/desk/load/", "L N N N N N A"),
        Row("/desk/load/", "L N N N N N A", "post", {"opens": "x"}),
    ),
    "desk:plans": (
        Row("/desk/plans/", DESK_ONLY),
        Row("/desk/plans/", "L N N N N N A", "post", {"name": "Photo"}),
    ),
    "desk:delete_plan": (Row("/desk/plans/1/delete/", "L N N N N N N", "post"),),
    "desk:start_plan": (Row("/desk/claims/{claim}/plan/start/", DESK_ACTS, "post"),),
    "desk:stop_plan": (Row("/desk/claims/{claim}/plan/stop/", DESK_ACTS, "post"),),
    "desk:sharing": (
        Row("/desk/sharing/", DESK_ONLY),
        Row("/desk/sharing/", "L N N N N N A", "post", {"ground": "lost"}),
    ),
    "desk:delete_rule": (Row("/desk/sharing/1/delete/", "L N N N N N N", "post"),),
    "desk:several": (Row("/desk/several/", DESK_ACTS, "post"), Row("/desk/several/", "L N N N N M M")),
    "desk:claim": (Row("/desk/claims/{claim}/", DESK_ONLY),),
    "desk:message": (Row("/desk/claims/{claim}/message/", DESK_ONLY, "post"),),
    "desk:claim_draft": (Row("/desk/claims/{claim}/draft/", DESK_ONLY, "post"),),
    # Of a message that is nobody's: tests/desk/test_holding.py asks for one that is a colleague's.
    "desk:held": (Row("/desk/held/00000000-0000-0000-0000-000000000001/", DESK_ONLY),),
    "desk:undo_send": (Row("/desk/held/00000000-0000-0000-0000-000000000001/undo/", DESK_ACTS, "post"),),
    "desk:insert_in_claim": (Row("/desk/claims/{claim}/insert/", DESK_ONLY, "post"),),
    "desk:note": (Row("/desk/claims/{claim}/note/", DESK_ONLY, "post"),),
    "desk:here": (
        Row("/desk/claims/{claim}/here/", DESK_ONLY, "post"),
        Row("/desk/claims/{claim}/here/", "L M M M M M M"),
    ),
    "desk:relate": (
        Row("/desk/claims/{claim}/relate/", DESK_ONLY),
        Row("/desk/claims/{claim}/relate/", DESK_ONLY, "post"),
    ),
    "desk:split": (
        Row("/desk/claims/{claim}/split/", DESK_ONLY),
        Row("/desk/claims/{claim}/split/", DESK_ONLY, "post"),
    ),
    "desk:unlink_claims": (Row("/desk/claims/{claim}/unlink/{claim}/", DESK_ACTS, "post"),),
    "desk:remind": (
        Row("/desk/claims/{claim}/remind/", DESK_ONLY, "post"),
        Row("/desk/claims/{claim}/remind/", "L N N N N M M"),
    ),
    "desk:exhibit": (Row("/desk/claims/{claim}/evidence/A-1/", DESK_ONLY),),
    "desk:thumbnail": (Row("/desk/claims/{claim}/evidence/A-1/thumbnail/", DESK_ONLY),),
    "desk:withhold": (
        Row("/desk/claims/{claim}/evidence/A-1/withhold/", DESK_ONLY),
        Row("/desk/claims/{claim}/evidence/V-1/withhold/", N7.replace("N", "L", 1)),
        Row(
            "/desk/claims/{claim}/evidence/A-1/withhold/",
            DESK_ACTS,
            "post",
            {"what": "both", "reason": "Une adresse."},
        ),
    ),
    "desk:act": (
        Row("/desk/claims/{ruling_claim}/rule/", DESK_ONLY),
        Row("/desk/claims/{ruling_claim}/assign/", "L N N N N N A"),
    ),
    "desk:help": (Row("/desk/help/", DESK_ONLY),),
    "desk:help_new": (Row("/desk/help/new/", "L N N N N N A"),),
    "desk:help_questions": (Row("/desk/help/questions/", DESK_ONLY),),
    "desk:help_forget": (Row("/desk/help/questions/1/forget/", "L N N N N N R", "post"),),
    "desk:help_synonyms": (
        Row("/desk/help/synonyms/fr/", DESK_ONLY),
        Row("/desk/help/synonyms/fr/", "L N N N N N A", "post", {"words": "x"}),
    ),
    "desk:help_article": (Row("/desk/help/{article_id}/fr/", DESK_ONLY),),
    "desk:help_edit": (Row("/desk/help/{article_id}/fr/edit/", "L N N N N N A"),),
    "desk:help_withdraw": (Row("/desk/help/{article_id}/fr/withdraw/", "L N N N N N R", "post"),),
    "desk:help_restore": (
        Row("/desk/help/{article_id}/fr/restore/", "L N N N N N R", "post", {"version": "1"}),
    ),
    "desk:refunds": (Row("/desk/refunds/", DESK_ONLY),),
    "desk:credit": (Row("/desk/refunds/credits/{credit}/", DESK_ONLY),),
    "desk:doubts": (Row("/desk/refunds/doubts/", DESK_ONLY),),
    "desk:handle_doubt": (Row("/desk/refunds/doubts/{doubt}/handle/", DESK_ONLY, "post"),),
    "desk:approve_refund": (Row("/desk/refunds/{refund}/approve/", DESK_ONLY),),
    "desk:check_refund": (Row("/desk/refunds/{refund}/check/", DESK_ACTS, "post"),),
    "desk:order_surcharge": (Row("/desk/refunds/{refund}/order/", DESK_ACTS, "post"),),
    "desk:record_refund": (Row("/desk/refunds/{refund}/record/", DESK_ONLY),),
    "desk:look_up_refund": (Row("/desk/refunds/{refund}/look-up/", DESK_ACTS, "post"),),
    "desk:retry_refund": (Row("/desk/refunds/{refund}/retry/", DESK_ACTS, "post"),),
    "desk:transfers": (Row("/desk/transfers/", DESK_ONLY),),
    "desk:bank_file": (
        Row("/desk/transfers/bank-file/", DESK_ACTS),
        Row("/desk/transfers/bank-file/", DESK_ONLY, "post", {}),
    ),
    "desk:make_transfer_file": (Row("/desk/transfers/make/", DESK_ACTS, "post"),),
    "desk:transfer_file": (Row("/desk/transfers/{transfer_file}/", DESK_ONLY),),
    "desk:contact": (
        Row("/desk/claims/{claim}/contact/", DESK_ONLY, "post"),
        Row("/desk/claims/{claim}/contact/", "L N N N N M M"),
    ),
    "desk:register": (Row("/desk/register/", "L N N N N N A"),),
    "desk:team": (
        Row("/desk/team/", "L N N N N N A"),
        Row("/desk/team/", "L N N N N N R", "post", {"email": "new@example.org", "role": "agent"}),
    ),
    "desk:team_member": (Row("/desk/team/{desk_member}/", "L N N N N N A"),),
    "desk:team_withdraw": (
        Row("/desk/team/invitations/{desk_invitation}/withdraw/", "L N N N N N R", "post"),
        Row("/desk/team/invitations/{shop_invitation}/withdraw/", "L N N N N N N", "post"),
    ),
    # For whoever is signed in; the address must be theirs before it is accepted.
    "staff:invitation": (
        Row("/invitation/{invitation}/", ANYBODY_SIGNED_IN),
        Row("/invitation/forged/", "L N N N N N N"),
        Row("/invitation/{invitation}/", ANYBODY_SIGNED_IN, "post"),
    ),
    "desk:parked": (Row("/desk/parked/", DESK_ONLY),),
    "desk:unpark": (Row("/desk/parked/{parked_claim}/retry/", DESK_ACTS, "post"),),
}
"""Every route. What a request does is undone before the next person asks."""


@dataclasses.dataclass(frozen=True)
class Stage:
    """The people, and what there is to ask for. Raised once: what a request does to it is undone."""

    people: dict[str, User]
    world: dict[str, Any]
    files: Path


@pytest.fixture(scope="module")
def stage(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Stage]:
    """Everything, within one transaction that the module's last test takes back."""
    files, people = tmp_path_factory.mktemp("access"), dict[str, User]()
    whole = transaction.atomic()
    whole._from_testcase = True  # as Django's own TestCase says it, for blocks that must be the outermost
    with (
        django_db_blocker.unblock(),
        time_machine.travel(PRESENT, tick=False),
        override_settings(MEDIA_ROOT=files),
        whole,
    ):
        yield Stage(people=people, world=the_world(people), files=files)
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def _django_db_marker() -> None:
    """Have no transaction for each test beside that of the stage: to raise it takes longer than to ask."""


@pytest.fixture(autouse=True)
def _files_of_the_stage(_own_files: None, stage: Stage, settings: Settings) -> None:
    settings.MEDIA_ROOT = stage.files


def the_world(people: dict[str, User]) -> dict[str, Any]:
    """Alice's broken headset, her payments and her drafts; Bob's shop; Charlie's desk; and a rival of each."""
    place = factories.a_marketplace()
    buyer, other = factories.a_buyer(place), factories.a_buyer(place)
    shop, other_shop = factories.a_shop(place), factories.a_shop(place)
    people["buyer"], people["other_buyer"] = _user(buyer), _user(other)
    people["seller"], people["other_seller"] = factories.a_seller(shop), factories.a_seller(other_shop)
    people["agent"] = factories.an_agent(place)
    for role in (DeskRole.ADMINISTRATOR, DeskRole.LEAD, DeskRole.AUDITOR):
        people[role] = factories.an_agent(place, role=role)
    people["shop_administrator"] = factories.a_user()
    appoint_to_shop(user=people["shop_administrator"], shop_id=shop.pk, role=ShopRole.ADMINISTRATOR)
    order, free_order = factories.an_order(buyer, shop), factories.an_order(buyer, shop)
    claim = factories.a_claim(order)
    other_claim = factories.a_claim(factories.an_order(other, other_shop))
    ruling_claim = factories.a_claim(payment=factories.a_payment(buyer))
    parked_claim = factories.a_claim(factories.an_order(buyer, shop))
    Claim.objects.filter(pk=parked_claim.pk).update(parked_at=clock.now(), parked_because="A test parked it.")
    returning = factories.a_refund_due(factories.an_order(buyer, shop), goods_return=True)
    picture = _kept_picture(people["buyer"])
    exhibit = add_evidence(claim_id=claim.pk, by=Actor(Role.BUYER, people["buyer"].pk), files=[picture])[0]
    owed = factories.a_refund_due(factories.an_order(buyer, shop, method="transfer"))
    prepare(clock.now())
    draft = Draft.objects.create(
        user=people["buyer"], order=free_order, marketplace=place, saved_at=clock.now(), answers={}
    )
    draft.files.add(picture)
    article = an_article(place)
    mails = _mails(place, buyer, shop)
    talk, attached = _own_talk(place, buyer, shop)
    return {
        "talk": talk,
        "talk_file": attached,
        **mails,
        "order": order.pk,
        "free_order": free_order.pk,
        "payment": factories.a_payment(buyer).pk,
        "marketplace": place.slug,
        "shop": shop.pk,
        "seller_talk": _talk(buyer, shop, picture).pk,
        "support_talk": _talk(buyer, None, picture).pk,
        "shop_answer": _canned(place, shop).pk,
        "desk_answer": _canned(place, None).pk,
        "shop_ref": shop.ref,
        **_staffed(place, shop, people),
        "article": article.slug,
        "article_id": article.pk,
        "draft_article": a_draft(place, slug="brouillon").slug,
        "claim": claim.reference,
        "withdrawal": factories.a_withdrawal(factories.an_order(buyer, shop)).reference,
        "withdrawal_key": _withdrawal_key(free_order),
        **_posted(claim, people["buyer"], picture),
        "guide_file": _guide_file(),
        "other_claim": other_claim.reference,
        "ruling_claim": ruling_claim.reference,
        "parked_claim": parked_claim.reference,
        "returning": returning.reference,
        "exhibit": exhibit.pk,
        "draft": draft.pk,
        "phone_link": make_link(to=Destination(user=people["buyer"], side=Role.BUYER, claim_id=claim.pk)),
        "draft_file": picture.pk,
        "refund": owed.refunds.get().pk,
        "credit": _credit(buyer, shop).pk,
        "doubt": _doubt().pk,
        "copy": _copy(claim, people["buyer"]).pk,
        **_transferred(buyer, shop),
        "stop": stop_link(people["buyer"].pk, "message").rstrip("/").rpartition("/")[2],
    }


def _staffed(place: Marketplace, shop: Shop, people: dict[str, User]) -> dict[str, Any]:
    """Somebody to change, and somebody invited, at the desk and in the shop."""
    invited = {
        f"{name}_invitation": StaffInvitation.objects.create(
            digest=staff_digest(f"{name}-{'s' * 40}"), email="soon@example.org", marketplace=place, shop=at, role=role,
            invited_by=people["administrator"], invited_at=clock.now(), expires_at=clock.now() + dt.timedelta(days=1),
        ).pk
        for name, at, role in (("desk", None, "agent"), ("shop", shop, "staff"))
    }  # fmt: skip
    return {
        **invited,
        "invitation": f"desk-{'s' * 40}",
        "desk_member": DeskStaff.objects.get(user=people["agent"]).pk,
        "shop_member": ShopStaff.objects.get(user=people["seller"]).pk,
    }


def _posted(claim: Claim, writer: User, picture: StoredFile) -> dict[str, Any]:
    """A letter of the buyer, and what the post gave for it."""
    letter = Letter.objects.create(
        id=uuid4(),
        claim=claim,
        side=Role.BUYER,
        sort="complaint",
        written_on=clock.now().date(),
        sender=["Alice Martin", "69003 LYON"],
        addressee=["Place Exemple", "75002 PARIS"],
        file=picture,
        made_at=clock.now(),
        made_by=writer,
    )
    proof = PostingProof.objects.create(
        letter=letter, step="handed_in", file=picture, added_at=clock.now(), added_by=writer
    )
    PostingStep.objects.create(
        letter=letter, step="handed_in", on=letter.written_on, told_at=clock.now(), told_by=writer
    )
    return {"letter": letter.pk, "proof": proof.pk}


def _copy(claim: Claim, by: User) -> DossierRequest:
    """A copy that a job has made for a buyer."""
    now = clock.now()
    return DossierRequest.objects.create(
        claim=claim, role=Role.BUYER, form="pdf", language="fr", seq=1, asked_by=by, asked_at=now, made_at=now,
        expires_at=now + dt.timedelta(hours=1), content=b"%PDF-",
    )  # fmt: skip


def _credit(buyer: Buyer, shop: Shop) -> StoreCredit:
    """Store credit that the buyer accepted."""
    claim = factories.a_claim(factories.an_order(buyer, shop))
    terms = Terms(remedy=Remedy.CREDIT, amount=factories.euros(500))
    act(claim.pk, MakeOffer(by=Actor(Role.SELLER, factories.a_user("Bob").pk), terms=terms, reasons=""))
    act(claim.pk, AcceptOffer(by=factories.the_buyer(buyer.pk), number=1))
    prepare()
    submit_due()
    return StoreCredit.objects.get()


def _doubt() -> ProviderEvent:
    """Something that a provider told and that names nothing we know."""
    euros = {"minor": 1000, "currency": "EUR"}
    return ProviderEvent.objects.create(
        provider="stripe",
        event_id="evt_1",
        kind="refund",
        told={
            "kind": "refund",
            "event_id": "evt_1",
            "at": clock.now().isoformat(),
            "amount": euros,
            "ref": "re_1",
        },
        at=clock.now(),
        heard_at=clock.now(),
        verdict="unexplained",
        why="unknown_refund",
    )


def _transferred(buyer: Buyer, shop: Shop) -> dict[str, Any]:
    """A refund that a file of transfers takes, and the file of another."""
    made = []
    for _ in range(2):
        claim = factories.a_refund_due(factories.an_order(buyer, shop, method="transfer"))
        prepare(clock.now())
        claim.refunds.update(provider="sepa", pay_from=clock.now())
        made.append(claim)
    account = PayoutAccount.objects.create(
        claim=made[0], holder="Alice Martin", iban="BE68539007547034", given_at=clock.now()
    )
    file = TransferFile.objects.create(
        message_id="M-1", made_at=clock.now(), count=1, total_minor=1, currency="EUR", content=b"<x/>"
    )
    Transfer.objects.create(refund=made[0].refunds.get(), file=file, account=account)
    return {"transfer_claim": made[1].reference, "transfer_file": file.pk}


def _guide_file() -> str:
    state = stored(State(profile="aliexpress_fr"))
    keep_file(state=state, email="kept@example.org", lang="fr", now=clock.now())
    body = Mail.objects.get(address="kept@example.org").payload["body"]
    return str(body).partition("/guide/file/")[2].partition("/")[0]


def _withdrawal_key(order: Order) -> str:
    """The secret of a link that was mailed to the order's buyer."""
    secret = "s" * 43
    WithdrawalKey.objects.create(
        digest=digest_of(secret),
        order=order,
        made_at=clock.now(),
        expires_at=clock.now() + dt.timedelta(hours=1),
    )
    return secret


def _talk(buyer: Buyer, shop: Shop | None, picture: StoredFile) -> Conversation:
    """A question with a picture, to a shop or to customer service."""
    talk = start_conversation(
        marketplace_id=buyer.marketplace_id,
        buyer_id=buyer.pk,
        shop_id=shop.pk if shop else None,
        now=clock.now(),
    )
    send_message(
        conversation_id=talk.pk,
        by=Actor(Role.BUYER, buyer.user_id),
        text="Bonjour",
        files=[picture],
        now=clock.now(),
    )
    return talk


def _canned(place: Marketplace, shop: Shop | None) -> CannedAnswer:
    return save_answer(
        marketplace_id=place.pk, shop_id=shop.pk if shop else None, title="a", text="b", now=clock.now()
    )


def _user(buyer: Buyer) -> User:
    assert buyer.user is not None
    return buyer.user


def _own_talk(place: Marketplace, buyer: Buyer, shop: Shop) -> tuple[UUID, UUID]:
    """Alice wrote to Bob's shop, with a picture that is nowhere else."""
    now, user = clock.now(), _user(buyer)
    talk = start_conversation(marketplace_id=place.pk, buyer_id=buyer.pk, shop_id=shop.pk, now=now)
    picture = _kept_picture(user)
    send_message(
        conversation_id=talk.pk, by=Actor(Role.BUYER, user.pk), text="Bonjour", files=[picture], now=now
    )
    return talk.pk, picture.pk


def _mails(place: Marketplace, buyer: Buyer, shop: Shop) -> dict[str, Any]:
    """A mail to Alice's reply address from elsewhere, one without a place, and one to her that came back."""
    now = clock.now()
    user = _user(buyer)
    talk = start_conversation(marketplace_id=place.pk, buyer_id=buyer.pk, shop_id=shop.pk, now=now)
    to_alice = reply_address(
        conversation_id=talk.pk, role=Role.BUYER, address=user.email, user_id=user.pk, now=now
    )
    text = "From: x@example.org\nTo: {}\n\nBonjour"
    held = ingest(text.format(to_alice).encode(), source="test", now=now)
    odd = ingest(text.format("contact@example.org").encode(), source="test", now=now)
    lost = Mail.objects.create(
        key="lost", marketplace=place, kind="deadline", protects=True, topic="", renderer="claims",
        address=user.email, state=Mail.State.BOUNCED, created_at=now, not_before=now, returned_at=now,
        message_id="<lost@example.org>",
    )  # fmt: skip
    return {"held_mail": held.pk, "odd_mail": odd.pk, "lost_mail": lost.pk}


def _kept_picture(by: User) -> StoredFile:
    """A picture whose bytes are in the store, without the time that judging a real upload takes."""
    buffer = io.BytesIO()
    Image.new("RGB", (64, 48), "teal").save(buffer, "JPEG")
    digest = keep(buffer.getvalue())
    return StoredFile.objects.create(
        sha256=digest,
        media_type="image/jpeg",
        kind="image",
        size_bytes=buffer.tell(),
        original_name="casque.jpg",
        width=64,
        height=48,
        received_at=clock.now(),
        uploaded_by=by,
        clean_sha256=digest,
        clean_media_type="image/jpeg",
        clean_size=buffer.tell(),
        thumb_sha256=digest,
    )


def outcome(client: Client, row: Row, world: dict[str, Any]) -> str:
    """The letter of what the site answered. An error of ours is none of them."""
    response = getattr(client, row.method)(row.path.format(**world), row.data or {})
    b"".join(response)  # a file is read to its end, which closes it
    if response.status_code in (301, 302, 303):
        return "L" if response["Location"].startswith("/account/login/") else "R"
    letters = {200: "A", 400: "A", 409: "A", 422: "A", 404: "N", 405: "M", 403: "F"}
    return letters.get(response.status_code, str(response.status_code))


def test_every_route_has_a_row_and_every_row_a_route() -> None:
    assert {name for name, _ in routes()} == set(ROWS)


CASES = [
    pytest.param(name, row, id=f"{name}-{position}-{row.method}")
    for name, rows in ROWS.items()
    for position, row in enumerate(rows)
]


@pytest.mark.parametrize(("name", "row"), CASES)
def test_route_answers_redirects_or_does_not_exist(name: str, row: Row, stage: Stage) -> None:
    outcomes: dict[str, str] = {}

    for person in (*PEOPLE, *DERIVED):
        client = Client()
        alone = transaction.atomic()
        alone._from_testcase = True
        with alone:
            if person != "nobody":
                client.force_login(stage.people[person])
            outcomes[person] = outcome(client, row, stage.world)
            transaction.set_rollback(True)  # what one person did must not change the next answer

    assert outcomes == row.expected(name)
