"""Texts with named values, JSON, XML, CSV, forms, and how each value is redacted by its name."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator
from urllib.parse import quote, unquote_plus

from . import json_tokens
from .field_names import OPEN, kind_at
from .patterns import is_variable
from .secrets import MARK

Clean = Callable[[str], str]
Names = tuple[str, ...]
# The kind of a value by the names that it stands below.
KindOf = Callable[[Names], str]

# Shorter numbers are counts, scores and years; longer ones may be a telephone's.
_DIGITS_OF_A_PERSON = 7
_TAG = re.compile(r"<(/?)([A-Za-z_][\w.:-]*+)([^<>]*+)>")
_ATTRIBUTE = re.compile(r"([A-Za-z_][\w.:-]*+)(=)(\"[^\"<]*+\"|'[^'<]*+')")
_DEEPEST = 100
_JSON_LINE = re.compile(r"^((?:data|event|id):[ ]?)?([\[{].*)$", re.MULTILINE)
_SECTION = re.compile(r"[^\[\].]+")


def json_without(text: str, clean: Clean, around: Names = ()) -> str:
    """A JSON text, whole or broken off, redacted by names; what stands open goes through `clean`.

    `around` are the names that the text itself stands below.
    """
    pieces: list[str] = []
    done = 0
    for token in json_tokens.tokens(text):
        raw = text[token.start : token.end]
        if token.kind == json_tokens.OPENING:
            continue
        if token.kind == json_tokens.KEY:
            new = _replaced(raw, clean)
        else:
            closed = kind_at(around + token.names) != OPEN
            new = _string(raw, clean, closed) if raw[0] == '"' else _bare(raw, clean, closed)
        pieces += [text[done : token.start], new]
        done = token.end
    return "".join((*pieces, text[done:]))


def _string(raw: str, clean: Clean, closed: bool) -> str:
    if closed:
        # That a value is empty gives nothing away.
        return raw if raw == '""' else f'"{MARK}"'
    return _replaced(raw, clean)


def _replaced(raw: str, clean: Clean) -> str:
    value = json_tokens.decoded(raw)
    new = clean(value)
    if new == value:
        return raw
    return json_tokens.encoded(new) if raw[0] == '"' else new


def _bare(raw: str, clean: Clean, closed: bool) -> str:
    """A number that is somebody's becomes 0 and stays a number; literals stay."""
    if json_tokens.is_literal(raw):
        return raw
    if json_tokens.is_number(raw):
        return "0" if is_telling(raw, clean, closed) else raw
    return MARK if closed else clean(raw)


def is_telling(number: str, clean: Clean, closed: bool) -> bool:
    """Whether a number may be a telephone's or a secret; `closed` tells that its name says so."""
    long = sum(map(str.isdigit, number)) >= _DIGITS_OF_A_PERSON
    return (closed and long) or MARK in clean(number)


def xml_without(text: str, clean: Clean) -> str:
    """XML or HTML, well formed or not, redacted by the names of elements and attributes."""
    pieces: list[str] = []
    open_tags: list[str] = []
    done = 0

    def content(piece: str) -> str:
        closed = bool(piece.strip()) and kind_at(tuple(open_tags)) != OPEN
        return MARK if closed else clean(piece)

    for match in _TAG.finditer(text):
        end, tag, rest = match.groups()
        pieces.append(content(text[done : match.start()]))
        pieces.append(f"<{end}{tag}{_ATTRIBUTE.sub(lambda m: _attribute(m, clean), rest)}>")
        done = match.end()
        name = tag.rpartition(":")[2]
        if end:
            while open_tags and open_tags.pop() != name:
                pass
        elif not rest.endswith("/") and len(open_tags) < _DEEPEST:
            open_tags.append(name)
    return "".join((*pieces, content(text[done:])))


def _attribute(match: re.Match[str], clean: Clean) -> str:
    name, sign, value = match.groups()
    closed = kind_at((name.rpartition(":")[2],)) != OPEN and len(value) > 2
    return f"{name}{sign}{value[0]}{MARK if closed else clean(value[1:-1])}{value[0]}"


def csv_without(text: str, clean: Clean) -> str:
    """A table whose first line names its columns."""
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except csv.Error:
        return clean(text)
    closed = [kind_at((name.strip(),)) != OPEN for name in rows[0]] if rows else []
    new = [
        [
            MARK if line and cell and i < len(closed) and closed[i] else clean(cell)
            for i, cell in enumerate(row)
        ]
        for line, row in enumerate(rows)
    ]
    if new == rows:
        return text
    written = io.StringIO()
    csv.writer(written, lineterminator="\r\n" if "\r\n" in text else "\n").writerows(new)
    return written.getvalue()


def lines_without(text: str, clean: Clean, json: Clean) -> str:
    """Text of which lines may be JSON, as in logs and event streams."""
    return clean(_JSON_LINE.sub(lambda match: (match[1] or "") + json(match[2]), text))


def pairs_without(text: str, clean: Clean, kind: KindOf) -> str:
    """The fields of a query or an urlencoded form; those that stay are left as they were written.

    A plus sign is a space (WHATWG URL, section 5.1).
    """
    return "&".join(_pairs(text, clean, kind))


def _pairs(text: str, clean: Clean, kind: KindOf) -> Iterator[str]:
    for field in text.split("&"):
        if not field:
            yield field
            continue
        name, sign, value = field.partition("=")
        plain, inner = unquote_plus(name), unquote_plus(value)
        told = clean(plain)
        closed = inner and not is_variable(inner) and kind(steps(plain)) != OPEN
        new = MARK if closed else clean(inner)
        yield (
            (name if told == plain else _written(told))
            + sign
            + (value if new == inner else _written(new))
        )


def steps(name: str) -> Names:
    """The names in the name of a field: `candidate[email]` and `candidate.email` are two."""
    return tuple(_SECTION.findall(name)) or (name,)


def _written(text: str) -> str:
    return MARK.join(quote(piece, safe="") for piece in text.split(MARK))
