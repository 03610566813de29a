"""Bounds on the cost of a query, since a few lines can select billions of values."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from graphql import (
    DocumentNode,
    ExecutionResult,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLResolveInfo,
    GraphQLSchema,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
    execute_sync,
    get_named_type,
    is_leaf_type,
    parse,
    validate,
)

_MOST_TOKENS = 4_000
_MOST_COMMENTS = 1_000
_LONGEST_QUERY = 100_000
_MOST_ERRORS = 20
# Counted with the fields of a fragment wherever it is spread.
_MOST_FIELDS = 20_000
# Fields of one name in one place, and fragments in one place, are compared each with each other.
_MOST_PAIRS = 5_000
# Values of a result. Introspection selects some forty values for each type, field, argument and
# enum value of the schema, so that a large schema allows more.
_MOST_VALUES = 20_000
_VALUES_OF_A_DEFINITION = 40
# A string counts as one more value for every so many characters.
_TEXT = 64


class ExceededError(BaseException):
    """A result has become too large.

    Not an Exception, which the executor would take for the failure of one field and go on.
    """


def read_query(schema: GraphQLSchema, request: Any) -> DocumentNode | list[GraphQLError]:
    """The query of a request if it is valid for a schema, or its errors (section 5)."""
    if not isinstance(request, dict) or not isinstance(request.get("query"), str):
        return [GraphQLError("The request has no query.")]
    variables, name = request.get("variables"), request.get("operationName")
    if not isinstance(variables, dict | None) or not isinstance(name, str | None):
        return [GraphQLError("The variables are not an object, or operationName is not a string.")]
    try:
        document = parse(
            request["query"],
            max_lexical_tokens=_MOST_TOKENS,
            max_comments=_MOST_COMMENTS,
            max_source_length=_LONGEST_QUERY,
        )
        _Counts().check(document)
        errors = validate(schema, document, max_errors=_MOST_ERRORS)
    except GraphQLError as error:
        return [error]
    except RecursionError:
        return [GraphQLError("The query is nested too deeply.")]
    return errors or document


def most_values(schema: GraphQLSchema) -> int:
    """How many values a result may have at most."""
    definitions = sum(map(_definition_count, schema.type_map.values()))
    return _MOST_VALUES + _VALUES_OF_A_DEFINITION * definitions


def run(
    schema: GraphQLSchema,
    document: DocumentNode,
    request: Mapping[str, Any],
    root_value: Callable[[GraphQLResolveInfo[Any], Mapping[str, Any]], Any],
    maximum: int,
) -> ExecutionResult:
    """Execute a request whose query is `document`. Raises ExceededError after `maximum` values.

    `root_value` gives the value of a root field with its arguments; the fields below it are the
    properties of that value, null if it does not have them.
    """

    left = maximum

    def resolve(source: Any, info: GraphQLResolveInfo[Any], /, **arguments: Any) -> Any:
        if info.path.prev is None:
            return root_value(info, arguments)
        return source.get(info.field_name) if isinstance(source, dict) else None

    def counted(
        inner: Callable[..., Any], source: Any, info: GraphQLResolveInfo[Any], /, **arguments: Any
    ) -> Any:
        nonlocal left
        value = inner(source, info, **arguments)
        left -= _cost(value, info)
        if left < 0:
            raise ExceededError
        return value

    return execute_sync(
        schema,
        document,
        variable_values=request.get("variables") or {},
        operation_name=request.get("operationName"),
        field_resolver=resolve,
        # Of every field, also of those of introspection, which `resolve` is not asked for.
        middleware=[counted],
    )


def _cost(value: Any, info: GraphQLResolveInfo[Any]) -> int:
    """How many values the value of a field counts as."""
    cost = 1 + len(info.path.key) // _TEXT  # type: ignore[arg-type]
    if isinstance(value, str):
        return cost + len(value) // _TEXT
    if isinstance(value, (list, dict)):
        cost += len(value)
        if is_leaf_type(get_named_type(info.return_type)):
            cost += len(json.dumps(value)) // _TEXT
    return cost


class _Counts:
    """How many fields and pairs a document has, before validating it, which takes their time."""

    def __init__(self) -> None:
        self._fields = 0
        self._pairs = 0

    def check(self, document: DocumentNode) -> None:
        """Raise GraphQLError for too many."""
        fragments = {
            node.name.value: node.selection_set
            for node in document.definitions
            if isinstance(node, FragmentDefinitionNode)
        }
        for selection in fragments.values():
            self._add([selection], {}, frozenset())
        for node in document.definitions:
            if isinstance(node, OperationDefinitionNode):
                self._add([node.selection_set], fragments, frozenset())

    def _add(
        self,
        merged: Sequence[SelectionSetNode],
        fragments: Mapping[str, SelectionSetNode],
        above: frozenset[str],
    ) -> None:
        """Add selection sets of one place, which are merged (section 5.3.2), and those in them.

        Fragments that contain themselves, which validation refuses, are not followed.
        """
        sets, spread = [*merged], set[str]()
        by_name: dict[str, list[SelectionSetNode | None]] = {}
        while sets:
            for node in sets.pop().selections:
                self._fields += 1
                if isinstance(node, FieldNode):
                    name = (node.alias or node.name).value
                    by_name.setdefault(name, []).append(node.selection_set)
                elif isinstance(node, InlineFragmentNode):
                    sets.append(node.selection_set)
                elif isinstance(node, FragmentSpreadNode) and node.name.value not in spread:
                    spread.add(node.name.value)
                    if node.name.value in fragments and node.name.value not in above:
                        sets.append(fragments[node.name.value])
        for compared in (spread, *by_name.values()):
            self._pairs += len(compared) * (len(compared) - 1) // 2
        if self._fields > _MOST_FIELDS:
            raise GraphQLError(f"The query selects more than {_MOST_FIELDS} fields.")
        if self._pairs > _MOST_PAIRS:
            raise GraphQLError("The query selects too many fields of one name in one place.")
        for selections in by_name.values():
            if inner := [selection for selection in selections if selection is not None]:
                self._add(inner, fragments, above | spread)


def _definition_count(named: Any) -> int:
    # Output types have fields with arguments, input types fields without, enums values.
    fields = getattr(named, "fields", {}).values()
    arguments = sum(len(getattr(field, "args", ())) for field in fields)
    return 1 + len(fields) + arguments + len(getattr(named, "values", ()))
