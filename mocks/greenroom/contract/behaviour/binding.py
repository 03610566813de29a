"""What an operation does to a resource. Pointers without a note are into its record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ..model import Paging
from .delivery_policy import DeliveryPolicy
from .evidence import Evidence
from .resource import Reference, Resource, Set, Value


@dataclass(frozen=True, slots=True)
class Scope:
    """A record of another resource that the request names, mostly in the path; 404 without it.

    Its `key` has `value`. What the operation creates gets the value of `of` there at `by`, other
    records must have it, and a list has those that do; `by` is empty where no record tells it.
    """

    resource: str
    key: str
    value: Value
    by: str = ""
    of: str = ""


@dataclass(frozen=True, slots=True)
class Check:
    """A reference in a request: a `value` that no record has is refused with `status`.

    There is nothing to check where the request has no value, or null.
    """

    value: Value
    reference: Reference
    status: str


@dataclass(frozen=True, slots=True)
class Template:
    """A documented creation: the record that came of a request.

    `request` is the example's thing (the value at `source`), None without a pair. `mirrors` are the
    other places of the record whose text has its identifier, alone or within. `example` is the
    response example: where a request has no `source`, all templates of one example are made.
    """

    request: Any
    record: Any
    mirrors: tuple[str, ...] = ()
    example: str = ""


@dataclass(frozen=True, slots=True)
class Projection:
    """A documented response, and its places that show records; the others stay as in `value`.

    `pairs` are for places of the body; one whose expression has no value is removed. The array at
    `items` (a pointer into the body) has an element for each record, made of the example's first
    one by `item_pairs`, with pointers into the element. An empty pointer is the whole.
    """

    status: str
    media_type: str
    example: str
    value: Any = field(repr=False)
    pairs: tuple[Set, ...] = ()
    items: str | None = None
    item_pairs: tuple[Set, ...] = ()


@dataclass(frozen=True, slots=True)
class Filter:
    """A parameter that selects records; `match` is equal, contains, from, to or any.

    `pointer` is None for one that does not select. With `also`, any of these places may match.
    """

    parameter: str
    pointer: str | None
    match: str = "equal"
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Existing:
    """A record with the same values at `same` is answered instead of a new one.

    Not so where `unless` is true.
    """

    same: tuple[str, ...]
    unless: Value | None = None


@dataclass(frozen=True, slots=True)
class Binding:
    """What one operation does; `kind` is create, put, read, update, delete, list or action.

    `evidence` is that of resource and kind, `declared` that of what the contract says beside them.
    `identify` are the identifiers or keys of the record. `scopes` come first, the outermost first.
    `source` is where in the request body the thing is, None where it is not there: an object, or
    with `many` an array of things. Members of equal name are written to the record, then `sets`. A
    deletion with `sets` keeps the record (a soft delete). `replace` drops what an update does not
    send. `order` are the parameters for the property and the direction of a list's order. `creates`
    are creations of other resources with `source` in the same thing, left out where it is missing;
    `into` takes the identifier of each. `emit` are events that it sends.
    `refuses_state` is the status for a record whose state does not allow it, empty for no refusal.
    `paging` is that of a list, declared or inferred. With `patches` an array in the body has
    operations on the record (RFC 6902).
    """

    operation: str
    resource: str
    kind: str
    evidence: Evidence
    declared: Evidence | None = None
    identify: tuple[Set, ...] = ()
    scopes: tuple[Scope, ...] = ()
    source: str | None = None
    many: bool = False
    sets: tuple[Set, ...] = ()
    checks: tuple[Check, ...] = ()
    templates: tuple[Template, ...] = field(default=(), repr=False)
    projections: tuple[Projection, ...] = field(default=(), repr=False)
    filters: tuple[Filter, ...] = ()
    order: tuple[str, str] | None = None
    existing: Existing | None = None
    creates: tuple[Binding, ...] = ()
    into: str = ""
    replace: bool = False
    emit: tuple[str, ...] = ()
    refuses_state: str = ""
    paging: Paging | None = None
    patches: bool = False


@dataclass(frozen=True, slots=True)
class Event:
    """What a webhook is about, a resource or None, and how its message shows it.

    `payloads` are its documented examples, the one for usual deliveries first, with `status` empty;
    `pairs` are their places with other values. Roots of expressions are `$resource`, the record;
    `$event#/name`, `/id` and `/time`, a time in the form of the example there; `$subscription`, the
    record that registered the receiver. `fields` are header fields by name, in `pointer`.
    """

    name: str
    about: str | None
    payloads: tuple[Projection, ...] = field(default=(), repr=False)
    fields: tuple[Set, ...] = ()
    evidence: Evidence | None = None


@dataclass(frozen=True, slots=True)
class Behaviour:
    """Resources by name, bindings by operation id, and why the other operations have none.

    `weak` says what those seem to do that nothing proves, which binds nothing in a contract that
    declares its sources. `events` are by name; those that register receivers are the resources with
    a `subscription`.
    """

    resources: Mapping[str, Resource]
    bindings: Mapping[str, Binding]
    unbound: Mapping[str, str]
    weak: Mapping[str, str]
    events: Mapping[str, Event] = field(default_factory=dict)
    delivery: DeliveryPolicy = field(default_factory=DeliveryPolicy)
