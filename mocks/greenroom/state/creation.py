"""Making a record: a documented one with the caller's values laid over it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from ..contract.behaviour.binding import Binding, Template
from ..contract.behaviour.compilation import SHORTEST
from ..contract.behaviour.resource import Resource, State
from ..contract.runtime_expressions import NOTHING
from ..schema import json_pointer as ptr
from .merging import copied, is_equal, leaves, member, put, remove, value_at
from .shape import Shape
from .timestamps import in_form_of
from .values import Evaluate, Scope, compiled

# As many sets of names are sent by usual clients.
_REMEMBERED = 256
# In what a state sets: when that is.
_TIME = "$event#/time"
# Values that count as none where it matters whether something is told.
_UNTOLD = (NOTHING, None, False)


@dataclass(slots=True)
class Draft:
    """The value of a record that is being made, changed in place, and what the caller gave of it.

    Null is left out where its `shape` does not allow it. `at` is the moment of the change, and
    `entered` the state that it puts the record into, None for none.
    """

    value: Any
    shape: Shape
    own: dict[str, None] = field(default_factory=dict)
    at: datetime | None = None
    entered: State | None = None

    def put(self, pointer: str, value: Any, kinds: tuple[type, ...] = (dict, list)) -> None:
        """Write a value at a pointer, remove what is there for NOTHING."""
        if value is NOTHING or (value is None and not self.shape.takes_null(pointer)):
            remove(self.value, pointer)
        else:
            put(self.value, pointer, value, kinds)

    def tells(self, pointer: str) -> bool:
        """Whether a place is not just that of a documented record."""
        sets = self.entered.sets if self.entered is not None else ()
        given = (*self.own, *(each.pointer for each in sets))
        return pointer[:1] != "/" or any(f"{pointer}/".startswith(f"{own}/") for own in given)

    def give(self, pointer: str, value: Any) -> None:
        """Lay a value of the caller over the draft: objects member by member, the rest whole."""
        if not isinstance(value, dict):
            self.put(pointer, value)
            self.own[pointer] = None
            return
        for where, leaf in leaves(value, pointer):
            # What looks like the place in an array is the name of a member.
            self.put(where, leaf, (dict,))
            self.own[where] = None


class Maker:
    """Makes and changes the records of a resource; `document` schemas come with its shape."""

    def __init__(self, resource: Resource, shape: Shape) -> None:
        self.resource = resource
        self.shape = shape
        self.generated = (*resource.identifiers, *resource.generated)
        self.pointers = [each.pointer for each in self.generated]
        # The pointer to the identifier, where one alone names a record.
        is_alone = len(resource.identifiers) == 1
        self.named_by = resource.identifiers[0].pointer if is_alone else None
        fixed = {
            each.pointer for each in (*resource.identifiers, *resource.created, *resource.updated)
        }
        states = resource.lifecycle.states.values() if resource.lifecycle is not None else ()
        # A time that a state tells is that of the record, whatever later examples have there.
        told = {s.pointer for state in states for s in state.sets if s.value.expression == _TIME}
        self._kept = fixed.union(told, (each.pointer for each in resource.generated))
        self._unwritten = resource.read_only | {
            ptr.split(pointer)[0] for pointer in fixed if pointer.count("/") == 1
        }
        self._known = resource.properties | resource.hidden
        when = resource.lifecycle.when if resource.lifecycle is not None else ()
        self._when = [(compiled(value), name) for value, name in when]
        self._left: dict[Any, Any] = {}
        self._chosen: dict[int, list[str]] = {}
        self.base = self._template(resource.seeds[0].value if resource.seeds else {})
        self._shown = {s.name: self._template(s.example) for s in states if s.example is not None}

    def _template(self, record: Any) -> Template:
        """A documented record, with the places that repeat its identifier."""
        pointer = self.resource.identifiers[0].pointer if self.resource.identifiers else None
        own = value_at(record, pointer) if pointer is not None else None
        mirrors = (where for where, value in ptr.walk(record) if _has(value, own))
        return Template(None, record, tuple(where for where in mirrors if where != pointer))

    def template(self, binding: Binding, thing: Any) -> Template:
        """The documented creation whose request has the most members that a thing has."""
        if len(binding.templates) < 2:
            return binding.templates[0] if binding.templates else self.base

        def common(template: Template) -> int:
            if not isinstance(template.request, dict) or not isinstance(thing, dict):
                return 0
            return sum(thing.get(k, NOTHING) == v for k, v in template.request.items())

        return max(binding.templates, key=common)

    def written(self, thing: Any) -> dict[str, Any]:
        """The members of a thing that a client may write to a record."""
        if not isinstance(thing, dict):
            return {}
        return {k: v for k, v in thing.items() if k in self._known and k not in self._unwritten}

    def unwritten(self, thing: Any, value: Any) -> Iterator[str]:
        """Warnings of the members of a thing that a client may not write to a record, and would.

        `value` is that of the record.
        """
        ids = {each.pointer for each in self.resource.identifiers}
        for name in thing if isinstance(thing, dict) else ():
            at = ptr.join("", name)
            if name in self._unwritten and not is_equal(thing[name], value_at(value, at, NOTHING)):
                what = "the identifier" if at in ids else "read-only"
                yield f"body {at} stays as it is: it is {what}"

    def chosen(self, template: Template, thing: Any) -> dict[str, Any]:
        """The identifiers that callers choose, as the documented one did."""
        pointers = self._chosen.get(id(template))
        if pointers is None:
            pointers = self._chosen[id(template)] = [
                about.pointer
                for about in self.resource.identifiers
                if value_at(template.request, about.pointer, NOTHING)
                == value_at(template.record, about.pointer)
            ]
        found = [(pointer, value_at(thing, pointer)) for pointer in pointers]
        return {pointer: given for pointer, given in found if self.can_be(pointer, given)}

    def can_be(self, pointer: str, value: Any) -> bool:
        """Whether what a client gives can be an identifier: a text or number that may be there."""
        is_plain = isinstance(value, (str, int, float)) and not isinstance(value, bool)
        return is_plain and value != "" and self.shape.accepts(pointer, value)

    def draft(
        self,
        template: Template,
        thing: Any,
        sets: Iterable[tuple[str, Evaluate]],
        scope: Scope,
        described: Shape | None = None,
    ) -> Draft:
        """A new record without identifiers, times and state.

        What the documented caller sent, and this one did not, is not kept. A thing is `described`
        by its own schema.
        """
        sent = self.written(thing)
        # Without objects in it, what is left of the documented record depends on the names alone.
        key = (id(template), id(described), *sent)
        left = self._left.get(key)
        draft = Draft(copied(template.record if left is None else left), self.shape)
        if left is None:
            self._forget(draft, "", template.record, template.request, sent, described)
            is_flat = not any(isinstance(value, dict) for value in sent.values())
            if is_flat and len(self._left) < _REMEMBERED:
                # What is sent takes the place of what is documented.
                self._left[key] = copied({**draft.value, **dict.fromkeys(sent)})
        for name, value in sent.items():
            if value is None or isinstance(value, dict):
                draft.give(member(name), value)
            else:
                draft.value[name], draft.own[member(name)] = value, None
        if sets:
            self.give_sets(draft, sets, scope, is_new=True)
        return draft

    def give_sets(
        self, draft: Draft, sets: Iterable[tuple[str, Evaluate]], scope: Scope, is_new: bool = False
    ) -> None:
        """Write what a binding sets; what a new record's caller did not send is not kept."""
        for pointer, evaluate in sets:
            scope.resource = draft.value
            value = evaluate(scope)
            if value is not NOTHING:
                draft.put(pointer, copied(value))
                draft.own.update((where, None) for where, _ in leaves(value, pointer))
            elif is_new and pointer not in draft.own:
                self.shape.forget(draft.value, pointer)

    def _forget(
        self, draft: Draft, at: str, record: Any, request: Any, sent: Any, described: Shape | None
    ) -> None:
        if not isinstance(record, dict) or not isinstance(request, dict):
            return
        for name, value in record.items():
            if name not in request or (not at and name in self._unwritten):
                continue
            where, given = ptr.step(at, name), isinstance(sent, dict) and name in sent
            if given:
                self._forget(draft, where, value, request[name], sent[name], described)
            elif value == request[name]:
                self.shape.forget(draft.value, where, described)

    def replace(self, draft: Draft, sent: Mapping[str, Any], described: Shape) -> None:
        """Drop what a client could have sent and did not."""
        for name in sorted(described.names & self._known - self._unwritten - sent.keys()):
            self.shape.forget(draft.value, ptr.step("", name), described)

    def identify(self, found: Any, identifiers: Mapping[str, Any], template: Template) -> None:
        """Write new identifiers, also where the record repeats the documented one."""
        for pointer, value in identifiers.items():
            put(found, pointer, value)
        for pointer, value in list(identifiers.items())[:1] if template.mirrors else ():
            old = value_at(template.record, pointer)
            for mirror in template.mirrors:
                text = value_at(found, mirror)
                within = isinstance(text, str) and text != old and str(old) in text
                new = text.replace(str(old), str(value)) if within else value
                put(found, mirror, new)

    def date(self, draft: Draft, now: datetime, is_new: bool = False) -> None:
        """Write the moment of a change, and of the creation of what is new."""
        draft.at = now
        for about in (*(self.resource.created if is_new else ()), *self.resource.updated):
            put(draft.value, about.pointer, in_form_of(about.example, now))

    def enter(self, draft: Draft, scope: Scope, before: Any = NOTHING) -> None:
        """Put a record into the state that the caller wrote, or a new one into the first.

        `before` is the value of a record that is not new.
        """
        lifecycle = self.resource.lifecycle
        if lifecycle is None:
            return
        at, state = lifecycle.pointer, None
        told = value_at(draft.value, at, NOTHING) if at is not None else NOTHING
        if before is NOTHING and at not in draft.own:
            begun = (name for value, name in self._when if value(scope) not in _UNTOLD)
            state = lifecycle.states.get(next(begun, lifecycle.initial))
        elif at is not None and (before is NOTHING or told != value_at(before, at, NOTHING)):
            state = next((s for s in lifecycle.states.values() if s.value == told), None)
        if state is not None:
            self.put_into(draft, state, scope)

    def put_into(self, draft: Draft, state: State, scope: Scope) -> None:
        """Write what a state shows: its value, its documented example, and what it sets.

        Identifiers, references, times and what the caller gave stay.
        """
        draft.entered = state
        if (shown := self._shown.get(state.name)) is not None:
            self._show(draft, shown)
        lifecycle = self.resource.lifecycle
        if lifecycle is not None and lifecycle.pointer:
            draft.put(lifecycle.pointer, NOTHING if state.value is None else state.value)
        for each in state.sets:
            scope.resource = draft.value
            if each.value.expression == _TIME and draft.at is not None:
                example = value_at(state.example or self.base.record, each.pointer)
                draft.put(each.pointer, in_form_of(example, draft.at))
            else:
                draft.put(each.pointer, copied(compiled(each.value)(scope)))

    def _show(self, draft: Draft, shown: Template) -> None:
        for pointer, value in leaves(shown.record):
            if not any(_overlap(pointer, kept) for kept in self._protected(draft)):
                put(draft.value, pointer, copied(value))
        for mirror in shown.mirrors:
            about, text = self.resource.identifiers[0].pointer, value_at(draft.value, mirror)
            old, new = value_at(shown.record, about), value_at(draft.value, about)
            if _has(text, old):
                put(draft.value, mirror, text.replace(old, str(new)))

    def _protected(self, draft: Draft) -> Iterator[str]:
        yield from draft.own
        yield from self._kept
        yield from (reference.pointer for reference in self.resource.references)
        if self.resource.parent is not None:
            yield self.resource.parent.by


def _has(text: Any, identifier: Any) -> bool:
    """Whether a text has an identifier in it; short ones may be there by chance."""
    both = isinstance(text, str) and isinstance(identifier, str)
    return both and len(identifier) >= SHORTEST and identifier in text


def _overlap(one: str, other: str) -> bool:
    return one == other or one.startswith(f"{other}/") or other.startswith(f"{one}/")
