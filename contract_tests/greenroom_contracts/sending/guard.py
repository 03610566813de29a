"""The last check before the network: only requests of allowed operations are sent."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from urllib.parse import parse_qsl, unquote, urlsplit

from greenroom.contract.model import Contract, Operation
from greenroom.contract.operation_finder import OperationFinder

from ..planning.effects import is_read
from ..planning.options import Options
from .example_values import ExampleValues

# Header fields and parameters by which some servers replace the method or path of a request.
_OVERRIDES = frozenset((
    "x-http-method-override", "x-http-method", "x-method-override", "x-original-url",
    "x-rewrite-url", "_method",
))  # fmt: skip
# How often a path is decoded: servers behind proxies may decode it several times.
_LAYERS = 3


class ForbiddenRequestError(RuntimeError):
    """A request that may reach an operation that is not allowed. It was not sent."""


class Guard:
    """Admits requests of the allowed operations of one contract, below one base URL.

    It does not depend on the code that plans and makes requests, so that it stops their mistakes.
    Identifiers and receivers of examples are not admitted in requests that do more than read.
    """

    def __init__(
        self,
        contract: Contract,
        base_url: str,
        allowed: Collection[str],
        options: Options | None = None,
    ) -> None:
        self._contract = contract
        self._examples = ExampleValues(contract, options or Options())
        self._allowed = frozenset(allowed)
        self._finder = OperationFinder(contract, base_url)

    def admit(
        self, method: str, url: str, headers: Iterable[tuple[str, str]] = (), body: bytes = b""
    ) -> Operation:
        """The operation of a request that may be sent. Raises ForbiddenRequestError otherwise."""
        target = urlsplit(url)
        line = f"{method} {target.scheme}://{target.netloc.rpartition('@')[2]}{target.path}"
        found = self._finder.find(method, url)
        ambiguous = found is not None and any(map(_is_ambiguous, found.path.split("/")))
        operation = found.operation if found and not ambiguous else None
        if found is None or operation is None or operation.id not in self._allowed:
            raise ForbiddenRequestError(f"{line} belongs to no allowed operation; it was not sent")
        self._refuse_lookalike(method, target.path, line)
        fields = list(headers)
        names = [name.lower() for name, _ in fields]
        names += [name.lower() for name, _ in parse_qsl(target.query, keep_blank_values=True)]
        documented = {parameter.name.lower() for parameter in operation.parameters}
        overriding = sorted(_OVERRIDES.intersection(names) - documented)
        if overriding:
            raise ForbiddenRequestError(
                f"{line} with {overriding[0]} may be taken for another request"
            )
        if operation.graphql is not None and is_read(operation, self._contract.document):
            _refuse_graphql_writes(line, target.query, body)
        parameters = [(key, unquote(value)) for key, value in found.parameters.items()]
        parameters += [*parse_qsl(target.query), *fields, *_cookies(fields)]
        reason = self._examples.reason(operation, parameters, body)
        if reason:
            raise ForbiddenRequestError(f"{line} {reason}; it was not sent")
        return operation

    def saw(self, response: bytes) -> None:
        """Take note of the body of a response, whose identifiers may be used from now on."""
        self._examples.saw(response)

    def _refuse_lookalike(self, method: str, path: str, line: str) -> None:
        """Refuse a path that leads to another operation once a server has decoded it."""
        for _ in range(_LAYERS):
            decoded = unquote(path)
            if decoded == path:
                return
            path = decoded
            other = self._finder.find_path(method, path)
            if other is not None and other.operation.id not in self._allowed:
                raise ForbiddenRequestError(f"{line} may be taken for {other.operation.id}")


def _cookies(fields: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    for text in (value for name, value in fields if name.lower() == "cookie"):
        for pair in text.split(";"):
            name, _, value = pair.strip().partition("=")
            yield name, unquote(value)


def _refuse_graphql_writes(line: str, query: str, body: bytes) -> None:
    # Loaded for contracts with a GraphQL schema only.
    from ..planning.graphql_operation_type import operation_type

    types = {operation_type(body), operation_type(query.encode())}
    if worst := min(types - {"query", ""}, default=""):
        raise ForbiddenRequestError(
            f"{line} is of an operation that only reads, but its GraphQL operation is of type "
            f"{worst}; it was not sent"
        )


def _is_ambiguous(segment: str) -> bool:
    """Whether a server may take a segment of a path for another path: `..`, an encoded slash."""
    for _ in range(_LAYERS):
        # Some servers ignore the parameters of a segment.
        if segment.partition(";")[0] in (".", ".."):
            return True
        decoded = unquote(segment)
        if decoded == segment:
            return False
        if "/" in decoded or "\\" in decoded:
            return True
        segment = decoded
    return True
