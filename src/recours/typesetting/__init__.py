"""Paper: `typeset` makes a PDF of a template and data. The only module that knows Typst."""

from recours.typesetting.typesetter import Standard, TypesettingError, typeset

__all__ = ["Standard", "TypesettingError", "typeset"]
