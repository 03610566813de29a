"""The names that schemas of OpenAPI 3.1 give themselves: `$id`, `$anchor`, `$dynamicAnchor`.

JSON Schema 2020-12, sections 8.2.1 and 8.2.2.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, unquote, urldefrag, urljoin, urlsplit

from ...schema import json_pointer as ptr

NAMING = frozenset(("$id", "$anchor", "$dynamicAnchor", "$dynamicRef"))


def absolute(base: str, reference: str) -> tuple[str, str]:
    """The address that a reference leads to from a base, and the fragment, decoded.

    Raises ValueError for what is no reference.
    """
    # What is no hierarchy, such as `urn:`, is a base for fragments only.
    joined = base + reference if reference.startswith("#") else urljoin(base, reference)
    address, fragment = urldefrag(joined)
    place = urlsplit(address)
    if place.scheme == "file" and not place.netloc:
        # However it was written, a file has one address.
        address = f"file://{quote(unquote(place.path))}"
    return address, unquote(fragment)


def is_pointer(reference: str) -> bool:
    """Whether a reference is a JSON pointer into the document that it stands in."""
    return reference == "#" or reference.startswith("#/")


def is_address(text: str) -> bool:
    """Whether what may be the name of a schema or a reference to one is a reference."""
    return "#" in text or "/" in text or text.endswith((".yaml", ".yml", ".json"))


class Identifiers:
    """The schemas of one document by what they call themselves."""

    def __init__(self) -> None:
        self._roots: dict[str, str] = {}
        self._anchors: dict[tuple[str, str], str] = {}
        self._dynamic: dict[str, set[tuple[str, str]]] = {}

    def note(self, schema: dict[str, Any], pointer: str, base: str, origin: tuple[str, str]) -> str:
        """Take the names of a schema down and out of it; the base of the references in it.

        `origin` is where it was written: a schema that was copied to two places is still one.
        """
        if isinstance(schema.get("$id"), str):
            base = absolute(base, schema.pop("$id"))[0]
            self._roots.setdefault(base, pointer)
        for keyword in ("$anchor", "$dynamicAnchor"):
            if isinstance(schema.get(keyword), str):
                name = schema.pop(keyword)
                self._anchors.setdefault((base, name), pointer)
                if keyword == "$dynamicAnchor":
                    self._dynamic.setdefault(name, set()).add(origin)
        return base

    def find(self, document: Mapping[str, Any], address: str, fragment: str) -> str | None:
        """The pointer that an address and a fragment lead to, None for nothing here."""
        if fragment and not fragment.startswith("/"):
            return self._anchors.get((address, fragment))
        root = self._roots.get(address)
        if root is None:
            return None
        # By the letter a pointer below an `$id` begins there; few who write one mean that.
        for pointer in (root + fragment, fragment):
            try:
                ptr.look_up(document, pointer)
            except LookupError:
                continue
            return pointer
        return None

    def is_ambiguous(self, name: str) -> bool:
        """Whether a `$dynamicRef` of a name may lead to one of several schemas (8.2.3.2)."""
        return len(self._dynamic.get(name, ())) > 1


def find_anchor(document: Any, name: str) -> str | None:
    """The pointer of the schema of an anchor in a file of which nothing else is known."""
    for pointer, node in ptr.walk(document):
        if isinstance(node, dict) and name in (node.get("$anchor"), node.get("$dynamicAnchor")):
            return pointer
    return None
