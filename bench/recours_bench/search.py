"""Searching the help centre among 5,000 articles, against one bare full-text statement for the same questions."""

from __future__ import annotations

import os
import random
import statistics
import time
import tomllib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from recours_bench.figures import Figure, timed

if TYPE_CHECKING:
    from recours.helpcentre.front_matter import ArticleFile

ARTICLES = int(os.environ.get("RECOURS_BENCH_ARTICLES", 5_000))
QUESTIONS = Path(__file__).resolve().parents[2] / "tests" / "helpcentre" / "search" / "tuning.toml"
AIM_MS = 50
LIMIT = 10

# What bare full text needs, and nobody else: a column of weighted words, and its index.
WORDS = """
ALTER TABLE helpcentre_publishedtext ADD COLUMN words tsvector GENERATED ALWAYS AS (
  setweight(to_tsvector('french', recours_fold(replace(title, '’', ' '))), 'A')
  || setweight(to_tsvector('french', recours_fold(replace(keywords, '’', ' '))), 'B')
  || setweight(to_tsvector('french', recours_fold(replace(summary, '’', ' '))), 'C')
  || setweight(to_tsvector('french', recours_fold(replace(plain, '’', ' '))), 'D')) STORED;
CREATE INDEX published_text_words ON helpcentre_publishedtext USING gin (words);
"""

# Any word of the question will do, the best first: the least that could answer a question in people's own words.
BARE = """
SELECT text.id, text.title, text.summary, text.plain
FROM helpcentre_publishedtext AS text,
  CAST(replace(plainto_tsquery('french', recours_fold(%(text)s))::text, '&', '|') AS tsquery) AS asked
WHERE text.marketplace_id = %(place)s AND text.language = 'fr' AND text.words @@ asked
ORDER BY ts_rank(text.words, asked) DESC LIMIT 10
"""


def figures() -> Iterator[Figure]:
    """One core for all: the searching is in Python, and the statement waits for the server on another."""
    from django.db import connection

    from recours.helpcentre.queries.search import search
    from recours_bench.world import analyse

    place = _a_help_centre()
    with connection.cursor() as cursor:
        cursor.execute(WORDS)
    analyse()
    asked = [
        row["text"]
        for row in tomllib.loads(QUESTIONS.read_text(encoding="utf-8"))["query"]
        if row["language"] == "fr"
    ]

    def ours(text: str) -> object:
        return search(marketplace_id=place, language="fr", text=text, limit=LIMIT)

    def bare(text: str) -> object:
        with connection.cursor() as cursor:
            cursor.execute(BARE, {"text": text, "place": place})
            return cursor.fetchall()

    before = _memory()
    with timed() as cold:
        ours(asked[0])
    grown = _memory() - before
    yield Figure(f"première recherche, {ARTICLES} articles", cold.seconds * 1000, "ms", note="index à faire")
    yield Figure("mémoire de l'index", grown / 1e6, "Mo", note="par processus et par langue")
    first, again = _ask(ours, asked), _ask(ours, asked)
    median, p99 = _middle(again), _last(again)
    yield Figure("recherche, médiane", median, "ms", aim=AIM_MS, note=f"{len(asked)} questions, chaud")
    yield Figure("recherche, 99e centile", p99, "ms", aim=AIM_MS)
    yield Figure("recherche, la pire", max(again) * 1000, "ms")
    yield Figure("mot mal écrit pour la première fois, 99e centile", _last(first), "ms", aim=AIM_MS)
    typed = [text[:end] for text in asked[::20] for end in range(1, len(text) + 1)]
    yield Figure("en tapant, 99e centile", _last(_ask(ours, typed)), "ms", aim=AIM_MS)
    long = " ".join(asked)[:4_000]
    yield Figure("4 000 caractères", _middle(_ask(ours, [long] * 20)), "ms", aim=AIM_MS)
    _ask(bare, asked)
    statement = _ask(bare, asked)
    yield Figure(
        "une requête plein texte nue, médiane", _middle(statement), "ms", note="sans fautes ni synonymes"
    )
    yield Figure("une requête plein texte nue, 99e centile", _last(statement), "ms")
    yield Figure("rapport des médianes", median / _middle(statement), "fois")
    yield Figure("après une correction d'article", _after_an_edit(ours, place, asked[0]), "ms")


def _ask(answer: Callable[[str], object], asked: Sequence[str]) -> list[float]:
    seconds = []
    for text in asked:
        began = time.perf_counter()
        answer(text)
        seconds.append(time.perf_counter() - began)
    return seconds


