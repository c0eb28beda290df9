"""HTML to text: what a reader sees, with quoted passages marked as mail programs mark them in plain text."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import nh3

LONGEST = 1_000_000
"""Characters of HTML that are read; a mail written by a person has a fiftieth of that."""

_BLOCKS = {
    "p", "div", "section", "article", "header", "footer", "table", "tr", "ul", "ol", "li", "pre", "address",
    "h1", "h2", "h3", "h4", "h5", "h6", "dl", "dt", "dd", "center", "figure",
}  # fmt: skip
_SPACED = {"p", "ul", "ol", "pre", "h1", "h2", "h3", "h4", "h5", "h6"}
_KEPT = {*_BLOCKS, "br", "hr", "blockquote", "td", "th", "a", "img"}
_UNSEEN = {"script", "style", "title", "noscript", "template", "textarea", "svg", "math", "head"}
RULE = "_" * 32


def text_of(html: str) -> str:
    """Return the words of an HTML body, line by line; scripts, styles and addresses of pictures are not words."""
    # Rust parses what strangers wrote; our reader then meets well-formed tags only.
    clean = nh3.clean(
        html[:LONGEST],
        tags=_KEPT,
        clean_content_tags=_UNSEEN - {"head"},
        attributes={"a": {"href"}, "img": {"alt"}},
        url_schemes={"http", "https", "mailto"},
        link_rel=None,
    )
    reader = _Reader()
    reader.feed(clean)
    reader.close()
    return reader.text()


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._lines: list[str] = []
        self._line = ""
        self._depth = 0
        self._link = ""
        self._link_from = 0
        self._as_typed = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "br":
            self._break()
        elif tag == "hr":
            self._end()
            self._line = RULE
            self._end()
        elif tag == "blockquote":
            self._end()
            self._depth += 1
        elif tag == "a":
            self._link, self._link_from = given.get("href") or "", len(self._line)
        elif tag == "img" and given.get("alt"):
            self._line += f"[{given['alt']}]"
        elif tag in {"td", "th"}:
            self._line += " " if self._line else ""
        elif tag in _BLOCKS:
            self._end(blank=tag in _SPACED)
            self._as_typed += tag == "pre"
            self._line += "- " if tag == "li" else ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "blockquote":
            self._end()
            self._depth = max(0, self._depth - 1)
        elif tag == "a":
            self._end_of_link()
        elif tag in _BLOCKS:
            self._end(blank=tag in _SPACED)
            self._as_typed -= tag == "pre"

    def handle_data(self, data: str) -> None:
        if self._as_typed > 0:
            first, *rest = data.split("\n")
            self._line += first
            for line in rest:
                self._break()
                self._line += line
            return
        words = re.sub(r"[ \t\r\n\f]+", " ", data)
        self._line += words.lstrip() if not self._line or self._line.endswith(" ") else words

    def text(self) -> str:
        self._end()
        return re.sub(r"\n{3,}", "\n\n", "\n".join(self._lines)).strip()

    def _end_of_link(self) -> None:
        """Say where a link leads when its words do not: the reader of a message sees no addresses behind words."""
        words = self._line[self._link_from :].strip()
        bare = self._link.removeprefix("mailto:")
        if (
            bare
            and words
            and words.rstrip("/") not in {bare.rstrip("/"), re.sub(r"^https?://", "", bare).rstrip("/")}
        ):
            self._line += f" <{bare}>"
        self._link = ""

    def _break(self) -> None:
        mark = "> " * self._depth
        self._lines.append((mark + self._line.rstrip()).rstrip() if mark else self._line.rstrip())
        self._line, self._link_from = "", 0

    def _end(self, *, blank: bool = False) -> None:
        if self._line.strip():
            self._break()
        else:
            self._line = ""
        if blank and self._lines and self._lines[-1].strip("> "):
            self._lines.append(("> " * self._depth).rstrip())
