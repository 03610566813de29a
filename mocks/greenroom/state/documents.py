"""Snapshots and scenarios of spaces: documents that others write too, so they are checked.

Their JSON Schemas are in documents.json.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import jsonschema_rs
from pydantic_core import to_json

from ..contract.behaviour.duration import duration
from ..schema import json_pointer as ptr
from .api import Api
from .life.clock import Clock
from .space import Space, SpaceError, instant
from .world import InvalidError

_SCHEMAS = json.loads(Path(__file__).with_suffix(".json").read_text(encoding="utf-8"))
_VALIDATORS = {
    name: jsonschema_rs.validator_for(schema, validate_formats=True)
    for name, schema in _SCHEMAS.items()
}
_MOST_PROBLEMS = 20
_Problems = Iterator[tuple[str, str]]


def check(document: Any, apis: Mapping[str, Api]) -> None:
    """Raise SpaceError, with a JSON pointer for each problem, for what is no snapshot.

    That is one that is not of its schema, or that has a vendor, resource, state or record which the
    contract does not allow.
    """
    _refuse("snapshot", _misshapen("snapshot", document))
    last = document.get("counts", {}).get("timers", 0)
    _refuse("snapshot", _problems(document["vendors"], apis, last))
    if document["now"] is not None:
        instant(document["now"])


def play(space: Space, scenario: Any) -> None:
    """Give a space what a scenario states: `now`, and records of its vendor's resources.

    A record is that of a component example, by default the first of the resource, in a state of its
    life cycle, with `set` merged into it. `then` are transitions to come, of records with an `id`,
    else of the last that is made here. Raises SpaceError, with a JSON pointer, and FullError.
    """
    try:
        to_json(scenario)
    except ValueError as error:
        raise SpaceError(f"the scenario is not valid: {error}") from error
    _refuse("scenario", _misshapen("scenario", scenario))
    _refuse("scenario", _made(space, scenario))


def _made(space: Space, scenario: Mapping[str, Any]) -> _Problems:
    if scenario["vendor"] not in space.vendors:
        yield "/vendor", f"is not served here; served: {', '.join(space.vendors)}"
        return
    world = space.world(scenario["vendor"])
    if "now" in scenario:
        space.clock = Clock(instant(scenario["now"]))
    resources = world.api.behaviour.resources
    examples = world.api.contract.document.get("components", {}).get("examples", {})
    made: dict[str, str] = {}
    for name, records in scenario.get("resources", {}).items():
        if name not in resources:
            yield ptr.join("/resources", name), f"is not one of {', '.join(resources)}"
            continue
        lifecycle = resources[name].lifecycle
        states = lifecycle.states if lifecycle is not None else {}
        for number, record in enumerate(records):
            where = ptr.join("/resources", name, number)
            example, state = record.get("example"), record.get("state")
            if state is not None and state not in states:
                yield f"{where}/state", f"is not one of {', '.join(states)}"
            elif example is not None and example not in examples:
                yield f"{where}/example", f"is not a component example: {example}"
            else:
                value = None if example is None else examples[example].get("value")
                try:
                    _, _, after = world.create(
                        name, record.get("set", {}), space.now(), value, states.get(state or "")
                    )
                    made[name] = after.id if after is not None else ""
                except LookupError as error:
                    yield where, str(error.args[0])
                except InvalidError as error:
                    yield from ((f"{where}/set{at}", message) for at, message in error.problems)

    for number, entry in enumerate(scenario.get("then", ())):
        try:
            to = entry["transition"]
            named = to["resource"], to.get("id", made.get(to["resource"], ""))
            world.plan(*named, to["to"], space.now() + duration(entry["after"]))
        except (LookupError, ValueError, OverflowError) as error:
            yield ptr.join("/then", number), str(error.args[0])


def _misshapen(kind: str, document: Any) -> _Problems:
    for error in _VALIDATORS[kind].iter_errors(document):
        yield ptr.join("", *error.instance_path), error.message


def _refuse(kind: str, problems: _Problems) -> None:
    listed = [f"{where or '/'}: {message}" for where, message in problems][:_MOST_PROBLEMS]
    if listed:
        raise SpaceError(f"the {kind} is not valid:", *listed)


def _problems(vendors: Mapping[str, Any], apis: Mapping[str, Api], last: int) -> _Problems:
    numbers: set[int] = set()
    for vendor, world in vendors.items():
        where = ptr.join("/vendors", vendor)
        if vendor not in apis:
            yield where, f"{vendor} is not served here; served: {', '.join(apis)}"
            continue
        makers = apis[vendor].makers
        places: set[Any] = set()
        for name, records in world["resources"].items():
            at = ptr.join(where, "resources", name)
            if name not in makers:
                yield at, f"{vendor} has no resource {name}; it has: {', '.join(makers)}"
                continue
            for number, record in enumerate(records):
                pointer = ptr.join(at, number)
                if not {(name, record["id"]), record["sequence"]}.isdisjoint(places):
                    yield pointer, "another record has the same id or sequence"
                places |= {(name, record["id"]), record["sequence"]}
                if record["sequence"] > world["sequence"]:
                    yield ptr.join(pointer, "sequence"), "is above that of the vendor"
                for inner, message in _of_record(apis[vendor], name, record):
                    yield pointer + inner, message
                for i, timer in enumerate(record.get("timers", ())):
                    if timer["number"] in numbers or timer["number"] > last:
                        yield ptr.join(pointer, "timers", i), "has no number of its own"
                    numbers.add(timer["number"])


def _of_record(api: Api, name: str, record: Any) -> _Problems:
    if api.id_of(name, record["value"]) != record["id"]:
        yield "/id", "is not the identifier of the value"
    life = api.behaviour.resources[name].lifecycle
    known = life.states if life is not None else {}
    timers = record.get("timers", ())
    told = [("/state", record.get("state"))]
    told += [(f"/timers/{i}/state", each["state"]) for i, each in enumerate(timers)]
    for where, state in told:
        if state is not None and state not in known:
            yield where, f"is not one of {', '.join(known) or 'none'}"
    for i, timer in enumerate(timers):
        try:
            instant(timer["due"])
        except SpaceError as problem:
            yield f"/timers/{i}/due", str(problem)
    for where, message in api.makers[name].shape.errors_of_record(record["value"]):
        yield f"/value{where}", message
