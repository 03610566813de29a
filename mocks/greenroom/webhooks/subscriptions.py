"""Which records of a space have receivers that get an event."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from ..contract.behaviour.subscription import Subscription
from ..state import store
from ..state.life.emission import Emission
from ..state.merging import value_at
from ..state.record import Record
from ..state.world import World
from .destination import ReceiverError, parsed

_LONGEST_ADDRESS = 2048


def subscribed(world: World, subscription: Subscription, emission: Emission) -> Iterator[Record]:
    """The records whose receivers get an event, in the order of creation."""
    resource = world.api.behaviour.resources[subscription.resource]
    updated = resource.updated[0].pointer if subscription.single and resource.updated else ""
    equal = ((subscription.events, emission.event),) if subscription.events is not None else ()
    query = store.Query(
        subscription.resource, equal=() if subscription.single else equal, order=updated
    )
    found = world.read({"of": query})["of"].records
    for record in found[-1:] if subscription.single else found:
        values = partial(value_at, record.value)
        events = (
            values(subscription.events) if subscription.events is not None else [emission.event]
        )
        if (
            emission.event in (events if isinstance(events, list) else [events])
            and is_active(record, subscription)
            and values(subscription.url)
            and all(
                values(here) in (None, value_at(emission.value, there))
                for there, here in subscription.match
            )
        ):
            yield record


def is_active(record: Record, subscription: Subscription) -> bool:
    """Whether a receiver gets anything."""
    pointer = subscription.active
    return pointer is None or value_at(record.value, pointer) is True


def address(record: Record, subscription: Subscription) -> str:
    """The address that a record tells, without credentials."""
    text = str(value_at(record.value, subscription.url))[:_LONGEST_ADDRESS]
    try:
        return str(parsed(text).copy_with(username=None, password=None, fragment=None))
    except ReceiverError:
        return text
