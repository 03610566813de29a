"""The webhooks of a space."""

from __future__ import annotations

from typing import Any

from ...webhooks.delivery import Delivery
from ..spaces.living import deliveries_of
from .call import Call, ControlError
from .resources import world_of


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
    """Send an event without a transition."""
    space = call.space(make=True)
    vendor = world_of(call, space).api.vendor
    try:
        emission = space.emit(vendor, call.body["event"], call.body.get("about"))
    except LookupError as error:
        raise ControlError(404, str(error.args[0])) from error
    space.journal.note("event")
    deliveries = deliveries_of(space)
    made = [
        each.document()
        for each in (deliveries.kept() if deliveries is not None else ())
        if each.emission.number == emission.number
    ]
    return {"event": emission.event, "deliveries": made}, 201
