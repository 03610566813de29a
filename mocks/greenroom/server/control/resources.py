"""The records of a space, without the rules of the vendor's API."""

from __future__ import annotations

from typing import Any

from ...journal.entry import Change
from ...state import store
from ...state.record import Record
from ...state.space import Space
from ...state.world import World
from .call import Call, ControlError


def list_resources(call: Call) -> Any:
    """The resources of a vendor, with the number of records of each."""
    world = _world(call, call.space())
    found = [{"name": name, "records": world.count(name)} for name in world.api.behaviour.resources]
    return {"items": found, "total": len(found), "dropped": 0}


def list_records(call: Call) -> Any:
    """The records of a resource in the order of creation."""
    world, resource = _resource(call, call.space())
    records = world.records(resource)
    return call.listed(
        records, lambda record: record.sequence, lambda record: _shown(world, resource, record)
    )


def get_record(call: Call) -> Any:
    """One record."""
    world, resource = _resource(call, call.space())
    record = world.get(resource, call.path["id"])
    return _shown(world, resource, _found(call, record))


def create_record(call: Call) -> Any:
    """A new record: an example with the sent values laid over it."""
    space = call.space(make=True)
    world, resource = _resource(call, space)
    try:
        change = world.create(resource, call.body, space.now())
    except LookupError as error:
        raise ControlError(409, str(error.args[0])) from error
    return _noted(call, space, world, change), 201


def update_record(call: Call) -> Any:
    """A record with the sent values merged into it (RFC 7396)."""
    space = call.space(make=True)
    world, resource = _resource(call, space)
    change = _found(call, world.update(resource, call.path["id"], call.body))
    return _noted(call, space, world, change)


def delete_record(call: Call) -> None:
    """Drop a record."""
    space = call.space(make=True)
    world, resource = _resource(call, space)
    _noted(call, space, world, _found(call, world.delete(resource, call.path["id"])))


def _world(call: Call, space: Space) -> World:
    vendor = call.vendor()
    if vendor not in space.vendors:
        served = ", ".join(space.vendors)
        raise ControlError(404, f"{vendor} is not served here; served: {served}")
    return space.world(vendor)


def _resource(call: Call, space: Space) -> tuple[World, str]:
    world, resource = _world(call, space), call.path["resource"]
    if resource not in world.api.behaviour.resources:
        known = ", ".join(world.api.behaviour.resources)
        raise ControlError(404, f"{call.vendor()} has no resource {resource}; it has: {known}")
    return world, resource


def _found(call: Call, found: Any) -> Any:
    if found is None:
        raise ControlError(404, f"there is no {call.path['resource']} {call.path['id']}")
    return found


def _noted(call: Call, space: Space, world: World, change: store.Change) -> Any:
    """The record after a change, which followers of the journal see too."""
    resource, before, after = change
    record = after or before
    assert record is not None, "a change has a record before it or after it"
    values = (before and before.value, after and after.value)
    noted = Change(call.vendor(), resource, record.id, record.version, *values)
    space.journal.note("record", noted)
    return _shown(world, resource, record)


def _shown(world: World, resource: str, record: Record) -> dict[str, Any]:
    return {
        "n": record.sequence,
        "id": record.id,
        "version": record.version,
        "value": record.value,
    }
