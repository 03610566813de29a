"""Which records of a space have receivers that get an event."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from ..contract.behaviour.resource import Resource
from ..contract.behaviour.subscription import Subscription
from ..state import store
from ..state.life.emission import Emission
from ..state.merging import value_at
from ..state.record import Record
from ..state.world import World
from .destination import ReceiverError, parsed

_LONGEST_ADDRESS = 2048


def subscribed(world: World, subscription: Subscription, emission: Emission) -> Iterator[Record]:
    """The records whose receivers get an event, in the order of creation.

    What is about a receiver itself goes to no other.
    """
    resource = world.api.behaviour.resources[subscription.resource]
    updated = resource.updated[0].pointer if subscription.single and resource.updated else ""
    equal = ((subscription.events, emission.event),) if subscription.events is not None else ()
    query = store.Query(
        subscription.resource, equal=() if subscription.single else equal, order=updated
    )
    found = world.read({"of": query})["of"].records
    about = emission.about
    only = about.id if about is not None and about.resource == subscription.resource else None
    for record in found[-1:] if subscription.single else found:
        values = partial(value_at, record.value)
        events = (
            values(subscription.events) if subscription.events is not None else [emission.event]
        )
        if (
            only in (None, record.id)
            and emission.event in (events if isinstance(events, list) else [events])
            and is_active(record, resource)
            and values(subscription.url)
            and all(
                values(here) in (None, value_at(emission.value, there))
                for there, here in subscription.match
            )
        ):
            yield record


def is_active(record: Record, resource: Resource) -> bool:
    """Whether a receiver gets webhooks."""
    active = resource.subscription.active if resource.subscription is not None else ()
    return all(value_at(record.value, place) in (None, held) for place, held in active)


def address(record: Record, subscription: Subscription) -> str:
    """The address that a record tells, without credentials."""
    text = str(value_at(record.value, subscription.url))[:_LONGEST_ADDRESS]
    try:
        return str(parsed(text).copy_with(username=None, password=None, fragment=None))
    except ReceiverError:
        return text
