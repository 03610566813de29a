"""Bodies and parts of bodies that are text, in the charset that they name."""

from __future__ import annotations

from . import media_type
from .json_decoding import MalformedError

# Not every codec that Python knows is one of text, and some take their time.
_CHARSETS = frozenset(
    ("utf-8", "utf8", "us-ascii", "ascii", "iso-8859-1", "latin1", "windows-1252", "utf-16")
)


def supported_charset(content_type: str) -> str:
    """The charset that a Content-Type names, UTF-8 where it names none that is supported."""
    named = media_type.charset(content_type)
    return named if named in _CHARSETS else "utf-8"


def decode_text(content: bytes, content_type: str) -> str:
    """A text in the charset that its Content-Type names, else UTF-8. Raises MalformedError."""
    charset = media_type.charset(content_type) or "utf-8"
    if charset not in _CHARSETS:
        raise MalformedError(f"no text: the charset {charset!r} is not read here")
    try:
        return content.decode(charset)
    except UnicodeDecodeError as error:
        raise MalformedError(f"no text in {charset}: {error.reason}") from error
