"""Snapshots of spaces: what they look like, and whether one fits the contracts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

import jsonschema_rs

from ..schema import json_pointer as ptr
from .api import Api
from .space import SpaceError, instant

_MOST_PROBLEMS = 20
_COUNT = {"type": "integer", "minimum": 0}
_RECORD = {
    "type": "object",
    "required": ["id", "version", "sequence", "own", "value"],
    "properties": {
        "id": {"type": "string"},
        "version": {"type": "integer", "minimum": 1},
        "sequence": {"type": "integer", "minimum": 1},
        "own": {"type": "array", "items": {"type": "string"}},
        "value": {"type": "object"},
    },
    "additionalProperties": False,
}
_RECORDS = {"type": "array", "items": _RECORD}
_WORLD = {
    "type": "object",
    "required": ["sequence", "numbers", "resources"],
    "properties": {
        "sequence": _COUNT,
        "numbers": {"type": "object", "additionalProperties": _COUNT},
        "resources": {"type": "object", "additionalProperties": _RECORDS},
    },
    "additionalProperties": False,
}
SEED_SCHEMA = {"type": ["integer", "string"], "maxLength": 64}
# The JSON Schema of a snapshot.
SCHEMA = {
    "type": "object",
    "required": ["version", "seed", "now", "vendors"],
    "properties": {
        "version": {"const": 1},
        "seed": SEED_SCHEMA,
        "now": {"type": ["string", "null"], "format": "date-time"},
        "vendors": {"type": "object", "additionalProperties": _WORLD},
    },
    "additionalProperties": False,
}
_VALIDATOR = jsonschema_rs.validator_for(SCHEMA, validate_formats=True)


def checked(
    document: Any, apis: Mapping[str, Api]
) -> tuple[Mapping[str, Mapping[str, Any]], datetime | None]:
    """The vendors of a snapshot, and where its time stands.

    Raises SpaceError, with a JSON pointer for each problem, for one that is not of SCHEMA, or that
    has a vendor, resource or record which the contract does not allow.
    """
    problems = [
        (ptr.join("", *error.instance_path), error.message)
        for error in _VALIDATOR.iter_errors(document)
    ] or list(_problems(document["vendors"], apis))
    if problems:
        listed = [f"{pointer or '/'}: {message}" for pointer, message in problems]
        raise SpaceError("\n".join(["the snapshot is not valid:", *listed[:_MOST_PROBLEMS]]))
    now = document["now"]
    return document["vendors"], None if now is None else instant(now)


def _problems(vendors: Mapping[str, Any], apis: Mapping[str, Api]) -> Iterator[tuple[str, str]]:
    for vendor, world in vendors.items():
        where = ptr.join("/vendors", vendor)
        if vendor not in apis:
            yield where, f"{vendor} is not served here; served: {', '.join(apis)}"
            continue
        resources = apis[vendor].behaviour.resources
        seen: set[int] = set()
        for name, records in world["resources"].items():
            at = ptr.join(where, "resources", name)
            if name not in resources:
                yield at, f"{vendor} has no resource {name}; it has: {', '.join(resources)}"
                continue
            ids: set[str] = set()
            for number, record in enumerate(records):
                pointer = ptr.join(at, number)
                for error in _record_problems(apis[vendor], name, record):
                    yield f"{pointer}{error[0]}", error[1]
                if record["id"] in ids or record["sequence"] in seen:
                    yield pointer, "another record has the same id or sequence"
                if record["sequence"] > world["sequence"]:
                    yield ptr.join(pointer, "sequence"), "is above that of the vendor"
                ids.add(record["id"])
                seen.add(record["sequence"])


def _record_problems(api: Api, name: str, record: Any) -> Iterator[tuple[str, str]]:
    if api.id_of(name, record["value"]) != record["id"]:
        yield "/id", "is not the identifier of the value"
    # A record has what all representations show, and null for what some of them leave out.
    given = ((ptr.step("", key), value) for key, value in record["value"].items())
    for pointer, value in given:
        for schema in api.makers[name].shape.schemas_at(pointer) if value is not None else ():
            for error in api.schemas.errors(schema, value):
                yield f"/value{pointer}{error.instance}", error.message
