"""The templates that Recours sends. The operator creates them at the service, word for word as in docs/channels.md."""

from __future__ import annotations

from msgspec import Struct

from recours.rules.wording import say


class Template(Struct, frozen=True):
    """A template by the name that it has at the service, of the category utility; its words are in the wording.

    `takes` names its parameters there, in the order of the service's numbers.
    """

    name: str
    key: str
    takes: tuple[str, ...] = ("place",)

    def words(self, language: str, *given: str) -> str:
        """Return what its reader reads; `given` are its parameters."""
        return say(language, self.key, **dict(zip(self.takes, given, strict=True)))


REPLY = Template("recours_reply", "channels.template.reply")
"""The desk has an answer and may no longer write it: whoever answers this opens the exchange again."""
NEWS = Template("recours_news", "channels.template.news", ("place", "reference", "address"))
"""A claim moved, for who asked to be told here and wrote longer ago than free words may be sent."""
