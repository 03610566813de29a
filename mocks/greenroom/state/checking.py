"""What a record refers to, and what no other may share with it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ..contract.behaviour.binding import Behaviour, Binding
from ..contract.runtime_expressions import NOTHING
from ..mock.response.refusals import CONFLICT, INVALID, UNKNOWN_REFERENCE
from .creation import Draft
from .finding import Asking, Finder, Outcome, RefusedError, known
from .merging import copied, is_equal, patched, put, value_at
from .record import Record, text_of
from .store import Query
from .values import Scope, compiled, where

# A refusal of an unknown reference names so many known ones.
_NAMED = 3


class Checker(Finder):
    """Refuses what refers to nothing or is not unique, and copies what is referred to."""

    def __init__(self, binding: Binding, behaviour: Behaviour) -> None:
        super().__init__(binding, behaviour)
        self._checks = [(each, compiled(each.value)) for each in binding.checks]
        sets = (each for each in binding.sets if each.value.expression)
        self._places = {each.pointer: where(each.value) for each in sets}

    def _check(self, outcome: Outcome, scope: Scope) -> Asking[None]:
        """Raise RefusedError for a reference to nothing."""
        for about, evaluate in self._checks:
            value, name = known(evaluate(scope)), about.reference.resource
            for each in value if isinstance(value, list) else [value]:
                text = text_of(each)
                if text is None:
                    continue
                key = [(about.reference.key, text)]
                if (yield from self._find(outcome, name, key)) is None:
                    some = (yield {name: Query(name, limit=_NAMED)})[name].records
                    ids = [text_of(value_at(r.value, about.reference.key)) or "" for r in some]
                    listed = f"; known: {', '.join(ids)}" if ids else ""
                    reason = f"{where(about.value)}: there is no {name} {text}{listed}"
                    raise RefusedError(UNKNOWN_REFERENCE, reason, about.status, name, text)

    def _require_showable(self, draft: Draft) -> None:
        """Raise RefusedError for what a client gave and the contract lets no response show.

        Kept, it would make every response forbidden that has the record, whole lists among them;
        left out, the client would read something else than it wrote.
        """
        if draft.shape.accepts("", draft.value):
            return
        for pointer in draft.own:
            value = value_at(draft.value, pointer, NOTHING)
            errors = [] if value is NOTHING else draft.shape.errors(pointer, value)
            if value is NOTHING and draft.shape.is_required(pointer):
                around = value_at(draft.value, pointer.rpartition("/")[0])
                errors = [(pointer, "null, but required")] if isinstance(around, dict) else []
            if errors:
                place = self._places.get(pointer, f"body {pointer}")
                raise RefusedError(INVALID, f"{place}: {errors[0][1]}: no response may show it")

    def _sent(self, record: Record, scope: Scope) -> tuple[Any, set[str] | None]:
        """The thing in a request; of a patch the members that it changes, as if they were sent.

        Also the names of those that it removes, None where it is no patch. Raises RefusedError.
        """
        operations, hidden = scope.request.request_body, self._resource.hidden
        if not (self._binding.patches and isinstance(operations, list)):
            return self._thing(scope), None
        shown = {name: value for name, value in record.value.items() if name not in hidden}
        try:
            after = patched(shown, operations)
            if not isinstance(after, dict):
                raise ValueError("body: what is left is no object")
        except (LookupError, ValueError) as error:
            is_conflict = isinstance(error, LookupError) and self._binding.refuses_state
            raise RefusedError(CONFLICT if is_conflict else INVALID, str(error.args[0])) from error
        names = (
            name
            for name in {**shown, **after}
            if not is_equal(shown.get(name, ...), after.get(name, ...))
        )
        thing = {name: after.get(name) for name in names}
        body = put({}, self._binding.source or "", thing)
        scope.request = replace(scope.request, request_body=body)
        return thing, shown.keys() - after.keys()

    def _copy(self, outcome: Outcome, draft: Draft, before: Any = None) -> Asking[None]:
        """Take over what a record shows of those that it refers to."""
        for about in self._resource.references:
            value = value_at(draft.value, about.pointer)
            if not about.copies or value is None or value == value_at(before, about.pointer):
                continue
            found = yield from self._find(outcome, about.resource, [(about.key, text_of(value))])
            for here, there in about.copies if found is not None else ():
                shown = value_at(found.value, there, NOTHING)  # type: ignore[union-attr]
                if shown is not NOTHING:
                    put(draft.value, here, copied(shown))

    def _unique(self, outcome: Outcome, draft: Draft, record: Record | None) -> Asking[None]:
        """Raise RefusedError where another record has values that no two may share."""
        for about in self._resource.unique:
            pairs = [(pointer, text_of(value_at(draft.value, pointer))) for pointer in about.by]
            found = yield from self._find(outcome, self._resource.name, pairs)
            if found is not None and (record is None or found.id != record.id):
                shared = ", ".join(f"{pointer} {text}" for pointer, text in pairs)
                reason = f"{self._resource.name} {found.id} has the same {shared}"
                raise RefusedError(CONFLICT, reason, about.conflict)

    def _untaken(self, outcome: Outcome, id: str) -> Asking[None]:
        """Raise RefusedError where another record has the identifier of a new one."""
        name = self._resource.name
        if self._within is not None:
            changed = [
                c.after for c in outcome.changes if c.before is outcome.scopes[-1] and c.after
            ]
            around = (changed or outcome.scopes)[-1].value
            others = [
                self._id(each, outcome) for each in value_at(around, self._within, None) or ()
            ]
        else:
            others = [c.after.id for c in outcome.changes if c.resource == name and c.after]
            others += [r.id for r in (yield {name: Query(name, id=id)})[name].records]
        if id in others:
            raise RefusedError(CONFLICT, f"there is a {name} {id} already")
