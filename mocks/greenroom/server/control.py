"""Greenroom's own routes, below /_greenroom/: health, overview page and contracts."""

from __future__ import annotations

import hmac
import ipaddress
import json
from collections.abc import Mapping, Sequence
from datetime import date
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from ..console import overview
from ..mock.addresses import base_path
from ..mock.mock import Mock
from ..mock.response.prepared import PreparedResponse, problem, with_content
from ..mock.security import good_credentials
from ..version import __version__
from .connexion_seams import Receive, Scope, Send

PREFIX = "/_greenroom"


class Control:
    """The control routes as an ASGI application, and 404 for paths of no contract.

    They are for loopback callers only, unless a token is set and sent as a bearer token; health is
    for everybody, since a container platform requests it from outside.
    """

    def __init__(self, mocks: Sequence[Mock], at_root: bool, token: str | None) -> None:
        self._token = token
        self._at_root = at_root
        self._mocks = {mock.contract.name: mock for mock in mocks}
        self._documents: dict[str, PreparedResponse] = {}
        self._page: tuple[tuple[str, date], PreparedResponse] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request; lifespan messages are acknowledged (ASGI 3)."""
        if scope["type"] == "lifespan":
            await _lifespan(receive, send)
        elif scope["type"] == "websocket":
            # WebSocket is not supported. Closing before accepting sends a 403.
            await send({"type": "websocket.close", "code": 1000})
        elif scope["type"] == "http":
            response = self._respond(scope)
            await send(response.start)
            head = scope["method"] == "HEAD"
            await send(response.end if not head else {"type": "http.response.body"})

    def _respond(self, scope: Scope) -> PreparedResponse:
        path: str = scope["path"]
        ours = path == PREFIX or path.startswith(PREFIX + "/")
        if not ours and path != "/":
            served = ", ".join(f"/{name}" for name in self._mocks)
            return problem(404, f"nothing at {path}; served: {served}; overview: {PREFIX}/")
        if path == f"{PREFIX}/health":
            return self._get(scope, _json({"status": "ok", "version": __version__}))
        if not self._allowed(scope):
            detail = "control routes are open to loopback only, unless a control token is set"
            return problem(403, detail)
        return self._get(scope, self._control(path.removeprefix(PREFIX), _base_url(scope)))

    def _control(self, path: str, base_url: str) -> PreparedResponse | None:
        if path in ("", "/"):
            return self._overview(base_url)
        if path == "/vendors":
            return _json({name: self._summary(m, base_url) for name, m in self._mocks.items()})
        folder, _, rest = path.removeprefix("/").partition("/")
        name, _, file = rest.partition("/")
        mock = self._mocks.get(name)
        if mock is None or (folder, file) != ("vendors", "openapi.json"):
            return None
        if name not in self._documents:
            self._documents[name] = _response(mock.document(), "application/json")
        return self._documents[name]

    def _overview(self, base_url: str) -> PreparedResponse:
        # Most callers use one name of the server, so only the last page is kept; its curl lines
        # have times that are relative to the day.
        shown = base_url, date.today()
        if self._page is None or self._page[0] != shown:
            contracts = [mock.contract for mock in self._mocks.values()]
            html = overview.render(
                contracts, lambda contract: base_url + base_path(contract, self._at_root)
            )
            self._page = shown, _response(html.encode(), "text/html; charset=utf-8")
        return self._page[1]

    def _summary(self, mock: Mock, base_url: str) -> Mapping[str, Any]:
        contract = mock.contract
        return {
            "title": contract.title,
            "url": base_url + base_path(contract, self._at_root),
            "operations": len(contract.operations),
            "contract": f"{base_url}{PREFIX}/vendors/{contract.name}/openapi.json",
            "credentials": [
                {"in": c.location, "name": c.name, "value": c.value}
                for c in good_credentials(contract)
            ],
        }

    def _get(self, scope: Scope, found: PreparedResponse | None) -> PreparedResponse:
        if found is None:
            return problem(404, f"no control route {scope['path']}; see {PREFIX}/")
        if scope["method"] not in ("GET", "HEAD"):
            refused = problem(405, f"{scope['method']} is not supported here")
            return refused.with_headers([(b"allow", b"GET, HEAD")])
        return found

    def _allowed(self, scope: Scope) -> bool:
        if self._token is not None:
            given = dict(scope["headers"]).get(b"authorization", b"")
            kind, _, token = given.partition(b" ")
            right = hmac.compare_digest(token.strip(), self._token.encode())
            return right and kind.lower() == b"bearer"
        client = scope.get("client")
        return client is None or _is_loopback(client[0])


def _is_loopback(host: str) -> bool:
    """Whether an address is this machine's; a name in its place comes from a forwarding header."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return (mapped or address).is_loopback


def _response(body: bytes, media_type: str) -> PreparedResponse:
    return with_content(HTTPStatus.OK, media_type, body, ((b"cache-control", b"no-store"),))


def _json(value: Any) -> PreparedResponse:
    return _response(json.dumps(value, ensure_ascii=False, indent=2).encode(), "application/json")


def _base_url(scope: Scope) -> str:
    """The URL by which a client reached the server, that of loopback for an invalid `Host`."""
    host = dict(scope["headers"]).get(b"host", b"127.0.0.1").decode("latin-1")
    url = f"{scope.get('scheme', 'http')}://{host}"
    try:
        urlsplit(url)
    except ValueError:
        return f"{scope.get('scheme', 'http')}://127.0.0.1"
    return url


async def _lifespan(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return
