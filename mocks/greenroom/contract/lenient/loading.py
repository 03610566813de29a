"""The valid part of an invalid document: each problem is reported, and the rest is served."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from ...errors import InvalidContractError, Problem
from ...schema import json_pointer as ptr
from ..loading.bundling import Bundle
from ..loading.companion_files import CompanionFiles, missing_files, named_files
from ..loading.upgrade_30 import upgrade
from ..object_kinds import kind_at, parts
from ..validation.document import validate
from ..validation.examples import example_problems
from .pruning import Pruning, reference_target, removals

# Every round leaves something out; a document with more layers of problems than this is refused.
_ROUNDS = 100
# Missing properties and their only or empty values, by the kind of the object.
_EMPTY: Mapping[str, Mapping[str, Any]] = {
    "document": {"info": {"title": "", "version": ""}},
    "response": {"description": ""},
    "info": {"title": "", "version": ""},
    "parameter": {"required": True},
}


@dataclass(frozen=True, slots=True)
class Omission:
    """A problem, and the pointers of the parts that are `left_out` because of it.

    There are none where what is missing is added instead.
    """

    problem: Problem
    left_out: tuple[str, ...] = ()

    def __str__(self) -> str:
        action = f"left out: {', '.join(self.left_out)}" if self.left_out else "added"
        return f"{self.problem} ({action})"


def valid_part(
    bundle: Bundle, companions: CompanionFiles
) -> tuple[Mapping[str, Any], tuple[Omission, ...], tuple[Problem, ...]]:
    """The OpenAPI 3.1 form of a document without its invalid parts, what was left out, warnings.

    `companions` are the files that it names. Raises InvalidContractError where leaving parts out
    cannot make it valid.
    """
    pruning = Pruning(bundle.document)
    omissions: list[Omission] = []
    validation = validate(bundle.document, bundle.unresolved, bundle.parts)
    for _ in range(_ROUNDS):
        problems = list(validation.problems or missing_files(parts(pruning.document), companions))
        problems = problems or list(_graphql_problems(pruning.document, companions))
        if not problems:
            invalid = example_problems(pruning.document, validation.document)
            warnings = (*validation.warnings, *invalid)
            reported = tuple(_reported(pruning, bundle, problem) for problem in warnings)
            return upgrade(pruning.document), tuple(omissions), reported
        new = _leave_out(pruning, bundle, problems)
        if problems and not new:
            break
        omissions += new
        validation = validate(pruning.document, bundle.unresolved)
    raise InvalidContractError([bundle.in_file(problem) for problem in problems])


def _graphql_problems(document: Mapping[str, Any], companions: CompanionFiles) -> Iterator[Problem]:
    """Invalid GraphQL schemas, which are otherwise noticed when the mock is built."""
    for pointer, name in named_files(parts(document)):
        # Not at the top: the GraphQL library takes 90 ms to import, and few contracts need it.
        from ..graphql_schema import GraphqlSchemaError, compile_schema

        try:
            compile_schema(companions.texts[name])
        except GraphqlSchemaError as error:
            yield Problem(pointer, "graphql", f"{name}: {error}")


def _leave_out(pruning: Pruning, bundle: Bundle, problems: Iterable[Problem]) -> list[Omission]:
    """Leave out all invalid parts at once, so that the pointers of the problems stay valid."""
    omissions: list[Omission] = []
    removed: list[str] = []
    filled = False
    for problem in problems:
        is_reference_problem = problem.rule == "reference"
        target = reference_target(pruning.document, problem) if is_reference_problem else None
        is_consequence = target is not None and pruning.is_removed(target)
        if is_consequence:
            problem = replace(problem, message=f"{target} was left out")
        reported = _reported(pruning, bundle, problem)
        added = _added(pruning.document, problem)
        if added is not None:
            pruning.fill(problem.pointer, added)
            omissions.append(Omission(reported))
            filled = True
            continue
        pointers = removals(pruning.document, problem, is_consequence)
        if pointers:
            removed += pointers
            places = [bundle.locate(pruning.original_pointer(pointer)) for pointer in pointers]
            names = (where if file == bundle.file else f"{file}#{where}" for file, where in places)
            omissions.append(Omission(reported, tuple(names)))
    return omissions if pruning.remove(removed) or filled else []


def _reported(pruning: Pruning, bundle: Bundle, problem: Problem) -> Problem:
    """A problem as the user finds it in the file."""
    return bundle.in_file(replace(problem, pointer=pruning.original_pointer(problem.pointer)))


def _added(document: Mapping[str, Any], problem: Problem) -> Mapping[str, Any] | None:
    """What to add to the object at a problem's pointer, None where nothing makes it valid."""
    if problem.rule == "path-parameter" and len(problem.missing) == 1:
        declared = ptr.look_up(document, problem.pointer).get("parameters", ())
        schema = {"type": "string"}
        added = {"name": problem.missing[0], "in": "path", "required": True, "schema": schema}
        return {"parameters": [*declared, added]}
    empty = _EMPTY.get(kind_at(problem.pointer), {})
    if not problem.missing or not empty.keys() >= set(problem.missing):
        return None
    return {name: empty[name] for name in problem.missing}
