"""An operation that is missing is told from a resource that is missing."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from checked import things

from greenroom.http import exchange as ex
from greenroom.http.exchange import Exchange, Request, Response
from greenroom_contracts.judge.exchange_judge import ExchangeJudge
from greenroom_contracts.report import Report
from greenroom_contracts.reports.assembly import report_of

_PATHS = {"listThings": "/v1/things", "getThing": "/v1/things/a", "createThing": "/v1/things"}
_ERROR = b'{"error": "no"}'
_OTHER = b'{"message": "Not Found"}'
_HTML = b"<!DOCTYPE html><pre>Not Found</pre>"
_EXPRESS = b"<pre>Cannot GET /v1/things/a</pre>"
_RAILS = b'{"error": "No route matches [GET] \\"/things/a\\""}'
_LARAVEL = b"<p>no page at GET &quot;/v1/things/a&quot;</p>"


def exchange(
    operation: str, status: int, body: bytes = b"", purpose: str = ex.DOCUMENTED
) -> Exchange:
    """A response to a request for an operation."""
    kind = "text/html" if body.startswith(b"<") else "application/json"
    response = Response(status, (("Content-Type", kind),), body)
    method = "POST" if operation == "createThing" else "GET"
    request = Request(method, f"http://vendor.example{_PATHS[operation]}")
    return Exchange(1, operation, purpose, request, response)


def kinds(*exchanges: Exchange) -> list[list[str]]:
    """The kinds of findings about each of several exchanges."""
    judge = ExchangeJudge(things())
    return [[finding.kind for finding in judge.findings(each)] for each in exchanges]


@pytest.mark.parametrize(
    ("operation", "status", "body", "purpose"),
    [
        ("listThings", 404, _ERROR, ex.DOCUMENTED),
        ("listThings", 404, _HTML, ex.TENTATIVE),
        ("listThings", 405, _ERROR, ex.GENERATED),
        ("listThings", 410, _HTML, ex.DOCUMENTED),
        ("listThings", 501, b"", ex.PAGED),
        ("listThings", 405, b"", ex.RECORDED),
        ("createThing", 404, _HTML, ex.TENTATIVE),
        ("createThing", 405, _ERROR, ex.TENTATIVE),
        ("getThing", 404, _EXPRESS, ex.DOCUMENTED),
        ("getThing", 404, _EXPRESS, ex.TENTATIVE),
        ("getThing", 404, _EXPRESS, ex.RECORDED),
        ("getThing", 404, _RAILS, ex.GENERATED),
        ("getThing", 404, _LARAVEL, ex.DOCUMENTED),
        ("getThing", 405, _ERROR, ex.DOCUMENTED),
        ("getThing", 410, _HTML, ex.TENTATIVE),
    ],
)
def test_a_missing_operation_has_no_other_finding(
    operation: str, status: int, body: bytes, purpose: str
) -> None:
    """Neither about its media type nor about its body."""
    assert kinds(exchange(operation, status, body, purpose)) == [["operation-gone"]]


@pytest.mark.parametrize(
    ("operation", "status", "body", "purpose", "expected"),
    [
        ("getThing", 404, _ERROR, ex.TENTATIVE, []),
        ("getThing", 404, _ERROR, ex.DOCUMENTED, ["valid-request-refused"]),
        ("getThing", 404, _OTHER, ex.GENERATED, ["error-shape"]),
        ("getThing", 404, _HTML, ex.TENTATIVE, ["undocumented-media-type"]),
        ("getThing", 404, b'{"error": "POST /v1/things/a"}', ex.TENTATIVE, []),
        ("getThing", 404, b'{"error": "GET /v1/other"}', ex.TENTATIVE, []),
        ("createThing", 404, _OTHER, ex.TENTATIVE, ["undocumented-status"]),
        ("listThings", 404, _ERROR, ex.NO_CREDENTIAL, ["undocumented-status"]),
        ("listThings", 404, _ERROR, ex.INVALID, ["undocumented-status"]),
        ("listThings", 404, _ERROR, ex.RECORDED, ["undocumented-status"]),
        ("listThings", 200, b"[]", ex.DOCUMENTED, []),
    ],
)
def test_a_missing_resource_is_no_missing_operation(
    operation: str, status: int, body: bytes, purpose: str, expected: list[str]
) -> None:
    """Where an identifier names it, or where the request is not valid."""
    found = kinds(exchange(operation, status, body, purpose))[0]
    assert [kind for kind in found if kind != "undocumented-restriction"] == expected


def test_a_documented_404_of_another_shape_without_an_identifier_is_a_missing_operation() -> None:
    """With the documented shape the request is refused."""
    contract = things()
    first, *others = contract.operations
    known = next(o for o in others if o.id == "getThing").responses
    listed = replace(first, responses=known)
    judge = ExchangeJudge(replace(contract, operations=(listed, *others)))
    kinds_of = [
        [f.kind for f in judge.findings(exchange("listThings", 404, body))]
        for body in (_OTHER, _HTML, _ERROR)
    ]
    assert kinds_of == [["operation-gone"], ["operation-gone"], ["valid-request-refused"]]


def test_an_operation_that_worked_before_is_not_missing() -> None:
    """A generated identifier may confuse a router."""
    works = exchange("getThing", 200, b'{"id": "a", "name": "b"}')
    odd = exchange("getThing", 404, _EXPRESS, ex.GENERATED)
    assert kinds(works, odd) == [[], ["undocumented-media-type"]]


def report(*exchanges: Exchange) -> Report:
    """The report of these exchanges."""
    contract = things()
    judge = ExchangeJudge(contract)
    found = [finding for each in exchanges for finding in judge.findings(each)]
    return report_of(contract, "x", exchanges, found, ())


def test_a_missing_operation_is_one_finding_of_a_report() -> None:
    """Also with other statuses, and without the findings of other requests."""
    found = report(
        exchange("listThings", 200, _HTML, ex.NO_CREDENTIAL),
        exchange("getThing", 404, _EXPRESS),
        exchange("getThing", 405, _ERROR, ex.GENERATED),
        exchange("getThing", 404, _HTML, ex.NO_CREDENTIAL),
    ).findings
    about = [finding for finding in found if finding.operation == "getThing"]
    assert [(f.kind, f.count, f.pointer) for f in about] == [
        ("operation-gone", 2, "/paths/~1things~1{id}/get")
    ]
    assert len(found) > 1


def test_what_an_operation_with_a_success_does_wrong_stays() -> None:
    """Even if another response of it looked like that of a missing one."""
    late = exchange("getThing", 200, b'{"id": "a"}')
    found = report(exchange("getThing", 404, _EXPRESS), late).findings
    assert [finding.kind for finding in found] == ["operation-gone", "missing-field"]


def test_one_statement_of_several_operations_is_one_finding() -> None:
    """The operations stand in the contract's order, the evidence is of the first."""
    late = replace(exchange("getThing", 200, b'{"name": "b"}'), number=1)
    early = replace(exchange("listThings", 200, b'[{"name": "b"}, {"name": "c"}]'), number=2)
    (found,) = report(late, early, late).findings
    assert (found.kind, found.pointer) == ("missing-field", "/components/schemas/Thing/required")
    assert (found.operations, found.count, found.exchange) == (("listThings", "getThing"), 4, 2)


