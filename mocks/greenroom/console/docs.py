"""The pages of documentation, which come with the package, as pages of the console."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from itertools import pairwise

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

from ..contract.catalog import shipped_folder
from .layout import Place, render

_INDEX = "index"
_COMMENT = re.compile(r"^<!--.*?-->\n", re.DOTALL | re.MULTILINE)
_LINK = re.compile(r"\]\(([\w-]+)\.md\)")
# What the layout has ids for must not have one of these pages.
_PREFIX = "on-"
# What may be wider than a screen is scrolled by keys, too. In texts these tags are escaped.
_SCROLLED = {
    "<pre>": '<pre tabindex="0" role="group" aria-label="Example">',
    "<table>": '<div class="scroll" tabindex="0" role="group" aria-label="Table"><table>',
    "</table>": "</table></div>",
}
_PARSER = MarkdownIt("commonmark", {"html": False}).enable("table")


def page(place: Place) -> str | None:
    """A page of documentation as HTML, the index without a name; None for one there is not."""
    known = titles()
    name = "/".join(place.parts[1:]) or _INDEX
    if name not in known:
        return None
    listed = [(place.to("docs", each), title) for each, title in known.items() if each != _INDEX]
    content = _html(name, place.up)
    return render("docs.html", place, name=name, title=known[name], listed=listed, content=content)


@cache
def titles() -> dict[str, str]:
    """The titles of the pages by name, in the order of the index."""
    index = _text(_INDEX)
    names = dict.fromkeys([_INDEX, *(name for name in _LINK.findall(index))])
    return {name: _text(name).partition("\n")[0].removeprefix("# ") for name in names}


def anchor(heading: str) -> str:
    """The fragment that links name a heading by, as in repositories on the web."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def _text(name: str) -> str:
    text = (shipped_folder("docs") / f"{name}.md").read_text(encoding="utf-8")
    return _COMMENT.sub("", text)


@lru_cache(maxsize=128)
def _html(name: str, up: str) -> Markup:
    tokens = _PARSER.parse(_text(name))
    for before, token in pairwise(tokens):
        if before.type == "heading_open":
            heading = "".join(each.content for each in token.children or ())
            before.attrSet("id", _PREFIX + anchor(heading))
        if token.attrs.pop("style", None) is not None:
            # Columns of numbers; the policy of the pages allows no styles in attributes.
            token.attrSet("class", "number")
        token.children = _with_links(token.children, up) if token.children else token.children
    html = _PARSER.renderer.render(tokens, _PARSER.options, {})
    for tag, focusable in _SCROLLED.items():
        html = html.replace(tag, focusable)
    return Markup(html)


def _with_links(tokens: list[Token], up: str) -> list[Token]:
    """The parts of a line, whose links lead to pages of the console, or are texts."""
    found, is_dead = [], False
    for token in tokens:
        if token.type == "link_open":
            target = str(token.attrs["href"])
            leads = re.fullmatch(r"(?:([\w-]+)\.md)?(?:#(.*))?", target)
            is_dead = leads is None and not target.startswith("https://")
            if leads is not None:
                path = Place(up).to("docs", leads[1]) if leads[1] else ""
                token.attrSet("href", path + (f"#{_PREFIX}{leads[2]}" if leads[2] else ""))
            else:
                token.attrSet("rel", "noopener noreferrer")
        if not (is_dead and token.type in ("link_open", "link_close")):
            found.append(token)
    return found
