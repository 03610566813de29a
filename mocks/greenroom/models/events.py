"""The events of a contract's webhooks: a union of their classes, and a function that picks one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..contract.model import METHODS
from ..http.media_type import is_json
from ..schema import json_pointer as ptr
from .directions import SCHEMAS, component, stated_values
from .event_templates import DECODERS, TEMPLATE
from .naming import class_name


@dataclass(frozen=True)
class Event:
    """A webhook with a payload: its name, the component schema, and the headers it is sent with."""

    name: str
    schema: str
    headers: Mapping[str, frozenset[str]]


def with_payloads(document: Mapping[str, Any]) -> tuple[Mapping[str, Any], list[Event]]:
    """The document with each webhook's payload among its component schemas, and the events.

    Raises LookupError for a reference to nothing.
    """
    schemas = dict(document.get("components", {}).get("schemas", {}))
    events = []
    for name, entry in document.get("webhooks", {}).items():
        item, _ = ptr.resolve(document, entry, "")
        for operation in (item[method] for method in METHODS if method in item):
            body, _ = ptr.resolve(document, operation.get("requestBody", {}), "")
            content = body.get("content", {})
            media = next((m for m in content if is_json(m)), next(iter(content), None))
            schema = content[media].get("schema") if media is not None else None
            if schema is None:
                continue
            reference = schema.get("$ref", "") if isinstance(schema, dict) else ""
            known = reference.removeprefix(SCHEMAS)
            if known not in schemas or reference == known:
                known = class_name(operation.get("operationId", f"{name}-event"))
                while known in schemas:
                    known += "Payload"
                schemas[known] = schema
            events.append(Event(name, known, dict(_headers(document, [item, operation], name))))
    return {
        **document,
        "components": {**document.get("components", {}), "schemas": schemas},
    }, events


def _headers(
    document: Mapping[str, Any], owners: list[Any], event: str
) -> Iterator[tuple[str, frozenset[str]]]:
    """The headers of a webhook with their values, as far as they are documented."""
    for entry in (entry for owner in owners for entry in owner.get("parameters", ())):
        parameter, _ = ptr.resolve(document, entry, "")
        if parameter.get("in") == "header":
            schema, _ = ptr.resolve(document, parameter.get("schema", {}), "")
            shown = [schema.get("example"), *schema.get("examples", ()), parameter.get("example")]
            examples = parameter.get("examples", {}).values()
            shown += [ptr.resolve(document, example, "")[0].get("value") for example in examples]
            stated = stated_values(schema)
            listed = shown if stated is None else stated
            values = frozenset(value for value in listed if isinstance(value, str))
            # One parameter may be shared by webhooks that are named after its values.
            yield parameter["name"].lower(), values & {event} or values


def written(events: list[Event], schemas: Mapping[str, Any], style: str) -> str:
    """The source of `Event` and `parse_webhook`; nothing without events. `schemas` are reduced."""
    if not events:
        return ""
    name = next(n for n in ("Event", "WebhookEvent", "AnyWebhookEvent") if n not in schemas)
    fields = [dict(fixed_values(schemas, {"$ref": SCHEMAS + event.schema})) for event in events]
    field, by_field = _distinguishing(fields)
    header, by_header = _distinguishing([event.headers for event in events])
    rows = [
        (value, class_name(event.schema))
        for i, event in enumerate(events)
        for value in sorted({*by_field.get(i, ()), *by_header.get(i, ())}, key=repr) or [None]
    ]
    how = [f"its `{field}`"] * bool(field) + [f"the header `{header}`"] * bool(header)
    classes = dict.fromkeys(class_name(event.schema) for event in events)
    return TEMPLATE.format(
        event=name,
        union=" | ".join(classes),
        rows="".join(f"    ({v!r}, {DECODERS[style].row.format(name=c)}),\n" for v, c in rows),
        by=" or ".join(how) if how else "the only class that it fits",
        field=repr(field),
        header=repr(header),
        decoder=DECODERS[style].function,
    )


def fixed_values(schemas: Mapping[str, Any], schema: Any) -> Iterator[tuple[str, frozenset[Any]]]:
    """The fields of an object that have a fixed value or one of a few."""
    target = component(schemas, schema)
    for part in target.get("allOf", ()):
        yield from fixed_values(schemas, part)
    for name, described in target.get("properties", {}).items():
        field = component(schemas, described)
        if isinstance(field, dict):
            stated = stated_values(field) or ()
            values = frozenset(value for value in stated if isinstance(value, str | int))
            if values:
                yield name, values


def _distinguishing(
    described: Sequence[Mapping[str, frozenset[Any]]],
) -> tuple[str | None, dict[int, frozenset[Any]]]:
    """The field or header with other values in each of several, and its values in each."""
    for name in described[0] if len(described) > 1 else ():
        values = [names.get(name, frozenset()) for names in described]
        if all(values) and sum(map(len, values)) == len(frozenset().union(*values)):
            return name, dict(enumerate(values))
    return None, {}
