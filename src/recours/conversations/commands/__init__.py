"""Writes: starting a conversation, writing and sending a message, drafts, having read, the address for answers by
mail."""

from recours.conversations.commands.drafts import discard_message_draft, save_message_draft
from recours.conversations.commands.reading import mark_read
from recours.conversations.commands.reply_addresses import reply_address
from recours.conversations.commands.sending import send_message, start_conversation, watch_for
from recours.conversations.commands.writing import (
    post_message,
    write_about_order,
    write_to_shop,
    write_to_support,
)

__all__ = [
    "discard_message_draft",
    "mark_read",
    "post_message",
    "reply_address",
    "save_message_draft",
    "send_message",
    "start_conversation",
    "watch_for",
    "write_about_order",
    "write_to_shop",
    "write_to_support",
]
