"""Finding what a request is about: the record that it names, and the records around that."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeVar

from ..contract.behaviour.binding import Behaviour, Binding
from ..contract.runtime_expressions import NOTHING
from ..mock.response.refusals import UNKNOWN_RESOURCE
from .merging import copied, put, value_at
from .record import SINGLE, Record, identity, text_of
from .store import Change, Page, Query, Reads, Values
from .values import Scope, compiled

Found = TypeVar("Found")
Asking = Generator[Reads, Values, Found]
_Pairs = Sequence[tuple[str, str | None]]


class RefusedError(Exception):
    """A request that is refused: the kind, a reason, the status, None for that of the kind.

    `about` is the resource that is missing, `named` what the request names it by.
    """

    def __init__(
        self, kind: str, reason: str, status: str | None = None, about: str = "", named: str = ""
    ) -> None:
        super().__init__(reason)
        self.kind, self.reason, self.status = kind, reason, status
        self.about, self.named = about, named


class Entered(NamedTuple):
    """A record that went from a state, None where nothing told it, to another."""

    resource: str
    id: str
    before: str | None
    after: str


@dataclass(slots=True)
class Outcome:
    """The changes of a request, and the records that its response shows.

    `scopes` are the records that its path names around them, `numbers` those of a list. `notes` are
    sentences about what was not done, `warnings` about what the request has in vain. `entered` are
    the states that records went into, `emitted` the events that come of it all: name, resource, and
    the record, None for nothing that is kept.
    """

    changes: list[Change] = field(default_factory=list)
    records: list[Record] = field(default_factory=list)
    scopes: list[Record] = field(default_factory=list)
    numbers: dict[str, Any] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    entered: tuple[Entered, ...] = ()
    emitted: tuple[tuple[str, str, Record | None], ...] = ()

    def trace(self, vendor: str, shown: tuple[str, str, int] | None = None) -> tuple[Any, ...]:
        """What the journal keeps of it: the values of a `Trace`; `shown` is its `record`."""
        changes, size, timers = [], 0, []
        for resource, before, after in self.changes:
            named = after or before
            assert named is not None, "a change has a record before it or after it"
            values = before and before.value, after and after.value
            changes.append((vendor, resource, named.id, named.version, *values))
            size += (before.size if before else 0) + (after.size if after else 0)
            if after is not None and after.timers:
                known = before.timers if before is not None else ()
                new = (timer for timer in after.timers if timer not in known)
                timers += [(resource, after.id, timer.due, timer.state) for timer in new]
        return shown, changes, size, timers


class Finder:
    """Finds the records that a request names, by a binding."""

    def __init__(self, binding: Binding, behaviour: Behaviour) -> None:
        self._binding = binding
        self._resources = behaviour.resources
        self._resource = behaviour.resources[binding.resource]
        self._identifiers = {
            name: [about.pointer for about in each.identifiers]
            for name, each in behaviour.resources.items()
        }
        self._identify = [(each.pointer, compiled(each.value)) for each in binding.identify]
        self._scopes = [(each, compiled(each.value)) for each in binding.scopes]
        self._ids = self._identifiers[binding.resource]
        parent = self._resource.parent
        self._within = parent.within if parent is not None else None

    def _enter_scopes(self, outcome: Outcome, scope: Scope) -> Asking[None]:
        """Find the records around the one that a request is about, the outermost first.

        Raises RefusedError where one is missing, or does not belong to the one around it.
        """
        for about, evaluate in self._scopes:
            text = text_of(known(evaluate(scope)))
            record = yield from self._find(outcome, about.resource, [(about.key, text)])
            if record is None or not self._belongs(about.resource, record, outcome):
                raise _unknown(about.resource, text)
            outcome.scopes.append(record)
            scope.parent = record.value

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
            return (yield from self._single(outcome, scope)), "of this"
        pairs = [(pointer, text_of(known(value(scope)))) for pointer, value in self._identify]
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

    def _single(self, outcome: Outcome, scope: Scope) -> Asking[Record | None]:
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
            value = put(copied(value), parent.by, key)
        return Record(text_of(key) or SINGLE, value, version=0)

    def _find(self, outcome: Outcome, name: str, pairs: _Pairs) -> Asking[Record | None]:
        """The record with texts at pointers, also one that this request has made."""
        for change in outcome.changes:
            if change.resource == name and change.after and _has(change.after.value, pairs):
                return change.after
        texts, identifiers = dict(pairs), self._identifiers[name]
        if None in texts.values():
            return None
        by_id = bool(identifiers) and all(pointer in texts for pointer in identifiers)
        if by_id:
            query = Query(name, identity([texts[pointer] for pointer in identifiers]))
        else:
            query = Query(name, equal=tuple(sorted(pairs)), limit=1)  # type: ignore[arg-type]
        records = (yield {name: query})[name].records
        is_whole = by_id and len(pairs) == len(identifiers)
        return records[0] if records and (is_whole or _has(records[0].value, pairs)) else None

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

    def _things(self, scope: Scope) -> list[Any]:
        """The things in the body of a request; one without members where it has none."""
        source, body = self._binding.source, scope.request.request_body
        found = value_at(body, source) if source is not None and body is not NOTHING else None
        if self._binding.many and found is not None:
            return found if isinstance(found, list) else []
        return [{} if found is None else found]

    def _thing(self, scope: Scope) -> Any:
        return next(iter(self._things(scope)), None)

    def _id(self, value: Any, outcome: Outcome) -> str:
        parts = [value_at(value, pointer) for pointer in self._ids]
        if len(parts) == 1 and isinstance(parts[0], str):
            return parts[0]
        return identity(parts) if parts else SINGLE

    def _element(self, outcome: Outcome, value: Any) -> Record:
        """A record that is an element of an array in another record."""
        return Record(self._id(value, outcome), value, outcome.scopes[-1].version)


def known(value: Any) -> Any:
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
    reason = f"there is no {name} {text or ''}".strip()
    return RefusedError(UNKNOWN_RESOURCE, reason, about=name, named=text or "")
