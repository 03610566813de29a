"""Findings about the response to a GraphQL request, by its query and the GraphQL schema."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from typing import Any

from graphql import GraphQLError, GraphQLSchema, OperationType, get_operation_ast, parse, validate
from graphql.execution import get_variable_values

from greenroom.contract.graphql_schema import compile_schema
from greenroom.contract.model import Operation
from greenroom.contract.runtime_expressions import NOTHING
from greenroom.http.exchange import Exchange
from greenroom.http.json_decoding import json_or
from greenroom.schema import json_pointer as ptr
from greenroom.schema.validators import SchemaSet

from ..finding import Finding
from .graphql_data import Mismatch, Selection
from .location import Location
from .schema_findings import short_json

# A response (section 7.1) and its errors (section 7.1.2).
_SHAPE = SchemaSet({
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "data": {"type": ["object", "null"]},
        "errors": {"type": "array", "minItems": 1, "items": {
            "type": "object",
            "required": ["message"],
            "properties": {
                "message": {"type": "string"},
                "locations": {"type": ["array", "null"], "items": {
                    "type": "object",
                    "required": ["line", "column"],
                    "additionalProperties": {"type": "integer", "minimum": 1},
                }},
                "path": {"type": ["array", "null"], "items": {"type": ["string", "integer"]}},
                "extensions": {"type": ["object", "null"]},
            },
        }},
        "extensions": {},
    },
})  # fmt: skip

_schema = lru_cache(maxsize=8)(compile_schema)


def graphql_findings(location: Location, operation: Operation, exchange: Exchange) -> list[Finding]:
    """Every difference between a success and its query and GraphQL schema.

    Raises SchemaError if the schema is not valid. A request for a subscription and a response that
    is not JSON have no findings here.
    """
    graphql, response = operation.graphql, exchange.response
    if graphql is None or response is None or not exchange.succeeded:
        return []
    value = json_or(NOTHING, response.body)
    if value is NOTHING:
        return []
    location = replace(location, where="response body")
    return [
        location.finding(
            "graphql", graphql.pointer, found.message, at=found.at, expected=found.expected,
            seen=short_json(found.seen), detail=found.field,
        )
        for found in _mismatches(_schema(graphql.text), exchange.request.body, value)
    ]  # fmt: skip


def _mismatches(schema: GraphQLSchema, body: bytes, response: Any) -> Iterator[Mismatch]:
    for error in _SHAPE.errors("", response):
        field = ".".join([n for n in ptr.split(error.instance) if not n.isdigit()][:2])
        rule = ptr.look_up(_SHAPE.document, error.schema)
        expected = f"{error.schema.rpartition('/')[2]}: {short_json(rule)}"
        message = f"{field or 'the response'} violates {expected}"
        seen = ptr.look_up(response, error.instance)
        yield Mismatch(field or "response", error.instance, message, expected, seen)
    if not isinstance(response, dict):
        return
    data = response.get("data")
    if data is None and "errors" not in response:
        yield Mismatch(
            "response", "/data", "the response has neither data nor errors", "data", None
        )
    read = _selection_of(schema, body)
    if isinstance(read, str):
        if data is not None:
            message = f"the request was executed although {read}"
            yield Mismatch("request", "/data", message, "errors without data", data)
    elif read is not None and isinstance(data, dict):
        yield from read.mismatches(data, "/data")


def _selection_of(schema: GraphQLSchema, body: bytes) -> Selection | str | None:
    """The selection of a request, or why it cannot be executed; None for a subscription."""
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
    return Selection(schema, document, operation, given)


def _one_line(error: GraphQLError) -> str:
    return " ".join(error.message.split())
