"""Greenroom's own routes, below /_greenroom/: health, pages, contracts and spaces."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from functools import cached_property
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, parse_qsl, quote

from ...console import assets, sign_in
from ...console.reference.api import Api
from ...console.reference.index import Entry, entries
from ...contract.model import Contract
from ...mock.addresses import host_name
from ...mock.mock import Mock
from ...mock.response.prepared import PreparedResponse, prepare, problem, with_content
from ...mock.security import SPACE_NAME, SPACE_NAME_RULE, good_credentials
from ...version import __version__
from ..access import SESSION, SIGN_IN, Access
from ..connexion_seams import Receive, Scope, Send
from ..origins import host, own_url, requested_url
from ..served_contract import MEDIA_TYPES, ServedContract
from . import inbox
from .pages import place_of, show, unknown
from .visit import Visit

if TYPE_CHECKING:
    from ..space_access import SpaceAccess
    from .routes import SpaceRoutes

PREFIX = "/_greenroom"

# What is prepared or judged; other routes of vendors are files.
_JUDGED = re.compile(r"/vendors/[^/]+/(operations/.+/re(quest|sponse)|events/.+/verification)")
# Below these are the routes of spaces.
_IN_SPACES = ("spaces", "events")
_OF_SPACES = (*_IN_SPACES, "requests", "openapi.json")

# The methods that a server may understand: the answer to `OPTIONS *` (RFC 9110 section 9.3.7).
_METHODS = b"GET, HEAD, POST, PUT, DELETE, OPTIONS, TRACE, PATCH"
_NO_SNIFFING = (b"x-content-type-options", b"nosniff")
_PAGE_FIELDS = (
    (b"cache-control", b"no-store"),
    _NO_SNIFFING,
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
)
_FOREVER = b"public, max-age=31536000, immutable"


class Control:
    """The control routes as an ASGI application, and 404 for paths of no contract.

    `access` decides who may use them; health is for everybody, since a container platform requests
    it from outside. `root_path` is what a proxy removes from the beginning of paths.
    """

    def __init__(
        self,
        mocks: Sequence[Mock],
        at_root: bool,
        access: Access,
        spaces: SpaceAccess,
        root_path: str = "",
    ) -> None:
        self._access = access
        self._spaces = spaces
        self._at_root = at_root
        self._root_path = root_path
        self._contracts = {mock.contract.name: mock.contract for mock in mocks}
        self._served = {mock.contract.name: ServedContract(mock.contract) for mock in mocks}
        self._by_host: dict[str, Contract] = {}
        for contract in self._contracts.values():
            for name in contract.hosts:
                self._by_host.setdefault(name, contract)
        self._apis = {name: Api(contract) for name, contract in self._contracts.items()}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request; lifespan messages are acknowledged (ASGI 3)."""
        if scope["type"] == "lifespan":
            self._spaces.begin()
            await _lifespan(receive, send)
        elif scope["type"] == "websocket":
            # WebSocket is not supported. Closing before accepting sends a 403.
            await send({"type": "websocket.close", "code": 1000})
        elif scope["type"] == "http":
            response = await self._respond(scope, receive)
            if response is None:
                await self._routes(scope, receive, send)
                return
            await send(response.start)
            head = scope["method"] == "HEAD"
            await send(response.end if not head else {"type": "http.response.body"})

    async def _respond(self, scope: Scope, receive: Receive) -> PreparedResponse | None:
        """The response of a page, or a refusal; None for the routes of spaces."""
        path: str = scope["path"]
        if path == "*" and scope["method"] == "OPTIONS":
            return prepare(200, [(b"allow", _METHODS), (b"content-length", b"0")], b"")
        ours = path == PREFIX or path.startswith(PREFIX + "/")
        if not ours and path != "/":
            served = ", ".join(f"/{name}" for name in self._contracts)
            return problem(404, f"nothing at {path}; served: {served}; console: {PREFIX}/")
        if path == f"{PREFIX}/health":
            return self._get(scope, _json({"status": "ok", "version": __version__}))
        route = path.removeprefix(PREFIX)
        if inbox.ROUTE.fullmatch(route):
            # Whatever is sent there by whom: it does nothing.
            return inbox.respond(scope["query_string"])
        if refusal := self._access.refusal(scope, route):
            return refusal
        if self._access.token and route == SESSION and scope["method"] == "POST":
            response = await self._access.sign_in(scope, receive)
            if response.status != 401:
                return response
            return self._page(scope, sign_in.page("That is not the token."), 401)
        section = route[1:].partition("/")[0]
        if self._spaces.refusal and section in _IN_SPACES:
            return problem(503, self._spaces.refusal)
        if section in _OF_SPACES or _JUDGED.fullmatch(route):
            return None
        failed = None
        if f"{route}/".startswith("/console/"):
            # What other processes did there is shown too.
            failed = await self._spaces.visited(route.split("/")[2:])
        found = failed or self._control(route, scope)
        is_read = scope["method"] in ("GET", "HEAD")
        if found is None and is_read and b"text/html" in dict(scope["headers"]).get(b"accept", b""):
            status, html = unknown(self._visit(route, scope))
            found = self._page(scope, html, status)
        return self._get(scope, found)

    @cached_property
    def _routes(self) -> SpaceRoutes:
        # A server without spaces does not pay for importing them.
        from .routes import SpaceRoutes

        return SpaceRoutes(self._spaces, self._apis, self._url)

    def _control(self, path: str, scope: Scope) -> PreparedResponse | None:
        if self._access.token and path == SIGN_IN:
            return self._page(scope, sign_in.page())
        if path.startswith(f"/{assets.FOLDER}/"):
            media_type, content = assets.FILES.get(path[len(assets.FOLDER) + 2 :], ("", b""))
            return _response(content, media_type, _FOREVER) if media_type else None
        if page := self._console(path, scope):
            return page
        if path == "/search.json":
            return _json(self._found(scope))
        if path == "/vendors":
            return _json({n: self._summary(c, scope) for n, c in self._contracts.items()})
        folder, _, rest = path.removeprefix("/").partition("/")
        name, _, file = rest.partition("/")
        stem, _, suffix = file.partition(".")
        if name not in self._contracts or (folder, stem) != ("vendors", "openapi"):
            return None
        return self._document(name, suffix, scope) if suffix in MEDIA_TYPES else None

    def _found(self, scope: Scope) -> Sequence[Entry]:
        """Every page but those of spaces; with `?space=` those, and the records of one."""
        query = dict(parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True))
        if "space" not in query:
            return [*entries(self._apis.values())]
        from .visited import found

        spaces = self._routes.served.spaces
        return [*found(spaces.all(), spaces.get(query["space"]), query.get("id", ""))]

    def _document(self, name: str, suffix: str, scope: Scope) -> PreparedResponse:
        query = parse_qs(scope["query_string"].decode("latin-1"), keep_blank_values=True)
        servers, space = query.get("servers"), ",".join(query.get("space", ()))
        if "space" in query and not SPACE_NAME.fullmatch(space):
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

    def _visit(self, route: str, scope: Scope) -> Visit:
        place = place_of(scope, route, scope["path"])

        def address(api: Api, space: str) -> str:
            return self._url(api.contract, scope, space) + api.contract.base_path

        root = requested_url(scope) + self._root
        return Visit(place, self._apis, address, root, lambda: self._routes.served)

    def _console(self, route: str, scope: Scope) -> PreparedResponse | None:
        shown = show(self._visit(route, scope))
        if shown is None and route[1:-1] and route.endswith("/"):
            # Links of a page are relative to its address without the slash.
            found = self._console(route[:-1], scope)
            return _without_slash(scope) if found and found.status == 200 else None
        return shown and self._page(scope, shown[1], shown[0])

    @property
    def _root(self) -> str:
        """The path of the control routes, as a browser sees it."""
        return self._root_path + PREFIX

    def _page(self, scope: Scope, html: str, status: int = 200) -> PreparedResponse:
        """A page that loads only our own files, and runs no script of a mock on this origin."""
        folder = f"{requested_url(scope)}{self._root}/assets/"
        policy = (
            f"default-src 'none'; script-src {folder}; style-src {folder}; connect-src 'self'; "
            "img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; "
            "require-trusted-types-for 'script'; trusted-types 'none'"
        )
        fields = ((b"content-security-policy", policy.encode()), *_PAGE_FIELDS)
        return with_content(status, "text/html; charset=utf-8", html.encode(), fields)

    def _url(self, contract: Contract, scope: Scope, space: str = "") -> str:
        """The URL before the base paths of a contract, for whoever reaches the server like this.

        By the name of a real host only the mock of that host is reached, without its prefix.
        """
        below = f"/~{space}" if space else ""
        chosen = self._by_host.get(host_name(host(scope)))
        if self._at_root or chosen is contract:
            return requested_url(scope) + self._root_path + below
        url = requested_url(scope) + self._root_path if chosen is None else own_url(scope)
        return f"{url}{below}/{contract.name}"

    def _summary(self, contract: Contract, scope: Scope) -> Mapping[str, Any]:
        return {
            "title": contract.title,
            "url": self._url(contract, scope) + contract.base_path,
            "operations": len(contract.operations),
            "contract": f"{requested_url(scope)}{self._root}/vendors/{contract.name}/openapi.json",
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


def _without_slash(scope: Scope) -> PreparedResponse | None:
    raw: bytes = scope.get("raw_path") or quote(scope["path"]).encode()
    if not raw.endswith(b"/"):
        # It is part of a segment, as %2F.
        return None
    query = b"?" + scope["query_string"] if scope["query_string"] else b""
    place = quote(b"../" + raw[:-1].rpartition(b"/")[2] + query, safe="%!$&'()*+,;=:@/?~")
    fields = (
        (b"location", place.encode()),
        (b"cache-control", b"no-store"),
        (b"content-length", b"0"),
    )
    return prepare(HTTPStatus.PERMANENT_REDIRECT, fields, b"")


def _response(body: bytes, media_type: str, kept: bytes = b"no-store") -> PreparedResponse:
    return with_content(HTTPStatus.OK, media_type, body, ((b"cache-control", kept), _NO_SNIFFING))


def _json(value: Any) -> PreparedResponse:
    return _response(json.dumps(value, ensure_ascii=False, indent=2).encode(), "application/json")


async def _lifespan(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return
