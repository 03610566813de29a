"""A value as the bytes of a body, and their Content-Type."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote_plus, unquote

from ...contract.model import Encoding, MediaType, Parameter
from ...http.field_values import is_token, quoted
from ...http.media_type import FORM, essence, top_level_type
from ..parameters.serializing import to_header, to_query, to_text
from ..sample import documented_value
from ..xml.serializing import to_xml
from .form_properties import described_by, documented

CSV = "text/csv"
EVENTS = "text/event-stream"
_LINES = ("application/x-ndjson", "application/ndjson", "application/jsonl",
          "application/x-jsonlines")  # fmt: skip
# Sequences of JSON texts (RFC 7464 among them): the bytes before and after each text.
_SEQUENCES = {
    **dict.fromkeys(_LINES, (b"", b"\n")),
    "application/json-seq": (b"\x1e", b"\n"),
    EVENTS: (b"data: ", b"\n\n"),
}
_BYTES = "application/octet-stream"
# The subtype that is sent where a contract documents a range, for example `image/*`.
_DEFAULT_SUBTYPES = {"audio": "mpeg", "font": "woff2", "image": "png", "multipart": "form-data",
            "text": "plain", "video": "mp4"}  # fmt: skip
_BOUNDARY = "greenroom-boundary"

Document = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class _Field:
    """One field of a form: a value or an item of one; `kind` is empty for plain text."""

    name: str
    value: Any
    kind: str
    schema: str | None
    is_file: bool
    headers: tuple[Parameter, ...]

    def content(self, document: Document) -> bytes:
        return body_bytes(self.value, MediaType(self.kind, "", self.schema), document)


def typed_body(value: Any, media: MediaType, document: Document) -> tuple[str, bytes]:
    """The Content-Type and the bytes of a body with a value.

    For a range the Content-Type is one that suits the value (OpenAPI 3.1, 4.8.14).
    """
    media = concrete(media, value)
    body = body_bytes(value, media, document)
    return content_type(media, body), body


def body_bytes(value: Any, media: MediaType, document: Document) -> bytes:
    """The bytes of a body: bytes and texts as they are, other values as their media type requires.

    `document` holds the schema of the value, by which XML and forms are written. Other
    values of a media type that is not known here are written as JSON.
    """
    name = essence(media.name)
    if isinstance(value, bytes):
        return value
    if media.is_json:
        return to_json(value)
    if isinstance(value, str):
        return value.encode()
    if media.is_xml:
        return to_xml(document, media.schema, value).encode()
    if name == CSV:
        return _to_csv(value).encode()
    if name == FORM and isinstance(value, dict):
        return _to_form(value, media, document)
    if top_level_type(name) == "multipart" and isinstance(value, dict):
        return _to_multipart(value, media, document)
    if name in _SEQUENCES:
        before, after = _SEQUENCES[name]
        entries = value if isinstance(value, list) else [value]
        return b"".join(before + to_json(entry) + after for entry in entries)
    return to_json(value)


def content_type(media: MediaType, body: bytes) -> str:
    """The Content-Type of a body: its media type with the parameters that are needed to read it.

    They are the boundary, with which a multipart body begins, and the charset of a text that is
    not ASCII.
    """
    name, given = media.name, media.name.lower()
    if given.startswith("multipart/") and "boundary=" not in given and body.startswith(b"--"):
        line = body[2:].partition(b"\r\n")[0].decode("latin-1").strip()
        boundary = line.removesuffix("--")
        return f"{name}; boundary=" + (boundary if is_token(boundary) else quoted(boundary))
    is_text = given.startswith("text/") and "charset" not in given
    return f"{name}; charset=utf-8" if is_text and not body.isascii() else name


def concrete(media: MediaType, value: Any) -> MediaType:
    """The media type that a value is sent with; a range is replaced by a type of it.

    Where the value does not determine the type, it is a usual one of the range.
    """
    if "*" not in media.name:
        return media
    kind = top_level_type(media.name)
    if kind in ("*", "text") and isinstance(value, str):
        return replace(media, name="text/plain; charset=utf-8")
    if kind in ("*", "application"):
        return replace(media, name=_BYTES if isinstance(value, bytes) else "application/json")
    return replace(media, name=_usual_type(kind))


def to_json(value: Any) -> bytes:
    """A value as compact JSON in UTF-8.

    It is written as JavaScript does: many receivers of webhooks parse a body, serialize it again
    and verify the signature over that, though it is made over the bytes received.
    """
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def parameter_text(value: Any, parameter: Parameter, document: Document) -> Any:
    """The text of a parameter with `content` (4.8.12.2.3); any other value as it is."""
    content = parameter.content
    if content is None:
        return value
    text = body_bytes(value, content, document).decode()
    if parameter.location != "header":
        return text
    # A field is one line of ASCII, and both JSON and XML can be written so.
    if content.is_json:
        return json.dumps(value, separators=(",", ":"))
    lines = " ".join(text.splitlines())
    return lines.encode("ascii", "xmlcharrefreplace").decode() if content.is_xml else lines


def header_text(value: Any, header: Parameter, document: Document) -> str:
    """The text of a header parameter in its field."""
    return to_header(parameter_text(value, header, document), header.explode)


def _usual_type(top_level: str) -> str:
    return f"{top_level}/{_DEFAULT_SUBTYPES.get(top_level, 'octet-stream')}"


def _to_csv(value: Any) -> str:
    """Rows (RFC 4180): objects under a header of their names, arrays as they are."""
    rows = value if isinstance(value, list) else [value]
    names = dict.fromkeys(name for row in rows if isinstance(row, dict) for name in row)
    table = [list(names)] if names else []
    for row in rows:
        if isinstance(row, dict):
            table.append([_cell(row.get(name)) for name in names])
        else:
            table.append([_cell(cell) for cell in (row if isinstance(row, list) else [row])])
    written = io.StringIO()
    csv.writer(written).writerows(table)
    return written.getvalue()


def _cell(value: Any) -> str:
    return "" if value is None else to_text(value)


def _to_form(value: Mapping[str, Any], media: MediaType, document: Document) -> bytes:
    """Fields and styled properties (WHATWG URL, section 5.2; OpenAPI 3.1, 4.8.15.1)."""
    pairs: list[str] = []
    for found in _fields(value, media, document):
        if isinstance(found, _Field):
            content = found.content(document)
            pairs.append(f"{quote_plus(found.name)}={quote_plus(content)}")
        else:
            pairs.append("=".join(found))
    return "&".join(pairs).encode()


def _to_multipart(value: Mapping[str, Any], media: MediaType, document: Document) -> bytes:
    """Parts with the header fields that describe them (RFC 7578 section 4)."""
    parts: list[bytes] = []
    for found in _fields(value, media, document):
        if not isinstance(found, _Field):
            name, text = map(unquote, found)
            found = _Field(name, text, "", None, False, ())
        # A line end would end the header field.
        called = quoted(found.name.replace("\r", " ").replace("\n", " "))
        disposition = f"form-data; name={called}"
        if found.is_file:
            disposition += f"; filename={called}"
        head = [f"Content-Disposition: {disposition}"]
        head += [f"Content-Type: {found.kind}"] if found.kind else []
        head += [
            f"{header.name}: {header_text(documented_value(document, header), header, document)}"
            for header in found.headers
        ]
        parts.append("\r\n".join((*head, "", "")).encode() + found.content(document))
    boundary = _BOUNDARY
    while any(boundary.encode() in part for part in parts):
        boundary += "x"
    sections = [f"--{boundary}\r\n".encode() + part + b"\r\n" for part in parts]
    return b"".join((*sections, f"--{boundary}--\r\n".encode()))


def _fields(
    value: Mapping[str, Any], media: MediaType, document: Document
) -> Iterator[_Field | tuple[str, str]]:
    """The fields of a form, and percent-encoded pairs of the properties that have a style.

    Each item of an array is a field of the same name; null is left out (4.8.14.4, 4.8.15.1).
    """
    properties = documented(document, media)
    encodings = {encoding.name: encoding for encoding in media.encodings}
    for name, entry in value.items():
        encoding = encodings.get(name, Encoding(name))
        if encoding.style is not None:
            yield from to_query(entry, name, encoding.style, encoding.explode)
            continue
        about = properties.get(name) or described_by(document, (), encoding)
        described = about.items if isinstance(entry, list) else about.own
        is_binary = described.is_binary and bool(described.pointers)
        for each in entry if isinstance(entry, list) else [entry]:
            if each is None:
                continue
            kind = _kind(encoding, each, is_binary)
            as_text = MediaType(kind, "", None)
            is_file = kind not in ("", "text/plain") and not (as_text.is_json or as_text.is_xml)
            schema = described.pointers[0] if described.pointers else None
            headers = tuple(header for header in encoding.headers if header.required)
            yield _Field(name, each, kind, schema, is_binary or is_file, headers)


def _kind(encoding: Encoding, value: Any, is_binary: bool) -> str:
    """The media type of a field: the first that is documented, else the default of 4.8.15.1."""
    if encoding.content_types:
        named = (kind for kind in encoding.content_types if "*" not in kind)
        return next(named, None) or _usual_type(top_level_type(encoding.content_types[0]))
    if isinstance(value, dict | list):
        return "application/json"
    return _BYTES if is_binary else ""
