"""GraphQL operations: their queries only read, so that they are sent without permission."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace

from greenroom.contract.effects import READ
from greenroom.contract.model import Contract, Example, Operation

from .effects import is_read, why_not
from .options import Options


def with_queries(contract: Contract, options: Options) -> Contract:
    """The contract for a run, in which a GraphQL operation without permission has only queries.

    It is then one that only reads; the guard admits nothing but queries to it. With permission, its
    queries come before its mutations.
    """
    operations = (_with_queries(contract, operation, options) for operation in contract.operations)
    return replace(contract, operations=tuple(operations))


def left_out(contract: Contract, options: Options) -> Iterator[str]:
    """For each GraphQL operation of which only queries are sent, the others and the reason."""
    for operation, limited in zip(
        contract.operations, with_queries(contract, options).operations, strict=True
    ):
        is_chosen = options.only is None or operation.id in options.only
        if is_chosen and limited.effects != operation.effects:
            names = {e.name for e in _examples(operation)} - {e.name for e in _examples(limited)}
            why = why_not(operation, options, contract.document)
            yield (
                f"only queries are sent of {operation.id}, not {', '.join(sorted(names))}: {why}"
                if names
                else f"only queries are sent of {operation.id}: {why}"
            )


def is_query(operation: Operation, body: bytes) -> bool:
    """Whether a request of a GraphQL operation, by its body, only reads."""
    if operation.graphql is None:
        return False
    # Loaded for contracts with a GraphQL schema only.
    from .graphql_operation_type import operation_type

    return operation_type(body) == "query"


def _with_queries(contract: Contract, operation: Operation, options: Options) -> Operation:
    if operation.graphql is None or operation.body is None:
        return operation
    if is_read(operation, contract.document):
        return operation
    must_read = bool(why_not(operation, options, contract.document))
    content = []
    for media in operation.body.content:
        queries = [e for e in media.examples if is_query(operation, json.dumps(e.value).encode())]
        others = [e for e in media.examples if e not in queries]
        kept = queries if must_read else [*queries, *others]
        content.append(replace(media, examples=tuple(kept)))
    limited = replace(operation, body=replace(operation.body, content=tuple(content)))
    if not must_read:
        return limited
    return replace(limited, effects=(READ,)) if any(_examples(limited)) else operation


def _examples(operation: Operation) -> list[Example]:
    content = operation.body.content if operation.body else ()
    return [example for media in content for example in media.examples]
