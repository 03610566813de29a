"""Parameter styles: from a value to the text of a request; `parsing` does the reverse.

OpenAPI 3.1, 4.8.12.2 (style values) and RFC 6570. Names and values are percent-encoded before they
are joined, so that a delimiter within a value stays part of it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any
from urllib.parse import quote

Pairs = list[tuple[str, str]]

# Visible ASCII without a meaning in the list or object of a header field.
_IN_FIELD = "!#$&'()*+-./:;<>?@[]^_`{|}~\\\""
# In the table of styles space and pipe are percent-encoded.
_DELIMITERS = {"form": ",", "spaceDelimited": "%20", "pipeDelimited": "%7C"}


def to_text(value: Any) -> str:
    """A value as text: a string as it is, anything else as compact JSON."""
    if isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def percent_encoded(value: Any) -> str:
    """A value with all but the unreserved characters encoded (RFC 3986 section 2.3)."""
    return quote(to_text(value), safe="")


def to_query(value: Any, name: str, style: str, explode: bool) -> Pairs:
    """A query or cookie parameter as its pairs; an empty exploded array or object has no pairs.

    The standard defines one level of `deepObject`; arrays and objects within are written as
    `parsing` reads them.
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
    pairs = to_query(value, name, "form", explode)
    # RFC 6570 section 3.2.7: no equals sign before an empty value.
    return "".join(f";{key}={text}" if text else f";{key}" for key, text in pairs)


def to_header(value: Any, explode: bool) -> str:
    """A header parameter (style `simple`) as the text of its field.

    Without percent-encoding, as servers expect (OpenAPI 3.1, appendix D), except where a reader
    would misunderstand it; RFC 6570 encodes all values.
    """
    pieces = (*(value if isinstance(value, dict) else ()), *_values(value))
    if any(_is_misread(to_text(piece), value, explode) for piece in pieces):
        return simple(value, explode, ",", lambda piece: quote(to_text(piece), safe=_IN_FIELD))
    return simple(value, explode)


def simple(
    value: Any,
    explode: bool = False,
    delimiter: str = ",",
    write: Callable[[Any], str] = to_text,
) -> str:
    """Values, or names and values, with a delimiter between them: the style `simple`.

    No style defines nested values; their items are joined with the others.
    """
    if not isinstance(value, dict | list):
        return write(value)
    texts = [simple(entry, False, delimiter, write) for entry in _values(value)]
    if isinstance(value, dict):
        mark = "=" if explode else delimiter
        texts = [write(name) + mark + text for name, text in zip(value, texts, strict=True)]
    return delimiter.join(texts)


def _values(value: Any) -> Iterable[Any]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else (value,)


def _is_misread(text: str, of: Any, explode: bool) -> bool:
    # Control characters are left to the senders, which refuse them.
    if text.isprintable() and (not text.isascii() or text != text.strip()):
        return True
    return isinstance(of, list | dict) and ("," in text or (explode and "=" in text))


def _deep(value: Any) -> Iterator[tuple[str, str]]:
    """Each path in brackets that follows the name of a parameter, encoded, and its value."""
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
