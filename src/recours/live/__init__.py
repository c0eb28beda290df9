"""Pages that change without being reloaded: `announce` a topic, and every open page that watches it asks again.

What travels is the topic's name and nothing of what happened: a page that hears it asks the site, which answers with
what its reader may see. Topics are `conversation:<id>` and `user:<id>`.
"""

from recours.live.announcing import announce
from recours.live.tickets import ticket

__all__ = ["announce", "ticket"]
