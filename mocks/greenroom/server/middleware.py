"""The mocks as one ASGI middleware: find the vendor, the path and the method, answer in bytes."""

from __future__ import annotations

from typing import Any

from ..mock.answers import Answer
from ..mock.mock import Mock
from .seams import App, ContractMiddleware, Receive, Scope, Send, Specification

CONTROL_PREFIX = "/_greenroom"
MAX_BODY = 10 * 1024 * 1024


class MockMiddleware(ContractMiddleware):
    """Answers for every contract; what belongs to no contract goes on to the control pages."""

    def __init__(self, app: App, at_root: bool = False, max_body: int = MAX_BODY) -> None:
        self.app = app
        self.at_root = at_root
        self.max_body = max_body
        self.by_prefix: dict[str, Mock] = {}
        self.by_host: dict[bytes, Mock] = {}
        self.root: Mock | None = None

    def add_api(self, specification: Specification, *, mock: Mock, **_: Any) -> None:
        """Take a compiled contract; connexion calls this for every contract of the app."""
        self.by_prefix[mock.contract.name] = mock
        for host in mock.contract.hosts:
            self.by_host.setdefault(host.encode("latin-1"), mock)
        if self.at_root:
            self.root = mock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request (ASGI 3)."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        raw_path = scope.get("raw_path")
        path: str = scope["path"] if raw_path is None else raw_path.decode("latin-1")
        headers = dict(scope["headers"])
        mock, rest = self._mock(path, headers)
        if mock is None:
            await self.app(scope, receive, send)
            return
        method: str = scope["method"]
        answer = await self._answer(mock, rest, method, headers, scope, receive)
        await send({**answer.start})
        await send(answer.end if method != "HEAD" else {"type": "http.response.body"})

    def _mock(self, path: str, headers: dict[bytes, bytes]) -> tuple[Mock | None, str]:
        """The mock asked for, and the path below it: by real host name, at the root, by prefix."""
        if path.startswith(CONTROL_PREFIX) and path[len(CONTROL_PREFIX) :][:1] in ("", "/"):
            return None, path
        if self.root is not None:
            return self.root, path
        host = headers.get(b"host")
        if host is not None and (mock := self.by_host.get(host.partition(b":")[0].lower())):
            return mock, path
        end = path.find("/", 1)
        prefix = path[1:] if end < 0 else path[1:end]
        return self.by_prefix.get(prefix), "/" if end < 0 else path[end:]

    async def _answer(
        self,
        mock: Mock,
        path: str,
        method: str,
        headers: dict[bytes, bytes],
        scope: Scope,
        receive: Receive,
    ) -> Answer:
        found = mock.route(path)
        if found is None:
            return mock.unknown_path(path)
        route, values = found
        operation = route.operations.get(method)
        if operation is None:
            return mock.method_not_allowed(method, route)
        query: bytes = scope["query_string"]
        refused = operation.admit(headers, query)
        if refused is not None:
            return refused
        if not operation.takes_body:
            return operation.answer(headers, query, values)
        body = await self._body(headers, receive)
        if body is None:
            return operation.too_large(self.max_body)
        return operation.answer(headers, query, values, body)

    async def _body(self, headers: dict[bytes, bytes], receive: Receive) -> bytes | None:
        """The whole body, chunked or not; None where it exceeds the limit."""
        declared = headers.get(b"content-length", b"")
        if declared.isdigit() and int(declared) > self.max_body:
            return None
        message = await receive()
        body: bytes = message.get("body", b"")
        if not message.get("more_body", False):
            return body if len(body) <= self.max_body else None
        chunks, size = [body], len(body)
        while message.get("more_body", False) and size <= self.max_body:
            message = await receive()
            chunk = message.get("body", b"")
            chunks.append(chunk)
            size += len(chunk)
        return b"".join(chunks) if size <= self.max_body else None
