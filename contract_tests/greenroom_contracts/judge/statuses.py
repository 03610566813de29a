"""Findings about the status of a response: is it documented, and right for the request?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from greenroom.contract.model import Operation, Response
from greenroom.http import exchange as ex
from greenroom.schema import json_pointer as ptr

from ..finding import Finding
from .location import Location

_REFUSAL_STATUSES = (400, 401, 404, 405, 406, 410, 413, 415, 422)
_UNAVAILABLE_STATUSES = (502, 503, 504)
_VALIDATION_CODES = ("400", "415", "422", "4XX")
_CREDENTIAL_CODES = ("401", "403", "4XX")
_NOT_MODIFIED = 304
_CONDITIONS = ("if-none-match", "if-modified-since")
_DOCUMENTED_PURPOSES = (ex.DOCUMENTED, ex.TENTATIVE, ex.PAGED, ex.CLEAN_UP, ex.RECORDED)
# Of a finding: its kind, pointer, message, expected value and detail.
_Difference = tuple[str, str, str, str, str]


def is_not_modified(exchange: ex.Exchange) -> bool:
    """Whether a response is that to a condition of the request (RFC 9110 section 15.4.5)."""
    conditional = any(exchange.request.header(name) is not None for name in _CONDITIONS)
    return exchange.status == _NOT_MODIFIED and conditional


def absence_finding(location: Location, operation: Operation, exchange: ex.Exchange) -> Finding:
    """The finding about an operation that does not exist."""
    status = exchange.status
    return location.finding(
        "operation-gone", operation.pointer,
        f"{status} for {operation.method} {operation.path}, as for an unknown path or method",
        expected="2XX", seen=str(status),
    )  # fmt: skip


def status_findings(
    location: Location, operation: Operation, exchange: ex.Exchange
) -> Iterator[Finding]:
    """Whether the status is documented, and right for a request with this purpose."""
    found = _undocumented(operation, exchange) or _unexpected(operation, exchange)
    if found is None or exchange.response is None:
        return
    kind, pointer, message, expected, detail = found
    seen = str(exchange.status)
    if kind == "redirect":
        seen += f" to {exchange.response.header('location') or 'no Location'}"
    new = location.finding(kind, pointer, message, expected=expected, seen=seen, detail=detail)
    bases = {response.basis for response in _replaced(operation, exchange)}
    yield replace(new, basis=(bases.pop() if len(bases) == 1 else None) or new.basis)


def _replaced(operation: Operation, exchange: ex.Exchange) -> list[Response]:
    """The documented responses in whose place a status came that is not documented."""
    status = exchange.status
    if operation.documented(status) is not None:
        return []
    if status < 300:
        return list(operation.successes)
    codes: tuple[str, ...] = ()
    if exchange.purpose in ex.BROKEN:
        codes = _VALIDATION_CODES
    elif exchange.purpose in ex.UNAUTHENTICATED:
        codes = _CREDENTIAL_CODES
    return [r for r in operation.responses if r.status in codes and status < 500]


def _undocumented(operation: Operation, exchange: ex.Exchange) -> _Difference | None:
    status, purpose = exchange.status, exchange.purpose
    response = operation.documented(status)
    refuses = purpose in ex.UNAUTHENTICATED and status in (401, 403)
    refuses = refuses or (purpose in ex.BROKEN and 400 <= status < 500)
    detail = str(status)
    if 300 <= status < 400 and status != _NOT_MODIFIED and response is None:
        kind, message = "redirect", f"{status} redirects to another URL, which was not requested"
    elif status >= 500 and (response is None or status not in _UNAVAILABLE_STATUSES):
        kind, message = "server-error", f"{status} for {_described(purpose)}"
        # Failing on a documented request is another fact than failing on others.
        detail += "" if purpose in _DOCUMENTED_PURPOSES else " for other requests"
    elif response is not None:
        return None
    elif refuses and not _replaced(operation, exchange):
        # `security` and the constraints of a request imply a refusal (RFC 9110 section 15.5), and a
        # contract need not have every status (4.8.16).
        kind, message = "undocumented-refusal", f"{status} is not documented: {purpose}"
    else:
        kind, message = "undocumented-status", f"{status} is not documented"
    listed = ", ".join(response.status for response in operation.responses)
    pointer = ptr.join(operation.pointer, "responses")
    if kind == "undocumented-status":
        pointers = {response.pointer for response in _replaced(operation, exchange)}
        pointer = pointers.pop() if len(pointers) == 1 else pointer
    return kind, pointer, message, listed, detail


def _unexpected(operation: Operation, exchange: ex.Exchange) -> _Difference | None:
    status, purpose, pointer = exchange.status, exchange.purpose, operation.pointer
    if status < 300 and purpose in ex.UNAUTHENTICATED:
        security = ptr.join(pointer, "security")
        return "credential-not-enforced", security, f"{status} with {purpose}", "401 or 403", ""
    if status < 300 and purpose in (ex.INVALID, ex.GENERATED_INVALID):
        statement, _, violation = exchange.note.partition(" ")
        message = f"{status} for a request that violates the contract: {violation}"
        if purpose == ex.GENERATED_INVALID:
            statement, violation = "", "generated"
            message = f"{status} for a generated request that violates the contract"
        codes = [r.status for r in operation.responses if r.status in _VALIDATION_CODES]
        expected = " or ".join(codes) or "4XX"
        return "invalid-request-accepted", statement or pointer, message, expected, violation
    if status == 401 and not operation.security and operation.documented(401):
        # The credential is one that the contract does not declare.
        return None
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
