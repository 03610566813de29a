"""The faults of a space."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...console.spaces.faults import sentence
from ...console.wording import length
from ...contract.behaviour.duration import duration
from ...journal.matching import differences
from ...state.rules.fault import Faults, document
from ..spaces.living import deliveries_of
from .call import Call, ControlError, whole
from .requests import require_known_names

_LONGEST_SECONDS = 600
# Numbers of a preview.
_MOST_SHOWN = 5


def list_faults(call: Call) -> Any:
    """Every fault in its order."""
    return whole([document(fault) for fault in call.space().faults])


def create_fault(call: Call) -> Any:
    """A new fault."""
    effect = call.body["effect"]
    require_known_names(call, call.body.get("match", {}))
    for name in ("latency", "delay"):
        if name in effect:
            _require_duration(name, effect[name])
    if call.query.get("preview") == "true":
        return _preview(call)
    space = call.space(make=True)
    fault = space.faults.add(call.body)
    space.journal.note("fault", fault.name)
    return document(fault), 201


def _preview(call: Call) -> Any:
    """What a fault would do, and what it would have fitted; it is not added."""
    fault = document(Faults().add(call.body))
    match, space = dict(fault["match"]), call.served.spaces.get(call.path["space"])
    key, is_of_webhooks = match.pop("credential", None), "event" in match
    sent = deliveries_of(space) if space is not None else None
    fits: dict[int, bool]
    if is_of_webhooks:
        fits = {
            each.number: match["event"] in ("*", each.emission.event)
            and match.get("vendor") in (None, each.emission.vendor)
            for each in (sent.kept() if sent else ())
        }
    else:
        fits = {
            entry.number: key in (None, entry.context.principal)
            and not any(differences(match, entry))
            for entry in (space.journal.after() if space else ())
        }
    numbers = [number for number, does in fits.items() if does]
    return {
        "sentence": sentence(fault) + _undocumented(call, match, fault["effect"].get("status")),
        "kind": "webhooks" if is_of_webhooks else "requests",
        "matched": len(numbers),
        "of": len(fits),
        "newest": numbers[: -_MOST_SHOWN - 1 : -1],
    }


def _undocumented(call: Call, match: Mapping[str, Any], status: int | None) -> str:
    """That the operations of a fault do not document its status, empty where one does."""
    known = [
        operation for contract in call.served.contracts.values()
        if match.get("vendor") in (None, contract.name)
        for operation in contract.operations if operation.id == match.get("operation")
    ]  # fmt: skip
    if status is None or not known or any(each.documented(status) for each in known):
        return ""
    listed = ", ".join(response.status.upper() for each in known for response in each.responses)
    return f" {status} is not documented there; documented: {listed}."


def clear_faults(call: Call) -> None:
    """Remove all."""
    space = call.space()
    space.faults.clear()
    space.journal.note("faults removed", "all")


def delete_fault(call: Call) -> None:
    """Remove one."""
    space = call.space()
    if not space.faults.remove(call.path["name"]):
        raise ControlError(404, f"there is no fault {call.path['name']}")
    space.journal.note("faults removed", call.path["name"])


def _require_duration(name: str, text: str) -> None:
    try:
        seconds = duration(text).total_seconds()
    except (ValueError, OverflowError) as error:
        raise ControlError(400, f"body /effect/{name}: {error}") from error
    if name == "latency" and seconds > _LONGEST_SECONDS:
        raise ControlError(400, f"body /effect/{name}: {length(text)} is longer than 10 min")
