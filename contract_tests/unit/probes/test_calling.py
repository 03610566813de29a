"""A check sends requests that conform to the contract, so that the mock accepts them."""

from __future__ import annotations

from typing import Any

from contracts import contract

from greenroom_contracts.planning.options import Options
from greenroom_contracts.running.check import check
from servers import mocking, serving

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
