"""What a request does: a function of the request, the time, and what it asks a store for.

A decision is a generator: it yields what it has to know (`store.Reads`), is sent the values, and
returns its outcome. It sees nothing else, so that any store can be behind it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from ..contract.behaviour.binding import Behaviour, Binding, Template
from ..contract.behaviour.resource import Resource
from ..contract.runtime_expressions import NOTHING, Message
from ..mock.response.refusals import CONFLICT
from .creation import Draft, Maker
from .finding import Asking, Outcome, RefusedError, known
from .life.transition import StateRules, moved
from .listing import Listing
from .merging import copied, leaves, merged, put, value_at
from .record import Record, text_of
from .shape import Shape
from .store import Change, Fresh, Page, Query
from .values import Scope, compiled


class Decider(StateRules):
    """Decides what the requests of one operation do.

    `described` is the shape of the things in its request body.
    """

    def __init__(
        self,
        binding: Binding,
        behaviour: Behaviour,
        makers: Mapping[str, Maker],
        described: Shape | None = None,
    ) -> None:
        super().__init__(binding, behaviour, makers)
        self._described = described
        self._listing = Listing(binding, self._resource)
        self._sets = [(each.pointer, compiled(each.value)) for each in binding.sets]
        templates = binding.templates if binding.source is None else ()
        self._fixed = [t for t in templates if t.example == templates[0].example]
        dated = {each.pointer for each in (*self._resource.created, *self._resource.updated)}
        is_still = self._resource.lifecycle is None and not binding.creates
        self._id_stays = is_still and dated.isdisjoint(self._ids)
        self._creates = [Decider(each, behaviour, makers) for each in binding.creates]
        unless = binding.existing.unless if binding.existing is not None else None
        self._unless = compiled(unless) if unless is not None else None
        kinds = {
            "create": self._create, "put": self._put, "read": self._read, "list": self._list,
            "delete": self._delete,
        }  # fmt: skip
        self._by_kind = kinds.get(binding.kind, self._update)

    def decide(self, request: Message, now: datetime) -> Asking[Outcome]:
        """The outcome of a valid request at a moment of its space. Raises RefusedError."""
        outcome, scope = Outcome(), Scope(request)
        if self._scopes:
            yield from self._enter_scopes(outcome, scope)
        yield from self._by_kind(outcome, scope, now)
        if self._binding.emit:
            yield from self._sends(outcome)
        return outcome

    def _read(self, outcome: Outcome, scope: Scope, now: datetime) -> Asking[None]:
        outcome.records.append((yield from self._target(outcome, scope)))

    def _list(self, outcome: Outcome, scope: Scope, now: datetime) -> Asking[None]:
        given, belonging = scope.request.query, self._belonging(outcome)
        query, asked, ignored = self._listing.query(given, belonging)
        if named := self._listing.cursor(given):
            ids = [(at, named[1]) for at in self._ids if self._listing.is_by_record]
            pairs = [*ids, *belonging.items()]
            found = (yield from self._find(outcome, query.resource, pairs)) if ids else None
            query = self._listing.turned(query, *named, found, outcome.warnings)
        if self._within is not None:
            elements = value_at(outcome.scopes[-1].value, self._within, [])
            page = Page([self._element(outcome, each) for each in elements], len(elements))
        else:
            page = (yield {"page": query})["page"]
        outcome.records.extend(page.records)
        outcome.numbers = self._listing.numbers(page, asked, query, scope.request.url)
        outcome.notes += [f"not filtered by: {', '.join(ignored)}"] if ignored else []

    def _create(self, outcome: Outcome, scope: Scope, now: datetime) -> Asking[None]:
        for template in self._fixed:
            made = yield from self._made(outcome, scope, {}, now, template=template)
            outcome.records.append(made)
        for thing in () if self._fixed else self._things(scope):
            outcome.records.append((yield from self._made(outcome, scope, thing, now)))

    def _made(
        self,
        outcome: Outcome,
        scope: Scope,
        thing: Any,
        now: datetime,
        named: Mapping[str, Any] | None = None,
        template: Template | None = None,
    ) -> Asking[Record]:
        """A new record of a thing in a request, or the existing one that is the same.

        `named` are the identifiers that the request gives it.
        """
        maker, scope.item = self._maker, thing
        if self._checks:
            yield from self._check(outcome, scope)
        template = template or maker.template(self._binding, thing)
        draft = maker.draft(template, thing, self._sets, scope, self._described)
        above_it = zip(self._scopes, outcome.scopes, strict=False) if self._scopes else ()
        for (about, _), above in above_it:
            if about.by and self._within is not None:
                # An element belongs to the record that it is in, whatever that belongs to.
                draft.put(about.by, NOTHING)
            elif about.by:
                draft.give(about.by, value_at(above.value, about.of))
        for nested in self._creates:
            if into := nested._binding.into:
                made = yield from nested._made_within(outcome, scope, thing, draft, now)
                ids = [nested._identifier(each) for each in made]
                if ids:
                    draft.give(into, ids if nested._binding.many else ids[0])
        if self._resource.references:
            yield from self._copy(outcome, draft)
        existing = self._binding.existing
        if existing is not None and not (self._unless and self._unless(scope) is True):
            pairs = [
                (pointer, text_of(value_at(draft.value, pointer))) for pointer in existing.same
            ]
            same = yield from self._find(outcome, self._resource.name, pairs)
            if same is not None:
                return same
        chosen = dict(named) if named else maker.chosen(template, thing)
        if self._resource.unique:
            yield from self._unique(outcome, draft, None)
        fresh = set()
        for pointer in maker.pointers:
            is_given = pointer in draft.own and maker.can_be(
                pointer, value_at(draft.value, pointer)
            )
            if pointer not in chosen and not is_given:
                example = value_at(template.record, pointer)
                chosen[pointer] = yield from self._fresh(outcome, pointer, example)
                fresh.add(pointer)
        maker.identify(draft.value, chosen, template)
        identified = self._id(draft.value, outcome)
        maker.date(draft, now, is_new=True)
        maker.enter(draft, scope)
        self._require_showable(draft)
        for nested in self._creates:
            if not nested._binding.into:
                yield from nested._made_within(outcome, scope, thing, draft, now)
        own = tuple(draft.own) if self._resource.lifecycle is not None else ()
        id = identified if self._id_stays else self._id(draft.value, outcome)
        record = Record(id, draft.value, own=own)
        self.give_state(record, draft, now)
        if fresh.isdisjoint(self._ids) or record.id != identified:
            yield from self._untaken(outcome, record.id)
        self._keep(outcome, now, None, record)
        yield from self._effects(outcome, draft, record, now)
        return record

    def _made_within(
        self, outcome: Outcome, scope: Scope, thing: Any, around: Draft, now: datetime
    ) -> Asking[list[Record]]:
        """The records of what a thing has inside, which come into being with it."""
        inner, made = value_at(thing, self._binding.source or ""), []
        for each in inner if isinstance(inner, list) else [inner]:
            if each is not None:
                within = Scope(scope.request, parent=around.value)
                made.append((yield from self._made(outcome, within, each, now)))
        return made

    def _put(self, outcome: Outcome, scope: Scope, now: datetime) -> Asking[None]:
        found = None
        if self._identify or self._binding.existing is None:
            found, _ = yield from self._named(outcome, scope)
        if found is None:
            named = {pointer: known(value(scope)) for pointer, value in self._identify}
            identifiers = {about.pointer for about in self._resource.identifiers}
            chosen = {p: value for p, value in named.items() if p in identifiers}
            found = yield from self._made(outcome, scope, self._thing(scope), now, chosen)
        if any(change.after is found for change in outcome.changes):
            outcome.records.append(found)
        else:
            yield from self._change(outcome, scope, now, found)

    def _single(self, outcome: Outcome, scope: Scope) -> Asking[Record | None]:
        record = yield from super()._single(outcome, scope)
        if record is not None and not record.version:
            # Not kept yet: it is as its example, but in the state that it begins in.
            draft = Draft(copied(record.value), self._maker.shape)
            self._maker.enter(draft, scope)
            state = draft.entered.name if draft.entered is not None else None
            record = replace(record, value=draft.value, state=state)
        return record

    def _update(self, outcome: Outcome, scope: Scope, now: datetime) -> Asking[None]:
        yield from self._change(outcome, scope, now, (yield from self._target(outcome, scope)))

    def _change(
        self, outcome: Outcome, scope: Scope, now: datetime, record: Record
    ) -> Asking[None]:
        maker = self._maker
        thing, gone = self._sent(record, scope)
        scope.item = thing
        yield from self._check(outcome, scope)
        state, may_enter = self._guarded(record)
        sent = maker.written(thing)
        outcome.warnings += maker.unwritten(thing, record.value)
        draft = self._draft(record)
        if gone is not None:
            # What a patch changes is whole.
            draft.value = {k: v for k, v in draft.value.items() if k not in sent}
        elif self._binding.replace and self._described is not None:
            maker.replace(draft, sent, self._described)
        draft.value = merged(draft.value, sent, maker.shape.takes_null)
        for name in gone & sent.keys() if gone else ():
            draft.value.pop(name, None)
        draft.own.update(dict.fromkeys(pointer for pointer, _ in leaves(sent)) if sent else {})
        maker.give_sets(draft, self._sets, scope)
        if self._binding.kind == "action" and draft.value == record.value and state is None:
            outcome.records.append(record)
            return
        yield from self._copy(outcome, draft, record.value)
        yield from self._unique(outcome, draft, record)
        maker.date(draft, now)
        self._enter(draft, scope, record, state, may_enter)
        self._require_showable(draft)
        after = self._after(draft, now, record)
        self._keep(outcome, now, record, after)
        outcome.records.append(after)
        yield from self._effects(outcome, draft, after, now, record)

    def _delete(self, outcome: Outcome, scope: Scope, now: datetime) -> Asking[None]:
        record = yield from self._target(outcome, scope)
        if self._sets:
            yield from self._change(outcome, scope, now, record)
            return
        self._guarded(record)
        self._keep(outcome, now, record, None)
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

    def _fresh(self, outcome: Outcome, pointer: str, example: Any) -> Asking[Any]:
        name = self._resource.name
        if self._within is None:
            return (yield {name: Fresh(name, pointer, 1, example)})[name][0]
        elements = value_at(outcome.scopes[-1].value, self._within, [])
        taken = {text_of(value_at(each, pointer)) for each in elements}
        values = (yield {name: Fresh(name, pointer, len(taken) + 1, example)})[name]
        return next(value for value in values if text_of(value) not in taken)

    def _identifier(self, record: Record) -> Any:
        return value_at(record.value, self._resource.identifiers[0].pointer)

    def _keep(
        self, outcome: Outcome, now: datetime, before: Record | None, after: Record | None
    ) -> None:
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
        changed = around.changed(put(copied(value), self._within, elements))
        holder = self._resources[self._scopes[-1][0].resource]
        changed.timers = moved(holder.lifecycle, around, changed.value, now)
        if known:
            outcome.changes.remove(known)
        outcome.changes.append(Change(holder.name, around, changed))
