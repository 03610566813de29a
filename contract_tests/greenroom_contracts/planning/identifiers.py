"""Which operations supply the identifiers that others need, by the links of a contract."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from greenroom.contract.links import target_parameter
from greenroom.contract.model import Contract, Link, Operation, Parameter

from .effects import makes_own, needs_own
from .options import Given

_EXPRESSION = re.compile(r"\{([^{}]+)\}")


def identifiers_of(operation: Operation) -> list[Parameter]:
    """The parameters whose values only the vendor or the caller can know."""
    return [p for p in operation.parameters if p.identifier and p.required]


def sources(contract: Contract, target: Operation) -> Iterator[tuple[Operation, Link]]:
    """The operations whose responses may supply identifiers to a target, each with its link."""
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
    """The keys of a link that identify what a target acts on: the last of its path, or all.

    Those before the last in a path identify what it belongs to.
    """
    names = _EXPRESSION.findall(target.path)
    if not names:
        return list(link.parameters)
    filling = {key: target_parameter(target, key) for key in link.parameters}
    return [k for k, p in filling.items() if p and (p.location, p.name) == ("path", names[-1])]


def is_of_response(link: Link, target: Operation) -> bool:
    """Whether the response, rather than the request, identifies what a target acts on."""
    values = [str(link.parameters[key]) for key in subject_keys(link, target)]
    return all(value.startswith("$response.") for value in values)


def given_for(operation: Operation, parameter: Parameter, given: Given) -> str | None:
    """The caller's value of a parameter: one for the operation, else one for all operations.

    Operations that change or delete something, or contact a person, only take the former: what is
    given to be read must not be used up.
    """
    value = given.get(f"{operation.id}.{parameter.name}")
    if value is None and not needs_own(operation):
        return given.get(parameter.name)
    return value


def unreachable(contract: Contract, sent: Iterable[Operation], given: Given) -> dict[str, str]:
    """Which operations of a plan cannot get an identifier, and why, by id.

    Those whose only sources are not sent, or cannot be reached themselves, are among them.
    """
    left = {operation.id: operation for operation in sent}
    reached: set[str] = set()
    while new := {
        name
        for name, operation in left.items()
        if name not in reached and not _lacking(contract, operation, reached, given)
    }:
        reached |= new
    return {
        name: _why(contract, operation, _lacking(contract, operation, reached, given), left)
        for name, operation in left.items()
        if name not in reached
    }


def _lacking(
    contract: Contract, operation: Operation, reached: Collection[str], given: Given
) -> list[Parameter]:
    supplied = [
        target_parameter(operation, key)
        for source, link in sources(contract, operation)
        if source.id in reached
        for key in link.parameters
    ]
    return [
        parameter
        for parameter in identifiers_of(operation)
        if given_for(operation, parameter, given) is None and parameter not in supplied
    ]


def _why(
    contract: Contract, operation: Operation, lacking: list[Parameter], sent: Mapping[str, Any]
) -> str:
    names = ", ".join(parameter.name for parameter in lacking)
    options = " ".join(f"--param {operation.id}.{parameter.name}=…" for parameter in lacking)
    found = dict.fromkeys(source.id for source, _ in sources(contract, operation))
    if not found:
        supplier = "nothing that the run creates" if needs_own(operation) else "no other response"
        return f"{supplier} supplies {names}; {options}"
    skipped = [name for name in found if name not in sent] or list(found)
    return f"{names} would come from {', '.join(skipped)}, which is not sent; {options}"
