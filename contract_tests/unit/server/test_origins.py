"""A mock's response that a browser opens cannot run scripts on our origin."""

from __future__ import annotations

from typing import Any

import pytest
from contracts import Client, contract

from greenroom.mock.response.prepared import prepare
from greenroom.server.origins import sandboxed

HTML = "<script>fetch('/_greenroom/vendors')</script>"


def client(media_type: str = "text/html", headers: Any = None, **settings: Any) -> Client:
    """A mock that responds in a media type."""
    media = {media_type: {"example": HTML}}
    found = {"description": "", "content": media, "headers": headers or {}}
    return Client(contract({"/page": {"get": {"responses": {"200": found}}}}), **settings)


def policy(client: Client, **fields: str) -> str | None:
    """The policy of a response to a request with fields."""
    names = {name.replace("_", "-"): text for name, text in fields.items()}
    reply = client.get("/acme/page", names)
    assert reply.status == 200
    return reply.headers.get("content-security-policy")


RUNS = [
    "text/html", "TEXT/HTML; charset=utf-8", "application/xhtml+xml", "image/svg+xml",
    "application/xml", "text/xml", "application/atom+xml", "model/x3d+xml", "text/xsl",
    "multipart/x-mixed-replace",
]  # fmt: skip
RUNS_NOT = ["application/json", "text/plain", "application/problem+json", "image/png",
            "application/pdf", "text/css", "text/csv"]  # fmt: skip


@pytest.mark.parametrize("window", ["document", "iframe", "frame", "embed", "object"])
@pytest.mark.parametrize("media_type", RUNS)
def test_what_can_run_scripts_is_sandboxed_in_a_window(media_type: str, window: str) -> None:
    """CSP 3, the directive `sandbox`."""
    assert policy(client(media_type), sec_fetch_dest=window, host="localhost") == "sandbox"


@pytest.mark.parametrize("media_type", RUNS_NOT)
def test_what_runs_no_scripts_is_as_it_was(media_type: str) -> None:
    """A viewer of PDF would stay shut."""
    assert policy(client(media_type), sec_fetch_dest="document", accept="text/html,*/*") is None


@pytest.mark.parametrize("fields", [
    {}, {"sec_fetch_dest": "empty"}, {"sec_fetch_dest": "image"}, {"sec_fetch_dest": "script"},
    {"accept": "*/*"}, {"accept": "text/html", "host": "localhost:1"},
    {"accept": "text/html", "host": "127.0.0.1"}, {"accept": "text/html", "host": "[::1]:80"},
])  # fmt: skip
def test_a_client_gets_the_response_as_it_was(fields: dict[str, str]) -> None:
    """It sends no such field, or is no window."""
    assert policy(client(), **fields) is None


def test_a_browser_that_tells_no_destination_gets_a_sandbox() -> None:
    """Without TLS and off loopback no browser does."""
    assert policy(client(), accept="text/html,*/*", host="10.0.0.1:8080") == "sandbox"
    assert policy(client(), accept="text/html", host="localhost", sec_fetch_dest="empty") is None


def test_the_policy_of_the_contract_holds_too() -> None:
    """A browser enforces both."""
    own = {"Content-Security-Policy": {"schema": {}, "example": "default-src 'self'"}}
    given = policy(client(headers=own), sec_fetch_dest="document")
    assert given == "default-src 'self', sandbox"


@pytest.mark.parametrize("field", [None, b"", b"html", b"*/*", b"unknown/unknown", b"; charset=a"])
def test_a_response_that_does_not_say_what_it_is_is_sandboxed(field: bytes | None) -> None:
    """A browser looks at its body, and may find HTML (MIME Sniffing Standard, section 7)."""
    fields = [] if field is None else [(b"content-type", field)]
    found = sandboxed(prepare(200, fields, HTML.encode()), {b"sec-fetch-dest": b"document"})
    assert dict(found.headers)[b"content-security-policy"] == b"sandbox"


@pytest.mark.parametrize("method", ["HEAD", "GET"])
def test_a_sandbox_works_with_cors_and_head(method: str) -> None:
    """Whatever else a response gets."""
    headers = {"sec-fetch-dest": "iframe", "origin": "http://evil.example"}
    reply = client().send(method, "/acme/page", headers)
    assert reply.headers["content-security-policy"] == "sandbox"
    assert reply.headers["access-control-allow-origin"] == "http://evil.example"
