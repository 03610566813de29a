"""The mutants of a contract: its documented bodies, and ones that violate one keyword each."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from typing import Any

from greenroom.contract.model import Contract, MediaType, Operation
from greenroom.schema import json_pointer as ptr
from greenroom.schema.instance_walk import IF, SchemaUse, SchemaWalk, graft

from .bases import Samples, completed, reduced
from .variations import Variation, variations

REQUEST, RESPONSE, WEBHOOK = "request", "response", "webhook"
EXAMPLE = "example"


@dataclass(frozen=True, slots=True)
class Mutant:
    """One body, and whether the contract allows it.

    `message` is `request`, `response` or `webhook`, `status` that of a response, `schema` the
    pointer of the body's schema. `keyword` is the one under test, at `pointer` in the body; it is
    `example` for bodies that violate nothing. `note` describes the change.
    """

    operation: str
    message: str
    status: str
    media_type: str
    schema: str
    example: str
    body: Any
    valid: bool
    keyword: str = EXAMPLE
    pointer: str = ""
    note: str = ""

    @property
    def id(self) -> str:
        """A description in one line, unique in a contract."""
        where = f"{self.message} {self.status}" if self.status else self.message
        words = [self.operation, where, f"{self.example}{self.pointer and f'#{self.pointer}'}"]
        if self.note:
            words.append(f"{self.keyword} ({self.note})")
        return " ".join(words)


@dataclass(frozen=True, slots=True)
class _Body:
    """A documented body of a contract; `schema` is the pointer of its schema."""

    operation: Operation
    message: str
    status: str
    media: MediaType
    schema: str

    def mutant(self, example: str, body: Any, valid: bool = True, **about: str) -> Mutant:
        return Mutant(
            self.operation.id, self.message, self.status, self.media.name, self.schema, example,
            body, valid, **about,
        )  # fmt: skip


def mutants(
    contract: Contract, messages: Collection[str] = (REQUEST, RESPONSE, WEBHOOK)
) -> tuple[Mutant, ...]:
    """All mutants in the order of the contract; the same in every run.

    All JSON examples of requests, responses and webhooks; each of them with all and with no
    optional properties; and variations of these in which one keyword is violated or narrowly
    obeyed, each constraint once per body. How a variation was made determines whether it is valid;
    the validator decides only if other keywords matter, as in the branches of `oneOf`.
    """
    walk = SchemaWalk(contract.document)
    bodies = list(_bodies(contract))
    documented = [(body.schema, e.value) for body in bodies for e in body.media.examples]
    samples = Samples(walk, documented)
    found: list[Mutant] = []
    varied: set[str] = set()
    done: set[tuple[object, ...]] = set()
    for body in bodies:
        if body.message not in messages:
            continue
        found += [body.mutant(example.name, example.value) for example in body.media.examples]
        # A response that several operations share is varied once.
        if body.media.pointer not in varied:
            varied.add(body.media.pointer)
            found += _variations(walk, body, samples, done)
    return tuple(found)


def _bodies(contract: Contract) -> Iterator[_Body]:
    for message, operations in ((REQUEST, contract.operations), (WEBHOOK, contract.webhooks)):
        for operation in operations:
            for media in operation.body.content if operation.body else ():
                if media.is_json and media.schema is not None:
                    yield _Body(operation, message, "", media, media.schema)
            # The response to a webhook comes from the client, not from the vendor.
            for response in operation.responses if message == REQUEST else ():
                for media in response.content:
                    if media.is_json and media.schema is not None:
                        yield _Body(operation, RESPONSE, response.status, media, media.schema)


def _variations(
    walk: SchemaWalk, body: _Body, samples: Samples, done: set[tuple[object, ...]]
) -> Iterator[Mutant]:
    bases = list(_bases(walk, body, samples))
    yield from (mutant for mutant in bases if mutant.note)
    known: set[tuple[str, str]] = set()
    ids: set[str] = set()
    for base in bases:
        for place in walk.places(body.schema, base.body):
            for variation in variations(walk, place, samples):
                key = (*_scope(body, place), variation.rule, variation.keyword, variation.note)
                if key in done:
                    continue
                mutant = _varied(walk, body, base, place, variation)
                if mutant is None:
                    continue
                done.add(key)
                # Two rules may lead to the same body, or to two bodies of the same description.
                same = (mutant.keyword, _text(mutant.body))
                if same not in known:
                    if mutant.id in ids:
                        mutant = replace(mutant, note=f"{mutant.note}, {variation.rule}")
                    known.add(same)
                    ids.add(mutant.id)
                    yield mutant


def _scope(body: _Body, place: SchemaUse) -> tuple[object, ...]:
    """Where a constraint is varied once: at each place of a request body, and at the top of other
    bodies. Nested places of responses are much the same, so they are varied once in all."""
    # The items of a list are alike.
    path = tuple("*" if isinstance(name, int) else name for name in place.path)
    if body.message != REQUEST and path:
        return body.message, place.context
    return body.media.pointer, path, place.context


def _varied(
    walk: SchemaWalk, body: _Body, base: Mutant, place: SchemaUse, variation: Variation
) -> Mutant | None:
    """The mutant for a variation; None if other keywords change whether it is valid."""
    value = _choose(walk, place.schema, variation)
    changed = graft(base.body, place.path, value)
    broken = walk.broken(body.schema, changed)
    if variation.valid and broken and variation.rule not in broken:
        return None
    keyword, note = variation.keyword, variation.note
    if not variation.valid and not broken and (place.context or keyword == IF):
        return None
    if place.context == IF and keyword != IF:
        keyword, note = IF, f"{keyword}: {note}"
    where = ptr.join("", *place.path)
    return body.mutant(
        base.example, changed, variation.valid, keyword=keyword, pointer=where, note=note
    )


def _bases(walk: SchemaWalk, body: _Body, samples: Samples) -> Iterator[Mutant]:
    """The examples, and each with all and with no optional properties if that differs."""
    known: set[str] = set()
    for example in body.media.examples:
        known.add(_text(example.value))
        yield body.mutant(example.name, example.value)
    for example in body.media.examples:
        fuller = completed(walk, body.schema, example.value, samples)
        barer = reduced(walk, body.schema, example.value)
        for note, value in (("all that is optional", fuller), ("nothing optional", barer)):
            if (text := _text(value)) not in known:
                known.add(text)
                yield body.mutant(example.name, value, note=note)


def _choose(walk: SchemaWalk, schema: str, variation: Variation) -> Any:
    """The first candidate that violates no other keyword."""
    wanted = set() if variation.valid else {variation.rule}
    values = variation.candidates
    return next((value for value in values if walk.broken(schema, value) == wanted), values[0])


def _text(value: Any) -> str:
    return json.dumps(value, sort_keys=True)
