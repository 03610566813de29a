"""Texts of contracts as HTML: CommonMark without HTML and images."""

from __future__ import annotations

from functools import lru_cache

from markdown_it import MarkdownIt
from markupsafe import Markup

from ..printable import plain

# Characters; a page has room for no more, and to read them takes some milliseconds.
_LONGEST = 10_000


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False}).disable("image")
    # Of other links some run scripts, and relative ones lead nowhere from here.
    parser.validateLink = lambda url: url.lower().startswith(("https://", "http://"))  # type: ignore[method-assign]
    return parser


_PARSER = _parser()


@lru_cache(maxsize=4096)
def markdown(text: str, level: int = 3, longest: int = _LONGEST) -> Markup:
    """The HTML of a text, whose first headings get a level; of a long text the beginning."""
    safe = plain(text[:longest], keep="\n\t")
    if len(text) > longest:
        safe += " … (The contract has the rest.)"
    tokens = _PARSER.parse(safe)
    highest = min((int(t.tag[1]) for t in tokens if t.type == "heading_open"), default=1)
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(level + int(token.tag[1]) - highest, 6)}"
        for each in token.children or ():
            if each.type == "link_open":
                each.attrSet("rel", "noopener noreferrer")
    return Markup(_PARSER.renderer.render(tokens, _PARSER.options, {}))
