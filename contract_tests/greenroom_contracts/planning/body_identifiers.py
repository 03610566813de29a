"""Members of request bodies that identify something of the caller's account."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from random import randrange
from typing import Any
from uuid import uuid4

from greenroom.codec.documented_request import preferred_media, request_body_examples
from greenroom.codec.made_up import checked, of_the_form
from greenroom.codec.sample import documented_value
from greenroom.contract.links import with_link_body
from greenroom.contract.model import Contract, Example, MediaType, Operation, Parameter
from greenroom.contract.read_write_only import for_requests
from greenroom.contract.runtime_expressions import expressions
from greenroom.http.json_decoding import MalformedError, decode_json
from greenroom.schema import json_pointer as ptr
from greenroom.schema.instance_walk import Path, graft
from greenroom.schema.name_words import ends_in_id, words
from greenroom.schema.subschemas import Pointers, in_place_subschemas, shape_of
from greenroom.schema.validators import SchemaSet

from .effects import is_read, may_alter, requires_own_resource
from .options import Given

_NUMBERS = frozenset(("int32", "int64"))
# Numbers that are made up are larger.
_LARGE = 2_000_000_000


@dataclass(frozen=True, slots=True)
class FilledBody:
    """A body whose identifiers come from responses and the caller, or are made up.

    `lacking` are the names of those that are not known and must not be made up, `left_out` those of
    optional members that are not known, `made_up` those of required ones.
    """

    value: Any
    lacking: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    made_up: tuple[str, ...] = ()


class BodyIdentifiers:
    """Finds and replaces the identifiers in the requests of one contract.

    A member is an identifier if a link sets it, its schema has `x-identifier`, or its name ends in
    `id`. What a link takes from a request is named by the caller, and identifies nothing.
    """

    def __init__(self, contract: Contract) -> None:
        self._contract = contract
        self._document = contract.document
        self._schemas = SchemaSet(for_requests(contract.document))
        # The members that links set, by operation, and the names of what the vendor supplies.
        self._linked: dict[str, set[str]] = {}
        self._supplied: set[str] = set()
        self._chosen: set[str] = set()
        for operation in contract.operations:
            for link in (link for response in operation.responses for link in response.links):
                set_by_link = self._linked.setdefault(link.operation_id, set())
                for where, _ in expressions(link.body):
                    set_by_link.update(s for s in ptr.split(where)[-2:] if not s.isdecimal())
                for _, text in expressions([link.body, dict(link.parameters)]):
                    if text.startswith("$request.body#/"):
                        self._chosen.add(thing_of(text.rpartition("/")[2]))
            for parameter in (p for p in operation.parameters if p.identifier):
                self._supplied.update(names_in(operation.path, parameter.name))
        self._supplied.update(thing_of(name) for names in self._linked.values() for name in names)

    def places(
        self, operation: Operation, media: MediaType, value: Any, given: Given | None = None
    ) -> dict[Path, Pointers]:
        """The identifiers in a body and what the caller gives: their paths, with their schemas."""
        found: dict[Path, Pointers] = {}
        linked = self._linked.get(operation.id, ())

        def walk(value: Any, schemas: Pointers, path: Path) -> None:
            shape = shape_of(self._document, schemas)
            if isinstance(value, list):
                for i, entry in enumerate(value):
                    walk(entry, shape.of_item(i), (*path, i))
            for name, entry in value.items() if isinstance(value, dict) else ():
                at, own = (*path, name), shape.of_property(name)
                is_one = f"{operation.id}.{name}" in (given or ()) or self._is_named(name, own)
                # Any value will do for a read of something else: a public key, for example.
                if name in linked:
                    is_one = ends_in_id(name) or not is_read(operation, self._document)
                if is_one and _may_identify(entry):
                    found[at] = own
                else:
                    walk(entry, own, at)

        walk(value, (media.schema,) if media.schema else (), ())
        return found

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
        """A body with the identifiers of `known`, which is formed like it, and of the caller.

        Of the others it lacks those that it can do without, and those are made up that nothing in
        the contract supplies. What is changed has to be known, if the path does not name it, and so
        have the variables of a GraphQL query.
        """
        result = value if known is None else with_link_body(value, known)
        in_path = any(p.location == "path" for p in operation.parameters)
        named = operation.graphql is not None or (may_alter(operation) and not in_path)
        names: dict[str, dict[str, None]] = {"lacking": {}, "left_out": {}, "made_up": {}}
        for place, schemas in self.places(operation, media, result, given).items():
            name, text = str(place[-1]), given_for(operation, str(place[-1]), given)
            new = self._made_up(schemas, _at(result, place))
            is_supplied = thing_of(name) in self._supplied or self._is_marked(schemas)
            if text is not None:
                result = graft(result, place, _like(_at(result, place), text))
            elif _at(known, place) is not None:
                continue
            elif not named and self._accepts(media.schema, _without(result, place)):
                result, names["left_out"][name] = _without(result, place), None
            elif named or new is None or is_supplied:
                names["lacking"][name] = None
            else:
                result, names["made_up"][name] = graft(result, place, new), None
        return FilledBody(result, **{key: tuple(found) for key, found in names.items()})

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

        Those that are not known are made up. A value that no example has, a broken one, stays.
        """
        for place, schemas in self.places(operation, media, value).items():
            if any(text in self.of_examples for text in _texts(_at(value, place))):
                new = _at(known, place)
                new = self._made_up(schemas, _at(value, place)) if new is None else new
                value = _without(value, place) if new is None else graft(value, place, new)
        return value

    def is_identifier(self, parameter: Parameter) -> bool:
        """Whether a parameter is an identifier, by the contract or by its name."""
        schemas = (parameter.schema,) if parameter.schema else ()
        return parameter.identifier or self._is_named(parameter.name, schemas)

    def made_up(self, parameter: Parameter, known: Any) -> Any:
        """Another value of an identifier, in the form of a known one; None where there is none."""
        return self._made_up((parameter.schema,) if parameter.schema else (), known)

    @cached_property
    def of_examples(self) -> dict[str, set[str]]:
        """The identifiers of documented bodies and parameters as text, with their names."""
        found: dict[str, set[str]] = {}
        chosen: set[str] = set()
        for operation in self._contract.operations:
            named: list[tuple[str, Any]] = []
            for media, example in request_body_examples(operation):
                places = self.places(operation, media, example.value)
                named += [(str(place[-1]), _at(example.value, place)) for place in places]
                for where, value in ptr.walk(example.value):
                    is_own = thing_of(where.rpartition("/")[2]) in self._chosen
                    chosen.update(_texts(value) if is_own else ())
            for p in filter(self.is_identifier, operation.parameters):
                named += [(p.name, example.value) for example in p.examples]
            for name, text in ((name, text) for name, value in named for text in _texts(value)):
                found.setdefault(text, set()).add(name.lower())
        return {text: names for text, names in found.items() if text not in chosen}

    def _is_named(self, name: str, schemas: Pointers) -> bool:
        """Whether a parameter or member is an identifier by its name or the extension."""
        if self._is_marked(schemas):
            return True
        nodes = self._nodes(schemas)
        formats = {node.get("format") for node in nodes} - {None, "uuid"} - _NUMBERS
        is_closed = any("enum" in node or "const" in node for node in nodes)
        # An address is no secret of the account, even if it is named `email_id`.
        is_other = formats or "mail" in thing_of(name) or thing_of(name) in self._chosen
        return ends_in_id(name) and not is_closed and not is_other

    def _made_up(self, schemas: Pointers, value: Any) -> Any:
        """An identifier that nothing has, of the form of a value if its schema allows one."""
        if isinstance(value, list):
            shape = shape_of(self._document, schemas)
            items = [self._made_up(shape.of_item(i), entry) for i, entry in enumerate(value)]
            return None if None in items else items
        new = uuid4().hex
        number = int(checked(str(_LARGE + randrange(10**8))))
        formed = of_the_form(str(value))
        texts = [checked(text) for text in (f"greenroom-{new}", str(uuid4()), new[:12])]
        texts = [*([formed] if formed else ()), *texts, str(number)]
        tried = (number, *texts) if isinstance(value, int) else (*texts, number)
        return next((v for v in tried if all(self._accepts(s, v) for s in schemas)), None)

    def _is_marked(self, schemas: Pointers) -> bool:
        return any(node.get("x-identifier") is True for node in self._nodes(schemas))

    def _nodes(self, schemas: Pointers) -> list[Mapping[str, Any]]:
        return [n for pointer in schemas for n, _ in in_place_subschemas(self._document, pointer)]

    def _accepts(self, schema: str | None, value: Any) -> bool:
        return schema is None or bool(self._schemas.validator(schema).is_valid(value))


