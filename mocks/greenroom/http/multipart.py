"""The parts of a multipart/form-data body as they were sent (RFC 7578).

The library `multipart` 2 refuses white space after a boundary, which RFC 2046 section 5.1.1 allows,
and content in which a line begins with the boundary; it also takes longer for small bodies.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from python_multipart.multipart import parse_options_header

from .field_values import is_token
from .json_decoding import LimitError, MalformedError
from .media_type import essence, parameters

# As in web frameworks. A field takes long to validate, since it may stand for several values.
MAX_FORM_FIELDS = 1_000
# A header field continues in a line that begins with white space (RFC 5322 section 2.2.3).
_FOLDED = re.compile(rb"\r\n[ \t]+")
# After a boundary: the end of the body or of the line.
_FOLLOWS = re.compile(rb"(--)(?=\s|\Z)|[ \t]*+\r\n")
_LONGEST_HEAD = 16384
_MOST_HEADERS = 32
# Of all parts together; no real form has as many.
_MOST_DETAILS = 8 * MAX_FORM_FIELDS

# Encodings that leave the bytes as they are; forms have no others (section 4.7).
_PLAIN = (b"", b"7bit", b"8bit", b"binary")


@dataclass(frozen=True, slots=True)
class Part:
    """One part: `content_type` as sent, or empty; `kind` is the same without parameters.

    A part without Content-Type is text/plain (section 4.4). `headers` are all its header fields by
    lower-case name.
    """

    name: str
    content_type: str
    kind: str
    content: bytes
    headers: Mapping[bytes, bytes] = field(default_factory=dict, repr=False)


def split(body: bytes, content_type: str) -> list[Part]:
    """The parts of a body in the order sent (RFC 2046 section 5.1.1). Raises MalformedError."""
    boundary = parameters(content_type).get("boundary", "").encode("latin-1")
    if not boundary:
        raise MalformedError("the Content-Type has no boundary")
    # The first boundary may be at the very beginning, where no line ends before it.
    whole = b"\r\n" + body
    delimiter = b"\r\n--" + boundary
    if whole.count(delimiter) > MAX_FORM_FIELDS:
        raise LimitError(f"more than {MAX_FORM_FIELDS} parts")
    parts: list[Part] = []
    begun, details = -1, 0
    where = whole.find(delimiter)
    while where >= 0:
        follows = _FOLLOWS.match(whole, where + len(delimiter))
        # A line that only begins with the boundary is content.
        if follows is not None:
            if begun >= 0:
                head, content = _divided(whole[begun:where])
                details += head.count(b"\r\n") + head.count(b";")
                if details > _MOST_DETAILS:
                    raise MalformedError("not multipart: too many header fields and parameters")
                parts.append(_part(_fields(head), content))
            if follows[1]:
                return parts
            begun = follows.end()
        where = whole.find(delimiter, where + 1)
    raise MalformedError("not multipart: it ends before its last boundary")


def _divided(section: bytes) -> tuple[bytes, bytes]:
    """The header fields of a part, a line end before each, and its content."""
    head, end, content = (b"\r\n" + section).partition(b"\r\n\r\n")
    if not end:
        raise MalformedError("not multipart: no empty line follows the header fields of a part")
    if len(head) > _LONGEST_HEAD or head.count(b"\r\n") > _MOST_HEADERS:
        raise MalformedError("not multipart: a part has too many header fields, or too long ones")
    return head, content


def _part(headers: dict[bytes, bytes], content: bytes) -> Part:
    disposition, options = parse_options_header(headers.get(b"content-disposition"))
    if disposition != b"form-data" or b"name" not in options:
        raise MalformedError("a part is not form-data with a name (RFC 7578 section 4.2)")
    if headers.get(b"content-transfer-encoding", b"").lower() not in _PLAIN:
        raise MalformedError("a part has a Content-Transfer-Encoding (RFC 7578 section 4.7)")
    content_type = headers.get(b"content-type", b"").decode("latin-1")
    kind = essence(content_type) or "text/plain"
    name = options[b"name"].decode("utf-8", "replace")
    return Part(name, content_type, kind, content, headers)


def _fields(head: bytes) -> dict[bytes, bytes]:
    """Header fields by lower-case name, the first of each."""
    fields: dict[bytes, bytes] = {}
    for line in _FOLDED.sub(b" ", head).split(b"\r\n")[1:]:
        name, colon, value = line.partition(b":")
        if not colon or not is_token(name.decode("latin-1")):
            raise MalformedError("not multipart: a header field has no name, or an invalid one")
        fields.setdefault(name.lower(), value.strip())
    return fields
