"""Findings about a response and its documentation: media type, header fields, body."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from greenroom.contract.model import MediaType, Operation, Parameter, Response
from greenroom.http import exchange as ex
from greenroom.http.json_decoding import MalformedError, decode_json
from greenroom.http.media_type import is_text, is_xml
from greenroom.schema import json_pointer as ptr
from greenroom.schema.instance_walk import SchemaWalk

from ..finding import Finding
from .content import content_findings, documented_media, header_findings, unreadable_body
from .location import Location
from .schema_findings import schema_findings, short_json

# Fields of HTTP, proxies and browsers (RFC 9110, RFC 9111, Fetch, HSTS), documented or not.
_COMMON = frozenset((
    "accept-ranges", "age", "allow", "alt-svc", "cache-control", "connection",
    "content-disposition", "content-encoding", "content-language", "content-length",
    "content-location", "content-type",
    "cross-origin-embedder-policy", "cross-origin-opener-policy", "cross-origin-resource-policy",
    "content-security-policy", "date", "etag", "expires", "keep-alive", "last-modified", "link",
    "location", "nel", "origin-agent-cluster", "permissions-policy", "pragma", "preference-applied",
    "proxy-authenticate", "referrer-policy", "report-to", "reporting-endpoints", "retry-after",
    "server", "server-timing", "set-cookie", "strict-transport-security", "trailer",
    "transfer-encoding", "upgrade", "vary", "via", "warning", "www-authenticate", "x-powered-by",
    "x-content-type-options", "x-dns-prefetch-control", "x-download-options", "x-frame-options",
    "x-permitted-cross-domain-policies", "x-xss-protection",
))  # fmt: skip
_COMMON_PREFIXES = (
    "x-greenroom-", "access-control-", "cf-", "x-amz-", "x-amzn-", "x-vercel-", "x-goog-"
)  # fmt: skip


def documented_response(operation: Operation, status: int) -> Response | None:
    """The documented response of a status: by its code, its range, or `default` (4.8.16)."""
    known = {response.status.upper(): response for response in operation.responses}
    code = str(status)
    return known.get(code) or known.get(f"{code[0]}XX") or known.get("DEFAULT")


def response_findings(
    walk: SchemaWalk, operation: Operation, response: Response, exchange: ex.Exchange
) -> list[Finding]:
    """Every difference between a response and the documented response of its status."""
    received = exchange.response
    if received is None:
        return []
    location = Location(walk.document, operation.id)
    found = list(_headers(walk, response, received, location))
    if exchange.request.method == "HEAD" or received.status in (204, 304):
        return found
    sent = received.header("content-type") or ""
    found += content_findings(location, response.pointer, response.content, sent, received.body)
    media = documented_media(response.content, sent)
    if media is not None and received.body:
        found += _body(walk, media, received, replace(location, where="response body"))
    return found


def _body(
    walk: SchemaWalk, media: MediaType, received: ex.Response, location: Location
) -> Iterator[Finding]:
    if not media.is_json:
        is_textual = is_text(received.media_type) or is_xml(received.media_type)
        if media.schema and is_textual and _accepts_text(walk, media.schema):
            text = received.body.decode("utf-8", "replace")
            yield from schema_findings(walk, media.schema, text, location)
        return
    try:
        value = decode_json(received.body)
    except MalformedError as error:
        yield unreadable_body(location, media, error)
        return
    if media.schema is None:
        return
    found = schema_findings(walk, media.schema, value, location)
    if received.status >= 400 and _has_no_documented_property(walk, media.schema, value):
        yield location.finding(
            "error-shape", media.schema, "the error has none of the documented fields", at="/",
            expected=", ".join(sorted(walk.properties(media.schema))),
            seen=short_json(sorted(value) if isinstance(value, dict) else value),
        )  # fmt: skip
        return
    yield from found


def _has_no_documented_property(walk: SchemaWalk, schema: str, value: Any) -> bool:
    """Whether a value has no documented property, even if the schema requires none."""
    names: set[str] = set()
    for place in walk.conjuncts(schema):
        names.update(walk.properties(place))
        for keyword in ("anyOf", "oneOf"):
            for i in range(len(walk.node(place).get(keyword, ()))):
                names.update(walk.properties(ptr.join(place, keyword, i)))
    return bool(names) and not (isinstance(value, dict) and names & value.keys())


def _accepts_text(walk: SchemaWalk, schema: str) -> bool:
    kinds = [walk.node(place).get("type") for place in walk.conjuncts(schema)]
    return any(kind == "string" or (isinstance(kind, list) and "string" in kind) for kind in kinds)


def _headers(
    walk: SchemaWalk, response: Response, received: ex.Response, location: Location
) -> Iterator[Finding]:
    for header in response.headers:
        described = Parameter(
            header.name, "header", header.pointer, header.required, "simple", False, header.schema
        )
        yield from header_findings(location, walk.schemas, described, received.headers)
    known = {header.name.lower() for header in response.headers}
    for name, value in received.headers:
        lowered = name.lower()
        if lowered not in known | _COMMON and not lowered.startswith(_COMMON_PREFIXES):
            yield location.finding(
                "undocumented-header", ptr.join(response.pointer, "headers"),
                f"{lowered} is not documented", at=lowered, expected="no such header field",
                seen=short_json(value), detail=lowered,
            )  # fmt: skip
