"""Giving a service the file that is to be sent. It shows it to nobody yet, so that a lost answer is asked for again."""

from __future__ import annotations

from uuid import UUID

from recours.channels.connected import Provider
from recours.channels.models import ChannelSending
from recours.channels.providers import Given, NoAnswer, Upload
from recours.files import storage
from recours.files.models import StoredFile
from recours.files.showing import SHOWN_WITH, Hidden, shown_to
from recours.rules.lifecycle.vocabulary import Role

REASON = 300


class NotNow(Exception):
    """Nothing was sent, and it may be tried later: `wait_s` seconds from now, where the service asked for that."""

    def __init__(self, why: str, *, wait_s: int | None = None) -> None:
        super().__init__(why[:REASON])
        self.wait_s = wait_s


class NotTaken(Exception):
    """The file cannot be sent: the service refuses it, or its reader is not to see it."""


class TakenOver(Exception):
    """It took so long that somebody else took the sending over."""


def give(row: ChannelSending, provider: Provider) -> Given:
    """Return the file of a sending as the service knows it, given to it now unless it was before.

    It is what the buyer is shown of the file: our copy, never the original, and nothing that the desk withholds.
    Raises NotNow, NotTaken, TakenOver.
    """
    file = _shown(row.file_id)
    if not row.file_ref:
        row.file_ref = _given(row, provider, file)
        mine = ChannelSending.objects.filter(
            pk=row.pk, state=ChannelSending.State.SENDING, taken_at=row.taken_at
        )
        if not mine.update(file_ref=row.file_ref):
            raise TakenOver
    return Given(ref=row.file_ref, name=file.download_name, media_type=file.clean_media_type)


def _shown(file_id: UUID | None) -> StoredFile:
    if file_id is None:
        raise ValueError("a sending of words has no file")
    shown = shown_to(StoredFile.objects.select_related(*SHOWN_WITH).get(pk=file_id), Role.BUYER)
    match shown:
        case Hidden.WAITING:
            raise NotNow("not_scanned")
        case Hidden():
            raise NotTaken("file_withheld")
    return shown


def _given(row: ChannelSending, provider: Provider, file: StoredFile) -> str:
    try:
        with storage.read(file.clean_sha256) as content:
            upload = Upload(name=file.download_name, media_type=file.clean_media_type, content=content.read())
        answered = provider.give(row.identity.account, upload)
    except (OSError, NoAnswer) as error:
        raise NotNow(f"not_given {error}") from error
    if answered.wait_s is not None:
        raise NotNow("too_fast", wait_s=answered.wait_s)
    if not answered.ref:
        raise NotTaken(f"refused {answered.reason}"[:REASON])
    return answered.ref
