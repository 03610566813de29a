"""Findings about the status of a response: is it documented, and right for the request?"""

from __future__ import annotations

from collections.abc import Iterator

from greenroom.contract.model import Operation
from greenroom.http import exchange as ex
from greenroom.schema import json_pointer as ptr

from ..finding import Finding
from .location import Location
from .responses import documented_response

_GONE_STATUSES = (404, 405, 410, 501)
_REFUSAL_STATUSES = (400, 401, 404, 405, 406, 410, 413, 415, 422)
_UNAVAILABLE_STATUSES = (502, 503, 504)
# Of a finding: its kind, pointer, message, expected value and detail.
_Difference = tuple[str, str, str, str, str]


def status_findings(
    location: Location, operation: Operation, exchange: ex.Exchange
) -> Iterator[Finding]:
    """Whether the status is documented, and right for a request with this purpose."""
    if exchange.response is None:
        return
    status = exchange.response.status
    found = _undocumented(operation, exchange, status) or _unexpected(operation, exchange, status)
    if found is None:
        return
    kind, pointer, message, expected, detail = found
    seen = str(status)
    if kind == "redirect":
        seen += f" to {exchange.response.header('location') or 'no Location'}"
    yield location.finding(kind, pointer, message, expected=expected, seen=seen, detail=detail)


def _undocumented(operation: Operation, exchange: ex.Exchange, status: int) -> _Difference | None:
    response = documented_response(operation, status)
    if 300 <= status < 400 and response is None:
        kind, message = "redirect", f"{status} redirects to another URL, which was not requested"
    elif status >= 500 and (response is None or status not in _UNAVAILABLE_STATUSES):
        kind, message = "server-error", f"{status} for {_described(exchange.purpose)}"
    elif response is None:
        is_gone = status in _GONE_STATUSES and exchange.purpose in ex.VALID
        kind = "operation-gone" if is_gone else "undocumented-status"
        message = f"{status} is not documented"
    else:
        return None
    listed = ", ".join(response.status for response in operation.responses)
    return kind, ptr.join(operation.pointer, "responses"), message, listed, str(status)


def _unexpected(operation: Operation, exchange: ex.Exchange, status: int) -> _Difference | None:
    purpose, pointer = exchange.purpose, operation.pointer
    if status < 300 and purpose in ex.UNAUTHENTICATED:
        security = ptr.join(pointer, "security")
        return "credential-not-enforced", security, f"{status} with {purpose}", "401 or 403", ""
    if status < 300 and purpose in (ex.INVALID, ex.GENERATED_INVALID):
        statement, _, violation = exchange.note.partition(" ")
        message = f"{status} for a request that violates the contract: {violation}"
        if purpose == ex.GENERATED_INVALID:
            statement, violation = "", "generated"
            message = f"{status} for a generated request that violates the contract"
        codes = [r.status for r in operation.responses if r.status in ("400", "415", "422", "4XX")]
        expected = " or ".join(codes) or "4XX"
        return "invalid-request-accepted", statement or pointer, message, expected, violation
    # The account may not have the resource that the caller named.
    is_lacking = purpose == ex.TENTATIVE and status == 404
    if purpose in (ex.DOCUMENTED, ex.TENTATIVE) and status in _REFUSAL_STATUSES and not is_lacking:
        message = f"{status} for a documented request"
        return "valid-request-refused", pointer, message, "2XX", str(status)
    if purpose in (ex.GENERATED, ex.PAGED) and status == 401:
        return "valid-request-refused", pointer, "401 with a valid credential", "2XX", "401"
    if purpose in (ex.GENERATED, ex.PAGED) and status in (400, 405, 406, 415, 422):
        message = f"{status} for a valid request"
        return "undocumented-restriction", pointer, message, "2XX or 404", str(status)
    return None


def _described(purpose: str) -> str:
    return purpose if purpose.startswith(("no ", "clean")) else f"a request ({purpose})"
