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
    effect = call.body["effect"]
    require_known_names(call, call.body.get("match", {}))
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
