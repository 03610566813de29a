"""What texts that make up arrays and objects can mean together, under the schemas for them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from ..schema.subschemas import InstanceShape, Pointers, alternatives, shape_of
from ..schema.validators import SchemaSet
from . import coercion
from .parameters.parsing import Tree

# The best meaning of a part, by its identity and its schemas.
_Known = dict[tuple[int, Pointers], Any]
_NONE = object()
_Read = Callable[[Tree, Pointers], Any]


class Interpretations:
    """The values that texts can mean, under schemas of one document."""

    def __init__(self, schemas: SchemaSet) -> None:
        self._document = schemas.document
        self._schemas = schemas
        self._whole: dict[Pointers, InstanceShape] = {}
        self._shapes: dict[Pointers, tuple[InstanceShape, ...]] = {}

    def shape_of(self, pointers: Pointers) -> InstanceShape:
        """What schemas that hold together describe, all their alternatives at once."""
        found = self._whole.get(pointers)
        if found is None:
            found = self._whole[pointers] = shape_of(self._document, pointers)
        return found

    def shapes_of(self, pointers: Pointers) -> tuple[InstanceShape, ...]:
        """That, and then what they describe by each choice among their alternatives."""
        found = self._shapes.get(pointers)
        if found is None:
            others = alternatives(self._document, pointers)
            found = self._shapes[pointers] = (self.shape_of(pointers), *others)
        return found

    def is_valid(self, value: Any, pointers: Pointers) -> bool:
        """Whether a value keeps to all of some schemas."""
        return all(self._schemas.validator(pointer).is_valid(value) for pointer in pointers)

    def of(self, tree: Tree, pointers: Pointers, known: _Known | None = None) -> Iterator[Any]:
        """Every value that a tree of texts can mean, the most likely first.

        Alternatives of a schema are tried one by one, and then what is best for each part alone.
        """
        if isinstance(tree, str):
            shape_of = self.shape_of(pointers)
            yield from coercion.meanings(tree, shape_of.types)
            if shape_of.is_array:
                yield [self.best(tree, shape_of.of_item(0), known)]
            return
        yield self._built(tree, self.shape_of(pointers), self._first)
        yield _plain(tree)
        # Parts are read again for every alternative of what they are parts of.
        best = {} if known is None else known
        for shape_of in self.shapes_of(pointers):
            yield self._built(tree, shape_of, lambda part, p: self.best(part, p, best))

    def most_likely(self, pointers: Pointers) -> Callable[[Tree], Any]:
        """A function that gives the first meaning of lists and mappings, of texts mostly.

        It is what nearly every request means, found without looking for any other.
        """
        described = self.shape_of(pointers)
        items = self.shape_of(described.items).types
        others = self.shape_of(described.others or ()).types
        known = {name: self.shape_of(p).types for name, p in described.properties.items()}
        plain = not (described.entries or described.patterns)

        def read(tree: Tree) -> Any:
            if plain and isinstance(tree, list) and described.is_array:
                return [
                    next(coercion.meanings(text, items))
                    if isinstance(text, str)
                    else self._first(text, described.items)
                    for text in tree
                ]
            if plain and isinstance(tree, dict) and described.is_object:
                return {
                    name: next(coercion.meanings(text, known.get(name, others)))
                    if isinstance(text, str)
                    else self._first(text, described.of_property(name))
                    for name, text in tree.items()
                }
            return self._first(tree, pointers)

        return read

    def best(self, tree: Tree, pointers: Pointers, known: _Known | None = None) -> Any:
        """The first meaning that keeps to the schemas, else the one of the best parts."""
        known = {} if known is None else known
        key = id(tree), pointers
        if key not in known:
            values = self.of(tree, pointers, known)
            found = next((v for v in values if self.is_valid(v, pointers)), _NONE)
            known[key] = self._closest(tree, pointers, known) if found is _NONE else found
        return known[key]

    def _closest(self, tree: Tree, pointers: Pointers, known: _Known) -> Any:
        if isinstance(tree, str):
            return next(self.of(tree, pointers, known))
        return self._built(tree, self.shape_of(pointers), lambda part, p: self.best(part, p, known))

    def _first(self, tree: Tree, pointers: Pointers) -> Any:
        return next(self.of(tree, pointers))

    def _built(self, tree: Tree, shape_of: InstanceShape, read: _Read) -> Any:
        tree = _shaped(tree, shape_of)
        if isinstance(tree, str):
            return next(coercion.meanings(tree, shape_of.types))
        if isinstance(tree, Mapping):
            return {name: read(part, shape_of.of_property(name)) for name, part in tree.items()}
        return [read(part, shape_of.of_item(i)) for i, part in enumerate(tree)]


def _shaped(tree: Tree, shape_of: InstanceShape) -> Tree:
    """A tree as what is described: texts of one name are one text or several."""
    if isinstance(tree, list) and len(tree) == 1 and not shape_of.is_array:
        only: Tree = tree[0]
        return only
    if isinstance(tree, Mapping) and shape_of.is_array and not shape_of.is_object:
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
