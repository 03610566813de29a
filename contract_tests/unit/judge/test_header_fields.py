"""Response headers are read by style `simple`, or by their media type (4.8.21)."""

from __future__ import annotations

from typing import Any

import pytest
from judged import contract_of, judged, kinds, of_headers

from greenroom.http.exchange import Response
from greenroom_contracts.finding import merged

_LIST = {"type": "array", "items": {"type": "integer"}}
_FLAGS = {"type": "array", "items": {"type": "boolean"}}
_POINT = {
    "type": "object",
    "required": ["x"],
    "properties": {"x": {"type": "integer"}, "y": {"type": "integer"}},
}


@pytest.mark.parametrize(
    ("header", "values", "is_valid"),
    [
        ({"schema": _LIST}, ["1,2"], True),
        ({"schema": _LIST}, ["1", "2"], True),
        ({"schema": _LIST}, ["1", "two"], False),
        ({"schema": _FLAGS}, ["true, false"], True),
        ({"schema": _FLAGS}, ["true, maybe"], False),
        ({"schema": {"type": "array", "items": {"$ref": "#/components/schemas/N"}}}, ["1,2"], True),
        ({"schema": {"type": "array", "items": {"$ref": "#/components/schemas/N"}}}, ["a"], False),
        ({"schema": {"type": "boolean"}}, ["true"], True),
        ({"schema": {"type": "boolean"}}, ["yes"], False),
        ({"schema": _POINT}, ["x,1,y,2"], True),
        ({"schema": _POINT}, ["y,2"], False),
        ({"schema": _POINT, "explode": True}, ["x=1,y=2"], True),
        ({"schema": _POINT, "explode": True}, ["x=one"], False),
        ({"content": {"application/json": {"schema": _POINT}}}, ['{"x": 1}'], True),
        ({"content": {"application/json": {"schema": _POINT}}}, ['{"x": "1"}'], False),
        ({"content": {"application/json": {"schema": _POINT}}}, ["{"], False),
    ],
)
def test_a_header_is_read_by_its_description(
    header: dict[str, Any], values: list[str], is_valid: bool
) -> None:
    """Lists, objects and JSON."""
    contract = contract_of(
        {"N": {"type": "integer"}},
        responses={"200": {"description": "x", "headers": {"X-A": header}}},
    )
    found = judged(contract, Response(200, tuple(("x-a", value) for value in values)))
    assert kinds(found) == ([] if is_valid else ["invalid-header"])


def test_lines_of_set_cookie_are_not_one_list() -> None:
    """RFC 6265, section 3, and RFC 9110, section 5.3."""
    sent = [("Set-Cookie", "a=1; Expires=Wed, 21 Oct 2026 07:28:00 GMT"), ("Set-Cookie", "b=2")]
    cookie = {"type": "string", "pattern": "^[a-z]=[0-9]"}
    assert of_headers({"Set-Cookie": {"schema": cookie}}, *sent) == []
    listed = {"schema": {"type": "array", "items": cookie, "minItems": 2}}
    assert of_headers({"Set-Cookie": listed}, *sent) == []
    assert kinds(of_headers({"Set-Cookie": listed}, sent[0])) == ["invalid-header"]
    wrong = of_headers(
        {"Set-Cookie": {"schema": cookie}}, ("Set-Cookie", "b=2"), ("Set-Cookie", "c")
    )
    assert kinds(wrong) == ["invalid-header"]


def test_a_documented_content_type_is_ignored() -> None:
    """4.8.17.1; another required header is not."""
    required = {"required": True, "schema": {"const": "text/csv"}}
    assert of_headers({"Content-Type": required, "content-type": required}) == []
    assert kinds(of_headers({"X-Type": required})) == ["missing-header"]


def test_an_invalid_header_is_found_with_what_was_expected() -> None:
    """By the keyword that it violates; a wrong item is one of its header."""
    (found,) = of_headers({"X-A": {"schema": {"type": "integer"}}}, ("x-a", "five"))
    assert found.pointer == "/paths/~1things/get/responses/200/headers/X-A/schema/type"
    assert (found.expected, found.seen, found.instance) == ("an integer", '"five"', "X-A")
    (found,) = of_headers({"X-A": {"schema": _LIST}}, ("x-a", "1, two"))
    assert (found.expected, found.seen, found.instance) == ("an integer", '"two"', "X-A")


def test_an_invalid_header_has_the_basis_of_the_keyword_that_it_violates() -> None:
    """A guessed schema in a documented header."""
    guess = {"type": "integer", "x-provenance": {"basis": "inferred", "note": "By its looks."}}
    sure = {"basis": "documented", "source": "guide", "at": "Limits"}
    (found,) = of_headers({"X-A": {"schema": guess, "x-provenance": sure}}, ("x-a", "five"))
    assert found.basis == "inferred"
    required = {"schema": guess, "required": True, "x-provenance": sure}
    (found,) = of_headers({"X-A": required})
    assert (found.kind, found.basis) == ("missing-header", "documented")


def test_a_field_that_nobody_documents_is_one_addition() -> None:
    """Whatever operations and responses have it; another field is another one."""
    found = []
    for name in ("a", "b"):
        contract = contract_of(operationId=name)
        found += judged(contract, Response(200, (("X-Trace", name), ("X-Other", "1"))))
    assert [(f.detail, f.operations, f.count) for f in merged(found, ["b", "a"])] == [
        ("x-trace", ("b", "a"), 2),
        ("x-other", ("b", "a"), 2),
    ]
