"""The bindings of operations, with all that is needed to decide a request."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ...schema import json_pointer as ptr
from ...schema.name_words import words
from ..model import Paging
from .binding import Binding, Check, Existing, Filter, Projection, Scope, Template
from .drafts import OperationDraft, ResourceDraft
from .evidence import Evidence
from .paging import PagingReader
from .records import Records
from .resource import Reference, Resource, Set, Value
from .story import Place, answers
from .values import evidence_of, pointer_of, sets_of, value_of

# Shorter identifiers may stand in a text by chance.
SHORTEST = 4


class Compiler:
    """Makes bindings of drafts; `resources` are the facts of all resources."""

    def __init__(
        self, records: Records, resources: Mapping[str, Resource], pages: PagingReader
    ) -> None:
        self.records, self.story = records, records.story
        self.resources, self._pages = resources, pages

    def binding(self, draft: OperationDraft) -> Binding:
        """What an operation does."""
        node, resource = draft.node, self.resources[draft.resource.name]
        source, place = self._places(draft)
        makes, order = draft.kind in ("create", "put"), node.get("order")
        paging = self._pages.paging(draft, place) if draft.kind == "list" else None
        given = self._given(draft, source) if source else self._differences(draft)
        sets = (*given, *sets_of(node.get("set")))
        documented = [response.status for response in draft.operation.responses]
        content = draft.operation.body.content if draft.operation.body else ()
        return Binding(
            operation=draft.operation.id,
            resource=resource.name,
            kind=draft.kind,
            evidence=draft.evidence,
            declared=evidence_of(node) if node else None,
            identify=self._identify(draft, source),
            scopes=self._scopes(draft),
            source=source.pointer if source else None,
            many=source is not None and source.many,
            sets=sets,
            checks=tuple(self._checks(draft, source)) if source else (),
            templates=tuple(self._templates(draft, source, place)) if makes else (),
            projections=tuple(self._projections(draft, place, is_gone=not sets)),
            filters=tuple(self._filters(draft, resource, paging)) if draft.kind == "list" else (),
            order=(order["by"], order.get("direction", "")) if order else None,
            existing=_existing(node.get("existing")),
            creates=tuple(
                self._creation(draft, source, entry)
                for entry in node.get("create", ())
                if entry["resource"] in self.resources
            ),
            replace=node.get("replace", self._replaces(draft, source)),
            emit=tuple(node.get("emit", ())),
            refuses_state="409" if "409" in documented else "",
            paging=paging,
            patches=any(media.is_patch for media in content),
        )

    def _places(self, draft: OperationDraft) -> tuple[Place | None, Place | None]:
        return self.records.source(draft), self.records.place(draft)

    def _identify(self, draft: OperationDraft, source: Place | None) -> tuple[Set, ...]:
        if draft.kind in ("create", "list") or "identifier" in draft.node:
            return sets_of(draft.node.get("identifier"))
        given = [(n.key, f"$request.path.{n.parameter.name}") for n in self.records.named(draft)[0]]
        own = draft.resource.identifiers
        if not given and source is not None and all(name in source.properties for name in own):
            given = [(n, f"$request.body#{source.pointer}{pointer_of(n)}") for n in own]
        return tuple(Set(pointer_of(key), Value(expression)) for key, expression in given)

    def _scopes(self, draft: OperationDraft) -> tuple[Scope, ...]:
        return tuple(
            Scope(
                resource=named.resource.name,
                key=pointer_of(named.key),
                value=Value(f"$request.path.{named.parameter.name}"),
                by=self.records.holder(draft.resource, named),
                of=pointer_of(named.identifier),
            )
            for named in self.records.named(draft)[1]
        )

    def _given(self, draft: OperationDraft, source: Place) -> Iterator[Set]:
        """The identifiers that a creation's request may have."""
        root = "$item#" if source.many else f"$request.body#{source.pointer}"
        for own in draft.resource.identifiers if draft.kind in ("create", "put") else ():
            if own in source.properties:
                yield Set(pointer_of(own), Value(f"{root}{pointer_of(own)}"))

    def _replaces(self, draft: OperationDraft, source: Place | None) -> bool:
        """PUT replaces where the request must have all that the resource must have."""
        if draft.operation.method != "PUT" or source is None:
            return False
        needed = self.story.shape((draft.resource.place.schema,)).required
        needed = needed.intersection(source.properties) - set(draft.resource.identifiers)
        return bool(needed) and needed <= self.story.shape((source.schema,)).required

    # Requests

    def _templates(
        self, draft: OperationDraft, source: Place | None, place: Place | None
    ) -> Iterator[Template]:
        is_full = place is not None and draft.resource.name in place.names
        content = draft.operation.body.content if draft.operation.body else ()
        requests = {e.name: e.value for media in content for e in media.examples}
        sent = {n: (t for _, t in source.things(v)) for n, v in requests.items() if source}
        shown = [(name, thing) for name, _, thing in self.records.things(draft)]
        for name, thing in shown or [(name, {}) for name in requests] or [("", {})]:
            yield self._template(
                draft.resource, name, next(sent.get(name, iter(())), None), thing, is_full
            )

    def _template(
        self, draft: ResourceDraft, example: str, sent: Any, thing: dict[str, Any], is_full: bool
    ) -> Template:
        """The record is what the response shows; of a receipt, the fullest record has the rest."""
        seeds = [seed.value for seed in self.resources[draft.name].seeds]
        same = (s for s in seeds if _own(draft, s) == _own(draft, thing))
        base = {} if is_full else next(same, seeds[0] if seeds else {})
        record, known = {**base, **thing}, [pointer_of(name) for name in draft.identifiers]
        texts = [t for t in (*_own(draft, base), *_own(draft, thing)) if isinstance(t, str)]
        mirrors = tuple(
            where
            for where, value in ptr.walk(record)
            if isinstance(value, str) and where not in known
            if any(text in value for text in texts if len(text) >= SHORTEST)
        )
        return Template(sent, record, mirrors, example)

    def _differences(self, draft: OperationDraft) -> Iterator[Set]:
        """What an operation without a body changes, as its example differs from the creation's."""
        if draft.kind not in ("delete", "update", "action") or "set" in draft.node:
            return
        resource = self.resources[draft.resource.name]
        ignored = {p.pointer for p in (*resource.identifiers, *resource.created, *resource.updated)}
        uses = [use for use in self.records.uses[resource.name] if use.kind in ("create", "put")]
        made = [thing for use in uses for _, _, thing in self.records.things(use)]
        thing = next((thing for _, _, thing in self.records.things(draft)), {})
        own = _own(draft.resource, thing)
        known: dict[str, Any] = {}
        for value in (*(seed.value for seed in resource.seeds), *made):
            known.update(value if _own(draft.resource, value) == own else {})
        for name, value in thing.items() if known else ():
            where = ptr.join("", name)
            if where not in ignored and (name not in known or known[name] != value):
                yield Set(where, Value("", value))

    def _checks(self, draft: OperationDraft, source: Place) -> Iterator[Check]:
        root = "$item#" if source.many else f"$request.body#{source.pointer}"
        found = {
            f"{root}{reference.pointer}": reference
            for reference in self.resources[draft.resource.name].references
            if ptr.split(reference.pointer)[0] in source.properties
        }
        own = {entry.value.expression for entry in self._identify(draft, source)}
        for slot in sorted(self.story.linked):
            expression = f"$request.body#{slot[2]}"
            if slot[:2] != ("body", draft.operation.id) or expression in own:
                continue
            if given := self.records.inference.identified(slot):
                evidence = Evidence("link", f"links give {slot[2]} of the request")
                reference = Reference(slot[2], given[0].name, pointer_of(given[1]), evidence)
                found.setdefault(expression, reference)
        documented = [response.status for response in draft.operation.responses]
        # With an identifier in the path, 404 is about that.
        wanted = ("422", "400") if "{" in draft.operation.path else ("404", "422", "400")
        usual = next((status for status in wanted if status in documented), "none")
        for expression, reference in found.items():
            if (status := reference.missing or usual) != "none":
                yield Check(Value(expression), reference, status)

    def _creation(
        self, draft: OperationDraft, source: Place | None, node: Mapping[str, Any]
    ) -> Binding:
        other, at = self.records.inference.resources[node["resource"]], node.get("from")
        uses = [use for use in self.records.uses[other.name] if use.kind == "create"]
        made = (t for use in uses[:1] for t in self._templates(use, *self._places(use)))
        inner = None
        if source is not None and at is not None:
            inner = self.story.body_place(draft.operation, source.pointer + at)
        return Binding(
            operation=draft.operation.id,
            resource=other.name,
            kind="create",
            evidence=draft.evidence,
            source=at,
            many=inner is not None and inner.many,
            sets=sets_of(node.get("set")),
            templates=tuple(made) or (self._template(other, "", None, {}, is_full=False),),
            existing=_existing(node.get("existing")),
            into=pointer_of(node.get("into", "")),
        )

    # Responses

    def _projections(
        self, draft: OperationDraft, place: Place | None, is_gone: bool
    ) -> Iterator[Projection]:
        if draft.kind == "delete" and is_gone:
            place = None
        answer = sets_of(draft.node.get("answer"))
        over = [pair for pair in answer if "/-" not in pair.pointer]
        within = [(*pair.pointer.partition("/-"), pair) for pair in answer if "/-" in pair.pointer]
        items = next((where for where, *_ in within), None)
        inner = [Set(where, pair.value) for _, _, where, pair in within]
        pairs = self._pairs(draft, place)
        if place is not None and place.many:
            items, inner, pairs = place.pointer, [*pairs, *inner], []
        for response in answers(draft.operation):
            for media in response.content:
                for example in media.examples or (None,):
                    yield Projection(
                        status=response.status,
                        media_type=media.name,
                        example=example.name if example else "",
                        value=example.value if example else None,
                        pairs=_merged(*pairs, *over) if media.is_json else (),
                        items=items if media.is_json else None,
                        item_pairs=_merged(*inner) if media.is_json else (),
                    )
            if not response.content:
                yield Projection(response.status, "", "", None)

    def _pairs(self, draft: OperationDraft, place: Place | None) -> list[Set]:
        """The properties of the thing; without one, its identifier wherever the response has it."""
        if place is None:
            named = [
                (ptr.join(shown.pointer, name), name)
                for shown in self.story.places(draft.operation)
                for name in draft.resource.identifiers
                if name in shown.properties and not shown.many
            ]
        else:
            base = "" if place.many else place.pointer
            names = self.records.names(place, draft.resource)
            hidden = draft.resource.node.get("hidden", ())
            named = [(ptr.join(base, n), own) for n, own in names.items() if own not in hidden]
        return [Set(where, Value(f"$resource#{pointer_of(own)}")) for where, own in named]

    def _filters(
        self, draft: OperationDraft, resource: Resource, paging: Paging | None
    ) -> Iterator[Filter]:
        declared = draft.node.get("filter", {})
        ignored = {*(paging.parameters if paging is not None else ())}
        ignored.update(draft.node.get("order", {}).values())
        known = {words(name): name for name in sorted(resource.properties | resource.hidden)}
        for parameter in draft.operation.parameters:
            name = parameter.name
            if parameter.location != "query" or name in ignored or parameter.selects:
                continue
            if name in declared:
                entry = declared[name] or {"at": []}
                entry = {"at": entry} if isinstance(entry, str) else entry
                at = [entry["at"]] if isinstance(entry["at"], str) else entry["at"]
                first, *also = map(pointer_of, at) if at else (None,)
                match = entry.get("match", "equal")
                yield Filter(name, first, match, tuple(filter(None, also)))
            elif words(name) in known and not self._is_structure(draft, known[words(name)]):
                yield Filter(name, pointer_of(known[words(name)]))
            else:
                other, key = self.records.inference.named(draft.operation, parameter) or (None, "")
                given = other.name if other else "", pointer_of(key)
                same = (r.pointer for r in resource.references if (r.resource, r.key) == given)
                yield Filter(name, given[1] if other is draft.resource else next(same, None))

    def _is_structure(self, draft: OperationDraft, name: str) -> bool:
        """Whether a property has objects, which no parameter is equal to."""
        shape = self.story.shape(draft.resource.place.properties.get(name, ()))
        return shape.is_object or self.story.shape(shape.items).is_object


def _own(draft: ResourceDraft, value: Mapping[str, Any]) -> list[Any]:
    return [value.get(name) for name in draft.identifiers]


def _existing(node: Mapping[str, Any] | None) -> Existing | None:
    if node is None:
        return None
    unless = node.get("unless")
    return Existing(
        tuple(map(pointer_of, node["same"])), None if unless is None else value_of(unless)
    )


def _merged(*pairs: Set) -> tuple[Set, ...]:
    """The pairs, the later ones in the place of those that they name."""
    return tuple({pair.pointer: pair for pair in pairs}.values())
