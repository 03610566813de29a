"""URLs in the form in which equal ones are equal texts."""

from __future__ import annotations

import re
from urllib.parse import SplitResult, urlsplit

_ESCAPE = re.compile("%([0-9A-Fa-f]{2})")
_UNRESERVED = re.compile("[A-Za-z0-9._~-]")
_DEFAULT_PORTS = {"http": 80, "https": 443}


def normalized(url: str) -> SplitResult:
    """A URL by RFC 3986 section 6.2.2.1 (case), 6.2.2.2 (percent-encoding) and 6.2.3 (port).

    User information, which belongs to no origin, is left out. Segments `.` and `..` stay (6.2.2.3):
    clients resolve them before they send a request, so in one that was sent they are values.
    """
    parts = urlsplit(url)
    host = parts.hostname or ""
    netloc = f"[{host}]" if ":" in host else host
    try:
        port = parts.port
    except ValueError:
        return parts
    if port not in (None, _DEFAULT_PORTS.get(parts.scheme)):
        netloc += f":{port}"
    return parts._replace(netloc=netloc, path=_ESCAPE.sub(_escape, parts.path))


def _escape(match: re.Match[str]) -> str:
    character = chr(int(match[1], 16))
    return character if _UNRESERVED.fullmatch(character) else match[0].upper()
