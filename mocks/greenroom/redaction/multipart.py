"""Redacting the parts of a multipart body in place (RFC 7578, RFC 2046 section 5.1)."""

from __future__ import annotations

import re
from collections.abc import Callable

from .secrets import MARK

# From the name of a field, its content, its Content-Type and whether it is a file.
RedactPart = Callable[[str, bytes, str, bool], str]

_BOUNDARY = re.compile(r"boundary=(?:\"([^\"]{1,100})\"|([^\s;,\"]{1,100}))", re.IGNORECASE)
_NAME = re.compile(r"(?<![\w*])name=(?:\"((?:[^\"\\]|\\.){0,500})\"|([^\s;\"]{1,500}))")
_FILE_NAME = re.compile(r"filename\*?=(?:\"(?:[^\"\\]|\\.){0,1000}\"?|[^\s;\"]{1,1000})")
_TYPE = re.compile(r"^content-type:[ \t]{0,9}([^\r\n]{0,300})", re.IGNORECASE | re.MULTILINE)
_MOST_PARTS = 1000


def redact_multipart(body: bytes, content_type: str, redact_part: RedactPart) -> str | None:
    """The body with each part redacted; None if it is not a valid multipart body.

    Names of files are removed, since they are often a person's.
    """
    named = _BOUNDARY.search(content_type)
    if named is None:
        return None
    delimiter = b"--" + (named[1] or named[2]).encode("utf-8", "replace")
    if not 1 < body.count(delimiter) <= _MOST_PARTS or not body.startswith(delimiter):
        return None
    pieces = body.split(delimiter)
    separator = delimiter.decode("utf-8", "replace")
    return separator.join(_piece(piece, redact_part) for piece in pieces)


def _piece(piece: bytes, redact_part: RedactPart) -> str:
    head, blank, content = piece.partition(b"\r\n\r\n")
    if not blank:
        return redact_part("", piece, "text/plain", False)
    fields = head.decode("utf-8", "replace")
    name = _NAME.search(fields)
    is_file = _FILE_NAME.search(fields) is not None
    kind = _TYPE.search(fields)
    media_type = kind[1].strip() if kind else "text/plain"
    ended = content.endswith(b"\r\n")
    inner = content[:-2] if ended else content
    field_name = (name[1] or name[2] or "") if name else ""
    without_file = _FILE_NAME.sub(f'filename="{MARK}"', fields).encode()
    new_head = redact_part("", without_file, "text/plain", False)
    new_content = redact_part(field_name, inner, media_type, is_file)
    return f"{new_head}\r\n\r\n{new_content}" + ("\r\n" if ended else "")
