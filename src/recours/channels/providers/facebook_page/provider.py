"""A page on Facebook as this installation uses it: a private answer to a comment, and a sentence in public below it."""

from __future__ import annotations

from recours.channels.providers import Answered, Outgoing
from recours.channels.providers.messenger.provider import TOO_FAST, Messenger
from recours.channels.providers.meta import sending
from recours.rules.channel_windows import Channel, Shape


class FacebookPage(Messenger):
    """Calls the Graph with a page's token. A private answer is a message of Messenger, to who wrote a comment."""

    channel = Channel.FACEBOOK

    def name_of(self, external_id: str) -> str:
        """Each comment says it, or its author is not to be known."""
        return ""

    def send(self, message: Outgoing) -> Answered:
        """Send an answer once. What stands in public has no key: it is known again by its words. Raises NoAnswer,
        NotReached."""
        if message.shape is not Shape.PUBLIC_COMMENT:
            return super().send(message)
        answer = self.graph.ask("POST", f"{message.comment}/comments", {"message": message.text})
        return sending.judged(answer, lambda said: said["id"], too_fast=TOO_FAST)
