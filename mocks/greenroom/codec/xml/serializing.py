"""Values as XML, by the `xml` objects of their schemas (OpenAPI 3.1, 4.8.26)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from functools import cache, partial
from typing import Any

from ...schema import json_pointer as ptr
from ...schema.subschemas import Pointers, in_place_subschemas, shape_of
from .names import xml_name
from .parsing import INSTANCE

_ROOT = "root"
_COMPONENTS = "/components/schemas"
# Characters that XML 1.0 cannot hold (section 2.2), or not in names (section 2.3, in ASCII).
_UNHELD = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_UNNAMED = re.compile(r"[^\w.-]")
# White space in an attribute would be read as blanks (section 3.3.3), and a return as a line end.
_ESCAPED = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;"})
_QUOTED = _ESCAPED | str.maketrans({'"': "&quot;", "\n": "&#10;", "\t": "&#9;"})


def to_xml(document: Mapping[str, Any], schema: str | None, value: Any) -> str:
    """A value as an XML document. Without a schema elements have the names of the properties.

    The root has the name that its schema gives, else that of the component that its schema is.
    """
    writer = _XmlWriter(document)
    pointers = (schema,) if schema is not None else ()
    declared = '<?xml version="1.0" encoding="UTF-8"?>\n'
    return declared + "".join(writer.element(_root_name(document, pointers), pointers, value))


class _XmlWriter:
    def __init__(self, document: Mapping[str, Any]) -> None:
        self._name_of = cache(partial(xml_name, document))
        self._shape_of = cache(partial(shape_of, document))

    def element(self, called: str, pointers: Pointers, value: Any) -> Iterator[str]:
        """An element, named by its schemas where they do."""
        name, declared = self._name(pointers, called)
        if isinstance(value, list):
            parts = self._items(name.rpartition(":")[2], pointers, value)
            yield f"<{name}{declared}>{''.join(parts)}</{name}>"
        elif isinstance(value, dict):
            attributes, children = self._parts(pointers, value)
            yield f"<{name}{declared}{attributes}>{children}</{name}>"
        elif value is None:
            yield f'<{name}{declared} xmlns:xsi="{INSTANCE}" xsi:nil="true"/>'
        else:
            yield f"<{name}{declared}>{_text(value).translate(_ESCAPED)}</{name}>"

    def _items(self, called: str, pointers: Pointers, values: list[Any]) -> Iterator[str]:
        for i, item in enumerate(values):
            yield from self.element(called, self._shape_of(pointers).of_item(i), item)

    def _parts(self, pointers: Pointers, value: Mapping[str, Any]) -> tuple[str, str]:
        """The attributes and the children of an object."""
        described = self._shape_of(pointers)
        attributes: list[str] = []
        children: list[str] = []
        for key, entry in value.items():
            below = described.of_property(key)
            xml = self._name_of(below)
            if xml.attribute and not isinstance(entry, (dict, list)):
                name, declared = self._name(below, key, is_attribute=True)
                attributes.append(f"{declared} {name}={_quoted(_text(entry))}")
            elif isinstance(entry, list) and not xml.wrapped:
                children += self._items(key, below, entry)
            else:
                children += self.element(key, below, entry)
        return "".join(attributes), "".join(children)

    def _name(self, pointers: Pointers, called: str, is_attribute: bool = False) -> tuple[str, str]:
        """A name with its prefix, and the declaration of its namespace."""
        xml = self._name_of(pointers)
        local = _clean(xml.local or called)
        prefix = _clean(xml.prefix) if xml.prefix else ""
        # An attribute without a prefix is in no namespace.
        if is_attribute and xml.namespace and not prefix:
            prefix = "ns"
        declared = ""
        if xml.namespace:
            named = f"xmlns:{prefix}" if prefix else "xmlns"
            declared = f" {named}={_quoted(xml.namespace)}"
        # A prefix that nothing declares would make the document unreadable.
        return (f"{prefix}:{local}" if prefix and declared else local), declared


def _root_name(document: Mapping[str, Any], pointers: Pointers) -> str:
    for pointer in pointers:
        for _, where in in_place_subschemas(document, pointer):
            holder, _, name = where.rpartition("/")
            if holder == _COMPONENTS:
                return ptr.split(f"/{name}")[0]
    return _ROOT


def _clean(name: str) -> str:
    """A text as a name: characters that no name can have become underscores."""
    cleaned = _UNNAMED.sub("_", name)
    return cleaned if re.match(r"[^\W\d]", cleaned) else f"_{cleaned}"


def _quoted(text: str) -> str:
    return f'"{text.translate(_QUOTED)}"'


def _text(value: Any) -> str:
    text = value if isinstance(value, str) else "" if value is None else json.dumps(value)
    return _UNHELD.sub("", text)
