"""The answer to a GraphQL request against its query and the schema beside the contract."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import Any

from graphql import (
    GraphQLError,
    GraphQLSchema,
    OperationType,
    get_operation_ast,
    parse,
    validate,
)
from graphql.execution import get_variable_values

from greenroom.contract.graphql_schema import compile_schema
from greenroom.contract.model import Operation
from greenroom.http.exchange import Exchange
from greenroom.http.json_decoding import MalformedError, decode_json
from greenroom.schema import json_pointer as ptr

from ..finding import Finding
from .bodies import shown
from .graphql_data import Fault, Selected
from .location import Site

_WHERE = "response body"
_ENTRIES = ("data", "errors", "extensions")
_RESPONSE, _ERRORS, _REQUEST = "response", "errors", "request"

_schema = lru_cache(maxsize=8)(compile_schema)


def graphql_findings(
    document: Mapping[str, Any], operation: Operation, exchange: Exchange
) -> list[Finding]:
    """Everything by which a success differs from what the query and the schema make of it.

    Raises SchemaError where the schema of the operation is none. A request for a subscription, and
    an answer that is no JSON, are left to others.
    """
    graphql, answer = operation.graphql, exchange.response
    if graphql is None or answer is None or not exchange.succeeded:
        return []
    try:
        value = decode_json(answer.body)
    except MalformedError:
        return []
    site = Site(document, operation.id, _WHERE)
    return [
        site.finding(
            "graphql", graphql.pointer, fault.message, at=fault.at, expected=fault.expected,
            seen=shown(fault.seen), detail=fault.field,
        )
        for fault in _faults(_schema(graphql.text), exchange.request.body, value)
    ]  # fmt: skip


def unfit(operation: Operation, body: bytes) -> str:
    """Why a request gets no answer with data: what is wrong with its query; empty for nothing.

    Also empty for an operation without a schema. Raises SchemaError where the schema is none.
    """
    if operation.graphql is None:
        return ""
    read = _read(_schema(operation.graphql.text), body)
    return (read if isinstance(read, str) else "") if read is not None else "it subscribes"


def _faults(schema: GraphQLSchema, body: bytes, answer: Any) -> Iterator[Fault]:
    if not isinstance(answer, dict):
        yield Fault(_RESPONSE, "", "the answer is no object", "an object with data", answer)
        return
    for name in answer:
        if name not in _ENTRIES:
            said = f"{name} is no entry of a response"
            yield Fault(_RESPONSE, ptr.join("", name), said, ", ".join(_ENTRIES), answer[name])
    yield from _error_faults(answer)
    data = answer.get("data")
    if data is None and "errors" not in answer:
        yield Fault(_RESPONSE, "/data", "there is neither data nor an error", "data", None)
    elif not isinstance(data, dict | None):
        yield Fault(_RESPONSE, "/data", "the data are no object", "an object or null", data)
    read = _read(schema, body)
    if isinstance(read, str):
        if data is not None:
            said = f"a request that cannot be executed is: {read}"
            yield Fault(_REQUEST, "/data", said, "errors without data", data)
    elif read is not None and isinstance(data, dict):
        yield from read.faults(data, "/data")


def _read(schema: GraphQLSchema, body: bytes) -> Selected | str | None:
    """What a request selects, or why it cannot be executed; None for a subscription."""
    try:
        request = json.loads(body)
    except (ValueError, RecursionError):
        return "it is no JSON"
    text = request.get("query") if isinstance(request, dict) else None
    if not isinstance(text, str):
        return "it has no query"
    variables = request.get("variables")
    name = request.get("operationName")
    if not isinstance(variables, dict | None) or not isinstance(name, str | None):
        return "its variables or its operation name have no meaning"
    try:
        document = parse(text)
        errors = validate(schema, document)
    except GraphQLError as error:
        return _told(error)
    except RecursionError:
        return "it is nested too deeply"
    if errors:
        return _told(errors[0])
    operation = get_operation_ast(document, name)
    if operation is None:
        return "it does not say which of its operations is meant"
    if operation.operation is OperationType.SUBSCRIPTION:
        return None
    given = get_variable_values(schema, operation.variable_definitions or (), variables or {})
    if isinstance(given, list):
        return _told(given[0])
    return Selected(schema, document, operation, given.coerced)


def _error_faults(answer: Mapping[str, Any]) -> Iterator[Fault]:
    """What is wrong with the errors themselves (GraphQL specification, section 7.1.2)."""
    if "errors" not in answer:
        return
    errors = answer["errors"]
    if not isinstance(errors, list) or not errors:
        said = "errors is no list with something in it"
        yield Fault(_ERRORS, "/errors", said, "a list of errors, or nothing", errors)
        return
    for i, error in enumerate(errors):
        at = ptr.join("/errors", i)
        if not isinstance(error, dict):
            yield Fault(_ERRORS, at, "an error is no object", "an object with a message", error)
            continue
        for name, (right, holds) in _OF_AN_ERROR.items():
            if not holds(error.get(name)) and (name in error or name == "message"):
                said = f"the {name} of an error is not {right}"
                yield Fault(f"{_ERRORS}.{name}", f"{at}/{name}", said, right, error.get(name))


def _is_locations(value: Any) -> bool:
    return isinstance(value, list) and all(
        isinstance(place, dict)
        and all(_is_whole(place.get(name)) and place[name] > 0 for name in ("line", "column"))
        for place in value
    )


def _is_path(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(n, str) or _is_whole(n) for n in value)


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


_OF_AN_ERROR: Mapping[str, tuple[str, Callable[[Any], bool]]] = {
    "message": ("a text", lambda value: isinstance(value, str)),
    "locations": ("a list of lines and columns", lambda v: v is None or _is_locations(v)),
    "path": ("a list of names and indices", lambda value: value is None or _is_path(value)),
    "extensions": ("a map", lambda value: isinstance(value, dict | None)),
}


def _told(error: GraphQLError) -> str:
    return " ".join(error.message.split())
