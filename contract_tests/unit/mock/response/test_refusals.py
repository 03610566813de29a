"""A refusal is sent as the error that the operation documents, with the reason in headers."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import pytest
from contracts import compiled, response

from greenroom.contract.extension_schemas import REFUSALS
from greenroom.mock.response.headers import header_value, refusal_headers, summarize
from greenroom.mock.response.prepared import PreparedResponse
from greenroom.mock.response.refusals import (
    CONFLICT,
    INVALID,
    MALFORMED,
    METHOD_NOT_ALLOWED,
    NOT_ACCEPTABLE,
    OTHERS,
    RATE_LIMITED,
    STATUSES,
    TOO_LARGE,
    UNKNOWN_PATH,
    UNKNOWN_REFERENCE,
    UNKNOWN_RESOURCE,
    UNSUPPORTED_MEDIA_TYPE,
    WRONG_STATE,
    Refusals,
    documented,
    explicit,
    undocumented,
)
from greenroom.mock.response.selection import ResponseSelector
from greenroom.mock.security import EXPIRED, FORBIDDEN, MISSING, UNKNOWN
from greenroom.schema.violation import Violation


def selector(*statuses: str) -> ResponseSelector:
    """The responses of an operation that documents each status with an example named after it."""
    return compiled({"responses": {s: response(f"e{s}") for s in statuses}}).selector


def fields(reply: PreparedResponse) -> dict[str, str]:
    """The header fields of a response."""
    return {name.decode(): value.decode("ascii") for name, value in reply.headers}


def status_and_example(reply: PreparedResponse | None) -> tuple[int, str] | None:
    """The status and the example of a response."""
    return (reply.status, fields(reply)["x-greenroom-example"]) if reply else None


def refuse(
    base: PreparedResponse,
    reason: str,
    violations: Sequence[Violation] = (),
    extra: Sequence[tuple[bytes, bytes]] = (),
) -> PreparedResponse:
    """The refusal that is made from a response."""
    return Refusals(lambda _: base).refuse(INVALID, reason, violations, tuple(extra))


def refused(kind: str, *statuses: str) -> tuple[int, str | None]:
    """The status and the example that a kind of refusal takes."""
    reply = documented(kind, selector(*statuses)) or undocumented(kind, "Because.")
    return reply.status, fields(reply).get("x-greenroom-example")


# Kind: the status where nothing is documented, and those it takes in the order of preference.
KINDS = {
    UNKNOWN_PATH: (404, ["404"]),
    METHOD_NOT_ALLOWED: (405, ["405"]),
    MISSING: (401, ["401"]),
    UNKNOWN: (401, ["401"]),
    EXPIRED: (401, ["401"]),
    FORBIDDEN: (403, ["403"]),
    UNSUPPORTED_MEDIA_TYPE: (415, ["415", "422", "400"]),
    NOT_ACCEPTABLE: (406, ["406"]),
    TOO_LARGE: (413, ["413"]),
    MALFORMED: (400, ["400", "422"]),
    INVALID: (400, ["422", "400"]),
    UNKNOWN_RESOURCE: (404, ["404"]),
    UNKNOWN_REFERENCE: (404, ["404", "422", "400"]),
    CONFLICT: (409, ["409"]),
    RATE_LIMITED: (429, ["429"]),
    WRONG_STATE: (409, ["409"]),
}


def test_every_kind_is_in_the_table() -> None:
    """So every refusal has a status, and `x-refusals` can name it."""
    assert KINDS.keys() == STATUSES.keys()
    assert {*KINDS, OTHERS} == set(REFUSALS)


@pytest.mark.parametrize("kind", KINDS)
def test_an_undocumented_refusal_has_the_status_of_http(kind: str) -> None:
    """It is sent as problem details."""
    assert refused(kind, "200") == (KINDS[kind][0], None)


@pytest.mark.parametrize(
    ("kind", "status"),
    [(kind, status) for kind, (_, statuses) in KINDS.items() for status in statuses],
)
def test_a_refusal_takes_the_documented_error(kind: str, status: str) -> None:
    """Under its own code, whatever else is documented."""
    others = [other for other in ("409", "429", "500") if other != status]
    assert refused(kind, "200", *others, status) == (int(status), f"e{status}")
    assert refused(kind, "200", status, "4XX", "default") == (int(status), f"e{status}")


@pytest.mark.parametrize("kind", KINDS)
def test_the_first_documented_status_is_taken(kind: str) -> None:
    """Where several would do."""
    first = KINDS[kind][1][0]
    assert refused(
        kind, "200", "400", "401", "403", "404", "405", "406", "409", "413", "415", "422", "429"
    ) == (
        int(first),
        f"e{first}",
    )


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("documented_as", ["4XX", "default"])
def test_a_refusal_takes_the_example_of_a_range_or_default(kind: str, documented_as: str) -> None:
    """Under the status that would be sent if nothing were documented."""
    assert refused(kind, "200", documented_as) == (KINDS[kind][0], f"e{documented_as}")


def test_the_range_comes_before_default() -> None:
    """It is more specific."""
    assert refused(MISSING, "200", "default", "4XX") == (401, "e4XX")


@pytest.mark.parametrize("statuses", [["default"], ["404", "default"], ["5XX", "default"]])
def test_default_is_not_an_error_where_no_success_is_documented(statuses: Sequence[str]) -> None:
    """It may describe the success."""
    assert refused(MISSING, *statuses) == (401, None)


def test_a_status_without_example_or_constraints_is_not_used() -> None:
    """If another one is documented."""
    bare = {"description": "", "content": {"application/json": {"schema": {}}}}
    found = compiled({"responses": {"200": response("a"), "422": bare, "400": response("b")}})
    assert status_and_example(documented(INVALID, found.selector)) == (400, "b")


NOT_DESCRIBED = {
    "application/json": b'"detail":"Because."',
    "application/vnd.acme+json": b'"detail":"Because."',
    "text/plain": b"Because.",
    "application/xml": b"",
}


@pytest.mark.parametrize("media_type", NOT_DESCRIBED)
@pytest.mark.parametrize("media", [{}, {"schema": {}}])
@pytest.mark.parametrize("kind", [INVALID, MISSING, FORBIDDEN, UNSUPPORTED_MEDIA_TYPE])
@pytest.mark.parametrize("status", ["400", "default"])
def test_a_refusal_has_a_documented_media_type(
    media_type: str, media: dict[str, Any], kind: str, status: str
) -> None:
    """Whatever else is known of it: any other is none of the contract (OAS 3.1, 4.8.17)."""
    status = str(KINDS[kind][0]) if status == "400" else status
    bare = {"description": "", "content": {media_type: media}}
    found = compiled({"responses": {"200": response("a"), status: bare}})
    reply = Refusals(lambda kind: documented(kind, found.selector)).refuse(kind, "Because.")
    assert reply.status == KINDS[kind][0]
    assert fields(reply)["content-type"] == media_type
    assert fields(reply)["content-length"] == str(len(reply.body))
    assert NOT_DESCRIBED[media_type] in reply.body


def test_an_error_without_example_is_generated_from_its_schema() -> None:
    """A client that reads the documented error finds its fields."""
    shape = {"type": "object", "required": ["why"], "properties": {"why": {"type": "string"}}}
    described = {"description": "", "content": {"application/json": {"schema": shape}}}
    found = compiled({"responses": {"200": response("a"), "422": described}})
    reply = documented(INVALID, found.selector)
    assert reply is not None
    assert (reply.status, json.loads(reply.body)) == (422, {"why": "text"})


def test_a_documented_error_may_have_no_content() -> None:
    """Then the refusal has none either."""
    bare = compiled({"responses": {"200": response("a"), "401": {"description": "No."}}}).selector
    base = documented(MISSING, bare)
    assert base is not None
    reply = refuse(base, "Because.")
    assert (reply.status, reply.body) == (401, b"")
    assert fields(reply)["x-greenroom-reason"] == "Because."


@pytest.mark.parametrize("statuses", [["200", "4XX"], ["200", "default"], ["200"]])
def test_explicit_ignores_ranges_and_default(statuses: Sequence[str]) -> None:
    """For refusals outside of any operation."""
    assert explicit(UNKNOWN_PATH, selector(*statuses)) is None
    assert status_and_example(explicit(UNKNOWN_PATH, selector(*statuses, "404"))) == (404, "e404")


@pytest.mark.parametrize("kind", KINDS)
def test_the_fallback_is_problem_details(kind: str) -> None:
    """RFC 9457."""
    reply = undocumented(kind, "Because.")
    assert fields(reply)["content-type"] == "application/problem+json"
    problem = json.loads(reply.body)
    assert problem["status"] == reply.status
    assert problem["detail"] == "Because."
    assert problem["type"] == "about:blank"
    assert problem["title"] not in ("", "Unknown Status")


@pytest.mark.parametrize("base", [None, "documented"])
def test_the_reason_is_sent_in_headers(base: str | None) -> None:
    """The body stays the vendor's; kind, reason and what the caller adds are header fields."""
    example = documented(MISSING, selector("200", "401")) if base else None
    extra = ((b"www-authenticate", b"Acme"),)
    reply = refuse(example or undocumented(MISSING, "Because."), "Because.", extra=extra)
    found = fields(reply)
    assert found["x-greenroom-refusal"] == MISSING
    assert found["x-greenroom-reason"] == "Because."
    assert found["www-authenticate"] == "Acme"
    assert "x-greenroom-violations" not in found
    assert not example or reply.body == example.body


