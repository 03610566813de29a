"""Making one document of a contract in several files: every reference begins with `#/`.

A referenced part of another file moves into the components, and a path item to the place of the
reference (OpenAPI 3.1, 4.8.23; relative references: 4.6). Nothing is fetched from a network.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import PurePath
from typing import Any
from urllib.parse import quote

from ...errors import Problem
from ...schema import json_pointer as ptr
from ..object_kinds import (
    COMPONENT_SECTIONS,
    DATA,
    Part,
    child_kind,
    is_reference,
    parts,
    reachable_parts,
)
from .component_names import component_name
from .files import Files, UnreadableError
from .schema_identifiers import Identifiers, absolute, is_bundled, is_pointer, is_uri_reference

# The address of a document that does not come from a file.
_NO_ADDRESS = "file:///"
_DYNAMIC = "$dynamicRef"


@dataclass(frozen=True, slots=True)
class Bundle:
    """A document in one piece, with its `reachable_parts`.

    `elsewhere` maps the pointer of a part that comes from another file to that file and the pointer
    there; `unresolved` maps the text of a `$ref` to the reason why it could not be followed.
    """

    file: str
    document: Mapping[str, Any]
    parts: Sequence[Part]
    elsewhere: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    unresolved: Mapping[str, str] = field(default_factory=dict)

    def locate(self, pointer: str) -> tuple[str, str]:
        """The file that a pointer of the document leads into, and the pointer there."""
        ancestor = pointer
        while ancestor:
            if ancestor in self.elsewhere:
                file, base = self.elsewhere[ancestor]
                return file, base + pointer[len(ancestor) :]
            ancestor = ancestor.rpartition("/")[0]
        return self.file, pointer

    def in_file(self, problem: Problem) -> Problem:
        """A problem of the document as one of the file that it comes from."""
        file, pointer = self.locate(problem.pointer)
        return replace(problem, file=file, pointer=pointer)


def bundle_of(document: Mapping[str, Any], file: str, files: Files | None = None) -> Bundle:
    """A document that includes all that it refers to in other files.

    `file` is its name in messages. Without `files` no other file is read. The document given is not
    changed. A reference that cannot be followed is kept, with the reason.
    """
    found = reachable_parts(document)
    if is_bundled(document, found):
        return Bundle(file, document, found)
    bundler = _Bundler(document, files)
    bundler.bundle()
    found = reachable_parts(bundler.document)
    return Bundle(file, bundler.document, found, bundler.elsewhere, bundler.unresolved)


@dataclass(frozen=True, slots=True)
class _Place:
    """The kind and the pointer of a node, and the pointer where it was `written`.

    `home` is the address of the file that it was written in, `base` the base of its references.
    """

    kind: str
    pointer: str
    home: str
    base: str
    written: str

    def below(self, kind: str, token: str) -> _Place:
        """The place of a field or an entry of the node."""
        pointer, written = ptr.step(self.pointer, token), ptr.step(self.written, token)
        return replace(self, kind=kind, pointer=pointer, written=written)


class _Bundler:
    def __init__(self, document: Mapping[str, Any], files: Files | None) -> None:
        self.document = copied(document)
        self.files = files
        self.address = files.address if files else _NO_ADDRESS
        self.identifiers = Identifiers(self.document)
        self.elsewhere: dict[str, tuple[str, str]] = {}
        self.unresolved: dict[str, str] = {}
        self.placed: dict[tuple[str, str, str], str] = {}
        # Nodes to visit, and work to do after all of them, since a schema identifier may be
        # anywhere.
        self.unvisited: list[tuple[Any, _Place]] = []
        self.deferred: list[Callable[[], None]] = []

    def bundle(self) -> None:
        self._claim_components()
        self.unvisited.append((self.document, self._place("document", "", self.address, "")))
        while self.unvisited or self.deferred:
            while self.unvisited:
                self._visit(*self.unvisited.pop(0))
            waiting, self.deferred = self.deferred, []
            for follow in waiting:
                follow()

    def _claim_components(self) -> None:
        """Give the names of components to the parts of other files that they refer to."""
        for part in list(parts(self.document)):
            is_component = part.within == "components" and part.kind != "path item"
            if is_component and is_reference(part.node) and len(part.node) == 1:
                with suppress(UnreadableError, ValueError):
                    address, fragment = absolute(self.address, part.node["$ref"])
                    if address != self.address:
                        self._component(part.kind, address, fragment, part.pointer)

    def _visit(self, node: Any, place: _Place) -> None:
        """Follow the references at and below a node, and collect the identifiers of its schemas."""
        stack = [(node, place)]
        while stack:
            node, place = stack.pop()
            kind = place.kind
            if isinstance(node, list) and kind[0] == "[":
                inside = kind[1:-1]
                stack += [(entry, place.below(inside, str(i))) for i, entry in enumerate(node)]
            if not isinstance(node, dict) or self._is_replaced(place):
                continue
            if kind == "schema" and self.identifiers.are_allowed:
                origin = (place.home, place.written)
                base = self.identifiers.take(node, place.pointer, place.base, origin)
                place = replace(place, base=base)
            stack += self._below(node, place)
            if kind == "discriminator":
                self._follow_mapping(node, place)
            elif kind[0] != "{" and is_reference(node):
                self._follow(node, "$ref", place)
            has_dynamic = kind == "schema" and isinstance(node.get(_DYNAMIC), str)
            if has_dynamic and self.identifiers.are_allowed:
                self.deferred.append(partial(self._follow_dynamic, node, place))

    def _below(self, node: dict[str, Any], place: _Place) -> Iterator[tuple[Any, _Place]]:
        if is_reference(node) and place.kind not in ("schema", "path item"):
            return
        for name, value in node.items():
            inside = child_kind(place.kind, name)
            if inside != DATA:
                yield value, place.below(inside, name)

    def _is_replaced(self, place: _Place) -> bool:
        """Whether a part of another file has replaced that of the contract's own file here."""
        return place.home == self.address and place.pointer in self.elsewhere

    def _follow(self, node: dict[str, Any], key: str, place: _Place) -> None:
        """Replace the reference that a node has under a key by one into the document."""
        text = node[key]
        if is_pointer(text) and place.base == self.address:
            return
        try:
            address, fragment = absolute(place.base, text)
        except ValueError as error:
            self._refuse(node, key, text, f"not a valid reference: {error}")
            return
        if address == self.address and (not fragment or fragment.startswith("/")):
            node[key] = ptr.reference_to(fragment)
            return
        try:
            self._follow_file(node, key, place, place.base)
        except UnreadableError as error:
            self.deferred.append(partial(self._follow_identifier, node, key, place, str(error)))

    def _follow_file(self, node: dict[str, Any], key: str, place: _Place, base: str) -> None:
        address, fragment = absolute(base, node[key])
        if place.kind == "path item":
            self._insert(node, place, address, fragment)
        elif place.kind in COMPONENT_SECTIONS:
            node[key] = ptr.reference_to(self._component(place.kind, address, fragment))
        else:
            raise UnreadableError(f"a {place.kind} cannot be a reference")

    def _follow_identifier(
        self, node: dict[str, Any], key: str, place: _Place, reason: str
    ) -> None:
        """Follow a reference that leads to no file by the identifiers of schemas."""
        address, fragment = absolute(place.base, node[key])
        pointer = self.identifiers.find(address, fragment)
        if pointer is not None:
            node[key] = ptr.reference_to(pointer)
            return
        try:
            if place.base == place.home:
                raise UnreadableError(reason)
            # Below an `$id` that is an http address, a relative reference may still mean a file.
            self._follow_file(node, key, place, place.home)
        except UnreadableError:
            self._refuse(node, key, f"{address}#{quote(fragment)}", reason)

    def _follow_dynamic(self, node: dict[str, Any], place: _Place) -> None:
        """Replace a `$dynamicRef` that can only lead to one schema by a `$ref`."""
        try:
            address, fragment = absolute(place.base, node[_DYNAMIC])
        except ValueError:
            return
        pointer = self.identifiers.find(address, fragment)
        if pointer is None or self.identifiers.is_ambiguous(fragment):
            # A problem that the validation of the document reports.
            return
        del node[_DYNAMIC]
        reference = {"$ref": ptr.reference_to(pointer)}
        if "$ref" in node:
            node["allOf"] = [*node.get("allOf", ()), reference]
        else:
            node.update(reference)

    def _follow_mapping(self, node: dict[str, Any], place: _Place) -> None:
        """Follow the references to schemas in the mapping of a discriminator (4.8.25)."""
        mapping: Any = node.get("mapping")
        for name, text in mapping.items() if isinstance(mapping, dict) else ():
            if isinstance(text, str) and is_uri_reference(text):
                self._follow(mapping, name, place.below("schema", name))

    def _component(self, kind: str, address: str, fragment: str, where: str = "") -> str:
        """The pointer of the component that a part of another file is, or becomes.

        It becomes the one at `where`, or a new one where that is empty.
        """
        file, pointer, value = self._find(address, fragment, kind)
        key = (address, pointer, kind)
        if key not in self.placed:
            name = ptr.split(where)[-1] if where else ""
            section = COMPONENT_SECTIONS[kind]
            named = self.document.setdefault("components", {}).setdefault(section, {})
            name = name or component_name(pointer, PurePath(file), named)
            self.placed[key] = where = ptr.join("/components", section, name)
            named[name] = copied(value)
            self.elsewhere[where] = (file, pointer)
            self.unvisited.append((named[name], self._place(kind, where, address, pointer)))
        return self.placed[key]

    def _insert(self, node: dict[str, Any], place: _Place, address: str, fragment: str) -> None:
        """Insert a path item of another file where it is first referred to."""
        file, pointer, value = self._find(address, fragment, place.kind)
        key = (address, pointer, place.kind)
        if key in self.placed:
            node["$ref"] = ptr.reference_to(self.placed[key])
            return
        self.placed[key] = place.pointer
        del node["$ref"]
        found = copied(value)
        self._visit(found, self._place(place.kind, place.pointer, address, pointer))
        if not node:
            self.elsewhere.setdefault(place.pointer, (file, pointer))
        for name, entry in found.items():
            if name not in node:
                node[name] = entry
                origin = (file, ptr.step(pointer, name))
                self.elsewhere.setdefault(ptr.step(place.pointer, name), origin)

    def _find(self, address: str, fragment: str, kind: str) -> tuple[str, str, Any]:
        if address == self.address:
            raise UnreadableError("no schema of this file has that identifier")
        if self.files is None:
            raise UnreadableError("outside this file; only '#/…' is read")
        return self.files.find(address, fragment, kind)

    def _place(self, kind: str, pointer: str, home: str, written: str) -> _Place:
        return _Place(kind, pointer, home, home, written)

    def _refuse(self, node: dict[str, Any], key: str, unique: str, reason: str) -> None:
        self.unresolved[unique] = f"{node[key]!r}: {reason}"
        # The same text has another meaning in another folder.
        node[key] = unique


def copied(node: Any) -> Any:
    """A deep copy in which nothing is shared, not even what YAML aliases refer to."""
    if isinstance(node, Mapping):
        return {key: copied(value) for key, value in node.items()}
    return [copied(entry) for entry in node] if isinstance(node, list) else node
