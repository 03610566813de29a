"""The valid bodies that are varied: examples, with all and with no optional properties."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from greenroom.codec.sample import sample
from greenroom.schema import json_pointer as ptr
from greenroom.schema.instance_walk import Path, SchemaWalk, graft

_NAME = "name"


class Samples:
    """Values for the schemas of a contract: from an example if one has it, else generated."""

    def __init__(self, walk: SchemaWalk, documented: Iterable[tuple[str, Any]]) -> None:
        """`documented` holds examples, each with its schema."""
        self._walk = walk
        self._seen: dict[str, Any] = {}
        for schema, body in documented:
            for place in walk.places(schema, body):
                if place.value is not None and place.value != []:
                    self._seen.setdefault(place.schema, place.value)

    def __call__(self, schema: str) -> Any:
        """A value for the schema at a pointer. A generated one may not be valid."""
        if schema in self._seen:
            return self._seen[schema]
        return sample(self._walk.document, schema)


def completed(walk: SchemaWalk, schema: str, body: Any, samples: Samples) -> Any:
    """A valid body with every optional property and item added, one for each schema."""
    added: set[str] = set()
    while True:
        before = len(added)
        for path, added_schema in list(_missing(walk, schema, body)):
            fuller = graft(body, path, samples(added_schema)) if added_schema not in added else None
            if fuller is not None and walk.accepts(schema, fuller):
                body = fuller
                added.add(added_schema)
        # An addition may be valid only after a later one.
        if len(added) == before:
            return body


def reduced(walk: SchemaWalk, schema: str, body: Any) -> Any:
    """A valid body without any optional property."""
    for path, name in list(_optional(walk, schema, body)):
        try:
            holder = ptr.look_up(body, ptr.join("", *path))
        except LookupError:
            continue
        rest = {key: entry for key, entry in holder.items() if key != name}
        barer = graft(body, path, rest)
        if walk.accepts(schema, barer):
            body = barer
    return body


def _missing(walk: SchemaWalk, schema: str, body: Any) -> Iterator[tuple[Path, str]]:
    """Where a value can be added: its path and its schema."""
    for place in walk.places(schema, body):
        node = walk.node(place.schema)
        if isinstance(place.value, dict):
            for name in node.get("properties", {}):
                if place.value.get(name) is None:
                    yield (*place.path, name), ptr.join(place.schema, "properties", name)
            if not place.value and isinstance(node.get("additionalProperties"), dict):
                yield (*place.path, _NAME), ptr.join(place.schema, "additionalProperties")
        elif place.value == [] and isinstance(node.get("items"), dict):
            yield (*place.path, 0), ptr.join(place.schema, "items")


def _optional(walk: SchemaWalk, schema: str, body: Any) -> Iterator[tuple[Path, str]]:
    for place in walk.places(schema, body):
        if place.optional and place.schema == place.whole:
            yield place.path[:-1], str(place.path[-1])
