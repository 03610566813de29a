"""Who may change anything, and which documents are served."""

from __future__ import annotations

import json
from typing import Any

import pytest
from contracts import Client, contract
from controlling import Controlled
from state_contract import API

OWN = "http://127.0.0.1:8080"
HOST = {"host": "127.0.0.1:8080"}
FOREIGN = [
    {"origin": "https://evil.example"},
    {"origin": "http://localhost:8080"},
    {"origin": "https://127.0.0.1"},
    {"origin": "http://127.0.0.1:9000"},
    {"origin": "null"},
    {"sec_fetch_site": "cross-site"},
    {"sec_fetch_site": "same-site"},
    {"sec_fetch_site": "none"},
    {"origin": OWN, "sec_fetch_site": "cross-site"},
]
CHANGES: list[tuple[str, str, Any]] = [
    ("PUT", "/spaces/demo", None),
    ("DELETE", "/spaces/demo", None),
    ("POST", "/spaces/demo/reset", None),
    ("PUT", "/spaces/demo/snapshot", {"version": 1, "seed": 1, "now": None, "vendors": {}}),
    ("POST", "/spaces/demo/acme/resources/Thing", {}),
    ("PATCH", "/spaces/demo/acme/resources/Thing/thing_001", {}),
    ("DELETE", "/spaces/demo/acme/resources/Thing/thing_001", None),
    ("DELETE", "/spaces/demo/requests", None),
    ("PATCH", "/spaces/demo", {"receivers": {}}),
    ("PATCH", "/spaces/demo/clock", {"running": False}),
    ("POST", "/spaces/demo/clock/advance", {"by": "PT1S"}),
    ("POST", "/spaces/demo/clock/freeze", {}),
    ("POST", "/spaces/demo/clock/resume", {}),
    ("POST", "/spaces/demo/settle", None),
    ("POST", "/spaces/demo/scenarios", {"vendor": "acme", "scenario": {}}),
]


@pytest.mark.parametrize("page", FOREIGN)
@pytest.mark.parametrize(("method", "path", "body"), CHANGES)
def test_pages_of_other_origins_change_nothing(
    page: dict[str, str], method: str, path: str, body: Any
) -> None:
    """403, whatever they send; reading is up to the browser, which does not let them."""
    server = Controlled()
    server.make("Ada")
    assert server.call(method, path, body, **HOST, **page).status == 403
    assert server.names() == ["Documented", "Ada"]
    assert server.get("/spaces/demo", **HOST, **page).status == 200


@pytest.mark.parametrize(
    "sender", [{}, {"origin": OWN}, {"origin": OWN, "sec_fetch_site": "same-origin"}]
)
@pytest.mark.parametrize(("method", "path", "body"), CHANGES)
def test_programs_and_the_own_pages_change(
    sender: dict[str, str], method: str, path: str, body: Any
) -> None:
    """A program names no origin."""
    server = Controlled()
    server.make("Ada")
    assert server.call(method, path, body, **HOST, **sender).status < 300


@pytest.mark.parametrize("path", ["/spaces", "/spaces/demo", "/requests", "/events?space=demo"])
def test_control_routes_of_spaces_are_for_loopback_or_a_token(path: str) -> None:
    """Like all others; no response has a field that would let a page read it."""
    client = Client(API)
    assert client.get(f"/_greenroom{path}", client=("10.0.0.1", 1)).status == 403
    guarded = Client(API, control_token="s3cret-s3cret-s3cret")
    assert guarded.get(f"/_greenroom{path}").status == 401
    token = {"authorization": "Bearer s3cret-s3cret-s3cret", "origin": "https://x.example"}
    reply = guarded.get("/_greenroom/spaces", token, client=("10.0.0.1", 1))
    assert reply.status == 200
    assert not [name for name in reply.headers if name.startswith("access-control")]


@pytest.mark.parametrize(
    ("settings", "host", "url"),
    [
        ({}, "mock.test:9000", "http://mock.test:9000/~demo/acme"),
        ({"at_root": True}, "mock.test:9000", "http://mock.test:9000/~demo"),
        ({}, "api.acme.test", "http://api.acme.test/~demo"),
        ({"root_path": "/x"}, "mock.test", "http://mock.test/x/~demo/acme"),
    ],
)
@pytest.mark.parametrize("kind", ["json", "yaml"])
def test_a_served_contract_leads_into_a_space(
    settings: dict[str, Any], host: str, url: str, kind: str
) -> None:
    """With `space`; a name that no space can have is 400."""
    client = Client(API, control_hosts=("mock.test", "api.acme.test"), **settings)
    path = f"/_greenroom/vendors/acme/openapi.{kind}"
    text = client.get(f"{path}?space=demo", {"host": host}).body.decode()
    assert url in text
    if kind == "json":
        assert json.loads(text)["servers"] == [{"url": url}]
    for query in ("space=.demo", "space=a%2Fb", "space=", "space=a&space=b"):
        assert client.get(f"{path}?{query}", {"host": host}).status == 400


def test_the_document_of_the_control_routes_is_served() -> None:
    """It has every route of spaces."""
    document = Controlled().get("/openapi.json").json
    assert document["openapi"] == "3.1.0"
    assert "/spaces/{space}/verify" in document["paths"]


def test_other_routes_are_404_and_other_methods_405() -> None:
    """With what there is."""
    client = Client(contract({}))
    assert client.get("/_greenroom/spaces/demo/clock").status == 404
    assert client.send("DELETE", "/_greenroom/spaces").headers["allow"] == "GET, HEAD, OPTIONS"
    assert client.send("OPTIONS", "/_greenroom/spaces").status == 204
    head = client.send("HEAD", "/_greenroom/spaces")
    assert (head.status, head.body) == (200, b"")


@pytest.mark.parametrize(
    ("kind", "body", "status"),
    [
        (b"application/json", b"{", 400),
        (b"application/json", b'{"seed": NaN}', 400),
        (b"text/plain", b"{}", 400),
        (b"application/x-www-form-urlencoded", b"a=1", 400),
        (b"application/json", b"[" * 100_000, 400),
    ],
)
def test_a_body_is_json(kind: bytes, body: bytes, status: int) -> None:
    """Anything else is refused, never an error of ours."""
    client = Client(API)
    fields = [(b"content-type", kind), (b"content-length", b"%d" % len(body))]
    assert client.send("PUT", "/_greenroom/spaces/demo", fields, [body]).status == status
