"""What the examples of an operation say of the fields that a query begins with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from graphql import GraphQLResolveInfo, GraphQLSchema, execute_sync

from ..contract.graphql_schema import roots
from ..contract.model import Example, Operation
from .bounds import ExceededError, Meter, most_values, read_query


@dataclass(frozen=True, slots=True)
class Saying:
    """The value that one example gives a field; `arguments` of its request, None where unknown."""

    example: Example
    value: Any
    arguments: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Pair:
    """An example of an answer with data, and the request of the same name where there is one."""

    answer: Example
    request: Example | None


Sayings = Mapping[tuple[str, str], tuple[Saying, ...]]


def pairs(operation: Operation) -> Iterator[Pair]:
    """The examples that are executed over: of a success, in JSON, without errors."""
    asked = {example.name: example for example in reversed(list(requests(operation)))}
    responses = [r for r in operation.responses if r.status.startswith("2")]
    for response in sorted(responses, key=lambda r: (r.status.endswith("XX"), r.status)):
        for media in response.content:
            for example in media.examples if media.is_json else ():
                if is_answer(example.value):
                    yield Pair(example, asked.get(example.name))


def requests(operation: Operation) -> Iterator[Example]:
    """The documented requests that can be executed."""
    for media in operation.body.content if operation.body else ():
        if media.is_json:
            yield from media.examples


def is_answer(value: Any) -> bool:
    """Whether a response is that of a query in which nothing failed."""
    return isinstance(value, dict) and isinstance(value.get("data"), dict) and "errors" not in value


def gather(schema: GraphQLSchema, operation: Operation) -> Sayings:
    """Every saying about a root field, by type and field, in the order of the contract.

    An answer is read with its request, which tells fields from their aliases and their arguments;
    without one its keys are the names of fields.
    """
    found: dict[tuple[str, str], list[Saying]] = {}
    for pair in pairs(operation):
        data = pair.answer.value["data"]
        asked = _asked(schema, pair.request.value, data) if pair.request is not None else {}
        for key, value in data.items():
            fields = asked.get(key) or [
                (root.name, key, None) for root in roots(schema) if key in root.fields
            ]
            for type_name, field, arguments in fields:
                saying = Saying(pair.answer, value, arguments)
                found.setdefault((type_name, field), []).append(saying)
    return {field: tuple(sayings) for field, sayings in found.items()}


def choose(sayings: Sayings, type_name: str, field: str, arguments: Mapping[str, Any]) -> Any:
    """The saying with these arguments, else the first; None where no example has the field."""
    told = sayings.get((type_name, field), ())
    fitting = (saying for saying in told if saying.arguments == arguments)
    return next(fitting, told[0] if told else None)


def member(source: Any, info: GraphQLResolveInfo[Any]) -> Any:
    """The value of a field below the root; None where the example does not have it."""
    return source.get(info.field_name) if isinstance(source, dict) else None


def _asked(
    schema: GraphQLSchema, request: Any, data: Mapping[str, Any]
) -> dict[str, list[tuple[str, str, Mapping[str, Any] | None]]]:
    """What a request asks for: type, field and arguments by the key in the answer.

    Learnt by executing it, so that variables, defaults and directives count. Empty for a request
    that cannot be executed.
    """
    found: dict[str, list[tuple[str, str, Mapping[str, Any] | None]]] = {}

    def resolve(source: Any, info: GraphQLResolveInfo[Any], /, **arguments: Any) -> Any:
        if info.path.prev is not None:
            return member(source, info)
        key = str(info.path.key)
        found[key] = [(info.parent_type.name, info.field_name, arguments)]
        return data.get(key)

    if not isinstance(request, dict) or not isinstance(request.get("query"), str):
        return found
    document = read_query(schema, request["query"])
    if not isinstance(document, list):
        try:
            execute_sync(
                schema,
                document,
                variable_values=request.get("variables") or {},
                operation_name=request.get("operationName"),
                field_resolver=resolve,
                middleware=[Meter(most_values(schema))],
            )
        except (RuntimeError, ExceededError):
            return {}
    return found
