"""The mocks as one ASGI middleware: finds the vendor, receives the body, sends the response."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import quote

from ..http.field_lines import combined
from ..http.header_cache import HeaderCache
from ..mock.addresses import host_name
from ..mock.mock import Mock
from ..mock.pipeline import RequestContext
from ..mock.response.prepared import PreparedResponse
from .connexion_seams import App, ContractMiddleware, Receive, Scope, Send, Specification
from .control.control import PREFIX
from .cors import is_preflight, preflight, with_cors
from .logs import DECISION
from .origins import sandboxed
from .receiving import DisconnectedError, receive_body
from .space_access import LARGEST, SpaceAccess, in_path
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
    origins call the mocks, those of `allow_origins` in spaces too; `root_path` is what a proxy
    removes from the beginning of paths; `strict_requests` is that of `Mock`. With `stateful`
    requests without a space have one, too. `journal` is how many requests a space keeps,
    `max_state` how many bytes all spaces may take; with `rate_limits` they keep those of contracts.
    Webhooks of spaces go to this machine and to the hosts `deliver_to`, and where an address begins
    as the first of a pair of `receivers`, to the second. `store` is the URL of a server of Redis or
    Valkey by which several processes have the same spaces. `workers` is how many processes serve.
    """

    at_root: bool = False
    any_credential: bool = False
    max_body: int = _MAX_BODY
    control_token: str | None = None
    cors: bool = True
    strict_requests: bool = False
    stateful: bool = False
    allow_origins: tuple[str, ...] = ()
    journal: int = 1000
    rate_limits: bool = False
    max_state: int = LARGEST
    control_hosts: tuple[str, ...] = ()
    deliver_to: tuple[str, ...] = ()
    receivers: tuple[tuple[str, str], ...] = ()
    root_path: str = ""
    workers: int = 1
    store: str | None = None


class MockMiddleware(ContractMiddleware):
    """Responds for every contract; requests for no contract are passed on to the control pages."""

    def __init__(
        self, app: App, settings: ServerSettings, access: SpaceAccess | None = None
    ) -> None:
        self.app = app
        self.access = access = access or SpaceAccess(())
        self._note, self._leave, self._sent = access.ring.note, access.leave, access.sent
        self.settings = settings
        self.by_prefix: dict[str, Mock] = {}
        self.by_host: dict[str, Mock] = {}
        self._hosts = HeaderCache(lambda host: self.by_host.get(host_name(host.decode("latin-1"))))
        self.root: Mock | None = None
        self._write = FastPath()

    def add_api(self, specification: Specification, *, mock: Mock, **_: Any) -> None:
        """Take a compiled contract; connexion calls this for every contract of the app."""
        if (prefix := f"/{mock.contract.name}") != PREFIX:
            self.by_prefix[prefix] = mock
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
            headers = combined(scope["headers"])
        space = None
        if path[1:2] in ("~", "%"):
            space, path = in_path(path)
        mock, rest = self._mock(path, headers)
        if b"x-greenroom-space" in headers and space is None:
            space = headers[b"x-greenroom-space"].decode("latin-1")
        if mock is None:
            await self.app(scope, receive, send)
            return
        method: str = scope["method"]
        account = fault = None
        crosses_origins = self.settings.cors and b"origin" in headers
        if crosses_origins and is_preflight(method, headers):
            found = mock.route(rest)
            response = preflight(headers, found[0].allow if found else "")
        else:
            receiving = partial(receive_body, receive, self.settings.max_body)
            context = RequestContext(method, rest, headers, scope["query_string"], b"", receiving)
            context.space, context.reached = space, (scope, self.settings.root_path)
            if self.access.with_rules:
                client = scope.get("client") or ("",)
                result = self.access.respond(mock, context, client[0])
            else:
                result = mock.respond(context)
            try:
                response = result if isinstance(result, PreparedResponse) else await result
            except DisconnectedError:
                return
            if context.space is None:
                self._note(context, response)
            else:
                fault = context.applied and context.applied.fault
                response = self._leave(context, response, scope)
                account = context.account
            if DECISION in scope:
                scope[DECISION] = context.decision(response)
            if crosses_origins:
                response = with_cors(response, headers)
            if b"sec-fetch-dest" in headers or b"html" in headers.get(b"accept", b""):
                response = sandboxed(response, headers)
        if fault is not None:
            # Most servers never need it.
            from .spaces.connection_faults import send_with_fault

            await send_with_fault(fault, response, scope, receive, send)
        elif method == "HEAD":
            await send(response.start)
            await send({"type": "http.response.body"})
        elif not self._write(send, response):
            await send(response.start)
            await send(response.end)
        if account is not None:
            self._sent(account, scope)

    def _mock(self, path: str, headers: dict[bytes, bytes]) -> tuple[Mock | None, str]:
        """The requested mock, and the path below it: by real host name, at the root, by prefix."""
        mock = self.root or self._hosts[headers.get(b"host", b"")]
        if mock is None:
            end = path.find("/", 1)
            if end < 0:
                return self.by_prefix.get(path), "/"
            return self.by_prefix.get(path[:end]), path[end:]
        if path == "*" or (path.startswith(PREFIX) and path[len(PREFIX) :][:1] in ("", "/")):
            return None, path
        return mock, path


def _encoded(path: str) -> bytes:
    """A path that a server has decoded, encoded again; its original encoding is lost."""
    return quote(path, safe=_IN_PATH, errors="replace").encode()
