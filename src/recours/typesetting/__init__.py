"""Paper: `typeset` makes a PDF of data, `drawn_pages` pictures of a PDF. The only module that knows Typst."""

from recours.typesetting.drawing import drawn_pages
from recours.typesetting.typesetter import Standard, TypesettingError, typeset

__all__ = ["Standard", "TypesettingError", "drawn_pages", "typeset"]
