"""Which operations supply the identifiers that others need, by the links of a contract."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from greenroom.contract.links import target_parameter
from greenroom.contract.model import Contract, Link, Operation, Parameter

from .effects import creates_own_resource, requires_own_resource
from .options import Given

_EXPRESSION = re.compile(r"\{([^{}]+)\}")


def identifiers_of(operation: Operation) -> list[Parameter]:
    """The parameters whose values only the vendor or the caller can know."""
    return [p for p in operation.parameters if p.identifier and p.required]


def sources(contract: Contract, target: Operation) -> Iterator[tuple[Operation, Link]]:
    """The operations whose responses may supply identifiers to a target, each with its link."""
    for operation in contract.operations:
        if requires_own_resource(target) and not creates_own_resource(operation):
            continue
        for response in operation.responses:
            if response.status.startswith("2"):
                for link in response.links:
                    if link.operation_id == target.id and (
                        not requires_own_resource(target) or is_identified_by_response(link, target)
                    ):
                        yield operation, link


def subject_keys(link: Link, target: Operation) -> list[str]:
    """The keys of a link that identify the resource of a target.

    That is the key of the last path parameter, since those before it identify parents of the
    resource; all keys if the path has no parameters.
    """
    names = _EXPRESSION.findall(target.path)
    if not names:
        return list(link.parameters)
    filling = {key: target_parameter(target, key) for key in link.parameters}
    return [k for k, p in filling.items() if p and (p.location, p.name) == ("path", names[-1])]


def is_identified_by_response(link: Link, target: Operation) -> bool:
    """Whether the response, rather than the request, identifies the resource of a target."""
    values = [str(link.parameters[key]) for key in subject_keys(link, target)]
    return all(value.startswith("$response.") for value in values)


def given_for(operation: Operation, parameter: Parameter, given: Given) -> str | None:
    """The caller's value of a parameter: one for the operation, else one for all operations.

    Operations that may alter a resource only take the former: a resource that is given for reading
    must stay as it is.
    """
    value = given.get(f"{operation.id}.{parameter.name}")
    if value is None and not requires_own_resource(operation):
        return given.get(parameter.name)
    return value


def unreachable(contract: Contract, sent: Iterable[Operation], given: Given) -> dict[str, str]:
    """Which operations of a plan lack an identifier, by id, each with the reason.

    A source that is not sent, or lacks an identifier too, supplies none.
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
        supplier = (
            "nothing that the run creates"
            if requires_own_resource(operation)
            else "no other response"
        )
        return f"{supplier} supplies {names}; {options}"
    skipped = [name for name in found if name not in sent] or list(found)
    return f"{names} would come from {', '.join(skipped)}, which is not sent; {options}"
