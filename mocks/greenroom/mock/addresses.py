"""Where a mock is reached: the URL that takes the place of the vendor's real base URL."""

from __future__ import annotations

from ..contract.model import Contract, Operation


def base_path(contract: Contract, at_root: bool, operation: Operation | None = None) -> str:
    """The path that a client puts before the contract's own paths, or before that of an operation.

    An operation may have servers of its own (OpenAPI 3.1, 4.8.10.1).
    """
    prefix = "" if at_root else f"/{contract.name}"
    return prefix + (operation.base_paths[0] if operation is not None else contract.base_path)


def origin(host: str, port: int) -> str:
    """The URL of a server listening on a host and port; a wildcard address becomes loopback."""
    reachable = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}.get(host, host)
    return f"http://[{reachable}]:{port}" if ":" in reachable else f"http://{reachable}:{port}"
