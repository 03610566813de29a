"""Random requests to a space, each compared with a reference of plain lists."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from datetime import timedelta
from typing import Any, ClassVar
from urllib.parse import quote

from contracts import Client
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from greenroom.codec.documented_request import documented_request
from greenroom.contract.behaviour.binding import Binding, Filter
from greenroom.contract.behaviour.reading import behaviour_of
from greenroom.contract.behaviour.resource import Resource, State
from greenroom.contract.model import Contract, Operation
from greenroom.schema import json_pointer as ptr
from greenroom.schema.validators import SchemaSet
from greenroom.server.middleware import MockMiddleware
from greenroom.state.record import Record
from greenroom.state.store import Page
from greenroom.state.world import World
from wire import Reply

from .life import START, Key, Life, Told, is_dated
from .reference import MISSING, Reference, Thing, at, text

# What names nothing, whatever the schema of a parameter is.
UNKNOWN = ("unknown-0", 987654, "00000000-0000-4000-8000-000000000000", "0" * 24)
_ALTERATIONS = ("put", "update", "delete", "action")
SPACE = "machine"
_REFUSALS = ("invalid-request", "unknown-reference", "conflict", "wrong-state")
_FORMS = re.compile(r"[0-9a-f-]{36}|[0-9a-f]{24}|.*\d:\d.*")


def through_json(read: Any) -> Any:
    """Reads for decisions, of which only what JSON can hold arrives."""

    def read_json(self: World, reads: Any) -> dict[str, Any]:
        return {name: _passed(value) for name, value in read(self, reads).items()}

    return read_json


def _passed(value: Any) -> Any:
    if not isinstance(value, Page):
        return json.loads(json.dumps(value))
    records = [Record.read(json.loads(json.dumps(each.document()))) for each in value.records]
    return Page(records, value.total, value.start)


def access_of(app: Any) -> Any:
    """How requests get into the spaces of an application."""
    while not isinstance(app, MockMiddleware):
        app = app.app
    return app.access


class Machine(RuleBasedStateMachine):
    """Creates, reads, changes, deletes and lists things; a subclass has a contract.

    `steps` counts what was done, by its kind and whether it changed something.
    """

    contract: Contract
    steps: ClassVar[Counter[str]]

    def __init__(self) -> None:
        super().__init__()
        self.behaviour = behaviour_of(self.contract)
        self.schemas = SchemaSet(self.contract.document)
        self.operations = {o.id: o for o in self.contract.operations}
        bindings = self.behaviour.bindings.values()
        # By name, which is what a failing example prints.
        lives = [r.lifecycle for r in self.behaviour.resources.values() if r.lifecycle]
        moving = {name for life in lives for name in life.operations}
        actions = (b for b in bindings if b.kind == "action" and not b.sets)
        still = {b.operation for b in actions if b.operation not in moving}
        altering = [b.operation for b in bindings if b.kind in _ALTERATIONS]
        self.changing = [name for name in altering if name not in still]
        self.making = [b.operation for b in bindings if b.kind in ("create", "put")]
        lists = [b for b in bindings if b.kind == "list"]
        self.listing = [b.operation for b in lists]
        # Those that can be asked for in several ways.
        self.telling = [
            b.operation
            for b in lists
            if b.order or b.scopes or any(f.match != "equal" for f in b.filters)
        ]
        self.reading = [b.operation for b in bindings if b.kind == "read" or b.operation in still]
        self.snapshots: list[tuple[Any, Reference]] = []

    @initialize()
    def begin(self) -> None:
        """A new space: the documented things, and no others."""
        self.client = Client(self.contract)
        self.spaces = access_of(self.client.app).spaces
        self.spaces.put(SPACE, now=START)
        self._begin()

    def _begin(self) -> None:
        self.space = self.spaces.get(SPACE)
        self.reference = Reference(life=Life())
        self._listen()
        self._learn(is_new=True)

    def _listen(self) -> None:
        self.seen = self.space.changes
        self.told = Told(self.space, self.behaviour, self.reference.life)
        self.space.deliveries = self.told

    # -- rules

    @rule(data=st.data())
    def make(self, data: st.DataObject) -> None:
        """One request that may create something."""
        self._change(data, self._drawn(data, self.making))

    @rule(data=st.data())
    def make_several(self, data: st.DataObject) -> None:
        """Some of the same kind, so that lists have pages."""
        binding = self._drawn(data, self.making)
        for _ in range(3):
            self._change(data, binding)

    @rule(data=st.data())
    def change(self, data: st.DataObject) -> None:
        """One request that may change or delete something, where there is such an operation."""
        self._change(data, self._drawn(data, self.changing or self.making))

    @rule(data=st.data())
    def look(self, data: st.DataObject) -> None:
        """Read something."""
        if self.reading:
            self._read(data)
        self._list(data)

    @rule(data=st.data())
    def compare(self, data: st.DataObject) -> None:
        """A list of several things, in an order or by a filter that tells these apart."""
        binding = self._drawn(data, self.telling or self.listing)
        making = [m for m in self.making if self.behaviour.bindings[m].resource == binding.resource]
        for _ in range(2 if making else 0):
            self._change(data, self._drawn(data, making))
        self._list(data, binding)

    @rule(data=st.data())
    def manage(self, data: st.DataObject) -> None:
        """Keep a snapshot, go back to one, or begin again."""
        chosen = data.draw(st.integers(0, 9))
        if chosen == 0:
            self._reset()
        elif chosen < 3:
            self._restore(data)
        else:
            self._take_snapshot()

    def _read(self, data: st.DataObject, chosen: Binding | None = None) -> None:
        """Read one thing: it is as it was left, or 404."""
        self._advance(timedelta())
        binding = chosen or self._drawn(data, self.reading)
        reply, about, _ = self._send(data, binding)
        self.steps["read"] += 1
        self.told.check({}, binding.emit)
        self._unchanged()
        if reply.kind == "invalid-request":
            return
        if about is None:
            assert (reply.status, reply.kind) == (404, "unknown-resource"), reply
        else:
            self._is_simulated(reply)

    def _list(self, data: st.DataObject, chosen: Binding | None = None) -> None:
        """A page of a list with filters: that of the reference.

        With a `chosen` list, it is asked for in a way that tells its things apart, if there is one.
        """
        self._advance(timedelta())
        # A list of several things tells more than one of none.
        several = [
            name
            for name in self.listing
            if len(self.reference.of(self.behaviour.bindings[name].resource)) > 1
        ]
        binding = chosen or self._drawn(
            data, (several if data.draw(st.booleans()) else []) or self.listing
        )
        operation = self.operations[binding.operation]
        scopes = self._scopes(data, binding)
        query: dict[str, Any] = {}
        filters: list[Any] = []
        order: tuple[str | None, bool] | None = None
        ways = self._ways(binding, operation, scopes) if chosen else []
        if ways:
            query, filters, order = deepcopy(data.draw(st.sampled_from(ways)))
        else:
            query, filters = self._filters(data, binding, operation)
            order = self._order(data, binding, operation, query)
        page = self._page(data, operation, query)
        reply = self._request(operation, scopes, query, None)
        self.steps["list"] += 1
        self._unchanged()
        if not self._is_found(binding, scopes):
            assert (reply.status, reply.kind) == (404, "unknown-resource"), reply
            return
        self._is_simulated(reply)
        resource = self.behaviour.resources[binding.resource]
        belongs = self._belongs(binding, scopes)
        by, backwards = order or self._default_order(resource)
        things = self.reference.listed(resource.name, belongs, filters, by, backwards)
        self._is_page(reply, binding, operation, resource, things, page)

    def _take_snapshot(self) -> None:
        """Keep a snapshot, as text."""
        self.steps["snapshot"] += 1
        document = json.dumps(self.spaces.snapshot(SPACE))
        self.snapshots = [*self.snapshots[-2:], (document, deepcopy(self.reference))]

    def _restore(self, data: st.DataObject) -> None:
        """Go back to a snapshot: everything is as it was then."""
        if self.snapshots:
            document, reference = data.draw(st.sampled_from(self.snapshots))
            self.spaces.restore(SPACE, json.loads(document))
            self.reference = deepcopy(reference)
            self._listen()
            self.steps["restore"] += 1
            assert json.dumps(self.spaces.snapshot(SPACE)) == document
            self._unchanged()

    def _reset(self) -> None:
        """Begin again; the same requests get the same responses."""
        self.spaces.reset(SPACE)
        self._begin()
        self.steps["reset"] += 1

    def _drawn(self, data: st.DataObject, operations: list[str]) -> Binding:
        return self.behaviour.bindings[data.draw(st.sampled_from(operations))]

    # -- changes

    def _change(self, data: st.DataObject, binding: Binding) -> None:
        self._advance(timedelta())
        before, kept = deepcopy(self.reference), self._kept()
        reply, about, body = self._send(data, binding)
        if reply.status >= 400 and reply.kind != "unknown-resource":
            self.steps[f"refused: {reply.kind}"] += 1
            assert reply.kind in _REFUSALS, reply
            assert reply.kind != "wrong-state" or self._may_refuse(binding, about), reply
            self._unchanged()
            return
        if about is None and binding.kind in ("update", "delete", "action"):
            assert (reply.status, reply.kind) == (404, "unknown-resource"), reply
            self.steps["refused: unknown-resource"] += 1
            self._unchanged()
            return
        if reply.kind == "unknown-resource":
            assert about is None, reply
            self._unchanged()
            return
        assert self.has_found_scopes, reply
        self._is_simulated(reply)
        forced = self._forced(binding, about)
        key = about and (binding.resource, about.id)
        assert key not in forced or forced[key] or not binding.refuses_state, reply
        self._learn(forced, binding.emit, binding.resource)
        changed = kept != self._kept()
        self.steps[f"{binding.kind}{'' if changed else ', nothing changed'}"] += 1
        self._follows(binding, before, about, changed)
        self._is_referring(binding, before, body)
        if binding.replace and about is not None:
            self._is_replaced(binding, about.id, body)
        self._is_consistent()

    def _forced(self, binding: Binding, about: Thing | None) -> dict[Key, str | None]:
        """The state that an operation puts a thing into, None for none; empty where all is free."""
        life = self.behaviour.resources[binding.resource].lifecycle
        if about is None or life is None or binding.operation not in life.operations:
            return {}
        key = (binding.resource, about.id)
        state = life.states.get(self.reference.life.states.get(key) or "")
        leading = [s for s in life.states.values() if binding.operation in s.on]
        to = {s.on[binding.operation] for s in leading if state in (None, s)}
        return {key: to.pop() if len(to) == 1 else None}

    def _may_refuse(self, binding: Binding, about: Thing | None) -> bool:
        """Whether the state of a thing does not allow an operation, and its contract says so."""
        states = self.reference.life.states
        known = about is not None and states.get((binding.resource, about.id)) is not None
        is_none = [*self._forced(binding, about).values()] == [None]
        return known and is_none and bool(binding.refuses_state)

    def _advance(self, length: timedelta) -> None:
        """Move the clock: everything happens at its moment, in order, and as it has to.

        By no time at all, what is due at once happens, as it does before any request.
        """
        life = self.reference.life
        until = life.now + length
        while (expected := life.next(until)) is not None:
            happening = self.space.step(until)
            assert happening is not None, expected
            done = happening.transitions[0]
            about = (done.about.resource, done.about.id)
            assert (about, done.after, done.at) == (expected.key, expected.to, expected.due)
            assert self.space.now() == expected.due
            assert [*happening.emissions] == self.told.events
            life.now = expected.due
            life.pending.remove(expected)
            self.steps["timer"] += 1
            self._learn({expected.key: expected.to}, (), about[0])
            self._is_consistent()
        assert self.space.step(until) is None
        self.space.clock.move(until)
        life.now = until

    def _follows(
        self, binding: Binding, before: Reference, about: Thing | None, changed: bool
    ) -> None:
        """Whether what changed follows from the kind of request."""
        name = binding.resource
        old = {thing.id for thing in before.of(name)}
        new = {thing.id for thing in self.reference.of(name)}
        parent = self.behaviour.resources[name].parent
        within = parent is not None and parent.within is not None
        if binding.kind == "create" and not within:
            made = new - old
            assert old <= new
            assert made or binding.existing is not None or binding.many
            assert len(made) == 1 or binding.many or binding.source is None or binding.existing
        elif binding.kind == "delete" and not binding.sets and not within:
            assert about is not None
            assert new == old - {about.id}
        elif binding.kind in ("update", "action") and not within:
            assert about is not None
            assert new - {about.id} == old - {about.id}
            others = [t.value for t in before.of(name) if t.id != about.id]
            assert others == [t.value for t in self.reference.of(name) if t.id != about.id]

    def _is_referring(self, binding: Binding, before: Reference, body: Any) -> None:
        """Whether all references of an accepted request name something."""
        source = binding.source or ""
        things = at(body, source)
        for check in binding.checks:
            pointer = check.value.expression.partition("#")[2].removeprefix(source)
            for thing in things if isinstance(things, list) else [things]:
                value = at(thing, pointer)
                for each in value if isinstance(value, list) else [value]:
                    if each is not MISSING and each is not None:
                        reference = check.reference
                        assert before.having(reference.resource, reference.key, each), each

    def _is_replaced(self, binding: Binding, id: str, body: Any) -> None:
        """Whether what was not sent is gone, or has its default."""
        operation = self.operations[binding.operation]
        thing = self.reference.get(binding.resource, id)
        assert operation.body is not None
        assert thing is not None
        schema = operation.body.content[0].schema
        node, _ = ptr.resolve(self.contract.document, {"$ref": f"#{schema}"}, "")
        for name, described in node["properties"].items():
            if name not in body and name in thing.value:
                resource = self.behaviour.resources[binding.resource]
                own, _ = ptr.resolve(self.contract.document, {"$ref": f"#{resource.schema}"}, "")
                defaults = [described.get("default"), own["properties"][name].get("default")]
                assert thing.value[name] in defaults, name

    def _is_consistent(self) -> None:
        """Whether what is declared about all things of a kind holds."""
        for resource in self.behaviour.resources.values():
            things = self.reference.of(resource.name)
            for unique in resource.unique:
                values = [tuple(text(at(t.value, p)) for p in unique.by) for t in things]
                assert len(set(values)) == len(values), values
            parent = resource.parent
            if parent is not None and parent.on_delete != "keep" and parent.within is None:
                keys = {text(at(t.value, parent.key)) for t in self.reference.of(parent.resource)}
                assert {text(at(t.value, parent.by)) for t in things} <= keys

    # -- requests

    def _send(self, data: st.DataObject, binding: Binding) -> tuple[Reply, Thing | None, Any]:
        """Send a request about a thing, or about one that there is not."""
        operation = self.operations[binding.operation]
        path = self._scopes(data, binding)
        body = self._body(data, binding, operation)
        query: dict[str, Any] = {}
        about: Thing | None = None
        resource = self.behaviour.resources[binding.resource]
        pairs = []
        if binding.identify and binding.kind != "create":
            known = self._candidates(binding, path)
            index = data.draw(st.integers(0, len(known)))
            about = known[index] if index < len(known) else None
            for each in binding.identify:
                place, _, where = each.value.expression.removeprefix("$request.").partition(".")
                value = MISSING if about is None else at(about.value, each.pointer)
                if value is MISSING or value is None:
                    about, value = None, self._unknown(operation, where)
                pairs.append((each.pointer, value))
                if place == "path":
                    path[where] = value
                elif place == "query":
                    query[where] = value
                else:
                    pointer = place.removeprefix("body#")
                    body = _with(body, pointer, value)
        reply = self._request(operation, path, query, body)
        self.has_found_scopes = self._is_found(binding, path)
        if resource.singleton or not binding.identify:
            found = self._is_found(binding, path)
            about = self._single(resource, binding, path) if found else None
        elif not self._is_found(binding, path):
            about = None
        elif pairs and about is None:
            # Another thing may have the text that stands for an unknown one.
            found = [
                thing
                for thing in self._candidates(binding, path)
                if all(at(thing.value, p) == v for p, v in pairs)
            ]
            about = found[0] if found else None
        return reply, about, body

    def _single(self, resource: Resource, binding: Binding, path: Mapping[str, Any]) -> Any:
        things = self.reference.of(resource.name)
        if resource.singleton and binding.scopes:
            of = self._scope_things(binding, path)[-1]
            key = text(at(of.value, binding.scopes[-1].of)) if of is not None else ""
            virtual = Thing(key, None) if resource.seeds else None
            return next((t for t in things if t.id == key), virtual)
        if resource.singleton:
            return things[0] if things else None
        return things[-1] if things else None

    def _candidates(self, binding: Binding, path: Mapping[str, Any]) -> list[Thing]:
        resource = self.behaviour.resources[binding.resource]
        if resource.parent is not None and resource.parent.within is not None:
            around = self._scope_things(binding, path)[-1] if binding.scopes else None
            elements = at(around.value, resource.parent.within) if around is not None else MISSING
            found = elements if isinstance(elements, list) else []
            pointer = resource.identifiers[0].pointer
            return [Thing(text(at(each, pointer)), each) for each in found]
        belongs = self._belongs(binding, path) if self._is_found(binding, path) else {}
        return self.reference.listed(resource.name, belongs, [])

    def _scopes(self, data: st.DataObject, binding: Binding) -> dict[str, Any]:
        """Path parameters that name the things around."""
        path: dict[str, Any] = {}
        for scope in binding.scopes:
            known = [at(thing.value, scope.key) for thing in self.reference.of(scope.resource)]
            usual = [value for value in known if value is not MISSING and value is not None]
            # Mostly one that there is.
            name = scope.value.expression.rpartition(".")[2]
            unknown = self._unknown(self.operations[binding.operation], name)
            path[name] = data.draw(st.sampled_from([*usual * 6, unknown]))
        return path

    def _unknown(self, operation: Operation, name: str) -> Any:
        schemas = [p.schema for p in operation.parameters if p.name == name and p.schema]
        valid = self.schemas.validator(schemas[0]).is_valid if schemas else lambda _: True
        return next(value for value in UNKNOWN if valid(value))

    def _scope_things(self, binding: Binding, path: Mapping[str, Any]) -> list[Thing | None]:
        found: list[Thing | None] = []
        for scope in binding.scopes:
            value = path[scope.value.expression.rpartition(".")[2]]
            things = self.reference.having(scope.resource, scope.key, value)
            parent = self.behaviour.resources[scope.resource].parent
            names = [s.resource for s in binding.scopes[: len(found)]]
            if things and parent is not None and names and names[-1] == parent.resource:
                above = found[-1]
                key = None if above is None else at(above.value, parent.key)
                things = [t for t in things if at(t.value, parent.by) == key]
            found.append(things[0] if things else None)
        return found

    def _is_found(self, binding: Binding, path: Mapping[str, Any]) -> bool:
        return None not in self._scope_things(binding, path)

    def _belongs(self, binding: Binding, path: Mapping[str, Any]) -> dict[str, Any]:
        things = self._scope_things(binding, path)
        pairs = zip(binding.scopes, things, strict=True)
        return {s.by: at(t.value, s.of) for s, t in pairs if s.by and t is not None}

    def _body(self, data: st.DataObject, binding: Binding, operation: Operation) -> Any:
        """The body of an example, with members left out, references and texts replaced."""
        if operation.body is None:
            return MISSING
        media = next((m for m in operation.body.content if m.is_json), operation.body.content[0])
        if not media.examples:
            return data.draw(st.sampled_from([{}, {"minutes": 7, "comment": "x"}]))
        example = data.draw(st.sampled_from([e.value for e in media.examples]))
        body = self._varied(data, binding, deepcopy(example), True)
        valid = media.schema is None or self.schemas.validator(media.schema).is_valid(body)
        if valid or data.draw(st.integers(0, 9)) == 0:
            # An invalid request is refused, and changes nothing.
            return body
        return self._varied(data, binding, deepcopy(example), False)

    def _varied(self, data: st.DataObject, binding: Binding, body: Any, freely: bool) -> Any:
        things = at(body, binding.source or "")
        for thing in things if isinstance(things, list) else [things]:
            if isinstance(thing, dict):
                self._vary(data, binding, thing, freely)
        if isinstance(things, list) and things and freely and data.draw(st.booleans()):
            things.append(deepcopy(things[0]))
        return body

    def _vary(
        self, data: st.DataObject, binding: Binding, thing: dict[str, Any], freely: bool
    ) -> None:
        references = {
            check.value.expression.rpartition("/")[2]: check.reference for check in binding.checks
        }
        for name in list(thing):
            if name in references:
                known = [
                    at(each.value, references[name].key)
                    for each in self.reference.of(references[name].resource)
                ]
                unknown = UNKNOWN[isinstance(thing[name], int)]
                options = [*known * 5, unknown]
                chosen = data.draw(st.sampled_from(options))
                thing[name] = [chosen] if isinstance(thing[name], list) else chosen
            elif not freely:
                continue
            elif data.draw(st.integers(0, 9)) == 0:
                del thing[name]
            elif _is_free(thing[name]) and data.draw(st.booleans()):
                thing[name] += str(data.draw(st.integers(0, 30)))
            elif isinstance(thing[name], int) and data.draw(st.booleans()):
                thing[name] = data.draw(st.sampled_from([0, 1, 5, thing[name]]))

    def _request(
        self, operation: Operation, path: Mapping[str, Any], query: Mapping[str, Any], body: Any
    ) -> Reply:
        content = None
        if body is MISSING:
            content = ("", b"")
        elif body is not None:
            kinds = [m.name for m in operation.body.content] if operation.body else []
            if "application/json" in kinds:
                content = ("application/json", json.dumps(body).encode())
            elif "multipart/form-data" not in kinds:
                form = "&".join(f"{k}={quote(str(v))}" for k, v in body.items())
                content = (kinds[0], form.encode())
        given = {("path", name): value for name, value in path.items()}
        given.update({("query", name): value for name, value in query.items()})
        sent = documented_request(self.contract, operation, "test-key", content, given)
        base = f"/~{SPACE}/{self.contract.name}{self.contract.base_path}"
        headers = [*sent.fields, ("content-length", str(len(sent.body)))]
        return self.client.send(operation.method, base + sent.target, headers, [sent.body])

    # -- lists

    def _ways(
        self, binding: Binding, operation: Operation, scopes: Mapping[str, Any]
    ) -> list[tuple[dict[str, Any], list[Any], tuple[str | None, bool] | None]]:
        """The orders and filters of a list that show its things otherwise than without."""
        resource = self.behaviour.resources[binding.resource]
        if not self._is_found(binding, scopes):
            return []
        belongs = self._belongs(binding, scopes)
        usual = self._default_order(resource)
        plain = self.reference.listed(resource.name, belongs, [], *usual)
        ways: list[tuple[dict[str, Any], list[Any], tuple[str | None, bool] | None]] = []
        by, direction = binding.order or ("", "")
        for name in self._allowed(operation, by) if by else []:
            for way in self._allowed(operation, direction) if direction else [""]:
                query = {by: name, **({direction: way} if way else {})}
                order = self._ordered(binding, query)
                if self.reference.listed(resource.name, belongs, [], *order) != plain:
                    ways.append((query, [], order))
        for each in binding.filters:
            if each.match == "equal" or each.pointer is None:
                continue
            for value in self._known(each, plain):
                found = self._filter(each, operation, value, [value])
                if found and found[1] and len(found[1][0][2]) == 1:
                    shown = self.reference.listed(resource.name, belongs, found[1], *usual)
                    if shown and shown != plain:
                        ways.append((*found, None))
        return ways

    def _known(self, each: Filter, things: list[Thing]) -> list[Any]:
        """The values that a filter can find in things."""
        pointers = [p for p in (each.pointer, *each.also) if p is not None]
        known = [at(thing.value, p) for thing in things for p in pointers]
        flat = [v for k in known for v in (k if isinstance(k, list) else [k])]
        return [v for v in flat if isinstance(v, str | int | float)]

    def _filter(
        self, each: Filter, operation: Operation, value: Any, more: list[Any]
    ) -> tuple[dict[str, Any], list[Any]] | None:
        """The query of a filter by a value, or with `more` by several; None for an invalid one."""
        parameter = next(p for p in operation.parameters if p.name == each.parameter)
        is_valid = self.schemas.validator(parameter.schema or "").is_valid
        pointers = [p for p in (each.pointer, *each.also) if p is not None]
        if is_valid([value]):
            values, sent = more, more
        elif is_valid(value):
            if each.match == "contains" and isinstance(value, str):
                value = value[: max(1, len(value) // 2)].upper()
            values, sent = [value], value
        else:
            return None
        return {each.parameter: sent}, [(pointers, each.match, values)] if pointers else []

    def _filters(
        self, data: st.DataObject, binding: Binding, operation: Operation
    ) -> tuple[dict[str, Any], list[Any]]:
        query: dict[str, Any] = {}
        filters = []
        indexes = st.integers(0, max(0, len(binding.filters) - 1))
        for index in data.draw(st.lists(indexes, max_size=2, unique=True)):
            if not binding.filters:
                break
            each = binding.filters[index]
            options = self._known(each, self.reference.of(binding.resource)) or ["none"]
            value: Any = data.draw(st.sampled_from(options))
            more = [value, data.draw(st.sampled_from(options))]
            found = self._filter(each, operation, value, more)
            if found is not None:
                query.update(found[0])
                filters += found[1]
        return query, filters

    def _order(
        self, data: st.DataObject, binding: Binding, operation: Operation, query: dict[str, Any]
    ) -> tuple[str | None, bool] | None:
        if binding.order is None or data.draw(st.booleans()):
            return None
        by, direction = binding.order
        names: list[str] = self._allowed(operation, by)
        if not names:
            return None
        query[by] = data.draw(st.sampled_from(names))
        if direction and data.draw(st.booleans()):
            query[direction] = data.draw(st.sampled_from(self._allowed(operation, direction)))
        return self._ordered(binding, query)

    def _ordered(self, binding: Binding, query: Mapping[str, Any]) -> tuple[str | None, bool]:
        """What a query orders a list by, and whether backwards."""
        assert binding.order is not None
        by, direction = binding.order
        resource = self.behaviour.resources[binding.resource]
        if query[by] not in resource.properties:
            return self._default_order(resource)
        return f"/{query[by]}", str(query.get(direction, "")).lower() == "desc"

    def _allowed(self, operation: Operation, name: str) -> list[Any]:
        parameter = next(p for p in operation.parameters if p.name == name)
        node = ptr.look_up(self.contract.document, parameter.schema or "")
        found: list[Any] = node.get("enum", [])
        return found

    def _default_order(self, resource: Resource) -> tuple[str | None, bool]:
        by = resource.created[0].pointer if resource.created and resource.sort else None
        return by, resource.sort.startswith("-")

    def _page(
        self, data: st.DataObject, operation: Operation, query: dict[str, Any]
    ) -> tuple[int | None, int]:
        """The size of the page, None for all, and how many things are before it."""
        paging = operation.paging
        if paging is None:
            return None, 0
        size = data.draw(st.sampled_from([None, 1, 2, 3, 20]))
        required = any(p.name == paging.size and p.required for p in operation.parameters)
        if size is None and required:
            size = 2
        if size is not None:
            query[paging.size] = size
        number = data.draw(st.integers(0, 3))
        first = 1 if paging.first is None else paging.first
        asked = data.draw(st.booleans()) or any(
            p.name == paging.page and p.required for p in operation.parameters
        )
        if asked and paging.page:
            query[paging.page] = first + number
        if asked and paging.offset:
            query[paging.offset] = number
        if size is None:
            size = self._default_size(operation)
        if size is None:
            return None, 0
        before = number if paging.offset else number * size
        return size, before if asked else 0

    def _default_size(self, operation: Operation) -> int | None:
        assert operation.paging is not None
        if operation.paging.default is not None:
            return operation.paging.default
        shown = operation.paging.echoed_size
        example = operation.successes[0].content[0].examples[0].value if shown else {}
        found = at(example, shown) if shown else MISSING
        return found if isinstance(found, int) else None

    def _is_page(
        self,
        reply: Reply,
        binding: Binding,
        operation: Operation,
        resource: Resource,
        things: list[Thing],
        page: tuple[int | None, int],
    ) -> None:
        """Whether a response shows the right page of the right things, with the right numbers."""
        size, before = page
        shown = things[before:] if size is None else things[before : before + size]
        projection = next(
            p for p in binding.projections if p.example == reply.headers["x-greenroom-example"]
        )
        assert projection.items is not None
        items = at(reply.json, projection.items)
        assert len(items) == len(shown), (items, [thing.id for thing in shown])
        pairs = [
            (pair.pointer, pair.value.expression.removeprefix("$resource#"))
            for pair in projection.item_pairs
            if pair.value.expression.startswith("$resource#")
        ]
        for item, thing in zip(items, shown, strict=True):
            for pointer, own in pairs:
                kept = at(thing.value, own)
                seen = at(item, pointer)
                assert seen == kept or (kept is None and seen is MISSING), (pointer, seen, kept)
        paging = operation.paging
        numbers = {} if paging is None else {paging.total: len(things)}
        if paging is not None and size is not None:
            numbers[paging.pages] = -(-len(things) // size)
            numbers[paging.more] = before + len(shown) < len(things)
            numbers[paging.echoed_size] = size
        declared = {pair.pointer for pair in projection.pairs}
        for pointer, expected in numbers.items():
            if pointer is not None and pointer not in declared:
                assert at(reply.json, pointer) == expected, (pointer, reply.json)

    # -- what there is

    def _is_simulated(self, reply: Reply) -> None:
        """Whether a response is simulated, and valid by the contract."""
        assert 200 <= reply.status < 300, reply
        assert reply.headers["x-greenroom-basis"] == "simulated", reply.headers
        reason = reply.headers.get("x-greenroom-reason", "")
        assert not reason or reason.startswith("not filtered by"), reason
        operation = self.operations[reply.headers["x-greenroom-operation"]]
        documented = next(r for r in operation.successes if r.status == str(reply.status))
        for media in documented.content:
            if media.schema is not None and media.is_json and reply.body:
                assert self.schemas.validator(media.schema).is_valid(reply.json), reply

    def _records(self) -> Iterator[tuple[str, Record]]:
        store = self.spaces.get(SPACE).world(self.contract.name).store
        for name, collection in store._collections.items():
            for record in collection.by_id.values():
                yield name, record

    def _kept(self) -> dict[tuple[str, str], int]:
        """The versions of all records."""
        return {(name, record.id): record.version for name, record in self._records()}

    def _learn(
        self,
        forced: Mapping[Key, str | None] | None = None,
        emitted: Sequence[str] = (),
        changed: str = "",
        is_new: bool = False,
    ) -> None:
        """Take over what there is now, with new things at the end.

        Their states are as they have to be: `forced`, or as values tell. A resource with what is
        `changed` has the time. Other events may be `emitted`. In a new space nothing has happened.
        """
        self.space.world(self.contract.name)
        records, life = dict(self._by_name()), self.reference.life
        entered: dict[Key, State] = {}
        forced, moved = {**(forced or {})}, self._moved(forced or {})
        forced.update(moved)
        for name in {*self.reference.things, *records}:
            present = {record.id for record in records.get(name, [])}
            for thing in list(self.reference.of(name)):
                if thing.id not in present:
                    self.reference.drop(name, thing.id)
                    life.forget((name, thing.id))
        found = [(name, record) for name, listed in records.items() for record in listed]
        for name, record in found:
            resource, key = self.behaviour.resources[name], (name, record.id)
            thing = self.reference.get(name, record.id)
            before = MISSING if thing is None else thing.value
            if is_new:
                life.begin(key, record)
            elif before != record.value or key in forced:
                state = life.follow(resource, before, record, forced)
                entered.update({key: state} if state is not None else {})
                is_changed = before != record.value or state is not None
                for made in state.creates if state is not None else ():
                    old = {thing.id for thing in self.reference.of(made.resource)}
                    new = {record.id for record in records.get(made.resource, [])}
                    assert new - old, f"no {made.resource} comes with {state}"
                if is_changed and (name == changed or before is MISSING):
                    dates = (*resource.updated, *(resource.created if before is MISSING else ()))
                    assert all(is_dated(date, record.value, life.now) for date in dates), record
        for name, listed in records.items():
            for record in sorted(listed, key=lambda record: record.sequence):
                self.reference.keep(name, record.id, record.value)
        moves = {move for state in entered.values() for move in state.moves}
        assert {(name, to) for (name, _), to in moved.items()} <= moves, moved
        self.told.check(entered, emitted)
        pending = {(each.due, each.number, each.key) for each in life.pending}
        agenda = {(d.at, d.number, (d.what.resource, d.what.id)) for d in self.space.agenda.all()}
        assert agenda == pending, "the agenda has something else than the records"

    def _moved(self, forced: Mapping[Key, str | None]) -> dict[Key, str | None]:
        """The things that were put into states by others, which their states say."""
        states = [s for r in self.behaviour.resources.values() if r.lifecycle
                  for s in r.lifecycle.states.values()]  # fmt: skip
        moves = {move for state in states for move in state.moves}
        new = [t for t in self.space.transitions if t.number > self.seen]
        self.seen = self.space.changes
        about = {(t.about.resource, t.about.id): t.after for t in new}
        return {k: to for k, to in about.items() if k not in forced and (k[0], to) in moves}

    def _by_name(self) -> dict[str, list[Record]]:
        found: dict[str, list[Record]] = {}
        for name, record in self._records():
            found.setdefault(name, []).append(record)
        return found

    def _unchanged(self) -> None:
        """Assert that there is exactly what the reference has, and that nothing has happened."""
        assert not self.told.events
        have = {(name, r.id): r.value for name, r in self._records()}
        expected = {
            (name, thing.id): thing.value
            for name, things in self.reference.things.items()
            for thing in things
        }
        assert have == expected, [k for k in {**have, **expected} if have.get(k) != expected.get(k)]


class LivingMachine(Machine):
    """Time passes too, and control routes put things into states."""

    @rule(data=st.data())
    def wait(self, data: st.DataObject) -> None:
        """Let time pass: what is due happens, and nothing else."""
        self._advance(timedelta(minutes=data.draw(st.sampled_from([1, 10, 45, 24 * 60]))))

    @rule(data=st.data())
    def control(self, data: st.DataObject) -> None:
        """Put a thing into any state, without the rules of the API."""
        living = [
            (name, id)
            for name, resource in self.behaviour.resources.items()
            for id in [thing.id for thing in self.reference.of(name)]
            if resource.lifecycle is not None
        ]
        if living:
            self._advance(timedelta())
            key = data.draw(st.sampled_from(living))
            life = self.behaviour.resources[key[0]].lifecycle
            assert life is not None
            moments = self._moments(key)
            if moments and data.draw(st.booleans()):
                later = self.reference.life.now + timedelta(minutes=data.draw(st.integers(0, 90)))
                moved = data.draw(st.sampled_from(moments))
                self._tell(key, _with({}, moved, later.isoformat().replace("+00:00", "Z")))
                self.steps["moment"] += 1
                self._learn()
            else:
                to = data.draw(st.sampled_from([*life.states]))
                self._put(key, to)
                self.steps["transition"] += 1
                self._learn({key: to})
            self._is_consistent()

    def _tell(self, key: Key, patch: Any) -> None:
        self.space.world(self.contract.name).update(*key, patch)

    def _put(self, key: Key, to: str) -> None:
        self.space.world(self.contract.name).transition(*key, to)

    def _moments(self, key: Key) -> list[str]:
        """The places of a thing with a date-time that something follows on."""
        life, thing = self.behaviour.resources[key[0]].lifecycle, self.reference.get(*key)
        assert life is not None
        assert thing is not None
        places = [pointer for state in life.states.values() for pointer, _ in state.at]
        return [p for p in places if isinstance(at(thing.value, p), str) and "/0" not in p]


def _is_free(value: Any) -> bool:
    """Whether a value is a text without a form, which responses may demand and requests not."""
    return isinstance(value, str) and not _FORMS.fullmatch(value)


def _with(body: Any, pointer: str, value: Any) -> Any:
    if not isinstance(body, dict):
        return body
    *above, name = pointer.split("/")[1:]
    inner = body
    for each in above:
        inner = inner.setdefault(each, {})
    inner[name] = value
    return body
