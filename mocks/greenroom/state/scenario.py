"""Scenarios: the records and the time that a space is to have, as a file states them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import jsonschema_rs

from ..schema import json_pointer as ptr
from .space import Space, SpaceError, instant

_RECORD = {
    "type": "object",
    "properties": {
        "example": {"type": "string"},
        "state": {"type": "string"},
        "set": {"type": "object"},
    },
    "additionalProperties": False,
}
_RESOURCES = {"type": "object", "additionalProperties": {"type": "array", "items": _RECORD}}
# The JSON Schema of a scenario.
SCHEMA = {
    "type": "object",
    "properties": {
        "vendor": {"type": "string"},
        "now": {"type": "string", "format": "date-time"},
        "resources": _RESOURCES,
    },
    "required": ["vendor"],
    "additionalProperties": False,
}
_VALIDATOR = jsonschema_rs.validator_for(SCHEMA, validate_formats=True)


def play(space: Space, scenario: Any) -> None:
    """Give a space what a scenario states: `now`, and records of its vendor's resources.

    A record is that of a component example, by default the first of the resource, in a state of its
    life cycle, with `set` merged into it. Raises SpaceError, with a JSON pointer, and FullError.
    """
    for error in _VALIDATOR.iter_errors(scenario):
        raise _wrong(ptr.join("", *error.instance_path), error.message)
    if scenario["vendor"] not in space.vendors:
        raise _wrong("/vendor", f"is not served here; served: {', '.join(space.vendors)}")
    world = space.world(scenario["vendor"])
    if "now" in scenario:
        space.frozen = instant(scenario["now"])
    resources = world.api.behaviour.resources
    for name, records in scenario.get("resources", {}).items():
        at = ptr.join("/resources", name)
        if name not in resources:
            raise _wrong(at, f"is not a resource; resources: {', '.join(resources)}")
        for number, record in enumerate(records):
            where = ptr.join(at, number)
            example = _example(world.api.contract.document, record.get("example"), where)
            lifecycle, state = resources[name].lifecycle, record.get("state")
            states = lifecycle.states if lifecycle is not None else {}
            if state is not None and state not in states:
                raise _wrong(f"{where}/state", f"is not a state; states: {', '.join(states)}")
            values, found = record.get("set", {}), states.get(state)
            try:
                world.create(name, values, space.now(), example, found)
            except LookupError as error:
                raise _wrong(where, str(error)) from error


def _example(document: Mapping[str, Any], name: str | None, where: str) -> Any:
    if name is None:
        return None
    examples = document.get("components", {}).get("examples", {})
    if name not in examples:
        raise _wrong(f"{where}/example", f"is not a component example: {name}")
    return examples[name].get("value")


def _wrong(pointer: str, message: str) -> SpaceError:
    return SpaceError(f"the scenario is not valid: {pointer or '/'}: {message}")
