"""A store in memory that knows which of its records have changed, so that these can be shared."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from pydantic_core import to_json

from ..state.record import Record
from ..state.store import Change
from .memory import Budget, MemoryStore

# The name of a resource, and the identifier of a record.
Place = tuple[str, str]


class RecordingStore(MemoryStore):
    """Records of one API in one space; `touched` has what was at a place before it changed.

    What it is given first are the records of examples, which every process has: no change.
    """

    def __init__(self, budget: Budget | None = None) -> None:
        super().__init__(budget)
        self.touched: dict[Place, Record | None] = {}
        self._seeds: dict[Place, Record] | None = None

    def add(self, resource: str, record: Record) -> None:
        """Keep a new record of a known size whose identifier no other has. Raises FullError."""
        super().add(resource, record)
        self.touched.setdefault((resource, record.id), None)

    def commit(self, changes: Iterable[Change]) -> bool:
        """Make all changes, or none. Raises FullError."""
        changes = tuple(changes)
        places = [(name, each.id) for name, *both in changes for each in both if each]
        # What a change begins with may be a copy without what was due.
        before = {place: self.get(*place) for place in places}
        if not super().commit(changes):
            return False
        if self._seeds is None:
            self._seeds = {(name, after.id): after for name, _, after in changes if after}
        else:
            self.touched = {**before, **self.touched}
        return True

    def put_back(self, place: Place, record: Record | None) -> Record | None:
        """Have a record at a place, or none, whatever is there; what was. Raises FullError."""
        resource, id = place
        collection = self._collections[resource]
        before = collection.by_id.get(id)
        size = (record.size if record else 0) - (before.size if before else 0)
        self._budget.take(bool(record) - bool(before), size)
        if record is not None:
            collection.put(record, before)
        elif before is not None:
            collection.remove(before)
        return before

    def changes(self) -> Iterator[tuple[Place, Record | None, bool]]:
        """What changed: where, the record that is there now, and if one of an example was."""
        for place in self.touched:
            yield place, self.get(*place), place in (self._seeds or {})

    def all_changes(self) -> Iterator[tuple[Place, Record | None, bool]]:
        """The same for all that is not as in the examples."""
        seeds = self._seeds or {}
        for resource, collection in self._collections.items():
            for id, record in collection.by_id.items():
                if seeds.get((resource, id)) is not record:
                    yield (resource, id), record, False
        for place in seeds:
            if self.get(*place) is None:
                yield place, None, True

    def counts(self) -> dict[str, Any]:
        """The numbers that were given, as JSON."""
        numbers = [[*place, number] for place, number in self._numbers.items()]
        return {"sequence": self._sequence, "numbers": numbers}

    def count_from(self, counts: Mapping[str, Any] | None) -> None:
        """Go on with the numbers of `counts`; without any with those of the examples."""
        counts = counts or {"sequence": len(self._seeds or ()), "numbers": []}
        self._sequence = counts["sequence"]
        self._numbers = {(name, pointer): number for name, pointer, number in counts["numbers"]}


def read(text: Mapping[str, Any]) -> Record:
    """The record of a document that another process made."""
    record = Record.read(text)
    record.size = len(to_json(record.value))
    return record
