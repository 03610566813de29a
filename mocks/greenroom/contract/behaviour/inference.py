"""Which resources a contract implies, and what its operations do to them.

The results are drafts, which declarations overrule (`reading`) and `compilation` makes facts of.
"""

from __future__ import annotations

from collections.abc import Iterable

from ...schema import json_pointer as ptr
from ..effects import CREATE, DELETE, READ, main_effect
from ..model import Operation, Parameter
from .drafts import ResourceDraft
from .evidence import Evidence
from .story import (
    Place,
    Slot,
    Story,
    collection,
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
        self.resources: dict[str, ResourceDraft] = {}
        self._of_schema: dict[str, ResourceDraft] = {}
        self._of_part: dict[str, ResourceDraft] = {}
        self._identified: dict[Slot, tuple[ResourceDraft, str]] | None = None
        self._reads: set[str] = set()
        self._operations = [o for o in story.contract.operations if o.graphql is None]
        self._at: dict[str, list[Operation]] = {}
        for operation in self._operations:
            self._at.setdefault(operation.path, []).append(operation)
        self._ends: list[tuple[Parameter, Slot]] = []
        self._below: dict[str, list[Slot]] = {}
        for operation in self._operations:
            if parameter := last_parameter(operation):
                slot = parameter_slot(operation, "path", parameter.name)
                self._ends.append((parameter, slot))
                self._below.setdefault(operation.path.rpartition("/")[0], []).append(slot)
        for draft in declared:
            self._know(draft)
        for step in (self._read, self._list, self._receive):
            for operation in self._operations:
                step(operation)

    def described(self, place: Place) -> ResourceDraft | None:
        """The resource that the things at a place are, by their schemas."""
        known = (self._of_schema[name] for name in place.names if name in self._of_schema)
        return next(known, self._of_part.get(place.name))

    def identified(self, slot: Slot) -> tuple[ResourceDraft, str] | None:
        """The resource that a slot identifies, and its property."""
        if self._identified is None:
            self._identified = {}
            for draft in self.resources.values():
                for name in (*draft.identifiers, *draft.keys):
                    root = self.story.root(property_slot(draft.place, name))
                    self._identified.setdefault(root, (draft, name))
        return self._identified.get(self.story.root(slot))

    def named(self, operation: Operation, parameter: Parameter) -> tuple[ResourceDraft, str] | None:
        """The resource that a parameter identifies, and its property.

        A path parameter with the name of a property that one resource alone has is a key of it.
        """
        slot = parameter_slot(operation, parameter.location, parameter.name)
        found = self.identified(slot)
        if found is None and parameter.location == "path" and slot not in self.story.linked:
            name = parameter.name
            having = [d for d in self.resources.values() if name in d.place.properties]
            if len(having) == 1:
                parent = having[0].node.get("parent", {})
                if parent.get("by") == name and (of := self.resources.get(parent["resource"])):
                    return of, of.identifiers[0]
                self._add(having[0].place, name, having[0].evidence, slot)
                return having[0], name
        return found

    def list_place(self, operation: Operation) -> Place | None:
        """Where the response has the items of a list."""
        arrays = [place for place in self.story.places(operation) if place.many]
        if operation.paging is not None:
            return next((p for p in arrays if p.pointer == operation.paging.items), None)
        is_one = len(arrays) == 1 or (arrays and not arrays[0].pointer)
        return arrays[0] if is_one and operation.id not in self._reads else None

    # Resources

    def _know(self, draft: ResourceDraft) -> None:
        self.resources[draft.name] = draft
        for name in (draft.name, draft.place.name):
            self._of_schema.setdefault(name, draft)
        for name in draft.place.names[1:]:
            self._of_part.setdefault(name, draft)

    def _add(self, place: Place, name: str, evidence: Evidence, slot: Slot) -> None:
        """The things at a place are those of a resource, identified by a property and a slot."""
        draft = self.described(place)
        if draft is None:
            draft = ResourceDraft(place.name or self._free(place.schema), place, [name], evidence)
            self._know(draft)
        elif name not in draft.identifiers:
            (draft.keys if draft.identifiers else draft.identifiers).append(name)
        self.story.join(property_slot(place, name), property_slot(draft.place, name))
        self.story.join(slot, property_slot(draft.place, name))
        self._identified = None

    def _free(self, schema: str) -> str:
        """A name for what no component describes, by the pointer of its schema."""
        root, *rest = ptr.split(schema)
        name = (collection(rest[0]) if root == "paths" else rest[1]) or "thing"
        numbers = range(2, len(self.resources) + 2)
        tried = (name, *(f"{name}-{number}" for number in numbers))
        return next(each for each in tried if each not in self.resources)

    def _read(self, operation: Operation) -> None:
        """A read whose path ends in a parameter shows one thing."""
        parameter = last_parameter(operation)
        if parameter is None or main_effect(operation) != READ or operation.paging is not None:
            return
        slot = parameter_slot(operation, "path", parameter.name)
        given = {str(example.value) for example in parameter.examples}
        for place in self.story.places(operation):
            for name in () if place.many else _candidates(place, parameter):
                if given and not given & self._values(operation, place, name):
                    continue
                evidence = Evidence("example", f"an example of {operation.id} has it as {name}")
                evidence = evidence if given else self._unproved(operation, place, name, slot)
                self._reads.add(operation.id)
                self._add(place, name, evidence, slot)
                return

    def _values(self, operation: Operation, place: Place, name: str) -> set[str]:
        things = (thing for e in examples(operation) for _, thing in place.things(e.value))
        return {str(thing[name]) for thing in things if name in thing}

    def _unproved(self, operation: Operation, place: Place, name: str, slot: Slot) -> Evidence:
        if slot in self.story.linked:
            return Evidence("link", f"links give the parameter of {operation.id}")
        above = operation.path.rpartition("/")[0]
        for other in self._at.get(above, ()):
            places = [*self.story.places(other), self.story.body_place(other)]
            if any(p and place.name and place.name in p.names for p in places):
                return Evidence("path", f"{operation.path} is below {above}, of the same schema")
        return Evidence("name", f"the parameter of {operation.id} is named like its {name}")

    def _list(self, operation: Operation) -> None:
        """The items of a list are things: by their schema, by a link, or by an example's value."""
        place = self.list_place(operation) if main_effect(operation) == READ else None
        if place is None:
            return
        if draft := self.described(place):
            for name in draft.identifiers:
                self._add(place, name, draft.evidence, property_slot(place, name))
            return
        for name in place.properties:
            slot = property_slot(place, name)
            if not is_own_identifier(name, place.name):
                continue
            if found := self.identified(slot):
                self._of_schema[place.name] = found[0]
                return
            same = self._parameter_of(operation, place, name)
            if slot in self.story.linked:
                evidence = Evidence("link", f"links give {name} of {operation.id}")
            elif same is not None:
                evidence = Evidence("example", f"paths name it by its {name} in an example")
            else:
                evidence = Evidence("name", f"the items of {operation.id} have {name}")
            self._add(place, name, evidence, same or slot)
            return

    def _parameter_of(self, operation: Operation, place: Place, name: str) -> Slot | None:
        """The parameter at the end of paths that has the value of a property in an example."""
        values = self._values(operation, place, name)
        found = {
            self.story.root(slot): slot
            for parameter, slot in self._ends
            if any(str(example.value) in values for example in parameter.examples)
            and names(name, parameter.name, place.name)
        }
        return next(iter(found.values())) if len(found) == 1 else None

    def _receive(self, operation: Operation) -> None:
        """What a creation shows is a thing, if a link gives its identifier to a path's end."""
        for place in self.story.places(operation) if main_effect(operation) == CREATE else ():
            own = [n for n in place.properties if is_own_identifier(n, place.name)]
            for slot in (property_slot(place, n) for n in own if not self.described(place)):
                if slot not in self.story.linked:
                    continue
                if found := self.identified(slot):
                    self._of_schema[place.name] = found[0]
                elif not place.many and any(self.story.is_same(slot, end) for _, end in self._ends):
                    reason = f"a link gives {slot[2]} of {operation.id} to an operation on it"
                    self._add(place, slot[2], Evidence("link", reason), slot)

    # Operations

    def kind_of(self, operation: Operation) -> _Found | None:
        """The resource of an operation, what it does to it, and why."""
        if operation.graphql is not None:
            return None
        done, listed = main_effect(operation), self.list_place(operation)
        above = [p for p in operation.parameters if p.location == "path"]
        found = self.named(operation, above[-1]) if above else None
        instance = found[0] if found else None
        shown = next(filter(None, map(self.described, self.story.places(operation))), None)
        if done == READ and listed is not None:
            draft = self.described(listed)
            reason = f"its items are described by {listed.name}"
            return (draft, "list", Evidence(draft.evidence.source, reason)) if draft else None
        because = self._because(operation, above[-1], instance) if instance else None
        is_new = done == CREATE and shown is not instance
        if instance and because and last_parameter(operation) and not is_new:
            return instance, _KINDS.get(done, "update"), because
        if (singleton := self._singleton(operation)) is not None:
            return singleton, "read" if done == READ else "update", singleton.evidence
        if instance and because and (shown in (None, instance) or done != CREATE):
            return instance, "action", because
        if shown is None or (done == READ and above):
            return None
        if done == READ:
            return shown, "read", shown.evidence
        if done == CREATE:
            return shown, "create", self._creating(operation, shown)
        body = self.story.body_place(operation)
        if body is not None and all(name in body.properties for name in shown.identifiers):
            return shown, "update", Evidence("path", f"its body names {shown.name}")
        return None

    def _because(
        self, operation: Operation, parameter: Parameter, draft: ResourceDraft
    ) -> Evidence:
        if parameter_slot(operation, "path", parameter.name) in self.story.linked:
            return Evidence("link", f"links give its {parameter.name}")
        reason = f"its path names {draft.name} by {parameter.name}"
        return Evidence(draft.evidence.source, reason)

    def _creating(self, operation: Operation, draft: ResourceDraft) -> Evidence:
        for place in self.story.places(operation):
            for slot in (property_slot(place, name) for name in place.properties):
                found = self.identified(slot) if slot in self.story.linked else None
                if found and found[0] is draft:
                    return Evidence(
                        "link", f"links give its {slot[2]} to operations on {draft.name}"
                    )
        for slot in self._below.get(operation.path, ()):
            if (found := self.identified(slot)) and found[0] is draft:
                return Evidence("path", f"operations on one {draft.name} are below it")
        return Evidence("schema", f"it shows {draft.name}")

    def _singleton(self, operation: Operation) -> ResourceDraft | None:
        """The one thing behind a path that ends in a word, which is read and written there."""
        place = next(iter(self.story.places(operation)), None)
        if place is None or place.many or not place.name or last_parameter(operation):
            return None
        methods = {
            other.method
            for other in self._at[operation.path]
            if any(place.name in shown.names for shown in self.story.places(other)[:1])
        }
        if methods.isdisjoint(_SAFE) or methods.isdisjoint(_CHANGING):
            return None
        draft = self.described(place)
        if draft is None:
            evidence = Evidence("path", f"{operation.path} is read and written as one thing")
            draft = ResourceDraft(place.name, place, [], evidence, singleton=True)
            self._know(draft)
        return draft if draft.singleton else None


def last_parameter(operation: Operation) -> Parameter | None:
    """The path parameter that a path ends in."""
    found = (p for p in operation.parameters if operation.path.endswith(f"/{{{p.name}}}"))
    return next((p for p in found if p.location == "path"), None)


def _candidates(place: Place, parameter: Parameter) -> list[str]:
    """The properties that a parameter may name, the likeliest first."""
    fitting = [n for n in place.properties if names(n, parameter.name, place.name)]
    return sorted(fitting, key=lambda name: name != parameter.name)
