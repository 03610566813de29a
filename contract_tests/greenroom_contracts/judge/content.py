"""Findings about the body of a response or webhook, by its media type."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from typing import Any

from greenroom.codec.interpretation import meanings
from greenroom.contract.loading.parsing import parse_value
from greenroom.contract.model import MediaType, RequestBody
from greenroom.errors import GreenroomError
from greenroom.http.charset import decode_text, supported_charset
from greenroom.http.json_decoding import LimitError, MalformedError, decode_json
from greenroom.http.media_type import (
    FORM,
    MULTIPART,
    best_match,
    charset,
    essence,
    is_range,
    is_text,
)
from greenroom.mock.request.bodies import compile_validators, is_file
from greenroom.mock.request.body_reading import BodyReading
from greenroom.schema import json_pointer as ptr
from greenroom.schema.instance_walk import SchemaWalk
from greenroom.schema.subschemas import shape_of, types_of

from ..finding import Finding
from .location import Location
from .schema_findings import named, schema_findings, short_json

_OCTETS = "application/octet-stream"
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
# One JSON text in each line, or after each record separator (RFC 7464).
_SEQUENCES = {
    "application/x-ndjson": b"\n", "application/ndjson": b"\n", "application/jsonl": b"\n",
    "application/x-jsonlines": b"\n", "application/json-lines": b"\n",
    "application/json-seq": b"\x1e",
}  # fmt: skip
_MOST_TEXTS = 10_000
# Larger ones are not looked at for members of the same name.
_MOST_DUPLICATES = 2_000_000
_YAML = frozenset(("application/yaml", "application/x-yaml", "text/yaml", "text/x-yaml"))
# Reading YAML takes a thousand times as long as JSON.
_MOST_YAML = 200_000


class NotJudgedError(Exception):
    """A body, or a part of it, that cannot be compared with its schema: the reason."""


def documented_media(content: Iterable[MediaType], sent: str) -> MediaType | None:
    """The most specific documented media type that a Content-Type matches (4.8.13.1, 4.8.14.1).

    Under a range it has the name that was sent. Without a Content-Type, a body is bytes (RFC 9110
    section 8.3).
    """
    by_name = {media.name: media for media in content}
    kind = essence(sent) or _OCTETS
    found = best_match(by_name, sent if essence(sent) else kind)
    if found is None:
        return None
    return replace(by_name[found], name=kind) if is_range(found) else by_name[found]


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


def body_findings(
    location: Location, media: MediaType, sent: str, body: bytes, is_error: bool = False
) -> Iterator[Finding]:
    """Every difference between a body, with the Content-Type `sent`, and its documented media type.

    An error without any documented property has one finding.
    """
    try:
        if media.is_json and is_file(media, location.walk.document):
            return
        if media.is_json and body.startswith(_BYTE_ORDER_MARK):
            yield location.finding(
                "unreadable-body", media.pointer, "JSON must not begin with a byte order mark",
                expected="no byte order mark (RFC 8259 section 8.1)", seen="a byte order mark",
                detail="byte order mark",
            )  # fmt: skip
        kind = essence(media.name)
        if kind in _SEQUENCES:
            yield from _sequence(location, media, body.split(_SEQUENCES[kind]))
            return
        if media.is_json and len(body) < _MOST_DUPLICATES and (name := _duplicate(body)):
            why = f"{name} is sent twice in an object, only the last one is judged"
            location.skip(NotJudgedError(why))
        values = _values(location.walk, media, sent, body)
        if values and media.schema is not None:
            if is_error and _has_no_documented_property(location.walk, media.schema, values[0]):
                yield _error_shape(location, media.schema, values[0])
                return
            accepted = (v for v in values if location.walk.accepts(media.schema, v))
            yield from schema_findings(location, media.schema, next(accepted, values[0]))
        elif not values and kind not in _YAML:
            yield from _others(location, media, sent, body)
    except (LimitError, NotJudgedError) as error:
        location.skip(error)
    except MalformedError as error:
        yield unreadable_body(location, media, error)


def _duplicate(body: bytes) -> str:
    """The first name that an object of a JSON text has twice; empty without one."""
    found: list[str] = []

    def members(pairs: list[tuple[str, Any]]) -> None:
        names = [name for name, _ in pairs]
        if len(set(names)) < len(names):
            found.append(next(name for name in names if names.count(name) > 1))

    with suppress(ValueError, RecursionError):
        json.loads(body, object_pairs_hook=members)
    return found[0] if found else ""


def unreadable_body(
    location: Location, media: MediaType, error: Exception, at: str = ""
) -> Finding:
    """The finding about a body that cannot be parsed as its media type."""
    return location.finding(
        "unreadable-body", media.pointer, f"the body is not valid {media.name}", at=at,
        expected=media.name, seen=str(error)[:120], detail=media.name,
    )  # fmt: skip


def _values(walk: SchemaWalk, media: MediaType, sent: str, body: bytes) -> list[Any]:
    """The values that a body of JSON, YAML or text may mean; empty for others.

    Raises MalformedError.
    """
    kind = essence(media.name)
    if media.is_json:
        # Its charset has no effect (RFC 8259 section 11).
        return [decode_json(body)]
    described = None if media.schema is None else shape_of(walk.document, (media.schema,))
    if described is None:
        return []
    if supported_charset(sent) != (charset(sent) or "utf-8") and is_text(kind):
        raise NotJudgedError(f"the charset {charset(sent)} is not read")
    if kind in _YAML and described.shapes != ["primitive"]:
        if len(body) > _MOST_YAML:
            raise LimitError(f"YAML of more than {_MOST_YAML} bytes")
        try:
            return [parse_value(decode_text(body, sent), "body")]
        except GreenroomError as error:
            raise MalformedError(str(error)) from error
    if is_text(kind) and not media.is_xml and "primitive" in described.shapes:
        text = decode_text(body, sent)
        # The last line of a text ends, too.
        ended = text.removesuffix("\n").removesuffix("\r")
        return [*meanings(ended, described.types), *meanings(text, described.types)]
    return []


def _others(location: Location, media: MediaType, sent: str, body: bytes) -> Iterator[Finding]:
    """Bodies of other media types, as the mock reads them in requests."""
    walk, kind = location.walk, essence(media.name)
    shapes = shape_of(walk.document, (media.schema,)).shapes if media.schema else ["primitive"]
    if "primitive" not in shapes and not (kind in (FORM, MULTIPART) or media.is_xml):
        raise NotJudgedError(f"{kind} is not read by its schema")
    if is_text(media.name) and not media.is_xml:
        return
    documented = RequestBody(media.pointer, True, (media,))
    (read,) = walk.once(
        (media.pointer, kind), lambda: compile_validators(documented, walk.schemas).values()
    )
    content_type = sent.encode("latin-1", "replace").decode("latin-1")
    for _, pointer, message in read(body, content_type, BodyReading()):
        yield location.finding(
            "invalid-value", media.schema or media.pointer, message,
            at=pointer, expected="a valid value", seen=message, detail=pointer,
        )  # fmt: skip


def _sequence(location: Location, media: MediaType, texts: list[bytes]) -> Iterator[Finding]:
    """JSON texts in a row, the first ten thousand of them.

    A schema of arrays describes them all together (OpenAPI media type registry, Sequential JSON),
    any other one each of them: OpenAPI 3.1 does not say, and authors mean either.
    """
    values: list[Any] = []
    numbered = [(i, text) for i, text in enumerate(texts, 1) if text.strip()]
    for i, text in numbered[:_MOST_TEXTS]:
        try:
            values.append(decode_json(text))
        except LimitError:
            raise
        except MalformedError as error:
            yield unreadable_body(location, media, error, f"line {i}")
            return
    schema, walk = media.schema, location.walk
    if schema is None:
        return
    each = all(walk.accepts(schema, value) for value in values)
    if "array" in types_of(walk.document, schema) and not each:
        yield from schema_findings(location, schema, values)
        return
    for i, value in enumerate(values, 1):
        where = replace(location, where=f"{location.where} {i}")
        yield from schema_findings(where, schema, value)
    if len(numbered) > _MOST_TEXTS:
        raise LimitError(f"only the first {_MOST_TEXTS} of {len(numbered)} texts are judged")


def _error_shape(location: Location, schema: str, value: Any) -> Finding:
    walk = location.walk
    return location.finding(
        "error-shape", named(walk, schema), "the error has none of the documented fields", at="/",
        expected=", ".join(sorted(walk.properties(schema))),
        seen=short_json(sorted(value) if isinstance(value, dict) else value),
    )  # fmt: skip


def _has_no_documented_property(walk: SchemaWalk, schema: str, value: Any) -> bool:
    """Whether a value has no documented property, even if the schema requires none."""
    names: set[str] = set()
    for place in walk.conjuncts(schema):
        names.update(walk.properties(place))
        for keyword in ("anyOf", "oneOf"):
            for i in range(len(walk.node(place).get(keyword, ()))):
                names.update(walk.properties(ptr.join(place, keyword, i)))
    return bool(names) and not (isinstance(value, dict) and names & value.keys())
