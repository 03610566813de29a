"""An HTML page, read by the rules of HTML, and what every page of ours keeps."""

from __future__ import annotations

from collections import Counter
from html.parser import HTMLParser

_VOID = ("meta", "link", "input", "br", "hr")
_CONTROLS = ("input", "select", "textarea")
_LINKS = ("href", "src", "action")


class HtmlPage(HTMLParser):
    """The elements of a page: their tags, attributes and texts.

    Raises AssertionError for an element that is not closed, or not in its turn.
    """

    def __init__(self, html: str) -> None:
        super().__init__()
        self.html = html
        self.tags: Counter[str] = Counter()
        self.elements: list[tuple[str, dict[str, str], str]] = []
        self._open: list[tuple[str, dict[str, str], list[str]]] = []
        self.feed(html)
        self.close()
        assert not self._open, f"never closed: {[tag for tag, _, _ in self._open]}"

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        """Take an element."""
        self.tags[tag] += 1
        found = {name: value or "" for name, value in attributes}
        # A control inside of a label is named by it.
        if tag in _CONTROLS and any(name == "label" for name, _, _ in self._open):
            found["in-label"] = ""
        if tag in _VOID:
            self.elements.append((tag, found, ""))
        else:
            self._open.append((tag, found, []))

    def handle_endtag(self, tag: str) -> None:
        """End an element, the last that was opened."""
        opened, attributes, parts = self._open.pop()
        assert opened == tag, f"{opened} ends as {tag}"
        self.elements.append((tag, attributes, "".join(parts)))

    def handle_data(self, data: str) -> None:
        """Take a text."""
        for _, _, parts in self._open:
            parts.append(data)

    @property
    def ids(self) -> list[str]:
        """Every id."""
        return [attributes["id"] for _, attributes, _ in self.elements if "id" in attributes]

    @property
    def links(self) -> list[str]:
        """Every address that the page leads to or loads."""
        return [a[name] for _, a, _ in self.elements for name in _LINKS if name in a]

    def texts(self, tag: str, kind: str = "") -> list[str]:
        """The texts of the elements of a tag, and of a class."""
        return [
            text.strip()
            for name, attributes, text in self.elements
            if name == tag and (not kind or kind in attributes.get("class", "").split())
        ]

    def faults(self) -> list[str]:
        """What no page of ours may have: inline code and styles, ids twice, controls unnamed."""
        found = [f"id {name} occurs {n} times" for name, n in Counter(self.ids).items() if n > 1]
        if self.tags["h1"] != 1:
            found.append(f"{self.tags['h1']} h1")
        labelled = {a.get("for") for tag, a, _ in self.elements if tag == "label"}
        for tag, attributes, text in self.elements:
            found += [f"<{tag} {n}>" for n in attributes if n == "style" or n.startswith("on")]
            if tag == "style" or (tag == "script" and "src" not in attributes):
                found.append(f"inline {tag}")
            named = text.strip() or attributes.keys() & {"aria-label", "aria-labelledby"}
            if tag in _CONTROLS:
                named = attributes.keys() & {"in-label", "aria-label"}
                named = (
                    named or attributes.get("id") in labelled or attributes.get("type") == "hidden"
                )
            if tag in (*_CONTROLS, "button", "summary", "a") and not named:
                found.append(f"<{tag} {attributes}> has no name")
        return found
