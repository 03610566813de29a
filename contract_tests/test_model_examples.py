"""Models read every documented example, and write it as it is documented."""

from __future__ import annotations

import json
import warnings
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import cache
from types import ModuleType
from typing import Any
from uuid import UUID

import msgspec
import pytest
from pydantic import TypeAdapter, ValidationError

from greenroom.contract.catalog import Source
from greenroom.contract.model import Contract, Example, MediaType, Operation, RequestBody
from greenroom.models import STYLES, class_name, module_name, source
from greenroom.schema import json_pointer as ptr
from greenroom.schema.validators import SchemaSet
from model_modules import contract_of, load_module, models, over_vendors

SCHEMAS = "#/components/schemas/"


def messages(operation: Operation) -> Iterator[MediaType]:
    """Every body that an operation or webhook documents."""
    for part in (operation.body, *operation.responses):
        if part is not None:
            yield from part.content


def documented(contract: Contract, module: ModuleType) -> Iterator[tuple[Any, Example]]:
    """Every example of a JSON body whose schema is a component, with its class in the module."""
    for operation in (*contract.operations, *contract.webhooks):
        for body in messages(operation):
            if not body.is_json or body.schema is None:
                continue
            reference = ptr.look_up(contract.document, body.schema).get("$ref", "")
            if reference.startswith(SCHEMAS):
                name = class_name(reference.removeprefix(SCHEMAS))
                is_sent = operation in contract.operations and body in messages_of(operation.body)
                kind = getattr(module, f"{name}Request", None) if is_sent else None
                for example in body.examples:
                    yield kind or getattr(module, name), example


def messages_of(body: RequestBody | None) -> tuple[MediaType, ...]:
    """The media types of a request."""
    return body.content if body is not None else ()


def same(read: Any, written: Any) -> bool:
    """Whether two JSON values are equal, with dates and identifiers compared by their meaning."""
    if isinstance(read, dict) and isinstance(written, dict):
        return read.keys() == written.keys() and all(same(read[k], written[k]) for k in read)
    if isinstance(read, list) and isinstance(written, list):
        return len(read) == len(written) and all(map(same, read, written))
    if isinstance(read, str) and isinstance(written, str) and read != written:
        return meaning(read) == meaning(written)
    return (type(read) is type(written) and bool(read == written)) or is_number(read, written)


def is_number(read: Any, written: Any) -> bool:
    """Whether both are the same number; in JSON 85 and 85.0 are."""
    numbers = all(isinstance(n, int | float) and not isinstance(n, bool) for n in (read, written))
    return numbers and bool(read == written)


def meaning(text: str) -> datetime | UUID | str:
    """The time or identifier that a string represents, else the string."""
    for read in (datetime.fromisoformat, UUID):
        try:
            return read(text)
        except ValueError:
            continue
    return text


@over_vendors
def test_every_example_round_trips_through_its_model(vendor: Source) -> None:
    """Reading and writing an example does not change its value."""
    broken = []
    for kind, example in documented(contract_of(vendor), models(vendor)):
        adapter = TypeAdapter[Any](kind)
        try:
            read = adapter.validate_python(example.value)
            written = adapter.dump_python(read, mode="json", by_alias=True, exclude_unset=True)
        except ValidationError as error:
            broken.append(f"{vendor.path}#{example.pointer}: {error}")
            continue
        if not same(example.value, written):
            broken.append(f"{vendor.path}#{example.pointer}: comes back as {written}")
    assert not broken, "\n".join(broken)


@over_vendors
def test_every_example_is_read_in_strict_mode(vendor: Source) -> None:
    """Without conversions of types."""
    broken = []
    for kind, example in documented(contract_of(vendor), models(vendor)):
        adapter = TypeAdapter[Any](kind)
        try:
            adapter.validate_json(json.dumps(example.value), strict=True)
        except ValidationError as error:
            broken.append(f"{vendor.path}#{example.pointer}: {error}")
    assert not broken, "\n".join(broken)


@pytest.fixture(scope="module", params=STYLES)
def in_style(request: pytest.FixtureRequest) -> tuple[str, Callable[[Source], ModuleType]]:
    """A style and the models of each vendor in it."""

    @cache
    def written(vendor: Source) -> ModuleType:
        name = f"{module_name(vendor.name)}_{request.param}"
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return load_module(name, source(contract_of(vendor).document, request.param))

    return request.param, written


@over_vendors
def test_every_example_is_decoded_in_every_style(vendor: Source, in_style: Any) -> None:
    """Of requests, responses and webhooks."""
    style, written = in_style
    broken = []
    for kind, example in documented(contract_of(vendor), written(vendor)):
        try:
            if style == "msgspec":
                msgspec.json.decode(json.dumps(example.value), type=kind)
            else:
                TypeAdapter[Any](kind).validate_json(json.dumps(example.value))
        except (ValueError, TypeError) as error:
            broken.append(f"{vendor.path}#{example.pointer}: {error}")
    assert not broken, "\n".join(broken)


@over_vendors
def test_every_event_is_parsed_in_every_style(vendor: Source, in_style: Any) -> None:
    """As the class of its webhook, unless the contract says nothing that sets it apart."""
    style, written = in_style
    module = written(vendor)
    contract = contract_of(vendor)
    for webhook in contract.webhooks:
        for body in (body for body in messages_of(webhook.body) if body.is_json and body.schema):
            reference = ptr.look_up(contract.document, str(body.schema))["$ref"]
            for example in body.examples:
                given = json.dumps(example.value).encode()
                if len(fitting(contract, example.value)) > 1:
                    with pytest.raises(ValueError, match="fits several events"):
                        module.parse_webhook(given)
                    continue
                read = module.parse_webhook(given)
                kind = getattr(module, class_name(reference.removeprefix(SCHEMAS)))
                assert style == "typeddict" or isinstance(read, kind), example.pointer


def fitting(contract: Contract, value: Any) -> list[Operation]:
    """The webhooks whose schemas a payload fits."""
    schemas = SchemaSet(contract.document)
    return [
        webhook
        for webhook in contract.webhooks
        if any(
            body.is_json and body.schema and schemas.validator(body.schema).is_valid(value)
            for body in messages_of(webhook.body)
        )
    ]
