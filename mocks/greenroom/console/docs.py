"""The pages of documentation, which come with the package, as pages of the console."""

from __future__ import annotations

import posixpath
import re
from functools import cache, lru_cache
from itertools import pairwise
from urllib.parse import unquote

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

from ..contract.catalog import shipped_folder
from .layout import Place, render

_INDEX = "index"
_COMMENT = re.compile(r"^<!--.*?-->\n", re.DOTALL | re.MULTILINE)
_HEADING = re.compile(r"^##+ (.+)$", re.MULTILINE)
_LINK = re.compile(r"\]\(([\w-]+)\.md\)")
# What else these pages lead to, by name: where it lies in a checkout.
_OTHERS = {
    **{name: f"{name}.md" for name in ("README", "CONTRIBUTING", "SECURITY")},
    "style-guide": "specs/README.md",
}
# What the layout has ids for must not have one of these pages.
_PREFIX = "on-"
# What may be wider than a screen is scrolled by keys, too. In texts these tags are escaped.
_SCROLLED = {
    "<pre>": '<div class="line"><pre tabindex="0" role="group" aria-label="Example">',
    "</pre>": '</pre><button type="button" class="copy" aria-label="Copy it">Copy</button></div>',
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
    names = dict.fromkeys([_INDEX, *_LINK.findall(index), *_OTHERS])
    return {name: _text(name).partition("\n")[0].removeprefix("# ") for name in names}


@cache
def headings() -> list[tuple[str, str, str]]:
    """The headings within the pages: the name of the page, the text, and the id on the page."""
    found = ((n, text.replace("`", "")) for n in titles() for text in _HEADING.findall(_text(n)))
    return [(name, text, _PREFIX + anchor(text)) for name, text in found]


def anchor(heading: str) -> str:
    """The fragment that links name a heading by, as in repositories on the web."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def _text(name: str) -> str:
    folder, _, file = _path(name).rpartition("/")
    found = shipped_folder(folder or "docs") / file
    # An installation has those of the top of a checkout among the others.
    found = found if found.is_file() else found.parents[1] / file
    return _COMMENT.sub("", found.read_text(encoding="utf-8"))


def _path(name: str) -> str:
    return _OTHERS.get(name, f"docs/{name}.md")


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
        token.children = _with_links(token.children, name, up) if token.children else None
    html = _PARSER.renderer.render(tokens, _PARSER.options, {})
    for tag, focusable in _SCROLLED.items():
        html = html.replace(tag, focusable)
    return Markup(html)


def _with_links(tokens: list[Token], name: str, up: str) -> list[Token]:
    """The parts of a line of a page, whose links lead to pages of the console, or are texts."""
    found, is_dead = [], False
    pages = {_path(each): each for each in titles()}
    for token in tokens:
        if token.type == "link_open":
            target = str(token.attrs["href"])
            path, _, heading = target.partition("#")
            to = posixpath.normpath(posixpath.join(posixpath.dirname(_path(name)), unquote(path)))
            is_dead = bool(path) and to not in pages and not target.startswith("https://")
            if not path or to in pages:
                href = Place(up).to("docs", pages[to]) if path else ""
                token.attrSet("href", href + (f"#{_PREFIX}{heading}" if heading else ""))
            else:
                token.attrSet("rel", "noopener noreferrer")
        if not (is_dead and token.type in ("link_open", "link_close")):
            found.append(token)
    return found
