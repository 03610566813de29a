"""Reading and judging the body of a request under each media type that an operation documents."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from ..contract.model import MediaType, RequestBody
from ..contract.schemas import Schemas
from . import coercion, multipart, urlencoded
from .decoding import decode_json
from .judging import body_violations
from .parameters import Violation
from .texts import decode_text

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data"
TEXT = "text/plain"
BYTES = "application/octet-stream"

Headers = Mapping[bytes, bytes]
# Takes a body and the headers it came with, gives its violations, [] for none.
# Raises MalformedError.
BodyReader = Callable[[bytes, Headers], "list[Violation]"]
_IsValid = Callable[[object], bool]


def compile_readers(
    body: RequestBody, raw: Mapping[str, Any], schemas: Schemas
) -> Mapping[str, BodyReader]:
    """A reader for each documented media type, by lower-case name without parameters."""
    return {essence(media.name): _reader(media, raw, schemas) for media in body.content}


def essence(media_type: str) -> str:
    """A media type without parameters (WHATWG MIME Sniffing, essence), lower case."""
    return media_type.partition(";")[0].strip().lower()


def find(readers: Mapping[str, BodyReader], media_type: str) -> BodyReader | None:
    """The reader for a media type, the most specific range first (OpenAPI 3.1, 4.8.14)."""
    name = essence(media_type)
    kind = name.partition("/")[0]
    return readers.get(name) or readers.get(f"{kind}/*") or readers.get("*/*")


def _reader(media: MediaType, raw: Mapping[str, Any], schemas: Schemas) -> BodyReader:
    name = essence(media.name)
    if "*" in name:
        kinds = (JSON, FORM, MULTIPART, TEXT, BYTES)
        return partial(
            _by_kind, {kind: _reader(replace(media, name=kind), raw, schemas) for kind in kinds}
        )
    if name == FORM:
        form = urlencoded.compile_reader(media, raw, schemas)
        return lambda body, headers: form(body)
    if name == MULTIPART:
        parts = multipart.compile_reader(media, raw, schemas)
        return lambda body, headers: parts(body, _content_type(headers))
    if media.schema is None:
        return _json if media.is_json else _anything
    is_valid = schemas.validator(media.schema).is_valid
    if media.is_json:
        return partial(_by_schema, is_valid, schemas, media.schema)
    kinds_allowed = coercion.kinds(raw, media.schema)
    # Nothing here reads the structure of other formats.
    if "primitive" not in kinds_allowed.shapes:
        return _anything
    judge = _text if name.startswith("text/") else _bytes
    return partial(judge, is_valid, schemas, media.schema, kinds_allowed.types)


def _by_kind(readers: Mapping[str, BodyReader], body: bytes, headers: Headers) -> list[Violation]:
    """Read the body of a media type that only a documented range covers."""
    name = essence(_content_type(headers))
    kind = TEXT if name.startswith("text/") else name
    if MediaType(name, "", None).is_json:
        kind = JSON
    return readers.get(kind, readers[BYTES])(body, headers)


def _anything(_: bytes, __: Headers) -> list[Violation]:
    return []


def _json(body: bytes, _: Headers) -> list[Violation]:
    decode_json(body)
    return []


def _by_schema(
    is_valid: _IsValid, schemas: Schemas, schema: str, body: bytes, _: Headers
) -> list[Violation]:
    value = decode_json(body)
    if is_valid(value):
        return []
    return body_violations(schemas, schema, value, body.count(b","), len(body))


def _text(
    is_valid: _IsValid,
    schemas: Schemas,
    schema: str,
    types: coercion.Types,
    body: bytes,
    headers: Headers,
) -> list[Violation]:
    meant = list(coercion.meanings(decode_text(body, _content_type(headers)), types))
    if any(map(is_valid, meant)):
        return []
    return body_violations(schemas, schema, meant[0], 1, len(body))


def _bytes(
    is_valid: _IsValid,
    schemas: Schemas,
    schema: str,
    types: coercion.Types,
    body: bytes,
    _: Headers,
) -> list[Violation]:
    # As many characters as there are bytes, so that limits of length count those.
    value = body.decode("latin-1")
    if is_valid(value) or (types and "string" not in types):
        return []
    return body_violations(schemas, schema, value, 1, len(body))


def _content_type(headers: Headers) -> str:
    return headers.get(b"content-type", b"").decode("latin-1")
