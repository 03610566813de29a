"""The store in memory of one API in one space."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from sys import maxsize
from typing import Any

from pydantic_core import to_json

from ..errors import FullError
from ..state.record import Record
from ..state.store import Change, Page, Query
from .collection import Collection
from .total import Share, Total

MOST_RECORDS = 100_000
LARGEST = 64 * 1024 * 1024
# What a record takes beside its JSON, however small.
_RECORD_SIZE = 300


@dataclass(slots=True)
class Budget:
    """How much a space holds and may hold: records, and bytes of JSON in them.

    `share` is what it takes of what all spaces may hold.
    """

    records: int = 0
    size: int = 0
    most_records: int = MOST_RECORDS
    largest: int = LARGEST
    share: Share = field(default_factory=lambda: Share(Total(maxsize)))

    def take(self, records: int, size: int) -> None:
        """Add to what is held. Raises FullError, and adds nothing, where that exceeds a bound."""
        if records > 0 and self.records + records > self.most_records:
            raise FullError(f"the space holds {self.most_records} records, as many as it may")
        if size > 0 and self.size + size > self.largest:
            raise FullError(
                f"the records of the space take {self.largest} bytes, as many as may be"
            )
        if not self.share.take(size + records * _RECORD_SIZE):
            largest = self.share.total.largest
            raise FullError(f"all spaces together may take {largest} bytes, and no more is left")
        self.records += records
        self.size += size


class MemoryStore:
    """Records and numbers in dictionaries; nothing else changes them, so commits are atomic."""

    def __init__(self, budget: Budget | None = None) -> None:
        self._budget = budget or Budget()
        self._collections: defaultdict[str, Collection] = defaultdict(Collection)
        self._numbers: dict[tuple[str, str], int] = {}
        self._sequence = 0

    def page(self, query: Query) -> Page:
        """The records that a query asks for."""
        return self._collections[query.resource].page(query)

    def get(self, resource: str, id: str) -> Record | None:
        """A record, None where there is none."""
        return self._collections[resource].by_id.get(id)

    def number(self, resource: str, pointer: str) -> int:
        """The next number for a fresh value there, counted from 1."""
        key = resource, pointer
        self._numbers[key] = number = self._numbers.get(key, 0) + 1
        return number

    def add(self, resource: str, record: Record) -> None:
        """Keep a new record of a known size whose identifier no other has. Raises FullError."""
        self._budget.take(1, record.size)
        self._sequence += 1
        record.sequence = self._sequence
        self._collections[resource].put(record, None)

    def commit(self, changes: Iterable[Change]) -> bool:
        """Make all changes, or none and return false where a record has changed in between.

        Raises FullError.
        """
        changes = tuple(changes)
        records = size = 0
        for resource, before, after in changes:
            named = before or after
            assert named is not None, "a change has a record before it or after it"
            kept = self._collections[resource].by_id.get(named.id)
            if (kept and kept.version) != (before and before.version):
                return False
            if before is not None:
                records, size = records - 1, size - before.size
            if after is not None:
                # Whoever made it may have written it already.
                after.size = after.size or len(to_json(after.value))
                records, size = records + 1, size + after.size
        self._budget.take(records, size)
        for resource, before, after in changes:
            if after is None:
                assert before is not None
                self._collections[resource].remove(before)
                continue
            if not after.sequence:
                self._sequence += 1
                after.sequence = self._sequence
            self._collections[resource].put(after, before)
        return True

    def document(self) -> dict[str, Any]:
        """All records and numbers as JSON, the same for the same history."""
        resources = {
            name: [record.document() for record in collection.page(Query(name)).records]
            for name, collection in sorted(self._collections.items())
            if collection.by_id
        }
        numbers = {f"{name}#{at}": n for (name, at), n in sorted(self._numbers.items())}
        return {"sequence": self._sequence, "numbers": numbers, "resources": resources}

    def load(self, document: Mapping[str, Any]) -> None:
        """Replace everything by a document of the same form. Raises FullError."""
        loaded: defaultdict[str, Collection] = defaultdict(Collection)
        held = [r for c in self._collections.values() for r in c.by_id.values()]
        records = [
            (n, Record.read(each)) for n, all_ in document["resources"].items() for each in all_
        ]
        for _, record in records:
            record.size = len(to_json(record.value))
        size = sum(record.size for _, record in records) - sum(record.size for record in held)
        self._budget.take(len(records) - len(held), size)
        for name, record in records:
            loaded[name].put(record, None)
        self._collections = loaded
        numbers = ((name.partition("#"), n) for name, n in document["numbers"].items())
        self._numbers = {(name, at): number for (name, _, at), number in numbers}
        self._sequence = document["sequence"]

    def close(self) -> None:
        """Give back the room of the whole space, which nobody uses any more."""
        self._budget.share.close()
