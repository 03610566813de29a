"""Rules for what a contract says about the things that its operations make, show and change."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ..contract.behaviour.binding import Behaviour, Binding
from ..contract.behaviour.events import DELIVERY_KEY, EVENT_KEY
from ..contract.behaviour.reading import OPERATION_KEY, RESOURCE_KEY, behaviour_of
from ..contract.behaviour.resource import Lifecycle, Resource
from ..contract.behaviour.resources import LIFECYCLE_KEY, SUBSCRIPTION_KEY
from ..contract.behaviour.story import answers
from ..contract.behaviour.values import names_of, node_of, pointer_of
from ..contract.extension_schemas import problems
from ..contract.model import Operation
from ..contract.runtime_expressions import expressions
from ..schema import json_pointer as ptr
from ..schema.subschemas import shape_of
from .document import Document, Messages, listed

_OF_SCHEMA = (RESOURCE_KEY, LIFECYCLE_KEY, SUBSCRIPTION_KEY)
_KEYS = {**dict.fromkeys(_OF_SCHEMA, "schema"), OPERATION_KEY: "operation"}
_KEYS |= {EVENT_KEY: "operation", DELIVERY_KEY: "document"}
_OF_PARAMETER = re.compile(r"\$request\.(path|query|header)\.(.+)")
_OF_VALUE = re.compile(r"\$(request\.body|resource|parent|item|list|event|subscription)#(/.*)?")
_NUMBERS = {"list": ("/total", "/count"), "event": ("/name", "/id", "/time")}
_PLACES = (
    "identifier", "keys", "created", "updated", "generated", "references", "set", "state",
    "url", "events", "active", "secret", "method", "content-type", "fields",
)  # fmt: skip
# What comes into being with a thing.
_MADE = re.compile(r"(?:/states/[^/]+)?/create/")


@dataclass(frozen=True, slots=True)
class _Declaration:
    """An extension at a pointer; `resource` is the name of what it is about, empty if unknown."""

    document: Document
    behaviour: Behaviour
    where: str
    node: Mapping[str, Any]
    resource: str
    operation: Operation | None = None

    def leads(self, schema: str | None, pointer: str) -> bool:
        """Whether a schema describes a value at a pointer."""
        found: tuple[str, ...] = (schema,) if schema else ()
        for token in ptr.split(pointer):
            shape = shape_of(self.document.document, found)
            found = shape.items if token.isdigit() and shape.is_array else shape.of_property(token)
            if not found:
                return shape.others is not None
        return bool(found)

    def in_record(self, pointer: str, name: str = "") -> bool:
        """Whether the thing has a place: a response shows it, a request sends or selects by it."""
        resource = self.behaviour.resources[name or self.resource]
        first = "".join(ptr.split(pointer)[:1])
        made = {"".join(ptr.split(pointer_of(where))[:1]) for where in self.node.get("set", ())}
        operations = self.document.contract.operations
        asked = {parameter.name for operation in operations for parameter in operation.parameters}
        schema = ptr.look_up(self.document.document, resource.schema) if resource.schema else {}
        hidden = resource.hidden - made | set(node_of(schema, RESOURCE_KEY).get("hidden", ()))
        kept = hidden | resource.properties | asked
        return first in kept or self.leads(resource.schema, pointer)


def well_formed(document: Document) -> Messages:
    """The extensions about what is kept and sent have the form of the style guide."""
    for key, kind in _KEYS.items():
        for part, _ in document.having(key, kind):
            yield from problems(key, part.node, part.pointer)


def known_names(document: Document) -> Messages:
    """Each resource, state, operation, event, parameter and example that they name exists."""
    examples = document.document.get("components", {}).get("examples", {})
    operations = [operation.id for operation in document.contract.operations]
    events = dict.fromkeys(webhook.path for webhook in document.contract.webhooks)
    for declared in _declarations(document):
        node, operation = declared.node, declared.operation
        states = node.get("states", {})
        made = [e for holder in (node, *states.values()) for e in holder.get("create", ())]
        entries = [*node.get("references", {}).values(), *made]
        entries += [node[key] for key in ("parent", "within", "about") if key in node]
        entries += [name for state in states.values() for name in state.get("move", ())]
        resources = [entry if isinstance(entry, str) else entry["resource"] for entry in entries]
        if node.get("kind") != "none" and operation:
            resources.append(node.get("resource", declared.resource))
        parameters = [*node.get("filter", ()), *node.get("order", {}).values()]
        shown = [entry["example"] for entry in (*states.values(), *made) if "example" in entry]
        ways = [state.get(key, {}) for state in states.values() for key in ("after", "at", "on")]
        leads = [*node.get("when", {}).values(), *(to for way in ways for to in way.values())]
        called = [operation for state in states.values() for operation in state.get("on", ())]
        sent = [e for holder in (node, *states.values()) for e in holder.get("emit", ())]
        for kind, names, known in (
            ("resource", resources, declared.behaviour.resources),
            ("state", [*names_of(node.get("initial")), *leads], states),
            ("operation", called, operations),
            ("event", sent, events),
            ("example", [*names_of(node.get("seed")), *shown], examples),
            ("parameter", parameters, [p.name for p in operation.parameters] if operation else []),
        ):
            for name in dict.fromkeys(name for name in names if name not in known):
                message = f"there is no {kind} {name!r}"
                short = f"; those are {listed(known)}" if kind != "example" else ""
                yield declared.where, message + short
        for name in dict.fromkeys(called):
            binding = declared.behaviour.bindings.get(name)
            if name in operations and not _changes(binding, declared.resource):
                yield declared.where, f"{name} changes no {declared.resource}, so nothing follows"
        moves = (move for state in states.values() for move in state.get("move", {}).items())
        for name, to in moves:
            other = declared.behaviour.resources.get(name)
            if other is not None and to not in (other.lifecycle.states if other.lifecycle else ()):
                yield declared.where, f"there is no state {to!r} of {name}"


def _changes(binding: Binding | None, resource: str) -> bool:
    kinds = ("put", "update", "delete", "action")
    return binding is not None and binding.resource == resource and binding.kind in kinds


def known_places(document: Document) -> Messages:
    """Each pointer and expression in them leads to a place of a schema."""
    for declared in _declarations(document):
        operation = declared.operation
        for pointer in _places(declared.node) if declared.resource else ():
            if not declared.in_record(pointer):
                yield declared.where, f"{pointer!r} is not in a {declared.resource}"
        responses = answers(operation) if operation else ()
        schemas = [media.schema for response in responses for media in response.content]
        sent = operation.request_content if operation else ()
        for key, which, described in (
            ("answer", "response", schemas),
            ("payload", "payload", [media.schema for media in sent]),
        ):
            for pointer in map(pointer_of, declared.node.get(key, ())):
                if not any(declared.leads(s, pointer.replace("/-", "/0")) for s in described):
                    yield declared.where, f"{pointer!r} is not in the {which}"
        for where, text in expressions(declared.node):
            # The parent of what comes into being with a thing is that thing.
            is_within = _MADE.match(where) is not None
            as_thing = text.replace("$parent#", "$resource#") if is_within else text
            if not _is_there(declared, as_thing):
                yield declared.where, f"{text!r} leads nowhere"


def fitting_states(document: Document) -> Messages:
    """The example of a state is valid, and tells that state; a part has no time of its own."""
    for resource in behaviour_of(document.contract).resources.values():
        life = resource.lifecycle
        for state in life.states.values() if life else ():
            if state.example is None or life is None or resource.schema is None:
                continue
            above = ptr.join("/components/schemas", resource.name)
            where = ptr.join(above, LIFECYCLE_KEY, "states", state.name)
            told = ptr.value_at(state.example, life.pointer) if life.pointer else state.value
            if told != state.value:
                yield where, f"its example has {told!r} at {life.pointer}, not {state.value!r}"
            for error in document.schemas.validator(resource.schema).iter_errors(state.example):
                yield where, f"its example is not a {resource.name}: {error.message}"
    for _, _, schema, where in document.components("schemas"):
        states = node_of(schema, LIFECYCLE_KEY).get("states", {}).values()
        is_part = "within" in node_of(schema, RESOURCE_KEY)
        if is_part and any("after" in state or "at" in state for state in states):
            message = "what is within another thing has no time of its own: no 'after', no 'at'"
            yield ptr.join(where, LIFECYCLE_KEY), message


def reachable(document: Document) -> Messages:
    """Something leads to each state, or it is the first with its value at `state`.

    What else can come of a thing, told by an event of its own, is brought about by control routes.
    """
    behaviour = behaviour_of(document.contract)
    lives = [each.lifecycle for each in behaviour.resources.values() if each.lifecycle]
    moved = {move for life in lives for state in life.states.values() for move in state.moves}
    for resource in behaviour.resources.values():
        life = resource.lifecycle
        for name in life.states if life else ():
            if life is None or (resource.name, name) in moved:
                continue
            if name not in _reached(resource, life):
                above = ptr.join("/components/schemas", resource.name)
                where = ptr.join(above, LIFECYCLE_KEY, "states", name)
                yield where, "nothing leads to this state, and it is not the first with its value"


def _reached(resource: Resource, life: Lifecycle) -> set[str]:
    """The states that records can be in. Writing a value puts them into the first that it tells."""
    found = {life.initial, *(name for _, name in life.when)}
    found |= {seed.state for seed in resource.seeds if seed.state}
    sent = Counter(event for state in life.states.values() for event in state.emit)
    found |= {name for name, s in life.states.items() if any(sent[e] == 1 for e in s.emit)}
    if life.pointer is not None:
        known: list[Any] = [None]
        for state in life.states.values():
            found |= set() if state.value in known else {state.name}
            known.append(state.value)
    for _ in life.states:
        states = [state for name, state in life.states.items() if name in found]
        found |= {to for state in states for _, to in (*state.after, *state.at)}
        found |= {to for state in states for to in state.on.values()}
    return found


def proved(document: Document) -> Messages:
    """What an operation does is declared, or follows from a link, an example or a path."""
    weak = behaviour_of(document.contract).weak
    for operation in document.contract.operations:
        if operation.id in weak:
            yield operation.pointer, f"{weak[operation.id]}; say what it does with {OPERATION_KEY}"


def _declarations(document: Document) -> Iterator[_Declaration]:
    behaviour = behaviour_of(document.contract)
    for _, name, schema, where in document.components("schemas"):
        for key in _OF_SCHEMA:
            if node := node_of(schema, key):
                known = name if name in behaviour.resources else ""
                yield _Declaration(document, behaviour, ptr.join(where, key), node, known)
    for operation in document.contract.operations:
        if node := node_of(ptr.look_up(document.document, operation.pointer), OPERATION_KEY):
            binding = behaviour.bindings.get(operation.id)
            known = binding.resource if binding else ""
            where = ptr.join(operation.pointer, OPERATION_KEY)
            yield _Declaration(document, behaviour, where, node, known, operation)
    for webhook in document.contract.webhooks:
        if node := node_of(ptr.look_up(document.document, webhook.pointer), EVENT_KEY):
            about = behaviour.events[webhook.path].about or ""
            where = ptr.join(webhook.pointer, EVENT_KEY)
            yield _Declaration(document, behaviour, where, node, about, webhook)


def _places(node: Mapping[str, Any]) -> Iterator[str]:
    """The places of the thing that a declaration names."""
    given = [node.get(key) for key in _PLACES]
    given += [entry.get("by") for entry in node.get("unique", ())]
    given.append(node.get("existing", {}).get("same"))
    for entry in node.get("filter", {}).values():
        given.append(entry.get("at") if isinstance(entry, dict) else entry or None)
    states = node.get("states", {}).values()
    given += [state.get(key) for state in states for key in ("set", "at")]
    given += [list(node.get("match", {}).values()), list(node.get("record", {}).values())]
    yield from (pointer_of(name) for names in given for name in names_of(names))


def _is_there(declared: _Declaration, text: str) -> bool:
    operation, behaviour = declared.operation, declared.behaviour
    if (named := _OF_PARAMETER.fullmatch(text)) and operation is not None:
        return named.groups() in [(p.location, p.name) for p in operation.parameters]
    if not (found := _OF_VALUE.fullmatch(text)):
        return False
    root, pointer = found[1], found[2] or ""
    if root == "resource":
        return bool(declared.resource) and declared.in_record(pointer)
    if root in _NUMBERS:
        return pointer in _NUMBERS[root]
    if root == "subscription":
        having = (r.name for r in behaviour.resources.values() if r.subscription is not None)
        return any(declared.in_record(pointer, name) for name in having)
    binding = behaviour.bindings.get(operation.id) if operation else None
    if root == "parent":
        scopes = binding.scopes[-1:] if binding else ()
        return any(declared.leads(behaviour.resources[s.resource].schema, pointer) for s in scopes)
    inner = f"{binding.source}/0" if root == "item" and binding else ""
    content = operation.request_content if operation else ()
    # A life cycle is that of several creations.
    return operation is None or any(declared.leads(m.schema, inner + pointer) for m in content)
