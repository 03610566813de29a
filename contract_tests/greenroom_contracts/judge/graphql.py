"""Findings about the response to a GraphQL request, by its query and the GraphQL schema."""

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
from .graphql_data import Mismatch, Selection
from .location import Location
from .schema_findings import short_json

_WHERE = "response body"
_ENTRIES = ("data", "errors", "extensions")
_RESPONSE, _ERRORS, _REQUEST = "response", "errors", "request"

_schema = lru_cache(maxsize=8)(compile_schema)


def graphql_findings(
    document: Mapping[str, Any], operation: Operation, exchange: Exchange
) -> list[Finding]:
    """Every difference between a success and what its query and the GraphQL schema allow.

    Raises SchemaError if the schema is not valid. A request for a subscription and a response that
    is not JSON have no findings here.
    """
    graphql, response = operation.graphql, exchange.response
    if graphql is None or response is None or not exchange.succeeded:
        return []
    try:
        value = decode_json(response.body)
    except MalformedError:
        return []
    location = Location(document, operation.id, _WHERE)
    return [
        location.finding(
            "graphql", graphql.pointer, found.message, at=found.at, expected=found.expected,
            seen=short_json(found.seen), detail=found.field,
        )
        for found in _mismatches(_schema(graphql.text), exchange.request.body, value)
    ]  # fmt: skip


def _mismatches(schema: GraphQLSchema, body: bytes, response: Any) -> Iterator[Mismatch]:
    if not isinstance(response, dict):
        message = "the response is not an object"
        yield Mismatch(_RESPONSE, "", message, "an object with data", response)
        return
    for name in response:
        if name not in _ENTRIES:
            message = f"{name} is not an entry of a GraphQL response"
            at, expected = ptr.join("", name), ", ".join(_ENTRIES)
            yield Mismatch(_RESPONSE, at, message, expected, response[name])
    yield from _error_mismatches(response)
    data = response.get("data")
    if data is None and "errors" not in response:
        yield Mismatch(_RESPONSE, "/data", "there are neither data nor errors", "data", None)
    elif not isinstance(data, dict | None):
        yield Mismatch(_RESPONSE, "/data", "data is not an object", "an object or null", data)
    read = _read(schema, body)
    if isinstance(read, str):
        if data is not None:
            message = f"the request was executed although {read}"
            yield Mismatch(_REQUEST, "/data", message, "errors without data", data)
    elif read is not None and isinstance(data, dict):
        yield from read.mismatches(data, "/data")


def _read(schema: GraphQLSchema, body: bytes) -> Selection | str | None:
    """What a request selects, or why it cannot be executed; None for a subscription."""
    try:
        request = json.loads(body)
    except (ValueError, RecursionError):
        return "it is not JSON"
    text = request.get("query") if isinstance(request, dict) else None
    if not isinstance(text, str):
        return "it has no query"
    variables = request.get("variables")
    name = request.get("operationName")
    if not isinstance(variables, dict | None) or not isinstance(name, str | None):
        return "its variables or its operation name have the wrong type"
    try:
        document = parse(text)
        errors = validate(schema, document)
    except GraphQLError as error:
        return _one_line(error)
    except RecursionError:
        return "it is nested too deeply"
    if errors:
        return _one_line(errors[0])
    operation = get_operation_ast(document, name)
    if operation is None:
        return "it does not name one of its operations"
    if operation.operation is OperationType.SUBSCRIPTION:
        return None
    given = get_variable_values(schema, operation.variable_definitions or (), variables or {})
    if isinstance(given, list):
        return _one_line(given[0])
    return Selection(schema, document, operation, given.coerced)


def _error_mismatches(response: Mapping[str, Any]) -> Iterator[Mismatch]:
    """Mismatches of the errors themselves (GraphQL specification, section 7.1.2)."""
    if "errors" not in response:
        return
    errors = response["errors"]
    if not isinstance(errors, list) or not errors:
        message = "errors is not a list with at least one error"
        yield Mismatch(_ERRORS, "/errors", message, "a list of errors, or no errors", errors)
        return
    for i, error in enumerate(errors):
        at = ptr.join("/errors", i)
        if not isinstance(error, dict):
            message = "an error is not an object"
            yield Mismatch(_ERRORS, at, message, "an object with a message", error)
            continue
        for name, (right, holds) in _OF_AN_ERROR.items():
            if not holds(error.get(name)) and (name in error or name == "message"):
                message = f"the {name} of an error is not {right}"
                yield Mismatch(f"{_ERRORS}.{name}", f"{at}/{name}", message, right, error.get(name))


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
    "message": ("a string", lambda value: isinstance(value, str)),
    "locations": ("a list of lines and columns", lambda v: v is None or _is_locations(v)),
    "path": ("a list of names and indices", lambda value: value is None or _is_path(value)),
    "extensions": ("an object", lambda value: isinstance(value, dict | None)),
}


def _one_line(error: GraphQLError) -> str:
    return " ".join(error.message.split())
