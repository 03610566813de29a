"""Executing a request: what a GraphQL server over the examples would answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graphql import (
    DocumentNode,
    ExecutionResult,
    GraphQLError,
    GraphQLResolveInfo,
    GraphQLSchema,
    OperationType,
    execute_sync,
    get_operation_ast,
)

from ..contract.model import Example, Operation
from .bounds import ExceededError, Meter, most_values, read_query
from .data import Sayings, choose, gather, member


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a request.

    `value` is the response (GraphQL specification, section 7.1), `examples` are those that it was
    made of. `ran` is false where nothing was executed, so that there is no data.
    """

    value: Mapping[str, Any]
    examples: tuple[Example, ...] = ()
    ran: bool = True


class Executable:
    """An operation with a GraphQL schema, ready to answer."""

    def __init__(self, schema: GraphQLSchema, operation: Operation) -> None:
        self.schema = schema
        self.sayings: Sayings = gather(schema, operation)
        self._most = most_values(schema)

    def execute(self, request: Any) -> Outcome:
        """The outcome of a request in the form of GraphQL over HTTP, section 5.1. Never raises."""
        if not isinstance(request, dict) or not isinstance(request.get("query"), str):
            return _not_run([GraphQLError("The request has no query.")])
        variables, name = request.get("variables"), request.get("operationName")
        if not isinstance(variables, dict | None) or not isinstance(name, str | None):
            return _not_run([GraphQLError("The variables or the operation name have no meaning.")])
        document = read_query(self.schema, request["query"])
        if isinstance(document, list):
            return _not_run(document)
        operation = get_operation_ast(document, name)
        if operation is not None and operation.operation is OperationType.SUBSCRIPTION:
            return _not_run([GraphQLError("Subscriptions are not offered here.", operation)])
        return self._run(document, variables or {}, name)

    def _run(self, document: DocumentNode, variables: dict[str, Any], name: str | None) -> Outcome:
        used: dict[str, Example] = {}

        def resolve(source: Any, info: GraphQLResolveInfo[Any], /, **arguments: Any) -> Any:
            if info.path.prev is not None:
                return member(source, info)
            saying = choose(self.sayings, info.parent_type.name, info.field_name, arguments)
            if saying is None:
                return None
            used.setdefault(saying.example.pointer, saying.example)
            return saying.value

        try:
            result = execute_sync(
                self.schema,
                document,
                variable_values=variables,
                operation_name=name,
                field_resolver=resolve,
                middleware=[Meter(self._most)],
            )
        except ExceededError:
            return _not_run([GraphQLError("The query asks for too many values.")])
        except (GraphQLError, RuntimeError) as error:
            return _not_run([GraphQLError(str(error) or "The query cannot be executed.")])
        if _is_request_error(result):
            return _not_run(result.errors or ())
        return Outcome(_plain(result.formatted), tuple(used.values()))


def _plain(value: Any) -> Any:
    """A JSON value with whole numbers written as such, which the executor makes into floats."""
    if isinstance(value, dict):
        return {name: _plain(entry) for name, entry in value.items()}
    if isinstance(value, list):
        return [_plain(entry) for entry in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _is_request_error(result: ExecutionResult) -> bool:
    # The path of an error says that a field had begun (section 7.1.2).
    return result.data is None and all(error.path is None for error in result.errors or ())


def _not_run(errors: Sequence[GraphQLError]) -> Outcome:
    return Outcome({"errors": [error.formatted for error in errors]}, ran=False)