@pytest.mark.parametrize("documented_as", ["401", "4XX", "default"])
def test_a_refusal_names_the_operation(documented_as: str) -> None:
    """Also with the response of a range or `default`."""
    reply = documented(MISSING, selector("200", documented_as))
    assert reply is not None
    assert fields(reply)["x-greenroom-operation"] == "do"


def test_an_extra_field_replaces_a_documented_one() -> None:
    """A response has one `Allow`, and it is complete."""
    header = {"Allow": {"schema": {}, "example": "GET"}}
    found = compiled({"responses": {"405": {**response("no"), "headers": header}}}).selector
    base = explicit(METHOD_NOT_ALLOWED, found)
    assert base is not None
    reply = refuse(base, "", extra=((b"allow", b"GET, PUT"),))
    assert [value for name, value in reply.headers if name == b"allow"] == [b"GET, PUT"]


@pytest.mark.parametrize("name", ["Refusal", "Reason", "Violations"])
def test_a_documented_greenroom_field_is_replaced(name: str) -> None:
    """A contract may have been written from the responses of a mock."""
    header = {f"X-Greenroom-{name}": {"schema": {}, "example": "theirs"}}
    found = compiled({"responses": {"400": {**response("no"), "headers": header}}}).selector
    base = explicit(INVALID, found)
    assert base is not None
    reply = refuse(base, "body /: Wrong.", [("body", "", "Wrong.")])
    ours = f"x-greenroom-{name.lower()}".encode()
    assert [value for field, value in reply.headers if field == ours] != [b"theirs"]
    assert [field for field, _ in reply.headers].count(ours) == 1
    assert reply.start["headers"] == reply.headers


