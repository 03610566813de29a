"""The values that texts can mean by the schemas that describe them.

OpenAPI 3.1 does not say how text becomes a value (Appendix B); the types that a schema allows
decide here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache, partial
from typing import Any

from ..schema import json_pointer as ptr
from ..schema.subschemas import InstanceShape, Pointers, Types, alternatives, shape_of
from ..schema.validators import SchemaSet
from .parameters.parsing import Tree

# Bounded, so that no text becomes an infinite number or takes long to convert.
_INTEGER = re.compile(r"-?[0-9]{1,200}\Z")
_NUMBER = re.compile(r"-?[0-9]{1,200}(?:\.[0-9]{1,200})?(?:[eE][-+]?[0-9]{1,2})?\Z")
_ANNOTATIONS = frozenset(("description", "title", "default", "example", "examples", "deprecated"))

# The best value of a part, by its identity and its schemas.
_Known = dict[tuple[int, Pointers], Any]
_NONE = object()
_Read = Callable[[Tree, Pointers], Any]


def takes_any_text(document: Mapping[str, Any], pointer: str) -> bool:
    """Whether no text can violate the schema at a pointer."""
    schema = ptr.look_up(document, pointer)
    if not isinstance(schema, dict):
        return schema is True
    keywords = {key for key in schema if not key.startswith("x-")} - _ANNOTATIONS
    if "$ref" in keywords and not takes_any_text(document, ptr.of_reference(schema["$ref"])):
        return False
    keywords.discard("$ref")
    return not keywords or (keywords == {"type"} and schema["type"] == "string")


def meanings(text: str, types: Types) -> Iterator[Any]:
    """Every primitive value that a text can mean under some types, the text itself last."""
    if "integer" in types and _INTEGER.match(text):
        yield int(text)
    elif "number" in types and _NUMBER.match(text):
        yield float(text) if not _INTEGER.match(text) else int(text)
    if "boolean" in types and text in ("true", "false"):
        yield text == "true"
    if "null" in types and text in ("", "null"):
        yield None
    yield text


class Interpretations:
    """The values that arrays and objects of texts can mean, under schemas of one document."""

    def __init__(self, schemas: SchemaSet) -> None:
        self._schemas = schemas
        # The shape by schemas that all apply, with all their alternatives at once.
        self.shape_of = cache(partial(shape_of, schemas.document))
        self.shapes_of = cache(self._shapes_of)

    def _shapes_of(self, pointers: Pointers) -> tuple[InstanceShape, ...]:
        """The shape with all alternatives at once, then those by each choice among them."""
        return self.shape_of(pointers), *alternatives(self._schemas.document, pointers)

    def is_valid(self, value: Any, pointers: Pointers) -> bool:
        """Whether a value is valid by all of some schemas."""
        return all(self._schemas.validator(pointer).is_valid(value) for pointer in pointers)

    def of(self, tree: Tree, pointers: Pointers, known: _Known | None = None) -> Iterator[Any]:
        """Every value that a tree of texts can mean, the most likely first.

        Alternatives of a schema are tried one by one, each with the best value of every part.
        """
        if isinstance(tree, str):
            shape = self.shape_of(pointers)
            yield from meanings(tree, shape.types)
            if shape.is_array:
                yield [self.best(tree, shape.of_item(0), known)]
            return
        # Nearly every request means this value, so that no other is made.
        yield self._built(tree, self.shape_of(pointers), lambda part, p: next(self.of(part, p)))
        yield _plain(tree)
        # Parts are read again for every alternative of the schemas around them.
        best = {} if known is None else known
        for shape in self.shapes_of(pointers):
            yield self._built(tree, shape, lambda part, p: self.best(part, p, best))

    def best(self, tree: Tree, pointers: Pointers, known: _Known | None = None) -> Any:
        """The first value that is valid, else the one of the best parts."""
        known = {} if known is None else known
        key = id(tree), pointers
        if key not in known:
            values = self.of(tree, pointers, known)
            found = next((v for v in values if self.is_valid(v, pointers)), _NONE)
            if found is _NONE:
                shape = self.shape_of(pointers)
                found = self._built(tree, shape, lambda part, p: self.best(part, p, known))
            known[key] = found
        return known[key]

    def _built(self, tree: Tree, shape: InstanceShape, read: _Read) -> Any:
        tree = _shaped(tree, shape)
        if isinstance(tree, str):
            return next(meanings(tree, shape.types))
        if isinstance(tree, Mapping):
            return {name: read(part, shape.of_property(name)) for name, part in tree.items()}
        return [read(part, shape.of_item(i)) for i, part in enumerate(tree)]


def _shaped(tree: Tree, shape: InstanceShape) -> Tree:
    """A tree in the shape described: texts of one name are one text or several."""
    if isinstance(tree, list) and len(tree) == 1 and not shape.is_array:
        only: Tree = tree[0]
        return only
    if isinstance(tree, Mapping) and shape.is_array and not shape.is_object:
        return _items(tree)
    return tree


def _items(tree: Mapping[str, Tree]) -> Tree:
    """The items of an array that is written with their indices, or with empty ones."""
    if not all(name == "" or (name.isascii() and name.isdigit()) for name in tree):
        return tree
    items: list[Tree] = []
    for name in sorted(tree, key=lambda name: int(name[:9] or 0)):
        part = tree[name]
        items.extend(part if name == "" and isinstance(part, list) else [part])
    return items


def _plain(tree: Tree) -> Any:
    """A tree with all its texts as they are."""
    if isinstance(tree, Mapping):
        return {name: _plain(part) for name, part in tree.items()}
    return [_plain(part) for part in tree] if isinstance(tree, list) else tree
