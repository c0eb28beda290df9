"""Simulators of outside services, each the real program on a port of this machine."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from recours.refunds.providers.stripe.simulator.steering import Steering


class StripeSimulator(Steering):
    """`recours simulate stripe`, which can be killed and started again on its journal."""

    def __init__(self, home: Path, *arguments: str) -> None:
        self.home, self.arguments = home, arguments
        super().__init__(self._start(0))

    def _start(self, port: int) -> str:
        command = [sys.executable, "-P", "-m", "recours.cli", "simulate", "stripe"]
        command += ["--port", str(port), "--home", str(self.home), *self.arguments]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        address = self.process.stdout.readline().strip()
        if not address:
            self.stop()
        assert address.startswith("http"), "the simulator did not start"
        return address

    def stop(self) -> None:
        """End it as a power cut would."""
        self.process.kill()
        self.process.wait()
        if self.process.stdout:
            self.process.stdout.close()

    def start_again(self) -> None:
        """Kill it, and start it on the same port and the same journal."""
        self.stop()
        self._start(int(self.address.rpartition(":")[2]))

    def takes_payment(
        self, minor: int = 8990, *, currency: str = "eur", card: str = "pm_card_visa", id: str = ""
    ) -> str:
        """A payment was taken; return its name."""
        name: str = self.tell("payments", amount=minor, currency=currency, card=card, id=id)["id"]
        return name

    def journal(self) -> list[dict[str, Any]]:
        """What it really did."""
        return [json.loads(line) for line in (self.home / "journal.jsonl").read_bytes().splitlines()]

    def refunds(self) -> list[dict[str, Any]]:
        """Every refund it made, as it was when it was made."""
        return [line["refund"] for line in self.journal() if line["did"] == "refund.created"]
