"""Which documented fields and enum values appeared in messages, and which never did."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from greenroom.contract.provenance import basis_at
from greenroom.schema import json_pointer as ptr
from greenroom.schema.instance_walk import SchemaUse, SchemaWalk

from ..report import NeverSeen


class DocumentedCoverage:
    """Remembers the fields and enum values that appeared, by schema."""

    def __init__(self, walk: SchemaWalk) -> None:
        self._walk = walk
        # By the pointer of a schema: its first operation, its fields and its values that appeared.
        self._operations: dict[str, str] = {}
        self._fields: dict[str, set[str]] = {}
        self._values: dict[str, set[str]] = {}

    def see(self, operation: str, place: SchemaUse, is_cut: bool = False) -> None:
        """Remember the fields or the enum value of one part of a message.

        Where parts of the message are left out, every field counts as seen.
        """
        node = self._walk.node(place.schema)
        properties = node.get("properties")
        if isinstance(place.value, dict) and isinstance(properties, dict):
            self._operations.setdefault(place.schema, operation)
            seen = {name for name, entry in place.value.items() if entry is not None}
            self._fields.setdefault(place.schema, set()).update(properties if is_cut else seen)
        if isinstance(node.get("enum"), list):
            self._operations.setdefault(place.schema, operation)
            values = map(_sorted_json, node["enum"] if is_cut else [place.value])
            self._values.setdefault(place.schema, set()).update(values)

    def seen(self) -> Iterator[str]:
        """The pointers of the fields that appeared."""
        for schema, names in self._fields.items():
            yield from (ptr.join(schema, "properties", name) for name in names)

    def unseen(self) -> Iterator[NeverSeen]:
        """The fields, then the values, that never appeared, in the order of their schemas."""
        for schema, seen in self._fields.items():
            for name in self._walk.node(schema)["properties"]:
                pointer = ptr.join(schema, "properties", name)
                if name not in seen and not self._is_write_only(pointer):
                    yield self._never_seen(schema, pointer, name)
        for schema, seen in self._values.items():
            name, pointer = ptr.split(schema)[-1], ptr.join(schema, "enum")
            for value in map(_sorted_json, self._walk.node(schema)["enum"]):
                if value not in seen:
                    yield self._never_seen(schema, pointer, name, value)

    def _is_write_only(self, schema: str) -> bool:
        return any(
            self._walk.node(s).get("writeOnly") is True for s in self._walk.conjuncts(schema)
        )

    def _never_seen(self, schema: str, pointer: str, name: str, value: str = "") -> NeverSeen:
        basis = basis_at(self._walk.document, pointer)
        return NeverSeen(self._operations[schema], pointer, name, value, basis)


def _sorted_json(value: Any) -> str:
    return json.dumps(value, sort_keys=True)
