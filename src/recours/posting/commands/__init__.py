"""Making letters, saying what the post did with them, and registering those that come."""

from recours.posting.commands.preparing import prepare_letter
from recours.posting.commands.stepping import tell_step

__all__ = ["prepare_letter", "tell_step"]
