"""One contract's behaviour, compiled once for all spaces."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from functools import cache, cached_property
from typing import Any

from ..contract.behaviour.binding import Behaviour, Binding
from ..contract.behaviour.resource import Property
from ..contract.model import Contract
from ..contract.read_write_only import for_requests, for_responses
from ..schema.generation.sampler import Sampler, UnsatisfiedError
from ..schema.subschemas import in_place_subschemas
from ..schema.validators import SchemaSet
from .creation import Maker
from .decide import Decider
from .identifiers import Draw, identifiers
from .merging import value_at
from .record import SINGLE, Record, identity, text_of
from .shape import Shape
from .store import Change


class Api:
    """What a contract says about state. `vendor` is its name.

    `generators` are by resource and pointer: what they add to a source, and how they draw from it.
    """

    def __init__(self, contract: Contract, behaviour: Behaviour) -> None:
        self.vendor = contract.name
        self.contract = contract
        self.schemas = SchemaSet(for_responses(contract.document))
        self._sampler = Sampler(self.schemas)
        self.makers = {
            resource.name: Maker(
                resource, Shape(self.schemas, (resource.schema,) if resource.schema else ())
            )
            for resource in behaviour.resources.values()
        }
        bindings = {name: self._exemplified(each) for name, each in behaviour.bindings.items()}
        self.behaviour = replace(behaviour, bindings=bindings)
        self.deciders = cache(self._decider)
        self.generators = cache(self._generator)

    @cached_property
    def requests(self) -> Mapping[str, Any]:
        """The document as it is about requests."""
        return for_requests(self.contract.document)

    def _exemplified(self, binding: Binding) -> Binding:
        """A binding whose new records have what they must, where no example shows one."""
        if all(template.record for template in binding.templates):
            return binding
        least = self.makers[binding.resource].shape.sample(full=False) or {}
        shown = (t if t.record else replace(t, record=least) for t in binding.templates)
        return replace(binding, templates=tuple(shown))

    def _decider(self, resource: str) -> Decider:
        """What decides about the records of a resource for no operation."""
        evidence = self.behaviour.resources[resource].evidence
        return Decider(Binding("", resource, "action", evidence), self.behaviour, self.makers)

    def seeds(self) -> Iterator[Change]:
        """The records that a space begins with."""
        for resource in self.behaviour.resources.values():
            if resource.parent is not None and resource.parent.within is not None:
                continue
            known: set[str] = set()
            for seed in resource.seeds:
                id = self.id_of(resource.name, seed.value)
                record = Record(id, seed.value, state=seed.state)
                if record.id not in known:
                    known.add(record.id)
                    yield Change(resource.name, None, record)

    def id_of(self, resource: str, value: Any) -> str:
        """The identifier of a record as text."""
        about = self.behaviour.resources[resource]
        if about.singleton:
            key = value_at(value, about.parent.by) if about.parent is not None else None
            return text_of(key) or SINGLE
        return identity(value_at(value, each.pointer) for each in about.identifiers)

    def documented(self, resource: str) -> list[str]:
        """The identifiers of a resource in examples."""
        about = self.behaviour.resources[resource]
        values = [seed.value for seed in about.seeds]
        if (parent := about.parent) is not None and parent.within is not None:
            around = self.behaviour.resources[parent.resource].seeds
            values += [each for seed in around for each in value_at(seed.value, parent.within, ())]
        found = (value_at(value, each.pointer) for value in values for each in about.identifiers)
        return [text for text in found if isinstance(text, str)]

    def _generator(self, resource: str, pointer: str) -> tuple[str, Draw]:
        generated = self.makers[resource].generated
        about = next(each for each in generated if each.pointer == pointer)
        name = f"\0{self.vendor}\0{resource}"
        if about is not generated[0]:
            # The numbers of each property begin with one.
            name += f"\0{pointer}"
        facts = self._described(about)
        is_uuid = facts.get("format") == "uuid"
        has_pattern = isinstance(facts.get("pattern"), str) and not is_uuid
        seeds = self.behaviour.resources[resource].seeds
        known = [value_at(seed.value, pointer) for seed in seeds]
        integers = [each for each in known if isinstance(each, int)]

        def alike(example: Any, source: str, numbers: Iterable[int]) -> list[Any]:
            example = example if about.example is None else about.example
            if example is None and facts.get("type") == "integer":
                example = 0
            if isinstance(example, int):
                example = max([example, *integers])
            return identifiers(example, source, numbers, is_uuid)

        def matching(example: Any, source: str, number: int) -> Any:
            with suppress(UnsatisfiedError):
                return self._sampler.value(str(about.schema), f"{source}\0{number}")
            return alike(example, source, (number,))[0]

        def draw(example: Any, source: str, numbers: Iterable[int]) -> list[Any]:
            if has_pattern:
                return [matching(example, source, number) for number in numbers]
            return alike(example, source, numbers)

        return name, draw

    def _described(self, about: Property) -> Mapping[str, Any]:
        found: dict[str, Any] = {}
        if about.schema is not None:
            for schema, _ in in_place_subschemas(self.contract.document, about.schema):
                found = {**schema, **found}
        return found
