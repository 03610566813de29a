"""The mocks as one ASGI middleware: finds the vendor, receives the body, sends the response."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import quote

from ..http.header_cache import HeaderCache
from ..mock.addresses import host_name
from ..mock.mock import Mock
from ..mock.pipeline import RequestContext, Result
from ..mock.response.prepared import PreparedResponse
from .connexion_seams import App, ContractMiddleware, Receive, Scope, Send, Specification
from .control import PREFIX
from .cors import is_preflight, preflight, with_cors
from .logs import DECISION
from .origins import sandboxed
from .uvicorn_fast_path import FastPath

# Above any upload limit that vendors document, so that the contract refuses what exceeds it.
_MAX_BODY = 16 * 1024 * 1024
# Characters of a path that need no encoding (RFC 3986 section 3.3).
_IN_PATH = "/:@!$&'()*+,;=~"


@dataclass(frozen=True, slots=True)
class ServerSettings:
    """How mocks are served.

    `max_body` is in bytes; `control_token` opens /_greenroom/ to callers from other machines,
    without it callers may use loopback names and `control_hosts`; `cors` lets pages of other
    origins call the mocks; `strict_requests` is that of `Mock`; `root_path` is what a proxy removes
    from the beginning of paths.
    """

    at_root: bool = False
    any_credential: bool = False
    max_body: int = _MAX_BODY
    control_token: str | None = None
    cors: bool = True
    strict_requests: bool = False
    control_hosts: tuple[str, ...] = ()
    root_path: str = ""


class DisconnectedError(Exception):
    """The client went away before its request was read."""


class MockMiddleware(ContractMiddleware):
    """Responds for every contract; requests for no contract are passed on to the control pages."""

    def __init__(self, app: App, settings: ServerSettings) -> None:
        self.app = app
        self.settings = settings
        self.by_prefix: dict[str, Mock] = {}
        self.by_host: dict[str, Mock] = {}
        self._hosts = HeaderCache(lambda host: self.by_host.get(host_name(host.decode("latin-1"))))
        self.root: Mock | None = None
        self._write = FastPath()

    def add_api(self, specification: Specification, *, mock: Mock, **_: Any) -> None:
        """Take a compiled contract; connexion calls this for every contract of the app."""
        self.by_prefix[f"/{mock.contract.name}"] = mock
        for host in mock.contract.hosts:
            self.by_host.setdefault(host, mock)
        if self.settings.at_root:
            self.root = mock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request (ASGI 3)."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        raw_path: bytes = scope.get("raw_path") or _encoded(scope["path"])
        path = raw_path.decode("utf-8", "replace")
        headers = dict(scope["headers"])
        if len(headers) != len(scope["headers"]):
            headers = _combined(scope["headers"])
        mock, rest = self._mock(path, headers)
        if mock is None:
            await self.app(scope, receive, send)
            return
        method: str = scope["method"]
        crosses_origins = self.settings.cors and b"origin" in headers
        if crosses_origins and is_preflight(method, headers):
            found = mock.route(rest)
            response = preflight(headers, found[0].allow if found else "")
        else:
            receive_body = partial(self._receive_body, receive)
            context = RequestContext(
                method, rest, headers, scope["query_string"], b"", receive_body
            )
            result = mock.respond(context)
            try:
                response = result if isinstance(result, PreparedResponse) else await result
            except DisconnectedError:
                return
            if DECISION in scope:
                scope[DECISION] = context.decision(response)
            if crosses_origins:
                response = with_cors(response, headers)
            if b"sec-fetch-dest" in headers or b"html" in headers.get(b"accept", b""):
                response = sandboxed(response, headers)
        if method == "HEAD":
            await send(response.start)
            await send({"type": "http.response.body"})
        elif not self._write(send, response):
            await send(response.start)
            await send(response.end)

    def _mock(self, path: str, headers: dict[bytes, bytes]) -> tuple[Mock | None, str]:
        """The requested mock, and the path below it: by real host name, at the root, by prefix."""
        if path == "*" or (path.startswith(PREFIX) and path[len(PREFIX) :][:1] in ("", "/")):
            return None, path
        if self.root is not None:
            return self.root, path
        if mock := self._hosts[headers.get(b"host", b"")]:
            return mock, path
        end = path.find("/", 1)
        if end < 0:
            return self.by_prefix.get(path), "/"
        return self.by_prefix.get(path[:end]), path[end:]

    async def _receive_body(
        self,
        receive: Receive,
        context: RequestContext,
        too_large: Callable[[int], PreparedResponse],
    ) -> Result:
        """Receive the whole body, chunked or not; refuse one that exceeds the limit."""
        limit = self.settings.max_body
        declared = context.headers.get(b"content-length", b"")
        # More digits than any size has are not worth converting, and int() refuses thousands.
        if declared.isdigit() and (len(declared) > 18 or int(declared) > limit):
            return too_large(limit)
        chunks: list[bytes] = []
        size, more = 0, True
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise DisconnectedError
            chunk = message.get("body", b"")
            size += len(chunk)
            if size > limit:
                return too_large(limit)
            chunks.append(chunk)
            more = message.get("more_body", False)
        context.body = b"".join(chunks)
        return None


def _encoded(path: str) -> bytes:
    """A path that a server has decoded, encoded again; its original encoding is lost."""
    return quote(path, safe=_IN_PATH, errors="replace").encode()


def _combined(headers: Iterable[tuple[bytes, bytes]]) -> dict[bytes, bytes]:
    """Fields sent in several lines as one list each (RFC 9110 section 5.3, RFC 9113 8.2.3)."""
    found: dict[bytes, list[bytes]] = {}
    for name, value in headers:
        found.setdefault(name, []).append(value)
    return {n: (b"; " if n == b"cookie" else b", ").join(values) for n, values in found.items()}
