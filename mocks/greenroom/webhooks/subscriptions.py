"""Which records of a space have receivers that get an event."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from ..contract.behaviour.subscription import Subscription
from ..state import store
from ..state.life.emission import Emission
from ..state.merging import copied, put, value_at
from ..state.record import Record
from ..state.timestamps import in_form_of
from ..state.world import World
from .delivery import Attempt
from .destination import ReceiverError, destination

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
            and is_active(record, subscription)
            and values(subscription.url)
            and all(
                values(here) in (None, value_at(emission.value, there))
                for there, here in subscription.match
            )
        ):
            yield record


def is_active(record: Record, subscription: Subscription) -> bool:
    """Whether a receiver gets webhooks."""
    return all(value_at(record.value, place) in (None, held) for place, held in subscription.active)


def tracked(
    value: Mapping[str, Any], subscription: Subscription, state: str, attempt: Attempt, example: Any
) -> Mapping[str, Any]:
    """The value of a receiver's record after an attempt, by which its delivery got a state.

    It is the same object where nothing is told there. `example` is a documented record.
    """
    changed: dict[str | None, Any] = {subscription.status: attempt.status}
    if subscription.last is not None:
        changed[subscription.last] = in_form_of(value_at(example, subscription.last), attempt.now)
    if subscription.failures is not None:
        before = value_at(value, subscription.failures)
        failed = (before if isinstance(before, int) else 0) + 1
        changed[subscription.failures] = 0 if state == "delivered" else failed
    if state == "disabled" and subscription.active:
        place, held = subscription.active[0]
        changed[place] = not held
    changed.pop(None, None)
    found: Any = copied(value) if changed else value
    for pointer, new in changed.items():
        found = put(found, str(pointer), new)
    result: Mapping[str, Any] = found
    return result


def address(record: Record, subscription: Subscription) -> str:
    """The address that a record tells, without credentials."""
    text = str(value_at(record.value, subscription.url))[:_LONGEST_ADDRESS]
    try:
        return destination(text).shown
    except ReceiverError:
        return text
