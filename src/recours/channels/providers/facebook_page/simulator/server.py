"""The state and the answers of the simulated page: what is commented under its posts, and what answers it."""

from __future__ import annotations

import json
import secrets
from typing import Any

from recours.channels.providers.facebook_page.simulator.page import wall
from recours.channels.providers.messenger.simulator.server import (
    DAY_S,
    PAGE,
    YANIS,
    MessengerSimulator,
    Thing,
    require,
)
from recours.channels.providers.meta.simulator.port import Said, form, refused
from recours.simulators.journal import Line

NAME = "Marché Mirabelle"
POST = f"{PAGE}_122100000000000001"
FIRST = {
    "id": POST,
    "text": "Les lampes d’atelier sont de retour, et la livraison est offerte jusqu’à dimanche. Une question ?"
    " Écrivez-nous.",
}
LONGEST_COMMENT = 8000


def answered_in(recipient: Thing) -> str:
    """Return what a private answer answers: a comment, or a visitor's post; "" for a message to somebody."""
    return str(recipient.get("comment_id") or recipient.get("post_id") or "")


class PageSimulator(MessengerSimulator):
    """The program: posts, comments, and the Messenger of who comments."""

    def __init__(self, *given: Any, **named: Any) -> None:
        self.posts: dict[str, Line] = {POST: FIRST}
        self.comments: dict[str, Line] = {}
        self.replied: set[str] = set()
        super().__init__(*given, **named)

    def apply(self, line: Line) -> None:
        match line["act"]:
            case "posted":
                self.posts[line["id"]] = line
            case "commented":
                self.comments[line["id"]] = line
                if line.get("is_post"):
                    self.posts[line["id"]] = line
                self.names[line["customer"]] = line["name"]
            case "changed":
                self.comments[line["id"]] |= {"text": line["text"]}
            case "removed":
                self.comments[line["id"]] |= {"removed": True}
            case "replied":
                self.replied.add(line["comment"])
            case _:
                super().apply(line)

    def answer(self, method: str, path: str, token: str, body: bytes, kind: str) -> None:
        match [method, *path.strip("/").split("/")]:
            case ["GET", "page"]:
                posts, shown = (
                    [line for line in lines.values() if not line.get("removed")]
                    for lines in (self.posts, self.comments)
                )
                raise Said(200, wall(NAME, posts, shown), kind="text/html; charset=utf-8")
            case ["POST", "comment"]:
                given = form(body, kind)
                if given.get("text") or "file" in given:
                    self.comment(given)
                raise Said(303, {}, Location="/page")
            case ["POST", "visit"]:
                given = form(body, kind)
                if given.get("text") or "file" in given:
                    self.visit(given)
                raise Said(303, {}, Location="/page")
            case ["POST", _, comment, "comments"]:
                require(token)
                self._answer_in_public(comment, json.loads(body))
        super().answer(method, path, token, body, kind)

    def steer(self, door: str, query: dict[str, str], given: Thing) -> object:
        match door:
            case "feed":
                return {"data": list(self.comments.values())}
            case "post":
                name = f"{PAGE}_{secrets.randbelow(10**15):015}"
                self.did(act="posted", id=name, text=given["text"], at=self.now())
                return {"id": name}
            case "visit":
                return self.visit(given)
            case "comment":
                return self.comment(given)
            case "edit_comment":
                self.did(act="changed", id=given["comment"], text=given["text"])
                return self._tell_comment(given["comment"], "edited", message=given["text"])
            case "remove_comment":
                self.did(act="removed", id=given["comment"])
                return self._tell_comment(given["comment"], "remove")
            case "change":
                return self.tell({"changes": [given["change"]]})
            case _:
                return super().steer(door, query, given)

    def comment(self, given: Thing) -> Thing:
        """Have somebody comment, and tell it; return its id, with the webhook that has it."""
        who = {name: given.get(name, value) for name, value in YANIS.items()}
        post = given.get("post", POST)
        name = f"{post.partition('_')[2]}_{secrets.randbelow(10**15):015}"
        line = {"customer": who["id"], "name": who["name"], "post": post, "text": given.get("text", "")}
        if "file" in given:
            line["photo"] = self.file(given)["payload"]["url"]
        self.did(act="commented", id=name, parent=post, at=self.now(), **line)
        more = {"photo": line["photo"]} if "photo" in line else {}
        told = self._tell_comment(name, "add", at=given.get("at"), message=line["text"], **more)
        return {"id": name, "webhook": told}

    def visit(self, given: Thing) -> Thing:
        """Have somebody post on the page itself, and tell it; return its id, with the webhook that has it."""
        who = {name: given.get(name, value) for name, value in YANIS.items()}
        name = f"{PAGE}_{secrets.randbelow(10**15):015}"
        line = {"customer": who["id"], "name": who["name"], "post": name, "text": given.get("text", "")}
        more = {"item": "post"}
        if "file" in given:
            line["photo"] = self.file(given)["payload"]["url"]
            more = {"item": "photo", "link": line["photo"]}
        self.did(act="commented", id=name, parent="", is_post=True, at=self.now(), **line)
        told = self._tell_comment(name, "add", at=given.get("at"), message=line["text"], **more)
        return {"id": name, "webhook": told}

    def recipient(self, given: Thing) -> str:
        name = answered_in(given)
        if not name:
            return super().recipient(given)
        comment = self._standing(name)
        if bool(comment.get("is_post")) is not ("post_id" in given):
            raise refused(400, 100, "Invalid parameter")
        if name in self.replied:
            raise refused(400, 10900, "Activity already replied to")
        if self.now() - comment["at"] >= 7 * DAY_S:
            raise refused(400, 10903, "This user can't reply to this activity")
        return str(comment["customer"])

    def took(self, given: Thing) -> None:
        if name := answered_in(given):
            self.did(act="replied", comment=name)

    def _standing(self, name: str) -> Line:
        comment = self.comments.get(name)
        if comment is None or comment.get("removed") or comment["customer"] == PAGE:
            raise refused(400, 100, "Unsupported post request. Object does not exist")
        return comment

    def _answer_in_public(self, comment: str, given: Thing) -> None:
        trouble = self.trouble()
        post, text = self._standing(comment)["post"], given["message"]
        if not 0 < len(text) <= LONGEST_COMMENT:
            raise refused(400, 100, "Invalid parameter")
        name = f"{post.partition('_')[2]}_{secrets.randbelow(10**15):015}"
        line = {"customer": PAGE, "name": NAME, "post": post, "parent": comment, "text": text}
        self.did(act="commented", id=name, at=self.now(), **line)
        try:
            raise self.hide(trouble, {"id": name})
        finally:
            self._tell_comment(name, "add", message=text)

    def _under(self, comment: Line) -> Thing:
        return {"item": "comment", "comment_id": comment["id"], "parent_id": comment["parent"]}

    def _tell_comment(self, name: str, verb: str, *, at: float | None = None, **more: str) -> Thing:
        comment = self.comments[name]
        value = {
            **({"item": "post"} if comment.get("is_post") else self._under(comment)),
            "verb": verb,
            "post_id": comment["post"],
            "created_time": int(self.now() if at is None else at),
            "from": {"id": comment["customer"], "name": comment["name"]},
            "post": {"id": comment["post"], "permalink_url": f"{self.address}/page#{comment['post']}"},
            **more,
        }
        return self.tell({"changes": [{"field": "feed", "value": value}]})
