"""What the behaviour of a contract tells a check beside its links: where identifiers come from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from greenroom.contract.behaviour.binding import Binding
from greenroom.contract.behaviour.reading import behaviour_of
from greenroom.contract.model import Contract, Link, Operation

from .effects import requires_own_resource

# A resource and the pointer of a property in its records.
_Key = tuple[str, str]


def with_inferred(contract: Contract) -> Contract:
    """The contract with links for path parameters to which none of its own gives a value.

    They lead from what lists and creates records, or reads one that no request names, to the
    operations that may be sent for any of these, and have no `pointer`. Cursors of lists are
    identifiers, too: only a response can tell one.
    """
    bindings = behaviour_of(contract).bindings
    operations = {operation.id: operation for operation in contract.operations}
    linked = {
        (link.operation_id, key.removeprefix("path."))
        for operation in contract.operations
        for response in operation.responses
        for link in response.links
        for key in link.parameters
    }
    targets = [
        (target, needed)
        for target in bindings.values()
        if not requires_own_resource(operations[target.operation])
        and (needed := _needed(target))
        and not all((target.operation, n.removeprefix("path.")) in linked for n in needed.values())
    ]

    def completed(operation: Operation) -> Operation:
        binding = bindings.get(operation.id)
        if binding is None:
            return operation
        paging = binding.paging
        cursors = (paging.cursor, paging.before) if paging is not None else ()
        parameters = tuple(
            replace(p, identifier=True) if p.location == "query" and p.name in cursors else p
            for p in operation.parameters
        )
        responses = tuple(
            replace(r, links=(*r.links, *_links(binding, r.status, targets)))
            for r in operation.responses
        )
        return replace(operation, parameters=parameters, responses=responses)

    return replace(contract, operations=tuple(map(completed, contract.operations)))


def _links(
    source: Binding, status: str, targets: Sequence[tuple[Binding, Mapping[_Key, str]]]
) -> Iterator[Link]:
    shown = _shown(source, status)
    values = {what: f"$request.{name}" for what, name in _needed(source).items()} | shown
    for target, needed in targets if shown else ():
        if target.operation != source.operation and needed.keys() <= values.keys():
            given = {name: values[what] for what, name in needed.items()}
            if any(text.startswith("$response.") for text in given.values()):
                yield Link(target.operation, "", target.operation, given)


def _needed(binding: Binding) -> dict[_Key, str]:
    """What the path of an operation names its records by, each with its key in a link."""
    named = [(binding.resource, each.pointer, each.value) for each in binding.identify]
    named += [(each.resource, each.key, each.value) for each in binding.scopes]
    return {
        (resource, key): value.expression.removeprefix("$request.")
        for resource, key, value in named
        if value.expression.startswith("$request.path.")
    }


def _shown(binding: Binding, status: str) -> dict[_Key, str]:
    """Where a response shows the properties of the first record, as runtime expressions."""
    is_source = binding.kind in ("list", "create") or (
        binding.kind == "read" and not binding.identify
    )
    for each in binding.projections if is_source else ():
        inner = [(f"{each.items}/0{pair.pointer}", pair) for pair in each.item_pairs]
        places = [*((pair.pointer, pair) for pair in each.pairs), *inner]
        found = {
            (binding.resource, pair.value.expression.removeprefix("$resource#")): at
            for at, pair in places
            if pair.value.expression.startswith("$resource#")
        }
        if each.status == status and found:
            return {what: f"$response.body#{at}" for what, at in found.items()}
    return {}
