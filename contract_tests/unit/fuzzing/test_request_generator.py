"""Generated requests are valid, or broken against the contract; nothing in between is sent."""

from __future__ import annotations

from typing import Any

from contracts import contract

from greenroom.contract.model import Contract
from greenroom.http import exchange as ex
from greenroom_contracts.planning.options import Options
from greenroom_contracts.report import Report
from greenroom_contracts.running.check import check
from servers import HttpRequest, HttpResponse, mocking, serving

_OBJECT = {"type": "object"}
_JSON: dict[str, Any] = {"description": "", "content": {"application/json": {"schema": _OBJECT}}}
OPTIONS = Options(generated=24, invalid=4, timeout=5)


def reads() -> Contract:
    """Operations as those of Jupyter Server: all read, some with parameters."""
    query = {"name": "type", "in": "query", "schema": {"enum": ["file", "directory"]}}
    size = {"name": "X-Size", "in": "header", "schema": {"type": "integer"}}
    responses = {"200": _JSON, "400": _JSON}
    paths = {
        "/api/status": {"get": {"operationId": "getStatus", "responses": responses}},
        "/api/contents": {
            "get": {
                "operationId": "getContents",
                "parameters": [query, size],
                "responses": responses,
            }
        },
    }
    return contract(paths)


def strict(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """As tornado does: 400 for multipart without a boundary, whatever the method."""
    kind = request.headers.get("content-type", "")
    if kind.startswith("multipart/") and "boundary=" not in kind:
        return HttpResponse(400)
    return response


def report_about(change: Any) -> Report:
    """The report about the mock of these operations, with a change."""
    found = reads()
    with serving(mocking(found, change)) as (url, _):
        return check(found, url, "", OPTIONS)


def test_a_malformed_content_type_without_a_body_is_not_a_valid_request() -> None:
    """A server may refuse it, and may as well not look at it."""
    for change in (strict, None):
        report = report_about(change)
        assert (report.findings, report.exit_code) == ((), 0)
        assert all(o.examined for o in report.operations)


def test_every_request_that_is_called_valid_is_so() -> None:
    """And those that are broken on purpose violate the contract."""
    valid = [e for e in report_about(None).exchanges if e.purpose in ex.VALID]
    assert not [e for e in valid if e.request.header("content-type")]
    broken = [e for e in report_about(None).exchanges if e.purpose == ex.GENERATED_INVALID]
    assert {e.operation for e in broken} == {"getContents"}
    assert all(e.note for e in broken)


def test_a_refusal_of_valid_generated_requests_is_found() -> None:
    """A server that takes one of the two documented values alone."""

    def picky(request: HttpRequest, response: HttpResponse) -> HttpResponse:
        return HttpResponse(400) if "type=directory" in request.path else response

    kinds = {finding.kind for finding in report_about(picky).findings}
    assert "undocumented-restriction" in kinds


def test_a_broken_generated_request_that_is_accepted_is_found() -> None:
    """The contract closes the list of values."""

    def lax(request: HttpRequest, response: HttpResponse) -> HttpResponse:
        return HttpResponse() if "/contents" in request.path else response

    kinds = {finding.kind for finding in report_about(lax).findings}
    assert "invalid-request-accepted" in kinds
