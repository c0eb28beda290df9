"""Beginning a dispute from somewhere that knows its ground already: an article, a message, the guided question."""

from __future__ import annotations

from recours.buyer.wizard.matter import BROUGHT, Matter
from recours.conversations.models import Conversation
from recours.rules.lifecycle.vocabulary import Ground


def begin(matter: Matter, ground: Ground | None) -> str:
    """Answer the first question for the buyer, unless they have begun to answer it; return where the wizard goes on."""
    answered = matter.draft is not None and "ground" in matter.draft.answers
    if ground is not None and not answered and matter.blocked_by is None:
        matter.save("ground", {"ground": [ground.value]})
    return matter.url()


def bring(matter: Matter, conversation: Conversation) -> str:
    """Take what was written to customer service along; return where the wizard goes on."""
    if matter.blocked_by is None:
        matter.save(BROUGHT, {"conversation": [str(conversation.pk)]})
    return matter.url()
