"""Serving an invalid document as far as it is valid: the rest is left out, and every fault told."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from ...errors import Breach, InvalidContractError
from ...schema import json_pointer as ptr
from ..loading.bundling import Bundle
from ..loading.companion_files import CompanionFiles, file_faults, named_files
from ..loading.source_map import Origins
from ..object_kinds import is_reference, kind_at
from ..validation.document import current, judge
from ..validation.examples import example_faults
from ..validation.problem import Fault
from .pruning import Pruning, refers_to, to_leave_out

# Every round leaves something out; a document with more layers of faults than this is refused.
_ROUNDS = 100
# What may be taken as empty where it is missing, by the kind of the object.
_MENDED = {"response": {"description": ""}, "info": {"title": "", "version": ""}}


@dataclass(frozen=True, slots=True)
class Omission:
    """A breach and what was done about it: `left_out` are the places of what is not served.

    There are none where something missing is taken as empty.
    """

    breach: Breach
    left_out: tuple[str, ...] = ()

    def __str__(self) -> str:
        done = f"left out: {', '.join(self.left_out)}" if self.left_out else "taken as empty"
        return f"{self.breach} ({done})"


def valid_part(
    bundle: Bundle, beside: CompanionFiles
) -> tuple[Mapping[str, Any], tuple[Omission, ...]]:
    """A document as OpenAPI 3.1 without what is invalid in it, and what that was.

    `beside` are the files that it names. Raises InvalidContractError where nothing can be left out
    to make it valid.
    """
    cutting = Pruning(bundle.document)
    told: list[Omission] = []
    judgement = judge(bundle.document, bundle.refused, bundle.parts)
    for _ in range(_ROUNDS):
        faults = list(judgement.faults or file_faults(cutting.document, beside))
        faults = faults or list(_graphql_faults(cutting.document, beside))
        if not faults:
            wrong = list(example_faults(cutting.document, judgement.document))
            told += _leave_out(cutting, bundle.origins, wrong)
            # Nothing depends on an example, but for what refers to one where it stands.
            if not wrong or _targets(bundle).isdisjoint(fault.pointer for fault in wrong):
                return current(cutting.document), tuple(told)
        omissions = _leave_out(cutting, bundle.origins, faults)
        if faults and not omissions:
            break
        told += omissions
        judgement = judge(cutting.document, bundle.refused)
    raise InvalidContractError([bundle.origins.breach(fault) for fault in faults])


def _targets(bundle: Bundle) -> set[str]:
    """The pointers that the references of a document lead to."""
    nodes = (part.node for part in bundle.parts if is_reference(part.node))
    return {ptr.of_reference(node["$ref"]) for node in nodes}


def _graphql_faults(document: Mapping[str, Any], beside: CompanionFiles) -> Iterator[Fault]:
    """GraphQL schemas that are none, which otherwise shows when a mock is made of them."""
    for pointer, name in named_files(document):
        # Only a contract with such a schema pays for loading the library.
        from ..graphql_schema import GraphqlSchemaError, compile_schema

        try:
            compile_schema(beside.texts[name])
        except GraphqlSchemaError as error:
            yield Fault(pointer, "graphql", f"{name}: {error}")


def _leave_out(cutting: Pruning, origins: Origins, faults: Iterable[Fault]) -> list[Omission]:
    """Leave out what is at fault, all at once so that every pointer means what was judged."""
    told: list[Omission] = []
    cuts: list[str] = []
    filled = False
    for fault in faults:
        target = refers_to(cutting.document, fault) if fault.rule == "reference" else None
        cascades = target is not None and cutting.is_gone(target)
        if cascades:
            fault = replace(fault, message=f"{target} was left out")
        written = replace(fault, pointer=cutting.first_written(fault.pointer))
        empty = _MENDED.get(kind_at(fault.pointer), {})
        if fault.missing and empty.keys() >= set(fault.missing):
            cutting.fill(fault.pointer, {name: empty[name] for name in fault.missing})
            told.append(Omission(origins.breach(written)))
            filled = True
            continue
        found = to_leave_out(cutting.document, fault, cascades)
        if found:
            cuts += found
            places = tuple(_place(origins, cutting.first_written(pointer)) for pointer in found)
            told.append(Omission(origins.breach(written), places))
    return told if cutting.cut(cuts) or filled else []


def _place(origins: Origins, pointer: str) -> str:
    file, place = origins.locate(pointer)
    return place if file == origins.file else f"{file}#{place}"
