"""Which operations supply the identifiers that others need, by the links of a contract."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from greenroom.contract.links import target_parameter
from greenroom.contract.model import Contract, Link, Operation, Parameter
from greenroom.contract.pagination import page_parameters
from greenroom.contract.runtime_expressions import expressions
from greenroom.schema.name_words import ends_in_id, words

from .body_identifiers import BodyIdentifiers, given_for
from .effects import creates_own_resource, is_grave, may_alter, requires_own_resource
from .options import Options

_EXPRESSION = re.compile(r"\{([^{}]+)\}")


def identifiers_of(operation: Operation) -> list[Parameter]:
    """The parameters whose values only the vendor or the caller can know.

    Where the path does not name what is changed or deleted, the query does.
    """
    parameters = [p for p in operation.parameters if p.required]
    is_post = operation.method == "POST" and not operation.effects
    selects = may_alter(operation) and not (is_post or "{" in operation.path)
    return [p for p in parameters if p.identifier or (selects and p.location == "query")]


def filter_names(contract: Contract, operation: Operation) -> set[str]:
    """The optional parameters that narrow a list and that links of a contract supply."""
    if not page_parameters(contract.document, operation):
        return set()
    found = (
        target_parameter(operation, key)
        for _, link in sources(contract, operation)
        for key in link.parameters
    )
    return {p.name for p in found if p is not None and p.location == "query" and not p.required}


def sources(contract: Contract, target: Operation) -> Iterator[tuple[Operation, Link]]:
    """The operations whose responses may supply identifiers to a target, each with its link."""
    for operation in contract.operations:
        if requires_own_resource(target) and not creates_own_resource(operation):
            continue
        for response in operation.responses:
            if response.status.startswith("2"):
                for link in response.links:
                    if link.operation_id == target.id and (
                        not requires_own_resource(target) or names_created(operation, link, target)
                    ):
                        yield operation, link


def subjects(link: Link, target: Operation) -> list[tuple[str, str]]:
    """The names and expressions of a link that identify what a target acts on.

    That is the last path parameter, since those before it identify parents of the resource. If the
    path has no parameters, it is whatever a response supplies.
    """
    names = _EXPRESSION.findall(target.path)
    if names:
        filling = ((target_parameter(target, key), v) for key, v in link.parameters.items())
        found = ((p, v) for p, v in filling if p and (p.location, p.name) == ("path", names[-1]))
        return [(p.name, str(v)) for p, v in found]
    every = expressions([dict(link.parameters), link.body])
    return [(where, text) for where, text in every if text.startswith("$response.")]


def names_created(source: Operation, link: Link, target: Operation) -> bool:
    """Whether a link identifies the resource that a creation made, and not one that it mentions.

    The path of the target is below that of the source, or both names are that of the resource.
    """
    found, path = subjects(link, target), source.path.rstrip("/")
    if not found or not all(text.startswith("$response.") for _, text in found):
        return False
    parent = target.path.rpartition("/{")[0]
    if target.path.startswith(f"{path}/{{"):
        return True
    about = {_noun(source.id), _noun(_EXPRESSION.sub("", path).rstrip("/")), ""}
    within = bool(parent) and f"{path}/".startswith(f"{parent}/")
    named = [text for _, text in found]
    named += () if within else [name if _noun(name) else parent for name, _ in found]
    return about.issuperset(map(_noun, named))


def _noun(name: str) -> str:
    """The beginning of the word that says what a name or its identifier is of; empty for `id`."""
    last = re.split(r"[/.#]", name)[-1]
    found = words(last)[:-1] if ends_in_id(last) else words(last)
    return found[-1].removesuffix("s")[:7] if found else ""


def acts_on_own(
    contract: Contract, operation: Operation, options: Options, bodies: BodyIdentifiers
) -> bool:
    """Whether a call acts on nothing but what the run creates: not on what the caller names."""
    places = [p.name for p in operation.parameters if p.identifier]
    places += bodies.documented(operation)
    named = any(given_for(operation, name, options.given) is not None for name in places)
    named = named or (operation.id in options.bodies and "{" not in operation.path)
    return not (named and may_alter(operation)) and any(sources(contract, operation))


def missing_options(
    contract: Contract,
    operation: Operation,
    reached: Collection[str],
    options: Options,
    bodies: BodyIdentifiers,
) -> str:
    """What else an operation needs, as the end of a sentence; empty if it has its identifiers.

    `reached` are the ids of the operations that are sent if writing is allowed.
    """
    names = _lacking(contract, operation, reached, options, bodies)
    if not names:
        return ""
    if any(sources(contract, operation)):
        return f"; {_why(contract, operation, names, reached, options)}"
    return f" and {_given(operation, names)}"


def unreachable(
    contract: Contract, sent: Iterable[Operation], options: Options, bodies: BodyIdentifiers
) -> dict[str, str]:
    """Which operations of a plan lack an identifier, by id, each with the reason.

    A source that is not sent, or lacks an identifier too, supplies none.
    """
    left = {operation.id: operation for operation in sent}
    lacking: dict[str, list[str]] = {}
    reached: set[str] = set()
    while True:
        lacking = {
            name: _lacking(contract, operation, reached, options, bodies)
            for name, operation in left.items()
            if name not in reached
        }
        new = {name for name, names in lacking.items() if not names}
        if not new:
            break
        reached |= new
    return {
        name: _why(contract, left[name], names, left, options) for name, names in lacking.items()
    }


def supplied_body(contract: Contract, operation: Operation, reached: Collection[str]) -> Any:
    """What the links of some operations say of a body, with their expressions; None for nothing."""
    known = None
    for source, link in sources(contract, operation):
        if source.id in reached and link.body is not None:
            known = link.body if known is None else merged(link.body, known)
    return known


def _lacking(
    contract: Contract,
    operation: Operation,
    reached: Collection[str],
    options: Options,
    bodies: BodyIdentifiers,
) -> list[str]:
    """The names of the identifiers that nothing supplies, of parameters and then of the body."""
    found = [link for source, link in sources(contract, operation) if source.id in reached]
    supplied = [target_parameter(operation, key) for link in found for key in link.parameters]
    lacking = [
        parameter.name
        for parameter in identifiers_of(operation)
        if given_for(operation, parameter.name, options.given) is None and parameter not in supplied
    ]
    if operation.id in options.bodies:
        return lacking
    known = supplied_body(contract, operation, reached)
    return [*lacking, *bodies.lacking(operation, known, options.given)]


def _given(operation: Operation, names: list[str]) -> str:
    return " ".join(f"--param {operation.id}.{name}=…" for name in names)


def _why(
    contract: Contract,
    operation: Operation,
    lacking: list[str],
    sent: Collection[str],
    options: Options,
) -> str:
    names, given = ", ".join(lacking), _given(operation, lacking)
    if may_alter(operation) and not (is_grave(operation) or operation.id in options.allowed):
        # Naming what is to be changed is not yet the leave to change it.
        given += f" --allow {operation.id}"
    found = dict.fromkeys(source.id for source, _ in sources(contract, operation))
    if not found:
        supplier = (
            "nothing that the run creates"
            if requires_own_resource(operation)
            else "no other response"
        )
        return f"{supplier} supplies {names}; needs {given}"
    skipped = [name for name in found if name not in sent] or list(found)
    source = f"{names} would come from {', '.join(skipped)}"
    return f"{source}, which is not sent; otherwise needs {given}"


def merged(over: Any, value: Any) -> Any:
    """A value overridden by another: objects member by member, anything else as a whole."""
    if isinstance(over, Mapping) and isinstance(value, Mapping):
        return {**value, **{name: merged(over[name], value.get(name)) for name in over}}
    return over
