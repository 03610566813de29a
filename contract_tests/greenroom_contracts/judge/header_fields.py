"""Findings about header fields: missing, invalid and undocumented ones."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from contextlib import suppress
from dataclasses import replace

from greenroom.codec.interpretation import Interpretations
from greenroom.codec.parameters.parsing import from_header
from greenroom.contract.model import Parameter
from greenroom.http.exchange import Fields
from greenroom.http.json_decoding import MalformedError, decode_json
from greenroom.mock.request.parameters import Sources, compile_validator
from greenroom.schema.subschemas import shape_of

from ..finding import Finding
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
# Its lines are never one list (RFC 6265 section 3, RFC 9110 section 5.3).
_SET_COOKIE = "set-cookie"


def header_findings(
    location: Location, header: Parameter, fields: Fields, complete: bool = True
) -> Iterator[Finding]:
    """Whether a documented header field is present, and valid by its schema.

    A field that is missing is a finding only if the fields are `complete`.
    """
    key, walk = header.name.lower(), location.walk
    lines = [value for name, value in fields if name.lower() == key]
    if not lines:
        if header.required and complete:
            yield location.finding(
                "missing-header", header.pointer, f"{header.name} is required, but missing",
                at=header.name, expected=header.name, seen="no such header field",
                detail=header.name,
            )  # fmt: skip
        return
    schema = header.schema if key == _SET_COOKIE else None
    if schema is not None and shape_of(walk.document, (schema,)).is_array:
        for found in schema_findings(location, schema, lines):
            yield _about(header, found)
        return
    read = walk.once((header.pointer, header.name), lambda: compile_validator(header, walk.schemas))
    for text in lines if key == _SET_COOKIE else [", ".join(lines)]:
        raw = {key.encode(): _octets(text)}
        for _, _, message in read(Sources({}, (), raw, ()))[:1] if read is not None else ():
            yield _invalid(location, header, text, message)


def _invalid(location: Location, header: Parameter, text: str, message: str) -> Finding:
    """The finding about an invalid value, at the keyword that it violates."""
    schema = header.content.schema if header.content else header.schema
    found: list[Finding] = []
    if schema is not None:
        with suppress(MalformedError):
            if header.content is not None:
                value = decode_json(text)
            else:
                read = Interpretations(location.walk.schemas)
                shape = read.shape_of((schema,)).shapes[0]
                value = read.best(from_header(text, header.explode, shape), (schema,))
            found = schema_findings(location, schema, value)
    plain = location.finding(
        "invalid-header", header.pointer, message, expected="a valid value",
        seen=short_json(text), detail=header.name,
    )  # fmt: skip
    return _about(header, next((f for f in found if not f.is_addition), plain))


def _about(header: Parameter, found: Finding) -> Finding:
    where = found.instance.partition("/")[0].rstrip()
    instance = f"{where} {header.name}".strip()
    message = f"{header.name}: {found.message}"
    return replace(found, kind="invalid-header", message=message, instance=instance)


def undocumented_fields(
    location: Location, pointer: str, fields: Fields, known: Collection[str]
) -> Iterator[Finding]:
    """The fields whose names, in lower case, are not `known` to the `headers` at a pointer."""
    for name, value in fields:
        lowered = name.lower()
        common = lowered in _COMMON or lowered.startswith(_COMMON_PREFIXES)
        if lowered not in known and not common:
            yield location.finding(
                "undocumented-header", pointer, f"{lowered} is not documented", at=lowered,
                expected="no such header field", seen=short_json(value), detail=lowered,
            )  # fmt: skip


def raw_fields(fields: Iterable[tuple[str, str]]) -> dict[bytes, bytes]:
    """Header fields as a server reads them: by lower-case name, several values joined."""
    found: dict[bytes, bytes] = {}
    for name, value in fields:
        key, text = _octets(name.lower()), _octets(value)
        found[key] = found[key] + b", " + text if key in found else text
    return found


def _octets(text: str) -> bytes:
    try:
        return text.encode("latin-1")
    except UnicodeEncodeError:
        return text.encode("utf-8", "replace")
