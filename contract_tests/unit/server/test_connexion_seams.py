"""What connexion does and what greenroom relies on, so that an upgrade that moves it is noticed."""

from __future__ import annotations

import asyncio
import functools
import json
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from contracts import Client, body, contract, document, one, response

import greenroom
from greenroom.server.connexion_seams import ContractApp, ContractMiddleware, Specification
from greenroom.server.middleware import MockMiddleware, ServerSettings

# connexion is imported by the seams first, which keep its warnings to themselves.
import connexion  # isort: skip
from connexion.middleware import ConnexionMiddleware  # isort: skip
from connexion.middleware.main import API  # isort: skip
from connexion.spec import OpenAPISpecification  # isort: skip

PACKAGE = Path(greenroom.__file__).parent
RECURSIVE = {
    "Tree": {"type": "object", "properties": {"next": {"$ref": "#/components/schemas/Tree"}}}
}
OLD = {**document({}), "openapi": "3.0.3"}


async def nothing(scope: Any, receive: Any, send: Any) -> None:
    """An application that does nothing."""


class Recorder(ContractMiddleware):
    """A middleware that records its arguments, and passes requests on."""

    def __init__(self, app: Any) -> None:
        self.app = app
        self.added: list[tuple[Any, dict[str, Any]]] = []

    def add_api(self, specification: Any, **arguments: Any) -> None:
        """Record it."""
        self.added.append((specification, arguments))

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Pass the request on."""
        await self.app(scope, receive, send)


def called(app: Any, body: bytes = b"", **scope: Any) -> list[Any]:
    """The messages that an application sends to one request."""
    sent: list[Any] = []
    whole = {"type": "http", "method": "GET", "path": "/", "raw_path": b"/", "query_string": b""}

    async def receive() -> Any:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    asyncio.run(app({**whole, "headers": [], "client": None, **scope}, receive, send))
    return sent


def recorder(app: ContractApp) -> Recorder:
    """The recorder in a stack that was built."""
    return next(layer for layer in app.middleware_stack if isinstance(layer, Recorder))


def test_the_version_is_the_one_that_was_characterised() -> None:
    """The pin in pyproject.toml and these tests move together."""
    assert version("connexion").startswith("3.3.")


# Specification.


@pytest.mark.parametrize(
    "part",
    [
        {},
        {"webhooks": {}},
        {"components": {"schemas": {"A": {"type": ["string", "null"]}}}},
        {"components": {"schemas": {"A": {"const": 1}}}},
    ],
)
def test_stock_connexion_refuses_openapi_31(part: dict[str, Any]) -> None:
    """So `Specification` does not validate."""
    with pytest.raises(connexion.exceptions.InvalidSpecification):
        OpenAPISpecification.from_dict(document({}, **part))


def test_stock_connexion_unfolds_references_into_circles() -> None:
    """So `Specification` resolves nothing: such an object is no longer JSON."""
    stock = OpenAPISpecification.from_dict({**OLD, "components": {"schemas": RECURSIVE}})
    tree = stock["components"]["schemas"]["Tree"]
    assert tree["properties"]["next"]["properties"] is tree["properties"]["next"]["properties"]
    with pytest.raises(ValueError, match="Circular"):
        json.dumps(stock.spec)


def test_stock_connexion_renders_files_as_templates(tmp_path: Path) -> None:
    """So a contract is passed as a document and never as a path."""
    path = tmp_path / "openapi.yaml"
    path.write_text("openapi: 3.0.3\ninfo: {title: 'a {{ b }} c', version: '1'}\npaths: {}\n")
    assert OpenAPISpecification.from_file(path)["info"]["title"] == "a  c"


def test_a_specification_of_ours_is_the_document_as_it_is() -> None:
    """Not copied, validated or resolved; a mapping, as connexion requires."""
    raw = document({}, webhooks={}, components={"schemas": RECURSIVE})
    before = json.dumps(raw)
    specification = Specification(raw)
    assert isinstance(specification, OpenAPISpecification)
    assert specification.raw is raw
    assert dict(specification) == raw
    assert json.dumps(raw) == before


# API and SpecMiddleware.


def test_an_api_holds_what_it_is_given() -> None:
    """What `add_contract` relies on."""
    specification = Specification(document({}))
    api = API(specification, base_path="/acme", mock="mock")
    assert (api.specification, api.base_path) == (specification, "/acme")
    assert api.kwargs == {"mock": "mock"}


def test_stock_add_api_loads_the_document_itself() -> None:
    """So `add_contract` appends to `apis` instead."""
    with pytest.raises(connexion.exceptions.InvalidSpecification):
        ContractApp(nothing, Recorder).add_api(document({}))


def test_every_spec_middleware_is_handed_every_contract() -> None:
    """With its base path and our arguments, by base path, when the stack is built."""
    app = ContractApp(nothing, Recorder)
    raws = {name: document({}) for name in ("/beta", "/acme", "")}
    for base_path, raw in raws.items():
        app.add_contract(raw, base_path, mock=f"mock of {base_path}")
    _, app.middleware_stack = app._build_middleware_stack()
    added = recorder(app).added
    assert [arguments["base_path"] for _, arguments in added] == ["/acme", "/beta", ""]
    for specification, arguments in added:
        assert specification.raw is raws[arguments["base_path"]]
        assert arguments["mock"] == f"mock of {arguments['base_path']}"


def test_handing_over_leaves_the_document_as_it_is() -> None:
    """connexion would write the base path into `servers`."""
    raw = document({}, servers=[{"url": "https://a.test/v1"}])
    app = ContractApp(nothing, Recorder)
    app.add_contract(raw, "/acme")
    app._build_middleware_stack()
    assert raw["servers"] == [{"url": "https://a.test/v1"}]


# ConnexionMiddleware and its exception boundary.


def test_no_stock_layer_is_in_the_stack() -> None:
    """The stock router, validators and security never run, the boundary only with an exception."""
    layers = list(Client(one({})).app.middleware_stack)  # type: ignore[attr-defined]
    defaults = tuple(ConnexionMiddleware.default_middlewares)
    assert not [layer for layer in layers if isinstance(layer, defaults)]
    assert {"MockMiddleware", "Control"} <= {type(layer).__name__ for layer in layers}


def test_a_middleware_may_be_a_partial() -> None:
    """How settings reach the mock middleware."""
    settings = ServerSettings(max_body=7)
    app = ContractApp(nothing, functools.partial(MockMiddleware, settings=settings))
    _, layers = app._build_middleware_stack()
    found = [layer.settings for layer in layers if isinstance(layer, MockMiddleware)]
    assert found == [settings]


def test_stock_connexion_builds_its_stack_on_the_first_request() -> None:
    """So `build_app` builds it: an error in a contract is raised at start."""
    app = ContractApp(nothing, Recorder)
    assert app.middleware_stack is None
    called(app)
    assert app.middleware_stack is not None


def test_a_built_stack_is_not_built_again() -> None:
    """What `build_app` relies on when it sets the two attributes."""
    client = Client(one({}))
    before = client.app.middleware_stack  # type: ignore[attr-defined]
    client.get("/acme/things")
    assert client.app.middleware_stack is before  # type: ignore[attr-defined]


async def faulty(scope: Any, receive: Any, send: Any) -> None:
    """An application that raises an error."""
    raise RuntimeError("s3cret")


class FaultyMock:
    """A mock that raises an error."""

    def respond(self, context: Any) -> Any:
        """Never responds."""
        raise RuntimeError("s3cret")


def faulty_middleware(app: Any) -> MockMiddleware:
    """The mock middleware around a mock that raises an error."""
    middleware = MockMiddleware(app, ServerSettings())
    middleware.root = FaultyMock()  # type: ignore[assignment]
    return middleware


@pytest.mark.parametrize(
    "app", [ContractApp(faulty, Recorder), ContractApp(nothing, faulty_middleware)]
)
def test_an_error_of_ours_is_a_problem_without_details(
    app: Any, caplog: pytest.LogCaptureFixture
) -> None:
    """The exception boundary: problem details to the client, the traceback to the log."""
    start, *rest = called(app)
    text = b"".join(message.get("body", b"") for message in rest)
    assert start["status"] == 500
    assert dict(start["headers"])[b"content-type"] == b"application/problem+json"
    assert b"s3cret" not in text
    assert "s3cret" in caplog.text
    assert "Traceback" in caplog.text


@pytest.mark.parametrize("kind", ["lifespan", "websocket"])
def test_other_scopes_pass_the_boundary(kind: str) -> None:
    """They reach the innermost application."""
    seen: list[str] = []

    async def innermost(scope: Any, receive: Any, send: Any) -> None:
        seen.append(scope["type"])

    called(ContractApp(innermost, Recorder), type=kind)
    assert seen == [kind]


# What the stock stack does with requests, and ours does not.


def operation(name: str, **more: Any) -> dict[str, Any]:
    """An operation that both can serve, with a response that has its name."""
    return {"operationId": name, "responses": {"200": response(name)}, **more}


def query(schema: Any) -> dict[str, Any]:
    """An operation with one query parameter."""
    return operation("q", parameters=[{"name": "q", "in": "query", "schema": schema}])


X = [{"name": "x", "in": "path", "required": True, "schema": {"type": "string"}}]
JSON = [(b"content-type", b"application/json")]
COMMON: dict[str, Any] = {
    "/things": {
        "get": query({"oneOf": [{"type": "integer"}, {"type": "boolean"}]}),
        "post": operation("post", requestBody=body({"type": "object"})),
    },
    "/things/{x}": {"get": operation("template", parameters=X)},
    "/things/mine": {"get": operation("mine")},
}


def stock() -> Any:
    """The same paths behind an unchanged connexion."""

    def resolve(name: str) -> Any:
        async def handler(**_: Any) -> dict[str, str]:
            return {"name": name}

        return handler

    app = connexion.AsyncApp("stock")
    app.add_api({**OLD, "paths": COMMON}, base_path="/acme", resolver=connexion.Resolver(resolve))
    return app


# Request, the response of stock connexion, and ours: a status, with its name or with `Allow`.
DIFFERENCES: dict[str, tuple[dict[str, Any], tuple[int, str], tuple[int, str]]] = {
    "a concrete path after a template": ({"path": "/mine"}, (200, "template"), (200, "mine")),
    "an encoded slash": ({"raw_path": b"/acme/things/a%2Fb"}, (404, ""), (200, "template")),
    "a composed query parameter": ({"query_string": b"q=5"}, (500, ""), (200, "q")),
    "all methods of a path": (
        {"method": "PUT"},
        (405, "GET, HEAD"),
        (405, "GET, HEAD, OPTIONS, POST"),
    ),
    "a body without a length": ({"method": "POST", "headers": JSON}, (400, ""), (200, "post")),
    "a body that is no text": (
        {"method": "POST", "headers": [*JSON, (b"content-length", b"3")], "body": b'"\xff"'},
        (500, ""),
        (400, ""),
    ),
}


@pytest.mark.parametrize("case", DIFFERENCES)
def test_the_stock_stack_responds_otherwise(case: str) -> None:
    """So routing, parameters and bodies are ours. A failure here shows that connexion changed."""
    scope, theirs, ours = DIFFERENCES[case]
    if scope.get("path"):
        scope = {**scope, "raw_path": f"/acme/things{scope['path']}".encode()}
    raw: bytes = scope.get("raw_path", b"/acme/things")
    whole = {"body": b"{}", **scope, "raw_path": raw, "path": unquote(raw.decode())}
    assert outcome(called(stock(), **whole)) == theirs
    assert outcome(called(Client(contract(COMMON)).app, **whole)) == ours


def outcome(messages: list[Any]) -> tuple[int, str]:
    """The status of a response, with its `Allow` or the name in it."""
    start, *rest = messages
    value = json.loads(b"".join(message.get("body", b"") for message in rest))
    allow = dict(start["headers"]).get(b"allow", b"").decode()
    return start["status"], ", ".join(sorted(allow.split(", "))) or value.get("name", "")


# Who may import what.


FRAMEWORKS = ["connexion", "starlette", "uvicorn", "flask", "httpx", "httpx2", "pytest"]


@pytest.mark.parametrize("package", ["contract", "mock"])
def test_the_core_imports_no_framework(package: str) -> None:
    """Neither a web framework nor a test framework, whichever module of it is imported."""
    modules = [
        ".".join(("greenroom", *path.relative_to(PACKAGE).with_suffix("").parts))
        for path in sorted((PACKAGE / package).rglob("*.py"))
    ]
    script = (
        f"import sys, importlib\nfor name in {modules!r}: importlib.import_module(name)\n"
        f"print(*[name for name in {FRAMEWORKS!r} if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", script], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout.strip(), done.stderr) == (0, "", "")
