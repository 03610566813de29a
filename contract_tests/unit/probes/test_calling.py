"""A check sends requests that conform to the contract, so that the mock accepts them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from contracts import contract

from greenroom_contracts.planning.options import Options
from greenroom_contracts.report import Report
from greenroom_contracts.running.check import check
from servers import Change, HttpRequest, HttpResponse, mocking, serving

INTEGERS = {"type": "array", "items": {"type": "integer"}}
POINT = {"type": "object", "required": ["x"], "properties": {"x": {"type": "integer"}}}
PARAMETERS: tuple[dict[str, Any], ...] = (
    {"name": "ids", "in": "path", "style": "matrix", "explode": True, "schema": INTEGERS},
    {"name": "at", "in": "path", "style": "label", "explode": True, "schema": POINT},
    {"name": "X-At", "in": "header", "schema": POINT, "example": {"x": 5}},
    {"name": "X-Ids", "in": "header", "schema": INTEGERS, "example": [1, 2]},
    {"name": "in", "in": "query", "style": "deepObject", "schema": POINT, "example": {"x": 5}},
    {"name": "of", "in": "query", "explode": False, "schema": INTEGERS, "example": [1, 2]},
    {"name": "q", "in": "query", "content": {"application/json": {"schema": POINT}}},
    {"name": "c", "in": "cookie", "schema": INTEGERS, "example": [1, 2]},
)
BODIES = {
    "application/xml": {"schema": {**POINT, "xml": {"name": "point"}}, "example": {"x": 5}},
    "application/x-www-form-urlencoded; charset=utf-8": {"schema": POINT, "example": {"x": 5}},
}


def test_a_mock_of_every_form_of_parameter_and_body_conforms() -> None:
    """Path styles with values of the caller, XML and forms with a charset."""
    ok: dict[str, Any] = {"application/json": {"schema": {"type": "object"}, "example": {}}}
    operation = {
        "operationId": "find",
        "x-effect": ["read"],
        "parameters": [{**parameter, "required": True} for parameter in PARAMETERS],
        "requestBody": {"required": True, "content": BODIES},
        "responses": {
            "200": {"description": "", "content": ok},
            "400": {"description": "", "content": ok},
        },
    }
    found = contract({"/things/{ids}/{at}": {"post": operation}})
    given = {"ids": "7,8", "at": "x,5"}
    options = Options(writes=True, allowed=frozenset(("find",)), given=given, timeout=5)

    with serving(mocking(found)) as (url, seen):
        report = check(found, url, "no-key", options)

    assert report.findings == ()
    assert [response.examined for response in report.operations] == [True]
    assert "/things/;ids=7;ids=8/.x=5" in {request.path.partition("?")[0] for request in seen}


_OK: dict[str, Any] = {"application/json": {"schema": {"type": "object"}}}
_WANTED = {
    "type": "object",
    "required": ["size"],
    "properties": {"size": {"type": "integer", "minimum": 5}},
}


def _created(body: Any, change: Change | None = None) -> tuple[Report, list[HttpRequest]]:
    """The report about an operation with a request body, and the valid requests for it."""
    responses = {code: {"description": "", "content": _OK} for code in ("200", "400")}
    operation = {
        "operationId": "make",
        "x-effect": ["create"],
        "requestBody": body,
        "responses": responses,
    }
    found = contract({"/things": {"post": operation}})
    options = Options(writes=True, timeout=5, invalid=0, generated=0)
    with serving(mocking(found, change)) as (url, seen):
        return check(found, url, "", options), seen


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/json", b'{"size":5}'),
        ("application/x-www-form-urlencoded", b"size=5"),
        ("application/vnd.things+json", b'{"size":5}'),
    ],
)
def test_a_required_body_without_example_is_made_from_its_schema(kind: str, body: bytes) -> None:
    """An empty one would violate the contract."""
    report, seen = _created({"required": True, "content": {kind: {"schema": _WANTED}}})
    assert [(r.headers["content-type"], r.body) for r in seen] == [(kind, body)]
    assert (report.findings, report.exit_code) == ((), 0)


def test_the_refusal_of_a_made_body_is_no_drift() -> None:
    """No document says that a server takes it; a body of the caller may succeed."""
    content = {"application/json": {"schema": _WANTED}}

    def refuse(request: HttpRequest, response: HttpResponse) -> HttpResponse:
        return replace(response, status=400)

    report, _ = _created({"required": True, "content": content}, refuse)
    assert report.drift == ()
    assert report.exit_code == 2
    assert "--body make=FILE" in report.operations[0].why_not
    # The refusal of a documented body is one.
    content["application/json"]["example"] = {"size": 7}
    report, _ = _created({"required": True, "content": content}, refuse)
    assert {finding.kind for finding in report.drift} == {"valid-request-refused"}


@pytest.mark.parametrize(
    "content",
    [{"application/json": {"schema": {**_WANTED, "properties": {"size": False}}}}, {}],
)
def test_without_any_valid_body_nothing_is_sent(content: Any) -> None:
    """The caller is asked for one."""
    report, seen = _created({"required": True, "content": content})
    assert seen == []
    assert report.operations[0].why_not.endswith("; give --body make=FILE")
    assert (report.findings, report.exit_code) == ((), 2)
