"""Rules for what a contract says about the things that its operations make, show and change."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ..contract.behaviour.binding import Behaviour, Binding
from ..contract.behaviour.reading import OPERATION_KEY, RESOURCE_KEY, behaviour_of
from ..contract.behaviour.resource import Resource
from ..contract.behaviour.resources import LIFECYCLE_KEY
from ..contract.behaviour.story import answers
from ..contract.behaviour.values import names_of, node_of, pointer_of, value_at
from ..contract.extension_schemas import problems
from ..contract.model import Operation
from ..contract.runtime_expressions import expressions
from ..schema import json_pointer as ptr
from ..schema.subschemas import shape_of
from .document import Document, Messages, listed

_KEYS = {RESOURCE_KEY: "schema", LIFECYCLE_KEY: "schema", OPERATION_KEY: "operation"}
_OF_PARAMETER = re.compile(r"\$request\.(path|query|header)\.(.+)")
_OF_VALUE = re.compile(r"\$(request\.body|resource|parent|item|list)#(/.*)?")


@dataclass(frozen=True, slots=True)
class _Declared:
    """One declaration: its pointer, its value, and what it is about, as far as that is known."""

    document: Document
    where: str
    node: Mapping[str, Any]
    resource: Resource | None
    binding: Binding | None = None
    operation: Operation | None = None


def well_formed(document: Document) -> Messages:
    """x-resource, x-resource-operation and x-lifecycle have the form of the style guide."""
    for key, kind in _KEYS.items():
        for part, _ in document.having(key, kind):
            yield from problems(key, part.node, part.pointer)


def known_names(document: Document) -> Messages:
    """Each resource, state, parameter and example that they name exists."""
    behaviour = behaviour_of(document.contract)
    for declared in _declared(document, behaviour):
        node, where = declared.node, declared.where
        if node.get("kind") != "none" and declared.resource is None:
            yield where, f"no resource; those are {listed(behaviour.resources)}"
        entries = [*node.get("references", {}).values(), *node.get("create", ())]
        entries += [node[key] for key in ("parent", "within") if key in node]
        for name in (e if isinstance(e, str) else e["resource"] for e in entries):
            if name not in behaviour.resources:
                yield (
                    where,
                    f"there is no resource {name!r}; those are {listed(behaviour.resources)}",
                )
        states = node.get("states", {})
        shown = document.document.get("components", {}).get("examples", {})
        for name in (*names_of(node.get("initial")), *node.get("when", {}).values()):
            if name not in states:
                yield where, f"there is no state {name!r}; those are {listed(states)}"
        for name in (
            *names_of(node.get("seed")),
            *(s["example"] for s in states.values() if "example" in s),
        ):
            if name not in shown:
                yield where, f"there is no example {name!r}"
        parameters = [p.name for p in declared.operation.parameters] if declared.operation else []
        for name in (*node.get("filter", ()), *node.get("order", {}).values()):
            if name not in parameters:
                yield where, f"there is no parameter {name!r}; those are {listed(parameters)}"


def known_places(document: Document) -> Messages:
    """Each pointer and expression in them leads to a place of a schema."""
    for declared in _declared(document, behaviour_of(document.contract)):
        for pointer in _record_pointers(declared.node):
            if declared.resource and not _in_record(declared, pointer):
                yield declared.where, f"{pointer!r} is not in a {declared.resource.name}"
        for pointer in declared.node.get("answer", ()):
            responses = answers(declared.operation) if declared.operation else ()
            shown = [media.schema for response in responses for media in response.content]
            if not any(_leads(declared, schema, pointer.replace("/-", "/0")) for schema in shown):
                yield declared.where, f"{pointer!r} is not in the response"
        for _, text in expressions(declared.node):
            if not _is_there(declared, text):
                yield declared.where, f"{text!r} leads nowhere"


def fitting_states(document: Document) -> Messages:
    """The example of a state is valid, and tells that state."""
    for resource in behaviour_of(document.contract).resources.values():
        life = resource.lifecycle
        for state in life.states.values() if life else ():
            if state.example is None or life is None or resource.schema is None:
                continue
            where = ptr.join(resource.schema, LIFECYCLE_KEY, "states", state.name)
            told = value_at(state.example, life.pointer) if life.pointer else state.value
            if told != state.value:
                yield where, f"its example has {told!r} at {life.pointer}, not {state.value!r}"
            for error in document.schemas.validator(resource.schema).iter_errors(state.example):
                yield where, f"its example is not a {resource.name}: {error.message}"


def proved(document: Document) -> Messages:
    """What an operation does is declared, or follows from a link, an example or a path."""
    contract = document.contract
    behaviour = behaviour_of(contract)
    for operation in contract.operations:
        reason = behaviour.weak.get(operation.id)
        if reason is not None:
            yield operation.pointer, f"{reason}; say what it does with {OPERATION_KEY}"


def _declared(document: Document, behaviour: Behaviour) -> Iterator[_Declared]:
    for section, name, schema, where in document.components("schemas"):
        for key in (RESOURCE_KEY, LIFECYCLE_KEY) if section else ():
            if node := node_of(schema, key):
                found = behaviour.resources.get(name)
                yield _Declared(document, ptr.join(where, key), node, found)
    for operation in document.contract.operations:
        node = node_of(ptr.look_up(document.document, operation.pointer), OPERATION_KEY)
        if node:
            binding = behaviour.bindings.get(operation.id)
            found = behaviour.resources.get(
                node.get("resource", binding.resource if binding else "")
            )
            where = ptr.join(operation.pointer, OPERATION_KEY)
            yield _Declared(document, where, node, found, binding, operation)


def _record_pointers(node: Mapping[str, Any]) -> Iterator[str]:
    """The places of the record that a declaration names."""
    for key in (
        "identifier",
        "keys",
        "created",
        "updated",
        "generated",
        "references",
        "set",
        "hidden",
    ):
        yield from map(pointer_of, names_of(node.get(key)))
    for entry in (*node.get("unique", ()), node.get("existing", {})):
        yield from map(pointer_of, (*entry.get("by", ()), *entry.get("same", ())))
    for given in node.get("filter", {}).values():
        at = given.get("at") if isinstance(given, dict) else given or None
        yield from map(pointer_of, names_of(at))
    for state in node.get("states", {}).values():
        yield from map(pointer_of, state.get("set", ()))
    yield from names_of(node.get("state"))


def _in_record(declared: _Declared, pointer: str) -> bool:
    resource = declared.resource
    assert resource is not None
    first = next(iter(ptr.split(pointer)), "")
    made = {ptr.split(pointer_of(where))[0] for where in declared.node.get("set", ())}
    kept = (resource.hidden - made) | resource.properties
    is_filter = any(
        p.name == first for o in declared.document.contract.operations for p in o.parameters
    )
    return _leads(declared, resource.schema, pointer) or first in kept or is_filter


def _is_there(declared: _Declared, text: str) -> bool:
    operation, binding, resource = declared.operation, declared.binding, declared.resource
    if (named := _OF_PARAMETER.fullmatch(text)) and operation is not None:
        return named.groups() in [(p.location, p.name) for p in operation.parameters]
    if not (found := _OF_VALUE.fullmatch(text)):
        return False
    root, pointer = found[1], found[2] or ""
    if root == "resource":
        return resource is not None and _in_record(declared, pointer)
    if root == "list":
        return pointer in ("/total", "/count")
    if root == "parent":
        scopes = binding.scopes if binding else ()
        parents = behaviour_of(declared.document.contract).resources
        return any(_leads(declared, parents[s.resource].schema, pointer) for s in scopes[-1:])
    content = operation.body.content if operation and operation.body else ()
    inner = f"{binding.source}/0" if root == "item" and binding else ""
    # A life cycle is that of several creations.
    return operation is None or any(_leads(declared, m.schema, inner + pointer) for m in content)


def _leads(declared: _Declared, schema: str | None, pointer: str) -> bool:
    """Whether a schema describes a value at a pointer."""
    found: tuple[str, ...] = (schema,) if schema else ()
    for token in ptr.split(pointer):
        shape = shape_of(declared.document.document, found)
        found = shape.items if token.isdigit() and shape.is_array else shape.of_property(token)
        if not found:
            return shape.others is not None
    return bool(found)
