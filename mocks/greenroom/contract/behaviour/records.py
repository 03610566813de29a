"""The records that examples show, and the facts of a resource that follow from them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ...schema import json_pointer as ptr
from ...schema.name_words import words
from ..model import Parameter
from .drafts import OperationDraft, ResourceDraft
from .evidence import DECLARED, Evidence
from .inference import Inference
from .resource import (
    Lifecycle,
    Parent,
    Property,
    Reference,
    Resource,
    Seed,
    State,
    Unique,
    Value,
)
from .story import Place, examples, is_own_identifier, property_slot
from .values import node_of, pointer_of, sets_of, value_at

_CREATED, _UPDATED = frozenset(("created",)), frozenset(("updated", "modified"))
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_INDEX = re.compile(r"/\d+$")


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
    """What the drafts of a contract say together."""

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
            found = (
                self.inference.named(draft.operation, parameter)
                if parameter.location == "path"
                else None
            )
            if found is not None:
                is_own = found[0] is draft.resource and draft.kind not in ("create", "list")
                (own if is_own else others).append(Named(parameter, *found))
        return own, others

    def holder(self, draft: ResourceDraft, named: Named) -> str:
        """The property of a record that tells which record of another resource it belongs to."""
        other, parent = named.resource, draft.node.get("parent", {})
        if draft.node.get("within", {}).get("resource") == other.name:
            return ""
        if parent.get("resource") == other.name and "by" in parent:
            return pointer_of(parent["by"])
        for reference in self.references(draft):
            if reference.resource == other.name and reference.key[1:] in other.identifiers:
                return reference.pointer
        name = named.parameter.name
        return ptr.join("", name if name not in draft.identifiers else f"{other.name}.{name}")

    def things(self, draft: OperationDraft) -> Iterator[tuple[str, str, dict[str, Any]]]:
        """The records in the examples of a response: name and pointer of the example, and each."""
        place = self.place(draft)
        names = self.names(place, draft.resource) if place else {}
        scoped = {}
        for named in self.named(draft)[1]:
            if named.key in named.resource.identifiers and named.parameter.examples:
                by = self.holder(draft.resource, named)
                scoped[by.removeprefix("/")] = named.parameter.examples[0].value
        for example in examples(draft.operation) if place else ():
            for where, thing in place.things(example.value) if place else ():
                value = {names.get(name, name): entry for name, entry in thing.items()}
                yield example.name, ptr.join(example.pointer, "value") + where, {**scoped, **value}

    def seeds(self, draft: ResourceDraft) -> list[Seed]:
        """One record for each identifier that is read or listed, with all that is shown of it."""
        wanted = draft.node.get("seed")
        found: dict[str, Seed] = {}
        for use in self.uses[draft.name]:
            for name, where, value in self.things(use) if use.kind in ("read", "list") else ():
                own = [value.get(own) for own in draft.identifiers]
                if None in own or (wanted is not None and name not in wanted):
                    continue
                known = found.get(str(own))
                if known is None or _size(value) > _size(known.value):
                    found[str(own)] = Seed({**(known.value if known else {}), **value}, where)
                else:
                    found[str(own)] = Seed({**value, **known.value}, known.pointer)
        return list(found.values())

    def resource(self, draft: ResourceDraft) -> Resource:
        """The facts of a resource."""
        node = draft.node
        seeds = self.seeds(draft)
        shown = set(draft.place.properties)
        sent: set[str] = set()
        for use in self.uses[draft.name]:
            place, body = self.place(use), self.source(use)
            shown |= set(self.names(place, draft).values()) if place else set()
            sent |= set(body.properties) if body else set()
            made = [*use.node.get("set", ()), *(self.holder(draft, n) for n in self.named(use)[1])]
            sent.update(*(ptr.split(pointer_of(where))[:1] for where in made))
        lifecycle = self._lifecycle(draft, seeds)
        document = self.story.contract.document
        read_only = {
            name
            for name, pointers in draft.place.properties.items()
            if any(
                ptr.resolve(document, ptr.look_up(document, p), p)[0].get("readOnly") is True
                for p in pointers
            )
        }
        references = self.references(draft)
        return Resource(
            name=draft.name,
            schema=draft.place.schema,
            identifiers=tuple(self._property(draft, name, seeds) for name in draft.identifiers),
            evidence=draft.evidence,
            keys=tuple(map(pointer_of, dict.fromkeys(draft.keys))),
            parent=self._parent(draft),
            references=references,
            created=self._times(draft, "created", shown, seeds, _CREATED),
            updated=self._times(draft, "updated", shown, seeds, _UPDATED),
            generated=tuple(self._property(draft, n, seeds) for n in node.get("generated", ())),
            unique=tuple(
                Unique(tuple(map(pointer_of, entry["by"])), entry.get("conflict", "409"))
                for entry in node.get("unique", ())
            ),
            properties=frozenset(shown),
            hidden=frozenset((*node.get("hidden", ()), *(sent - shown))),
            read_only=frozenset(read_only),
            sort=node.get("sort", ""),
            singleton=draft.singleton,
            seeds=tuple(Seed(s.value, s.pointer, _state(lifecycle, s.value)) for s in seeds),
            lifecycle=lifecycle,
        )

    def source(self, draft: OperationDraft) -> Place | None:
        """Where the request has the thing, or the things, that an operation makes or changes."""
        if draft.kind not in ("create", "put", "update") and "from" not in draft.node:
            return None
        return self.story.body_place(draft.operation, draft.node.get("from", ""))

    def references(self, draft: ResourceDraft) -> tuple[Reference, ...]:
        """The properties that a declaration or a link shows to name records of other resources."""
        found: dict[str, Reference] = {}
        for name, entry in draft.node.get("references", {}).items():
            entry = {"resource": entry} if isinstance(entry, str) else entry
            other = self.inference.resources.get(entry["resource"])
            key = entry.get("key") or (
                other.identifiers[0] if other and other.identifiers else name
            )
            missing = "none" if entry.get("missing") is False else entry.get("missing")
            copies = tuple((pointer_of(a), pointer_of(b)) for a, b in entry.get("copy", {}).items())
            where = pointer_of(name)
            evidence = (
                draft.evidence
                if draft.evidence.source == DECLARED
                else Evidence(DECLARED, "x-resource")
            )
            found[where] = Reference(
                where, entry["resource"], pointer_of(key), evidence, missing, copies
            )
        slots = [(property_slot(draft.place, name), name) for name in draft.place.properties]
        for use in self.uses[draft.name]:
            place = self.place(use)
            slots += [(property_slot(place, n), n) for n in place.properties] if place else []
            slots += [
                (slot, _INDEX.sub("", slot[2])[1:])
                for slot in self.story.linked
                if slot[:2] == ("body", use.operation.id)
                and _INDEX.sub("", slot[2]).count("/") == 1
            ]
        for slot, name in slots:
            given = self.inference.identified(slot) if self.story.is_linked(slot) else None
            if given is not None and given[0] is not draft and name not in draft.identifiers:
                reason = f"links give {name} to operations on a {given[0].name}"
                where = ptr.join("", name)
                found.setdefault(
                    where,
                    Reference(where, given[0].name, pointer_of(given[1]), Evidence("link", reason)),
                )
        return tuple(found.values())

    def _parent(self, draft: ResourceDraft) -> Parent | None:
        node, within = draft.node.get("parent", {}), draft.node.get("within", {})
        for use in self.uses[draft.name]:
            for named in (
                self.named(use)[1]
                if use.kind in ("create", "list") or draft.singleton or within
                else ()
            ):
                if (
                    node.get("resource", within.get("resource", named.resource.name))
                    == named.resource.name
                ):
                    of = pointer_of(named.resource.identifiers[0])
                    return Parent(
                        named.resource.name,
                        self.holder(draft, named),
                        of,
                        node.get("on-delete", "keep"),
                        within.get("at"),
                    )
        return None

    def _property(self, draft: ResourceDraft, name: str, seeds: list[Seed]) -> Property:
        where = pointer_of(name)
        schema = next(iter(draft.place.properties.get(where[1:], ())), None)
        return Property(
            where,
            schema,
            next((v for s in seeds if (v := value_at(s.value, where)) is not None), None),
        )

    def _times(
        self,
        draft: ResourceDraft,
        key: str,
        shown: set[str],
        seeds: list[Seed],
        said: frozenset[str],
    ) -> tuple[Property, ...]:
        declared = draft.node.get(key)
        if declared is not None:
            listed = [declared] if isinstance(declared, str) else declared
            return tuple(self._property(draft, name, seeds) for name in listed)
        found = (
            self._property(draft, n, seeds) for n in sorted(shown) if not said.isdisjoint(words(n))
        )
        return tuple(entry for entry in found if _is_time(entry.example))

    def _lifecycle(self, draft: ResourceDraft, seeds: list[Seed]) -> Lifecycle | None:
        document = self.story.contract.document
        node = node_of(ptr.look_up(document, draft.place.schema), "x-lifecycle")
        if not node:
            return None
        states = {}
        for name, entry in node["states"].items():
            value = entry.get("is", name)
            example = (
                document.get("components", {})
                .get("examples", {})
                .get(entry.get("example"), {})
                .get("value")
            )
            states[name] = State(
                name, value, self._record(draft, example), sets_of(entry.get("set"))
            )
        initial = node.get("initial") or next(iter(states))
        when = tuple((Value(entry), name) for entry, name in node.get("when", {}).items())
        evidence = Evidence(DECLARED, "x-lifecycle", node.get("x-provenance", {}).get("basis"))
        return Lifecycle(node.get("state"), initial, when, states, evidence)

    def _record(self, draft: ResourceDraft, example: Any) -> Any:
        """The thing in the value of a component example: the part that has the identifier."""
        for _, value in ptr.walk(example):
            if isinstance(value, dict) and all(name in value for name in draft.identifiers):
                return value
        return example


def _size(value: Any) -> int:
    return sum(1 for _ in ptr.walk(value))


def _is_time(value: Any) -> bool:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return is_number or (isinstance(value, str) and _DATE.match(value) is not None)


def _state(lifecycle: Lifecycle | None, value: Any) -> str | None:
    if lifecycle is None or lifecycle.pointer is None:
        return None
    told = value_at(value, lifecycle.pointer)
    fitting = [state for state in lifecycle.states.values() if state.value == told]
    shown = (state.name for state in fitting if state.example == value)
    return next(shown, fitting[0].name if fitting else None)
