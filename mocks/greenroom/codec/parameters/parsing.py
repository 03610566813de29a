"""Parameter styles: from the text of a request to strings, lists and mappings of strings.

OpenAPI 3.1, 4.8.12.2 (style values) and RFC 6570. Splitting comes before percent-decoding, so that
an encoded delimiter stays part of its value.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import zip_longest
from urllib.parse import unquote

from . import deep_object

# What a parameter is made of: texts, and in `deepObject` objects within objects.
Tree = str | Sequence["Tree"] | Mapping[str, "Tree"]
Text = str | list[str] | dict[str, str]
Pairs = Sequence[tuple[str, str]]

_DELIMITERS = {"form": ",", "spaceDelimited": " ", "pipeDelimited": "|"}


def from_query(
    pairs: Pairs,
    name: str,
    style: str,
    explode: bool,
    shape: str,
    belongs: Callable[[str], bool],
) -> Tree | None:
    """A query or cookie parameter of a shape (`primitive`, `array`, `object`); None if absent.

    `belongs` tells the properties of an exploded object, which stand there by their own names.
    """
    if style == "deepObject":
        return deep_object.read(pairs, name)
    if shape == "object" and explode:
        return {key: unquote(value) for key, value in pairs if belongs(key)} or None
    values = [value for key, value in pairs if key == name]
    if not values:
        return None
    if shape == "primitive":
        return unquote(values[0])
    if explode and shape == "array":
        return [unquote(value) for value in values]
    return _delimited(_plain(values[0], style), _DELIMITERS.get(style, ","), shape)


def from_segment(text: str, name: str, style: str, explode: bool, shape: str) -> Text | None:
    """A path parameter; `text` is the segment as it was sent. None without its style's prefix."""
    if style == "label":
        if not text.startswith("."):
            return None
        return _delimited(text[1:], "." if explode else ",", shape, explode)
    if style != "matrix":
        return _delimited(text, ",", shape, explode)
    if not text.startswith(";"):
        return None
    if explode and shape == "object":
        return _delimited(text[1:], ";", shape, explode)
    # RFC 6570 section 3.2.7: `;name=value`, and `;name` alone for an empty value.
    parts = [part.partition("=") for part in text[1:].split(";")]
    if any(unquote(given) != name for given, _, _ in parts):
        return None
    if explode and shape == "array":
        return [unquote(value) for _, _, value in parts]
    if len(parts) > 1:
        return None
    return _delimited(parts[0][2], ",", shape)


def from_header(text: str, explode: bool, shape: str, encoded: bool = False) -> Text:
    """A header parameter (style `simple`), percent-encoded as RFC 6570 has it or, as usual, not."""
    if shape == "primitive":
        return unquote(text.strip()) if encoded else text.strip()
    # Empty elements of a list do not count (RFC 9110 section 5.6.1).
    parts = [stripped for part in text.split(",") if (stripped := part.strip())]
    found = parts if shape == "array" else _object(parts, explode)
    return _decoded(found) if encoded else found


def _plain(value: str, style: str) -> str:
    """Space and pipe must be percent-encoded in a query, so they are decoded before splitting."""
    if style == "spaceDelimited":
        return value.replace("%20", " ")
    if style == "pipeDelimited":
        return value.replace("%7C", "|").replace("%7c", "|")
    return value


def _delimited(text: str, delimiter: str, shape: str, explode: bool = False) -> Text:
    if shape == "primitive":
        return unquote(text)
    parts = text.split(delimiter) if text else []
    return _decoded(parts if shape == "array" else _object(parts, explode))


def _decoded(parts: list[str] | dict[str, str]) -> Text:
    if isinstance(parts, list):
        return [unquote(part) for part in parts]
    return {unquote(name): unquote(value) for name, value in parts.items()}


def _object(parts: Sequence[str], explode: bool) -> dict[str, str]:
    """Exploded `name=value` parts, or names and values in turn; a value left out is empty."""
    if explode:
        return dict(part.partition("=")[::2] for part in parts)
    return dict(zip_longest(parts[::2], parts[1::2], fillvalue=""))
