"""From a version to the row that readers get."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from recours.helpcentre.commands.filling_rows import FilledText
from recours.helpcentre.filling import fill_body, fill_line
from recours.helpcentre.models import ArticleVersion
from recours.helpcentre.references import References


def filled(
    version: ArticleVersion, marketplace_id: UUID, references: References, now: dt.datetime
) -> FilledText:
    """Fill a version's words. Raises UnknownReference."""
    body = fill_body(version.body, references)
    return FilledText(
        article_id=version.article_id,
        marketplace_id=marketplace_id,
        language=version.language,
        version_id=version.pk,
        title=fill_line(version.title, references)[:200],
        summary=fill_line(version.summary, references),
        html=body.html,
        plain=body.plain,
        keywords=tuple(" ".join(str(each).split()) for each in version.keywords),
        filled_at=now,
    )
