"""Which operations supply the identifiers that others need, by the links of a contract."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from greenroom.contract.links import filled
from greenroom.contract.model import Contract, Link, Operation, Parameter

from .effects import makes_own, needs_own

_EXPRESSION = re.compile(r"\{([^{}]+)\}")

# Values by `name`, or by `operationId.name` for one operation alone.
Given = Mapping[str, str]


def identifiers_of(operation: Operation) -> list[Parameter]:
    """The parameters that only the vendor or the caller can fill."""
    return [p for p in operation.parameters if p.identifier and p.required]


def sources(contract: Contract, target: Operation) -> Iterator[tuple[Operation, Link]]:
    """The operations whose answers may serve a target, each with its link."""
    for operation in contract.operations:
        if needs_own(target) and not makes_own(operation):
            continue
        for response in operation.responses:
            if response.status.startswith("2"):
                for link in response.links:
                    if link.operation_id == target.id and (
                        not needs_own(target) or is_of_response(link, target)
                    ):
                        yield operation, link


def subject_keys(link: Link, target: Operation) -> list[str]:
    """The keys of a link that name what a target acts on: the last of its path, else all.

    What stands before the last in a path is what the thing belongs to.
    """
    names = _EXPRESSION.findall(target.path)
    if not names:
        return list(link.parameters)
    return [
        key
        for key in link.parameters
        if (parameter := filled(target, key)) is not None
        and (parameter.location, parameter.name) == ("path", names[-1])
    ]


def is_of_response(link: Link, target: Operation) -> bool:
    """Whether what a target acts on is named by the answer, rather than by what was asked."""
    values = [str(link.parameters[key]) for key in subject_keys(link, target)]
    return all(value.startswith("$response.") for value in values)


def given_for(operation: Operation, parameter: Parameter, given: Given) -> str | None:
    """The caller's value of a parameter, that for the operation alone first.

    What alters or removes something, or reaches a person, takes no other: a value that is given for
    reading must not be used up.
    """
    named = given.get(f"{operation.id}.{parameter.name}")
    if named is None and not needs_own(operation):
        return given.get(parameter.name)
    return named


def unreachable(contract: Contract, sent: Iterable[Operation], given: Given) -> dict[str, str]:
    """Which operations of a plan cannot get an identifier, and why, by id.

    An operation whose only sources are themselves left out, or cannot be reached, is left out too.
    """
    left = {operation.id: operation for operation in sent}
    reached: set[str] = set()
    while True:
        new = {
            name
            for name, operation in left.items()
            if name not in reached and not _lacking(contract, operation, reached, given)
        }
        if not new:
            break
        reached |= new
    return {
        name: _why(contract, operation, _lacking(contract, operation, reached, given), left)
        for name, operation in left.items()
        if name not in reached
    }


def _lacking(
    contract: Contract, operation: Operation, reached: Iterable[str], given: Given
) -> list[Parameter]:
    known = set(reached)
    supplied = {
        (parameter.location, parameter.name)
        for source, link in sources(contract, operation)
        if source.id in known
        for key in link.parameters
        if (parameter := filled(operation, key)) is not None
    }
    return [
        parameter
        for parameter in identifiers_of(operation)
        if given_for(operation, parameter, given) is None
        and (parameter.location, parameter.name) not in supplied
    ]


def _why(
    contract: Contract, operation: Operation, lacking: list[Parameter], sent: Mapping[str, Any]
) -> str:
    names = ", ".join(parameter.name for parameter in lacking)
    asked = " ".join(f"--param {operation.id}.{parameter.name}=…" for parameter in lacking)
    found = dict.fromkeys(source.id for source, _ in sources(contract, operation))
    if not found:
        kind = "nothing of the run's own" if needs_own(operation) else "no other answer"
        return f"{kind} gives {names}; {asked}"
    left_out = [name for name in found if name not in sent] or list(found)
    return f"{names} would come from {', '.join(left_out)}, which is left out; {asked}"
