"""Unions that msgspec can decode: of objects, arrays, strings and integers, one type of each.

Several objects are possible only if each states its own value of one field, the discriminator.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from typing import Any

from ..schema import json_pointer as ptr
from ..schema.subschemas import type_of
from .directions import SCHEMAS, component, stated_values
from .events import fixed_values


def decodable(schemas: Mapping[str, Any]) -> dict[str, Any]:
    """The schemas with one plain type in place of those that msgspec cannot tell apart."""
    return dict(_Unions(schemas).plain(schemas))


def without_ambiguous_tags(schemas: dict[str, Any]) -> dict[str, Any]:
    """The schemas without the discriminators for which a branch has several values.

    The generator replaces the values with the name of the branch. Changes the schemas.
    """
    for node in ptr.objects(schemas):
        stated = node.get("discriminator")
        if isinstance(stated, dict) and "propertyName" in stated:
            branches = [*node.get("anyOf", ()), *node.get("oneOf", ())]
            values = [dict(fixed_values(schemas, b)).get(stated["propertyName"]) for b in branches]
            if any(fixed is not None and len(fixed) > 1 for fixed in values):
                del node["discriminator"]
    return schemas


class _Unions:
    def __init__(self, schemas: Mapping[str, Any]) -> None:
        self.schemas = schemas
        # By reference to a component: the field and the value that its class is tagged with.
        self.tags: dict[str, tuple[str, Any]] = {}

    def plain(self, node: Any) -> Any:
        return ptr.rebuilt(node, self._simple)

    def _simple(self, schema: dict[str, Any]) -> dict[str, Any]:
        for key in ("anyOf", "oneOf"):
            if isinstance(schema.get(key), list):
                self._one_of_each(schema, key)
        return schema

    def _one_of_each(self, schema: dict[str, Any], key: str) -> None:
        branches = list(self._branches(schema[key]))
        by_kind: dict[str, list[Any]] = {}
        for kind, branch in branches:
            if branch not in by_kind.setdefault(kind, []):
                by_kind[kind].append(branch)
        if "" in by_kind:
            del schema[key]
        elif any(len(found) > 1 for found in by_kind.values()):
            tagged = self._tag(schema.get("discriminator"), by_kind.get("object", []))
            if tagged and all(
                len(found) == 1 for kind, found in by_kind.items() if kind != "object"
            ):
                return
            schema.pop("discriminator", None)
            schema[key] = [
                found[0] if len(found) == 1 else self._joined(kind, found)
                for kind, found in by_kind.items()
            ]

    def _branches(self, branches: Iterable[Any]) -> Iterator[tuple[str, Any]]:
        """The branches of a union and of the unions in it, with the type of JSON of each."""
        for branch in branches:
            target = self._target(branch)
            nested = next((target[key] for key in ("anyOf", "oneOf") if key in target), None)
            if nested is not None and "properties" not in target:
                yield from self._branches(nested)
                continue
            kinds = self._kinds(target)
            for kind in kinds:
                yield kind, branch if len(kinds) == 1 else {**target, "type": kind}

    def _target(self, schema: Any) -> dict[str, Any]:
        target = component(self.schemas, schema)
        return target if isinstance(target, dict) else {}

    def _kinds(self, schema: Mapping[str, Any]) -> list[str]:
        if (values := stated_values(schema)) is not None:
            return list(dict.fromkeys(map(type_of, values)))
        kinds = schema.get("type", "object" if "properties" in schema else None)
        if kinds is None and "allOf" in schema:
            return next(
                (k for k in map(self._kinds, map(self._target, schema["allOf"])) if k), [""]
            )
        return [kinds] if isinstance(kinds, str) else list(kinds or [""])

    def _tag(self, discriminator: Any, branches: list[Any]) -> bool:
        """Whether each branch is a component with its own value of the discriminator."""
        stated = discriminator if isinstance(discriminator, dict) else {}
        name, mapping = str(stated.get("propertyName")), stated.get("mapping", {})
        found: dict[str, tuple[str, Any]] = {}
        for branch in branches:
            target, reference = self._target(branch), str(branch.get("$ref", ""))
            described = target.get("properties", {}).get(name)
            mapped = [value for value, other in mapping.items() if other == reference]
            if described is None or name not in target.get("required", ()) or "allOf" in target:
                return False
            values = stated_values(described)
            values = mapped if values is None else values
            if len(values) != 1 or not reference.startswith(SCHEMAS):
                return False
            found[reference] = (name, values[0])
        if len(set(found.values())) < len(branches) or any(
            self.tags.get(reference, tag) != tag for reference, tag in found.items()
        ):
            return False
        self.tags |= found
        return True

    def _joined(self, kind: str, branches: list[Any]) -> dict[str, Any]:
        """One type that takes what any of the branches takes."""
        targets = [self._target(branch) for branch in branches]
        if kind == "object":
            return {"type": "object", "additionalProperties": {}}
        if kind == "array":
            items = [target.get("items", {}) for target in targets]
            return {"type": "array", "items": self.plain({"anyOf": items})}
        stated = [values for target in targets if (values := stated_values(target)) is not None]
        if len(stated) == len(targets):
            kept = (value for value in chain.from_iterable(stated) if type_of(value) == kind)
            return {"enum": list(dict.fromkeys(kept))}
        return {"type": kind}
