"""The extensions that specs/README.md describes: where each may be, and its JSON Schema."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from functools import cache
from itertools import takewhile
from typing import Any, NamedTuple

import jsonschema_rs

from ..schema import json_pointer as ptr
from .behaviour.duration import PATTERN
from .pagination import POINTERS, POSITIONS
from .provenance import BASES, HOLDERS, OBSERVED, PROVENANCE_KEY

RATE_LIMIT_KEY = "x-rate-limit"
# What the header field of a reset says; the first if nothing else is said.
RESETS = ("seconds-left", "unix-seconds", "unix-milliseconds", "date")
REFUSALS_KEY = "x-refusals"
# The kinds of refusal, as `X-Greenroom-Refusal` names them, and `default` for all others.
REFUSALS = (
    "unknown-path", "method-not-allowed", "missing-credential", "unknown-credential",
    "expired-credential", "insufficient-permission", "unsupported-media-type", "not-acceptable",
    "body-too-large", "malformed-body", "invalid-request", "unknown-resource",
    "unknown-reference", "conflict", "wrong-state", "rate-limited", "default",
)  # fmt: skip


class Extension(NamedTuple):
    """The kinds of objects that may have an extension, and the JSON Schema of its value."""

    places: Collection[str]
    schema: dict[str, Any]


_STRING = {"type": "string"}
_STRINGS = {"type": "array", "items": _STRING}
_NAME = {"type": "string", "minLength": 1}
_TEXT = {"type": "string", "pattern": r"\S"}
_DATE = {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}$"}
_POINTER = {"type": "string", "format": "json-pointer"}
_COUNT = {"type": "integer", "minimum": 1}
_DURATION = {"type": "string", "format": "duration"}


def _closed(required: str, **properties: Any) -> dict[str, Any]:
    """An object with no other properties; `required` are names of them, separated by spaces."""
    needed = {"type": "object", "required": required.split()}
    return {**needed, "properties": properties, "additionalProperties": False}


def _sourced(required: str, **properties: Any) -> dict[str, Any]:
    """As `_closed`, but the object may have an `x-provenance`."""
    return _closed(required, **properties, **{PROVENANCE_KEY: True})


def _by_name(value: Any) -> dict[str, Any]:
    """An object with properties of any name."""
    return {"type": "object", "minProperties": 1, "additionalProperties": value}


def _when(name: str, value: str, then: Any, otherwise: Any = True) -> dict[str, Any]:
    """A schema that depends on the value of one property."""
    condition = {"properties": {name: {"const": value}}, "required": [name]}
    return {"if": condition, "then": then, "else": otherwise}


_SIGNATURE = {
    "algorithm": {"enum": ["hmac-sha256", "none"]},
    "encoding": {"enum": ["hex", "base64"]},
    "timestamp-unit": {"enum": ["seconds", "milliseconds"]},
    "timestamp-tolerance": _COUNT,
    "secret-encoding": {"enum": ["base64"]},
    **dict.fromkeys(
        ("signature-header", "timestamp-header", "id-header", "signed-content", "prefix",
         "secret-prefix"),
        _NAME,
    ),
}  # fmt: skip
_STATEMENT = {"basis": True, "source": _TEXT, "at": _TEXT, "note": _TEXT}
_PROVENANCE = {
    "type": "object",
    "required": ["basis"],
    "properties": {"basis": {"enum": list(BASES)}},
    "allOf": [
        _when("basis", "documented", _closed("source at", **_STATEMENT)),
        _when("basis", "published", _closed("source", **_STATEMENT)),
        _when("basis", OBSERVED, _closed("note", **_STATEMENT)),
        _when("basis", "inferred", _closed("note", **_STATEMENT)),
        _when("basis", "disputed", _closed("source note", **_STATEMENT)),
    ],
}
_PAGINATION = {
    **dict.fromkeys(("size", *POSITIONS, "before"), True),
    **dict.fromkeys(POINTERS, _POINTER),
    "first": {"enum": [0, 1]},
}
_REFUSAL = _closed(
    "response", response=_NAME, status={"type": "string", "pattern": "^[45][0-9]{2}$"}
)
_ARRAYS = {**_STRINGS, "minItems": 2}
# Names of properties or pointers, and values by those.
_SOME = {"type": "array", "items": _NAME, "minItems": 1}
_NAMES = {"anyOf": [_NAME, _SOME]}
_SETS = {"type": "object", "minProperties": 1}
_STATUS = {"type": "string", "pattern": "^[45][0-9]{2}$"}
_NOT = {"const": False}
_EXISTING = _closed("same", same=_SOME, unless=_NAME)
_MISSING, _COPY = {"anyOf": [_STATUS, _NOT]}, _by_name(_STRING)
_REFERENCE = _closed("resource", resource=_NAME, key=_NAME, missing=_MISSING, copy=_COPY)
_MATCH = {"enum": ["equal", "contains", "from", "to", "any"]}
_MADE = {"resource": _NAME, "into": _NAME, "set": _SETS, "existing": _EXISTING, "from": _POINTER}
_COMING = {"resource": _NAME, "example": _NAME, "set": _SETS}
_DOES = ["create", "put", "read", "update", "delete", "list", "action", "none"]
_ON_DELETE = {"on-delete": {"enum": ["delete", "keep", "refuse"]}}
_RESOURCE = {
    **dict.fromkeys(("identifier", "created", "updated"), _NAMES),
    **dict.fromkeys(("keys", "generated", "hidden"), _SOME),
    "parent": _closed("resource", resource=_NAME, by=_NAME, **_ON_DELETE),
    "within": _closed("resource at", resource=_NAME, at=_POINTER),
    "references": _by_name({"anyOf": [_NAME, _REFERENCE]}),
    "unique": {"type": "array", "items": _closed("by", by=_SOME, conflict=_STATUS)},
    "sort": {"enum": ["created", "-created"]},
    "seed": _STRINGS,
    "singleton": {"const": True},
}
_RESOURCE_OPERATION = {
    **dict.fromkeys(("identifier", "set", "answer"), _SETS),
    "resource": _NAME,
    "kind": {"enum": _DOES},
    "from": _POINTER,
    "existing": _EXISTING,
    "create": {"type": "array", "items": _closed("resource", **_MADE)},
    "replace": {"type": "boolean"},
    "filter": _by_name({"anyOf": [_NAME, _NOT, _closed("at", at=_NAMES, match=_MATCH)]}),
    "order": _closed("by", by=_NAME, direction=_NAME),
    "emit": _SOME,
}
_LENGTH = {"type": "string", "pattern": PATTERN}
_STATE = {
    "is": True,
    "example": _NAME,
    "set": _SETS,
    "emit": _SOME,
    **dict.fromkeys(("at", "on", "move"), _by_name(_NAME)),
    "after": {**_by_name(_NAME), "propertyNames": _LENGTH},
    "create": {"type": "array", "items": _closed("resource", **_COMING)},
}
_LIFECYCLE = {
    "state": _POINTER,
    "initial": _NAME,
    "when": _by_name(_NAME),
    "states": _by_name(_closed("", **_STATE)),
}
_SUBSCRIPTION = {
    **dict.fromkeys(("url", "events", "secret", "method", "content-type"), _NAME),
    "active": {"anyOf": [_NAME, _by_name({"type": "boolean"})]},
    "match": _by_name(_NAME),
    "single": {"const": True},
    "fields": _NAME,
    "record": _closed("", last=_NAME, status=_NAME, failures=_NAME),
    "secret-from": {"enum": ["credential", "create", "none"]},
}
_SUCCESS = {"type": "array", "items": {"type": "string", "pattern": "^[1-5]([0-9]{2}|XX)$"}}
_DELIVERY = {
    "timeout": _LENGTH,
    "retries": {"type": "array", "items": _LENGTH},
    "success": {**_SUCCESS, "minItems": 1},
    "gone": {**_by_name({"const": "disable"}), "propertyNames": _STATUS},
    "id-header": _NAME,
    "order": {"enum": ["best-effort", "fifo"]},
}
_FIELD = _closed("kind", kind={"enum": _DOES[:-2]}, identifier=_NAME, emit=_SOME, **{"from": _NAME})
_TYPES, _FIELDS = _by_name(_NAME), _by_name(_FIELD)
_HEADER = {"type": "string", "pattern": r"^[A-Za-z0-9!#$%&'*+.^_`|~-]+$"}
_TOLD = ("limit", "remaining", "reset", "retry-after")
_LIMIT = _sourced(
    "requests seconds per",
    **{"group": _NAME, "window": {"enum": ["fixed", "sliding"]}, "reset-is": {"enum": [*RESETS]}},
    requests=_COUNT,
    per=_TEXT,
    # About thirty years: with longer windows a clock would end.
    seconds={**_COUNT, "maximum": 10**9},
    headers=_closed("", **dict.fromkeys(_TOLD, _HEADER)),
    body=_closed("", **dict.fromkeys(_TOLD, _POINTER)),
)
_SOURCE = _closed("title url", title=_STRING, url=_STRING, date=_DATE)
EXTENSIONS: dict[str, Extension] = {
    "x-sources": Extension(("info",), {"type": "object", "additionalProperties": _SOURCE}),
    PROVENANCE_KEY: Extension(HOLDERS, _PROVENANCE),
    "x-effect": Extension(("operation",), _STRINGS),
    "x-effect-reason": Extension(("operation",), _TEXT),
    RATE_LIMIT_KEY: Extension(
        ("document", "operation"),
        {"if": {"type": "array"}, "then": {"items": _LIMIT, "minItems": 1}, "else": _LIMIT},
    ),
    "x-test-credentials": Extension(
        ("security scheme",), {"type": "object", "additionalProperties": _STRINGS}
    ),
    "x-max-items-across": Extension(
        ("schema",),
        _sourced("properties maximum", properties=_ARRAYS, maximum={**_COUNT, "minimum": 0}),
    ),
    "x-selects-media-type": Extension(("parameter",), {"type": "object", "minProperties": 1}),
    "x-identifier": Extension(("parameter", "schema"), {"const": True}),
    "x-graphql": Extension(
        ("operation",),
        {
            **_closed("schema", schema=_STRING, rejected=_STRING, resources=_TYPES, fields=_FIELDS),
            # A house rule reports other keys.
            "additionalProperties": True,
        },
    ),
    "x-relative-time": Extension(("example",), {**_by_name(_DURATION), "propertyNames": _POINTER}),
    "x-pagination": Extension(("operation",), _sourced("items", **_PAGINATION)),
    "x-resource": Extension(("schema",), _sourced("", **_RESOURCE)),
    "x-lifecycle": Extension(("schema",), _sourced("states", **_LIFECYCLE)),
    "x-resource-operation": Extension(("operation",), _sourced("", **_RESOURCE_OPERATION)),
    "x-subscription": Extension(("schema",), _sourced("url", **_SUBSCRIPTION)),
    "x-event": Extension(("operation",), _sourced("", about=_NAME, payload=_SETS, headers=_SETS)),
    "x-webhook-delivery": Extension(("document",), _sourced("", **_DELIVERY)),
    "x-webhook-signature": Extension(
        ("document",),
        _when("algorithm", "none", _sourced("", algorithm=True), _sourced("", **_SIGNATURE)),
    ),
    REFUSALS_KEY: Extension(("document",), _sourced("", **dict.fromkeys(REFUSALS, _REFUSAL))),
}
# Wrong values of these properties are reported at the object that has them.
_AT_OBJECT = frozenset((
    "title", "url", "basis", "requests", "seconds", "properties", "maximum", "algorithm",
    "encoding", "timestamp-unit",
))  # fmt: skip


def is_valid(name: str, value: Any) -> bool:
    """Whether a value is valid for the extension of this name."""
    valid: bool = _validator(name).is_valid(value)
    return valid


def refusals_of(document: Mapping[str, Any]) -> Iterator[tuple[str, str, Any, str]]:
    """Kind, status (empty where none is given), response and its pointer, by `x-refusals`.

    Nothing where it is malformed, which a house rule reports.
    """
    declared: Any = document.get(REFUSALS_KEY)
    known = document.get("components", {}).get("responses", {})
    for kind, entry in declared.items() if is_valid(REFUSALS_KEY, declared) else ():
        if kind in REFUSALS and (name := entry["response"]) in known:
            pointer = ptr.join("/components/responses", name)
            yield kind, entry.get("status", ""), known[name], pointer


def texts(node: Any) -> dict[str, str]:
    """The strings of an extension by name; house rules check its form."""
    if not isinstance(node, dict):
        return {}
    return {str(key): value for key, value in node.items() if isinstance(value, str)}


def problems(name: str, holder: Mapping[str, Any], pointer: str) -> Iterator[tuple[str, str]]:
    """The problems of an extension of the object at a pointer, each with its own pointer.

    There are none if the object does not have the extension.
    """
    if name not in holder:
        return
    for error in _validator(name).iter_errors(holder[name]):
        path = takewhile(lambda step: step not in _AT_OBJECT, error.instance_path)
        where = ptr.join(pointer, name, *path)
        unexpected = getattr(error.kind, "unexpected", ())
        for key in unexpected:
            yield ptr.join(where, key), "not a key of this extension; is it misspelt?"
        if not unexpected:
            yield where, error.message


@cache
def _validator(name: str) -> Any:
    return jsonschema_rs.validator_for(EXTENSIONS[name].schema, validate_formats=True, offline=True)
