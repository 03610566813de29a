"""Compiled JSON SchemaSet of one document (draft 2020-12, formats asserted), by JSON pointer."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import quote, unquote

import jsonschema_rs

from . import json_pointer as ptr

_ROOT = "urn:greenroom:contract"


@dataclass(frozen=True, slots=True)
class SchemaError:
    """One violation: where in the instance, where in the contract, and what was wrong."""

    instance: str
    schema: str
    message: str


class _MaxItemsAcross:
    """The keyword `x-max-items-across`: a limit that several arrays of an object share."""

    def __init__(self, parent_schema: Any, value: Any, schema_path: Any) -> None:
        # Whether it is well formed is a house rule's to say; anybody's `x-` key may be called so.
        limit = value if isinstance(value, dict) else {}
        names, maximum = limit.get("properties"), limit.get("maximum")
        self._names = names if isinstance(names, list) else []
        self._maximum = maximum if isinstance(maximum, int) else None

    def validate(self, instance: Any) -> None:
        """Raise ValueError where the arrays hold more items together than they may."""
        if self._maximum is None or not isinstance(instance, dict):
            return
        arrays = [instance.get(name) for name in self._names]
        count = sum(len(array) for array in arrays if isinstance(array, list))
        if count > self._maximum:
            named = ", ".join(map(str, self._names))
            raise ValueError(f"{named} have {count} items together, more than {self._maximum}")


def _is_base64(text: str) -> bool:
    """Whether a text is what OpenAPI 3.0 calls the format `byte` (4.7.2; RFC 4648, section 4)."""
    try:
        b64decode(text, validate=True)
    except ValueError:
        return False
    return True


def _reference(pointer: str) -> dict[str, str]:
    return {"$ref": f"{_ROOT}#{quote(pointer, safe='/~')}"}


_FORMATS = {"byte": _is_base64}
EXTENSIONS: dict[str, Any] = {"x-max-items-across": _MaxItemsAcross}


class SchemaSet:
    """Validators for the schemas of a document, compiled on first use and kept."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self.document = document
        self._compiled: dict[tuple[str, str | None], Any] = {}

    @cached_property
    def _registry(self) -> Any:
        # Holds the whole document once more, in a form of its own.
        return jsonschema_rs.Registry([(_ROOT, dict(self.document))])

    def validator(self, pointer: str, mask: str | None = None) -> Any:
        """The jsonschema-rs validator of the schema at a pointer.

        `mask` stands for the values in its messages. Raises ValueError with a reason where the
        schema is not valid.
        """
        key = pointer, mask
        if key not in self._compiled:
            self._compiled[key] = self._compile(_reference(pointer), mask)
        return self._compiled[key]

    def compiled(self, pointer: str) -> Any:
        """As `validator`, but not kept."""
        return self._compile(_reference(pointer))

    def refusal(self, pointers: Sequence[str]) -> str | None:
        """Why some of the schemas at pointers cannot be compiled; None where all can. None is kept.

        What several refer to is compiled once.
        """
        try:
            self._compile({"allOf": [_reference(pointer) for pointer in pointers]})
        except ValueError as error:
            return str(error).partition("\n\nFailed")[0]
        return None

    def _compile(self, schema: dict[str, Any], mask: str | None = None) -> Any:
        return jsonschema_rs.validator_for(
            schema,
            formats=_FORMATS,
            registry=self._registry,
            validate_formats=True,
            offline=True,
            mask=mask,
            keywords=EXTENSIONS,
        )

    def standing_alone(self, schema: Mapping[str, Any]) -> Any:
        """The jsonschema-rs validator of a schema that refers to nothing; it is not kept."""
        return self._compile(dict(schema))

    def errors(self, pointer: str, instance: Any) -> Iterator[SchemaError]:
        """Every violation of an instance against the schema at a pointer, with its place there."""
        for error in self.validator(pointer).iter_errors(instance):
            yield SchemaError(
                ptr.join("", *error.instance_path),
                unquote(str(error.absolute_keyword_location or "").partition("#")[2]),
                error.message,
            )
