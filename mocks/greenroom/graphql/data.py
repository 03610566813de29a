"""The values that the examples of an operation have for the fields of Query and Mutation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from graphql import GraphQLResolveInfo, GraphQLSchema

from ..contract.graphql_schema import roots
from ..contract.model import Example, Operation
from .bounds import ExceededError, most_values, read_query, run


@dataclass(frozen=True, slots=True)
class FieldExample:
    """The value of a field in an example, for `arguments` (None if they are not known)."""

    example: Example
    value: Any
    arguments: Mapping[str, Any] | None = None


# By the name of the root type and the name of the field.
FieldExamples = Mapping[tuple[str, str], tuple[FieldExample, ...]]


def example_pairs(operation: Operation) -> Iterator[tuple[Example | None, Example]]:
    """The JSON examples of 2XX responses with data and without errors, lowest status first.

    Each comes with the request example of the same name, if there is one.
    """
    requests = {example.name: example for example in reversed(list(request_examples(operation)))}
    for media in (media for response in operation.successes for media in response.content):
        for example in media.examples if media.is_json else ():
            if is_success(example.value):
                yield requests.get(example.name), example


def request_examples(operation: Operation) -> Iterator[Example]:
    """The examples of JSON request bodies."""
    for media in operation.request_content:
        if media.is_json:
            yield from media.examples


def is_success(value: Any) -> bool:
    """Whether a response has data and no errors (GraphQL specification, section 7.1)."""
    return isinstance(value, dict) and isinstance(value.get("data"), dict) and "errors" not in value


def field_examples(schema: GraphQLSchema, operation: Operation) -> FieldExamples:
    """The values in the examples for each root field, in the order of the contract.

    The request determines the field of each key in the response, and its arguments. Without a
    request the keys are taken for the names of fields.
    """
    found: dict[tuple[str, str], list[FieldExample]] = {}
    for request, response in example_pairs(operation):
        data = response.value["data"]
        requested = _requested(schema, request.value, data) if request is not None else {}
        for key, value in data.items():
            fields = requested.get(key) or [
                (root.name, key, None) for root in roots(schema) if key in root.fields
            ]
            for type_name, field, arguments in fields:
                example = FieldExample(response, value, arguments)
                found.setdefault((type_name, field), []).append(example)
    return {field: tuple(examples) for field, examples in found.items()}


def choose(
    examples: FieldExamples, type_name: str, field: str, arguments: Mapping[str, Any]
) -> FieldExample | None:
    """The first example with these arguments, else the first; None if the field has none."""
    known = examples.get((type_name, field), ())
    matching = (example for example in known if example.arguments == arguments)
    return next(matching, known[0] if known else None)


def _requested(
    schema: GraphQLSchema, request: Any, data: Mapping[str, Any]
) -> dict[str, list[tuple[str, str, Mapping[str, Any] | None]]]:
    """The type, field and arguments that a request selects, by the key in the response.

    Found by executing it, so that variables, defaults and directives count. Empty for a request
    that cannot be executed.
    """
    found: dict[str, list[tuple[str, str, Mapping[str, Any] | None]]] = {}

    def root_value(info: GraphQLResolveInfo[Any], arguments: Mapping[str, Any]) -> Any:
        key = str(info.path.key)
        found[key] = [(info.parent_type.name, info.field_name, arguments)]
        return data.get(key)

    document = read_query(schema, request)
    if not isinstance(document, list):
        try:
            run(schema, document, request, root_value, most_values(schema))
        except (RuntimeError, ExceededError):
            return {}
    return found
