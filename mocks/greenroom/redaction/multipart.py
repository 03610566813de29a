"""Redacting the parts of a multipart body in place (RFC 7578, RFC 2046 section 5.1)."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import unquote

from .body_text import size
from .secrets import MARK

# From the name of a field, its content, its Content-Type and whether it is a file.
RedactPart = Callable[[str, bytes, str, bool], str]

_BOUNDARY = re.compile(r"boundary=(?:\"([^\"]{1,100})\"|([^\s;,\"]{1,100}))", re.IGNORECASE)
_NAME = re.compile(
    r"(?<![\w*])name(?:=\"((?:[^\"\\]|\\.){0,500})\"|=([^\s;\"]{1,500})|\*=[^\s;']*'[^']*'([^\s;]+))",
    re.IGNORECASE,
)
_FILE_NAME = re.compile(r"filename\*?=(?:\"(?:[^\"\\]|\\.){0,1000}\"?|[^\s;\"]{1,1000})")
_TYPE = re.compile(r"^content-type:[ \t]{0,9}([^\r\n]{0,300})", re.IGNORECASE | re.MULTILINE)
# Some clients end lines with LF only, or name another boundary than they write.
_BLANK = re.compile(rb"(\r?\n)\r?\n")
_FIRST_LINE = re.compile(rb"--[^\r\n]{1,100}(?=\r?\n)")
_MOST_PARTS = 1000


def redact_multipart(body: bytes, content_type: str, redact_part: RedactPart) -> str | None:
    """The body with each part redacted; None if it has no parts.

    It need not be valid, or what is wrong with it would show its fields. Names of files are
    removed, since they are often a person's. A body of very many parts becomes its size.
    """
    named = _BOUNDARY.search(content_type)
    delimiter = b"--" + (named[1] or named[2]).encode("utf-8", "replace") if named else b""
    if not delimiter or delimiter not in body:
        first = _FIRST_LINE.match(body)
        if first is None:
            return None
        delimiter = first[0].rstrip()
    if body.count(delimiter) > _MOST_PARTS:
        return size(body)
    pieces = body.split(delimiter)
    separator = delimiter.decode("utf-8", "replace")
    return separator.join(_piece(piece, redact_part) for piece in pieces)


def _piece(piece: bytes, redact_part: RedactPart) -> str:
    blank = _BLANK.search(piece)
    if blank is None:
        return redact_part("", piece, "text/plain", False)
    head, content = piece[: blank.start()], piece[blank.end() :]
    fields = head.decode("utf-8", "replace")
    name = _NAME.search(fields)
    is_file = _FILE_NAME.search(fields) is not None
    kind = _TYPE.search(fields)
    media_type = kind[1].strip() if kind else "text/plain"
    line_end = blank[1].decode()
    ended = content.endswith(blank[1])
    inner = content.removesuffix(blank[1])
    field_name = (name[1] or name[2] or unquote(name[3] or "")) if name else ""
    without_file = _FILE_NAME.sub(f'filename="{MARK}"', fields).encode()
    new_head = redact_part("", without_file, "text/plain", False)
    new_content = redact_part(field_name, inner, media_type, is_file)
    return f"{new_head}{line_end * 2}{new_content}" + (line_end if ended else "")
