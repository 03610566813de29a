"""Which resources a contract implies, and what its operations do to them.

The results are drafts, which declarations overrule (`reading`) and `compilation` makes facts of.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ..effects import CHANGE, CREATE, DELETE, READ
from ..model import Operation, Parameter
from .drafts import ResourceDraft
from .evidence import Evidence
from .story import (
    Place,
    Slot,
    Story,
    examples,
    is_own_identifier,
    names,
    parameter_slot,
    property_slot,
)

_SAFE, _CHANGING = ("GET", "HEAD"), ("PUT", "PATCH")
_KINDS = {DELETE: "delete", READ: "read"}


_Found = tuple[ResourceDraft, str, Evidence]


class Inference:
    """The resources of a contract by name, and what each operation does, where anything says so.

    `declared` are the resources that the contract itself names.
    """

    def __init__(self, story: Story, declared: Iterable[ResourceDraft] = ()) -> None:
        self.story = story
        self.resources = {draft.name: draft for draft in declared}
        self._operations = [o for o in story.contract.operations if o.graphql is None]
        self._reads: set[str] = set()
        for step in (self._read, self._list, self._receive):
            for operation in self._operations:
                step(operation)

    def described(self, place: Place) -> ResourceDraft | None:
        """The resource that the things at a place are, by their schemas."""
        return next((draft for draft in self.resources.values() if draft.describes(place)), None)

    def identified(self, slot: Slot) -> tuple[ResourceDraft, str] | None:
        """The resource that a slot identifies, and its property."""
        for draft in self.resources.values():
            for name in (*draft.identifiers, *draft.keys):
                if self.story.is_same(slot, property_slot(draft.place, name)):
                    return draft, name
        return None

    def named(self, operation: Operation, parameter: Parameter) -> tuple[ResourceDraft, str] | None:
        """The resource that a parameter identifies, and its property.

        A path parameter with the name of a property that one resource alone has is a key of it.
        """
        slot = parameter_slot(operation, parameter.location, parameter.name)
        found = self.identified(slot)
        if found is None and parameter.location == "path":
            having = [d for d in self.resources.values() if parameter.name in d.place.properties]
            if len(having) == 1 and not self.story.is_linked(slot):
                having[0].keys.append(parameter.name)
                self.story.join(property_slot(having[0].place, parameter.name), slot)
                return having[0], parameter.name
        return found

    def list_place(self, operation: Operation) -> Place | None:
        """Where the response has the items of a list."""
        arrays = [place for place in self.story.places(operation) if place.many]
        if operation.paging is not None:
            return next((p for p in arrays if p.pointer == operation.paging.items), None)
        is_one = len(arrays) == 1 or (arrays and not arrays[0].pointer)
        return arrays[0] if is_one and operation.id not in self._reads else None

    # Resources

    def _read(self, operation: Operation) -> None:
        """A read whose path ends in a parameter shows one thing."""
        parameter = last_parameter(operation)
        if parameter is None or effect(operation) != READ or operation.paging is not None:
            return None
        slot = parameter_slot(operation, "path", parameter.name)
        given = {str(example.value) for example in parameter.examples}
        for place in self.story.places(operation):
            for name in () if place.many else _candidates(place, parameter):
                if given & self._values(operation, place, name):
                    reason = f"{parameter.name} of {operation.id} is its {name} in an example"
                    evidence = Evidence("example", reason)
                elif given:
                    continue
                else:
                    evidence = self._unproved(operation, place, parameter, name)
                self._reads.add(operation.id)
                return self._add(place, name, evidence, slot)
        return None

    def _values(self, operation: Operation, place: Place, name: str) -> set[str]:
        things = (thing for e in examples(operation) for _, thing in place.things(e.value))
        return {str(thing[name]) for thing in things if name in thing}

    def _unproved(
        self, operation: Operation, place: Place, parameter: Parameter, name: str
    ) -> Evidence:
        if self.story.is_linked(parameter_slot(operation, "path", parameter.name)):
            return Evidence("link", f"links give {parameter.name} of {operation.id}")
        above = operation.path.rpartition("/")[0]
        for other in self._operations:
            places = [*self.story.places(other), self.story.body_place(other)]
            if other.path == above and any(p and place.name in p.names for p in places):
                return Evidence("path", f"{operation.path} is below {above}, of the same schema")
        return Evidence("name", f"{parameter.name} of {operation.id} is named like its {name}")

    def _add(self, place: Place, name: str, evidence: Evidence, slot: Slot) -> None:
        draft = self.described(place)
        if draft is None:
            own = place.name or place.schema.rpartition("/")[2]
            draft = self.resources[own] = ResourceDraft(own, place, [name], evidence)
        elif name not in draft.identifiers:
            (draft.keys if draft.identifiers else draft.identifiers).append(name)
        self.story.join(property_slot(place, name), property_slot(draft.place, name))
        self.story.join(slot, property_slot(draft.place, name))

    def _list(self, operation: Operation) -> None:
        """The items of a list are things: by their schema, by a link, or by an example's value."""
        place = self.list_place(operation) if effect(operation) == READ else None
        if place is None:
            return None
        draft = self.described(place)
        if draft is not None:
            for name in draft.identifiers:
                self.story.join(property_slot(place, name), property_slot(draft.place, name))
            return None
        for name in place.properties:
            slot = property_slot(place, name)
            if not is_own_identifier(name, place.name):
                continue
            if found := self.identified(slot):
                found[0].schemas.add(place.name)
                return None
            same = self._parameter_of(operation, place, name)
            if self.story.is_linked(slot):
                evidence = Evidence("link", f"links give {name} of {operation.id}")
            elif same is not None:
                evidence = Evidence("example", f"paths name it by its {name} in an example")
            else:
                evidence = Evidence("name", f"the items of {operation.id} have {name}")
            return self._add(place, name, evidence, same or slot)

    def _parameter_of(self, operation: Operation, place: Place, name: str) -> Slot | None:
        """The parameter at the end of paths that has the value of a property in an example."""
        values = self._values(operation, place, name)
        found = {
            self.story.root(slot): slot
            for _, parameter, slot in self._ends()
            if names(name, parameter.name, place.name)
            and any(str(example.value) in values for example in parameter.examples)
        }
        return next(iter(found.values())) if len(found) == 1 else None

    def _receive(self, operation: Operation) -> None:
        """What a creation shows is a thing, if a link gives its identifier to a path's end."""
        for place in self.story.places(operation) if effect(operation) == CREATE else ():
            for name in () if self.described(place) else place.properties:
                slot = property_slot(place, name)
                is_end = any(self.story.is_same(slot, end) for _, _, end in self._ends())
                if is_end and is_own_identifier(name, place.name):
                    if found := self.identified(slot):
                        found[0].schemas.add(place.name)
                    elif not place.many:
                        reason = f"a link gives {name} of {operation.id} to an operation on it"
                        self._add(place, name, Evidence("link", reason), slot)
                    break

    def _ends(self) -> Iterator[tuple[Operation, Parameter, Slot]]:
        for operation in self._operations:
            if parameter := last_parameter(operation):
                yield operation, parameter, parameter_slot(operation, "path", parameter.name)

    # Operations

    def kind_of(self, operation: Operation) -> _Found | None:
        """The resource of an operation, what it does to it, and why."""
        if operation.graphql is not None:
            return None
        done = effect(operation)
        above = [p for p in operation.parameters if p.location == "path"]
        found = self.named(operation, above[-1]) if above else None
        instance = found[0] if found else None
        shown = self._shown(operation)
        if done == READ and (place := self.list_place(operation)):
            return self._of_list(operation, place)
        if instance is not None and last_parameter(operation) is not None:
            if done != CREATE or shown is instance:
                return instance, _KINDS.get(done, "update"), self._because(operation, above[-1])
        singleton = self._singleton(operation)
        if singleton is not None:
            return singleton, "read" if done == READ else "update", singleton.evidence
        if instance is not None and (shown in (None, instance) or done != CREATE):
            return instance, "action", self._because(operation, above[-1])
        if shown is None or done == READ:
            return (shown, "read", shown.evidence) if shown and not above else None
        if done == CREATE:
            return shown, "create", self._creating(operation, shown)
        body = self.story.body_place(operation)
        if body is not None and all(name in body.properties for name in shown.identifiers):
            return shown, "update", Evidence("path", f"its body names a {shown.name}")
        return None

    def _of_list(self, operation: Operation, place: Place) -> _Found | None:
        draft = self.described(place)
        if draft is None:
            return None
        reason = f"its items are described by {place.name}"
        return draft, "list", Evidence(draft.evidence.source, reason)

    def _shown(self, operation: Operation) -> ResourceDraft | None:
        """The resource that the response shows, by its schema."""
        places = self.story.places(operation)
        return next((draft for place in places if (draft := self.described(place))), None)

    def _because(self, operation: Operation, parameter: Parameter) -> Evidence:
        if self.story.is_linked(parameter_slot(operation, "path", parameter.name)):
            return Evidence("link", f"links give its {parameter.name}")
        found = self.named(operation, parameter)
        source = found[0].evidence.source if found else "name"
        return Evidence(source, f"its path names the thing by {parameter.name}")

    def _creating(self, operation: Operation, draft: ResourceDraft) -> Evidence:
        for place in self.story.places(operation):
            for name in place.properties:
                slot = property_slot(place, name)
                found = self.identified(slot) if self.story.is_linked(slot) else None
                if found and found[0] is draft:
                    return Evidence("link", f"links give its {name} to operations on {draft.name}")
        for other, parameter, _ in self._ends():
            found = self.named(other, parameter)
            if found and found[0] is draft and other.path.startswith(f"{operation.path}/{{"):
                return Evidence("path", f"{other.path} is below it")
        return Evidence("schema", f"it shows a {draft.name}")

    def _singleton(self, operation: Operation) -> ResourceDraft | None:
        """The one thing behind a path that ends in a word, which is read and written there."""
        place = next(iter(self.story.places(operation)), None)
        if place is None or place.many or not place.name or last_parameter(operation):
            return None
        same = [
            o for o in self._operations if o.path == operation.path and place.name in self._names(o)
        ]
        methods = {o.method for o in same}
        if methods.isdisjoint(_SAFE) or methods.isdisjoint(_CHANGING):
            return None
        draft = self.described(place)
        if draft is None:
            evidence = Evidence("path", f"{operation.path} is read and written as one thing")
            draft = ResourceDraft(place.name, place, [], evidence, singleton=True)
            self.resources[draft.name] = draft
        return draft if draft.singleton else None

    def _names(self, operation: Operation) -> tuple[str, ...]:
        place = next(iter(self.story.places(operation)), None)
        return place.names if place else ()


def effect(operation: Operation) -> str:
    """What an operation does to things: read, create, change or delete, else as its method says.

    Empty where it has only other effects.
    """
    declared = [e for e in operation.effects if e in (READ, CREATE, CHANGE, DELETE)]
    if declared or operation.effects:
        return declared[0] if declared else ""
    if operation.method in _SAFE:
        return READ
    return {"POST": CREATE, "DELETE": DELETE}.get(operation.method, CHANGE)


def last_parameter(operation: Operation) -> Parameter | None:
    """The path parameter that a path ends in."""
    found = (p for p in operation.parameters if operation.path.endswith(f"/{{{p.name}}}"))
    return next((p for p in found if p.location == "path"), None)


def _candidates(place: Place, parameter: Parameter) -> list[str]:
    """The properties that a parameter may name, the likeliest first."""
    fitting = [n for n in place.properties if names(n, parameter.name, place.name)]
    return sorted(fitting, key=lambda name: name != parameter.name)
