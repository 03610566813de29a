"""What a request does: a function of the request, the time, and what it asks a store for.

A decision is a generator: it yields what it has to know (`store.Reads`), is sent the values, and
returns its outcome. It sees nothing else, so that any store can be behind it.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar

from ..contract.behaviour.binding import Behaviour, Binding
from ..contract.behaviour.resource import Resource
from ..contract.model import Paging
from ..contract.runtime_expressions import NOTHING, Message
from .creation import Draft, Maker
from .listing import Listing, numbers_of
from .merging import leaves, merged, value_at, with_value
from .outcome import CONFLICT, UNKNOWN_REFERENCE, UNKNOWN_RESOURCE, Outcome, RefusedError
from .record import SINGLE, Record, identity, text_of
from .store import Change, Fresh, Page, Query, Reads, Values
from .values import Scope, compiled, where

Found = TypeVar("Found")
Asking = Generator[Reads, Values, Found]
_Pairs = Sequence[tuple[str, str | None]]
# A refusal of an unknown reference names so many known ones.
_NAMED = 3


class Decider:
    """Decides what the requests of one operation do.

    `names` are the properties that its request body has by its schema.
    """

    def __init__(
        self,
        binding: Binding,
        behaviour: Behaviour,
        makers: Mapping[str, Maker],
        paging: Paging | None = None,
        names: Iterable[str] = (),
    ) -> None:
        self._binding = binding
        self._resources = behaviour.resources
        self._resource = behaviour.resources[binding.resource]
        self._maker = makers[binding.resource]
        self._names = frozenset(names)
        self._listing = Listing(binding, self._resource, paging)
        self._identify = [(each.pointer, compiled(each.value)) for each in binding.identify]
        self._scopes = [(each, compiled(each.value)) for each in binding.scopes]
        self._checks = [(each, compiled(each.value)) for each in binding.checks]
        self._sets = [(each.pointer, compiled(each.value)) for each in binding.sets]
        self._creates = [Decider(each, behaviour, makers) for each in binding.creates]
        unless = binding.existing.unless if binding.existing is not None else None
        self._unless = compiled(unless) if unless is not None else None
        parent = self._resource.parent
        self._within = parent.within if parent is not None else None

    def decide(self, request: Message, now: datetime) -> Asking[Outcome]:
        """The outcome of a valid request at a moment of its space. Raises RefusedError."""
        outcome, scope = Outcome(), Scope(request)
        for about, evaluate in self._scopes:
            text = text_of(_known(evaluate(scope)))
            record = yield from self._find(outcome, about.resource, [(about.key, text)])
            if record is None or not self._belongs(about.resource, record, outcome):
                raise _unknown(about.resource, text)
            outcome.scopes.append(record)
            scope.parent = record.value
        kinds = {
            "create": self._create, "put": self._put, "read": self._read, "list": self._list,
            "delete": self._delete,
        }  # fmt: skip
        yield from kinds.get(self._binding.kind, self._update)(outcome, scope, now)
        return outcome

    # -- reading

    def _read(self, outcome: Outcome, scope: Scope, now: datetime) -> Asking[None]:
        outcome.records.append((yield from self._target(outcome, scope)))

    def _list(self, outcome: Outcome, scope: Scope, now: datetime) -> Asking[None]:
        query, asked, ignored = self._listing.query(scope.request.query, self._belonging(outcome))
        if self._within is not None:
            elements = value_at(outcome.scopes[-1].value, self._within, [])
            page = Page([self._element(outcome, each) for each in elements], len(elements))
        else:
            page = (yield {"page": query})["page"]
        outcome.records.extend(page.records)
        outcome.numbers = numbers_of(page, asked)
        outcome.notes += [f"not filtered by: {', '.join(ignored)}"] if ignored else []

    def _target(self, outcome: Outcome, scope: Scope) -> Asking[Record]:
        """The record that a request names. Raises RefusedError where there is none."""
        found, text = yield from self._named(outcome, scope)
        if found is None:
            raise _unknown(self._resource.name, text)
        return found

    def _named(self, outcome: Outcome, scope: Scope) -> Asking[tuple[Record | None, str]]:
        """The record that a request names, None where there is none, and what it is named by."""
        name = self._resource.name
        if self._resource.singleton:
            return (yield from self._single(outcome)), "of this"
        pairs = [(pointer, text_of(_known(value(scope)))) for pointer, value in self._identify]
        text = ", ".join(text or "" for _, text in pairs)
        if self._within is not None:
            elements = value_at(outcome.scopes[-1].value, self._within, [])
            found = next((each for each in elements if _has(each, pairs)), None)
            return None if found is None else self._element(outcome, found), text
        pairs += self._belonging(outcome).items()
        if not self._identify:
            # Without a name it is the one that was saved last.
            updated = [about.pointer for about in self._resource.updated]
            order = updated[0] if updated else ""
            equal = tuple(sorted(self._belonging(outcome).items()))
            query = Query(name, equal=equal, order=order, descending=True, limit=1)
            page = (yield {"last": query})["last"]
            return page.records[0] if page.records else None, text
        return (yield from self._find(outcome, name, pairs)), text

    def _single(self, outcome: Outcome) -> Asking[Record | None]:
        """The only record of a parent, or of all; it begins with its documented example."""
        resource, parent, above = self._resource, self._resource.parent, outcome.scopes[-1:]
        key = value_at(above[0].value, parent.key) if above and parent is not None else None
        page: Page = (yield {"single": Query(resource.name, id=text_of(key) or SINGLE)})["single"]
        if page.records:
            return page.records[0]
        if not resource.seeds:
            return None
        value = resource.seeds[0].value
        if parent is not None and key is not None:
            value = with_value(value, parent.by, key)
        return Record(text_of(key) or SINGLE, value, version=0)

    def _find(self, outcome: Outcome, name: str, pairs: _Pairs) -> Asking[Record | None]:
        """The record with texts at pointers, also one that this request has made."""
        for change in outcome.changes:
            if change.resource == name and change.after and _has(change.after.value, pairs):
                return change.after
        texts = dict(pairs)
        if None in texts.values():
            return None
        identifiers = [about.pointer for about in self._resources[name].identifiers]
        if identifiers and texts.keys() >= set(identifiers):
            query = Query(name, id=identity(texts[pointer] for pointer in identifiers))
        else:
            query = Query(name, equal=tuple(sorted(pairs)), limit=1)  # type: ignore[arg-type]
        records = (yield {name: query})[name].records
        return records[0] if records and _has(records[0].value, pairs) else None

    def _belonging(self, outcome: Outcome) -> dict[str, str]:
        """What the record has of the records around it, by pointer."""
        found = {}
        for (about, _), record in zip(self._scopes, outcome.scopes, strict=True):
            text = text_of(value_at(record.value, about.of)) if about.by else None
            if text is not None:
                found[about.by] = text
        return found

    def _belongs(self, name: str, record: Record, outcome: Outcome) -> bool:
        """Whether a record belongs to the one around it, where the two are parent and child."""
        parent = self._resources[name].parent
        if parent is None or not outcome.scopes or not parent.by:
            return True
        names = [about.resource for about, _ in self._scopes[: len(outcome.scopes)]]
        if names[-1] != parent.resource:
            return True
        key = text_of(value_at(outcome.scopes[-1].value, parent.key))
        return _has(record.value, [(parent.by, key)])

    # -- writing

    def _create(self, outcome: Outcome, scope: Scope, now: datetime) -> Asking[None]:
        for thing in self._things(scope):
            record = yield from self._made(outcome, scope, thing, now)
            outcome.records.append(record)

    def _made(
        self,
        outcome: Outcome,
        scope: Scope,
        thing: Any,
        now: datetime,
        named: Mapping[str, Any] | None = None,
    ) -> Asking[Record]:
        """A new record of a thing in a request, or the existing one that is the same.

        `named` are the identifiers that the request gives it.
        """
        maker, scope.item = self._maker, thing
        yield from self._check(outcome, scope)
        template = maker.template(self._binding, thing)
        draft = maker.draft(template, thing, self._sets, scope)
        for (about, _), above in zip(self._scopes, outcome.scopes, strict=False):
            if about.by and about.by not in draft.own:
                draft.give(about.by, value_at(above.value, about.of))
        for nested in self._creates:
            inner = value_at(thing, nested._binding.source or "", NOTHING)
            if inner is not NOTHING and inner is not None:
                made = yield from nested._made(outcome, scope, inner, now)
                draft.give(nested._binding.into, nested._identifier(made))
                scope.item = thing
        yield from self._copy(outcome, draft)
        existing = self._binding.existing
        if existing is not None and not (self._unless and self._unless(scope) is True):
            pairs = [
                (pointer, text_of(value_at(draft.value, pointer))) for pointer in existing.same
            ]
            same = yield from self._find(outcome, self._resource.name, pairs)
            if same is not None:
                return same
        chosen = dict(named or maker.chosen(template, thing))
        yield from self._unique(outcome, draft, None)
        for pointer in (each.pointer for each in self._resource.identifiers):
            if pointer not in chosen and pointer not in draft.own:
                chosen[pointer] = yield from self._fresh(outcome, pointer)
        maker.identify(draft, chosen, template)
        maker.date(draft, now, is_new=True)
        maker.enter(draft, scope)
        own = tuple(draft.own) if self._resource.lifecycle is not None else ()
        record = Record(self._id(draft.value, outcome), draft.value, own=own)
        self._keep(outcome, None, record)
        return record

    def _put(self, outcome: Outcome, scope: Scope, now: datetime) -> Asking[None]:
        found, _ = yield from self._named(outcome, scope)
        if found is not None:
            yield from self._change(outcome, scope, now, found)
            return
        named = {pointer: _known(value(scope)) for pointer, value in self._identify}
        identifiers = {about.pointer for about in self._resource.identifiers}
        chosen = {p: value for p, value in named.items() if p in identifiers}
        thing = self._thing(scope)
        outcome.records.append((yield from self._made(outcome, scope, thing, now, chosen)))

    def _update(self, outcome: Outcome, scope: Scope, now: datetime) -> Asking[None]:
        record = yield from self._target(outcome, scope)
        yield from self._change(outcome, scope, now, record)

    def _change(
        self, outcome: Outcome, scope: Scope, now: datetime, record: Record
    ) -> Asking[None]:
        maker, thing = self._maker, self._thing(scope)
        scope.item = thing
        yield from self._check(outcome, scope)
        draft, sent = Draft(record.value, dict.fromkeys(record.own)), maker.written(thing)
        if self._binding.replace:
            maker.replace(draft, sent, self._names)
        draft.value = merged(draft.value, sent, maker.shape.takes_null)
        draft.own.update(dict.fromkeys(pointer for pointer, _ in leaves(sent)) if sent else {})
        maker.give_sets(draft, self._sets, scope)
        if self._binding.kind == "action" and draft.value == record.value:
            outcome.records.append(record)
            return
        yield from self._copy(outcome, draft, record.value)
        yield from self._unique(outcome, draft, record)
        maker.date(draft, now)
        maker.enter(draft, scope, record.value)
        after = record.changed(draft.value, draft.own if self._resource.lifecycle else ())
        self._keep(outcome, record, after)
        outcome.records.append(after)

    def _delete(self, outcome: Outcome, scope: Scope, now: datetime) -> Asking[None]:
        record = yield from self._target(outcome, scope)
        if self._sets:
            yield from self._change(outcome, scope, now, record)
            return
        self._keep(outcome, record, None)
        yield from self._cascade(outcome, self._resource, record)
        outcome.records.append(record)

    def _cascade(self, outcome: Outcome, above: Resource, record: Record) -> Asking[None]:
        """Delete what belongs to a record, or refuse, as the contract declares it."""
        for child in self._resources.values():
            parent = child.parent
            if parent is None or parent.resource != above.name or parent.within is not None:
                continue
            text = text_of(value_at(record.value, parent.key))
            if parent.on_delete == "keep" or text is None:
                continue
            page = (yield {"of": Query(child.name, equal=((parent.by, text),))})["of"]
            if page.records and parent.on_delete == "refuse":
                reason = f"{above.name} {record.id} has {page.total} of {child.name}"
                raise RefusedError(CONFLICT, reason)
            for each in page.records:
                outcome.changes.append(Change(child.name, each, None))
                yield from self._cascade(outcome, child, each)

    def _check(self, outcome: Outcome, scope: Scope) -> Asking[None]:
        """Raise RefusedError for a reference to nothing."""
        for about, evaluate in self._checks:
            value, name = _known(evaluate(scope)), about.reference.resource
            for each in value if isinstance(value, list) else [value]:
                text = text_of(each)
                if text is None:
                    continue
                key = [(about.reference.key, text)]
                if (yield from self._find(outcome, name, key)) is None:
                    known = (yield {name: Query(name, limit=_NAMED)})[name].records
                    ids = [text_of(value_at(r.value, about.reference.key)) or "" for r in known]
                    listed = f"; known: {', '.join(ids)}" if ids else ""
                    reason = f"{where(about.value)}: there is no {name} {text}{listed}"
                    raise RefusedError(UNKNOWN_REFERENCE, reason, about.status, name)

    def _copy(self, outcome: Outcome, draft: Draft, before: Any = None) -> Asking[None]:
        """Take over what a record shows of those that it refers to."""
        for about in self._resource.references:
            value = value_at(draft.value, about.pointer)
            if not about.copies or value is None or value == value_at(before, about.pointer):
                continue
            found = yield from self._find(outcome, about.resource, [(about.key, text_of(value))])
            for here, there in about.copies if found is not None else ():
                copied = value_at(found.value, there, NOTHING)  # type: ignore[union-attr]
                if copied is not NOTHING:
                    draft.value = with_value(draft.value, here, copied)

    def _unique(self, outcome: Outcome, draft: Draft, record: Record | None) -> Asking[None]:
        """Raise RefusedError where another record has values that no two may share."""
        for about in self._resource.unique:
            pairs = [(pointer, text_of(value_at(draft.value, pointer))) for pointer in about.by]
            found = yield from self._find(outcome, self._resource.name, pairs)
            if found is not None and (record is None or found.id != record.id):
                shared = ", ".join(f"{pointer} {text}" for pointer, text in pairs)
                reason = f"{self._resource.name} {found.id} has the same {shared}"
                raise RefusedError(CONFLICT, reason, about.conflict)

    def _fresh(self, outcome: Outcome, pointer: str) -> Asking[Any]:
        name, taken = self._resource.name, set()
        if self._within is not None:
            elements = value_at(outcome.scopes[-1].value, self._within, [])
            taken = {text_of(value_at(each, pointer)) for each in elements}
        values = (yield {name: Fresh(name, pointer, len(taken) + 1)})[name]
        return next(value for value in values if text_of(value) not in taken)

    def _things(self, scope: Scope) -> list[Any]:
        """The things in the body of a request; one without members where it has none."""
        source, body = self._binding.source, scope.request.request_body
        found = value_at(body, source) if source is not None and body is not NOTHING else None
        if self._binding.many:
            return found if isinstance(found, list) else []
        return [{} if found is None else found]

    def _thing(self, scope: Scope) -> Any:
        return next(iter(self._things(scope)), None)

    def _identifier(self, record: Record) -> Any:
        return value_at(record.value, self._resource.identifiers[0].pointer)

    def _id(self, value: Any, outcome: Outcome) -> str:
        parts = [value_at(value, about.pointer) for about in self._resource.identifiers]
        return identity(parts) if parts else SINGLE

    def _element(self, outcome: Outcome, value: Any) -> Record:
        """A record that is an element of an array in another record."""
        return Record(self._id(value, outcome), value, outcome.scopes[-1].version)

    def _keep(self, outcome: Outcome, before: Record | None, after: Record | None) -> None:
        """Add a change of a record; of an element, the change of the record that it is in."""
        if self._within is None:
            stored = before if before is not None and before.version else None
            outcome.changes.append(Change(self._resource.name, stored, after))
            return
        around = outcome.scopes[-1]
        known = next((c for c in outcome.changes if c.before is around), None)
        value = known.after.value if known and known.after else around.value
        elements = list(value_at(value, self._within, None) or ())
        places = [i for i, each in enumerate(elements) if before and each == before.value]
        elements[slice(places[0], places[0] + 1) if places else slice(len(elements), None)] = (
            [] if after is None else [after.value]
        )
        changed = around.changed(with_value(value, self._within, elements))
        if known:
            outcome.changes.remove(known)
        outcome.changes.append(Change(self._scopes[-1][0].resource, around, changed))


def _known(value: Any) -> Any:
    return None if value is NOTHING else value


def _has(value: Any, pairs: _Pairs) -> bool:
    """Whether a value has texts at pointers, as one of several where it has an array there."""
    for pointer, text in pairs:
        found = value_at(value, pointer)
        texts = [text_of(each) for each in found] if isinstance(found, list) else [text_of(found)]
        if text is None or text not in texts:
            return False
    return True


def _unknown(name: str, text: str | None) -> RefusedError:
    return RefusedError(UNKNOWN_RESOURCE, f"there is no {name} {text or ''}".strip(), about=name)
