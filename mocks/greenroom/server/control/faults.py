"""The faults of a space."""

from __future__ import annotations

from typing import Any

from ...contract.behaviour.duration import duration
from ...state.rules.fault import document
from .call import Call, ControlError, whole
from .requests import require_known_names

_LONGEST_SECONDS = 600


def list_faults(call: Call) -> Any:
    """Every fault in its order."""
    return whole([document(fault) for fault in call.space().faults])


def create_fault(call: Call) -> Any:
    """A new fault."""
    match, effect = call.body.get("match", {}), call.body["effect"]
    require_known_names(call, match)
    if "example" in effect:
        _require_example(call, match, effect)
    for name in ("latency", "delay"):
        if name in effect:
            _require_duration(name, effect[name])
    space = call.space(make=True)
    fault = space.faults.add(call.body)
    space.journal.note("fault")
    return document(fault), 201


def clear_faults(call: Call) -> None:
    """Remove all."""
    space = call.space()
    space.faults.clear()
    space.journal.note("faults removed")


def delete_fault(call: Call) -> None:
    """Remove one."""
    space = call.space()
    if not space.faults.remove(call.path["name"]):
        raise ControlError(404, f"there is no fault {call.path['name']}")
    space.journal.note("faults removed")


def _require_duration(name: str, text: str) -> None:
    try:
        seconds = duration(text).total_seconds()
    except (ValueError, OverflowError) as error:
        raise ControlError(400, f"body /effect/{name}: {error}") from error
    if name == "latency" and seconds > _LONGEST_SECONDS:
        raise ControlError(400, f"body /effect/{name}: {text} is longer than PT10M")


def _require_example(call: Call, match: Any, effect: Any) -> None:
    """Raise ControlError where no operation that matches documents the example."""
    documented = {
        example.name
        for name, contract in call.served.contracts.items()
        for operation in contract.operations
        for response in operation.responses
        for media in response.content
        for example in media.examples
        if match.get("vendor", name) == name
        and match.get("operation", operation.id) == operation.id
        and response.status in (str(effect["status"]), f"{effect['status']}"[0] + "XX", "default")
    }
    if effect["example"] not in documented:
        known = ", ".join(sorted(documented)) or "none"
        detail = (
            f"no example {effect['example']} of {effect['status']} is documented there; {known}"
        )
        raise ControlError(400, f"body /effect/example: {detail}")
