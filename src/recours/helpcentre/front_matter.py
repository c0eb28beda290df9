"""Articles as files: TOML between two lines of +++, then Markdown. Every mistake is named, with its file and line."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Iterable, Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from msgspec import Struct

from recours.helpcentre.actions import ACTIONS
from recours.helpcentre.filling import MAX_BODY, SLUG, links_in
from recours.helpcentre.models import Category
from recours.helpcentre.references import names_in
from recours.helpcentre.refusals import FilesRefused
from recours.helpcentre.sections import RESERVED, SECTIONS
from recours.rules.policy.lines import LineIndex, syntax_line
from recours.rules.wording import LANGUAGES, Lang, say

FENCE = "+++"
MAX_SLUG = 80
MAX_TITLE = 200
MAX_SUMMARY = 600
MAX_KEYWORDS, MAX_KEYWORD = 40, 80
MAX_FILE = 200_000
_NAME = re.compile(rf"(?P<slug>{SLUG.pattern})\.(?P<language>{'|'.join(LANGUAGES)})\.md")
_REQUIRED = ("title", "summary", "action")
_KNOWN = (*_REQUIRED, "section", "keywords", "related", "position")


class ArticleFile(Struct, frozen=True, kw_only=True):
    """What one file says: an article in one language."""

    path: str
    slug: str
    language: str
    category: Category
    title: str
    summary: str
    body: str
    action: str
    section: str = ""
    keywords: tuple[str, ...] = ()
    related: tuple[str, ...] = ()
    position: int = 0
    first_line: int = 1
    """On which line of the file the body begins."""


class Problem(Struct, frozen=True):
    """One thing wrong with a file: its line (from 1), and the sentence `helpcentre.problem.<code>`."""

    path: str
    line: int
    code: str
    params: dict[str, str | int] = {}

    def text(self, lang: Lang) -> str:
        said = say(lang, f"helpcentre.problem.{self.code}", **self.params)
        return f"{self.path}:{self.line}: {said}"


class ArticlesRefused(FilesRefused):
    """A folder of articles cannot be used as it is."""

    code = FilesRefused.code

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(count=len(problems))
        self.problems = tuple(problems)

    def __reduce__(self) -> tuple[object, ...]:
        return (ArticlesRefused, (self.problems,))


def starting_set(references: Collection[str] | None = None) -> tuple[ArticleFile, ...]:
    """Return the articles that come with Recours. Raises ArticlesRefused: a mistake of ours, which a test looks for."""
    return _starting_set() if references is None else read_articles(_starter(), references)


@cache
def _starting_set() -> tuple[ArticleFile, ...]:
    return read_articles(_starter())


def _starter() -> list[tuple[str, str, str]]:
    with_text = []
    root = files("recours.helpcentre") / "starter"
    for category in Category:
        for path in (root / category).iterdir():
            if path.name.endswith(".md"):
                with_text.append((category.value, path.name, path.read_text("utf-8")))
    return sorted(with_text)


def read_folder(folder: Path, references: Collection[str] | None = None) -> tuple[ArticleFile, ...]:
    """Read every `<category>/<slug>.<language>.md` of a folder. Raises ArticlesRefused with all that is wrong."""
    found: list[tuple[str, str, str]] = []
    problems: list[Problem] = []
    for path in sorted(folder.rglob("*.md")):
        shown = path.relative_to(folder)
        try:
            with path.open("rb") as file:
                text = file.read(4 * MAX_FILE).decode("utf-8-sig")
        except (OSError, UnicodeDecodeError):
            problems.append(Problem(str(shown), 1, "unreadable"))
            continue
        found.append((shown.parent.as_posix(), path.name, text))
    return read_articles(found, references, problems)


def read_articles(
    given: Iterable[tuple[str, str, str]],
    references: Collection[str] | None = None,
    problems: Sequence[Problem] = (),
) -> tuple[ArticleFile, ...]:
    """Read articles given as (category, file name, text), and compare them with each other.

    `references` are those that may be used; any, when None. Raises ArticlesRefused.
    """
    found: list[ArticleFile] = []
    wrong = list(problems)
    for category, name, text in given:
        article, mistakes = read_article(category, name, text, references)
        wrong += mistakes
        if article is not None:
            found.append(article)
    wrong += _between(found)
    if wrong:
        raise ArticlesRefused(sorted(wrong, key=lambda problem: (problem.path, problem.line)))
    return tuple(found)


def read_article(
    category: str, name: str, text: str, references: Collection[str] | None = None
) -> tuple[ArticleFile | None, list[Problem]]:
    """Read one file; None, and at least one problem, when it makes no article."""
    path = f"{category}/{name}" if category not in ("", ".") else name
    reader = _Reader(path, text)
    named = _NAME.fullmatch(name)
    if named is None or len(named["slug"]) > MAX_SLUG or named["slug"] in RESERVED:
        reader.note(1, "bad_name")
    if category not in Category.values:
        reader.note(1, "no_category", value=category, known=", ".join(Category.values))
    fields = reader.front_matter()
    if fields is not None:
        reader.check(fields, category, references)
    if reader.problems or named is None or fields is None:
        return None, reader.problems
    article = ArticleFile(
        path=path,
        slug=named["slug"],
        language=named["language"],
        category=Category(category),
        title=fields["title"].strip(),
        summary=" ".join(fields["summary"].split()),
        body=reader.body,
        action=fields["action"],
        section=fields.get("section", ""),
        keywords=tuple(fields.get("keywords", ())),
        related=tuple(fields.get("related", ())),
        position=fields.get("position", 0),
        first_line=reader.first_line,
    )
    return article, []


class _Reader:
    """One file, and what is wrong with it."""

    def __init__(self, path: str, text: str) -> None:
        self.path = path
        self.text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
        self.body, self.first_line = "", 1
        self.problems: list[Problem] = []
        self.index = LineIndex("")

    def note(self, line: int, code: str, /, **params: str | int) -> None:
        self.problems.append(Problem(self.path, line, code, params))

    def at(self, field: str, code: str, /, **params: str | int) -> None:
        """Note a problem of a field, on the field's line."""
        self.note(self.index.line(field) + 1, code, **params)

    def front_matter(self) -> dict[str, Any] | None:
        lines = self.text[:MAX_FILE].split("\n")
        ends = [number for number, line in enumerate(lines) if line.rstrip() == FENCE]
        if len(ends) < 2 or ends[0] != 0:
            self.note(1, "no_front_matter")
            return None
        head = "\n".join(lines[1 : ends[1]])
        rest = "\n".join(lines[ends[1] + 1 :])
        self.body = rest.strip()
        self.first_line = ends[1] + 1 + bool(self.body) + rest[: rest.find(self.body[:1])].count("\n")
        try:
            fields = tomllib.loads(head)
        except (tomllib.TOMLDecodeError, RecursionError) as error:
            # The reader names no line for what ends too early.
            line = ends[1] if "end of document" in str(error) else syntax_line(error) + 1
            self.note(line, "syntax", detail=str(error))
            return None
        self.index = LineIndex(head)
        return fields

    def check(self, fields: dict[str, Any], category: str, references: Collection[str] | None) -> None:
        for key in fields:
            if key not in _KNOWN:
                self.at(key, "unknown_key", key=key)
        self._texts(fields)
        self._lists(fields)
        if not isinstance(fields.get("position", 0), int) or fields.get("position", 0) < 0:
            self.at("position", "wrong_type", key="position")
        self._words(fields, category)
        if not self.body:
            self.note(self.first_line, "empty_body")
        if len(self.body) > MAX_BODY:
            self.note(self.first_line, "too_long", key="body", most=MAX_BODY)
        if references is not None:
            self._references(fields, references)

    def _texts(self, fields: dict[str, Any]) -> None:
        most = {"title": MAX_TITLE, "summary": MAX_SUMMARY}
        for key in (*_REQUIRED, "section"):
            value = fields.get(key, "")
            if not isinstance(value, str):
                self.at(key, "wrong_type", key=key)
            elif key in _REQUIRED and not value.strip():
                self.at(key, "missing", key=key)
            elif len(value) > most.get(key, MAX_TITLE):
                self.at(key, "too_long", key=key, most=most.get(key, MAX_TITLE))

    def _lists(self, fields: dict[str, Any]) -> None:
        for key in ("keywords", "related"):
            value = fields.get(key, [])
            if not isinstance(value, list) or not all(isinstance(each, str) and each for each in value):
                self.at(key, "wrong_type", key=key)
                fields[key] = []
            elif len(value) > MAX_KEYWORDS or any(len(each) > MAX_KEYWORD for each in value):
                self.at(key, "too_long", key=key, most=MAX_KEYWORD)

    def _words(self, fields: dict[str, Any], category: str) -> None:
        action, section = fields.get("action"), fields.get("section", "")
        if isinstance(action, str) and action.strip() and action not in ACTIONS:
            self.at("action", "no_action", value=action)
        known = SECTIONS[Category(category)] if category in Category.values else ()
        if isinstance(section, str) and section and known and section not in known:
            self.at("section", "no_section", value=section, known=", ".join(known))

    def _references(self, fields: dict[str, Any], known: Collection[str]) -> None:
        for key in ("title", "summary"):
            for line, name in names_in(str(fields.get(key, ""))):
                if name not in known:
                    self.note(self.index.line(key) + line, "unknown_reference", value=name)
        for line, name in names_in(self.body):
            if name not in known:
                self.note(self.first_line + line - 1, "unknown_reference", value=name)


