"""One document of a contract that is written in several files: every reference begins with `#/`.

What another file holds moves into the components, or for a path item to where it is referred to
(OpenAPI 3.1, section 4.8.23; relative references: 4.6). Nothing is fetched from a network.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import PurePath
from typing import Any
from urllib.parse import quote

from ...schema import json_pointer as ptr
from ..object_kinds import DATA, Part, child_kind, is_reference
from ..validation.references import reachable
from .component_names import SECTIONS, component_name
from .files import Files, UnreadableError
from .schema_identifiers import NAMING, Identifiers, absolute, is_address, is_pointer
from .source_map import Origins
from .tree import copied, members

# A document without a file is its own and only place.
_NOWHERE = "file:///"
_DYNAMIC = "$dynamicRef"


@dataclass(frozen=True, slots=True)
class Bundle:
    """A document in one piece, where its parts come from, and why some references stay open.

    `refused` has the reasons by what the `$ref` says in the document, `parts` its objects as
    `reference.reachable` finds them.
    """

    document: Mapping[str, Any]
    origins: Origins
    parts: Sequence[Part]
    refused: Mapping[str, str] = field(default_factory=dict)


def bundle_of(document: Mapping[str, Any], file: str, files: Files | None = None) -> Bundle:
    """A document with everything in it that it refers to in other files.

    `file` is how it is called in messages. Without `files` no other file is read. The document
    given is left as it is; a reference that cannot be followed stays, with a reason.
    """
    found = reachable(document)
    if _is_bundled(document, found):
        return Bundle(document, Origins(file), found)
    bundler = _Bundler(document, files)
    bundler.bundle()
    origins = Origins(file, bundler.elsewhere)
    return Bundle(bundler.document, origins, reachable(bundler.document), bundler.refused)


def _is_bundled(document: Mapping[str, Any], found: Iterable[Part]) -> bool:
    """Whether the parts of a document refer to each other by pointers only."""
    named = _has_names(document)
    for part in found:
        if isinstance(part.node, dict):
            reference = part.node.get("$ref", "#")
            if isinstance(reference, str) and not is_pointer(reference):
                return False
            if named and part.kind == "schema" and not NAMING.isdisjoint(part.node):
                return False
    return True


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a node stands: its kind and pointer, and the pointer where it was `written`.

    `home` is the address of its file, `base` what its references are relative to.
    """

    kind: str
    pointer: str
    home: str
    base: str
    written: str

    def below(self, kind: str, token: str) -> _Place:
        """A place one step down."""
        pointer, written = ptr.step(self.pointer, token), ptr.step(self.written, token)
        return replace(self, kind=kind, pointer=pointer, written=written)


