"""A claim put into words for a reader: what the three faces show alike. Nothing is decided here.

Each function returns what a component of `ui` takes, in the language of the request.
"""

from recours.claims.presentation.elsewhere import elsewhere
from recours.claims.presentation.offers import offer_columns, terms_text
from recours.claims.presentation.status import explained, status, timeline
from recours.claims.presentation.story import Paragraph, paragraphs, said_before
from recours.claims.presentation.words import country_name, word

__all__ = [
    "Paragraph",
    "country_name",
    "elsewhere",
    "explained",
    "offer_columns",
    "paragraphs",
    "said_before",
    "status",
    "terms_text",
    "timeline",
    "word",
]
