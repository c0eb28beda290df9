"""Finding the articles that answer a reader's question, as they are published now."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection
from threading import Lock
from typing import Any
from uuid import UUID

from django.db import connection
from msgspec import Struct

from recours.helpcentre.finding.engine import Engine, Group
from recours.helpcentre.finding.index import Text
from recours.helpcentre.finding.passages import Segments
from recours.helpcentre.models import PublishedText, Synonyms
from recours.helpcentre.queries.articles import FALLBACK

MOST_ENGINES = 24
"""Languages of marketplaces that a process keeps in memory; the one that nobody asked for longest goes."""


class Hit(Struct, frozen=True):
    """An article that answers. `score` is 0 to about 1."""

    slug: str
    language: str
    title: str
    summary: str
    passage: Segments
    """The sentence that matches, in pieces of text, each with whether it was looked for; never HTML. May be empty."""
    score: float


class Found(Struct, frozen=True):
    """What a question found. No hits is an answer too, unless there was no word in it to look for."""

    hits: tuple[Hit, ...] = ()
    corrected: str | None = None
    """What was looked for instead of what was typed."""
    suggestion: str | None = None
    """What may have been meant: it was looked for too, but ask."""
    is_nothing: bool = False
    """There was a question, and no article answers it."""


def search(*, marketplace_id: UUID, language: str, text: str, limit: int = 10) -> Found:
    """Return the articles that answer `text`, the best first, at most `limit`.

    Searches the texts of `language`, or the French ones where there are none. Whatever the text, it does not raise:
    its first 400 characters are read.
    """
    if not any(char.isalnum() for char in text):
        return Found()
    engine = _fresh(marketplace_id, language)
    if not len(engine) and language != FALLBACK:
        engine = _fresh(marketplace_id, FALLBACK)
    with engine.lock:
        answer = engine.ask(text, limit)
    keys = [ranked.key for ranked in answer.ranked]
    rows = PublishedText.objects.filter(pk__in=keys).select_related("article")
    by_key = {row.pk: row for row in rows.only("title", "summary", "plain", "language", "article__slug")}
    hits = tuple(
        Hit(
            slug=row.article.slug,
            language=row.language,
            title=row.title,
            summary=row.summary,
            passage=engine.passage(row.plain, answer.asked),
            score=ranked.score,
        )
        for ranked in answer.ranked
        if (row := by_key.get(ranked.key)) is not None
    )
    return Found(
        hits=hits,
        corrected=answer.asked.read if hits else None,
        suggestion=answer.asked.doubtful if hits else None,
        is_nothing=not hits,
    )


def nameless(*, marketplace_id: UUID, language: str, text: str) -> str:
    """Return what may be kept of a question that found nothing: words that can name nobody, folded; maybe none."""
    engine = _fresh(marketplace_id, language)
    with engine.lock:
        return engine.nameless(text)


# -- Engines, kept in memory and brought up to what is published ---------------------------------------------------

_Stamp = tuple[Any, ...]
_Where = dict[str, Any]


class _Kept:
    """An engine, and what it was made from: the version of each row, and the stamp of them all."""

    def __init__(self, language: str) -> None:
        self.engine = Engine(language)
        self.versions: dict[int, int] = {}
        self.stamp: _Stamp | None = None
        self.lock = Lock()


_kept: OrderedDict[tuple[UUID, str], _Kept] = OrderedDict()
_kept_lock = Lock()

# The number of the transaction that wrote a row tells any change apart; a time would not, within one moment.
_STAMP = """
SELECT texts.*, synonyms.* FROM
  (SELECT count(*), sum(xmin::text::bigint) FROM helpcentre_publishedtext
   WHERE marketplace_id = %(place)s AND language = %(language)s) AS texts,
  (SELECT count(*), sum(xmin::text::bigint), max(id) FROM helpcentre_synonyms
   WHERE marketplace_id = %(place)s AND language = %(language)s) AS synonyms
"""
_VERSIONS = """
SELECT id, xmin::text::bigint FROM helpcentre_publishedtext WHERE marketplace_id = %(place)s AND language = %(language)s
"""


def _fresh(marketplace_id: UUID, language: str) -> Engine:
    """Return the engine of a language of a marketplace, once it knows what is published now."""
    key = (marketplace_id, language)
    with _kept_lock:
        kept = _kept.get(key)
        if kept is None:
            kept = _kept[key] = _Kept(language)
            while len(_kept) > MOST_ENGINES:
                _kept.popitem(last=False)
        _kept.move_to_end(key)
    where: _Where = {"place": marketplace_id, "language": language}
    with kept.lock:
        with connection.cursor() as cursor:
            cursor.execute(_STAMP, where)
            stamp = tuple(cursor.fetchone())
        if stamp != kept.stamp:
            _bring_up(kept, where, is_same_synonyms=kept.stamp is not None and kept.stamp[2:] == stamp[2:])
            kept.stamp = stamp
        return kept.engine


def _bring_up(kept: _Kept, where: _Where, *, is_same_synonyms: bool) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_VERSIONS, where)
        versions = dict(cursor.fetchall())
    changed = {key for key, version in versions.items() if kept.versions.get(key) != version}
    gone = kept.versions.keys() - versions.keys()
    if kept.engine.index.is_worn or len(changed) > len(versions) // 2:
        kept.engine, changed, gone, is_same_synonyms = Engine(where["language"]), set(versions), set(), False
    engine = kept.engine
    with engine.lock:
        engine.take(_texts(changed), gone, None if is_same_synonyms else _groups(where))
    kept.versions = versions


def _texts(keys: Collection[int]) -> list[Text]:
    rows = PublishedText.objects.filter(pk__in=list(keys)).order_by("pk")
    return [
        Text(key, title, [each for each in keywords.split("\n") if each], summary, plain)
        for key, title, keywords, summary, plain in rows.values_list(
            "pk", "title", "keywords", "summary", "plain"
        ).iterator()
    ]


def _groups(where: _Where) -> list[Group]:
    rows = Synonyms.objects.filter(marketplace_id=where["place"], language=where["language"])
    return [
        (word, tuple(map(str, others)))
        for word, others in rows.order_by("word").values_list("word", "others")
    ]
