"""The rule that an identifier in examples stands for one kind of thing."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator

from ..contract.links import target_parameter
from ..contract.model import Example, Operation, Parameter
from ..schema import json_pointer as ptr
from ..schema.name_words import ends_in_id, words
from .document import Document, Messages, examples_of, values_at
from .example_texts import is_ours, texts

# A kind of thing: the words of its name in the singular, as in `interview_id`; empty for no kind.
_Kind = tuple[str, ...]

# Words before the ending that say whose identifier it is, and not of what kind.
_NO_KINDS = frozenset(("external", "unique", "public", "internal", "object", "entity", "reference"))
# Not the numbers of a sequence, which begins anew for each kind, nor `user_2fKx9mQp`, which says
# itself what it is: an interviewer and an owner may both be that user.
_OPAQUE = re.compile(r"(?![A-Za-z]+_)(?=.*\d)[\w-]{8,}")
_BODY = "$response.body#"


def single_kinds(document: Document) -> Messages:
    """An identifier in examples of ours stands for one kind of thing, as their names say."""
    kinds: dict[tuple[bool, str, str], set[_Kind]] = defaultdict(set)
    for example, path, value, kind in _uses(document):
        if kind and isinstance(value, str):
            kinds[is_ours(example), value, ptr.join(example.pointer, "value") + path].add(kind)
    same = _aliases(kinds.values())
    settled: dict[str, list[tuple[set[_Kind], str]]] = defaultdict(list)
    # The examples of sources are first: they stay, and ours agree with them.
    for place in sorted(kinds, key=lambda place: place[0]):
        ours, value, pointer = place
        known, (kind, *_) = settled[value], sorted(kinds[place])
        agrees = not known or any(_is_same(same[kind], other) for other, _ in known)
        if agrees or not ours or not _OPAQUE.fullmatch(value):
            known.append((same[kind], pointer))
        else:
            message = f"{value!r} is of another kind at {known[0][1]} than this {' '.join(kind)}"
            yield pointer, f"{message}; give each thing an identifier of its own"


def _uses(document: Document) -> Iterator[tuple[Example, str, object, _Kind]]:
    """Each place of a value in an example, and the kind that it has there as an identifier."""
    contract = document.contract
    known = {operation.id: operation for operation in contract.operations}
    for operation in (*contract.operations, *contract.webhooks):
        for parameter in operation.parameters:
            for example in parameter.examples:
                yield example, "", example.value, _of_parameter(operation, parameter)
        for message in (operation.body, *operation.responses):
            for text in texts(document, message):
                yield text.example, text.path, text.value, _of_name(text.name, text.owner)
        links = ((response, link) for response in operation.responses for link in response.links)
        for response, link in links:
            target = known[link.operation_id]
            for key, expression in link.parameters.items():
                linked = target_parameter(target, key)
                if linked is not None and str(expression).startswith(_BODY):
                    path = expression.removeprefix(_BODY)
                    for example, value in values_at(examples_of(response), path):
                        yield example, path, value, _of_parameter(target, linked)


def _of_parameter(operation: Operation, parameter: Parameter) -> _Kind:
    """By its name, or for `/interviews/{id}` by the segment before."""
    before = operation.path.partition(f"/{{{parameter.name}}}")[0].rpartition("/")[2]
    return _of_name(parameter.name, before if parameter.location == "path" else "")


def _of_name(name: str, owner: str) -> _Kind:
    """The kind that a name says; that of its owner for `id` alone; none for other names."""
    if not ends_in_id(name):
        return ()
    *before, _ = words(name)
    *rest, noun = before if not _NO_KINDS.issuperset(before) else words(owner) or ("",)
    return (*rest, re.sub(r"ies$", "y", noun).removesuffix("s")) if noun else ()


def _aliases(groups: Iterable[set[_Kind]]) -> dict[_Kind, set[_Kind]]:
    """The names of each kind: those of one place, where a link uses one for the other."""
    same: dict[_Kind, set[_Kind]] = defaultdict(set)
    for group in groups:
        merged = group.union(*(same[kind] for kind in group))
        same.update(dict.fromkeys(merged, merged))
    return same


def _is_same(ones: set[_Kind], others: set[_Kind]) -> bool:
    """Whether a name of one is part of a name of the other: `interview`, `parent interview`."""
    named, other = ([f" {' '.join(kind)} " for kind in kinds] for kinds in (ones, others))
    return any(a in b or b in a for a in named for b in other)
