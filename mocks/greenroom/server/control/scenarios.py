"""Scenarios: named states of a vendor's records, beside its contract or sent."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ...contract.loading.parsing import parse_value, read_text
from ...state.scenario import play
from .call import Call, ControlError, about


def list_scenarios(call: Call) -> Any:
    """The scenarios of every vendor, by name."""
    call.space()
    found = [
        {"vendor": vendor, "name": path.stem}
        for vendor in call.served.contracts
        for path in _files(call, vendor)
    ]
    return {"items": found, "total": len(found), "dropped": 0}


def play_scenario(call: Call) -> Any:
    """Give a space the records of a scenario; a space that cannot have them stays as it was."""
    space = call.space(make=True)
    scenario = scenario_of(call, call.body)
    before = call.served.spaces.snapshot(call.name)
    try:
        play(space, scenario)
    except Exception:
        call.served.spaces.restore(call.name, before)
        raise
    space.journal.note("scenario")
    return about(space)


def scenario_of(call: Call, given: Any) -> Any:
    """The scenario that is sent, or that of a name. Raises ControlError where there is none."""
    vendor, name = given["vendor"], given.get("name")
    if vendor not in call.served.contracts:
        raise ControlError(
            400, f"{vendor} is not served; served: {', '.join(call.served.contracts)}"
        )
    paths = {path.stem: path for path in _files(call, vendor)}
    if name is not None and name not in paths:
        known = ", ".join(paths) or "none"
        raise ControlError(400, f"{vendor} has no scenario {name}; it has: {known}")
    file = str(paths.get(name, ""))
    found = given["scenario"] if name is None else parse_value(read_text(Path(file), file), file)
    return {**found, "vendor": vendor} if isinstance(found, dict) else found


def _files(call: Call, vendor: str) -> Iterator[Path]:
    yield from sorted(Path(call.served.contracts[vendor].file).parent.glob("scenarios/*.yaml"))
