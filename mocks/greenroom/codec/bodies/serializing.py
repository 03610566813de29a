"""The value of an example as the bytes of a body, in the media type that documents it."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from ...contract.model import MediaType
from ...http.media_type import essence
from ..xml.serializing import to_xml

FORM = "application/x-www-form-urlencoded"
CSV = "text/csv"
EVENTS = "text/event-stream"
# One JSON text on each line, or with a record separator before each (RFC 7464).
_LINES = frozenset(
    ("application/x-ndjson", "application/ndjson", "application/jsonl", "application/x-jsonlines")
)
_SEQUENCE = "application/json-seq"
_NOTHING: Mapping[str, Any] = {}


def write(value: Any, media_type: MediaType, document: Mapping[str, Any] = _NOTHING) -> bytes:
    """A value as bytes: bytes and texts as they stand, all else as the media type has it.

    `document` describes the value. What has no form of its own is written as JSON.
    """
    name = essence(media_type.name)
    if isinstance(value, bytes):
        return value
    if media_type.is_json:
        return to_json(value)
    if isinstance(value, str):
        return value.encode()
    if media_type.is_xml:
        return to_xml(document, media_type.schema, value).encode()
    if name == CSV:
        return _to_csv(value).encode()
    if name == FORM and isinstance(value, dict):
        return urlencode([(key, _text(entry)) for key, entry in _fields(value)]).encode()
    entries = value if isinstance(value, list) else [value]
    if name in _LINES:
        return b"".join(to_json(entry) + b"\n" for entry in entries)
    if name == _SEQUENCE:
        return b"".join(b"\x1e" + to_json(entry) + b"\n" for entry in entries)
    if name == EVENTS:
        return b"".join(b"data: " + to_json(entry) + b"\n\n" for entry in entries)
    return to_json(value)


def to_json(value: Any) -> bytes:
    """A value as compact JSON in UTF-8."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def _to_csv(value: Any) -> str:
    """Rows (RFC 4180): objects under a header of their names, arrays as they are."""
    rows = value if isinstance(value, list) else [value]
    names = dict.fromkeys(name for row in rows if isinstance(row, dict) for name in row)
    table = [list(names)] if names else []
    for row in rows:
        if isinstance(row, dict):
            table.append([_text(row.get(name, "")) for name in names])
        else:
            table.append([_text(cell) for cell in (row if isinstance(row, list) else [row])])
    written = io.StringIO()
    csv.writer(written).writerows(table)
    return written.getvalue()


def _fields(value: Mapping[str, Any]) -> list[tuple[str, Any]]:
    listed = ((k, v if isinstance(v, list) else [v]) for k, v in value.items())
    return [(key, entry) for key, entries in listed for entry in entries if entry is not None]


def _text(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else to_json(value).decode()
