"""Parameter styles: from the text of a request to strings, lists and mappings of strings.

OpenAPI 3.1, 4.8.12.2 (style values) and RFC 6570. Splitting comes before percent-decoding, so that
an encoded delimiter stays part of its value. A `lenient` reading takes an encoded comma for a
delimiter: ordinary clients encode the whole value of a parameter.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import zip_longest
from typing import Any
from urllib.parse import unquote

# A parameter before its texts are interpreted; only `deepObject` has objects within objects.
Tree = str | Sequence["Tree"] | Mapping[str, "Tree"]
Text = str | list[str] | dict[str, str]
Pairs = Sequence[tuple[str, str]]

# Space and pipe must be percent-encoded in a query.
_DELIMITERS = {"spaceDelimited": re.compile("%20| "), "pipeDelimited": re.compile(r"%7[Cc]|\|")}
# As deep as `qs` reads, the library that made the notation of `deepObject` popular.
_DEEPEST = 5
_ENCODED_COMMA = re.compile("%2C", re.IGNORECASE)
_BRACKETS = re.compile(rf"(?:\[[^\[\]]*+\]){{1,{_DEEPEST}}}")
_NAME = re.compile(r"\[([^\[\]]*+)\]")


def from_query(
    pairs: Pairs,
    name: str,
    style: str,
    explode: bool,
    shape: str,
    is_property: Callable[[str], bool],
    lenient: bool = False,
) -> Tree | None:
    """A query or cookie parameter of a shape (`primitive`, `array`, `object`); None if absent.

    `is_property` is whether a name is a property of an exploded object. A primitive value that is
    sent several times is a list, so that each is validated.
    """
    if style == "deepObject":
        return _deep_object(pairs, name)
    if shape == "object" and explode:
        found: dict[str, Any] = {}
        for key, value in pairs:
            if is_property(key):
                _put(found, [key], unquote(value))
        return found or None
    values = [value for key, value in pairs if key == name]
    if not values:
        return None
    if shape == "primitive" and len(values) == 1:
        return unquote(values[0])
    if shape == "primitive" or (explode and shape == "array"):
        return [unquote(value) for value in values]
    delimiter = _DELIMITERS.get(style)
    parts: list[str] = []
    for value in values:
        if delimiter is not None:
            parts += delimiter.split(value) if value else []
        elif value:
            parts += (_ENCODED_COMMA.sub(",", value) if lenient else value).split(",")
    return _structure(parts, shape)


def from_segment(
    text: str, name: str, style: str, explode: bool, shape: str, lenient: bool = False
) -> Text | None:
    """A path parameter; `text` is the segment as it was sent. None without its style's prefix."""
    if lenient:
        text = _ENCODED_COMMA.sub(",", text)
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
    return _structure(parts, shape, explode, unquote if encoded else str)


def _delimited(text: str, delimiter: str, shape: str, explode: bool = False) -> Text:
    if shape == "primitive":
        return unquote(text)
    return _structure(text.split(delimiter) if text else [], shape, explode)


def _structure(
    parts: Sequence[str], shape: str, explode: bool = False, decode: Callable[[str], str] = unquote
) -> list[str] | dict[str, str]:
    """An array or object: `name=value` parts if it is exploded, else names and values in turn.

    A value left out is empty.
    """
    if shape == "array":
        return [decode(part) for part in parts]
    pairs: Iterable[tuple[str, str]] = zip_longest(parts[::2], parts[1::2], fillvalue="")
    if explode:
        pairs = (part.partition("=")[::2] for part in parts)
    return {decode(name): decode(value) for name, value in pairs}


def _deep_object(pairs: Pairs, name: str) -> dict[str, Any] | None:
    """The object of the pairs `name[property]=value`; a name sent several times has a list.

    OpenAPI 3.1 defines one level of it (4.8.12.3). Arrays and objects within are read as most
    libraries write them: `name[list][]=1&name[list][]=2&name[object][property]=3`.
    """
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key.startswith(f"{name}[") and key.endswith("]"):
            brackets = key[len(name) :]
            is_path = _BRACKETS.fullmatch(brackets)
            _put(found, _NAME.findall(brackets) if is_path else [brackets[1:-1]], unquote(value))
    return found or None


def _put(tree: dict[str, Any], path: list[str], text: str) -> None:
    *above, last = path
    for name in above:
        inner = tree.setdefault(name, {})
        if not isinstance(inner, dict):
            # The same name for a value and for an object: kept under the name that was sent.
            last = "][".join(path)
            break
        tree = inner
    known = tree.get(last)
    if known is None:
        tree[last] = text
    elif isinstance(known, list):
        known.append(text)
    else:
        tree[last] = [known, text]
