"""The kinds of things that an API keeps.

Pointers (RFC 6901) are into a record, the stored value of one thing, unless said otherwise. A
record has what any of its representations shows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from .evidence import Evidence
from .subscription import Subscription


@dataclass(frozen=True, slots=True)
class Value:
    """What a place gets: the value of `expression`, or the `constant` where that is empty.

    An expression is a text with runtime expressions, whole or embedded as `{$…}`. Their roots are
    `$request`; `$resource#/…`, the record; `$parent#/…`, that of the last scope; `$item#/…`, the
    element of the request's array that the record is made of; `$list#/total` and `$list#/count`,
    the numbers of records that pass the filters and of those on the page.
    """

    expression: str = ""
    constant: Any = None


@dataclass(frozen=True, slots=True)
class Set:
    """A value for a place of a record or of a response; or the value that a place must have."""

    pointer: str
    value: Value


@dataclass(frozen=True, slots=True)
class Property:
    """A generated property, an identifier or a time, in the form of its example, where it has one.

    `schema` is a pointer into the document.
    """

    pointer: str
    schema: str | None
    example: Any


@dataclass(frozen=True, slots=True)
class Reference:
    """A property with the value of `key` in a record of another resource.

    `missing` is the declared status for an unknown one, `none` for no check. `copies` are places
    here that take values of that record: pointer here, pointer there.
    """

    pointer: str
    resource: str
    key: str
    evidence: Evidence
    missing: str | None = None
    copies: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Parent:
    """The resource that a record belongs to: `by` here has the value of `key` there.

    `on_delete` is what becomes of the record with its parent: delete, keep or refuse. With `within`
    the records are the elements of the array there, in the parent's record.
    """

    resource: str
    by: str
    key: str
    on_delete: str = "keep"
    within: str | None = None


@dataclass(frozen=True, slots=True)
class Unique:
    """Properties whose values no two records share; `conflict` is the status of the refusal."""

    by: tuple[str, ...]
    conflict: str = "409"


@dataclass(frozen=True, slots=True)
class Seed:
    """A record that a space begins with, from the example at `pointer` of the document."""

    value: Any
    pointer: str
    state: str | None = None


@dataclass(frozen=True, slots=True)
class Creation:
    """A record of another resource that comes into being with a state: an example, None for the
    first of the resource, and what is set in it. `$parent` is the record whose state it is.
    """

    resource: str
    example: Any = field(default=None, repr=False)
    sets: tuple[Set, ...] = ()


@dataclass(frozen=True, slots=True)
class State:
    """A state: `value` is what tells it, None where its property is left out.

    `example` is a documented record in it, None without one; `sets` come after that. Entering it
    makes what is in `creates`, then sends the events of `emit`. It is left for another state some
    time `after` it was entered, or `at` the moment that a place of the record tells, or by an
    operation: `on` has states by operation id. `moves` has resources, and the state that the record
    near this one goes into with it.
    """

    name: str
    value: Any
    example: Any = field(default=None, repr=False)
    sets: tuple[Set, ...] = ()
    emit: tuple[str, ...] = ()
    after: tuple[tuple[timedelta, str], ...] = ()
    at: tuple[tuple[str, str], ...] = ()
    on: Mapping[str, str] = field(default_factory=dict)
    creates: tuple[Creation, ...] = ()
    moves: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Lifecycle:
    """The states by name; `pointer` is where a record tells its own, None where it does not.

    A record begins in the state of the first of `when` whose value is there and neither null nor
    false, else in `initial`. `operations` are the ids of those that any state names in `on`: called
    in another state they are refused with a documented 409, or change no state.
    """

    pointer: str | None
    initial: str
    when: tuple[tuple[Value, str], ...]
    states: Mapping[str, State]
    evidence: Evidence
    operations: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Resource:
    """A kind of thing; `schema` is the pointer of its fullest representation's.

    `identifiers` name a record together. A singleton has none: there is one for each record of
    `parent`, or one in all. `keys` are other properties by which requests name a record.
    `generated` ones are new in each record, as identifiers
    are, unless the request gives them. `properties` are the names of all
    representations; `hidden` ones are kept and never shown, `read_only` ones are not written from
    requests. `sort` is `created`, `-created` or empty.
    """

    name: str
    schema: str | None
    identifiers: tuple[Property, ...]
    evidence: Evidence
    keys: tuple[str, ...] = ()
    parent: Parent | None = None
    references: tuple[Reference, ...] = ()
    created: tuple[Property, ...] = ()
    updated: tuple[Property, ...] = ()
    generated: tuple[Property, ...] = ()
    unique: tuple[Unique, ...] = ()
    properties: frozenset[str] = frozenset()
    hidden: frozenset[str] = frozenset()
    read_only: frozenset[str] = frozenset()
    sort: str = ""
    singleton: bool = False
    seeds: tuple[Seed, ...] = field(default=(), repr=False)
    lifecycle: Lifecycle | None = None
    subscription: Subscription | None = None
