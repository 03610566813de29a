"""Where an API is served: base paths and hosts of its servers (OpenAPI 3.1, 4.8.5 and 4.8.6)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice, product
from typing import Any
from urllib.parse import SplitResult, urljoin, urlsplit

from .object_kinds import parts

Servers = Sequence[Mapping[str, Any]]

_LOOPBACK = frozenset(("localhost", "127.0.0.1", "::1", "0.0.0.0", ""))
# Without servers, or where they say nothing else, an API is at the root (4.8.1.1).
_ROOT: Servers = ({"url": "/"},)
# An address that no server has, for those that are relative to where the document is (4.7).
_HERE = "http://0.0.0.0/"
_MOST_ADDRESSES = 1000


def base_paths(*levels: Servers | None) -> tuple[str, ...]:
    """The paths before those of an operation, the first server's default first.

    `levels` are the servers of the operation, its path and the document: the first that has some
    overrides the others. A variable stands for its default and every value of its `enum`.
    """
    servers = next((level for level in levels if level), _ROOT)
    return tuple(dict.fromkeys(address.path.rstrip("/") for address in _addresses(servers)))


def every_server(document: Mapping[str, Any]) -> Servers:
    """The servers of a document, and then those of its paths and operations; none of a link."""
    below = ("path item", "operation")
    found = [p.node for p in parts(document) if p.kind == "server" and p.within in below]
    return [*document.get("servers", ()), *found]


def hosts(servers: Servers) -> tuple[str, ...]:
    """The host names of servers, lower case, but for those that mean this machine."""
    found = (address.hostname or "" for address in _addresses(servers))
    return tuple(dict.fromkeys(host for host in found if not is_loopback(host)))


def is_loopback(host: str) -> bool:
    """Whether a host name means this machine, so that it cannot tell vendors apart."""
    return host in _LOOPBACK or host.startswith("127.") or host.endswith(".localhost")


def _addresses(servers: Servers) -> Iterator[SplitResult]:
    for server in servers:
        for url in islice(_urls(server), _MOST_ADDRESSES):
            try:
                yield urlsplit(urljoin(_HERE, url))
            except ValueError:
                # No address at all, so that nobody can ask for it.
                continue


def _urls(server: Mapping[str, Any]) -> Iterator[str]:
    variables = server.get("variables", {})
    values = [
        dict.fromkeys((str(variable["default"]), *map(str, variable.get("enum", ()))))
        for variable in variables.values()
    ]
    for chosen in product(*values):
        url = str(server["url"])
        for name, value in zip(variables, chosen, strict=True):
            url = url.replace("{" + name + "}", value)
        yield url
