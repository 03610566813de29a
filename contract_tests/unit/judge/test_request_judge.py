"""Whether a request conforms to its contract, by the validation of the mock."""

from __future__ import annotations

import json

import pytest
from contracts import KEY, body, contract, response

from greenroom.contract.model import Operation
from greenroom_contracts.judge.request_judge import RequestJudge

NAMED = {"type": "object", "required": ["name"], "properties": {"name": {"type": "string"}}}
PATHS = {
    "/things": {
        "get": {"operationId": "list", "responses": {"200": response("all")}},
        "post": {
            "operationId": "make",
            "requestBody": body(NAMED),
            "responses": {"201": response("made"), "404": response("lost")},
        },
    }
}
JSON = ("Content-Type", "application/json")
THINGS = contract(PATHS, schemes=KEY, security=[{"Keyed": []}])
LIST, MAKE = THINGS.operations
JUDGE = RequestJudge(THINGS)


@pytest.mark.parametrize(
    "more",
    [(), ("X-Key", "expired-key"), ("Accept", "image/png"), ("Prefer", "code=418")],
    ids=["plain", "expired", "unacceptable", "preferring"],
)
def test_fields_that_select_a_response_are_not_violations(more: tuple[str, str]) -> None:
    """Neither do credentials, which the vendor judges."""
    headers = [JSON, more] if more else [JSON]
    assert JUDGE.violations(MAKE, "/things", "", headers, b'{"name": "A"}') is None


def test_violations_are_not_shortened() -> None:
    """A header field of the mock would not have room for all of them."""
    properties = {f"p{i}{'x' * 300}": {"type": "integer"} for i in range(30)}
    paths = {"/things": {"post": {
        "responses": {"200": response("made")},
        "requestBody": body({"type": "object", "properties": properties}),
    }}}  # fmt: skip
    sent = json.dumps(dict.fromkeys(properties, "a")).encode()
    found = contract(paths)
    found = RequestJudge(found).violations(found.operations[0], "/things", "", [JSON], sent)
    assert found is not None
    assert found.kind == "invalid-request"
    assert {pointer for _, pointer, _ in found.violations} == {f"/{p}" for p in properties}


@pytest.mark.parametrize(
    ("operation", "path", "headers", "sent", "kind"),
    [
        (MAKE, "/things", [JSON], b"{}", "invalid-request"),
        (MAKE, "/things", [JSON], b"{", "malformed-body"),
        (MAKE, "/things", [("Content-Type", "a/b")], b"{}", "unsupported-media-type"),
        (LIST, "/things", [JSON], b"{}", "unsupported-media-type"),
        (LIST, "/lost", [], b"", "unknown-operation"),
    ],
)
def test_a_violation_has_its_kind(
    operation: Operation, path: str, headers: list[tuple[str, str]], sent: bytes, kind: str
) -> None:
    """And its reason."""
    found = JUDGE.violations(operation, path, "", headers, sent)
    assert found is not None
    assert (found.kind, bool(found.reason)) == (kind, True)
