"""What is held of deliveries counts once, whoever holds it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from greenroom.state.life.emission import About, Cause, Emission
from greenroom.stores.total import Share, Total
from greenroom.webhooks.delivery import Delivery
from greenroom.webhooks.payload import Payload
from greenroom.webhooks.pending import Pending, Room

HOOK = About("acme", "Hook", "hook_001")


def delivery(size: int = 0) -> Delivery:
    """A delivery whose body has a size."""
    at = datetime(2026, 1, 5, tzinfo=UTC)
    emission = Emission(1, "acme", "job.done", at, Cause("control", 1), None, None)
    payload: Any = Payload("POST", (), b"." * size, "", None, b"")
    return Delivery(1, "a", emission, HOOK, "", payload)


def test_a_delivery_that_is_shown_and_waits_counts_once() -> None:
    """Until it is neither."""
    total = Total(10_000)
    room = Room(Share(total).take)
    pending, made = Pending(room), delivery(500)
    assert room.add(made)
    assert pending.takes(made, 10)
    assert total.size == made.size
    room.remove(made)
    assert total.size == made.size
    pending.settle(made)
    assert total.size == 0


def test_what_there_is_no_room_for_does_not_wait() -> None:
    """Room comes back with what has been sent, and with the end of the space."""
    total = Total(2000)
    room = Room(Share(total).take)
    pending, made, more = Pending(room), delivery(500), delivery(500)
    assert pending.takes(made, 10)
    assert not pending.takes(more, 10)
    pending.settle(made)
    assert pending.takes(more, 10)
    room.close()
    assert total.size == 0
    assert pending.takes(made, 10)
    assert total.size == 0
