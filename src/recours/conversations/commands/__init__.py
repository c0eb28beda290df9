"""Writes: starting a conversation, sending a message, having read, and the address for answers by mail."""

from recours.conversations.commands.reading import mark_read
from recours.conversations.commands.reply_addresses import reply_address
from recours.conversations.commands.sending import send_message, start_conversation

__all__ = ["mark_read", "reply_address", "send_message", "start_conversation"]
