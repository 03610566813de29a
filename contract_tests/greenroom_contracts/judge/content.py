"""Findings common to responses and webhooks: the body, its media type, and header fields."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from greenroom.contract.model import MediaType, Parameter
from greenroom.http.exchange import Fields
from greenroom.http.json_decoding import MalformedError
from greenroom.http.media_type import best_match, essence
from greenroom.mock.request.parameters import Sources, compile_validator
from greenroom.schema import json_pointer as ptr
from greenroom.schema.validators import SchemaSet

from ..finding import Finding
from .location import Location
from .schema_findings import short_json


def documented_media(content: Iterable[MediaType], sent: str) -> MediaType | None:
    """The most specific documented media type that a Content-Type matches (4.8.13.1, 4.8.14.1)."""
    by_name = {media.name: media for media in content}
    found = best_match(by_name, sent) if essence(sent) else None
    return None if found is None else by_name[found]


def content_findings(
    location: Location, pointer: str, content: tuple[MediaType, ...], sent: str, body: bytes
) -> Iterator[Finding]:
    """Whether a body is documented, and one of this media type.

    `pointer` is that of the statement with the `content`, `sent` the Content-Type.
    """
    names = ", ".join(media.name for media in content)
    if not content:
        if body.strip():
            yield location.finding(
                "undocumented-field", pointer, "a body, but none is documented", detail="body",
                expected="no body", seen=f"{len(body)} bytes of {essence(sent) or 'no media type'}",
            )  # fmt: skip
    elif not body:
        yield location.finding(
            "empty-body", pointer, "no body, but one is documented", expected=names, seen="nothing"
        )
    elif documented_media(content, sent) is None:
        kind = essence(sent)
        yield location.finding(
            "undocumented-media-type", ptr.join(pointer, "content"),
            f"{kind or 'no Content-Type'} is not documented", expected=names,
            seen=kind or "no Content-Type", detail=kind,
        )  # fmt: skip


def unreadable_body(location: Location, media: MediaType, error: MalformedError) -> Finding:
    """The finding about a body that cannot be parsed as its media type."""
    return location.finding(
        "unreadable-body", media.pointer, f"the body is not valid {media.name}",
        expected=media.name, seen=str(error)[:120], detail=media.name,
    )  # fmt: skip


def header_findings(
    location: Location, schemas: SchemaSet, header: Parameter, fields: Fields, complete: bool = True
) -> Iterator[Finding]:
    """Whether a documented header field is present, and valid by its schema.

    A field that is missing is a finding only if the fields are `complete`.
    """
    raw = raw_fields(fields)
    value = raw.get(header.name.lower().encode())
    if value is None:
        if header.required and complete:
            yield location.finding(
                "missing-header", header.pointer, f"{header.name} is required, but missing",
                at=header.name, expected=header.name, seen="no such header field",
                detail=header.name,
            )  # fmt: skip
        return
    read = compile_validator(header, schemas)
    for _, _, message in read(Sources({}, (), raw, ()))[:1] if read is not None else ():
        yield location.finding(
            "invalid-header", header.pointer, f"{header.name}: {message}", at=header.name,
            expected="a valid value", seen=short_json(value.decode("latin-1")), detail=header.name,
        )  # fmt: skip


def raw_fields(fields: Iterable[tuple[str, str]]) -> dict[bytes, bytes]:
    """Header fields as a server reads them: by lower-case name, several values joined."""
    found: dict[bytes, bytes] = {}
    for name, value in fields:
        key, text = _octets(name.lower()), _octets(value)
        found[key] = found[key] + b", " + text if key in found else text
    return found


def _octets(text: str) -> bytes:
    try:
        return text.encode("latin-1")
    except UnicodeEncodeError:
        return text.encode("utf-8", "replace")
