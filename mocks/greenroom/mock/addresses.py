"""Where a mock is reached: the URL that takes the place of the vendor's real base URL."""

from __future__ import annotations

from ..contract.model import Contract


def base_path(contract: Contract, at_root: bool) -> str:
    """The path that a client puts before the contract's own paths."""
    return contract.base_path if at_root else f"/{contract.name}{contract.base_path}"


def host_name(field: str) -> str:
    """The name in a `Host` field, in lower case, without the port and the dot that ends a name.

    An IPv6 address is without its brackets.
    """
    name = field[1:].partition("]")[0] if field[:1] == "[" else field.partition(":")[0]
    return name.rstrip(".").lower()


def origin(host: str, port: int) -> str:
    """The URL of a server listening on a host and port; a wildcard address becomes loopback."""
    reachable = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}.get(host, host)
    return f"http://[{reachable}]:{port}" if ":" in reachable else f"http://{reachable}:{port}"
