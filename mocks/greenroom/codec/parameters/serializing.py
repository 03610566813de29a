"""Parameter styles: from a value to the text of a request; `parsing` goes the other way.

OpenAPI 3.1, 4.8.12.2 (style values) and RFC 6570. Names and values are percent-encoded before they
are joined, so that a delimiter within a value stays part of it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote

Pairs = list[tuple[str, str]]

# Visible ASCII that means nothing in the list or object of a header field.
_IN_FIELD = "!#$&'()*+-./:;<>?@[]^_`{|}~\\\" "
# The table of styles has space and pipe percent-encoded.
_DELIMITERS = {"form": ",", "spaceDelimited": "%20", "pipeDelimited": "%7C"}


def to_text(value: Any) -> str:
    """A value where text is asked for: a string as it is, anything else as compact JSON."""
    if isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def percent_encoded(value: Any) -> str:
    """A value with all but the unreserved characters encoded (RFC 3986 section 2.3)."""
    return quote(to_text(value), safe="")


def to_query(value: Any, name: str, style: str, explode: bool) -> Pairs:
    """A query or cookie parameter as its pairs, none for an exploded array or object without any.

    Of `deepObject` the standard has one level; arrays and objects within are written as
    `deep_object` reads them.
    """
    if style == "deepObject" and isinstance(value, dict):
        name = quote(name, safe="")
        return [(name + below, text) for below, text in _deep(value)]
    if explode and isinstance(value, dict):
        return [(percent_encoded(key), percent_encoded(entry)) for key, entry in value.items()]
    name = quote(name, safe="")
    if explode and isinstance(value, list):
        return [(name, percent_encoded(entry)) for entry in value]
    return [(name, simple(value, False, _DELIMITERS.get(style, ","), percent_encoded))]


def to_segment(value: Any, name: str, style: str, explode: bool) -> str:
    """A path parameter as the segment that takes the place of its template expression."""
    if style == "label":
        return "." + simple(value, explode, "." if explode else ",", percent_encoded)
    if style != "matrix":
        return simple(value, explode, ",", percent_encoded)
    if explode and isinstance(value, dict):
        return ";" + simple(value, explode, ";", percent_encoded)
    joined = not (explode and isinstance(value, list))
    texts = [simple(value, False, ",", percent_encoded)] if joined else map(percent_encoded, value)
    name = quote(name, safe="")
    # RFC 6570 section 3.2.7: no equals sign before an empty value.
    return "".join(f";{name}={text}" if text else f";{name}" for text in texts)


def to_header(value: Any, explode: bool) -> str:
    """A header parameter (style `simple`) as the text of its field.

    As it stands where a field can hold it, which servers expect (OpenAPI 3.1, appendix D); what a
    reader would take for something else is percent-encoded, as RFC 6570 has it for all.
    """
    if any(_is_misread(to_text(piece), value, explode) for piece in _pieces(value)):
        return simple(value, explode, ",", lambda piece: quote(to_text(piece), safe=_IN_FIELD))
    return simple(value, explode)


def simple(
    value: Any,
    explode: bool = False,
    delimiter: str = ",",
    write: Callable[[Any], str] = to_text,
) -> str:
    """Values, or names and values, with a delimiter between them: the style `simple`."""
    if isinstance(value, dict):
        mark = "=" if explode else delimiter
        return delimiter.join(write(k) + mark + write(v) for k, v in value.items())
    return delimiter.join(map(write, value)) if isinstance(value, list) else write(value)


def _pieces(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        yield from (*value, *value.values())
    else:
        yield from value if isinstance(value, list) else (value,)


def _is_misread(text: str, of: Any, explode: bool) -> bool:
    # What does not print has no place in a field, whose senders refuse it.
    if text.isprintable() and (not text.isascii() or text != text.strip()):
        return True
    return isinstance(of, list | dict) and ("," in text or (explode and "=" in text))


def _deep(value: Any) -> Iterator[tuple[str, str]]:
    """What follows the name of a parameter, and the value there; the brackets encoded."""
    if isinstance(value, dict):
        entries = [(percent_encoded(key), entry) for key, entry in value.items()]
    elif isinstance(value, list):
        has_parts = any(isinstance(entry, dict | list) for entry in value)
        entries = [(str(i) if has_parts else "", entry) for i, entry in enumerate(value)]
    else:
        yield "", percent_encoded(value)
        return
    for key, entry in entries:
        for below, text in _deep(entry):
            yield f"%5B{key}%5D{below}", text
