"""The Cloud API: takes messages, hands out files, tells what customers write and what becomes of what they are sent."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from typing import Any

from recours.channels.providers.meta.simulator.port import Said, Simulator, form, refused
from recours.channels.providers.whatsapp.simulator.page import phone

Thing = dict[str, Any]

VERSION = "v25.0"
NUMBER, BUSINESS = "106540352242922", "102290129340398"
CAMILLE = {"id": "FR.13491208655302741918", "phone": "33612345678", "name": "Camille"}
WINDOW_S = 24 * 3600
MEGABYTE = 1024 * 1024
MOST = {
    "image/jpeg": 5 * MEGABYTE,
    "image/png": 5 * MEGABYTE,
    "video/mp4": 16 * MEGABYTE,
    "application/pdf": 100 * MEGABYTE,
    "text/plain": 100 * MEGABYTE,
}
"""Bytes of a file that is sent, by its media type. Source: Meta, "Cloud API: Media", supported media types."""
SENT = {"text", "template", "image", "video", "document"}
FILES = {"image": "image", "video": "video", "audio": "audio", "application": "document"}


class WhatsAppSimulator(Simulator):
    """The program: chats by customer, files, and webhooks."""

    def answer(self, method: str, path: str, token: str, body: bytes, kind: str) -> None:
        match [method, *path.strip("/").split("/")]:
            case ["GET", ""]:
                raise Said(200, phone(self.chats.get(CAMILLE["id"], [])), kind="text/html; charset=utf-8")
            case ["GET", "media", name]:
                _require(token)
                raise Said(200, base64.b64decode(self.files[name]["content"]), kind=self.files[name]["mime"])
            case ["POST", "write"]:
                self._from_page(body, kind)
                raise Said(303, {}, Location="/")
            case ["GET", "shown", name] if name in self.files:
                file = self.files[name]
                raise Said(200, base64.b64decode(file["content"]), kind=file["mime"])
            case ["POST", _, _, "media"]:
                _require(token)
                file, trouble = self.take_file(body, kind, "file", _most)
                raise self.hide(trouble, {"id": file["id"]})
            case ["POST", _, _, "messages"]:
                _require(token)
                self._take(json.loads(body))
            case ["GET", _, name] if name in self.files:
                _require(token)
                file = self.files[name]
                raise Said(
                    200,
                    {
                        "messaging_product": "whatsapp",
                        "id": name,
                        "url": f"{self.address}/media/{name}",
                        "mime_type": file["mime"],
                        "sha256": file["sha256"],
                        "file_size": file["size"],
                    },
                )

    def steer(self, door: str, query: dict[str, str], given: Thing) -> object:
        match door:
            case "chat":
                return {"data": self.chats.get(query.get("id", CAMILLE["id"]), [])}
            case "write":
                return self.write(given)
            case "read":
                self._read(given.get("id", CAMILLE["id"]))
            case "template":
                self._tell("message_template_status_update", {
                    "event": given.get("event", "APPROVED"),
                    "message_template_id": given.get("number", 594425479261596),
                    "message_template_name": given["name"],
                    "message_template_language": given.get("language", "fr"),
                    "reason": "NONE",
                })  # fmt: skip
            case _:
                return super().steer(door, query, given)
        return {}

    def write(self, given: Thing) -> Thing:
        """Have a customer write, and tell it; return the message as the webhook has it."""
        who = {name: given.get(name, value) for name, value in CAMILLE.items()}
        kind, content = given.get("kind", "text"), given.get("content", {"body": given.get("text", "")})
        if "file" in given:
            kind, content = self._file(given)
        message = {
            **({"from": who["phone"]} if who["phone"] else {}),
            "from_user_id": who["id"],
            "id": f"wamid.{secrets.token_hex(12)}",
            "timestamp": str(int(given.get("at", self.now()))),
            "type": kind,
            **({kind: content} if content is not None else {}),
        }
        self.did(act="wrote", customer=who["id"], id=message["id"], at=self.now(), kind=kind, content=content)
        contact = {"profile": {"name": who["name"]}, "user_id": who["id"]}
        if who["phone"]:
            contact["wa_id"] = who["phone"]
        self._tell("messages", self._value(contacts=[contact], messages=[message]))
        return message

    def _file(self, given: Thing) -> tuple[str, Thing]:
        content = base64.b64decode(given["file"])
        mime, name = given.get("mime", "image/jpeg"), secrets.token_hex(8)
        sha256 = hashlib.sha256(content).hexdigest()
        self.did(act="file", id=name, mime=mime, content=given["file"], sha256=sha256, size=len(content))
        kind = given.get("kind") or FILES.get(mime.partition("/")[0], "document")
        shown = {"id": name, "mime_type": mime, "sha256": sha256}
        if given.get("text"):
            shown["caption"] = given["text"]
        if kind == "document":
            shown["filename"] = given.get("filename", "document")
        return kind, shown

    def _from_page(self, body: bytes, kind: str) -> None:
        """Take what was written on the phone's page: words, a photo, or both."""
        given = form(body, kind)
        if given.get("text") or "file" in given:
            self.write(given)

    def _take(self, given: Thing) -> None:
        trouble = self.trouble()
        customer = given.get("recipient") or self._customer_of(given["to"])
        if given["messaging_product"] != "whatsapp" or given["type"] not in SENT:
            raise refused(400, 100, "Invalid parameter")
        if given["type"] in FILES.values() and given[given["type"]]["id"] not in self.files:
            raise refused(400, 131009, "(#131009) Parameter value is not valid")
        text = given["text"]["body"] if given["type"] == "text" else ""
        if given["type"] == "text" and not 0 < len(text) <= 4096:
            raise refused(400, 100, "Invalid parameter: text.body")
        name = f"wamid.{secrets.token_hex(12)}"
        is_closed = given["type"] != "template" and self.now() >= self._last_in(customer) + WINDOW_S
        self.did(
            act="took",
            customer=customer,
            id=name,
            at=self.now(),
            kind=given["type"],
            content=given[given["type"]],
            key=given.get("biz_opaque_callback_data", ""),
            state="failed" if is_closed else "sent",
        )
        said = {
            "messaging_product": "whatsapp",
            "contacts": [{"input": customer}],
            "messages": [{"id": name}],
        }
        try:
            raise self.hide(trouble, said)
        finally:
            if is_closed:
                self._became(customer, name, "failed")
            else:
                self._became(customer, name, "sent")
                self._became(customer, name, "delivered")

    def _customer_of(self, number: str) -> str:
        return CAMILLE["id"] if number == CAMILLE["phone"] else number

    def _last_in(self, customer: str) -> float:
        return max(
            (line["at"] for line in self.chats.get(customer, []) if line["act"] == "wrote"), default=0.0
        )

    def _read(self, customer: str) -> None:
        for line in list(self.chats.get(customer, [])):
            if line["act"] == "took" and line["state"] == "delivered":
                self._became(customer, line["id"], "read")

    def _became(self, customer: str, name: str, state: str) -> None:
        self.did(act="became", customer=customer, id=name, state=state)
        key = next(line["key"] for line in self.chats[customer] if line["id"] == name)
        status: Thing = {
            "id": name,
            "status": state,
            "timestamp": str(int(self.now())),
            "recipient_user_id": customer,
            "biz_opaque_callback_data": key,
        }
        if state == "failed":
            status["errors"] = [{"code": 131047, "title": "Re-engagement message"}]
        self._tell("messages", self._value(statuses=[status]))

    def _value(self, **more: object) -> Thing:
        metadata = {"display_phone_number": "33100000000", "phone_number_id": NUMBER}
        return {"messaging_product": "whatsapp", "metadata": metadata, **more}

    def _tell(self, field: str, value: Thing) -> None:
        if self.hooks is not None:
            change = {"field": field, "value": value}
            self.hooks.tell(
                {"object": "whatsapp_business_account", "entry": [{"id": BUSINESS, "changes": [change]}]},
                _spoil,
            )


def _spoil(said: Thing) -> Thing:
    """Put a message before the others that nobody can read."""
    said = json.loads(json.dumps(said))
    value = said["entry"][0]["changes"][0]["value"]
    value["messages"] = [{"type": "text", "text": 7}, *value.get("messages", [])]
    return said


def _most(mime: str) -> int:
    if mime not in MOST:
        raise refused(400, 100, "(#100) Param file must be a file with one of the supported types.")
    return MOST[mime]


def _require(token: str) -> None:
    if not token:
        raise refused(401, 190, "Invalid OAuth access token")
