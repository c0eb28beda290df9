"""What people decide about mails that wait: the owner of a reply address, and the desk."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from django.db import transaction

from recours.channels.commands.placing import judge_files
from recours.channels.commands.posting import post, words_to_post
from recours.channels.mail.parsing import parse
from recours.channels.models import InboundMail
from recours.channels.queries import held_for, inbound_of
from recours.claims.commands.evidence import write_note
from recours.claims.queries import OpenedClaim
from recours.conversations.models import ReplyAddress
from recours.files import storage
from recours.rules.access import Identity

Outcome = InboundMail.Outcome


class NothingHeld(Exception):
    """No mail waits under this number for this person."""


def confirm(*, mail_id: UUID, identity: Identity, now: dt.datetime) -> ReplyAddress:
    """Its person says that a held mail is theirs: it becomes their message now. Returns where it belongs.

    Raises NothingHeld, TooManyMessages.
    """
    held = held_for(identity, mail_id)
    if held is None:
        raise NothingHeld
    with storage.read(held.sha256) as file:
        files, left_out = judge_files(parse(file.read()))
    with transaction.atomic():
        row, address = _locked(mail_id)
        row.left_out, row.because = left_out, "confirmed"
        if address.user_id is None and identity.user_id is not None:
            address.user_id = identity.user_id  # for the author of this message; the row stays as it is
        post(row, address, words_to_post(row, files), files, now=now)
        row.handled_at, row.handled_by_id = now, identity.user_id
        row.save()
    return address


def disown(*, mail_id: UUID, identity: Identity, now: dt.datetime) -> ReplyAddress:
    """Its person says that a held mail is not theirs: it is kept, and shown to nobody any more.

    Whoever wrote it knows the reply address, so that address is revoked; the next mail brings a new one. Raises
    NothingHeld.
    """
    if held_for(identity, mail_id) is None:
        raise NothingHeld
    with transaction.atomic():
        row, address = _locked(mail_id)
        row.outcome, row.because = Outcome.DISOWNED, "disowned"
        row.handled_at, row.handled_by_id = now, identity.user_id
        row.save()
        ReplyAddress.objects.filter(pk=address.pk, revoked_at=None).update(revoked_at=now)
    return address


def mark_handled(*, mail_id: UUID, identity: Identity, now: dt.datetime) -> bool:
    """Note that somebody of the desk dealt with an unplaced mail; False when there is none to deal with."""
    return bool(
        inbound_of(identity).filter(pk=mail_id).update(handled_at=now, handled_by_id=identity.user_id)
    )


def note_on_claim(
    *, mail_id: UUID, identity: Identity, opened: OpenedClaim, text: str, now: dt.datetime
) -> bool:
    """Keep an unplaced mail on a claim as a note, which the desk alone reads, and be done with it; False when there is
    none to deal with. It is no word of a party: nothing proves who sent it. Raises what `write_note` raises."""
    with transaction.atomic():
        # First, since it is what of two agents at once only one does.
        if not mark_handled(mail_id=mail_id, identity=identity, now=now):
            return False
        write_note(claim_id=opened.row.pk, by=opened.actor, text=text, now=now)
        return True


def _locked(mail_id: UUID) -> tuple[InboundMail, ReplyAddress]:
    row = InboundMail.objects.select_for_update().get(pk=mail_id)
    if row.outcome != Outcome.HELD or row.reply_address_id is None:
        raise NothingHeld
    return row, ReplyAddress.objects.select_related("conversation", "user").get(pk=row.reply_address_id)
