"""A request with several reasons for a refusal gets the first of this order.

Unknown path, method, credential, media type of the request, media type of the response, and then
all violations of parameters and body.
"""

from __future__ import annotations

from typing import Any

from .bodies import JSON, MALFORMED
from .case import Case, Request, Verdict, broken, documents, refused

ORDER = "RFC 9110, 15.5"
NUMBER = {"type": "integer"}
EXAMPLE = {"content": {JSON: {"example": {}}}, "description": "Fine."}
ITEM: dict[str, Any] = {
    "post": {
        "security": [{"key": []}],
        "parameters": [
            {"name": "id", "in": "path", "required": True, "schema": NUMBER},
            {"name": "q", "in": "query", "schema": NUMBER},
            {"name": "h", "in": "header", "required": True, "schema": NUMBER},
            {"name": "c", "in": "cookie", "schema": NUMBER},
        ],
        "requestBody": {
            "required": True,
            "content": {JSON: {"schema": {"type": "object", "required": ["a"]}}},
        },
        # Without a documented 406 an `Accept` that nothing matches is disregarded.
        "responses": {"200": EXAMPLE, "406": EXAMPLE},
    }
}
DOCUMENT = documents(
    {"/things/{id}": ITEM},
    schemes={"key": {"type": "apiKey", "in": "header", "name": "X-Key"}},
)
WRONG = {
    "target": "/things/x?q=x",
    "method": "POST",
    "key": "forbidden-key",
    "kind": "text/plain",
    "accept": "image/png",
    "body": b"{",
}


def _request(**right: Any) -> Request:
    given = {**WRONG, **right}
    headers = [("Content-Length", str(len(given["body"]))), ("Cookie", "c=x")]
    for name, key in (("X-Key", "key"), ("Content-Type", "kind"), ("Accept", "accept")):
        if given[key] is not None:
            headers.append((name, given[key]))
    return Request(given["target"], given["method"], tuple(headers), given["body"])


KEY = {"key": "test-key"}
TYPED = {**KEY, "kind": JSON}
ACCEPTING = {**TYPED, "accept": "*/*"}
# What is right about the request, and the verdict.
ROWS: list[tuple[dict[str, Any], Verdict]] = [
    ({"target": "/nothing?q=x", "method": "PUT"}, refused("unknown-path")),
    ({"method": "PUT"}, refused("method-not-allowed")),
    ({"key": None}, refused("missing-credential")),
    ({"key": "x"}, refused("unknown-credential")),
    ({}, refused("insufficient-permission")),
    (KEY, refused("unsupported-media-type")),
    (TYPED, refused("not-acceptable")),
    (ACCEPTING, MALFORMED),
    ({**ACCEPTING, "body": b"{}"},
     broken("path /id", "query /q", "header /h", "cookie /c", "body ")),
    ({**ACCEPTING, "body": b""},
     broken("path /id", "query /q", "header /h", "cookie /c", "body ")),
]  # fmt: skip


CASES = [
    Case(ORDER, f"{right} is {verdict.kind}", DOCUMENT, _request(**right), verdict)
    for right, verdict in ROWS
]
