"""The demo's bank: the simulator of `recours simulate bank`, at the demo's own date, in a folder of the demo's."""

from __future__ import annotations

import datetime as dt
from contextlib import closing
from pathlib import Path
from zoneinfo import ZoneInfo

from django.conf import settings

from recours.demo.cast import ZONE
from recours.demo.stage import Stage
from recours.refunds.commands import make_transfer_file, read_bank_file
from recours.refunds.models import TransferFile
from recours.refunds.providers.sepa.simulator.bank import Bank
from recours.simulators.journal import InUse

__all__ = ["InUse", "bank_files", "carry_out", "transfers_paid"]


def carry_out(now: dt.datetime) -> list[Path]:
    """Bring every file of transfers to the bank, which pays what it does not know yet; return what it gives back.

    Raises InUse while it does so for somebody else.
    """
    with closing(Bank(_folder())) as bank:
        for made in TransferFile.objects.order_by("made_at"):
            (bank.inbox / f"{made.message_id}.xml").write_bytes(bytes(made.content))
        return bank.open_for(now.astimezone(ZoneInfo(ZONE)).date())


def bank_files() -> list[Path]:
    """Return what the bank gave back, the newest first."""
    found = (_folder() / "out").glob("*.xml")
    return sorted(found, key=lambda path: (path.stat().st_mtime, path.name), reverse=True)


def transfers_paid(stage: Stage, at: dt.datetime) -> None:
    """The desk makes a file of the transfers that are ready, the bank carries it out, and its files are read."""

    def scene(now: dt.datetime) -> None:
        make_transfer_file(now=now)
        for path in carry_out(now):
            read_bank_file(path.read_bytes(), now=now)

    stage.add(at, scene)


def _folder() -> Path:
    return Path(settings.HOME) / "bank"
