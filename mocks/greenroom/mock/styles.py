"""Parameter styles: from the text of a request to strings, lists and mappings of strings.

OpenAPI 3.1, 4.8.12.2 (style values) and RFC 6570. Splitting comes before percent-decoding, so that
an encoded delimiter stays part of its value.
"""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import unquote

Text = str | list[str] | dict[str, str]
Pairs = Sequence[tuple[str, str]]

_DELIMITERS = {"form": ",", "spaceDelimited": " ", "pipeDelimited": "|"}


def query_pairs(query: bytes) -> list[tuple[str, str]]:
    """The parameters of a raw query: names decoded, values left as they were sent."""
    pairs = []
    for part in query.decode("latin-1").split("&"):
        if part:
            name, _, value = part.partition("=")
            pairs.append((unquote(name.replace("+", " ")), value.replace("+", "%20")))
    return pairs


def from_query(
    pairs: Pairs, name: str, style: str, explode: bool, shape: str, properties: Sequence[str]
) -> Text | None:
    """A query or cookie parameter of a shape (`primitive`, `array`, `object`); None if absent."""
    if style == "deepObject":
        prefix = f"{name}["
        found = {
            key[len(prefix) : -1]: unquote(value)
            for key, value in pairs
            if key.startswith(prefix) and key.endswith("]")
        }
        return found or None
    if shape == "object" and explode:
        return {key: unquote(value) for key, value in pairs if key in properties} or None
    values = [value for key, value in pairs if key == name]
    if not values:
        return None
    if shape == "primitive":
        return unquote(values[0])
    if explode and shape == "array":
        return [unquote(value) for value in values]
    return _delimited(_plain(values[0], style), _DELIMITERS.get(style, ","), shape)


def from_segment(text: str, name: str, style: str, explode: bool, shape: str) -> Text:
    """A path parameter; `text` is the segment as it was sent."""
    if style == "label":
        text = text.removeprefix(".")
        return _exploded(text, ".", shape) if explode else _delimited(text, ",", shape)
    if style == "matrix":
        text = text.removeprefix(";")
        if not explode or shape == "primitive":
            return _delimited(text.removeprefix(f"{name}="), ",", shape)
        if shape == "array":
            parts = (part.removeprefix(f"{name}=") for part in text.split(";"))
            return [unquote(part) for part in parts]
        return _exploded(text, ";", shape)
    return _exploded(text, ",", shape) if explode else _delimited(text, ",", shape)


def from_header(text: str, explode: bool, shape: str) -> Text:
    """A header parameter (style `simple`); header values are not percent-encoded."""
    if shape == "primitive":
        return text.strip()
    parts = [part.strip() for part in text.split(",")]
    if shape == "array":
        return parts
    if explode:
        return dict(part.partition("=")[::2] for part in parts)
    return dict(zip(parts[::2], parts[1::2], strict=False))


def cookie_pairs(value: str) -> list[tuple[str, str]]:
    """The pairs of a Cookie header (RFC 6265 section 5.4)."""
    pairs = (part.strip().partition("=") for part in value.split(";"))
    return [(name, text.strip('"')) for name, _, text in pairs if name]


def _plain(value: str, style: str) -> str:
    """Space and pipe must be percent-encoded in a query, so they are decoded before splitting."""
    if style == "spaceDelimited":
        return value.replace("%20", " ")
    if style == "pipeDelimited":
        return value.replace("%7C", "|").replace("%7c", "|")
    return value


def _delimited(text: str, delimiter: str, shape: str) -> Text:
    if shape == "primitive":
        return unquote(text)
    parts = [unquote(part) for part in text.split(delimiter)] if text else []
    if shape == "array":
        return parts
    return dict(zip(parts[::2], parts[1::2], strict=False))


def _exploded(text: str, delimiter: str, shape: str) -> Text:
    if shape == "primitive":
        return unquote(text)
    if shape == "array":
        return [unquote(part) for part in text.split(delimiter)]
    pairs = (part.partition("=") for part in text.split(delimiter))
    return {unquote(name): unquote(value) for name, _, value in pairs}
