"""Bounds of what a query may cost, since a few lines can ask for billions of values."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from graphql import (
    DocumentNode,
    ExecutionResult,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLEnumType,
    GraphQLError,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLResolveInfo,
    GraphQLSchema,
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
# Values of a result. Introspection asks for some forty values for each type, field, argument and
# enum value of the schema, so that a large schema allows more.
_MOST_VALUES = 20_000
_VALUES_OF_A_DEFINITION = 40
# A string counts as one value more for every so many characters.
_TEXT = 64


class ExceededError(BaseException):
    """A result has become too large.

    Not an Exception, which the executor would take for the failure of one field and go on.
    """


def read_query(schema: GraphQLSchema, text: str) -> DocumentNode | list[GraphQLError]:
    """A query that is valid for a schema, or its errors (GraphQL specification, section 5)."""
    try:
        document = parse(
            text,
            max_lexical_tokens=_MOST_TOKENS,
            max_comments=_MOST_COMMENTS,
            max_source_length=_LONGEST_QUERY,
        )
        errors = validate(schema, document, max_errors=_MOST_ERRORS)
        if not errors and _field_count(document) > _MOST_FIELDS:
            errors = [GraphQLError(f"The query selects more than {_MOST_FIELDS} fields.")]
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
    resolver: Callable[..., Any],
    maximum: int,
) -> ExecutionResult:
    """Execute a request whose query is `document`. Raises ExceededError after `maximum` values."""
    return execute_sync(
        schema,
        document,
        variable_values=request.get("variables") or {},
        operation_name=request.get("operationName"),
        field_resolver=resolver,
        middleware=[_ValueLimit(maximum)],
    )


class _ValueLimit:
    """A middleware of the executor that stops it after a number of values."""

    def __init__(self, maximum: int) -> None:
        self._left = maximum

    def resolve(
        self,
        resolve: Callable[..., Any],
        source: Any,
        info: GraphQLResolveInfo[Any],
        /,
        **arguments: Any,
    ) -> Any:
        """The value of a field. Raises ExceededError if there are too many."""
        value = resolve(source, info, **arguments)
        self._left -= 1 + len(info.path.key) // _TEXT  # type: ignore[arg-type]
        if isinstance(value, str):
            self._left -= len(value) // _TEXT
        elif isinstance(value, (list, dict)):
            self._left -= len(value)
            if is_leaf_type(get_named_type(info.return_type)):
                self._left -= len(json.dumps(value)) // _TEXT
        if self._left < 0:
            raise ExceededError
        return value


def _field_count(document: DocumentNode) -> int:
    fragments = {
        node.name.value: node.selection_set
        for node in document.definitions
        if isinstance(node, FragmentDefinitionNode)
    }
    counted: dict[str, int] = {}
    return sum(
        _selected(node.selection_set, fragments, counted)
        for node in document.definitions
        if hasattr(node, "selection_set")
    )


def _selected(
    selection: SelectionSetNode, fragments: Mapping[str, SelectionSetNode], counted: dict[str, int]
) -> int:
    """The number of fields; that of each fragment is kept in `counted`."""
    count = 0
    for node in selection.selections:
        count += 1
        if isinstance(node, FragmentSpreadNode):
            name = node.name.value
            if name not in counted:
                counted[name] = _selected(fragments[name], fragments, counted)
            count += counted[name]
        elif node.selection_set is not None:  # type: ignore[attr-defined]
            count += _selected(node.selection_set, fragments, counted)  # type: ignore[attr-defined]
    return count


def _definition_count(named: Any) -> int:
    if isinstance(named, (GraphQLObjectType, GraphQLInterfaceType)):
        return 1 + sum(1 + len(field.args) for field in named.fields.values())
    if isinstance(named, GraphQLInputObjectType):
        return 1 + len(named.fields)
    return 1 + len(named.values) if isinstance(named, GraphQLEnumType) else 1
