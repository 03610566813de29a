"""What all pages have around them, and where a page is: its links are relative to that."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import quote, urlencode

from ..printable import plain
from ..version import __version__
from .assets import FOLDER
from .html import environment
from .markdown import markdown
from .wording import date, length, short, time

# The places that the bar leads to: the first segment of their addresses, and their names.
SECTIONS = {"": "Start", "reference": "Reference", "console": "Spaces", "docs": "Docs"}


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page is, below /_greenroom/.

    `up` leads there from the page: it is empty or ends in a slash. `parts` are the segments of the
    page's own address, decoded, and `query` its parameters. `space` is the chosen one, or empty.
    """

    up: str = ""
    parts: tuple[str, ...] = ()
    query: Mapping[str, str] = field(default_factory=dict)
    space: str = ""

    @property
    def section(self) -> str:
        """The first segment of the page's address."""
        return self.parts[0] if self.parts else ""

    def path(self, *parts: str) -> str:
        """The path of a control route, below /_greenroom/."""
        return "/".join(quote(part, safe="") for part in parts)

    def to(self, *parts: str, **query: str) -> str:
        """A relative link to the page with these segments; the chosen space stays chosen."""
        path = self.up + "/".join(quote(part, safe="~") for part in parts)
        kept = {"space": self.space} if self.space and parts[:1] in ((), ("reference",)) else {}
        asked = urlencode(kept | query)
        return (path or "./") + (f"?{asked}" if asked else "")


def slug(name: str) -> str:
    """A name as one segment of an address."""
    text = plain(name).replace(" /", "~").replace("/", "~")
    # A browser takes segments of dots alone for steps.
    return text if text.strip(".") else f"~{text}"


def render(template: str, place: Place, **data: object) -> str:
    """A page as HTML, from a template that extends `layout.html`."""
    return _TEMPLATES.get_template(template).render(place=place, **data)


_TEMPLATES = environment(
    "greenroom.console",
    "templates",
    assets=FOLDER,
    date=date,
    length=length,
    markdown=markdown,
    sections=SECTIONS,
    shell=shlex.join,
    short=short,
    time=time,
    version=__version__,
)
