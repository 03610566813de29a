"""Greenroom's own routes, below /_greenroom/: health, overview page, contracts and spaces."""

from __future__ import annotations

import hmac
import ipaddress
import json
import re
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cached_property, partial
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, quote

from ...console import overview
from ...contract.model import Contract
from ...mock.addresses import host_name, origin
from ...mock.mock import Mock
from ...mock.pipeline import RequestContext
from ...mock.response.prepared import PreparedResponse, problem, with_content
from ...mock.security import SPACE_NAME, SPACE_NAME_RULE, good_credentials
from ...version import __version__
from ..connexion_seams import Receive, Scope, Send
from ..receiving import DisconnectedError, receive_body
from ..served_contract import MEDIA_TYPES, ServedContract

if TYPE_CHECKING:
    from ..space_access import SpaceAccess
    from .stream import Stream

PREFIX = "/_greenroom"

# Snapshots are the largest bodies: the records of a space, and what is around them.
_MAX_BODY = 128 * 1024 * 1024
_OF_SPACES = re.compile(rf"{PREFIX}/(?:spaces|requests|events|openapi\.json)(?:/|$)")
# A host and a port (RFC 9110 section 7.2) that are as safe in a URL as in a page.
_HOST = re.compile(r"(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?")


class Control:
    """The control routes as an ASGI application, and 404 for paths of no contract.

    They are for loopback callers only, unless a token is set and sent as a bearer token; health is
    for everybody, since a container platform requests it from outside.
    """

    def __init__(
        self, mocks: Sequence[Mock], at_root: bool, token: str | None, access: SpaceAccess
    ) -> None:
        self._token = token
        self._access = access
        self._at_root = at_root
        self._contracts = {mock.contract.name: mock.contract for mock in mocks}
        self._served = {mock.contract.name: ServedContract(mock.contract) for mock in mocks}
        self._by_host: dict[str, Contract] = {}
        for contract in self._contracts.values():
            for host in contract.hosts:
                self._by_host.setdefault(host, contract)
        self._page: tuple[object, PreparedResponse] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request; lifespan messages are acknowledged (ASGI 3)."""
        if scope["type"] == "lifespan":
            await _lifespan(receive, send)
        elif scope["type"] == "websocket":
            # WebSocket is not supported. Closing before accepting sends a 403.
            await send({"type": "websocket.close", "code": 1000})
        elif scope["type"] == "http":
            response = self._respond(scope) or await self._of_spaces(scope, receive, send)
            if response is None:
                return
            await send(response.start)
            head = scope["method"] == "HEAD"
            await send(response.end if not head else {"type": "http.response.body"})

    def _respond(self, scope: Scope) -> PreparedResponse | None:
        """The response of a page, or a refusal; None where it is for the routes of spaces."""
        path: str = scope["path"]
        ours = path == PREFIX or path.startswith(PREFIX + "/")
        if not ours and path != "/":
            served = ", ".join(f"/{name}" for name in self._contracts)
            return problem(404, f"nothing at {path}; served: {served}; overview: {PREFIX}/")
        if path == f"{PREFIX}/health":
            return self._get(scope, _json({"status": "ok", "version": __version__}))
        if not self._allowed(scope):
            detail = "control routes are open to loopback only, unless a control token is set"
            return problem(403, detail)
        if _OF_SPACES.match(path):
            is_reading = scope["method"] in ("GET", "HEAD", "OPTIONS")
            if is_reading or not _is_of_other_page(scope):
                return None
            return problem(403, "pages of other origins may not change anything here")
        return self._get(scope, self._control(path.removeprefix(PREFIX), scope))

    async def _of_spaces(
        self, scope: Scope, receive: Receive, send: Send
    ) -> PreparedResponse | None:
        """The response of a route of spaces, None where it was sent or nobody waits."""
        path = (scope.get("raw_path") or quote(scope["path"]).encode()).decode("latin-1")
        receive_ = partial(receive_body, receive, _MAX_BODY)
        headers, query = dict(scope["headers"]), scope["query_string"]
        context = RequestContext(scope["method"], path, headers, query, b"", receive_)
        mock, stream = self._routes
        result = mock.respond(context)
        try:
            response = result if isinstance(result, PreparedResponse) else await result
        except DisconnectedError:
            return None
        if (path, scope["method"], response.status) == (f"{PREFIX}/events", "GET", 200):
            name = parse_qs(query.decode("latin-1"))["space"][0]
            await stream(name, scope, receive, send)
            return None
        return response

    @cached_property
    def _routes(self) -> tuple[Mock, Stream]:
        # A server without spaces does not pay for importing them.
        from .call import Served
        from .routes import control_mock
        from .stream import Stream

        served = Served(self._access.spaces, self._access.ring, self._contracts)
        return control_mock(served), Stream(served)

    def _control(self, path: str, scope: Scope) -> PreparedResponse | None:
        if path in ("", "/"):
            return self._overview(scope)
        if path == "/vendors":
            return _json({n: self._summary(c, scope) for n, c in self._contracts.items()})
        folder, _, rest = path.removeprefix("/").partition("/")
        name, _, file = rest.partition("/")
        stem, _, suffix = file.partition(".")
        if name not in self._contracts or (folder, stem) != ("vendors", "openapi"):
            return None
        return self._document(name, suffix, scope) if suffix in MEDIA_TYPES else None

    def _document(self, name: str, suffix: str, scope: Scope) -> PreparedResponse:
        query = parse_qs(scope["query_string"].decode("latin-1"), keep_blank_values=True)
        servers, (space,) = query.get("servers"), query.get("space", [""])[-1:]
        if space and not SPACE_NAME.fullmatch(space):
            return problem(400, f"{space!r}: {SPACE_NAME_RULE}")
        if servers == ["vendor"]:
            body = self._served[name].as_written(suffix)
        elif servers is None:
            body = self._served[name].for_mock(
                suffix, self._url(self._contracts[name], scope, space)
            )
        else:
            detail = (
                "the parameter 'servers' can only be 'vendor', for the contract as it is written"
            )
            return problem(400, detail)
        return _response(body, MEDIA_TYPES[suffix])

    def _overview(self, scope: Scope) -> PreparedResponse:
        contracts = self._contracts.values()
        urls = {contract.name: self._url(contract, scope) for contract in contracts}
        # Most callers use one name of the server, so only the last page is kept; its curl lines
        # have times that are relative to the day.
        shown = urls, date.today()
        if self._page is None or self._page[0] != shown:
            html = overview.render([*contracts], lambda c: urls[c.name] + c.base_path)
            self._page = shown, _response(html.encode(), "text/html; charset=utf-8")
        return self._page[1]

    def _url(self, contract: Contract, scope: Scope, space: str = "") -> str:
        """The URL before the base paths of a contract, for whoever reaches the server like this.

        By the name of a real host only the mock of that host is reached, without its prefix.
        """
        below = f"/~{space}" if space else ""
        chosen = self._by_host.get(host_name(_host(scope)))
        if self._at_root or chosen is contract:
            return _requested_url(scope) + below
        url = _requested_url(scope) if chosen is None else _own_url(scope)
        return f"{url}{below}/{contract.name}"

    def _summary(self, contract: Contract, scope: Scope) -> Mapping[str, Any]:
        return {
            "title": contract.title,
            "url": self._url(contract, scope) + contract.base_path,
            "operations": len(contract.operations),
            "contract": f"{_requested_url(scope)}{PREFIX}/vendors/{contract.name}/openapi.json",
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


def _is_of_other_page(scope: Scope) -> bool:
    """Whether a page of another origin sent a request; programs say nothing of any page."""
    headers = dict(scope["headers"])
    site, origin = headers.get(b"sec-fetch-site"), headers.get(b"origin")
    own = _requested_url(scope).encode()
    return site not in (None, b"same-origin") or origin not in (None, own)


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


def _host(scope: Scope) -> str:
    """The `Host` of a request, empty for an invalid one."""
    host: str = dict(scope["headers"]).get(b"host", b"").decode("latin-1")
    return host if _HOST.fullmatch(host) else ""


def _requested_url(scope: Scope) -> str:
    """The URL by which a client reached the server, its own URL for an invalid `Host`."""
    host = _host(scope)
    return f"{scope.get('scheme', 'http')}://{host}" if host else _own_url(scope)


def _own_url(scope: Scope) -> str:
    """The URL of the address that received a request; a server on no port has none."""
    host, port = scope.get("server") or ("", None)
    return origin(host, port) if port else "http://127.0.0.1"


async def _lifespan(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return