def documented_bodies(contract: Contract, operation: Operation) -> list[tuple[MediaType, Example]]:
    """The documented bodies of an operation with their media types.

    A required body without example is made from its schema, as one example without a name.
    """
    found = list(request_body_examples(operation))
    media = preferred_media(operation)
    if not found and media and operation.body and operation.body.required:
        found.append((media, Example("", documented_value(contract.document, media), "")))
    return found


def thing_of(name: str) -> str:
    """One spelling for the names of one thing: `jobIds`, `job_id` and `jobId` are `jobid`."""
    return "".join(words(name)).removesuffix("s")


def names_in(path: str, parameter: str) -> Iterator[str]:
    """The names of an identifier; `id` in `/agents/{id}` is `agentid`, too."""
    yield thing_of(parameter)
    before, found, _ = path.partition(f"/{{{parameter}}}")
    if found and words(parameter) == ("id",):
        yield thing_of(before.rpartition("/")[2]) + "id"


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


def _at(value: Any, path: Path) -> Any:
    """The value at a path; None where there is none."""
    try:
        for step in path:
            value = value[step]
    except (LookupError, TypeError):
        return None
    return value


def _without(value: Any, path: Path) -> Any:
    """A copy of a value without the member at a path."""
    holder = _at(value, path[:-1])
    return graft(value, path[:-1], {k: holder[k] for k in holder if k != path[-1]})


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
