"""What an answer says about its request: served or refused, against what should have been."""

from __future__ import annotations

from collections.abc import Iterator

from greenroom.contract.model import Operation
from greenroom.http import exchange as ex
from greenroom.schema import json_pointer as ptr

from ..finding import Finding
from .location import Site
from .responses import documented

_GONE = (404, 405, 410, 501)
_REFUSED = (400, 401, 404, 405, 406, 410, 413, 415, 422)
# What the account lacks, of what a request names, says nothing about the contract.
_LACKING = (404,)
_UNAVAILABLE = (502, 503, 504)


def outcome_findings(site: Site, operation: Operation, exchange: ex.Exchange) -> Iterator[Finding]:
    """Whether the status of an answer may be, and may be for a request with this purpose."""
    answer = exchange.response
    if answer is None:
        return
    status = answer.status
    response = documented(operation, status)
    responses = ptr.join(operation.pointer, "responses")
    listed = ", ".join(response.status for response in operation.responses)
    if 300 <= status < 400 and response is None:
        where = answer.header("location") or "nowhere"
        yield site.finding(
            "redirect", responses, f"{status} to another place, which is not followed",
            expected=listed, seen=f"{status} to {where}", detail=str(status),
        )  # fmt: skip
    elif status >= 500 and (response is None or status not in _UNAVAILABLE):
        yield site.finding(
            "server-error", responses, f"{status} for {_article(exchange.purpose)}",
            expected=listed, seen=str(status), detail=str(status),
        )  # fmt: skip
    elif response is None:
        gone = status in _GONE and exchange.purpose in ex.VALID
        kind = "operation-gone" if gone else "undocumented-status"
        yield site.finding(
            kind, responses, f"{status} is not documented", expected=listed, seen=str(status),
            detail=str(status),
        )  # fmt: skip
    else:
        yield from _purpose(site, operation, exchange, status)


def _purpose(
    site: Site, operation: Operation, exchange: ex.Exchange, status: int
) -> Iterator[Finding]:
    purpose, served = exchange.purpose, status < 300
    if purpose in ex.UNAUTHENTICATED and served:
        yield site.finding(
            "credential-not-enforced", ptr.join(operation.pointer, "security"),
            f"{status} with {purpose}", expected="401 or 403", seen=str(status),
        )  # fmt: skip
    elif purpose == ex.INVALID and served:
        about, _, said = exchange.note.partition(" ")
        yield site.finding(
            "invalid-request-accepted", about or operation.pointer,
            f"{status} for a request that breaks the contract: {said}",
            expected=_client_errors(operation), seen=str(status), detail=said,
        )  # fmt: skip
    elif purpose == ex.GENERATED_INVALID and served:
        yield site.finding(
            "invalid-request-accepted", operation.pointer,
            f"{status} for a generated request that breaks the contract",
            expected=_client_errors(operation), seen=str(status), detail="generated",
        )  # fmt: skip
    elif _is_refused(purpose, status):
        yield site.finding(
            "valid-request-refused", operation.pointer, f"{status} for a documented request",
            expected="2XX", seen=str(status), detail=str(status),
        )  # fmt: skip
    elif purpose in (ex.GENERATED, ex.PAGED) and status == 401:
        yield site.finding(
            "valid-request-refused", operation.pointer, "401 with the good credential",
            expected="2XX", seen="401", detail="401",
        )  # fmt: skip
    elif purpose in (ex.GENERATED, ex.PAGED) and status in (400, 405, 406, 415, 422):
        yield site.finding(
            "undocumented-restriction", operation.pointer,
            f"{status} for a request that keeps the contract", expected="2XX or 404",
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
