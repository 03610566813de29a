"""The webhooks of a space."""

from __future__ import annotations

from typing import Any

from ...contract.behaviour.subscription import Subscription
from ...state.life.emission import About, Cause, Emission
from ...state.life.life import subject
from ...webhooks.delivery import Delivery
from ...webhooks.payload import Payloads
from ...webhooks.subscriptions import address, subscribed
from ..spaces.living import deliveries_of
from .call import Call, ControlError
from .resources import seen_of, world_of


def list_deliveries(call: Call) -> Any:
    """The deliveries, the newest last."""
    deliveries, query = deliveries_of(call.space()), call.query

    def fits(each: Delivery) -> bool:
        wanted = query.get("event", each.emission.event), query.get("state", each.state)
        return wanted == (each.emission.event, each.state)

    kept = [*filter(fits, deliveries.kept() if deliveries is not None else ())]
    dropped = deliveries.dropped if deliveries is not None else 0
    return call.listed(
        kept, lambda each: each.number, Delivery.document, dropped, lambda each: each.shown_size
    )


def resend_delivery(call: Call) -> Any:
    """Send one once more, with an effect of faults if one is asked for."""
    space, id = call.space(), call.path["id"]
    deliveries = deliveries_of(space)
    found = [each for each in (deliveries.kept() if deliveries else ()) if each.id == id]
    if deliveries is None or not found:
        raise ControlError(404, f"there is no delivery {id}")
    found[0].disturb(call.body)
    deliveries.resend(found[0])
    return found[0].document()


def emit_event(call: Call) -> Any:
    """Send an event without a transition; with `preview` only say what it would carry."""
    if call.query.get("preview") == "true":
        return _preview(call)
    space = call.space(make=True)
    vendor = world_of(call, space).api.vendor
    try:
        emission = space.emit(vendor, call.body["event"], call.body.get("about"))
    except LookupError as error:
        raise ControlError(404, str(error.args[0])) from error
    space.journal.note("event", call.body["event"])
    deliveries = deliveries_of(space)
    made = [
        each.document()
        for each in (deliveries.kept() if deliveries is not None else ())
        if each.emission.number == emission.number
    ]
    return {"event": emission.event, "deliveries": made}, 201


def _preview(call: Call) -> Any:
    """The message that the first receiver of an event would get; nothing is sent or changed."""
    space, event = call.space(), call.body["event"]
    world = seen_of(call, space)
    try:
        record = subject(world, event, call.body.get("about"))
    except LookupError as error:
        raise ControlError(404, str(error.args[0])) from error
    vendor = world.api.vendor
    resource = world.api.behaviour.events[event].about or ""
    emission = Emission(
        space.events + 1, vendor, event, space.now(), Cause("control", space.journal.noted + 1),
        About(vendor, resource, record.id) if record is not None else None,
        record.value if record is not None else None,
    )  # fmt: skip
    told = [each.subscription for each in world.api.behaviour.resources.values()]
    receivers = [(of, each) for of in told if of for each in subscribed(world, of, emission)]
    # Without a receiver it is what one would get that wants nothing special.
    of, value = next(((of, each.value) for of, each in receivers), (Subscription("", ""), {}))
    sent = deliveries_of(space)
    number = (sent.last if sent is not None else 0) + 1
    payload = Payloads(world.api, str(space.seed)).payload(emission, number, of, value)
    shown = payload.document()
    return {
        "event": event,
        "receivers": [address(each, of) for of, each in receivers],
        "request": {**shown, "body": shown["body"] or payload.query},
    }
