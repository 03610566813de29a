"""Reading and judging the body of a request under each media type that an operation documents."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from ..contract.model import MediaType, RequestBody
from ..contract.schemas import Schemas
from .decoding import decode_json
from .parameters import Violation

# jsonschema-rs gathers all errors of a value before it gives the first, each with a copy of what
# is wrong: minutes and gigabytes for a body of a few megabytes that is wrong everywhere.
_MOST_PARTS = 10_000

# Takes a body, gives its violations, [] for none. Raises MalformedError.
BodyReader = Callable[[bytes], "list[Violation]"]


def compile_readers(body: RequestBody, schemas: Schemas) -> Mapping[str, BodyReader]:
    """A reader for each documented media type, by lower-case name without parameters."""
    return {essence(media.name): _reader(media, schemas) for media in body.content}


def essence(media_type: str) -> str:
    """A media type without parameters (WHATWG MIME Sniffing, essence), lower case."""
    return media_type.partition(";")[0].strip().lower()


def find(readers: Mapping[str, BodyReader], media_type: str) -> BodyReader | None:
    """The reader for a media type, the most specific range first (OpenAPI 3.1, 4.8.14)."""
    name = essence(media_type)
    kind = name.partition("/")[0]
    return readers.get(name) or readers.get(f"{kind}/*") or readers.get("*/*")


def _reader(media: MediaType, schemas: Schemas) -> BodyReader:
    if not media.is_json:
        return _anything
    if media.schema is None:
        return _json
    return partial(_by_schema, schemas.validator(media.schema).is_valid, schemas, media.schema)


def _anything(_: bytes) -> list[Violation]:
    return []


def _json(body: bytes) -> list[Violation]:
    decode_json(body)
    return []


def _by_schema(
    is_valid: Callable[[object], bool], schemas: Schemas, schema: str, body: bytes
) -> list[Violation]:
    value = decode_json(body)
    if is_valid(value):
        return []
    if body.count(b",") > _MOST_PARTS:
        return [Violation("body", "", "breaks its schema; too large to say where")]
    errors = schemas.errors(schema, value)
    return [Violation("body", error.instance, error.message) for error in errors]
