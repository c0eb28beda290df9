"""Webhooks of a page's posts as Meta documents them."""

from __future__ import annotations

import datetime as dt

from tests.channels.contract import HELLO, Service, Thing, numbers, stamp
from tests.channels.messenger import PAGE, YANIS, Messenger

POST = f"{PAGE}_122100000000000001"


class FacebookPage(Messenger):
    channel, simulator, page = "facebook", "facebook-page", "/page"
    person, way = YANIS, "par la page Facebook"

    def says(self, text: str = HELLO, *, at: dt.datetime | None = None, by: str = "") -> Thing:
        return a_change("add", f"{POST}_{next(numbers)}", at=at, by=by, message=text)

    def webhook(self, *elements: Thing, account: str = "", name: str = "Yanis") -> Thing:
        return {
            "object": "page",
            "entry": [{"id": account or PAGE, "time": stamp(None), "changes": [*elements]}],
        }

    def key(self, element: Thing) -> str:
        return str(element["value"]["comment_id"])

    def deletes(self, about: str, *, at: dt.datetime | None = None) -> Thing:
        return a_change("remove", about, at=at)

    def strange(self) -> Thing:
        return self.webhook({"field": "holograms", "value": {"depth": 3}})

    def spoiled(self) -> Thing:
        return {"field": "feed", "value": {"item": "comment", "comment_id": 7}}


SERVICE: Service = FacebookPage()


def a_change(
    verb: str, comment: str, *, at: dt.datetime | None = None, by: str = "", **value: object
) -> Thing:
    """Something that Yanis does under a post."""
    return {
        "field": "feed",
        "value": {
            "item": "comment",
            "verb": verb,
            "comment_id": comment,
            "post_id": POST,
            "parent_id": POST,
            "created_time": stamp(at),
            "from": {"id": by or YANIS, "name": "Yanis"},
            "post": {"id": POST, "permalink_url": f"https://www.facebook.com/{POST}"},
            **value,
        },
    }