def _middle(seconds: Sequence[float]) -> float:
    return statistics.median(seconds) * 1000


def _last(seconds: Sequence[float]) -> float:
    return sorted(seconds)[int(len(seconds) * 0.99)] * 1000


def _memory() -> int:
    """Return what this process holds in memory, in bytes."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def _after_an_edit(answer: Callable[[str], object], place: UUID, text: str) -> float:
    """How long the search after a correction takes, which takes the correction in."""
    from recours.helpcentre.models import PublishedText

    seconds = []
    for row in PublishedText.objects.filter(marketplace_id=place)[:5]:
        row.title += " (corrigé)"
        row.save(update_fields=["title"])
        seconds += _ask(answer, [text])
    return _middle(seconds)


def _a_help_centre() -> UUID:
    """A marketplace with the starting articles in French, and as many variations of them as it takes."""
    from recours import clock
    from recours.helpcentre.commands.filling_rows import FilledText, fill_rows
    from recours.helpcentre.commands.vocabulary import load_starting_synonyms
    from recours.helpcentre.filling import fill_body
    from recours.helpcentre.front_matter import starting_set
    from recours.helpcentre.models import Article, ArticleVersion
    from recours.helpcentre.queries.references import references_of
    from recours_bench.world import a_place

    place, now = a_place().marketplace, clock.now()
    load_starting_synonyms(place.pk)
    references = references_of(place, "fr", now)
    files = [file for file in starting_set() if file.language == "fr"]
    bodies = {file.slug: fill_body(file.body, references) for file in files}
    chance = random.Random(20261120)
    words = _words(chance, 12_000)
    articles, versions, rows = [], [], []
    for number in range(ARTICLES):
        file, turn = files[number % len(files)], number // len(files)
        slug = file.slug if not turn else f"{file.slug[:60]}-{turn}"
        articles.append(
            Article(marketplace=place, slug=slug, category=file.category, action=file.action, position=number)
        )
        title, keywords, plain = file.title, file.keywords, bodies[file.slug].plain
        if turn:
            title, keywords, plain = _varied(file, plain, words, chance)
        versions.append(
            ArticleVersion(
                article=articles[-1], language="fr", number=1, title=title, summary=file.summary, body=file.body,
                keywords=list(keywords), saved_at=now, published_at=now,
            )
        )  # fmt: skip
        rows.append((title, keywords, plain, file))
    Article.objects.bulk_create(articles, batch_size=1_000)
    ArticleVersion.objects.bulk_create(versions, batch_size=1_000)
    fill_rows(
        FilledText(
            article_id=version.article_id,
            marketplace_id=place.pk,
            language="fr",
            version_id=version.pk,
            title=title,
            summary=file.summary,
            html=bodies[file.slug].html,
            plain=plain,
            keywords=tuple(keywords),
            filled_at=now,
        )
        for version, (title, keywords, plain, file) in zip(versions, rows, strict=True)
    )
    return place.pk


def _varied(
    file: ArticleFile, plain: str, words: Sequence[str], chance: random.Random
) -> tuple[str, tuple[str, ...], str]:
    """The same question about something else: other things are named, and a sentence in four is about them."""
    thing, other = chance.choice(words), chance.choice(words)
    sentences = plain.replace("\n", " ").split(". ")
    chance.shuffle(sentences)
    said = [
        " ".join(chance.choices(words, k=12)) if chance.random() < 0.25 else sentence
        for sentence in sentences
    ]
    title = f"{file.title.rstrip(' ?')} ({thing} {other})"[:200]
    keywords = (*chance.sample(file.keywords, k=max(1, len(file.keywords) // 2)), f"{thing} {other}")
    return title, keywords, ". ".join(said)


def _words(chance: random.Random, number: int) -> list[str]:
    """Made-up words that look French, so that the vocabulary is as large as that of so many articles."""
    heads = [
        "b",
        "br",
        "c",
        "ch",
        "d",
        "f",
        "fl",
        "g",
        "gr",
        "j",
        "l",
        "m",
        "n",
        "p",
        "pl",
        "r",
        "s",
        "t",
        "tr",
        "v",
    ]
    tails = [
        "a", "ai", "an", "au", "e", "é", "el", "er", "ette", "eur", "i", "ier", "in", "o", "on", "ou", "oir", "u",
        "ure", "age", "ion",
    ]  # fmt: skip
    found: dict[str, None] = {}
    while len(found) < number:
        parts = (chance.choice(heads) + chance.choice(tails) for _ in range(chance.choice((2, 2, 3, 3, 4))))
        found["".join(parts)] = None
    return list(found)
