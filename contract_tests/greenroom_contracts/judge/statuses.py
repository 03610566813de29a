"""Findings about the status of a response: was its request accepted or refused rightly?"""

from __future__ import annotations

from collections.abc import Iterator

from greenroom.contract.model import Operation
from greenroom.http import exchange as ex
from greenroom.schema import json_pointer as ptr

from ..finding import Finding
from .location import Location
from .responses import documented_response

_GONE = (404, 405, 410, 501)
_REFUSED = (400, 401, 404, 405, 406, 410, 413, 415, 422)
# A resource that the account does not have says nothing about the contract.
_LACKING = (404,)
_UNAVAILABLE = (502, 503, 504)


def status_findings(
    location: Location, operation: Operation, exchange: ex.Exchange
) -> Iterator[Finding]:
    """Whether the status is documented, and right for a request with this purpose."""
    received = exchange.response
    if received is None:
        return
    status = received.status
    response = documented_response(operation, status)
    responses = ptr.join(operation.pointer, "responses")
    listed = ", ".join(response.status for response in operation.responses)
    if 300 <= status < 400 and response is None:
        target = received.header("location") or "no Location"
        yield location.finding(
            "redirect", responses, f"{status} redirects to another URL, which was not requested",
            expected=listed, seen=f"{status} to {target}", detail=str(status),
        )  # fmt: skip
    elif status >= 500 and (response is None or status not in _UNAVAILABLE):
        yield location.finding(
            "server-error", responses, f"{status} for {_article(exchange.purpose)}",
            expected=listed, seen=str(status), detail=str(status),
        )  # fmt: skip
    elif response is None:
        gone = status in _GONE and exchange.purpose in ex.VALID
        kind = "operation-gone" if gone else "undocumented-status"
        yield location.finding(
            kind, responses, f"{status} is not documented", expected=listed, seen=str(status),
            detail=str(status),
        )  # fmt: skip
    else:
        yield from _purpose(location, operation, exchange, status)


def _purpose(
    location: Location, operation: Operation, exchange: ex.Exchange, status: int
) -> Iterator[Finding]:
    purpose, accepted = exchange.purpose, status < 300
    if purpose in ex.UNAUTHENTICATED and accepted:
        yield location.finding(
            "credential-not-enforced", ptr.join(operation.pointer, "security"),
            f"{status} with {purpose}", expected="401 or 403", seen=str(status),
        )  # fmt: skip
    elif purpose == ex.INVALID and accepted:
        pointer, _, violation = exchange.note.partition(" ")
        yield location.finding(
            "invalid-request-accepted", pointer or operation.pointer,
            f"{status} for a request that violates the contract: {violation}",
            expected=_client_errors(operation), seen=str(status), detail=violation,
        )  # fmt: skip
    elif purpose == ex.GENERATED_INVALID and accepted:
        yield location.finding(
            "invalid-request-accepted", operation.pointer,
            f"{status} for a generated request that violates the contract",
            expected=_client_errors(operation), seen=str(status), detail="generated",
        )  # fmt: skip
    elif _is_refused(purpose, status):
        yield location.finding(
            "valid-request-refused", operation.pointer, f"{status} for a documented request",
            expected="2XX", seen=str(status), detail=str(status),
        )  # fmt: skip
    elif purpose in (ex.GENERATED, ex.PAGED) and status == 401:
        yield location.finding(
            "valid-request-refused", operation.pointer, "401 with a valid credential",
            expected="2XX", seen="401", detail="401",
        )  # fmt: skip
    elif purpose in (ex.GENERATED, ex.PAGED) and status in (400, 405, 406, 415, 422):
        yield location.finding(
            "undocumented-restriction", operation.pointer,
            f"{status} for a valid generated request", expected="2XX or 404",
            seen=str(status), detail=str(status),
        )  # fmt: skip


def _is_refused(purpose: str, status: int) -> bool:
    if purpose == ex.TENTATIVE and status in _LACKING:
        return False
    return purpose in (ex.DOCUMENTED, ex.TENTATIVE) and status in _REFUSED


def _client_errors(operation: Operation) -> str:
    codes = [r.status for r in operation.responses if r.status in ("400", "415", "422", "4XX")]
    return " or ".join(codes) or "4XX"


def _article(purpose: str) -> str:
    return purpose if purpose.startswith(("no ", "clean")) else f"a request ({purpose})"
