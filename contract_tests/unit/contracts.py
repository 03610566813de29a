"""Small contracts in memory, and plain ASGI calls to their mocks."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any

from greenroom.contract.catalog import build, load, vendors
from greenroom.contract.model import Contract
from greenroom.mock.mock import Mock
from greenroom.mock.operation import CompiledOperation
from greenroom.mock.pipeline import RequestContext
from greenroom.mock.response.prepared import PreparedResponse
from greenroom.server.app import build_app
from greenroom.server.connexion_seams import App
from greenroom.server.middleware import ServerSettings
from wire import Reply, exchange, send

# Arrays of an object that share a limit, and an object around such objects.
STRINGS = {"type": "array", "items": {"type": "string"}}
LIMITED: dict[str, Any] = {
    "type": "object",
    "properties": {"a": STRINGS, "b": STRINGS, "c": STRINGS},
    "x-max-items-across": {"properties": ["a", "b"], "maximum": 3},
}
NESTED: dict[str, Any] = {
    "type": "object",
    "required": ["inner"],
    "properties": {
        "inner": {"$ref": "#/components/schemas/Limited"},
        "many": {"type": "array", "items": {"$ref": "#/components/schemas/Limited"}},
    },
}

TOKEN = "a control token for tests"
KEY = {"Keyed": {"type": "apiKey", "in": "header", "name": "X-Key"}}
OK = {"200": {"description": "Fine."}}

Text = str | bytes
Headers = Mapping[str, str] | Iterable[tuple[Text, Text]]


def document(paths: Mapping[str, Any], **parts: Any) -> dict[str, Any]:
    """An OpenAPI document. `schemes` are its security schemes, other parts are used as they are."""
    components = dict(parts.pop("components", {}))
    if "schemes" in parts:
        components["securitySchemes"] = parts.pop("schemes")
    info = {"title": "Acme", "version": "1"}
    return {"openapi": "3.1.0", "info": info, "paths": paths, "components": components, **parts}


def contract(paths: Mapping[str, Any], name: str = "acme", **parts: Any) -> Contract:
    """A contract as the catalog gives it, valid or not at all."""
    return _built(json.dumps(document(paths, **parts)), name)


@cache
def _built(text: str, name: str) -> Contract:
    # Judging a document takes longer than most tests do with it, and many ask for the same.
    return build(json.loads(text), name, f"{name}.yaml")


def one(operation: Mapping[str, Any], path: str = "/things", **parts: Any) -> Contract:
    """A contract of one GET operation, or POST where it takes a body."""
    method = "post" if "requestBody" in operation else "get"
    return contract({path: {method: {"operationId": "do", "responses": OK, **operation}}}, **parts)


def compiled(
    operation: Mapping[str, Any], path: str = "/things", **parts: Any
) -> CompiledOperation:
    """The mock of one operation."""
    return Mock(one(operation, path, **parts)).operations[0]


def respond(
    operation: CompiledOperation,
    headers: Mapping[bytes, bytes] | None = None,
    query: bytes = b"",
    path: Mapping[str, str] | None = None,
    body: bytes = b"",
) -> PreparedResponse:
    """The response of an operation to a request; `path` holds the raw path parameters."""
    method, template = operation.operation.method, operation.operation.path
    context = RequestContext(method, template, headers or {}, query, body)
    context.path_parameters = path or {}
    found = operation.respond(context)
    assert isinstance(found, PreparedResponse), "nothing is handed in that has to be awaited"
    return found


def response(*names: str, media_type: str = "application/json", **named: Any) -> dict[str, Any]:
    """A response with an example for each name, whose value is its name."""
    values = {**{name: {"name": name} for name in names}, **named}
    examples = {name: {"value": value} for name, value in values.items()}
    return {"description": "A response.", "content": {media_type: {"examples": examples}}}


def body(schema: Any, media_type: str = "application/json", required: bool = True) -> Any:
    """A request body of one media type."""
    return {"required": required, "content": {media_type: {"schema": schema}}}


def encoded(headers: Headers) -> list[tuple[bytes, bytes]]:
    """Headers as ASGI has them: names in lower case."""
    pairs = headers.items() if isinstance(headers, Mapping) else headers
    return [(_bytes(name).lower(), _bytes(value)) for name, value in pairs]


def _bytes(text: Text) -> bytes:
    return text if isinstance(text, bytes) else text.encode("latin-1")


@cache
def of_vendors() -> tuple[Contract, ...]:
    """The contracts of all vendors, read once for all tests, none of which changes them."""
    return tuple(map(load, vendors()))


class Client:
    """Plain ASGI calls to an application; what a call leaves out is as a server would send it."""

    def __init__(self, *contracts: Contract, **settings: Any) -> None:
        self.app: App = build_app(contracts, ServerSettings(**settings))

    def exchange(
        self, scope: Mapping[str, Any], messages: Sequence[Mapping[str, Any]]
    ) -> list[Any]:
        """The messages that the application sends when it receives others."""
        return exchange(self.app, scope, messages)

    def send(
        self,
        method: str,
        target: str | bytes,
        headers: Headers = (),
        chunks: Sequence[bytes] = (b"",),
        **scope: Any,
    ) -> Reply:
        """One request in chunks, with no length unless a header gives it; one reply."""
        raw = target.encode() if isinstance(target, str) else target
        reply = send(self.app, method, raw, encoded(headers), chunks, **scope)
        assert "".join(reply.headers.values()).isascii(), "a header is not ASCII"
        return reply

    def get(self, target: str | bytes, headers: Headers = (), **scope: Any) -> Reply:
        """A GET request."""
        return self.send("GET", target, headers, **scope)

    def post(self, target: str, value: Any = None, headers: Headers = (), **scope: Any) -> Reply:
        """A POST request with a JSON body."""
        sent = json.dumps(value).encode()
        length = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(sent))]
        return self.send("POST", target, [*encoded(headers), *length], [sent], **scope)


class SignedIn(Client):
    """A client with the control token, so that it may use any `Host`."""

    def __init__(self, *contracts: Contract, **settings: Any) -> None:
        super().__init__(*contracts, control_token=TOKEN, **settings)

    def send(
        self,
        method: str,
        target: str | bytes,
        headers: Headers = (),
        chunks: Sequence[bytes] = (b"",),
        **scope: Any,
    ) -> Reply:
        """One request with the token."""
        fields = [*encoded(headers), (b"authorization", f"Bearer {TOKEN}".encode())]
        return super().send(method, target, fields, chunks, **scope)
