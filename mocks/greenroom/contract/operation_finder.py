"""From a request to its operation, and from an operation to where it is called."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import SplitResult, unquote, urlsplit

from .model import Contract, Operation
from .path_router import Router


@dataclass(frozen=True, slots=True)
class FoundOperation:
    """The operation that a request is for.

    `path` is the raw path below the base path, `parameters` are the path parameters by name, still
    percent-encoded.
    """

    operation: Operation
    path: str
    parameters: Mapping[str, str]


class OperationFinder:
    """Finds the operations of a contract as its mock does.

    With a base URL, each operation is found where `operation_base_url` has it; without one, on any
    host, below every base path of its servers.
    """

    def __init__(self, contract: Contract, base_url: str | None = None) -> None:
        def base_paths(operation: Operation) -> tuple[str, ...]:
            if base_url is None:
                return operation.base_paths
            return (urlsplit(operation_base_url(contract, base_url, operation)).path,)

        self._origin = None if base_url is None else urlsplit(base_url)[:2]
        own = urlsplit(base_url.rstrip("/")).path if base_url is not None else contract.base_path
        self._base_paths = {own}.union(*map(base_paths, contract.operations))
        self._router: Router[Mapping[str, Operation]] = Router()
        for path, operations in operations_by_path(contract.operations, base_paths).items():
            self._router.add(path, operations)

    def find(self, method: str, url: str) -> FoundOperation | None:
        """The operation that a request to an absolute URL is for; None where there is none."""
        target = urlsplit(url)
        return self.find_path(method, target.path) if self._serves(target) else None

    def find_path(self, method: str, path: str) -> FoundOperation | None:
        """The operation of a raw path that begins with a base path."""
        found = self._router.match(path)
        operation = found[0].get(method) if found else None
        if found is None or operation is None:
            return None
        segments = path.split("/")[-operation.path.count("/") :]
        return FoundOperation(operation, "/" + "/".join(segments), found[1])

    def path_below(self, url: str) -> str | None:
        """The raw path of a URL below the longest base path; None where it is below none."""
        target = urlsplit(url)
        below = [p for p in self._base_paths if target.path.startswith(p + "/")]
        if not below or not self._serves(target):
            return None
        return target.path[max(map(len, below)) :]

    def _serves(self, target: SplitResult) -> bool:
        return self._origin is None or self._origin == target[:2]


def operations_by_path(
    operations: Iterable[Operation], base_paths: Callable[[Operation], Iterable[str]]
) -> dict[str, dict[str, Operation]]:
    """Every path template below its base paths, with its operations by method."""
    found: dict[str, dict[str, Operation]] = {}
    for operation in operations:
        for base_path in base_paths(operation):
            found.setdefault(base_path + operation.path, {})[operation.method] = operation
    return found


def operation_base_url(contract: Contract, base_url: str, operation: Operation) -> str:
    """What comes before the path of an operation, where the caller reaches the API at `base_url`.

    That stands for a server of the whole contract, its base path included, and an operation that
    is served there is called there. Another one has servers of its own (OpenAPI 3.1, 4.8.9.1 and
    4.8.10.1). It is called on the same host, whatever host they name, since that is the machine
    that the caller means; its own base path takes the place of the contract's. What stands before
    the contract's base path, such as the prefix of a mock, is kept; where `base_url` does not end
    with a base path of the contract, all of its path is replaced.
    """
    base_url = base_url.rstrip("/")
    given = urlsplit(base_url)
    ends = [path for path in contract.base_paths if _ends_with(given.path, path)]
    served_at = max(ends, key=len, default=None)
    if (contract.base_path if served_at is None else served_at) in operation.base_paths:
        return base_url
    kept = "" if served_at is None else given.path.rsplit("/", served_at.count("/"))[0]
    return given._replace(path=kept + operation.base_paths[0]).geturl()


def _ends_with(path: str, base_path: str) -> bool:
    """Whether the last segments of a path are those of a base path, however they are encoded."""
    segments, wanted = ([unquote(s) for s in p.split("/")[1:]] for p in (path, base_path))
    return not wanted or segments[-len(wanted) :] == wanted
