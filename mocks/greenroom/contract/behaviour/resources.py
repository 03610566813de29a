"""The facts of resources: their properties, seeds and states."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from ...schema import json_pointer as ptr
from ...schema.name_words import words
from ...schema.subschemas import in_place_subschemas
from .drafts import ResourceDraft
from .duration import duration
from .records import Records
from .resource import (
    Creation,
    Lifecycle,
    Parent,
    Property,
    Resource,
    Seed,
    State,
    Unique,
    Value,
)
from .subscription import Subscription
from .values import evidence_of, names_of, node_of, pointer_of, sets_of

LIFECYCLE_KEY, SUBSCRIPTION_KEY = "x-lifecycle", "x-subscription"
_TIMES = {"created": {"created"}, "updated": {"updated", "modified"}}
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_DATES = ("date-time", "date", "unix-time")
_FORMS = {"date": "1970-01-01"}


class ResourceReader:
    """Makes the facts of one resource from its draft."""

    def __init__(self, records: Records, draft: ResourceDraft) -> None:
        self.records, self.draft, self.node = records, draft, draft.node
        self.document = records.story.contract.document
        self.uses = records.uses[draft.name]
        shown = (place for use in self.uses if (place := records.place(use)))
        whole = [draft.place, *(place for place in shown if draft.name in place.names)]
        self.place = max(whole, key=lambda place: len(place.properties))
        self.seeds = list(self._seeds())
        made = [t for u in self.uses if u.kind == "create" for _, _, t in records.things(u)]
        self.values = [*(seed.value for seed in self.seeds), *made]

    def resource(self) -> Resource:
        """The facts."""
        draft, node, records = self.draft, self.node, self.records
        shown, sent = set(self.place.properties), set(node.get("hidden", ()))
        for use in self.uses:
            place, source = records.place(use), records.source(use)
            shown.update(records.names(place, draft).values() if place else ())
            sent.update(source.properties if source else ())
            held = [
                *use.node.get("set", ()),
                *(records.holder(draft, n) for n in records.named(use)[1]),
            ]
            sent.update(*(ptr.split(pointer_of(where))[:1] for where in held))
        read_only = (n for n in self.place.properties if self._schema(n).get("readOnly") is True)
        return Resource(
            name=draft.name,
            schema=self.place.schema,
            identifiers=tuple(map(self._property, draft.identifiers)),
            evidence=draft.evidence,
            keys=tuple(map(pointer_of, dict.fromkeys(draft.keys))),
            parent=self._parent(),
            references=records.references(draft),
            created=tuple(self._times("created", shown)),
            updated=tuple(self._times("updated", shown)),
            generated=tuple(map(self._property, node.get("generated", ()))),
            unique=tuple(
                Unique(tuple(map(pointer_of, entry["by"])), entry.get("conflict", "409"))
                for entry in node.get("unique", ())
            ),
            properties=frozenset(shown),
            hidden=frozenset(sent - shown | set(node.get("hidden", ()))),
            read_only=frozenset(read_only),
            sort=node.get("sort", ""),
            singleton=draft.singleton,
            seeds=tuple(self.seeds),
            lifecycle=self._lifecycle(),
            subscription=self._subscription(),
        )

    def _seeds(self) -> Iterator[Seed]:
        """One record for each identifier that is read or listed, with all that is shown of it."""
        wanted = self.node.get("seed")
        found: dict[str, list[tuple[str, Any]]] = {}
        for use in self.uses:
            for name, where, value in (
                self.records.things(use) if use.kind in ("read", "list") else ()
            ):
                own = [value.get(own) for own in self.draft.identifiers]
                if None not in own and (wanted is None or name in wanted):
                    found.setdefault(str(own), []).append((where, value))
        lifecycle = self._lifecycle()
        for shown in found.values():
            shown.sort(key=lambda entry: sum(1 for _ in ptr.walk(entry[1])))
            merged = {name: entry for _, value in shown for name, entry in value.items()}
            yield Seed(merged, shown[-1][0], state_told(lifecycle, merged))

    def _parent(self) -> Parent | None:
        node, within = self.node.get("parent", {}), self.node.get("within", {})
        wanted = node.get("resource") or within.get("resource")
        is_part = bool(wanted) or self.draft.singleton
        for use in self.uses:
            for named in self.records.named(use)[1]:
                name = named.resource.name
                if wanted in (None, name) and (is_part or use.kind in ("create", "list")):
                    by = self.records.holder(self.draft, named)
                    deletion = node.get("on-delete", "keep")
                    return Parent(
                        name, by, pointer_of(named.identifier), deletion, within.get("at")
                    )
        return None

    def _property(self, name: str) -> Property:
        where = pointer_of(name)
        given = (v for value in self.values if (v := ptr.value_at(value, where)) is not None)
        schema = self._schema(where[1:])
        # A time without an example is in the form that its schema allows.
        usual = 0 if schema.get("type") == "integer" else _FORMS.get(schema.get("format", ""))
        listed = schema.get("examples") or [schema.get("example", usual)]
        pointers = self.place.properties.get(where[1:], ())
        return Property(where, next(iter(pointers), None), next(given, listed[0]))

    def _schema(self, name: str) -> dict[str, Any]:
        """The keywords of a property, of all schemas that apply to it."""
        pointers = self.place.properties.get(name, ())
        applied = [s for p in pointers for s, _ in in_place_subschemas(self.document, p)]
        return {key: value for schema in reversed(applied) for key, value in schema.items()}

    def _times(self, key: str, shown: set[str]) -> Iterator[Property]:
        declared = self.node.get(key)
        for name in names_of(declared):
            yield self._property(name)
        for name in sorted(shown) if declared is None else ():
            found = self._property(name) if _TIMES[key].intersection(words(name)) else None
            if found and (is_time(found.example) or self._schema(name).get("format") in _DATES):
                yield found

    def _lifecycle(self) -> Lifecycle | None:
        node = node_of(ptr.look_up(self.document, self.draft.place.schema), LIFECYCLE_KEY)
        if not node:
            return None
        states = {
            name: State(
                name,
                entry.get("is", name),
                self._example(self.draft, entry.get("example")),
                sets_of(entry.get("set")),
                tuple(entry.get("emit", ())),
                tuple((duration(length), to) for length, to in entry.get("after", {}).items()),
                tuple((pointer_of(at), to) for at, to in entry.get("at", {}).items()),
                entry.get("on", {}),
                tuple(
                    Creation(
                        other.name, self._example(other, e.get("example")), sets_of(e.get("set"))
                    )
                    for e in entry.get("create", ())
                    if (other := self.records.inference.resources.get(e["resource"]))
                ),
                tuple(
                    (name, to)
                    for name, to in entry.get("move", {}).items()
                    if name in self.records.inference.resources
                ),
            )
            for name, entry in node["states"].items()
        }
        when = tuple((Value(entry), name) for entry, name in node.get("when", {}).items())
        initial = node.get("initial") or next(iter(states))
        named = frozenset(name for state in states.values() for name in state.on)
        return Lifecycle(node.get("state"), initial, when, states, evidence_of(node), named)

    def _example(self, draft: ResourceDraft, name: str | None) -> Any:
        """The part of a component example that has the identifier; None without one."""
        example = self.document.get("components", {}).get("examples", {}).get(name, {}).get("value")
        own = draft.identifiers
        objects = (value for _, value in ptr.walk(example) if isinstance(value, dict))
        return next((value for value in objects if all(name in value for name in own)), example)

    def _subscription(self) -> Subscription | None:
        node = node_of(ptr.look_up(self.document, self.draft.place.schema), SUBSCRIPTION_KEY)
        if not node:
            return None
        places = ("url", "events", "secret", "method", "content-type", "fields")
        told = {**{key: node[key] for key in places if key in node}, **node.get("record", {})}
        active = node.get("active", {})
        active = {active: True} if isinstance(active, str) else active
        return Subscription(
            resource=self.draft.name,
            **{key.replace("-", "_"): pointer_of(where) for key, where in told.items()},
            active=tuple((pointer_of(where), value) for where, value in active.items()),
            match=tuple((pointer_of(a), pointer_of(b)) for a, b in node.get("match", {}).items()),
            single=node.get("single", False),
            secret_from=node.get("secret-from", "create"),
            evidence=evidence_of(node),
        )


def is_time(value: Any) -> bool:
    """Whether a documented value may be a moment."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return is_number or (isinstance(value, str) and _DATE.match(value) is not None)


def state_told(lifecycle: Lifecycle | None, value: Any) -> str | None:
    """The state that a record tells, or whose example it is; None where it does neither."""
    states = [*lifecycle.states.values()] if lifecycle is not None else []
    first = None
    if lifecycle is not None and lifecycle.pointer is not None:
        told = ptr.value_at(value, lifecycle.pointer)
        states = [state for state in states if state.value == told]
        first = states[0].name if states else None
    return next((state.name for state in states if state.example == value), first)