def test_another_field_of_the_same_statement_is_another_finding() -> None:
    """So is another statement."""
    found = report(exchange("getThing", 200, b'{"name": 1}'), exchange("getThing", 200, b"{}"))
    assert [(f.kind, f.detail, f.count) for f in found.findings] == [
        ("missing-field", "id", 2),
        ("wrong-type", "integer", 1),
        ("missing-field", "name", 1),
    ]


def test_a_documented_request_that_fails_comes_first_and_by_itself() -> None:
    """Apart from invalid ones."""
    found = report(
        exchange("createThing", 500, _ERROR, ex.INVALID),
        exchange("createThing", 201, b"{}", ex.GENERATED),
        exchange("createThing", 500, _ERROR, ex.GENERATED_INVALID),
        exchange("createThing", 500, _ERROR, ex.TENTATIVE),
    ).findings
    assert [(f.kind, f.detail, f.count) for f in found][:2] == [
        ("server-error", "500", 1),
        ("server-error", "500 for other requests", 2),
    ]


@pytest.mark.parametrize("error", [{"error": 5}, {"message": "no"}])
def test_an_error_of_another_shape_is_one_finding_of_all_operations(error: Any) -> None:
    """The pointer is that of the shared schema."""
    body = json.dumps(error).encode()
    names = ("listThings", "getThing", "createThing")
    (found,) = report(*(exchange(n, 401, body, ex.NO_CREDENTIAL) for n in names)).findings
    assert found.pointer.startswith("/components/schemas/Error")
    assert (len(found.operations), found.basis) == (3, "documented")
