"""The values within a body, each with the schemas that apply to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from . import json_pointer as ptr
from .subschemas import conjuncts
from .validators import SchemaSet

Path = tuple[str | int, ...]

IF = "if"


@dataclass(frozen=True, slots=True)
class SchemaUse:
    """A value within a body, and one schema that applies to it.

    `whole` is the schema that declares the properties of the value, of which `schema` is a part,
    and `required` are those it always has. `optional` is whether the value is that of an
    optional property. `context` is the keyword by which the schema applies conditionally: `if`,
    else `anyOf` or `oneOf`; it is empty where the body is invalid unless the schema accepts the
    value.
    """

    schema: str
    path: Path
    value: Any
    whole: str
    required: frozenset[str]
    optional: bool = False
    context: str = ""


class SchemaWalk:
    """Finds the schemas of a document, by their pointers, that apply to the parts of a value."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self.document = document
        self.schemas = SchemaSet(document)
        self._made: dict[tuple[str, str], Any] = {}
        self.node = cache(self._node)
        self.conjuncts = cache(self._conjuncts)
        self.required = cache(self._required)

    def once(self, key: tuple[str, str], make: Callable[[], Any]) -> Any:
        """What `make` returns for a key: the same object each time."""
        if key not in self._made:
            self._made[key] = make()
        return self._made[key]

    def _node(self, schema: str) -> Mapping[str, Any]:
        """The keywords of a schema; {} for a boolean schema."""
        node = ptr.look_up(self.document, schema)
        return node if isinstance(node, dict) else {}

    def accepts(self, schema: str, value: Any) -> bool:
        """Whether a value is valid."""
        return bool(self.schemas.validator(schema).is_valid(value))

    def broken(self, schema: str, value: Any) -> set[str]:
        """The pointers of the keywords that a value violates."""
        return {error.schema for error in self.schemas.errors(schema, value)}

    def _conjuncts(self, schema: str) -> tuple[str, ...]:
        """The schemas that apply wherever one does: itself, its `$ref`, its `allOf`."""
        return tuple(where for _, where in conjuncts(self.document, schema))

    def properties(self, schema: str) -> dict[str, str]:
        """The declared properties of an object, each with the pointer of its schema."""
        found: dict[str, str] = {}
        for place in self.conjuncts(schema):
            for name in self.node(place).get("properties", {}):
                found.setdefault(name, ptr.join(place, "properties", name))
        return found

    def _required(self, schema: str) -> frozenset[str]:
        """The properties that an object always has."""
        nodes = map(self.node, self.conjuncts(schema))
        return frozenset(name for node in nodes for name in node.get("required", ()))

    def places(self, schema: str, value: Any) -> Iterator[SchemaUse]:
        """Every value within and including one, with each schema that applies to it, parents first.

        Of `anyOf` and `oneOf` the branches that accept a value are followed, of `if` the branch
        that applies. `not`, and `if` itself, are not followed.
        """
        yield from self._at(SchemaUse(schema, (), value, schema, self.required(schema)))

    def _at(self, here: SchemaUse, above: frozenset[str] = frozenset()) -> Iterator[SchemaUse]:
        """`above` are the schemas of the same value that led here, against endless loops."""
        node = self.node(here.schema) if here.schema not in above else {}
        if not node:
            return
        yield here
        above = above | {here.schema}
        if isinstance(node.get("$ref"), str):
            yield from self._at(replace(here, schema=ptr.of_reference(node["$ref"])), above)
        for i in range(len(node.get("allOf", ()))):
            yield from self._at(replace(here, schema=ptr.join(here.schema, "allOf", i)), above)
        for branch, keyword in self._branches(here, node):
            whole = here.whole if keyword == IF else branch
            required = here.required | self.required(branch)
            context = here.context if here.context == IF else keyword
            use = SchemaUse(branch, here.path, here.value, whole, required, here.optional, context)
            yield from self._at(use, above)
        for name, schema, optional in _below(here, node):
            path, required = (*here.path, name), self.required(schema)
            yield from self._at(
                SchemaUse(schema, path, here.value[name], schema, required, optional, here.context)
            )

    def _branches(self, here: SchemaUse, node: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        """The schemas that apply because of the value, each with its keyword."""
        for keyword in ("anyOf", "oneOf"):
            for i in range(len(node.get(keyword, ()))):
                branch = ptr.join(here.schema, keyword, i)
                if self.accepts(branch, here.value):
                    yield branch, keyword
        if IF in node:
            met = self.accepts(ptr.join(here.schema, IF), here.value)
            branch = "then" if met else "else"
            if branch in node:
                yield ptr.join(here.schema, branch), IF


def _below(here: SchemaUse, node: Mapping[str, Any]) -> Iterator[tuple[str | int, str, bool]]:
    """The values within a value: name or index, schema, whether it is optional."""
    if isinstance(here.value, dict):
        declared = node.get("properties", {})
        for name in here.value:
            if name in declared:
                schema = ptr.join(here.schema, "properties", name)
                yield name, schema, name not in here.required
            elif "additionalProperties" in node and "patternProperties" not in node:
                yield name, ptr.join(here.schema, "additionalProperties"), False
    elif isinstance(here.value, list):
        first = len(node.get("prefixItems", ()))
        for i in range(len(here.value)):
            if i < first:
                yield i, ptr.join(here.schema, "prefixItems", i), False
            elif "items" in node:
                yield i, ptr.join(here.schema, "items"), False


def graft(body: Any, path: Path, value: Any) -> Any:
    """A copy of a body with another value at a path, which may add one property or item."""
    if not path:
        return value
    name: Any = path[0]
    if isinstance(body, list):
        entry = graft(body[name], path[1:], value) if name < len(body) else value
        return [*body[:name], entry, *body[name + 1 :]]
    return {**body, name: graft(body.get(name), path[1:], value)}
