"""Reading and judging the body of a request under each media type that an operation documents."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic_core import from_json

from ..contract.model import MediaType, RequestBody
from ..contract.schemas import Schemas
from .parameters import Violation


class MalformedBodyError(ValueError):
    """A body that cannot be read at all, as opposed to one that breaks its schema."""


Decoder = Callable[[bytes], Any]


@dataclass(frozen=True, slots=True)
class BodyReader:
    """How bodies of one media type are read: `decode` and `is_valid` are None for any bytes."""

    decode: Decoder | None
    is_valid: Callable[[Any], bool] | None
    schemas: Schemas
    schema: str | None

    def violations(self, body: bytes) -> list[Violation]:
        """What is wrong with a body, [] for nothing. Raises MalformedBodyError."""
        if self.decode is None or self.is_valid is None or self.schema is None:
            return []
        value = self.decode(body)
        try:
            if self.is_valid(value):
                return []
            errors = list(self.schemas.errors(self.schema, value))
        except (ValueError, RecursionError) as error:
            raise MalformedBodyError(f"nested too deeply: {error}") from error
        return [Violation("body", error.instance, error.message) for error in errors]


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
    if media.schema is None or not media.is_json:
        return BodyReader(None, None, schemas, media.schema)
    return BodyReader(_json, schemas.validator(media.schema).is_valid, schemas, media.schema)


def _json(body: bytes) -> Any:
    try:
        return from_json(body, allow_inf_nan=False)
    except ValueError as error:
        raise MalformedBodyError(f"not JSON: {error}") from error
