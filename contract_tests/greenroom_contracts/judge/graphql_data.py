"""The data of a GraphQL answer against what was selected (GraphQL specification, section 6.4)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graphql import (
    BooleanValueNode,
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLAbstractType,
    GraphQLEnumType,
    GraphQLList,
    GraphQLNamedType,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLScalarType,
    GraphQLSchema,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
    VariableNode,
    is_abstract_type,
)

from greenroom.schema import json_pointer as ptr

_TYPENAME = "__typename"
_INT = range(-(2**31), 2**31)


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong at one place of an answer; `field` is its coordinate, such as `Query.me`."""

    field: str
    at: str
    message: str
    expected: str
    seen: Any


class Selected:
    """What an operation selects; `variables` are coerced values by name.

    The document has to be valid, and is taken to be.
    """

    def __init__(
        self,
        schema: GraphQLSchema,
        document: DocumentNode,
        operation: OperationDefinitionNode,
        variables: Mapping[str, Any],
    ) -> None:
        self._schema = schema
        self._operation = operation
        self._variables = variables
        self._fragments = {
            node.name.value: node
            for node in document.definitions
            if isinstance(node, FragmentDefinitionNode)
        }

    def faults(self, data: Mapping[str, Any], at: str) -> Iterator[Fault]:
        """Everything by which the data of an answer differs from the selection."""
        root = self._schema.get_root_type(self._operation.operation)
        if root is not None:
            yield from self._object(root, [self._operation.selection_set], data, at)

    def _object(
        self,
        parent: GraphQLObjectType,
        sets: Sequence[SelectionSetNode],
        value: Mapping[str, Any],
        at: str,
    ) -> Iterator[Fault]:
        fields = self._fields(parent, sets)
        for key, nodes in fields.items():
            name = nodes[0].name.value
            where, field = ptr.join(at, key), f"{parent.name}.{name}"
            declared = self._schema.get_field(parent, name)
            if declared is None:
                continue
            if key not in value:
                said = f"{field} was asked for as {key}, but is missing"
                yield Fault(field, where, said, str(declared.type), None)
            elif name == _TYPENAME:
                if value[key] != parent.name:
                    said = f"{field} names another type"
                    yield Fault(field, where, said, parent.name, value[key])
            else:
                yield from self._value(declared.type, nodes, value[key], where, field)
        for key, extra in value.items():
            if key not in fields:
                field = f"{parent.name}.{key}"
                said = f"{key} was not asked for"
                yield Fault(field, ptr.join(at, key), said, "no such field", extra)

    def _value(
        self, kind: Any, nodes: Sequence[FieldNode], value: Any, at: str, field: str
    ) -> Iterator[Fault]:
        if isinstance(kind, GraphQLNonNull):
            if value is None:
                yield Fault(field, at, f"{field} is null, which {kind} is not", str(kind), None)
                return
            kind = kind.of_type
        if value is None:
            return
        if isinstance(kind, GraphQLList):
            if not isinstance(value, list):
                yield Fault(field, at, f"{field} is no list", str(kind), value)
                return
            for i, entry in enumerate(value):
                yield from self._value(kind.of_type, nodes, entry, ptr.join(at, i), field)
        elif isinstance(kind, GraphQLScalarType | GraphQLEnumType):
            if not _is_leaf(kind, value):
                yield Fault(field, at, f"{field} is no {kind}", _expected(kind), value)
        elif not isinstance(value, dict):
            yield Fault(field, at, f"{field} is no object", str(kind), value)
        else:
            sets = [node.selection_set for node in nodes if node.selection_set is not None]
            if is_abstract_type(kind):
                yield from self._abstract(kind, sets, value, at, field)
            else:
                yield from self._object(kind, sets, value, at)

    def _abstract(
        self,
        kind: GraphQLAbstractType,
        sets: Sequence[SelectionSetNode],
        value: Mapping[str, Any],
        at: str,
        field: str,
    ) -> Iterator[Fault]:
        """The faults of the type that the value is, or looks like where it does not say."""
        possible = [t for t in self._schema.get_possible_types(kind) if self._is(t, sets, value)]
        if not possible:
            names = " or ".join(t.name for t in self._schema.get_possible_types(kind))
            yield Fault(field, at, f"{field} is of no type that {kind} can be", names, value)
            return
        tried = [(self._fields(each, sets), each) for each in possible]
        nearest = min(tried, key=lambda one: len(one[0].keys() ^ value.keys()))
        yield from self._object(nearest[1], sets, value, at)

    def _is(
        self, kind: GraphQLObjectType, sets: Sequence[SelectionSetNode], value: Mapping[str, Any]
    ) -> bool:
        """Whether what a value tells of its type does not speak against one."""
        fields = self._fields(kind, sets)
        keys = [key for key, nodes in fields.items() if nodes[0].name.value == _TYPENAME]
        return all(value.get(key, kind.name) == kind.name for key in keys)

    def _fields(
        self, kind: GraphQLObjectType, sets: Sequence[SelectionSetNode]
    ) -> dict[str, list[FieldNode]]:
        """What is selected of a type, by the keys in the answer."""
        found: dict[str, list[FieldNode]] = {}
        for selected in sets:
            self._collect(kind, selected, found)
        return found

    def _collect(
        self, kind: GraphQLObjectType, selected: SelectionSetNode, found: dict[str, list[FieldNode]]
    ) -> None:
        """Add the fields of a selection, those of fragments included (section 6.3.2)."""
        for node in selected.selections:
            if not self._is_included(node):
                continue
            if isinstance(node, FieldNode):
                key = node.alias.value if node.alias else node.name.value
                found.setdefault(key, []).append(node)
                continue
            fragment: Any = node
            if isinstance(node, FragmentSpreadNode):
                fragment = self._fragments[node.name.value]
            assert isinstance(fragment, InlineFragmentNode | FragmentDefinitionNode)
            condition = fragment.type_condition
            if condition is None or self._applies(condition.name.value, kind):
                self._collect(kind, fragment.selection_set, found)

    def _applies(self, name: str, kind: GraphQLObjectType) -> bool:
        named: GraphQLNamedType | None = self._schema.get_type(name)
        if named is None or not is_abstract_type(named):
            return named is kind
        return self._schema.is_sub_type(named, kind)

    def _is_included(self, node: Any) -> bool:
        """Whether `@skip` and `@include` let a selection be (section 3.13)."""
        for directive in node.directives or ():
            name = directive.name.value
            for argument in directive.arguments or () if name in ("skip", "include") else ():
                if self._boolean(argument.value) == (name == "skip"):
                    return False
        return True

    def _boolean(self, node: Any) -> bool:
        if isinstance(node, VariableNode):
            return bool(self._variables.get(node.name.value))
        return isinstance(node, BooleanValueNode) and node.value


def _is_leaf(kind: GraphQLScalarType | GraphQLEnumType, value: Any) -> bool:
    """Whether a JSON value is one that a scalar or enum may have (sections 3.5 and 3.9)."""
    if isinstance(kind, GraphQLEnumType):
        return isinstance(value, str) and value in kind.values
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if kind.name == "Int":
        # 5.0 is 5 in JSON.
        return is_number and float(value).is_integer() and int(value) in _INT
    if kind.name == "Float":
        return is_number
    if kind.name in ("String", "ID"):
        return isinstance(value, str)
    # Of a scalar that a schema declares nobody knows what it may be.
    return isinstance(value, bool) if kind.name == "Boolean" else True


def _expected(kind: GraphQLScalarType | GraphQLEnumType) -> str:
    return ", ".join(kind.values) if isinstance(kind, GraphQLEnumType) else kind.name
