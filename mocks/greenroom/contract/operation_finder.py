"""Which operation a request is for, and at which URL an operation is called."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import SplitResult, unquote, urlsplit

from ..http.url import normalized
from .model import Contract, Operation
from .path_router import Router


@dataclass(frozen=True, slots=True)
class FoundOperation:
    """The operation of a request.

    `path` is the raw path below the base path. `parameters` are the path parameters by name,
    percent-encoded as they were sent.
    """

    operation: Operation
    path: str
    parameters: Mapping[str, str]


class OperationFinder:
    """Finds operations by method and URL, as the mock does.

    With a base URL each operation is found only below its `operation_base_url`; without one, on any
    host below each base path of its servers.
    """

    def __init__(self, contract: Contract, base_url: str | None = None) -> None:
        def base_paths(operation: Operation) -> tuple[str, ...]:
            if base_url is None:
                return operation.base_paths
            return (normalized(operation_base_url(contract, base_url, operation)).path,)

        base_url = base_url if base_url is None else normalized(base_url).geturl()
        self._origin = None if base_url is None else urlsplit(base_url)[:2]
        own = urlsplit(base_url.rstrip("/")).path if base_url is not None else contract.base_path
        self._base_paths = {own}.union(*map(base_paths, contract.operations))
        self._router: Router[Mapping[str, Operation]] = Router()
        for path, operations in operations_by_path(contract.operations, base_paths).items():
            self._router.add(path, operations)

    def find(self, method: str, url: str) -> FoundOperation | None:
        """The operation of a request to an absolute URL; None if the contract has none there.

        URLs that RFC 3986 section 6.2.2 and 6.2.3 make equal lead to the same operation.
        """
        target = normalized(url)
        return self.find_path(method, target.path) if self._serves(target) else None

    def find_path(self, method: str, path: str) -> FoundOperation | None:
        """The operation of a raw path, base path included."""
        found = self._router.match(path)
        operation = found[0].get(method) if found else None
        if found is None or operation is None:
            return None
        segments = path.split("/")[-operation.path.count("/") :]
        return FoundOperation(operation, "/" + "/".join(segments), found[1])

    def path_below(self, url: str) -> str | None:
        """The raw path of a URL below its longest base path; None if it does not have one."""
        target = normalized(url)
        below = [p for p in self._base_paths if target.path.startswith(p + "/")]
        if not below or not self._serves(target):
            return None
        return target.path[max(map(len, below)) :]

    def _serves(self, target: SplitResult) -> bool:
        return self._origin is None or self._origin == target[:2]


def operations_by_path(
    operations: Iterable[Operation], base_paths: Callable[[Operation], Iterable[str]]
) -> dict[str, dict[str, Operation]]:
    """Operations by method, by path template with each base path before it."""
    found: dict[str, dict[str, Operation]] = {}
    for operation in operations:
        for base_path in base_paths(operation):
            found.setdefault(base_path + operation.path, {})[operation.method] = operation
    return found


def operation_base_url(contract: Contract, base_url: str, operation: Operation) -> str:
    """The URL before the path of an operation, for a caller who reaches the API at `base_url`.

    `base_url` is that of a server of the contract, base path included, and is used as it is for an
    operation that this server serves. An operation with servers that differ (OpenAPI 3.1,
    4.8.9.1 and 4.8.10.1) is called on the same host, even if they name another one, since that is
    the host that the caller chose. The operation's base path then replaces the contract's at the
    end of `base_url`, so that a prefix before it, such as the vendor's name in a mock, is kept. If
    `base_url` does not end with a base path of the contract, its whole path is replaced.
    """
    base_url = base_url.rstrip("/")
    given = urlsplit(base_url)
    served_at = served_below(given.path, contract.base_paths)
    if (contract.base_path if served_at is None else served_at) in operation.base_paths:
        return base_url
    prefix = "" if served_at is None else given.path.rsplit("/", served_at.count("/"))[0]
    return given._replace(path=prefix + operation.base_paths[0]).geturl()


@lru_cache
def served_below(path: str, base_paths: tuple[str, ...]) -> str | None:
    """The longest base path that a path ends with, however its segments are encoded; or None."""
    segments = [unquote(segment) for segment in path.split("/")]

    def ends(base_path: str) -> bool:
        wanted = [unquote(segment) for segment in base_path.split("/")[1:]]
        return not wanted or segments[-len(wanted) :] == wanted

    return max(filter(ends, base_paths), key=len, default=None)
