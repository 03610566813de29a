"""Findings about a response and its documentation: media type, header fields, body."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from typing import Any

from greenroom.contract.model import Header, MediaType, Operation, Response
from greenroom.http import exchange as ex
from greenroom.http.json_decoding import MalformedError, decode_json
from greenroom.http.media_type import best_match
from greenroom.schema import json_pointer as ptr
from greenroom.schema.instance_walk import SchemaWalk
from greenroom.schema.subschemas import in_place_subschemas

from ..finding import Finding
from .location import Location
from .schema_findings import schema_findings, short_json

_BODY = "response body"

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
    "x-greenroom-",
    "access-control-",
    "cf-",
    "x-amz-",
    "x-amzn-",
    "x-vercel-",
    "x-goog-",
)


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
    location = Location(walk.document, operation.id, "")
    found = list(_headers(walk, response, received, location))
    if exchange.request.method == "HEAD" or received.status in (204, 304):
        return found
    return [*found, *_content(walk, response, received, location)]


def _content(
    walk: SchemaWalk, response: Response, received: ex.Response, location: Location
) -> Iterator[Finding]:
    if not response.content:
        if received.body.strip():
            yield location.finding(
                "undocumented-field", response.pointer, "a body, but none is documented",
                expected="no body", detail="body",
                seen=f"{len(received.body)} bytes of {received.media_type or 'no media type'}",
            )  # fmt: skip
        return
    names = ", ".join(media.name for media in response.content)
    if not received.body:
        yield location.finding(
            "empty-body", response.pointer, "no body, but one is documented", expected=names,
            seen="nothing",
        )  # fmt: skip
        return
    media = media_type_of(response, received)
    if media is None:
        seen = received.media_type or "no Content-Type"
        yield location.finding(
            "undocumented-media-type", ptr.join(response.pointer, "content"),
            f"{seen} is not documented for {received.status}", expected=names, seen=seen,
            detail=received.media_type,
        )  # fmt: skip
        return
    yield from _body(walk, media, received, replace(location, where=_BODY))


def media_type_of(response: Response, received: ex.Response) -> MediaType | None:
    """The documented media type of a response, the most specific that matches (4.8.14)."""
    content = {media.name: media for media in response.content}
    sent = received.header("content-type") or ""
    found = best_match(content, sent) if received.media_type else None
    return None if found is None else content[found]


def _body(
    walk: SchemaWalk, media: MediaType, received: ex.Response, location: Location
) -> Iterator[Finding]:
    if not media.is_json:
        if media.schema and _is_text(received) and _accepts_text(walk, media.schema):
            text = received.body.decode("utf-8", "replace")
            yield from schema_findings(walk, media.schema, text, location)
        return
    try:
        value = decode_json(received.body)
    except MalformedError as error:
        yield location.finding(
            "unreadable-body", media.pointer, "the body is not valid JSON",
            expected="JSON", seen=str(error).removeprefix("not JSON: ")[:120], detail=media.name,
        )  # fmt: skip
        return
    if media.schema is None:
        return
    found = schema_findings(walk, media.schema, value, location)
    if received.status >= 400 and _is_foreign(walk, media.schema, value):
        yield location.finding(
            "error-shape", media.schema, "the error has none of the documented fields", at="/",
            expected=", ".join(sorted(walk.properties(media.schema))),
            seen=short_json(sorted(value) if isinstance(value, dict) else value),
        )  # fmt: skip
        return
    yield from found


def _is_foreign(walk: SchemaWalk, schema: str, value: Any) -> bool:
    """Whether no documented property is there, though the schema may require none."""
    names: set[str] = set()
    for place in walk.conjuncts(schema):
        names.update(walk.properties(place))
        for keyword in ("anyOf", "oneOf"):
            for i in range(len(walk.node(place).get(keyword, ()))):
                names.update(walk.properties(ptr.join(place, keyword, i)))
    return bool(names) and not (isinstance(value, dict) and names & value.keys())


def _is_text(received: ex.Response) -> bool:
    return received.media_type.startswith("text/") or received.media_type.endswith("xml")


def _accepts_text(walk: SchemaWalk, schema: str) -> bool:
    kinds = [walk.node(place).get("type") for place in walk.conjuncts(schema)]
    return any(kind == "string" or (isinstance(kind, list) and "string" in kind) for kind in kinds)


def _headers(
    walk: SchemaWalk, response: Response, received: ex.Response, location: Location
) -> Iterator[Finding]:
    for header in response.headers:
        value = received.header(header.name)
        if value is None and header.required:
            yield location.finding(
                "missing-header", header.pointer, f"{header.name} is required, but missing",
                at=header.name, expected=header.name, seen="no such header field",
                detail=header.name,
            )  # fmt: skip
        elif value is not None and header.schema is not None:
            yield from _header(walk, header, value, location)
    known = {header.name.lower() for header in response.headers}
    for name, value in received.headers:
        lowered = name.lower()
        if (
            lowered not in known
            and lowered not in _COMMON
            and not lowered.startswith(_COMMON_PREFIXES)
        ):
            yield location.finding(
                "undocumented-header", ptr.join(response.pointer, "headers"),
                f"{lowered} is not documented", at=lowered, expected="no such header field",
                seen=short_json(value), detail=lowered,
            )  # fmt: skip


def _header(walk: SchemaWalk, header: Header, value: str, location: Location) -> Iterator[Finding]:
    schema = str(header.schema)
    kinds = {
        kind for node, _ in in_place_subschemas(walk.document, schema) for kind in _kinds(node)
    }
    if not any(walk.accepts(schema, reading) for reading in _readings(value, kinds)):
        yield location.finding(
            "invalid-header", header.pointer, f"{header.name} does not match its schema",
            at=header.name, expected=" or ".join(sorted(kinds)) or "a valid value",
            seen=short_json(value), detail=header.name,
        )  # fmt: skip


def _kinds(node: Any) -> list[str]:
    kinds = node.get("type", []) if isinstance(node, dict) else []
    return kinds if isinstance(kinds, list) else [kinds]


def _readings(value: str, kinds: set[str]) -> Iterator[Any]:
    """The possible values of a header field: its text, or a JSON value of a type in its schema."""
    yield value
    if kinds & {"integer", "number", "boolean", "null"}:
        with suppress(ValueError):
            yield json.loads(value)
    if "array" in kinds:
        yield [entry.strip() for entry in value.split(",")]
