"""The last check before the network: only requests of allowed operations are sent."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from greenroom.contract.model import Contract, Operation
from greenroom.contract.operation_finder import FoundOperation, OperationFinder
from greenroom.http.pairs import cookie_pairs

from ..planning.effects import is_read
from ..planning.options import Options
from .example_values import ExampleValues

# Header fields and parameters by which some servers replace the method or path of a request.
_OVERRIDES = frozenset((
    "x-http-method-override", "x-http-method", "x-method-override", "x-original-url",
    "x-rewrite-url", "_method",
))  # fmt: skip
_SAFE = ("GET", "HEAD", "OPTIONS")
# How often a path is decoded: servers behind proxies may decode it several times.
_LAYERS = 3


class ForbiddenRequestError(RuntimeError):
    """A request that may reach an operation that is not allowed. It was not sent."""


class OperationGuard:
    """Admits requests of the allowed operations of one contract, below one base URL.

    It does not depend on the code that plans and makes requests, so that it stops their mistakes.
    """

    def __init__(self, contract: Contract, base_url: str, allowed: Collection[str]) -> None:
        self._contract = contract
        self._allowed = frozenset(allowed)
        self._finder = OperationFinder(contract, base_url)

    def found(
        self, method: str, url: str, headers: Iterable[tuple[str, str]] = (), body: bytes = b""
    ) -> FoundOperation:
        """The operation of a request that may be sent. Raises ForbiddenRequestError otherwise."""
        target = urlsplit(url)
        line = _line(method, target)
        found = self._finder.find(method, url)
        ambiguous = found is not None and any(map(_is_ambiguous, found.path.split("/")))
        operation = found.operation if found and not ambiguous else None
        if found is None or operation is None or operation.id not in self._allowed:
            raise ForbiddenRequestError(f"{line} belongs to no allowed operation; it was not sent")
        self._refuse_lookalike(method, target.path, line)
        documented = {parameter.name.lower() for parameter in operation.parameters}
        _refuse_overriding(headers, target, documented, line)
        if operation.graphql is not None and is_read(operation, self._contract.document):
            _refuse_graphql_writes(line, target.query, body)
        return found

    def admit_unknown(self, method: str, url: str, headers: Iterable[tuple[str, str]] = ()) -> None:
        """Admit what the contract does not have if its method is safe (RFC 9110 section 9.2.1).

        Raises ForbiddenRequestError for anything else, and for what may be taken for an operation.
        """
        target = urlsplit(url)
        line = _line(method, target)
        if method not in _SAFE:
            raise ForbiddenRequestError(
                f"{line} belongs to no operation of the contract; it was not sent"
            )
        if any(map(_is_ambiguous, target.path.split("/"))):
            raise ForbiddenRequestError(f"{line} belongs to no allowed operation; it was not sent")
        get = self._finder.find("GET", url)
        if get is not None and get.operation.id not in self._allowed:
            raise ForbiddenRequestError(f"{line} may be taken for {get.operation.id}")
        self._refuse_lookalike("GET", target.path, line)
        _refuse_overriding(headers, target, (), line)

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


class Guard(OperationGuard):
    """Does not admit identifiers and receivers of examples in requests that do more than read."""

    def __init__(
        self,
        contract: Contract,
        base_url: str,
        allowed: Collection[str],
        options: Options | None = None,
    ) -> None:
        super().__init__(contract, base_url, allowed)
        self._examples = ExampleValues(contract, options or Options())

    def admit(
        self, method: str, url: str, headers: Iterable[tuple[str, str]] = (), body: bytes = b""
    ) -> Operation:
        """The operation of a request that may be sent. Raises ForbiddenRequestError otherwise."""
        fields = list(headers)
        found = self.found(method, url, fields, body)
        target = urlsplit(url)
        cookies = [pair for n, v in fields if n.lower() == "cookie" for pair in cookie_pairs(v)]
        parameters = [(n, unquote(v)) for n, v in (*found.parameters.items(), *cookies)]
        parameters += [*parse_qsl(target.query), *fields]
        reason = self._examples.reason(found.operation, parameters, body)
        if reason:
            raise ForbiddenRequestError(f"{_line(method, target)} {reason}; it was not sent")
        return found.operation

    def saw(self, response: bytes) -> None:
        """Take note of the body of a response, whose identifiers may be used from now on."""
        self._examples.saw(response)


def _line(method: str, target: SplitResult) -> str:
    return f"{method} {target.scheme}://{target.netloc.rpartition('@')[2]}{target.path}"


def _refuse_overriding(
    headers: Iterable[tuple[str, str]], target: SplitResult, documented: Collection[str], line: str
) -> None:
    names = [name.lower() for name, _ in headers]
    names += [name.lower() for name, _ in parse_qsl(target.query, keep_blank_values=True)]
    overriding = sorted(_OVERRIDES.intersection(names).difference(documented))
    if overriding:
        raise ForbiddenRequestError(f"{line} with {overriding[0]} may be taken for another request")


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
