"""Base paths and hosts of servers (OpenAPI 3.1, 4.8.5 and 4.8.6)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import islice, product
from typing import Any
from urllib.parse import SplitResult, urljoin, urlsplit

from .object_kinds import parts

Servers = Sequence[Mapping[str, Any]]

_LOOPBACK = frozenset(("localhost", "127.0.0.1", "::1", "0.0.0.0", ""))
# The default without servers (4.8.1.1).
_ROOT: Servers = ({"url": "/"},)
# Resolves URLs that are relative to the location of the document (4.7).
_DOCUMENT_URL = "http://0.0.0.0/"
_MOST_URLS = 1000


def base_paths(*levels: Servers | None) -> tuple[str, ...]:
    """The base paths of an operation without a slash at the end, the first server's default first.

    `levels` are the servers of the operation, its path item and the document: the first level with
    servers overrides the others. Variables take their default and every value of their `enum`.
    """
    servers = next((level for level in levels if level), _ROOT)
    return tuple(dict.fromkeys(url.path.rstrip("/") for url in _parsed_urls(servers)))


def every_server(document: Mapping[str, Any]) -> Servers:
    """The servers of a document and of its path items and operations, but not of links."""
    below = ("path item", "operation")
    found = [p.node for p in parts(document) if p.kind == "server" and p.within in below]
    return [*document.get("servers", ()), *found]


def hosts(servers: Servers) -> tuple[str, ...]:
    """The host names of servers, lower case, without loopback hosts."""
    found = (url.hostname or "" for url in _parsed_urls(servers))
    return tuple(dict.fromkeys(host for host in found if not is_loopback(host)))


def ports(servers: Servers) -> dict[str, set[int]]:
    """The ports of `hosts`, where none is given those of the scheme."""
    found: dict[str, set[int]] = {host: set() for host in hosts(servers)}
    for url in _parsed_urls(servers):
        with suppress(ValueError):
            port = url.port or {"http": 80, "https": 443}.get(url.scheme)
            if port and url.hostname in found:
                found[url.hostname].add(port)
    return found


def is_loopback(host: str) -> bool:
    """Whether a host name means this machine, so that it does not identify a vendor."""
    return host in _LOOPBACK or host.startswith("127.") or host.endswith(".localhost")


def urls(server: Mapping[str, Any]) -> Iterator[str]:
    """The URLs of a server, that with the defaults of all variables first."""
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


def _parsed_urls(servers: Servers) -> Iterator[SplitResult]:
    for server in servers:
        for url in islice(urls(server), _MOST_URLS):
            try:
                yield urlsplit(urljoin(_DOCUMENT_URL, url))
            except ValueError:
                # Not a valid URL, so that no request can have it.
                continue
