"""The data of a GraphQL response and its selection (GraphQL specification, section 6.4)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    GraphQLAbstractType,
    GraphQLEnumType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLScalarType,
    GraphQLSchema,
    NameNode,
    OperationDefinitionNode,
    is_abstract_type,
)
from graphql.execution.collect_fields import FieldDetails, FragmentDetails, collect_subfields
from graphql.execution.values import VariableValues

from greenroom.schema import json_pointer as ptr
from greenroom.schema.subschemas import type_of

_TYPENAME = "__typename"
_INT = range(-(2**31), 2**31)
_NUMBER = ("integer", "number")
_TYPES: Mapping[str, tuple[str, ...]] = {
    "Int": _NUMBER, "Float": _NUMBER, "String": ("string",), "ID": ("string",),
    "Boolean": ("boolean",),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Mismatch:
    """One difference in a GraphQL response; `field` is its schema coordinate: `Query.me`."""

    field: str
    at: str
    message: str
    expected: str
    seen: Any


class Selection:
    """The fields that an operation selects; `variables` are coerced.

    The document must be valid.
    """

    def __init__(
        self,
        schema: GraphQLSchema,
        document: DocumentNode,
        operation: OperationDefinitionNode,
        variables: VariableValues,
    ) -> None:
        self._schema = schema
        self._operation = operation
        self._variables = variables
        self._fragments = {
            node.name.value: FragmentDetails(node)
            for node in document.definitions
            if isinstance(node, FragmentDefinitionNode)
        }

    def mismatches(self, data: Mapping[str, Any], at: str) -> Iterator[Mismatch]:
        """Every difference between the data of a response and the selection."""
        root = self._schema.get_root_type(self._operation.operation)
        if root is not None:
            name, selected = NameNode(value=""), self._operation.selection_set
            node = FieldNode(name=name, selection_set=selected)
            yield from self._object(root, [node], data, at)

    def _object(
        self,
        parent: GraphQLObjectType,
        nodes: Sequence[FieldNode],
        value: Mapping[str, Any],
        at: str,
    ) -> Iterator[Mismatch]:
        fields = self._fields(parent, nodes)
        for key, same in fields.items():
            name = same[0].name.value
            where, field = ptr.join(at, key), f"{parent.name}.{name}"
            declared = self._schema.get_field(parent, name)
            if declared is None:
                continue
            if key not in value:
                message = f"{field} was selected as {key}, but is missing"
                yield Mismatch(field, where, message, str(declared.type), None)
            elif name == _TYPENAME:
                if value[key] != parent.name:
                    message = f"{field} names another type"
                    yield Mismatch(field, where, message, parent.name, value[key])
            else:
                yield from self._value(declared.type, same, value[key], where, field)
        for key, extra in value.items():
            if key not in fields:
                message = f"{key} was not selected"
                field = f"{parent.name}.{key}"
                yield Mismatch(field, ptr.join(at, key), message, "no such field", extra)

    def _value(
        self, kind: Any, nodes: Sequence[FieldNode], value: Any, at: str, field: str
    ) -> Iterator[Mismatch]:
        if isinstance(kind, GraphQLNonNull):
            if value is None:
                message = f"{field} is null, but {kind} is not nullable"
                yield Mismatch(field, at, message, str(kind), None)
                return
            kind = kind.of_type
        if value is None:
            return
        if isinstance(kind, GraphQLList):
            if not isinstance(value, list):
                yield Mismatch(field, at, f"{field} is not a list", str(kind), value)
                return
            for i, entry in enumerate(value):
                yield from self._value(kind.of_type, nodes, entry, ptr.join(at, i), field)
        elif isinstance(kind, GraphQLScalarType | GraphQLEnumType):
            if not _is_leaf(kind, value):
                yield Mismatch(field, at, f"{field} is not a valid {kind}", _expected(kind), value)
        elif not isinstance(value, dict):
            yield Mismatch(field, at, f"{field} is not an object", str(kind), value)
        elif is_abstract_type(kind):
            yield from self._abstract(kind, nodes, value, at, field)
        else:
            yield from self._object(kind, nodes, value, at)

    def _abstract(
        self,
        kind: GraphQLAbstractType,
        nodes: Sequence[FieldNode],
        value: Mapping[str, Any],
        at: str,
        field: str,
    ) -> Iterator[Mismatch]:
        """The mismatches with the type that the value names, or else resembles most."""
        possible = [t for t in self._schema.get_possible_types(kind) if self._is(t, nodes, value)]
        if not possible:
            names = " or ".join(t.name for t in self._schema.get_possible_types(kind))
            message = f"{field} has none of the possible types of {kind}"
            yield Mismatch(field, at, message, names, value)
            return
        nearest = min(possible, key=lambda t: len(self._fields(t, nodes).keys() ^ value.keys()))
        yield from self._object(nearest, nodes, value, at)

    def _is(
        self, kind: GraphQLObjectType, nodes: Sequence[FieldNode], value: Mapping[str, Any]
    ) -> bool:
        """Whether every `__typename` in a value, if any, names this type."""
        fields = self._fields(kind, nodes)
        keys = [key for key, same in fields.items() if same[0].name.value == _TYPENAME]
        return all(value.get(key, kind.name) == kind.name for key in keys)

    def _fields(
        self, kind: GraphQLObjectType, nodes: Sequence[FieldNode]
    ) -> dict[str, list[FieldNode]]:
        """The fields that are selected of a type, by their keys in the response."""
        details = [FieldDetails(node, None) for node in nodes]
        found = collect_subfields(
            self._schema, self._fragments, self._variables, self._operation, kind, details
        )
        return {key: [one.node for one in same] for key, same in found.grouped_field_set.items()}


def _is_leaf(kind: GraphQLScalarType | GraphQLEnumType, value: Any) -> bool:
    """Whether a JSON value is one that a scalar or enum may have (sections 3.5 and 3.9)."""
    if isinstance(kind, GraphQLEnumType):
        return isinstance(value, str) and value in kind.values
    types = _TYPES.get(kind.name)
    if types is None or type_of(value) not in types:
        # A custom scalar may have any JSON value.
        return types is None
    # 5.0 is 5 in JSON.
    return kind.name != "Int" or (int(value) == value and int(value) in _INT)


def _expected(kind: GraphQLScalarType | GraphQLEnumType) -> str:
    return ", ".join(kind.values) if isinstance(kind, GraphQLEnumType) else kind.name
