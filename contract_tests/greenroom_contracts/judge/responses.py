"""Findings about a response and its documentation: media type, header fields, body."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from greenroom.contract.model import Operation, Response
from greenroom.http import exchange as ex
from greenroom.schema import json_pointer as ptr

from ..finding import Finding
from .content import body_findings, content_findings, documented_media
from .header_fields import header_findings, undocumented_fields
from .location import Location


def is_success(operation: Operation, status: int) -> bool:
    """Whether a status is 2XX, or where none is documented, a redirect that is."""
    response = operation.documented(status)
    redirects = response is not None and response.status.startswith("3")
    return 200 <= status < 300 or (redirects and not operation.successes)


def response_findings(
    location: Location, response: Response, exchange: ex.Exchange
) -> list[Finding]:
    """Every difference between a response and the documented response of its status."""
    received = exchange.response
    if received is None:
        return []
    found: list[Finding] = []
    # What a body shows is seen, not what header fields do.
    of_headers = Location(location.walk, location.operation)
    for header in response.headers:
        found += header_findings(of_headers, header, received.headers)
    known = {header.name.lower() for header in response.headers}
    pointer = ptr.join(response.pointer, "headers")
    found += undocumented_fields(of_headers, pointer, received.headers, known)
    is_head = exchange.request.method == "HEAD"
    if is_head or not ex.has_body(received.status) or not received.recorded:
        return found
    sent, body = received.header("content-type") or "", received.body
    found += content_findings(location, response.pointer, response.content, sent, body)
    media = documented_media(response.content, sent)
    if media is not None and body:
        location = replace(location, where="response body")
        found += body_findings(location, media, sent, body, received.status >= 400)
    return found


def forbidden_body(
    location: Location, operation: Operation, exchange: ex.Exchange
) -> Iterator[Finding]:
    """The finding about a body, sent or announced, that HTTP does not allow.

    204, 205, 304 and responses to HEAD have none (RFC 9110 sections 15.3.5, 15.3.6, 15.4.5 and
    9.3.2), and 204 and 205 announce none (section 8.6).
    """
    received = exchange.response
    if received is None:
        return
    status, size = received.status, len(received.body)
    announced = received.header("content-length") or ""
    if status in (204, 205) and announced.isdecimal() and len(announced) < 20:
        size = max(size, int(announced))
    # A recording may have the body from a cache (HAR 1.2).
    is_cached = status == 304 and exchange.purpose == ex.RECORDED
    if size == 0 or is_cached or (ex.has_body(status) and exchange.request.method != "HEAD"):
        return
    response = operation.documented(status)
    pointer = response.pointer if response else ptr.join(operation.pointer, "responses")
    about = f"a response to {exchange.request.method}" if ex.has_body(status) else f"a {status}"
    yield location.finding(
        "forbidden-body", pointer, f"{about} has no body", expected="no body (RFC 9110)",
        seen=f"{size} bytes", detail="body",
    )  # fmt: skip
