"""Decoding text by the charset of its media type."""

from __future__ import annotations

from . import media_type
from .json_decoding import LimitError, MalformedError

# A fixed list: some codecs of Python are not for text, and some are slow.
_CHARSETS = frozenset(
    ("utf-8", "utf8", "us-ascii", "ascii", "iso-8859-1", "latin1", "windows-1252", "utf-16")
)


def supported_charset(content_type: str) -> str:
    """The charset that a Content-Type names if it is supported, else UTF-8."""
    named = media_type.charset(content_type)
    return named if named in _CHARSETS else "utf-8"


def decode_text(content: bytes, content_type: str) -> str:
    """Text decoded by the charset of its Content-Type, by default UTF-8. Raises MalformedError."""
    charset = media_type.charset(content_type) or "utf-8"
    if charset not in _CHARSETS:
        raise LimitError(f"not readable: the charset {charset!r} is not supported")
    try:
        return content.decode(charset)
    except UnicodeDecodeError as error:
        raise MalformedError(f"not valid {charset}: {error.reason}") from error
