"""At every documented limit of a parameter or an upload values inside are accepted, others not.

Limits inside JSON bodies are in the corpus of `test_agreement.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from contracts import of_vendors

from calling import MockOf
from greenroom.codec.credentials import GOOD_KEY
from greenroom.codec.documented_request import DocumentedRequest, documented_request
from greenroom.codec.parameters.serializing import percent_encoded
from greenroom.contract.model import Contract, MediaType, Operation, Parameter
from greenroom.schema import json_pointer as ptr

_CONTRACTS = of_vendors()
_MOCKS = {contract.name: MockOf(contract) for contract in _CONTRACTS}
_BOUNDARY = "edge"
_MULTIPART = "multipart/form-data"
_BADLY_FORMED = {
    "uuid": "not-a-uuid",
    "date": "2024-13-01",
    "date-time": "2024-01-01 25:00",
    "email": "nobody",
    "uri": "no uri",
}


def _schema(contract: Contract, pointer: str) -> dict[str, Any]:
    schema, _ = ptr.resolve(contract.document, ptr.look_up(contract.document, pointer), pointer)
    return dict(schema)


def _texts(schema: dict[str, Any]) -> Iterator[tuple[str, bool]]:
    """Texts at the limits of a schema, and whether each is valid."""
    kind = schema.get("type")
    if "enum" in schema:
        yield from ((str(value), True) for value in schema["enum"])
        yield "none-of-these", False
    elif kind in ("integer", "number"):
        yield "abc", False
        if "minimum" in schema:
            yield from ((str(schema["minimum"]), True), (str(schema["minimum"] - 1), False))
        if "maximum" in schema:
            yield from ((str(schema["maximum"]), True), (str(schema["maximum"] + 1), False))
    elif kind == "boolean":
        yield from (("true", True), ("false", True), ("maybe", False))
    elif kind == "string":
        if schema.get("format") in _BADLY_FORMED:
            yield _BADLY_FORMED[schema["format"]], False
        if "minLength" in schema and schema["minLength"] > 0:
            yield "x" * schema["minLength"], True
            yield "x" * (schema["minLength"] - 1), False
        if "maxLength" in schema:
            yield "x" * schema["maxLength"], True
            yield "x" * (schema["maxLength"] + 1), False


def _parameter_cases() -> Iterator[Any]:
    for contract in _CONTRACTS:
        for operation in contract.operations:
            for parameter in operation.parameters:
                if parameter.location in ("query", "header") and parameter.schema:
                    for text, fits in _texts(_schema(contract, parameter.schema)):
                        verdict = "inside" if fits else "outside"
                        name = f"{contract.name}-{operation.id}-{parameter.name}-{text[:12]}"
                        given = (contract, operation, parameter, text, fits)
                        yield pytest.param(*given, id=f"{name}-{verdict}")


def _with(call: DocumentedRequest, parameter: Parameter, text: str) -> DocumentedRequest:
    field = "query" if parameter.location == "query" else "headers"
    others = [pair for pair in getattr(call, field) if pair[0] != parameter.name]
    return replace(call, **{field: (*others, (parameter.name, percent_encoded(text)))})


@pytest.mark.parametrize(
    ("contract", "operation", "parameter", "text", "fits"), list(_parameter_cases())
)
def test_the_limits_of_a_parameter_are_enforced(
    contract: Contract, operation: Operation, parameter: Parameter, text: str, fits: bool
) -> None:
    """A value at the limit is accepted, the next one beyond it is refused."""
    call = _with(documented_request(contract, operation, GOOD_KEY), parameter, text)
    status = _MOCKS[contract.name].reply(call).status
    assert status < 300 if fits else status in (400, 422)


def _uploads() -> Iterator[tuple[Contract, Operation, MediaType, str, dict[str, Any]]]:
    for contract in _CONTRACTS:
        for operation in contract.operations:
            for media in operation.body.content if operation.body else ():
                if media.name == _MULTIPART and media.schema:
                    properties = _schema(contract, media.schema).get("properties", {})
                    for name, schema in properties.items():
                        if "contentMediaType" in schema:
                            yield contract, operation, media, name, schema


def _upload_cases() -> Iterator[Any]:
    for contract, operation, media, name, schema in _uploads():
        kinds = [k for e in media.encodings if e.name == name for k in e.content_types]
        kind = kinds[0] if kinds else "application/octet-stream"
        most = schema.get("maxLength")
        cases = [(kind, 100, True)]
        cases += [(other, 100, True) for other in kinds[1:]]
        cases += [("application/x-unheard-of", 100, False)] if kinds else []
        cases += [(kind, most, True), (kind, most + 1, False)] if most else []
        for part_type, size, fits in cases:
            where = f"{contract.name}-{operation.id}-{name}-{part_type}-{size}"
            yield pytest.param(contract, operation, media, name, part_type, size, fits, id=where)


@pytest.mark.parametrize(
    ("contract", "operation", "media", "name", "part_type", "size", "fits"), list(_upload_cases())
)
def test_the_type_and_size_of_an_upload_are_enforced(
    contract: Contract,
    operation: Operation,
    media: MediaType,
    name: str,
    part_type: str,
    size: int,
    fits: bool,
) -> None:
    """A file of a documented type and size, in bytes, is accepted, another is refused."""
    fields = dict(media.examples[0].value) if media.examples else {}
    parts = [
        f'--{_BOUNDARY}\r\nContent-Disposition: form-data; name="{field}"\r\n\r\n{value}\r\n'
        for field, value in fields.items()
        if field != name and isinstance(value, str)
    ]
    head = (
        f'--{_BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"; filename="f"\r\n'
        f"Content-Type: {part_type}\r\n\r\n"
    )
    body = "".join(parts).encode() + head.encode() + b"x" * size
    content = (f"{_MULTIPART}; boundary={_BOUNDARY}", body + f"\r\n--{_BOUNDARY}--\r\n".encode())
    call = documented_request(contract, operation, GOOD_KEY, content)
    status = _MOCKS[contract.name].reply(call).status
    assert status < 300 if fits else status in (400, 413, 415, 422)


def test_there_are_limits() -> None:
    """Without any, the tests above would prove nothing."""
    assert len(list(_parameter_cases())) > 20
    assert any(True for _ in _upload_cases())
