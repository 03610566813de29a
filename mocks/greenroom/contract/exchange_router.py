"""Which operation of a contract a URL belongs to."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import unquote, urlsplit

from .model import Contract, Operation
from .path_router import Router

# How often a path may have been encoded; servers behind proxies decode more than once.
_LAYERS = 3


class Routes:
    """The operations of a contract below base URLs, found as a server finds them."""

    def __init__(self, contract: Contract) -> None:
        self._router: Router[dict[str, Operation]] = Router()
        by_path: dict[str, dict[str, Operation]] = {}
        for operation in contract.operations:
            by_path.setdefault(operation.path, {})[operation.method] = operation
        for path, operations in by_path.items():
            self._router.add(path, operations)

    def find(self, method: str, path: str) -> tuple[Operation, Mapping[str, str]] | None:
        """The operation of a raw path below the base URL, with its decoded path parameters."""
        found = self._router.match(path)
        operation = found[0].get(method) if found else None
        if found is None or operation is None:
            return None
        return operation, {name: unquote(value) for name, value in found[1].items()}


def below(base_url: str, url: str) -> str | None:
    """The raw path of a URL below a base URL; None where it leads elsewhere.

    A path that a server may take for another one (`..`, encoded slashes) leads elsewhere.
    """
    base, target = urlsplit(base_url.rstrip("/")), urlsplit(url)
    if (base.scheme, base.netloc) != (target.scheme, target.netloc):
        return None
    if not target.path.startswith(base.path):
        return None
    rest = target.path[len(base.path) :]
    if not rest.startswith("/") or any(map(_misleads, rest.split("/"))):
        return None
    return rest


def _misleads(segment: str) -> bool:
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
