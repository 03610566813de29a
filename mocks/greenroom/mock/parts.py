"""The parts of a multipart/form-data body as they were sent (RFC 7578)."""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from python_multipart import MultipartParser
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import parse_options_header

from .decoding import MalformedError
from .judging import MOST_PARTS

# What is wrong with a body is told to its sender; the parser would log it as well.
_SILENT = logging.getLogger(f"{__name__}.parser")
_SILENT.disabled = True

# Encodings that leave the bytes as they are; the others are not for forms (section 4.7).
_PLAIN = (b"", b"7bit", b"8bit", b"binary")


@dataclass(frozen=True, slots=True)
class Part:
    """One part: `content_type` as it was sent, empty where it was not, `kind` without parameters.

    A part without Content-Type is text/plain (section 4.4). `headers` are all its header fields by
    lower-case name.
    """

    name: str
    content_type: str
    kind: str
    content: bytes
    headers: Mapping[bytes, bytes] = field(default_factory=dict, repr=False)


@dataclass(slots=True)
class _Collector:
    """What the parser has found so far: the headers and the content of each part."""

    parts: list[tuple[dict[bytes, bytes], list[bytes]]] = field(default_factory=list)
    name: bytes = b""
    value: bytes = b""
    ended: bool = False

    def begin(self) -> None:
        self.parts.append(({}, []))

    def header_begin(self) -> None:
        self.name = self.value = b""

    def header_name(self, data: bytes, start: int, end: int) -> None:
        self.name += data[start:end]

    def header_value(self, data: bytes, start: int, end: int) -> None:
        self.value += data[start:end]

    def header_end(self) -> None:
        self.parts[-1][0].setdefault(self.name.lower(), self.value.strip())

    def content(self, data: bytes, start: int, end: int) -> None:
        self.parts[-1][1].append(data[start:end])

    def end(self) -> None:
        self.ended = True


def split(body: bytes, content_type: str) -> list[Part]:
    """The parts of a body in the order sent. Raises MalformedError."""
    boundary = parse_options_header(content_type)[1].get(b"boundary", b"")
    if not boundary:
        raise MalformedError("the Content-Type has no boundary")
    delimiter = b"--" + boundary
    if body.count(delimiter) > MOST_PARTS:
        raise MalformedError(f"more than {MOST_PARTS} parts")
    # The parser goes through these byte by byte.
    if re.search(re.escape(delimiter) + rb"[ \t]{80}", body):
        raise MalformedError("endless space after a boundary")
    found = _Collector()
    try:
        parser = MultipartParser(
            boundary,
            {
                "on_part_begin": found.begin,
                "on_header_begin": found.header_begin,
                "on_header_field": found.header_name,
                "on_header_value": found.header_value,
                "on_header_end": found.header_end,
                "on_part_data": found.content,
                "on_end": found.end,
            },
        )
        parser.logger = _SILENT
        parser.write(body)
    except FormParserError as error:
        raise MalformedError(f"not multipart: {error}") from error
    if not found.ended:
        raise MalformedError("not multipart: it ends before its last boundary")
    return [_part(headers, b"".join(content)) for headers, content in found.parts]


def _part(headers: dict[bytes, bytes], content: bytes) -> Part:
    disposition, options = parse_options_header(headers.get(b"content-disposition"))
    if disposition != b"form-data" or b"name" not in options:
        raise MalformedError("a part is not form-data with a name (RFC 7578 section 4.2)")
    if headers.get(b"content-transfer-encoding", b"").lower() not in _PLAIN:
        raise MalformedError("a part has a Content-Transfer-Encoding (RFC 7578 section 4.7)")
    content_type = headers.get(b"content-type", b"").decode("latin-1")
    kind = content_type.partition(";")[0].strip().lower() or "text/plain"
    name = options[b"name"].decode("utf-8", "replace")
    return Part(name, content_type, kind, content, headers)
