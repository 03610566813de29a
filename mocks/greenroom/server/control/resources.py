"""The records of a space, without the rules of the vendor's API."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ...journal.entry import Change
from ...state import store
from ...state.record import Record
from ...state.space import Space
from ...state.world import InvalidError, World
from ...stores.memory import MemoryStore
from .call import Call, ControlError, whole

_LONGEST_ID = 200


def list_resources(call: Call) -> Any:
    """The resources of a vendor, with the number of records of each."""
    world = seen_of(call, call.space())
    names = world.api.behaviour.resources
    return whole([{"name": name, "records": world.count(name)} for name in names])


def list_records(call: Call) -> Any:
    """The records of a resource in the order of creation."""
    world, resource = _resource(call, call.space(), seen_of)
    return call.listed(world.records(resource), lambda record: record.sequence, _shown)


def get_record(call: Call) -> Any:
    """One record."""
    world, resource = _resource(call, call.space(), seen_of)
    return _shown(_found(call, world.get(resource, call.path["id"])))


def create_record(call: Call) -> Any:
    """A new record, an example with the sent values laid over it.

    409 where it is there already, 400 where no response may show it.
    """
    space = call.space(make=True)
    world, resource = _resource(call, space)
    try:
        return _changed(space, world, world.create(resource, call.body, space.now())), 201
    except LookupError as error:
        raise ControlError(409, str(error.args[0])) from error
    except InvalidError as error:
        raise ControlError(400, str(error)) from error


def update_record(call: Call) -> Any:
    """A record with the sent values merged into it (RFC 7396); 400 where none may show it then."""
    space = call.space(make=True)
    world, resource = _resource(call, space)
    try:
        change = _found(call, world.update(resource, call.path["id"], call.body))
    except InvalidError as error:
        raise ControlError(400, str(error)) from error
    return _changed(space, world, change)


def transition_record(call: Call) -> Any:
    """A record in another state, with all that this brings."""
    space = call.space(make=True)
    world, resource = _resource(call, space)
    try:
        change = world.transition(resource, call.path["id"], call.body["to"])
    except LookupError as error:
        raise ControlError(404, str(error.args[0])) from error
    return _changed(space, world, _found(call, change))


def delete_record(call: Call) -> None:
    """Drop a record."""
    space = call.space(make=True)
    world, resource = _resource(call, space)
    _changed(space, world, _found(call, world.delete(resource, call.path["id"])))


def world_of(call: Call, space: Space) -> World:
    """The records of a vendor, to be changed."""
    return space.world(_vendor(call, space))


def seen_of(call: Call, space: Space) -> World:
    """The records of a vendor, to be read: nobody has those of the examples by looking at them."""
    name = _vendor(call, space)
    return space.world(name) if space.uses(name) else documented(call, space, name)


def documented(call: Call, space: Space, vendor: str) -> World:
    """The records that a vendor would begin with, which the space does not get."""
    return World(call.served.spaces.api(vendor), MemoryStore(), str(space.seed), space)


def _vendor(call: Call, space: Space) -> str:
    """The vendor of the path; one named like a word of these routes has `vendor-` before it."""
    name, vendors = call.path["vendor"], space.vendors
    name = name if name in vendors else name.removeprefix("vendor-")
    if name not in vendors:
        raise ControlError(404, f"{name} is not served here; served: {', '.join(vendors)}")
    return name


def _resource(
    call: Call, space: Space, find: Callable[[Call, Space], World] = world_of
) -> tuple[World, str]:
    world, name = find(call, space), call.path["resource"]
    if name not in (known := world.api.behaviour.resources):
        raise ControlError(
            404, f"{world.api.vendor} has no resource {name}; it has: {', '.join(known)}"
        )
    return world, name


def _found(call: Call, found: Any) -> Any:
    if found is None:
        raise ControlError(404, f"there is no {call.path['resource']} {call.path['id']}")
    return found


def _changed(space: Space, world: World, change: store.Change) -> Any:
    """The record after a change, which followers of the journal see too."""
    resource, before, after = change
    record = after or before
    assert record is not None, "a change has a record before it or after it"
    # A note is kept for long, and nobody asks it for values.
    about = (world.api.vendor, resource, record.id[:_LONGEST_ID], record.version)
    noted = Change(*about, before and {}, after and {})
    space.journal.note("record", noted)
    return _shown(record)


def _shown(record: Record) -> dict[str, Any]:
    timers = [timer.document() for timer in record.timers]
    about = {"id": record.id, "version": record.version, "state": record.state, "timers": timers}
    return {"n": record.sequence, **about, "value": record.value}
