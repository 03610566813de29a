"""Documented values as the bytes of a body: JSON, forms, files, text."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from ...contract.model import MediaType

_FORM = "application/x-www-form-urlencoded"
_MULTIPART = "multipart/form-data"
_BOUNDARY = "greenroom-documented-body"


def content_type(media: MediaType, value: Any) -> str:
    """The Content-Type of a value as `encode` gives it; a range becomes a type that it covers."""
    if media.name == _MULTIPART:
        return f"{_MULTIPART}; boundary={_BOUNDARY}"
    if "*" in media.name:
        return "text/plain" if isinstance(value, str) else "application/json"
    return media.name


def encode(media: MediaType, value: Any) -> bytes:
    """A value as a body of a media type.

    Of a form each property is a field, each item of an array one of the same name (OpenAPI 3.1,
    4.8.14.3 and 4.8.15.1). Text stands as it is, whatever else is no form is JSON.
    """
    if media.name == _FORM and isinstance(value, dict):
        return urlencode([(name, text(entry)) for name, entry in _fields(value)]).encode()
    if media.name == _MULTIPART and isinstance(value, dict):
        parts = [_part(media, name, entry) for name, entry in _fields(value)]
        return "".join((*parts, f"--{_BOUNDARY}--\r\n")).encode()
    return json.dumps(value, ensure_ascii=False).encode() if media.is_json else text(value).encode()


def text(value: Any) -> str:
    """A value where text is asked for: a string as it is, anything else as JSON."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _fields(value: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, entry in value.items():
        for each in entry if isinstance(entry, list) else [entry]:
            if each is not None:
                yield name, each


def _part(media: MediaType, name: str, value: Any) -> str:
    """One part (RFC 7578 section 4), a file where the contract names types for it."""
    kinds = [kind for e in media.encodings if e.name == name for kind in e.content_types]
    kind = "application/json" if isinstance(value, dict) else "text/plain"
    disposition = f'form-data; name="{name}"'
    if kinds:
        # Of a range any type will do.
        kind = next((k for k in kinds if "*" not in k), kinds[0].replace("*", "x"))
        disposition += f'; filename="{name}"'
    head = f"Content-Disposition: {disposition}\r\nContent-Type: {kind}"
    return f"--{_BOUNDARY}\r\n{head}\r\n\r\n{text(value)}\r\n"
