"""Responses that conform by the standards have no findings in a check of a server."""

from __future__ import annotations

from typing import Any

import pytest
from judged import contract_of

from greenroom_contracts.planning.options import Options
from greenroom_contracts.report import Report
from greenroom_contracts.running.check import check
from servers import HttpResponse, serving

_THING = {"type": "object", "required": ["id"], "properties": {"id": {"type": "integer"}}}
_SECRET = {
    "type": "object",
    "required": ["id", "password"],
    "properties": {"id": {"type": "integer"}, "password": {"type": "string", "writeOnly": True}},
}
_BINARY = {"type": "string", "format": "binary"}
_LIST = {"schema": {"type": "array", "items": {"type": "integer"}}}
_POINT = {"content": {"application/json": {"schema": _THING}}}


def checked(described: dict[str, Any], kind: str, body: bytes, **headers: str) -> Report:
    """The report about a server that always sends one response."""
    contract = contract_of(
        parameters=[{"name": "q", "in": "query", "schema": {"type": "string"}}],
        responses={"200": {"description": "x", **described}, "default": {"description": "x"}},
        **{"x-effect": ["read"]},
    )
    fields = {"Content-Type": kind, **{name.replace("_", "-"): v for name, v in headers.items()}}
    with serving(lambda _: HttpResponse(200, body, fields)) as (url, _):
        return check(contract, url, "", Options(generated=4, invalid=0, timeout=5))


def of(media: str, schema: Any) -> dict[str, Any]:
    """The content of one media type."""
    return {"content": {media: {"schema": schema}}}


CONFORMING: dict[str, Any] = {
    "write-only and missing": (of("application/json", _SECRET), "application/json", b'{"id": 1}'),
    "write-only and sent": (
        of("application/json", _SECRET),
        "application/json",
        b'{"id": 1, "password": "x"}',
    ),
    "any type": (of("*/*", _THING), "application/json", b'{"id": 1}'),
    "any application": (of("application/*", _THING), "application/problem+json", b'{"id": 1}'),
    "charset": (of("application/json", _THING), "application/json; charset=odd", b'{"id": 1}'),
    "yaml": (of("application/yaml", _THING), "application/yaml", b"id: 1\n"),
    "binary": (of("application/octet-stream", _BINARY), "application/octet-stream", b"\x00\xff"),
    "binary that is called JSON": (of("application/json", _BINARY), "application/json", b"\x00"),
    "lines": (of("application/x-ndjson", _THING), "application/x-ndjson", b'{"id":1}\n{"id":2}\n'),
}


@pytest.mark.parametrize("name", CONFORMING)
def test_a_body_that_conforms_has_no_findings(name: str) -> None:
    """Neither ours nor those of a library."""
    described, kind, body = CONFORMING[name]
    report = checked(described, kind, body)
    assert [(f.kind, f.message) for f in report.findings] == []
    assert report.exit_code == 0


LYING: dict[str, Any] = {
    "write-only": (*CONFORMING["write-only and sent"][:2], b'{"id": "1"}', "wrong-type"),
    "any type": (*CONFORMING["any type"][:2], b"{}", "missing-field"),
    "yaml": (*CONFORMING["yaml"][:2], b"id: one\n", "wrong-type"),
    "lines": (*CONFORMING["lines"][:2], b'{"id":1}\n{}\n', "missing-field"),
}


@pytest.mark.parametrize("name", LYING)
def test_a_body_that_does_not_conform_has_one_finding(name: str) -> None:
    """With what was expected and what was seen."""
    described, kind, body, expected = LYING[name]
    (found,) = checked(described, kind, body).findings
    assert found.kind == expected
    assert found.expected
    assert found.seen


def test_header_fields_are_read_by_their_description() -> None:
    """Lists and JSON."""
    described = {"headers": {"X-List": _LIST, "X-Point": _POINT}}
    report = checked(described, "text/plain", b"", X_List="1, 2", X_Point='{"id": 1}')
    assert [(f.kind, f.message) for f in report.findings] == []
    report = checked(described, "text/plain", b"", X_List="1, b", X_Point='{"id": "a"}')
    assert {f.kind for f in report.findings} == {"invalid-header"}
    assert len(report.findings) == 2
