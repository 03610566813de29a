"""Findings about a response and its documentation: media type, header fields, body."""

from __future__ import annotations

from dataclasses import replace

from greenroom.contract.model import Operation, Response
from greenroom.http import exchange as ex
from greenroom.schema import json_pointer as ptr
from greenroom.schema.instance_walk import SchemaWalk

from ..finding import Finding
from .content import Skip, body_findings, content_findings, documented_media
from .header_fields import header_findings, undocumented_fields
from .location import Location
from .schema_findings import See


def documented_response(operation: Operation, status: int) -> Response | None:
    """The documented response of a status: by its code, its range, or `default` (4.8.16)."""
    known = {response.status.upper(): response for response in operation.responses}
    code = str(status)
    return known.get(code) or known.get(f"{code[0]}XX") or known.get("DEFAULT")


def is_success(operation: Operation, status: int) -> bool:
    """Whether a status is 2XX, or where none is documented, a redirect that is."""
    response = documented_response(operation, status)
    redirects = response is not None and response.status.startswith("3")
    return 200 <= status < 300 or (redirects and not operation.successes)


def response_findings(
    walk: SchemaWalk,
    operation: Operation,
    response: Response,
    exchange: ex.Exchange,
    see: See | None = None,
    skip: Skip = lambda _: None,
) -> list[Finding]:
    """Every difference between a response and the documented response of its status.

    `see` and `skip` are called as by body_findings.
    """
    received = exchange.response
    if received is None:
        return []
    location, body = Location(walk.document, operation.id), received.body
    found: list[Finding] = []
    for header in response.headers:
        found += header_findings(location, walk, header, received.headers)
    known = {header.name.lower() for header in response.headers}
    pointer = ptr.join(response.pointer, "headers")
    found += undocumented_fields(location, pointer, received.headers, known)
    is_head = exchange.request.method == "HEAD"
    if is_head or not ex.has_body(received.status) or not received.recorded:
        return found
    sent = received.header("content-type") or ""
    found += content_findings(location, response.pointer, response.content, sent, body)
    media = documented_media(response.content, sent)
    if media is not None and body:
        location, is_error = replace(location, where="response body"), received.status >= 400
        found += body_findings(
            walk, media, sent, body, location, is_error=is_error, see=see, skip=skip
        )
    return found


def forbidden_body(walk: SchemaWalk, operation: Operation, exchange: ex.Exchange) -> list[Finding]:
    """The finding about a body, sent or announced, that HTTP does not allow.

    204, 205, 304 and responses to HEAD have none (RFC 9110 sections 15.3.5, 15.3.6, 15.4.5 and
    9.3.2), and 204 and 205 announce none (section 8.6).
    """
    received = exchange.response
    if received is None:
        return []
    status, size = received.status, len(received.body)
    announced = received.header("content-length") or ""
    if status in (204, 205) and announced.isdecimal() and len(announced) < 20:
        size = max(size, int(announced))
    # A recording may have the body from a cache (HAR 1.2).
    is_cached = status == 304 and exchange.purpose == ex.RECORDED
    if size == 0 or is_cached or (ex.has_body(status) and exchange.request.method != "HEAD"):
        return []
    response = documented_response(operation, status)
    pointer = response.pointer if response else ptr.join(operation.pointer, "responses")
    about = f"a response to {exchange.request.method}" if ex.has_body(status) else f"a {status}"
    return [
        Location(walk.document, operation.id).finding(
            "forbidden-body", pointer, f"{about} has no body", expected="no body (RFC 9110)",
            seen=f"{size} bytes", detail="body",
        )
    ]  # fmt: skip
