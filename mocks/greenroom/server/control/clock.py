"""The time of a space."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from ...console.wording import date
from ...contract.behaviour.duration import duration
from ...http.timestamps import rfc3339
from ...state.space import Space, instant
from .call import Call, ControlError, clock_of


def get_clock(call: Call) -> Any:
    """The time."""
    return clock_of(call.space())


def update_clock(call: Call) -> Any:
    """Let the time stand or run."""
    space, given = call.space(make=True), call.body
    clock = space.clock
    if given.get("running", clock.running):
        clock.resume(given.get("speed", clock.speed))
    else:
        clock.freeze()
        clock.speed = given.get("speed", clock.speed)
    return _changed_clock(space)


async def advance_clock(call: Call) -> Any:
    """Move the time, and tell what happened meanwhile."""
    space, given = call.space(make=True), call.body
    before = space.now()
    try:
        to = before + duration(given["by"]) if "by" in given else _moment(space, given["to"])
    except (ValueError, OverflowError) as error:
        raise ControlError(400, f"body /{next(iter(given))}: {error}") from error
    wait = call.query.get("wait", "true") == "true"
    done = await call.served.living.advance(space, to, **({} if wait else {"seconds": 0.0}))
    moments = (date(moment.isoformat()) for moment in (before, space.now()))
    space.journal.note("clock", "from {} to {}".format(*moments))
    return {
        "now": rfc3339(space.now().timestamp()),
        "transitions": [transition.document() for transition in done.transitions],
        "deliveries": [delivery.document() for delivery in done.deliveries],
        "pending": done.pending,
    }


async def freeze_clock(call: Call) -> Any:
    """Let the time stand, at a later moment when it has come there."""
    space = call.space(make=True)
    if "at" in call.body:
        await call.served.living.advance(space, instant(call.body["at"]))
    space.clock.freeze()
    return _changed_clock(space)


def resume_clock(call: Call) -> Any:
    """Let the time run."""
    space = call.space(make=True)
    space.clock.resume(call.body.get("speed", 1.0))
    return _changed_clock(space)


async def settle_space(call: Call) -> Any:
    """Wait until all webhooks that are due are attempted."""
    pending = await call.served.living.settle(call.space())
    return {"settled": not pending, "pending": pending}


def _changed_clock(space: Space) -> Any:
    clock = space.clock
    space.journal.note("clock", f"runs, speed {clock.speed:g}" if clock.running else "stands")
    return clock_of(space)


def _moment(space: Space, text: str) -> datetime:
    return space.next_due() or space.now() if text == "next" else instant(text)
