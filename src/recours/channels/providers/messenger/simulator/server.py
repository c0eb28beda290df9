"""The state and the answers of the simulated Messenger: what customers write and what becomes of what they are sent."""

from __future__ import annotations

import base64
import json
import secrets
from typing import Any

from recours.channels.providers.messenger.simulator.page import chat
from recours.channels.providers.meta.simulator.port import Said, Simulator, form, refused
from recours.simulators.journal import Line

Thing = dict[str, Any]

PAGE, APP = "106700000000001", "1517776481860111"
YANIS = {"id": "7301000000000001", "name": "Yanis Benali"}
DAY_S = 24 * 3600
LONGEST_TEXT = 2000
LARGEST_FILE = 25 * 1024 * 1024
"""Bytes. Source: Meta, "Messenger Platform: Saving assets"."""
ASSETS = {"image", "audio", "video", "file"}


class MessengerSimulator(Simulator):
    """The program: chats by customer, files, and webhooks."""

    too_fast = 613

    def __init__(self, *given: Any, **named: Any) -> None:
        self.names: dict[str, str] = {}
        self.may_tag = True
        super().__init__(*given, **named)

    def apply(self, line: Line) -> None:
        match line["act"]:
            case "took" | "wrote":
                self.names[line["customer"]] = line.get("name") or self.names.get(line["customer"], "")
            case "granted":
                self.may_tag = line["human_agent"]
        super().apply(line)

    def answer(self, method: str, path: str, token: str, body: bytes, kind: str) -> None:
        match [method, *path.strip("/").split("/")]:
            case ["GET", ""]:
                raise Said(303, {}, Location=f"/messenger/{YANIS['id']}")
            case ["GET", "messenger", psid] if psid in {YANIS["id"], *self.chats}:
                people = {YANIS["id"]: YANIS["name"]} | {one: self.names.get(one, "") for one in self.chats}
                page = chat(psid, people, self.chats.get(psid, []))
                raise Said(200, page, kind="text/html; charset=utf-8")
            case ["GET", "media", name]:
                raise Said(200, base64.b64decode(self.files[name]["content"]), kind=self.files[name]["mime"])
            case ["POST", "write"]:
                given = form(body, kind)
                who = given.get("id", YANIS["id"])
                if given.get("text") or "file" in given:
                    self.write({**given, "name": self.names.get(who) or YANIS["name"]})
                raise Said(303, {}, Location=f"/messenger/{who}")
            case ["POST", _, page, "message_attachments"] if page == PAGE:
                require(token)
                raise self._keep(body, kind)
            case ["POST", _, page, "messages"]:
                require(token)
                self._take(page, json.loads(body))
            case ["GET", _, psid] if self.names.get(psid):
                require(token)
                first, _, last = self.names[psid].partition(" ")
                raise Said(200, {"first_name": first, "last_name": last, "id": psid})

    def steer(self, door: str, query: dict[str, str], given: Thing) -> object:
        match door:
            case "chat":
                return {"data": self.chats.get(query.get("id", YANIS["id"]), [])}
            case "write":
                return self.write(given)
            case "element":
                self.tell_element(given.get("id", YANIS["id"]), given["element"], at=given.get("at"))
            case "read":
                self._read(given.get("id", YANIS["id"]))
            case "grant":
                self.did(act="granted", human_agent=bool(given["human_agent"]))
            case _:
                return super().steer(door, query, given)
        return {}

    def write(self, given: Thing) -> Thing:
        """Have a customer write, and tell it; return the message, with the webhook that has it."""
        who = {name: given.get(name, value) for name, value in YANIS.items()}
        message: Thing = {"mid": f"m_{secrets.token_hex(16)}", **given.get("message", {})}
        if given.get("text"):
            message["text"] = given["text"]
        if "file" in given:
            message["attachments"] = [self.file(given)]
        line = {"customer": who["id"], "name": who["name"], "id": message["mid"], "message": message}
        self.did(act="wrote", at=self.now(), **line)
        told = self.tell_element(who["id"], {"message": message}, at=given.get("at"))
        return {"id": message["mid"], "webhook": told}

    def tell_element(self, customer: str, element: Thing, *, at: float | None = None) -> Thing:
        """Tell something that a customer did, and return the webhook."""
        moment = round((self.now() if at is None else at) * 1000)
        said = {"sender": {"id": customer}, "recipient": {"id": PAGE}, "timestamp": moment, **element}
        return self.tell({"messaging": [said]})

    def tell(self, entry: Thing) -> Thing:
        """Tell something of the page, and return the webhook."""
        said = {"object": "page", "entry": [{"id": PAGE, "time": round(self.now() * 1000), **entry}]}
        if self.hooks is not None:
            self.hooks.tell(said, _spoil)
        return said

    def file(self, given: Thing) -> Thing:
        """Keep a file, and return it as an attachment."""
        name, mime = secrets.token_hex(8), given.get("mime", "image/jpeg")
        self.did(act="file", id=name, mime=mime, content=given["file"])
        kind = given.get("kind") or mime.partition("/")[0]
        kind = kind if kind in {"image", "video", "audio", "sticker"} else "file"
        return {"type": kind, "payload": {"url": f"{self.address}/media/{name}"}}

    def _take(self, page: str, given: Thing) -> None:
        trouble = self.trouble()
        message = given["message"]
        if page != PAGE or not (self._is_asset(message) or 0 < len(message["text"]) <= LONGEST_TEXT):
            raise refused(400, 100, "Invalid parameter")
        customer = self.recipient(given["recipient"])
        if "id" in given["recipient"]:
            self._check_window(customer, given)
        name = f"m_{secrets.token_hex(16)}"
        line = {
            "customer": customer,
            "id": name,
            "at": self.now(),
            "message": self._as_echoed(given["message"]),
        }
        as_ = given.get("tag") or given.get("messaging_type", "")
        self.did(act="took", key=given["message"].get("metadata", ""), state="sent", sent_as=as_, **line)
        self.took(given["recipient"])
        try:
            raise self.hide(trouble, {"recipient_id": customer, "message_id": name})
        finally:
            self._tell_sent(customer, name, given["message"])

    def _keep(self, body: bytes, kind: str) -> Said:
        """Keep an asset that is to be sent by its id, and return the answer."""
        file, trouble = self.take_file(body, kind, "filedata", lambda mime: LARGEST_FILE)
        asset = json.loads(self.files[file["id"]]["fields"]["message"])["attachment"]
        if asset["type"] not in ASSETS or not asset["payload"]["is_reusable"]:
            raise refused(400, 100, "Invalid parameter")
        if asset["type"] not in {"file", file["mime"].partition("/")[0]}:
            raise refused(400, 100, "(#100) Upload attachment failure.")
        return self.hide(trouble, {"attachment_id": file["id"]})

    def _is_asset(self, message: Thing) -> bool:
        """Whether a message is a file that it has. Raises Said for one that it has not."""
        if "attachment" not in message:
            return False
        if message["attachment"]["payload"]["attachment_id"] not in self.files:
            raise refused(400, 100, "(#100) Invalid attachment id")
        return True

    def recipient(self, given: Thing) -> str:
        """Return who a message goes to. Raises Said."""
        if given.get("id") not in self.chats:
            raise refused(400, 100, "No matching user found")
        return str(given["id"])

    def took(self, given: Thing) -> None:
        """Note that a message to this recipient was taken."""

    def _check_window(self, customer: str, given: Thing) -> None:
        age = self.now() - self._last_in(customer)
        match given["messaging_type"], given.get("tag"):
            case "RESPONSE", None:
                most = DAY_S
            case "MESSAGE_TAG", "HUMAN_AGENT" if self.may_tag:
                most = 7 * DAY_S
            case _:
                raise refused(400, 100, "Invalid parameter")
        if age >= most:
            raise refused(400, 10, "This message is sent outside of allowed window.")

    def _last_in(self, customer: str) -> float:
        return max((line["at"] for line in self.chats[customer] if line["act"] == "wrote"), default=0.0)

    def _tell_sent(self, customer: str, name: str, message: Thing) -> None:
        """Tell that it left, as an echo with the key that it came with, and that it arrived."""
        echo = {"is_echo": True, "app_id": int(APP), "mid": name, **self._as_echoed(message)}
        said = {"sender": {"id": PAGE}, "recipient": {"id": customer}, "message": echo}
        self.tell({"messaging": [said | {"timestamp": round(self.now() * 1000)}]})
        self.did(act="became", customer=customer, id=name, state="delivered")
        watermark = round(self.now() * 1000)
        self.tell_element(customer, {"delivery": {"mids": [name], "watermark": watermark}})

    def _as_echoed(self, message: Thing) -> Thing:
        """Return a message as its echo has it: a file by where it lies."""
        if "attachment" not in message:
            return message
        name = message["attachment"]["payload"]["attachment_id"]
        payload = {"url": f"{self.address}/media/{name}"}
        shown = {"type": message["attachment"]["type"], "payload": payload}
        return {"metadata": message.get("metadata", ""), "attachments": [shown]}

    def _read(self, customer: str) -> None:
        for line in list(self.chats.get(customer, [])):
            if line["act"] == "took":
                self.did(act="became", customer=customer, id=line["id"], state="read")
        self.tell_element(customer, {"read": {"watermark": round(self.now() * 1000)}})


def _spoil(said: Thing) -> Thing:
    """Put an element before the others that nobody can read."""
    said = json.loads(json.dumps(said))
    entry = said["entry"][0]
    entry["messaging"] = [{"message": 7}, *entry.get("messaging", [])]
    return said


def require(token: str) -> None:
    """Raise Said where there is no token."""
    if not token:
        raise refused(401, 190, "Invalid OAuth access token")
