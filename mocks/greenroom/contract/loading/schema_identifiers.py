"""The identifiers of schemas of OpenAPI 3.1: `$id`, `$anchor`, `$dynamicAnchor`.

JSON Schema 2020-12, sections 8.2.1 and 8.2.2.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote, unquote, urldefrag, urljoin, urlsplit

from ...schema import json_pointer as ptr
from ..object_kinds import Part

_KEYWORDS = frozenset(("$id", "$anchor", "$dynamicAnchor", "$dynamicRef"))


def absolute(base: str, reference: str) -> tuple[str, str]:
    """The URI that a reference means relative to a base, and the fragment, percent-decoded.

    Raises ValueError for an invalid reference.
    """
    # A URI without a hierarchy, for example a `urn:`, is a base for fragments only.
    joined = base + reference if reference.startswith("#") else urljoin(base, reference)
    address, fragment = urldefrag(joined)
    place = urlsplit(address)
    if place.scheme == "file" and not place.netloc:
        # However it was written, a file has one address.
        address = f"file://{quote(unquote(place.path))}"
    return address, unquote(fragment)


def is_pointer(reference: str) -> bool:
    """Whether a reference is a JSON pointer into the document that contains it."""
    return reference == "#" or reference.startswith("#/")


def is_uri_reference(text: str) -> bool:
    """Whether a text in the mapping of a discriminator is a reference, not a name (4.8.25)."""
    return "#" in text or "/" in text or text.endswith((".yaml", ".yml", ".json"))


def is_bundled(document: Mapping[str, Any], parts: Iterable[Part]) -> bool:
    """Whether the parts of a document refer to each other by pointers only."""
    has_identifiers = _may_have_identifiers(document)
    for part in parts:
        if isinstance(part.node, dict):
            reference = part.node.get("$ref", "#")
            if isinstance(reference, str) and not is_pointer(reference):
                return False
            if has_identifiers and part.kind == "schema" and not _KEYWORDS.isdisjoint(part.node):
                return False
    return True


def _may_have_identifiers(document: Mapping[str, Any]) -> bool:
    """Whether schemas of a document may have an `$id` or an anchor; in OpenAPI 3.0 they may not."""
    return not str(document.get("openapi")).startswith("3.0")


class Identifiers:
    """The pointers of the schemas of one document by their identifiers."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self.are_allowed = _may_have_identifiers(document)
        self._document = document
        self._roots: dict[str, str] = {}
        self._anchors: dict[tuple[str, str], str] = {}
        self._dynamic: dict[str, set[tuple[str, str]]] = {}

    def take(self, schema: dict[str, Any], pointer: str, base: str, origin: tuple[str, str]) -> str:
        """Remove the identifiers of a schema and record them; returns the base of its references.

        `origin` is the file and the pointer where it was written, which its copies share.
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

    def find(self, address: str, fragment: str) -> str | None:
        """The pointer that a URI and its fragment identify, None where they identify nothing."""
        if fragment and not fragment.startswith("/"):
            return self._anchors.get((address, fragment))
        root = self._roots.get(address)
        if root is None:
            return None
        # By the standard a pointer below an `$id` begins there, but few authors mean that.
        for pointer in (root + fragment, fragment):
            try:
                ptr.look_up(self._document, pointer)
            except LookupError:
                continue
            return pointer
        return None

    def is_ambiguous(self, name: str) -> bool:
        """Whether a `$dynamicRef` to an anchor may lead to several schemas (8.2.3.2)."""
        return len(self._dynamic.get(name, ())) > 1


def find_anchor(document: Any, name: str) -> str | None:
    """The pointer of the schema that has an anchor, in a file whose bases are not known."""
    for pointer, node in ptr.walk(document):
        if isinstance(node, dict) and name in (node.get("$anchor"), node.get("$dynamicAnchor")):
            return pointer
    return None
