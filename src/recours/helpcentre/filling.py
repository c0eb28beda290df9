"""From what an editor wrote to what a reader gets: references filled in, Markdown made HTML, marks set, all clean.

A reference is replaced after the Markdown was understood, so that no value is ever read as Markdown or as HTML.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cache, lru_cache
from typing import NamedTuple

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token

from recours.helpcentre.references import References
from recours.helpcentre.refusals import UnknownReference
from recours.rules.law import Law
from recours.rules.policy import Policy
from recours.rules.wording import Lang
from recours.rules.wording.format import typography

MAX_BODY = 30_000
"""Characters of an article; the longest of ours has 3,000."""
SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")

_SPACES = re.compile(r"[ \t\r\n]+")  # those that do not break stay
_ELSEWHERE = re.compile(r"https?:|mailto:|/|#")
_REFERENCE = re.compile(r"\{\{([^{}\n]*)\}\}")
# A private character on each side of a number: Markdown gives them no meaning, and nobody types them.
_OPEN, _CLOSE = "\ue000", "\ue001"
_PLACE = re.compile(f"{_OPEN}([0-9]+){_CLOSE}")
_TAGS = {
    "p", "h2", "h3", "h4", "ul", "ol", "li", "blockquote", "strong", "em", "a", "code", "pre", "br", "hr",
}  # fmt: skip
_HEADINGS = {"h1": "h2", "h5": "h4", "h6": "h4"}


class Filled(NamedTuple):
    """An article as readers get it: its HTML, and its text for search."""

    html: str
    plain: str


def fill(markdown: str, policy: Policy, law: Law | None, lang: Lang, *, name: str = "") -> Filled:
    """Fill a text under a policy and the law in force when that policy was published. Raises UnknownReference."""
    return fill_body(markdown, References(policy, law, lang, on=policy.meta.published_on, name=name))


def fill_line(text: str, references: References) -> str:
    """Fill a title or a summary, which are no Markdown. Raises UnknownReference."""
    kept, values = _taken(text, references)
    return typography(_put(_SPACES.sub(" ", kept).strip(), values), references.lang)


def fill_body(markdown: str, references: References, *, link: Callable[[str], str] | None = None) -> Filled:
    """Fill an article's body. `link` makes the address of an article from its slug, beside it unless told.
    Raises UnknownReference.

    HTML in the source is shown as the text it is.
    """
    kept, values = _taken(markdown, references)
    if link is None:
        return _filled_for_readers(kept, tuple(values), references.lang)
    return _filled(kept, values, references.lang, link)


@lru_cache(
    maxsize=512
)  # the starting set twice: whatever marketplace fills it, most texts and values are the same
def _filled_for_readers(kept: str, values: tuple[str, ...], lang: Lang) -> Filled:
    return _filled(kept, values, lang, lambda slug: f"../{slug}/")


def _filled(kept: str, values: Sequence[str], lang: Lang, link: Callable[[str], str]) -> Filled:
    tokens = _parser().parse(kept)
    lines: list[str] = []
    for token in tokens:
        token.tag = _HEADINGS.get(token.tag, token.tag)
        if token.type == "inline":
            _fill_inline(token.children or [], values, lang, link)
            lines.append(_text_of(token.children or []))
        elif token.content:
            token.content = _put(token.content, values)
            lines.append(token.content.strip())
    html = _parser().renderer.render(tokens, _parser().options, {})
    clean = nh3.clean(
        html,
        tags=_TAGS,
        attributes={"a": {"href"}, "ol": {"start"}},
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener",
    )
    return Filled(clean, "\n".join(line for line in lines if line))


def links_in(markdown: str) -> list[str]:
    """Return what a text links to within the help centre, each once: slugs, or what was meant to be one."""
    found = (
        str(child.attrs.get("href", ""))
        for token in _parser().parse(markdown)
        for child in token.children or []
        if child.type == "link_open"
    )
    return list(dict.fromkeys(href for href in found if not _ELSEWHERE.match(href)))


@cache
def _parser() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False}).disable(["image", "html_block", "html_inline"])


def _taken(text: str, references: References) -> tuple[str, list[str]]:
    """Take the references out of a text, and return what each stood for, in order."""
    text = text.replace("\0", "").replace(_OPEN, "").replace(_CLOSE, "")
    if unknown := references.unknown(text):
        raise UnknownReference(unknown)
    values: list[str] = []

    def take(match: re.Match[str]) -> str:
        values.append(references.values[match[1].strip()])
        return f"{_OPEN}{len(values) - 1}{_CLOSE}"

    return _REFERENCE.sub(take, text), values


def _put(text: str, values: Sequence[str]) -> str:
    return _PLACE.sub(lambda match: values[int(match[1])], text)


def _fill_inline(
    children: list[Token], values: Sequence[str], lang: Lang, link: Callable[[str], str]
) -> None:
    for place, child in enumerate(children):
        if child.type == "text":
            child.content = typography(_put(child.content, values), lang)
            if re.search(r"\w'$", child.content) and place + 1 < len(children):
                child.content = f"{child.content[:-1]}’"  # the word that follows is in bold, or a link
        elif child.content:
            child.content = _put(child.content, values)
        if child.type == "link_open":
            href = str(child.attrs.get("href", ""))
            child.attrs["href"] = link(href) if SLUG.fullmatch(href) else _put(href, values)


def _text_of(children: list[Token]) -> str:
    """Return the text of a paragraph, on one line."""
    parts = [" " if child.type in ("softbreak", "hardbreak") else child.content for child in children]
    return _SPACES.sub(" ", "".join(parts)).strip()
