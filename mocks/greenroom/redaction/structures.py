"""Redacting values by their names, in JSON, XML, CSV and forms; the rest of the text stays."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from urllib.parse import quote, unquote_plus

from . import json_tokens
from .field_names import PUBLIC, kind_at
from .secrets import MARK

Redact = Callable[[str], str]
Names = tuple[str, ...]
# The kind of a value by the names of the fields that it is in.
KindOf = Callable[[Names], str]

# Shorter numbers are counts, scores and years; longer ones may be telephone numbers.
_DIGITS_OF_A_PERSON = 7
_TAG = re.compile(r"<(/?)([A-Za-z_][\w.:-]*+)([^<>]*+)>")
_ATTRIBUTE = re.compile(r"([A-Za-z_][\w.:-]*+)(=)(\"[^\"<]*+\"|'[^'<]*+')")
_DEEPEST = 100
_JSON_LINE = re.compile(r"^((?:data|event|id):[ ]?)?([\[{].*)$", re.MULTILINE)
_SECTION = re.compile(r"[^\[\].]+")


def redact_json(text: str, redact: Redact, parents: Names = (), kind: KindOf = kind_at) -> str:
    """A JSON text, also a truncated one, redacted by names; public strings go through `redact`.

    `parents` are the names of the fields that the text itself is in.
    """
    pieces: list[str] = []
    done = 0
    for token in json_tokens.tokens(text):
        raw = text[token.start : token.end]
        if token.kind == json_tokens.OPENING:
            continue
        if token.kind == json_tokens.KEY:
            new = _replaced(raw, redact)
        else:
            names = tuple(step for step in token.path if isinstance(step, str))
            sensitive = kind(parents + names) != PUBLIC
            new = (_string if raw[0] == '"' else _bare)(raw, redact, sensitive)
        pieces += [text[done : token.start], new]
        done = token.end
    return "".join((*pieces, text[done:]))


def _string(raw: str, redact: Redact, sensitive: bool) -> str:
    if sensitive:
        # An empty value reveals nothing.
        return raw if raw == '""' else f'"{MARK}"'
    return _replaced(raw, redact)


def _replaced(raw: str, redact: Redact) -> str:
    value = json_tokens.decoded(raw)
    new = redact(value)
    if new == value:
        return raw
    return json_tokens.encoded(new) if raw[0] == '"' else new


def _bare(raw: str, redact: Redact, sensitive: bool) -> str:
    """A sensitive number becomes 0, so that it stays a number; literals stay."""
    if raw in ("true", "false", "null"):
        return raw
    if json_tokens.is_number(raw):
        is_long = sum(map(str.isdigit, raw)) >= _DIGITS_OF_A_PERSON
        return "0" if (sensitive and is_long) or MARK in redact(raw) else raw
    return MARK if sensitive else redact(raw)


def redact_xml(text: str, redact: Redact, kind: KindOf = kind_at) -> str:
    """XML or HTML, well formed or not, redacted by the names of elements and attributes."""
    pieces: list[str] = []
    open_tags: list[str] = []
    done = 0

    def content(piece: str) -> str:
        sensitive = bool(piece.strip()) and kind(tuple(open_tags)) != PUBLIC
        return MARK if sensitive else redact(piece)

    for match in _TAG.finditer(text):
        end, tag, rest = match.groups()
        pieces.append(content(text[done : match.start()]))
        pieces.append(f"<{end}{tag}{_ATTRIBUTE.sub(lambda m: _attribute(m, redact, kind), rest)}>")
        done = match.end()
        name = tag.rpartition(":")[2]
        if end:
            while open_tags and open_tags.pop() != name:
                pass
        elif not rest.endswith("/") and len(open_tags) < _DEEPEST:
            open_tags.append(name)
    return "".join((*pieces, content(text[done:])))


def _attribute(match: re.Match[str], redact: Redact, kind: KindOf) -> str:
    name, sign, value = match.groups()
    sensitive = kind((name.rpartition(":")[2],)) != PUBLIC and len(value) > 2
    return f"{name}{sign}{value[0]}{MARK if sensitive else redact(value[1:-1])}{value[0]}"


def redact_csv(text: str, redact: Redact, kind: KindOf = kind_at) -> str:
    """A table whose first line has the names of the columns."""
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except csv.Error:
        return redact(text)
    sensitive = [kind((name.strip(),)) != PUBLIC for name in rows[0]] if rows else []
    new = [
        [
            MARK if line and cell and i < len(sensitive) and sensitive[i] else redact(cell)
            for i, cell in enumerate(row)
        ]
        for line, row in enumerate(rows)
    ]
    if new == rows:
        return text
    written = io.StringIO()
    csv.writer(written, lineterminator="\r\n" if "\r\n" in text else "\n").writerows(new)
    return written.getvalue()


def redact_lines(text: str, redact: Redact, redact_json: Redact) -> str:
    """Text with lines that may be JSON, as in logs and event streams."""
    return redact(_JSON_LINE.sub(lambda match: (match[1] or "") + redact_json(match[2]), text))


def redact_pairs(text: str, redact: Redact, hides: Callable[[Names, str], bool]) -> str:
    """A query or an urlencoded form; fields with nothing to redact keep their encoding.

    `hides` decides by the names of a field and its value. A plus sign is a space (WHATWG URL,
    section 5.1).
    """
    fields = []
    for field in text.split("&"):
        name, sign, value = field.partition("=")
        plain_name, plain_value = name, value
        if "%" in field or "+" in field:
            plain_name, plain_value = unquote_plus(name), unquote_plus(value)
        new_name, new_value = redact(plain_name), redact(plain_value)
        if plain_value and hides(steps(plain_name), plain_value):
            new_value = MARK
        name = name if new_name == plain_name else quoted(new_name)
        value = value if new_value == plain_value else quoted(new_value)
        fields.append(name + sign + value)
    return "&".join(fields)


def steps(name: str) -> Names:
    """The names in the name of a form field: `candidate[email]` and `candidate.email` have two."""
    return tuple(_SECTION.findall(name)) or (name,)


def quoted(text: str, safe: str = "") -> str:
    """A redacted text as a part of a URL, percent-encoded except for the characters `safe`."""
    return MARK.join(quote(piece, safe=safe) for piece in text.split(MARK))
