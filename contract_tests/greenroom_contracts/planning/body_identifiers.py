"""Members of request bodies that identify something of the caller's account."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from greenroom.codec.documented_request import preferred_media, request_body_examples
from greenroom.codec.sample import documented_value
from greenroom.contract.links import with_link_body
from greenroom.contract.model import Contract, Example, MediaType, Operation
from greenroom.contract.read_write_only import for_requests
from greenroom.contract.runtime_expressions import expressions
from greenroom.http.json_decoding import MalformedError, decode_json
from greenroom.schema import json_pointer as ptr
from greenroom.schema.instance_walk import Path, graft
from greenroom.schema.name_words import ends_in_id, words
from greenroom.schema.subschemas import Pointers, in_place_subschemas, shape_of
from greenroom.schema.validators import SchemaSet

from .effects import is_read, may_alter, requires_own_resource
from .identifier_names import names_in, thing_of
from .options import Given

_FROM_REQUEST = re.compile(r"\$request\.body#(/.+)")
_NUMBERS = frozenset(("int32", "int64"))


@dataclass(frozen=True, slots=True)
class FilledBody:
    """A body whose identifiers come from responses and the caller, never from an example.

    `lacking` are the names of those that are neither known nor dispensable, `left_out` those of
    optional members that are not known.
    """

    value: Any
    lacking: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()


class BodyIdentifiers:
    """Finds and replaces the identifiers in the request bodies of one contract.

    A member is an identifier if a link sets it or its schema has `x-identifier`. Otherwise its name
    has to end in `id` and be that of a parameter that is one (`jobIds` and the parameter `job_id`,
    `agentId` and the path `/agents/{id}`), or its property has to be in a response too, be a UUID
    or just be called `id`. What a link takes from a request is named by the caller, and identifies
    nothing.
    """

    def __init__(self, contract: Contract) -> None:
        self._contract = contract
        self._document = contract.document
        self._linked: dict[str, set[Path]] = {}
        self._chosen: set[str] = set()
        links = (n for o in contract.operations for r in o.responses for n in r.links)
        for link in links:
            places = {_form(ptr.split(where)) for where, _ in expressions(link.body)}
            self._linked.setdefault(link.operation_id, set()).update(places)
            for _, text in expressions([link.body, dict(link.parameters)]):
                if found := _FROM_REQUEST.fullmatch(text):
                    self._chosen.add(thing_of(ptr.split(found[1])[-1]))
        self._of_parameters = {
            name
            for operation in contract.operations
            for parameter in operation.parameters
            if parameter.identifier
            for name in names_in(operation.path, parameter.name)
        }

    def places(
        self, operation: Operation, media: MediaType, value: Any, given: Given | None = None
    ) -> list[Path]:
        """The paths of the identifiers in a body, and of the members that the caller gives."""
        prefix = f"{operation.id}."
        named = [key[len(prefix) :] for key in given or () if key.startswith(prefix)]
        schemas = (media.schema,) if media.schema else ()
        return list(self._places(operation, value, schemas, (), frozenset(named)))

    def documented(self, operation: Operation) -> dict[str, str]:
        """The identifiers in the documented bodies of an operation: names, and values as text."""
        return {
            str(place[-1]): ",".join(_texts(_at(example.value, place)))
            for media, example in documented_bodies(self._contract, operation)
            for place in self.places(operation, media, example.value)
        }

    def filled(
        self, operation: Operation, media: MediaType, value: Any, known: Any, given: Given
    ) -> FilledBody:
        """A body with the identifiers of `known`, which is formed like it, and of the caller."""
        result = value if known is None else with_link_body(value, known)
        unknown = []
        for place in self.places(operation, media, result, given):
            text = given_for(operation, str(place[-1]), given)
            if text is not None:
                result = graft(result, place, _like(_at(result, place), text))
            elif _at(known, place) is None:
                unknown.append(place)
        names = tuple(dict.fromkeys(str(place[-1]) for place in unknown))
        if unknown and not self._is_dispensable(operation, media, _without(value, unknown)):
            return FilledBody(result, lacking=names)
        return FilledBody(_without(result, unknown), left_out=names)

    def lacking(self, operation: Operation, known: Any, given: Given) -> tuple[str, ...]:
        """The names of the identifiers without which no documented body can be sent."""
        documented = [
            self.filled(operation, media, example.value, known, given).lacking
            for media, example in documented_bodies(self._contract, operation)
        ]
        return min(documented, key=len, default=())

    def without_examples(
        self, operation: Operation, media: MediaType, value: Any, known: Any
    ) -> Any:
        """A body, valid or not, whose identifiers are those of `known` where an example has them.

        It lacks those that are not known. A value that no example has, a broken one, stays.
        """
        for place in self.places(operation, media, value):
            if not self.of_examples.isdisjoint(_texts(_at(value, place))):
                new = _at(known, place)
                value = _without(value, [place]) if new is None else graft(value, place, new)
        return value

    def values(self, operation: Operation, media: MediaType, body: Any) -> set[str]:
        """The identifiers in a body, as text."""
        places = self.places(operation, media, body)
        return {text for place in places for text in _texts(_at(body, place))}

    @cached_property
    def of_examples(self) -> set[str]:
        """The identifiers of the documented bodies and parameters, as text."""
        found: set[str] = set()
        made_up: set[str] = set()
        for operation in self._contract.operations:
            for media, example in request_body_examples(operation):
                found |= self.values(operation, media, example.value)
                for where, value in ptr.walk(example.value):
                    if where and thing_of(ptr.split(where)[-1]) in self._chosen:
                        made_up.update(_texts(value))
            for parameter in operation.parameters:
                if parameter.identifier:
                    found.update(text for e in parameter.examples for text in _texts(e.value))
        return found - made_up

    def _is_dispensable(self, operation: Operation, media: MediaType, rest: Any) -> bool:
        """Whether a body still says enough without its unknown identifiers."""
        in_path = any(p.location == "path" for p in operation.parameters)
        # What is changed has to be named, and so have the variables of a GraphQL query.
        if operation.graphql is not None or (may_alter(operation) and not in_path):
            return False
        return media.schema is None or bool(self._schemas.validator(media.schema).is_valid(rest))

    def _places(
        self, operation: Operation, value: Any, schemas: Pointers, path: Path, named: frozenset[str]
    ) -> Iterator[Path]:
        shape = shape_of(self._document, schemas)
        if isinstance(value, list):
            for i, entry in enumerate(value):
                yield from self._places(operation, entry, shape.of_item(i), (*path, i), named)
        for name, entry in value.items() if isinstance(value, dict) else ():
            at, own = (*path, name), shape.of_property(name)
            is_one = name in named or self._is_identifier(
                operation, at, own, name in shape.properties
            )
            if is_one and _may_identify(entry):
                yield at
            elif isinstance(entry, dict | list):
                yield from self._places(operation, entry, own, at, named)

    def _is_identifier(
        self, operation: Operation, path: Path, schemas: Pointers, declared: bool
    ) -> bool:
        nodes = [n for p in schemas for n, _ in in_place_subschemas(self._document, p)]
        if any(node.get("x-identifier") is True for node in nodes):
            return True
        name, form = str(path[-1]), _form(path)
        if not {form, (*form, "*")}.isdisjoint(self._linked.get(operation.id, ())):
            # Any value will do for a read of something else: a public key, for example.
            return ends_in_id(name) or not is_read(operation, self._document)
        formats = {node.get("format") for node in nodes} - {None} - _NUMBERS
        is_closed = any("enum" in node or "const" in node for node in nodes)
        thing = thing_of(name)
        # An address is no secret of the account, even if it is named `email_id`.
        is_other = formats - {"uuid"} or "mail" in thing or thing in self._chosen
        if not ends_in_id(name) or is_closed or is_other:
            return False
        known = thing in self._of_responses or "uuid" in formats or len(words(name)) == 1
        return thing in self._of_parameters or (declared and known)

    @cached_property
    def _schemas(self) -> SchemaSet:
        return SchemaSet(for_requests(self._document))

    @cached_property
    def _of_responses(self) -> set[str]:
        """The names of the identifiers in successful responses."""
        responses = (r for o in self._contract.operations for r in o.successes)
        queue = [media.schema for r in responses for media in r.content if media.schema]
        names: set[str] = set()
        seen: set[str] = set()
        while queue:
            for node, where in in_place_subschemas(self._document, queue.pop()):
                if where not in seen:
                    seen.add(where)
                    own = node.get("properties", {})
                    names.update(own)
                    queue += [ptr.join(where, "properties", name) for name in own]
                    queue += [ptr.join(where, "items")] * ("items" in node)
        return {thing_of(name) for name in names if ends_in_id(name)}


def documented_bodies(contract: Contract, operation: Operation) -> list[tuple[MediaType, Example]]:
    """The documented bodies of an operation with their media types.

    A required body without example is made from its schema, as one example without a name.
    """
    found = list(request_body_examples(operation))
    media = preferred_media(operation)
    if not found and media and operation.body and operation.body.required:
        found.append((media, Example("", documented_value(contract.document, media), "")))
    return found


def given_for(operation: Operation, name: str, given: Given) -> str | None:
    """The caller's identifier of a name: one for the operation, else one for all operations.

    Operations that may alter a resource only take the former: a resource that is given for reading
    must stay as it is.
    """
    value = given.get(f"{operation.id}.{name}")
    return given.get(name) if value is None and not requires_own_resource(operation) else value


def _may_identify(value: Any) -> bool:
    entries = value if isinstance(value, list) else [value]
    kinds = {type(entry) for entry in entries if entry != ""}
    return bool(kinds) and kinds <= {str, int}


def _texts(value: Any) -> list[str]:
    return [str(entry) for entry in (value if isinstance(value, list) else [value])]


def _form(path: Iterable[str | int]) -> Path:
    """A path in which the index of an item is any index."""
    return tuple("*" if str(step).isdecimal() else step for step in path)


def _at(value: Any, path: Path) -> Any:
    """The value at a path; None where there is none."""
    try:
        for step in path:
            value = value[step]
    except (LookupError, TypeError):
        return None
    return value


def _without(value: Any, paths: Collection[Path]) -> Any:
    """A copy of a value without the members at some paths."""
    for *parent, name in paths:
        holder = _at(value, tuple(parent))
        if isinstance(holder, dict):
            value = graft(value, tuple(parent), {k: holder[k] for k in holder if k != name})
    return value


def _like(value: Any, text: str) -> Any:
    """The value that the caller gave as text, of the type of the documented one."""
    if isinstance(value, list) and not text.startswith("["):
        return [_like(value[0], entry) for entry in text.split(",")]
    if isinstance(value, str):
        return text
    try:
        return decode_json(text)
    except MalformedError:
        return text
