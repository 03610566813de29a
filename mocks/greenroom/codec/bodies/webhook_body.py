"""A payload as the bytes that are sent and signed."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

from ...contract.model import MediaType
from ...errors import GreenroomError
from ...http import media_type
from ...printable import plain

FORM = "application/x-www-form-urlencoded"


class PayloadError(GreenroomError):
    """A value that cannot be written as the media type asks."""


def encode(media: MediaType, value: Any) -> bytes:
    """The value in a media type: JSON, a form, or text that stands as it is.

    Raises PayloadError for any other kind of media type.
    """
    if media.is_json or (media_type.is_range(media.name) and not isinstance(value, str)):
        return to_json(value).encode()
    if media_type.essence(media.name) == FORM and isinstance(value, dict):
        return urlencode(_pairs(value)).encode()
    if isinstance(value, str):
        return value.encode()
    raise PayloadError(plain(f"cannot write the example {media.pointer} as {media.name}"))


def content_type(media: MediaType, value: Any) -> str:
    """What to call the bytes; a range such as `*/*` stands for the kind that the value is of."""
    if not media_type.is_range(media.name):
        return media.name
    return "text/plain; charset=utf-8" if isinstance(value, str) else "application/json"


def to_json(value: Any) -> str:
    """JSON as JavaScript writes it, so that a receiver who parses, writes and signs gets the same.

    Many do, though a signature is over the bytes received.
    """
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _pairs(value: dict[str, Any]) -> list[tuple[str, str]]:
    """The style `form`, exploded (OpenAPI 3.1, 4.8.15.1; RFC 6570): null is left out."""
    found = []
    for name, entry in value.items():
        entries = entry if isinstance(entry, list) else [entry]
        found += [(name, _text(each)) for each in entries if each is not None]
    return found


def _text(value: Any) -> str:
    return value if isinstance(value, str) else to_json(value)
