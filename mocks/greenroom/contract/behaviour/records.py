"""Where operations name and show the records of their resources, and what examples say of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from ...schema import json_pointer as ptr
from ..model import Parameter
from .drafts import OperationDraft, ResourceDraft
from .evidence import Evidence
from .inference import Inference
from .resource import Reference
from .story import Place, examples, is_own_identifier, property_slot
from .values import evidence_of, pointer_of


@dataclass(frozen=True, slots=True)
class Named:
    """A record that a path names: its `key` has the value of the parameter."""

    parameter: Parameter
    resource: ResourceDraft
    key: str

    @property
    def identifier(self) -> str:
        """The property that identifies the record, which need not be the one that names it."""
        return next(iter(self.resource.identifiers), self.key)


class Records:
    """What the drafts of a contract say together; `uses` are the operations of each resource."""

    def __init__(self, inference: Inference, drafts: Mapping[str, OperationDraft]) -> None:
        self.inference, self.story = inference, inference.story
        self.uses: dict[str, list[OperationDraft]] = {name: [] for name in inference.resources}
        for draft in drafts.values():
            self.uses[draft.resource.name].append(draft)

    def place(self, draft: OperationDraft) -> Place | None:
        """Where the response of an operation shows its resource."""
        listed = self.inference.list_place(draft.operation) if draft.kind == "list" else None
        places = [listed] if listed else self.story.places(draft.operation)
        return next((p for p in places if self.inference.described(p) is draft.resource), None)

    def source(self, draft: OperationDraft) -> Place | None:
        """Where the request has the thing, or the things, that an operation makes or changes."""
        if draft.kind not in ("create", "put", "update") and "from" not in draft.node:
            return None
        content = draft.operation.body.content if draft.operation.body else ()
        if content and all(media.is_patch for media in content):
            # What it changes is the thing as it is shown.
            return replace(draft.resource.place, pointer="", many=False)
        return self.story.body_place(draft.operation, draft.node.get("from", ""))

    def names(self, place: Place, draft: ResourceDraft) -> dict[str, str]:
        """The properties of a place, and what the record calls them."""
        found = {name: name for name in place.properties}
        for own in draft.identifiers:
            slot = property_slot(draft.place, own)
            for name in () if own in found else place.properties:
                is_same = self.story.is_same(property_slot(place, name), slot)
                if is_same and is_own_identifier(name, place.name):
                    found[name] = own
        return found

    def named(self, draft: OperationDraft) -> tuple[list[Named], list[Named]]:
        """What the path names: of the operation's own resource, and of the others."""
        own: list[Named] = []
        others: list[Named] = []
        for parameter in draft.operation.parameters:
            is_path = parameter.location == "path"
            found = self.inference.named(draft.operation, parameter) if is_path else None
            if found is not None:
                is_own = found[0] is draft.resource and draft.kind not in ("create", "list")
                (own if is_own else others).append(Named(parameter, *found))
        return own, others

    def holder(self, draft: ResourceDraft, named: Named) -> str:
        """The pointer of what tells which record of another resource a record belongs to."""
        other, name = named.resource, named.parameter.name
        if draft.node.get("within", {}).get("resource") == other.name:
            return ""
        parent = draft.node.get("parent", {})
        if parent.get("resource") == other.name and "by" in parent:
            return pointer_of(parent["by"])
        of = pointer_of(named.identifier)
        refers = (
            r.pointer for r in self.references(draft) if (r.resource, r.key) == (other.name, of)
        )
        own = ptr.join("", name if name not in draft.identifiers else f"{other.name}.{name}")
        return next(refers, own)

    def things(self, draft: OperationDraft) -> Iterator[tuple[str, str, dict[str, Any]]]:
        """The records in the examples of a response: name and pointer of the example, and each."""
        place = self.place(draft)
        if place is None:
            return
        names = self.names(place, draft.resource)
        scoped = {
            by[1:]: named.parameter.examples[0].value
            for named in self.named(draft)[1]
            if named.key in named.resource.identifiers and named.parameter.examples
            if (by := self.holder(draft.resource, named))
        }
        for example in examples(draft.operation):
            for where, thing in place.things(example.value):
                value = {names.get(name, name): entry for name, entry in thing.items()}
                yield example.name, ptr.join(example.pointer, "value") + where, {**scoped, **value}

    def references(self, draft: ResourceDraft) -> tuple[Reference, ...]:
        """The properties that a declaration or a link shows to name records of other resources."""
        found: dict[str, Reference] = {}
        evidence = evidence_of(draft.node)
        declared: dict[str, Any] = draft.node.get("references", {})
        for name, given in declared.items():
            entry: dict[str, Any] = {"resource": given} if isinstance(given, str) else given
            other = self.inference.resources.get(entry["resource"])
            key = entry.get("key") or next(iter(other.identifiers if other else ()), name)
            missing = "none" if entry.get("missing") is False else entry.get("missing")
            copies = tuple((pointer_of(a), pointer_of(b)) for a, b in entry.get("copy", {}).items())
            where = pointer_of(name)
            found[where] = Reference(
                where, entry["resource"], pointer_of(key), evidence, missing, copies
            )
        places = [draft.place, *(p for use in self.uses[draft.name] if (p := self.place(use)))]
        slots = [
            (property_slot(place, n), ptr.join("", n)) for place in places for n in place.properties
        ]
        used = {use.operation.id for use in self.uses[draft.name]}
        slots += [
            (slot, slot[2])
            for slot in sorted(self.story.linked)
            if slot[0] == "body" and slot[1] in used
        ]
        own = set(map(pointer_of, draft.identifiers))
        for slot, where in slots:
            named = self.inference.identified(slot) if slot in self.story.linked else None
            if named and named[0] is not draft and where not in own and where.count("/") == 1:
                because = Evidence(
                    "link", f"links give {where[1:]} to operations on {named[0].name}"
                )
                reference = Reference(where, named[0].name, pointer_of(named[1]), because)
                found.setdefault(where, reference)
        return tuple(found.values())
