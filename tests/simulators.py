"""Simulators of outside services, each the real program on a port of this machine."""

from __future__ import annotations

import json
import secrets
import subprocess
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from queue import Queue
from threading import Thread
from typing import Any

import boto3
from pytest_django.fixtures import Settings

from recours.simulators.steering import Steering

WELL_BEHAVED = {"hold_seconds": 0.05, "slow_seconds": 0.05, "stale_seconds": 0, "settle_seconds": 3600}


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

    def behaves(self) -> None:
        """Forget what earlier tests asked of it."""
        rates = dict.fromkeys(self.ask("behave")["rates"], 0)
        self.tell("behave", rates=rates, reads_too=0, **WELL_BEHAVED)

    def set_up(self, settings: Settings) -> StripeSimulator:
        """Make the installation pay cards back through it."""
        settings.STRIPE_KEY = "sk_test_simulated"
        settings.STRIPE_ADDRESS = self.address
        settings.REFUND_ROUTES = [("card", "stripe")]
        return self

    def takes_payment(
        self, minor: int = 8990, *, currency: str = "eur", card: str = "pm_card_visa", id: str = ""
    ) -> str:
        """A payment was taken; return its name."""
        name: str = self.tell("payments", amount=minor, currency=currency, card=card, id=id)["id"]
        return name

    def journal(self) -> list[dict[str, Any]]:
        """What it really did."""
        return [json.loads(line) for line in (self.home / "journal.jsonl").read_bytes().splitlines()]

    def refunds(self, payment: str = "") -> list[dict[str, Any]]:
        """Every refund it made, of one payment or of all, as it was when it was made."""
        made = (line["refund"] for line in self.journal() if line["did"] == "refund.created")
        return [each for each in made if payment in ("", each["payment_intent"])]


class ChannelSimulator(Steering):
    """`recours simulate whatsapp`, or another of Meta's, and its webhooks, kept until a test hands them on."""

    def __init__(self, home: Path, name: str = "whatsapp") -> None:
        self.home = home
        self.door, self.said = ("comment", "feed") if name == "facebook-page" else ("write", "chat")
        self.came: Queue[tuple[bytes, str]] = Queue()
        came = self.came

        class Receiver(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                came.put((body, self.headers["X-Hub-Signature-256"]))
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, format: str, *args: Any) -> None:
                """Tests look at results."""

        self.receiver = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
        Thread(target=self.receiver.serve_forever, daemon=True).start()
        command = [sys.executable, "-P", "-m", "recours.cli", "simulate", name, "--port", "0"]
        command += ["--home", str(home), "--secret", META_SECRET, "--hold-seconds", "0.05"]
        command += ["--webhook", f"http://127.0.0.1:{self.receiver.server_address[1]}/"]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        super().__init__(self.process.stdout.readline().strip())

    def stop(self) -> None:
        self.process.kill()
        self.process.wait()
        if self.process.stdout:
            self.process.stdout.close()
        self.receiver.shutdown()
        self.receiver.server_close()

    def writes(self, **given: Any) -> str:
        """Have a customer write, or comment; return the message's id."""
        name: str = self.tell(self.door, **given)["id"]
        return name

    def taken(self, key: object, who: str = "") -> int:
        """Count how often it took the message of this key, to its usual customer or to another."""
        said = self.ask("chat", id=who) if who else self.ask("chat")
        return [line.get("key") for line in said["data"]].count(str(key))

    def webhooks(self, count: int, *about: str) -> list[tuple[bytes, str]]:
        """Return the next webhooks that hold one of these words, each with its signature, in the order in which they
        came. Those of other tests, which may still be on their way, are let go."""
        found: list[tuple[bytes, str]] = []
        while len(found) < count:
            body, signature = self.came.get(timeout=20)
            if any(words.encode() in body for words in about):
                found.append((body, signature))
        return found


META_SECRET = "le-secret-de-l-application"


S3 = """
import sys
from moto.server import ThreadedMotoServer
server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
server.start()
print("http://%s:%s" % server.get_host_and_port(), flush=True)
sys.stdin.read()
"""


class S3Server:
    """An S3 server in a process of its own, with one bucket; each test has a folder in it."""

    bucket = "pieces"

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", S3],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert self.process.stdout is not None
        self.address = self.process.stdout.readline().strip()
        assert self.address.startswith("http"), "the S3 server did not start"
        self.client = boto3.client(
            "s3",
            endpoint_url=self.address,
            region_name="us-east-1",
            aws_access_key_id="k",
            aws_secret_access_key="s",
        )
        self.client.create_bucket(Bucket=self.bucket)

    def stop(self) -> None:
        self.process.kill()
        self.process.communicate()

    def leads_to(self, settings: Settings, where: str) -> None:
        """Have evidence kept there, at this server unless it names another."""
        from recours.files.places import bucket  # after the environment

        at = f"?endpoint={self.address}&region=us-east-1" if "?" not in where else ""
        settings.EVIDENCE_BUCKET = bucket(where + at)
        there = {
            "BACKEND": "recours.files.s3.S3EvidenceStorage",
            "OPTIONS": {"bucket": settings.EVIDENCE_BUCKET},
        }
        settings.STORAGES = {**settings.STORAGES, "evidence": there}

    def folder(self) -> str:
        """Return an address at which nothing is yet."""
        return f"s3://{self.bucket}/{secrets.token_hex(4)}"