HOSTILE = [
    "a\r\nSet-Cookie: b=c",
    "\x00\x01\x1f\x7f\x80",
    "n\u00e4ive \u4e2d\u6587 \U0001f600",
    "\ud800",
    "\u2028\u2029\u00a0",
    "x" * 100_000,
    "\U0001f600" * 100_000,
    " ",
    "",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_a_header_value_is_visible_ascii_and_bounded(text: str) -> None:
    """RFC 9110 section 5.5, whatever a client sent."""
    value = header_value(text)
    assert all(0x20 <= byte < 0x7F for byte in value)
    assert value == value.strip()
    assert len(value) <= 1000


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('plain, "text"; a=b', b'plain, "text"; a=b'),
        ("a\r\nb", b"a  b"),
        ("\tindented ", b"indented"),
        ("\u00e9\u4e2d", rb"\xe9\u4e2d"),
        ("x" * 1000, b"x" * 1000),
        ("x" * 1001, b"x" * 997 + b"..."),
    ],
)
def test_a_header_value_stays_readable(text: str, expected: bytes) -> None:
    """Escaped and cut rather than dropped."""
    assert header_value(text) == expected


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("many", [1, 2, 10_000])
def test_no_violation_breaks_the_header(text: str, many: int) -> None:
    """Fields below the 8 KiB that servers and proxies take, one of them whole JSON."""
    violations = [("body", f"/{text}", text)] * many
    reason = summarize(violations)
    reply = refuse(undocumented(INVALID, reason), reason, violations)
    lines = refusal_headers(reply.decision)
    assert lines.count(b"\n") == lines.count(b"\r\n") == 2
    for value in (value for name, value in reply.headers if name.startswith(b"x-")):
        assert all(0x20 <= byte < 0x7F for byte in value)
        assert len(value) <= 5000
    listed = json.loads(fields(reply)["x-greenroom-violations"])
    assert 1 <= len(listed) <= many
    assert listed[0]["location"] == "body"
    assert len(reply.body) < 5000


def test_every_violation_is_listed_while_there_is_room() -> None:
    """Not only the first."""
    violations = [("query", f"/p{i}", '"x" is not of type "integer"') for i in range(20)]
    reply = refuse(undocumented(INVALID, ""), summarize(violations), violations)
    listed = json.loads(fields(reply)["x-greenroom-violations"])
    assert listed == [
        {"location": location, "pointer": pointer, "message": message}
        for location, pointer, message in violations
    ]


@pytest.mark.parametrize(
    ("violations", "reason"),
    [
        ([("query", "/limit", "Too big.")], "query /limit: Too big."),
        ([("body", "", "Wrong.")], "body /: Wrong."),
        ([("body", "/a", "Wrong.")] * 3, "body /a: Wrong. (and 2 more)"),
        ([("body", "", "x" * 300)], f"body /: {'x' * 197}..."),
    ],
)
def test_the_reason_has_the_first_violation(violations: list[Violation], reason: str) -> None:
    """And how many more there are."""
    assert summarize(violations) == reason
