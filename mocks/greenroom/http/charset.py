"""Bodies and parts of bodies that are text, in the charset that they name."""

from __future__ import annotations

from python_multipart.multipart import parse_options_header

from .json_decoding import MalformedError

# Not every codec that Python knows is one of text, and some take their time.
_CHARSETS = frozenset(
    ("utf-8", "utf8", "us-ascii", "ascii", "iso-8859-1", "latin1", "windows-1252", "utf-16")
)


def charset_of(content_type: str) -> str | None:
    """The charset that a Content-Type names, lower case; None where it names none."""
    named = parse_options_header(content_type)[1].get(b"charset")
    return None if named is None else named.decode("latin-1").lower()


def decode_text(content: bytes, content_type: str) -> str:
    """A text in the charset that its Content-Type names, else UTF-8. Raises MalformedError."""
    charset = charset_of(content_type) or "utf-8"
    if charset not in _CHARSETS:
        raise MalformedError(f"no text: the charset {charset!r} is not read here")
    try:
        return content.decode(charset)
    except UnicodeDecodeError as error:
        raise MalformedError(f"no text in {charset}: {error.reason}") from error
