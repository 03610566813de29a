"""The last line before the network: what may leave, decided by the plan and by nothing else."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from urllib.parse import parse_qsl, unquote, urlsplit

from greenroom.contract.model import Contract, Operation
from greenroom.contract.operation_finder import OperationFinder

from ..planning.effects import is_read

# Fields and parameters by which some servers take one method for another.
_OVERRIDES = frozenset((
    "x-http-method-override", "x-http-method", "x-method-override", "x-original-url",
    "x-rewrite-url", "_method",
))  # fmt: skip


# How often a path may have been encoded; servers behind proxies decode more than once.
_LAYERS = 3


class ForbiddenRequestError(RuntimeError):
    """A request that the plan does not hold. It was not sent."""


class Guard:
    """Lets pass what belongs to allowed operations of one contract below one base URL.

    It knows nothing of how requests are chosen, so that no mistake there can get past it.
    """

    def __init__(self, contract: Contract, base_url: str, allowed: Collection[str]) -> None:
        self._contract = contract
        self._allowed = frozenset(allowed)
        self._finder = OperationFinder(contract, base_url)

    def admit(
        self, method: str, url: str, headers: Iterable[tuple[str, str]] = (), body: bytes = b""
    ) -> Operation:
        """The operation of a request that may leave. Raises ForbiddenRequestError for any other."""
        target = urlsplit(url)
        shown = f"{method} {target.scheme}://{target.netloc.rpartition('@')[2]}{target.path}"
        found = self._finder.find(method, url)
        operation = found.operation if found and not _misleads(found.path) else None
        if operation is None or operation.id not in self._allowed:
            raise ForbiddenRequestError(f"{shown} is not in the plan; it was not sent")
        self._refuse_lookalike(method, target.path, shown)
        named = [name.lower() for name, _ in headers]
        named += [name.lower() for name, _ in parse_qsl(target.query, keep_blank_values=True)]
        overriding = sorted(_OVERRIDES.intersection(named) - _documented(operation))
        if overriding:
            raise ForbiddenRequestError(f"{shown} with {overriding[0]} may be taken for another")
        if operation.graphql is not None and is_read(operation, self._contract.document):
            self._admit_query(shown, target.query, headers, body)
        return operation

    def _refuse_lookalike(self, method: str, path: str, shown: str) -> None:
        """Refuse a path that is another operation's once a server has decoded it."""
        for _ in range(_LAYERS):
            decoded = unquote(path)
            if decoded == path:
                return
            path = decoded
            other = self._finder.find_path(method, path)
            if other is not None and other.operation.id not in self._allowed:
                raise ForbiddenRequestError(f"{shown} may be taken for {other.operation.id}")

    def _admit_query(
        self, shown: str, query: str, headers: Iterable[tuple[str, str]], body: bytes
    ) -> None:
        from .graphql_operation_type import graphql_kind

        kinds = (
            {graphql_kind(body), graphql_kind(query.encode())} if query else {graphql_kind(body)}
        )
        if not kinds <= {"query", ""}:
            worst = sorted(kinds - {"query", ""})[0]
            raise ForbiddenRequestError(
                f"{shown} reads, but its GraphQL is a {worst}; it was not sent"
            )


def _documented(operation: Operation) -> set[str]:
    return {parameter.name.lower() for parameter in operation.parameters}


def _misleads(path: str) -> bool:
    """Whether a server may take a path for another one: it has `..`, or encoded slashes."""
    return any(map(_segment_misleads, path.split("/")))


def _segment_misleads(segment: str) -> bool:
    for _ in range(_LAYERS):
        # Parameters of a segment end it for some servers.
        if segment.partition(";")[0] in (".", ".."):
            return True
        decoded = unquote(segment)
        if decoded == segment:
            return False
        if "/" in decoded or "\\" in decoded:
            return True
        segment = decoded
    return True
