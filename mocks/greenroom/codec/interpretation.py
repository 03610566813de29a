"""What texts that make up arrays and objects can mean together, under the schemas for them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from ..schema.subschemas import Outline, Pointers, alternatives, outline
from ..schema.validators import Schemas
from . import coercion
from .parameters.parsing import Tree

# The best meaning of a part, by its identity and its schemas.
_Known = dict[tuple[int, Pointers], Any]
_NONE = object()
_Read = Callable[[Tree, Pointers], Any]


class Meanings:
    """The values that texts can mean, under schemas of one document."""

    def __init__(self, raw: Mapping[str, Any], schemas: Schemas) -> None:
        self._raw = raw
        self._schemas = schemas
        self._whole: dict[Pointers, Outline] = {}
        self._outlines: dict[Pointers, tuple[Outline, ...]] = {}

    def outline(self, pointers: Pointers) -> Outline:
        """What schemas that hold together say, all their alternatives at once."""
        found = self._whole.get(pointers)
        if found is None:
            found = self._whole[pointers] = outline(self._raw, pointers)
        return found

    def outlines(self, pointers: Pointers) -> tuple[Outline, ...]:
        """That, and then what they say by each choice among their alternatives."""
        found = self._outlines.get(pointers)
        if found is None:
            others = alternatives(self._raw, pointers)
            found = self._outlines[pointers] = (self.outline(pointers), *others)
        return found

    def is_valid(self, value: Any, pointers: Pointers) -> bool:
        """Whether a value keeps to all of some schemas."""
        return all(self._schemas.validator(pointer).is_valid(value) for pointer in pointers)

    def of(self, tree: Tree, pointers: Pointers, known: _Known | None = None) -> Iterator[Any]:
        """Every value that a tree of texts can mean, the likeliest first.

        Alternatives of a schema are tried one by one, and then what is best for each part alone.
        """
        if isinstance(tree, str):
            outline = self.outline(pointers)
            yield from coercion.meanings(tree, outline.types)
            if outline.is_array:
                yield [self.best(tree, outline.of_item(0), known)]
            return
        yield self._built(tree, self.outline(pointers), self._first)
        yield _plain(tree)
        # Parts are read again for every alternative of what they are parts of.
        best = {} if known is None else known
        for outline in self.outlines(pointers):
            yield self._built(tree, outline, lambda part, p: self.best(part, p, best))

    def likeliest(self, pointers: Pointers) -> Callable[[Tree], Any]:
        """A function that gives the first meaning of lists and mappings, of texts mostly.

        It is what nearly every request means, found without looking for any other.
        """
        described = self.outline(pointers)
        items = self.outline(described.items).types
        others = self.outline(described.others or ()).types
        known = {name: self.outline(p).types for name, p in described.properties.items()}
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
        return self._built(tree, self.outline(pointers), lambda part, p: self.best(part, p, known))

    def _first(self, tree: Tree, pointers: Pointers) -> Any:
        return next(self.of(tree, pointers))

    def _built(self, tree: Tree, outline: Outline, read: _Read) -> Any:
        tree = _shaped(tree, outline)
        if isinstance(tree, str):
            return next(coercion.meanings(tree, outline.types))
        if isinstance(tree, Mapping):
            return {name: read(part, outline.of_property(name)) for name, part in tree.items()}
        return [read(part, outline.of_item(i)) for i, part in enumerate(tree)]


def _shaped(tree: Tree, outline: Outline) -> Tree:
    """A tree as what is described: texts of one name are one text or several."""
    if isinstance(tree, list) and len(tree) == 1 and not outline.is_array:
        only: Tree = tree[0]
        return only
    if isinstance(tree, Mapping) and outline.is_array and not outline.is_object:
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
