"""The bindings of operations, with all that a request needs to be decided."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ...schema import json_pointer as ptr
from ...schema.name_words import words
from ..model import Operation
from .binding import Binding, Check, Existing, Filter, Projection, Scope, Template
from .drafts import OperationDraft, ResourceDraft
from .evidence import Evidence
from .records import Records
from .resource import Reference, Resource, Set, Value
from .story import Place
from .values import pointer_of, sets_of, value_at, value_of

_COUNTS = frozenset(("total", "count"))
_MIRRORED = 4


class Compiler:
    """Makes bindings of drafts; `resources` are the facts of all resources."""

    def __init__(self, records: Records, resources: Mapping[str, Resource]) -> None:
        self.records = records
        self.story = records.story
        self.resources = resources

    def binding(self, draft: OperationDraft) -> Binding:
        """What an operation does."""
        node, resource = draft.node, self.resources[draft.resource.name]
        source = self.records.source(draft)
        order = node.get("order")
        templates = tuple(self._templates(draft)) if draft.kind in ("create", "put") else ()
        return Binding(
            operation=draft.operation.id,
            resource=resource.name,
            kind=draft.kind,
            evidence=draft.evidence,
            identify=self._identify(draft, source),
            scopes=self._scopes(draft),
            source=source.pointer if source else None,
            many=source is not None and source.many,
            sets=(*self._differences(draft, source), *sets_of(node.get("set"))),
            checks=tuple(self._checks(draft, resource, source)) if source else (),
            templates=templates,
            projections=tuple(self._projections(draft)),
            filters=tuple(self._filters(draft, resource)) if draft.kind == "list" else (),
            order=(order["by"], order.get("direction", "")) if order else None,
            existing=_existing(node.get("existing")),
            creates=tuple(self._creation(draft, entry) for entry in node.get("create", ())),
            replace=node.get("replace", self._replaces(draft, source)),
        )

    def _identify(self, draft: OperationDraft, source: Place | None) -> tuple[Set, ...]:
        if draft.kind in ("create", "list"):
            return ()
        if "identifier" in draft.node:
            return sets_of(draft.node["identifier"])
        named, _ = self.records.named(draft)
        if named:
            return tuple(
                Set(pointer_of(n.key), Value(f"$request.path.{n.parameter.name}")) for n in named
            )
        own = draft.resource.identifiers
        if source is not None and own and all(name in source.properties for name in own):
            return tuple(
                Set(pointer_of(n), Value(f"$request.body#{source.pointer}{pointer_of(n)}"))
                for n in own
            )
        return ()

    def _scopes(self, draft: OperationDraft) -> tuple[Scope, ...]:
        found = []
        for named in self.records.named(draft)[1]:
            value, own = Value(f"$request.path.{named.parameter.name}"), named.resource.identifiers
            by = self.records.holder(draft.resource, named)
            of = pointer_of(named.key if named.key in own or not own else own[0])
            found.append(Scope(named.resource.name, pointer_of(named.key), value, by, of))
        return tuple(found)

    def _replaces(self, draft: OperationDraft, source: Place | None) -> bool:
        """PUT replaces where the request must have all that the resource must have."""
        if draft.operation.method != "PUT" or source is None:
            return False
        needed = self.story.shape((draft.resource.place.schema,)).required
        needed = needed.intersection(source.properties) - set(draft.resource.identifiers)
        return bool(needed) and needed <= self.story.shape((source.schema,)).required

    # Requests

    def _templates(self, draft: OperationDraft) -> Iterator[Template]:
        seeds = self.resources[draft.resource.name].seeds
        source, place = self.records.source(draft), self.records.place(draft)
        body = draft.operation.body
        requests = {e.name: e.value for m in body.content for e in m.examples} if body else {}
        shown = list(self.records.things(draft))
        counted: dict[str, int] = {}
        for name, _, thing in shown or [(name, "", {}) for name in requests] or [("", "", {})]:
            sent = [t for _, t in source.things(requests.get(name))] if source else []
            i = counted[name] = counted.get(name, -1) + 1
            yield _template(
                draft.resource, [s.value for s in seeds], sent[i] if i < len(sent) else None, thing
            )

    def _differences(self, draft: OperationDraft, source: Place | None) -> Iterator[Set]:
        """What an operation without a body changes, as its examples show."""
        if (
            source is not None
            or draft.kind not in ("delete", "update", "action")
            or "set" in draft.node
        ):
            return
        resource = self.resources[draft.resource.name]
        ignored = {p.pointer for p in (*resource.identifiers, *resource.created, *resource.updated)}
        for _, _, thing in self.records.things(draft):
            for seed in resource.seeds:
                if all(
                    value_at(seed.value, p.pointer) == value_at(thing, p.pointer)
                    for p in resource.identifiers
                ):
                    for name, value in thing.items():
                        where = ptr.join("", name)
                        if where not in ignored and seed.value.get(name, value) != value:
                            yield Set(where, Value("", value))
                    return

    def _checks(self, draft: OperationDraft, resource: Resource, source: Place) -> Iterator[Check]:
        root = "$item#" if source.many else f"$request.body#{source.pointer}"
        places = {
            f"{root}/{ptr.split(r.pointer)[0]}": (r, f"{root}{r.pointer}")
            for r in resource.references
            if ptr.split(r.pointer)[0] in source.properties
        }
        for kind, operation, where in sorted(self.story.linked):
            if (kind, operation) == (
                "body",
                draft.operation.id,
            ) and f"$request.body#{where}" not in places:
                found = self.records.inference.identified((kind, operation, where))
                if found and where.count("/") > 1 and not where[-1].isdigit():
                    evidence = Evidence("link", f"links give {where} of the request")
                    reference = Reference(where, found[0].name, pointer_of(found[1]), evidence)
                    places[where] = reference, f"$request.body#{where}"
        for reference, value in places.values():
            status = reference.missing or _missing(draft.operation)
            if status and status != "none":
                yield Check(Value(value), reference, status)

    def _creation(self, draft: OperationDraft, node: Mapping[str, Any]) -> Binding:
        other = self.records.inference.resources[node["resource"]]
        seeds = self.resources[other.name].seeds
        source = node.get("from")
        body = self.records.source(draft)
        sent = (
            self.story.body_place(draft.operation, (body.pointer if body else "") + source)
            if source
            else None
        )
        return Binding(
            operation=draft.operation.id,
            resource=other.name,
            kind="create",
            evidence=draft.evidence,
            source=source,
            many=sent is not None and sent.many,
            sets=sets_of(node.get("set")),
            templates=(_template(other, [s.value for s in seeds], None, {}),),
            existing=_existing(node.get("existing")),
            into=node.get("into", ""),
        )

    # Responses

    def _projections(self, draft: OperationDraft) -> Iterator[Projection]:
        place = self.records.place(draft)
        many = place is not None and place.many
        answer = sets_of(draft.node.get("answer"))
        for response in draft.operation.successes:
            for media in response.content:
                pairs = self._pairs(draft, place) if media.is_json else []
                envelope = [] if many else pairs
                envelope += list(self._counts(draft, place)) if many and place else []
                over = [s for s in answer if "/-" not in s.pointer]
                within = [s for s in answer if "/-" in s.pointer]
                items = place.pointer if many and place else None
                inner = [Set(s.pointer.partition("/-")[2], s.value) for s in within]
                if within and items is None:
                    items = within[0].pointer.partition("/-")[0]
                for example in media.examples or (None,):
                    yield Projection(
                        status=response.status,
                        media_type=media.name,
                        example=example.name if example else "",
                        value=example.value if example else None,
                        pairs=_merged(envelope, over),
                        items=items,
                        item_pairs=_merged(pairs if many else [], inner),
                    )
            if not response.content:
                yield Projection(response.status, "", "", None)

    def _pairs(self, draft: OperationDraft, place: Place | None) -> list[Set]:
        if place is None:
            return [
                Set(ptr.join(shown.pointer, name), Value(f"$resource#{pointer_of(name)}"))
                for shown in self.story.places(draft.operation)
                for name in draft.resource.identifiers
                if name in shown.properties and not shown.many
            ]
        base = "" if place.many else place.pointer
        names = self.records.names(place, draft.resource)
        return [
            Set(ptr.join(base, n), Value(f"$resource#{pointer_of(own)}"))
            for n, own in names.items()
        ]

    def _counts(self, draft: OperationDraft, place: Place) -> Iterator[Set]:
        """The number of all records, where `x-pagination` does not say where it is."""
        above, paging = place.pointer.rpartition("/")[0], draft.operation.paging
        known = (paging.total, paging.pages) if paging else ()
        for outer in self.story.places(draft.operation) if place.pointer else ():
            for name in outer.properties if outer.pointer == above and draft.kind == "list" else ():
                where = ptr.join(above, name)
                if not _COUNTS.isdisjoint(words(name)) and where not in known:
                    yield Set(where, Value("$list#/total"))

    def _filters(self, draft: OperationDraft, resource: Resource) -> Iterator[Filter]:
        declared, paging = draft.node.get("filter", {}), draft.operation.paging
        order = draft.node.get("order", {}).values()
        ignored = {paging.size, paging.page, paging.offset} if paging else set()
        known = {words(name): name for name in sorted(resource.properties | resource.hidden)}
        for parameter in draft.operation.parameters:
            name = parameter.name
            if parameter.location != "query" or name in ignored or name in order:
                continue
            if name in declared:
                entry = declared[name]
                entry = {"at": entry} if isinstance(entry, str) else entry or {}
                at = entry.get("at")
                yield Filter(name, pointer_of(at) if at else None, entry.get("match", "equal"))
            elif words(name) in known:
                yield Filter(name, pointer_of(known[words(name)]))
            else:
                found = self.records.inference.named(draft.operation, parameter)
                same = (
                    r.pointer
                    for r in resource.references
                    if found and (r.resource, r.key) == (found[0].name, pointer_of(found[1]))
                )
                own = pointer_of(found[1]) if found and found[0] is draft.resource else None
                yield Filter(name, own or next(same, None))


def _template(draft: ResourceDraft, seeds: list[Any], sent: Any, thing: dict[str, Any]) -> Template:
    own = [thing.get(name) for name in draft.identifiers]
    same = (s for s in seeds if [s.get(name) for name in draft.identifiers] == own)
    base = next(same, seeds[0] if seeds else {})
    known = {pointer_of(name): value_at(base, pointer_of(name)) for name in draft.identifiers}
    mirrors = tuple(
        where
        for where, value in ptr.walk(base)
        if isinstance(value, str)
        and len(value) >= _MIRRORED
        and any(entry in value for entry in known.values() if isinstance(entry, str))
        and where not in known
    )
    return Template(sent, {**base, **thing}, mirrors)


def _existing(node: Mapping[str, Any] | None) -> Existing | None:
    if node is None:
        return None
    unless = node.get("unless")
    return Existing(
        tuple(map(pointer_of, node["same"])), None if unless is None else value_of(unless)
    )


def _missing(operation: Operation) -> str:
    """The status for an unknown reference: 404 where nothing in the path could be meant by it."""
    documented = [response.status for response in operation.responses]
    in_path = any(parameter.location == "path" for parameter in operation.parameters)
    wanted = ("422", "400") if in_path else ("404", "422", "400")
    return next((status for status in wanted if status in documented), "")


def _merged(pairs: list[Set], over: list[Set]) -> tuple[Set, ...]:
    """The pairs, with others in the place of those that they name."""
    return tuple({pair.pointer: pair for pair in (*pairs, *over)}.values())
