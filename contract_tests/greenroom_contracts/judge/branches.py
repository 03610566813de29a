"""Which alternative of `anyOf` or `oneOf` is meant for a value that fits none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from greenroom.schema import json_pointer as ptr
from greenroom.schema.generation.constraints import discriminator_mapping
from greenroom.schema.instance_walk import SchemaWalk
from greenroom.schema.subschemas import type_of


@dataclass(frozen=True, slots=True)
class Discriminated:
    """What a `discriminator` says of a value (4.8.25).

    `name` is its property, `value` that of the property, `values` those that it may have, `branch`
    the pointer of the alternative that it names, None for none. `pointer` is of the discriminator.
    """

    pointer: str
    name: str
    value: str
    values: tuple[str, ...]
    branch: str | None


def discriminated(
    walk: SchemaWalk, parent: str, branches: Sequence[str], value: Any
) -> Discriminated | None:
    """What the discriminator of the schema `parent` says of a value; None if nothing.

    A value is mapped, or is the name of a component among the alternatives.
    """
    node = walk.node(parent).get("discriminator")
    name = node.get("propertyName") if isinstance(node, dict) else None
    sent = value.get(name) if isinstance(value, dict) else None
    if not isinstance(node, dict) or not isinstance(name, str) or not isinstance(sent, str):
        return None
    targets = {walk.node(branch).get("$ref", ""): branch for branch in branches}
    places = {ptr.of_reference(reference): branch for reference, branch in targets.items()}
    names = {place.rpartition("/")[2]: branch for place, branch in places.items() if place}
    mapped = {key: places.get(place) for place, key in discriminator_mapping(walk.node(parent))}
    known: dict[str, str | None] = {**names, **mapped}
    # An alternative without a name, or a mapping to another schema, leaves it open.
    if known.get(sent) is None and (sent in known or "" in targets):
        return None
    values = tuple(mapped or names)
    return Discriminated(ptr.join(parent, "discriminator"), name, sent, values, known.get(sent))


def named_child(walk: SchemaWalk, parent: str, value: Any) -> str | None:
    """The component that includes a schema by `allOf` and is named by its discriminator (4.8.25).

    None if the schema lists its alternatives itself, or names none for the value.
    """
    node = walk.node(parent)
    found = node.get("discriminator")
    if not isinstance(found, dict) or not isinstance(value, dict) or {"anyOf", "oneOf"} & {*node}:
        return None
    name = value.get(str(found.get("propertyName")))
    if not isinstance(name, str):
        return None
    mapped = {key: place for place, key in discriminator_mapping(node)}
    pointer = mapped.get(name) or ptr.join("/components/schemas", name)
    try:
        return pointer if isinstance(ptr.look_up(walk.document, pointer), dict) else None
    except LookupError:
        return None


def is_meant(walk: SchemaWalk, branch: str, value: Any) -> bool:
    """Whether a subschema is meant for a value: it has the value's type and its constants."""
    for place in walk.conjuncts(branch):
        kinds = walk.node(place).get("type")
        if kinds is not None and type_of(value) not in _listed(kinds):
            return False
    for name, schema in walk.properties(branch).items() if isinstance(value, dict) else ():
        for place in walk.conjuncts(schema):
            node = walk.node(place)
            only = node.get("enum", ()) if len(node.get("enum", ())) == 1 else ()
            only = [node["const"]] if "const" in node else only
            if only and value.get(name) != only[0]:
                return False
    return True


def _listed(kinds: Any) -> set[str]:
    listed = set(kinds if isinstance(kinds, list) else [kinds])
    return listed | {"integer"} if "number" in listed else listed
