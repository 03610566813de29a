"""What the simulation asks of a store, and what it gives it to keep; both are plain data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple, Protocol

from .record import Record


class Condition(NamedTuple):
    """What a record has at one of some pointers: `match` is equal, contains, from, to or any."""

    pointers: tuple[str, ...]
    match: str
    texts: tuple[str, ...]


# Named tuples, since every request makes some, and a frozen dataclass is four times slower.
class Query(NamedTuple):
    """Records of a resource: that of an `id`, or those with equal texts at pointers.

    `conditions` hold as well. They are in the order of the values at the pointer `order`, and where
    these are equal, or it is empty, in the order of creation. With a `place`, the value at `order`
    and the number of creation, they are those after it, or with `backwards` the last before it,
    whether a record is there or not.
    """

    resource: str
    id: str | None = None
    equal: tuple[tuple[str, str], ...] = ()
    conditions: tuple[Condition, ...] = ()
    order: str = ""
    descending: bool = False
    offset: int = 0
    limit: int | None = None
    place: tuple[Any, int] | None = None
    backwards: bool = False


class Fresh(NamedTuple):
    """So many values for the property at a pointer that no record of the resource has there.

    `example` is a documented one, where the resource has none.
    """

    resource: str
    pointer: str
    number: int = 1
    example: Any = None


class Page(NamedTuple):
    """The records that a query asks for, how many are on all pages together, and before these."""

    records: Sequence[Record]
    total: int
    start: int = 0


Reads = Mapping[str, Query | Fresh]
# By the same names: a Page for a query, a list of values for what is fresh.
Values = Mapping[str, Any]


class Change(NamedTuple):
    """A record to keep in place of another one: `before` is None for a new one, `after` to drop it.

    A store that has another version than `before` refuses the change.
    """

    resource: str
    before: Record | None
    after: Record | None


class Store(Protocol):
    """The records of one API in one space."""

    def page(self, query: Query) -> Page:
        """The records that a query asks for."""

    def get(self, resource: str, id: str) -> Record | None:
        """A record, None where there is none."""

    def number(self, resource: str, pointer: str) -> int:
        """The next number for a fresh value there, counted from 1."""

    def add(self, resource: str, record: Record) -> None:
        """Keep a new record of a known size whose identifier no other has. Raises FullError."""

    def commit(self, changes: Iterable[Change]) -> bool:
        """Make all changes, or none and return false where a record has changed in between.

        Raises FullError.
        """

    def document(self) -> dict[str, Any]:
        """All records and numbers as JSON, the same for the same history."""

    def load(self, document: Mapping[str, Any]) -> None:
        """Replace everything by a document of the same form. Raises FullError."""

    def close(self) -> None:
        """Give back the room of the whole space, which nobody uses any more."""
