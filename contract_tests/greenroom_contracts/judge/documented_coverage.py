"""Which documented fields and enum values appeared in messages, and which never did."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from greenroom.contract.provenance import basis_at
from greenroom.schema import json_pointer as ptr
from greenroom.schema.instance_walk import SchemaWalk

from ..report import NeverSeen


class DocumentedCoverage:
    """Remembers the fields and enum values that appeared, by schema."""

    def __init__(self, walk: SchemaWalk) -> None:
        self._walk = walk
        # By the pointer of a schema: its first operation, its fields and its values that appeared.
        self._operations: dict[str, str] = {}
        self._fields: dict[str, set[str]] = {}
        self._values: dict[str, set[str]] = {}

    def see(self, operation: str, schema: str, value: Any) -> None:
        """Remember the fields and enum values of a message with the schema at a pointer."""
        for place in self._walk.places(schema, value):
            node = self._walk.node(place.schema)
            if isinstance(place.value, dict) and isinstance(node.get("properties"), dict):
                self._operations.setdefault(place.schema, operation)
                seen = {name for name, entry in place.value.items() if entry is not None}
                self._fields.setdefault(place.schema, set()).update(seen)
            if isinstance(node.get("enum"), list):
                self._operations.setdefault(place.schema, operation)
                self._values.setdefault(place.schema, set()).add(_sorted_json(place.value))

    def unseen(self) -> list[NeverSeen]:
        """The fields, then the values, that never appeared, in the order of their schemas."""
        return [*self._unseen_fields(), *self._unseen_values()]

    def _unseen_fields(self) -> Iterator[NeverSeen]:
        for schema, seen in self._fields.items():
            for name in self._walk.node(schema)["properties"]:
                if name not in seen:
                    yield self._never_seen(schema, ptr.join(schema, "properties", name), name)

    def _unseen_values(self) -> Iterator[NeverSeen]:
        for schema, seen in self._values.items():
            for value in self._walk.node(schema)["enum"]:
                if _sorted_json(value) not in seen:
                    name = ptr.split(schema)[-1]
                    yield self._never_seen(
                        schema, ptr.join(schema, "enum"), name, _sorted_json(value)
                    )

    def _never_seen(self, schema: str, pointer: str, name: str, value: str = "") -> NeverSeen:
        basis = basis_at(self._walk.document, pointer)
        return NeverSeen(self._operations[schema], pointer, name, value, basis)


def _sorted_json(value: Any) -> str:
    return json.dumps(value, sort_keys=True)
