"""What a query may cost: a few lines can ask for billions of values."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from graphql import (
    DocumentNode,
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
    get_named_type,
    is_leaf_type,
    parse,
    validate,
)

_MOST_TOKENS = 4_000
_MOST_COMMENTS = 1_000
_LONGEST_QUERY = 100_000
_MOST_ERRORS = 20
# Fields with every fragment written out where it is spread.
_MOST_SELECTED = 20_000
# Values of a result; a long text counts for several. Introspection asks for some forty values of
# each part of the schema, so a large schema may be asked for more.
_MOST_VALUES = 20_000
_VALUES_OF_A_PART = 40
_TEXT = 64


class ExceededError(BaseException):
    """A result that has become too large.

    No Exception: the executor would take that for the failure of one field and go on.
    """


def read_query(schema: GraphQLSchema, text: str) -> DocumentNode | list[GraphQLError]:
    """A query that fits a schema, or what is wrong with it (GraphQL specification, section 5)."""
    try:
        document = parse(
            text,
            max_lexical_tokens=_MOST_TOKENS,
            max_comments=_MOST_COMMENTS,
            max_source_length=_LONGEST_QUERY,
        )
        errors = validate(schema, document, max_errors=_MOST_ERRORS)
        if not errors and _selected(document) > _MOST_SELECTED:
            errors = [GraphQLError(f"The query selects more than {_MOST_SELECTED} fields.")]
    except GraphQLError as error:
        return [error]
    except RecursionError:
        return [GraphQLError("The query is nested too deeply.")]
    return errors or document


def most_values(schema: GraphQLSchema) -> int:
    """How many values a result may have."""
    return _MOST_VALUES + _VALUES_OF_A_PART * sum(map(_parts, schema.type_map.values()))


class Meter:
    """A middleware of the executor that stops it after a number of values."""

    def __init__(self, most: int) -> None:
        self._left = most

    def resolve(
        self,
        resolve: Callable[..., Any],
        source: Any,
        info: GraphQLResolveInfo[Any],
        /,
        **arguments: Any,
    ) -> Any:
        """The value of a field. Raises ExceededError when it is one too many."""
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


def _selected(document: DocumentNode) -> int:
    fragments = {
        node.name.value: node.selection_set
        for node in document.definitions
        if isinstance(node, FragmentDefinitionNode)
    }
    known: dict[str, int] = {}
    return sum(
        _size(node.selection_set, fragments, known)
        for node in document.definitions
        if hasattr(node, "selection_set")
    )


def _size(
    selected: SelectionSetNode, fragments: Mapping[str, SelectionSetNode], known: dict[str, int]
) -> int:
    size = 0
    for node in selected.selections:
        size += 1
        if isinstance(node, FragmentSpreadNode):
            name = node.name.value
            if name not in known:
                known[name] = _size(fragments[name], fragments, known)
            size += known[name]
        elif node.selection_set is not None:  # type: ignore[attr-defined]
            size += _size(node.selection_set, fragments, known)  # type: ignore[attr-defined]
    return size


def _parts(named: Any) -> int:
    if isinstance(named, (GraphQLObjectType, GraphQLInterfaceType)):
        return 1 + sum(1 + len(field.args) for field in named.fields.values())
    if isinstance(named, GraphQLInputObjectType):
        return 1 + len(named.fields)
    return 1 + len(named.values) if isinstance(named, GraphQLEnumType) else 1
