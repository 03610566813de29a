"""Compiled JSON Schemas of one document (draft 2020-12, formats asserted), by JSON pointer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, unquote

import jsonschema_rs

from . import pointer as ptr

_ROOT = "urn:greenroom:contract"


@dataclass(frozen=True, slots=True)
class SchemaError:
    """One violation: where in the instance, where in the contract, and what was wrong."""

    instance: str
    schema: str
    message: str


class Schemas:
    """Validators for the schemas of a document, compiled on first use and kept."""

    def __init__(self, raw: Mapping[str, Any]) -> None:
        self._raw = raw
        self._registry = jsonschema_rs.Registry([(_ROOT, dict(raw))])
        self._compiled: dict[str, Any] = {}

    def validator(self, pointer: str) -> Any:
        """The jsonschema-rs validator of the schema at a pointer.

        Raises ValueError with a reason where the schema is not valid.
        """
        if pointer not in self._compiled:
            reference = {"$ref": f"{_ROOT}#{quote(pointer, safe='/~')}"}
            self._compiled[pointer] = jsonschema_rs.validator_for(
                reference, registry=self._registry, validate_formats=True, offline=True
            )
        return self._compiled[pointer]

    def errors(self, pointer: str, instance: Any) -> Iterator[SchemaError]:
        """Every violation of an instance against the schema at a pointer."""
        for error in self.validator(pointer).iter_errors(instance):
            yield SchemaError(
                ptr.join("", *error.instance_path),
                unquote(str(error.absolute_keyword_location or "").partition("#")[2]),
                error.message,
            )
