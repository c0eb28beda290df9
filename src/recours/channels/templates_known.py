"""The templates that Recours sends. The operator creates them at the service, word for word as in docs/channels.md."""

from __future__ import annotations

from msgspec import Struct

from recours.rules.wording import say


class Template(Struct, frozen=True):
    """A template by the name that it has at the service, of the category utility; its words are in the wording."""

    name: str
    key: str

    def words(self, language: str, place: str) -> str:
        """Return what its reader reads, its one parameter being the marketplace's name."""
        return say(language, self.key, place=place)


REPLY = Template("recours_reply", "channels.template.reply")
"""The desk has an answer and may no longer write it: whoever answers this opens the exchange again."""
