"""The behaviour of the vendors' contracts agrees with their schemas and examples."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from greenroom.contract.behaviour.binding import Behaviour, Binding, Projection
from greenroom.contract.behaviour.reading import behaviour_of
from greenroom.contract.behaviour.resource import Set
from greenroom.contract.model import Operation
from greenroom.lint import Document
from greenroom.schema import json_pointer as ptr

SPECS = Path(__file__).resolve().parents[4] / "specs"
VENDORS = sorted(path.parent.name for path in SPECS.glob("*/openapi.yaml"))


@cache
def read(vendor: str) -> tuple[Document, Behaviour, dict[str, Operation]]:
    """A vendor's document, its behaviour and its operations by id."""
    document = Document.from_path(SPECS / vendor / "openapi.yaml")
    behaviour = behaviour_of(document.contract)
    return document, behaviour, {o.id: o for o in document.contract.operations}


def with_values(thing: Any, pairs: tuple[Set, ...], record: Any) -> Any:
    """A part of a response with its places replaced by those of a record."""
    for pair in pairs:
        expression = pair.value.expression
        if expression.startswith("$resource#"):
            *above, last = ptr.split(pair.pointer)
            holder = ptr.look_up(thing, ptr.join("", *above) if above else "")
            try:
                holder[last] = ptr.look_up(record, expression.removeprefix("$resource#"))
            except LookupError:
                holder.pop(last, None)
    return thing


def shown(projection: Projection, record: Any) -> Any:
    """The response that shows one record."""
    body = deepcopy(projection.value)
    if projection.items is None:
        return with_values(body, projection.pairs, record)
    items = ptr.look_up(body, projection.items)
    template = deepcopy(items[0]) if items else {}
    items[:] = [with_values(template, projection.item_pairs, record)]
    return body


def responses(vendor: str) -> Iterator[tuple[Binding, Projection, Any]]:
    """Each projection of an operation with each documented record of its resource."""
    _, behaviour, _ = read(vendor)
    for binding in behaviour.bindings.values():
        made = [t.record for t in binding.templates]
        seeds = [seed.value for seed in behaviour.resources[binding.resource].seeds]
        # What only the creation shows, as a secret, is not in what is read.
        for record in made if binding.kind == "create" else seeds:
            for projection in binding.projections:
                if projection.pairs or projection.item_pairs:
                    yield binding, projection, record


@pytest.mark.parametrize("vendor", VENDORS)
def test_every_documented_record_is_valid_in_every_response(vendor: str) -> None:
    """Whichever record a response shows, it is one of those that its schema allows."""
    document, _, operations = read(vendor)
    found = list(responses(vendor))
    assert len(found) > 10

    for binding, projection, record in found:
        operation = operations[binding.operation]
        (response,) = (r for r in operation.responses if r.status == projection.status)
        (media,) = (m for m in response.content if m.name == projection.media_type)
        assert media.schema is not None
        validator = document.schemas_at(media.schema).validator(media.schema)
        problems = [error.message for error in validator.iter_errors(shown(projection, record))]
        assert problems == [], (binding.operation, projection.example)


@pytest.mark.parametrize("vendor", VENDORS)
def test_every_reference_in_an_example_is_that_of_a_documented_record(vendor: str) -> None:
    """So a documented request is not refused in a new space."""
    _, behaviour, operations = read(vendor)
    checked = 0
    for binding in behaviour.bindings.values():
        body = operations[binding.operation].body
        examples = [e.value for m in body.content for e in m.examples] if body else []
        for check in binding.checks:
            reference = check.reference
            seeds = behaviour.resources[reference.resource].seeds
            known = [seed.value.get(reference.key[1:]) for seed in seeds]
            where = check.value.expression.partition("#")[2]
            for example in examples:
                try:
                    value = ptr.look_up(example, where)
                except LookupError:
                    continue
                checked += 1
                for one in value if isinstance(value, list) else [value]:
                    assert one in known, (binding.operation, where)
    assert checked > 0


@pytest.mark.parametrize("vendor", VENDORS)
def test_nothing_weak_binds(vendor: str) -> None:
    """These contracts declare their sources, and the lines that inference needs."""
    _, behaviour, _ = read(vendor)

    assert behaviour.weak == {}
    assert all(binding.evidence.is_strong for binding in behaviour.bindings.values())


@pytest.mark.parametrize("vendor", VENDORS)
def test_a_created_thing_can_be_seen_again(vendor: str) -> None:
    """Every resource that is created is also read, listed or changed, or is part of another."""
    _, behaviour, _ = read(vendor)
    uses: dict[str, set[str]] = {}
    for binding in behaviour.bindings.values():
        uses.setdefault(binding.resource, set()).add(binding.kind)
    for name, kinds in uses.items():
        parent = behaviour.resources[name].parent
        is_within = parent is not None and parent.within is not None
        assert "create" not in kinds or kinds - {"create"} or is_within, name
