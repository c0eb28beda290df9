"""Posting letters through Merci facteur."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import hmac
import http.client
import time
import urllib.error
import urllib.request
from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import msgspec

from recours import clock
from recours.posting.providers import MERCI_FACTEUR, Answer, NoAnswer, Order, Outcome, Quote, Told
from recours.posting.providers.merci_facteur.reading import MODE, TRACKING, place, reference
from recours.rules.money import Money
from recours.rules.posting import Step

ADDRESS = "https://www.merci-facteur.com/api/1.2/prod/service"
SECONDS = 30
LONGEST_ANSWER = 20 * 1024 * 1024
"""Bytes. A proof in base64 is the largest thing that it says."""
SIDES = "recto"
DOCUMENTS = {Step.HANDED_IN: "depot", Step.RECEIVED: "reception"}


class MerciFacteur:
    """Calls with the letter's key as `antidoublon`: within thirty days a second letter of the same key is refused.

    What answers `success: false` was not sent, and says so. Anything else that is not a success (a time-out, a cut
    connection, an error of a server in between, a page instead of JSON) leaves it unknown.
    """

    name = MERCI_FACTEUR
    keys_last = dt.timedelta(days=30)

    def __init__(
        self, service: str, secret: str, user: str, *, address: str = "", seconds: float = SECONDS
    ) -> None:
        self._service, self._secret, self._user = service, secret, user
        self._address, self._seconds = (address or ADDRESS).rstrip("/"), seconds
        self._token = ""

    def quote(self, order: Order) -> Quote | None:
        country = place(order.addressee)["pays"]
        asked = [
            ("modeEnvoi[]", MODE),
            ("paysDestinataire[]", country),
            ("letterPageNumber", str(order.pages)),
            ("letterPrintSides", SIDES),
            ("photoNumber", "0"),
            *((f"{name}[]", "") for name in ("cardFormat", "cardPapier", "cardCoin")),
        ]
        return _quote(self._call("GET", f"/getPostagePrice?{urlencode(asked)}"), country)

    def submit(self, order: Order) -> Answer:
        to = place(order.addressee) | {"reference": reference(order.key)}
        content = base64.b64encode(order.content).decode()
        letter = {"files": "", "base64files": [content], "print_sides": SIDES, "final_filename": "lettre"}
        said = self._call(
            "POST",
            "/sendCourrier",
            {
                "idUser": self._user,
                "modeEnvoi": MODE,
                "adress": _json({"exp": place(order.sender), "dest": [to]}),
                "content": _json({"letter": letter, "photo": "", "card": ""}),
                "antidoublon": str(order.key),
            },
        )
        if said.get("success") is True:
            return Answer(outcome=Outcome.ACCEPTED, ref=_number(said.get("envoi_id")), price=_price(said))
        code, text = _error(said)
        if "DOUBLON" in f"{code} {text}".upper():  # its code is in no public document
            return Answer(outcome=Outcome.KNOWN)
        return Answer(outcome=Outcome.REFUSED, reason=f"{text or code}"[:300])

    def cancel(self, ref: str) -> bool:
        return self._call("DELETE", f"/deleteEnvoi?{urlencode({'idEnvoi': ref})}").get("success") is True

    def status(self, key: UUID, ref: str) -> Told | None:
        said = self._call("GET", f"/getSuiviEnvoi?{urlencode({'idEnvoi': ref})}")
        letters = said.get("suiviCourrier")
        if said.get("success") is not True or not isinstance(letters, list) or len(letters) != 1:
            return None
        (one,) = letters
        if not isinstance(one, dict):
            return None
        scan, number = one.get("are_base64_jpeg"), one.get("refTracking")
        proof = _decoded(scan) if scan != "pending" else b""
        return Told(
            key=key,
            status=str(one.get("lastState") or said.get("statutPrintEnvoi") or "")[:200],
            at=clock.now(),
            step=Step.RECEIVED if proof else None,
            ref=ref,
            tracking=number if isinstance(number, str) and TRACKING.fullmatch(number) else "",
            proof=proof,
            is_dated=False,
        )

    def proof(self, tracking: str, step: Step) -> bytes | None:
        asked = {"trackingNumber": tracking, "document": DOCUMENTS[step]}
        said = self._call("GET", f"/getProof?{urlencode(asked)}")
        return _decoded(said.get("document")) or None if said.get("success") is True else None

    def _call(self, method: str, path: str, form: dict[str, str] | None = None) -> dict[str, Any]:
        """Return what it says, with a token that is asked for anew when it no longer opens. Raises NoAnswer."""
        for _ in range(2):
            self._token = self._token or self._new_token()
            headers = {"ww-service-id": self._service, "ww-access-token": self._token}
            status, said = self._ask(method, path, headers, form)
            if status != 401:
                return said
            self._token = ""  # refused before anything was read: asking again sends nothing twice
        raise NoAnswer("the token does not open")

    def _new_token(self) -> str:
        now = str(int(time.time()))
        signed = hmac.new(self._secret.encode(), f"{self._service}{now}".encode(), hashlib.sha256)
        headers = {
            "ww-service-id": self._service,
            "ww-timestamp": now,
            "ww-service-signature": signed.hexdigest(),
            "ww-authorized-ip": "111.111.111",
        }
        _, said = self._ask("GET", "/getToken", headers, None)
        token = said.get("token")
        if not isinstance(token, str) or not token:
            raise NoAnswer("no token")
        return token

    def _ask(
        self, method: str, path: str, headers: dict[str, str], form: dict[str, str] | None
    ) -> tuple[int, dict[str, Any]]:
        request = urllib.request.Request(  # noqa: S310 -- an address of the settings
            f"{self._address}{path}",
            method=method,
            headers=headers,
            data=urlencode(form).encode() if form is not None else None,
        )
        try:
            with urllib.request.urlopen(request, timeout=self._seconds) as answer:  # noqa: S310
                status, content = answer.status, answer.read(LONGEST_ANSWER)
        except urllib.error.HTTPError as error:
            with error:
                status, content = error.code, error.read(LONGEST_ANSWER)
        except (OSError, http.client.HTTPException) as error:
            raise NoAnswer(str(error)) from error
        try:
            said = msgspec.json.decode(content)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise NoAnswer(f"{status}, not JSON") from error
        if not isinstance(said, dict) or "success" not in said or status >= 500 or status == 429:
            raise NoAnswer(f"{status}")
        return status, said


def _error(said: dict[str, Any]) -> tuple[str, str]:
    error = said.get("error")
    if isinstance(error, dict):
        return str(error.get("code") or ""), str(error.get("text") or "")
    return str(error or ""), ""


def _number(given: object) -> str:
    """Read the number of a letter: documented once as a number, once as a list of one."""
    one = given[0] if isinstance(given, list) and len(given) == 1 else given
    return str(one) if isinstance(one, int | str) and one else ""


def _quote(said: dict[str, Any], country: str) -> Quote | None:
    """Read a price: the stamp and the pages, both without tax, in euros; None for what is not where it should be."""
    try:
        stamp = Decimal(str(said["affranchissement"][country]["amount"]))
        pages = Decimal(str(said["content"]["totalContentHt"]))
        total = Money.from_decimal(stamp + pages, "EUR")
    except (KeyError, TypeError, ValueError, InvalidOperation):
        return None
    return Quote(price=total, has_tax=False) if stamp > 0 and pages >= 0 else None


def _price(said: dict[str, Any]) -> Money | None:
    """Read a price with tax, in euros; None for what is not where it should be."""
    try:
        return Money.from_decimal(Decimal(str(said["price"]["total"]["ttc"])), "EUR")
    except (KeyError, TypeError, ValueError, InvalidOperation):
        return None


def _decoded(given: object) -> bytes:
    try:
        return base64.b64decode(given, validate=True) if isinstance(given, str) else b""
    except ValueError:
        return b""


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()
