"""The mutants of a contract: its documented bodies, and ones that violate one keyword each."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from typing import Any

from greenroom.contract.model import Contract, MediaType
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
    example: str = ""
    body: Any = None
    valid: bool = True
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


# The content of a message, and what all of its mutants have in common.
_Body = tuple[MediaType, Mutant]


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
    documented = [(body.schema, e.value) for media, body in bodies for e in media.examples]
    samples = Samples(walk, documented)
    found: list[Mutant] = []
    varied: set[str] = set()
    done: set[tuple[object, ...]] = set()
    for media, body in bodies:
        if body.message not in messages:
            continue
        found += [replace(body, example=e.name, body=e.value) for e in media.examples]
        # A response that several operations share is varied once.
        if media.pointer not in varied:
            varied.add(media.pointer)
            found += _variations(walk, media, body, samples, done)
    return tuple(found)


def _bodies(contract: Contract) -> Iterator[_Body]:
    for message, operations in ((REQUEST, contract.operations), (WEBHOOK, contract.webhooks)):
        for operation in operations:
            content = operation.body.content if operation.body else ()
            found = [(message, "", media) for media in content]
            # The response to a webhook comes from the client, not from the vendor.
            for response in operation.responses if message == REQUEST else ():
                found += [(RESPONSE, response.status, media) for media in response.content]
            for kind, status, media in found:
                if media.is_json and media.schema is not None:
                    yield media, Mutant(operation.id, kind, status, media.name, media.schema)


def _variations(
    walk: SchemaWalk,
    media: MediaType,
    body: Mutant,
    samples: Samples,
    done: set[tuple[object, ...]],
) -> Iterator[Mutant]:
    bases = list(_bases(walk, media, body, samples))
    yield from (mutant for mutant in bases if mutant.note)
    known: set[tuple[str, str]] = set()
    ids: set[str] = set()
    for base in bases:
        for place in walk.places(base.schema, base.body):
            for variation in variations(walk, place, samples):
                scope = _scope(media, base, place)
                key = (*scope, variation.rule, variation.keyword, variation.note)
                if key in done:
                    continue
                mutant = _varied(walk, base, place, variation)
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


def _scope(media: MediaType, body: Mutant, place: SchemaUse) -> tuple[object, ...]:
    """Where a constraint is varied once: at each place of a request body, and at the top of other
    bodies. Nested places of responses are much the same, so they are varied once in all."""
    # The items of a list are alike.
    path = tuple("*" if isinstance(name, int) else name for name in place.path)
    if body.message != REQUEST and path:
        return body.message, place.context
    return media.pointer, path, place.context


def _varied(
    walk: SchemaWalk, base: Mutant, place: SchemaUse, variation: Variation
) -> Mutant | None:
    """The mutant for a variation; None if other keywords change whether it is valid."""
    value = _choose(walk, place.schema, variation)
    changed = graft(base.body, place.path, value)
    broken = walk.broken(base.schema, changed)
    if variation.valid and broken and variation.rule not in broken:
        return None
    keyword, note = variation.keyword, variation.note
    if not variation.valid and not broken and (place.context or keyword == IF):
        return None
    if place.context == IF and keyword != IF:
        keyword, note = IF, f"{keyword}: {note}"
    where, valid = ptr.join("", *place.path), variation.valid
    return replace(base, body=changed, valid=valid, keyword=keyword, pointer=where, note=note)


def _bases(walk: SchemaWalk, media: MediaType, body: Mutant, samples: Samples) -> Iterator[Mutant]:
    """The examples, and each with all and with no optional properties if that differs."""
    examples = [replace(body, example=e.name, body=e.value) for e in media.examples]
    yield from examples
    known = {_text(example.body) for example in examples}
    for example in examples:
        fuller = completed(walk, body.schema, example.body, samples)
        barer = reduced(walk, body.schema, example.body)
        for note, value in (("all that is optional", fuller), ("nothing optional", barer)):
            if (text := _text(value)) not in known:
                known.add(text)
                yield replace(example, body=value, note=note)


def _choose(walk: SchemaWalk, schema: str, variation: Variation) -> Any:
    """The first candidate that violates no other keyword."""
    wanted = set() if variation.valid else {variation.rule}
    values = variation.candidates
    return next((value for value in values if walk.broken(schema, value) == wanted), values[0])


def _text(value: Any) -> str:
    return json.dumps(value, sort_keys=True)
