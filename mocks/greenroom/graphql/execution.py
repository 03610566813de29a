"""Executing a request as a GraphQL server would that has the examples as its data."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from graphql import (
    DocumentNode,
    ExecutionResult,
    GraphQLError,
    GraphQLResolveInfo,
    GraphQLSchema,
    OperationType,
    get_operation_ast,
)

from ..contract.model import Example, Operation
from .bounds import ExceededError, most_values, read_query, run
from .data import FieldExamples, choose, field_examples

# What a function gives for a field whose value is that of an example.
EXAMPLE: Final[Any] = object()
# Takes the root type, the field, its arguments and its value in the example that suits them.
Resolve = Callable[[str, str, Mapping[str, Any], Any], Any]


@dataclass(frozen=True, slots=True)
class GraphqlResult:
    """A response (`value`: GraphQL specification, section 7.1) and the examples it is made of.

    `executed` is false after a request error (section 7.1.2), so that there is no data.
    """

    value: Mapping[str, Any]
    examples: tuple[Example, ...] = ()
    executed: bool = True


class Executable:
    """An operation with its GraphQL schema, ready to execute requests."""

    def __init__(self, schema: GraphQLSchema, operation: Operation) -> None:
        self.schema = schema
        self.fields: FieldExamples = field_examples(schema, operation)
        self._most_values = most_values(schema)

    def execute(self, request: Any, resolve: Resolve | None = None) -> GraphqlResult:
        """The result of a request (GraphQL over HTTP, section 5.1). Never raises.

        `resolve` gives the values of fields of Query and Mutation that are not those of examples.
        """
        document = read_query(self.schema, request)
        if isinstance(document, list):
            return _request_error(document)
        operation = get_operation_ast(document, request.get("operationName"))
        if operation is not None and operation.operation is OperationType.SUBSCRIPTION:
            return _request_error([GraphQLError("Subscriptions are not offered here.", operation)])
        return self._run(document, request, resolve)

    def _run(
        self, document: DocumentNode, request: Mapping[str, Any], resolve: Resolve | None
    ) -> GraphqlResult:
        used: dict[str, Example] = {}

        def root_value(info: GraphQLResolveInfo[Any], arguments: Mapping[str, Any]) -> Any:
            field = info.parent_type.name, info.field_name
            found = choose(self.fields, *field, arguments)
            if resolve is not None:
                value = resolve(*field, arguments, found and found.value)
                if value is not EXAMPLE:
                    return value
            if found is None:
                return None
            used.setdefault(found.example.pointer, found.example)
            return found.value

        try:
            result = run(self.schema, document, request, root_value, self._most_values)
        except ExceededError:
            return _failed("The query asks for too many values.")
        except (GraphQLError, RuntimeError) as error:
            return _failed(str(error) or "The query cannot be executed.")
        if _is_request_error(result):
            return _request_error(result.errors or ())
        return GraphqlResult(_with_integers(result.formatted), tuple(used.values()))


def _with_integers(value: Any) -> Any:
    """A JSON value with its whole numbers as int, which the executor makes floats of."""
    if isinstance(value, dict):
        return {name: _with_integers(entry) for name, entry in value.items()}
    if isinstance(value, list):
        return [_with_integers(entry) for entry in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _is_request_error(result: ExecutionResult) -> bool:
    # An error with a path was raised by a field, so that execution had begun (section 7.1.2).
    return result.data is None and all(error.path is None for error in result.errors or ())


def _request_error(errors: Sequence[GraphQLError]) -> GraphqlResult:
    return GraphqlResult({"errors": [error.formatted for error in errors]}, executed=False)


def _failed(message: str) -> GraphqlResult:
    return _request_error([GraphQLError(message)])