class _Bundler:
    def __init__(self, document: Mapping[str, Any], files: Files | None) -> None:
        self.document = copied(document)
        self.files = files
        self.address = files.address if files else _NOWHERE
        self.named = _has_names(document)
        self.identifiers = Identifiers()
        self.elsewhere: dict[str, tuple[str, str]] = {}
        self.refused: dict[str, str] = {}
        self.placed: dict[tuple[str, str, str], str] = {}
        # What is to be looked through, and then what is called by a name that may be anywhere.
        self.unseen: list[tuple[Any, _Place]] = []
        self.unnamed: list[Callable[[], None]] = []

    def bundle(self) -> None:
        self._claim_components()
        self.unseen.append((self.document, self._place("document", "", self.address, "")))
        while self.unseen or self.unnamed:
            while self.unseen:
                self._visit(*self.unseen.pop(0))
            waiting, self.unnamed = self.unnamed, []
            for follow in waiting:
                follow()

    def _claim_components(self) -> None:
        """Let what a component merely refers to in another file take the component's own name."""
        kinds = {section: kind for kind, section in SECTIONS.items()}
        for section, named in members(self.document.get("components")):
            for name, node in members(named):
                if section not in kinds or not is_reference(node) or len(node) > 1:
                    continue
                try:
                    address, fragment = absolute(self.address, node["$ref"])
                    if address != self.address:
                        where = ptr.join("/components", section, name)
                        self._component(kinds[section], address, fragment, where)
                except (UnreadableError, ValueError):
                    continue

    def _visit(self, node: Any, place: _Place) -> None:
        """Follow the references at and below a node, and take down what its schemas are called."""
        stack = [(node, place)]
        while stack:
            node, place = stack.pop()
            kind = place.kind
            if isinstance(node, list) and kind[0] == "[":
                inside = kind[1:-1]
                stack += [(entry, place.below(inside, str(i))) for i, entry in enumerate(node)]
            if not isinstance(node, dict) or self._is_taken(place):
                continue
            if kind == "schema" and self.named:
                origin = (place.home, place.written)
                base = self.identifiers.note(node, place.pointer, place.base, origin)
                place = replace(place, base=base)
            stack += self._below(node, place)
            if kind == "discriminator":
                self._follow_mapping(node, place)
            elif kind[0] != "{" and is_reference(node):
                self._follow(node, place)
            if kind == "schema" and self.named and isinstance(node.get(_DYNAMIC), str):
                self.unnamed.append(partial(self._follow_dynamic, node, place))

    def _below(self, node: dict[str, Any], place: _Place) -> Iterator[tuple[Any, _Place]]:
        if is_reference(node) and place.kind not in ("schema", "path item"):
            return
        for name, value in node.items():
            inside = child_kind(place.kind, name)
            if inside != DATA:
                yield value, place.below(inside, name)

    def _is_taken(self, place: _Place) -> bool:
        """Whether what the contract's own file had here has made room for something else."""
        return place.home == self.address and place.pointer in self.elsewhere

    def _follow(self, node: dict[str, Any], place: _Place) -> None:
        text = node["$ref"]
        if is_pointer(text) and place.base == self.address:
            return
        try:
            address, fragment = absolute(place.base, text)
        except ValueError as error:
            self._refuse(node, text, text, f"no reference: {error}")
            return
        if address == self.address and (not fragment or fragment.startswith("/")):
            node["$ref"] = ptr.reference_to(fragment)
            return
        try:
            self._follow_file(node, place, address, fragment)
        except UnreadableError as error:
            reason = str(error)
            self.unnamed.append(partial(self._follow_name, node, place, text, reason))

    def _follow_file(
        self, node: dict[str, Any], place: _Place, address: str, fragment: str
    ) -> None:
        if place.kind == "path item":
            self._lay_out(node, place, address, fragment)
        elif place.kind in SECTIONS:
            node["$ref"] = ptr.reference_to(self._component(place.kind, address, fragment))
        else:
            raise UnreadableError(f"no reference can stand for a {place.kind}")

    def _follow_name(self, node: dict[str, Any], place: _Place, text: str, reason: str) -> None:
        """Follow what leads to no file, by the names that schemas give themselves."""
        address, fragment = absolute(place.base, text)
        pointer = self.identifiers.find(self.document, address, fragment)
        if pointer is not None:
            node["$ref"] = ptr.reference_to(pointer)
            return
        try:
            if place.base == place.home:
                raise UnreadableError(reason)
            # Below an `$id` that is an address of the network, files still lie side by side.
            self._follow_file(node, place, *absolute(place.home, text))
        except UnreadableError:
            self._refuse(node, f"{address}#{quote(fragment)}", text, reason)

    def _follow_dynamic(self, node: dict[str, Any], place: _Place) -> None:
        """Make a plain reference of a `$dynamicRef` that can lead to one schema only."""
        try:
            address, fragment = absolute(place.base, node[_DYNAMIC])
        except ValueError:
            return
        pointer = self.identifiers.find(self.document, address, fragment)
        if pointer is None or self.identifiers.is_ambiguous(fragment):
            # Refused when the document is judged.
            return
        del node[_DYNAMIC]
        reference = {"$ref": ptr.reference_to(pointer)}
        if "$ref" in node:
            node["allOf"] = [*node.get("allOf", ()), reference]
        else:
            node.update(reference)

    def _follow_mapping(self, node: dict[str, Any], place: _Place) -> None:
        """What the mapping of a discriminator names may be references to schemas (4.8.25)."""
        mapping: Any = node.get("mapping")
        for name, text in members(mapping):
            if isinstance(text, str) and is_address(text):
                mapped = {"$ref": text}
                self._follow(mapped, place.below("schema", name))
                self.unnamed.append(partial(_take_over, mapping, name, mapped))

    def _component(self, kind: str, address: str, fragment: str, where: str = "") -> str:
        """The pointer of the component that something of another file is, or becomes.

        It becomes the one at `where`, or without that a new one.
        """
        pointer, value = self._find(address, fragment, kind)
        key = (address, pointer, kind)
        if key not in self.placed:
            name = ptr.split(where)[-1] if where else ""
            section = self.document.setdefault("components", {}).setdefault(SECTIONS[kind], {})
            name = name or component_name(pointer, PurePath(self._name(address)), section)
            self.placed[key] = where = ptr.join("/components", SECTIONS[kind], name)
            section[name] = copied(value)
            self.elsewhere[where] = (self._name(address), pointer)
            self.unseen.append((section[name], self._place(kind, where, address, pointer)))
        return self.placed[key]

    def _lay_out(self, node: dict[str, Any], place: _Place, address: str, fragment: str) -> None:
        """Put a path item of another file where it is first referred to."""
        pointer, value = self._find(address, fragment, place.kind)
        key = (address, pointer, place.kind)
        if key in self.placed:
            node["$ref"] = ptr.reference_to(self.placed[key])
            return
        self.placed[key] = place.pointer
        del node["$ref"]
        found = copied(value)
        self._visit(found, self._place(place.kind, place.pointer, address, pointer))
        if not node:
            self.elsewhere.setdefault(place.pointer, (self._name(address), pointer))
        for name, entry in found.items():
            if name not in node:
                node[name] = entry
                origin = (self._name(address), ptr.step(pointer, name))
                self.elsewhere.setdefault(ptr.step(place.pointer, name), origin)

    def _find(self, address: str, fragment: str, kind: str) -> tuple[str, Any]:
        if address == self.address:
            raise UnreadableError("no schema here calls itself so")
        if self.files is None:
            raise UnreadableError("outside this file; only '#/…' is read")
        return self.files.find(address, fragment, kind)

    def _name(self, address: str) -> str:
        return self.files.name(address) if self.files is not None else address

    def _place(self, kind: str, pointer: str, home: str, written: str) -> _Place:
        return _Place(kind, pointer, home, home, written)

    def _refuse(self, node: dict[str, Any], unique: str, text: str, reason: str) -> None:
        # The same words mean something else in another folder.
        node["$ref"] = unique
        self.refused[unique] = f"{text!r}: {reason}"


def _has_names(document: Mapping[str, Any]) -> bool:
    """Whether the schemas of a document may name themselves, as those of OpenAPI 3.0 may not."""
    return not str(document.get("openapi")).startswith("3.0")


def _take_over(mapping: dict[str, Any], name: str, mapped: Mapping[str, str]) -> None:
    mapping[name] = mapped["$ref"]
