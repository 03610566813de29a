"""Bodies as text, if they are text."""

from __future__ import annotations

import re

from ..http.charset import supported_charset
from ..http.media_type import FORM, essence, is_json, is_text, is_xml

_NO_TEXT = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_BINARY = ("image/", "audio/", "video/", "font/", "application/vnd.openxmlformats")
_BINARY_TYPES = frozenset((
    "application/pdf", "application/octet-stream", "application/zip", "application/gzip",
    "application/msword",
))  # fmt: skip
_SIZE = re.compile(rb"\[left out: [0-9]+ bytes?\]")


def decoded(body: bytes, media_type: str) -> str | None:
    """A body as text in the charset of its media type, else UTF-8; None if it is binary.

    A body of a textual media type is decoded whatever is wrong with it.
    """
    kind = essence(media_type)
    if is_left_out(body):
        return body.decode()
    if kind.startswith(_BINARY) or kind in _BINARY_TYPES:
        return None
    textual = is_text(kind) or kind == FORM or is_xml(kind) or is_json(kind)
    coding = supported_charset(media_type)
    if b"\0" in body and coding != "utf-16":
        return None
    try:
        text = body.decode(coding)
    except UnicodeDecodeError:
        return body.decode(coding, "replace") if textual else None
    return text if textual or not _NO_TEXT.search(text) else None


def is_left_out(body: bytes) -> bool:
    """Whether a body is the text that replaced a binary or a large one."""
    return _SIZE.fullmatch(body) is not None


def size(body: bytes) -> str:
    """The text that replaces a binary body; a body that is such a text stays."""
    if is_left_out(body):
        return body.decode()
    return f"[left out: {len(body)} {'byte' if len(body) == 1 else 'bytes'}]"