def _between(found: Sequence[ArticleFile]) -> list[Problem]:
    """Compare the articles of a set: one address each, the same place in both languages, links that lead somewhere."""
    problems: list[Problem] = []
    by_key: dict[tuple[str, str], ArticleFile] = {}
    by_slug: dict[str, ArticleFile] = {}
    slugs = {article.slug for article in found}
    for article in found:
        twin = by_key.setdefault((article.slug, article.language), article)
        if twin is not article:
            problems.append(Problem(article.path, 1, "same_address", {"other": twin.path}))
        first = by_slug.setdefault(article.slug, article)
        for key in ("category", "section", "action"):
            if getattr(first, key) != getattr(article, key) and twin is article:
                params: dict[str, str | int] = {"key": key, "other": first.path}
                problems.append(Problem(article.path, 1, "other_values", params))
        for slug in article.related:
            if slug not in slugs:
                problems.append(Problem(article.path, 1, "no_related", {"value": slug}))
        for slug in links_in(article.body):
            if slug not in slugs:
                line = article.first_line + _line_of(f"]({slug}", article.body)
                problems.append(Problem(article.path, line, "no_link", {"value": slug}))
    return problems


def _line_of(needle: str, text: str) -> int:
    return text.count("\n", 0, max(text.find(needle), 0))
