"""Findings name each difference and its statement; conforming exchanges have none."""

from __future__ import annotations

import json
from typing import Any

import pytest
from checked import DOCUMENT, things

from greenroom.contract.catalog import build
from greenroom.http import exchange as ex
from greenroom.http.exchange import Exchange, Request, Response
from greenroom.schema.instance_walk import Grammar
from greenroom_contracts.finding import KINDS, Finding, merged
from greenroom_contracts.judge.exchange_judge import ExchangeJudge
from greenroom_contracts.judge.location import Location
from greenroom_contracts.judge.schema_findings import schema_findings

Told = list[tuple[str, str, str]]

_SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["id", "items"],
    "properties": {
        "id": {"type": "string", "format": "uuid"},
        "state": {"enum": ["on", "off"]},
        "count": {"type": ["integer", "null"], "maximum": 9},
        "items": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["name"],
                "properties": {"name": {"type": "string"}, "at": {"format": "date-time"}},
            },
        },
        "labels": {"type": "object", "additionalProperties": {"type": "string"}},
        "anything": {"type": "object"},
        "shape": {
            "oneOf": [
                {
                    "type": "object",
                    "required": ["kind", "radius"],
                    "properties": {"kind": {"const": "circle"}, "radius": {"type": "number"}},
                },
                {
                    "type": "object",
                    "required": ["kind", "side"],
                    "properties": {"kind": {"const": "square"}, "side": {"type": "number"}},
                },
            ]
        },
    },
}
_ID = "0b7f2f3e-7f0a-4f0e-9a53-0d5f3c2b1a00"


def judged(**changes: Any) -> Told:
    """Kind, pointer below the schema and place of the findings about a changed body."""
    document = {**DOCUMENT, "components": {"schemas": {"Body": _SCHEMA}}}
    document = {**document, "paths": {}, "security": []}
    contract = build(document, "bodies", "bodies.yaml")
    body = {"id": _ID, "items": [{"name": "a"}], **changes}
    body = {name: value for name, value in body.items() if value is not ...}
    schema = "/components/schemas/Body"
    location = Location(contract.document, "op", "body")
    found = schema_findings(Grammar(contract.document), schema, body, location)
    return [
        (f.kind, f.pointer.removeprefix(schema), f.instance.removeprefix("body ")) for f in found
    ]


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"state": "on", "count": None},
        {"labels": {"any": "name"}},
        {"anything": {"at": {"all": 1}}},
        {"shape": {"kind": "square", "side": 2}},
    ],
)
def test_a_valid_body_has_no_findings(changes: dict[str, Any]) -> None:
    """Additional properties are documented too."""
    assert judged(**changes) == []


_ITEM = "/properties/items/items"
_SHAPE = "/properties/shape/oneOf"


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"id": ...}, ("missing-field", "/required", "/id")),
        ({"id": 5}, ("wrong-type", "/properties/id/type", "/id")),
        ({"id": "x"}, ("wrong-format", "/properties/id/format", "/id")),
        ({"id": None}, ("wrong-type", "/properties/id/type", "/id")),
        ({"state": "broken"}, ("undocumented-value", "/properties/state/enum", "/state")),
        ({"count": 10}, ("invalid-value", "/properties/count/maximum", "/count")),
        ({"items": {}}, ("wrong-type", "/properties/items/type", "/items")),
        ({"items": [{}]}, ("missing-field", f"{_ITEM}/required", "/items/0/name")),
        (
            {"items": [{"name": "a", "at": "then"}]},
            ("wrong-format", f"{_ITEM}/properties/at/format", "/items/0/at"),
        ),
        ({"colour": "red"}, ("undocumented-field", "/properties", "/colour")),
        (
            {"items": [{"name": "a", "colour": 1}]},
            ("undocumented-field", f"{_ITEM}/properties", "/items/0/colour"),
        ),
        (
            {"shape": {"kind": "circle"}},
            ("missing-field", f"{_SHAPE}/0/required", "/shape/radius"),
        ),
        ({"shape": {"kind": "line"}}, ("invalid-value", _SHAPE, "/shape")),
    ],
)
def test_a_difference_has_the_pointer_of_its_keyword_and_its_place(
    changes: Any, told: tuple[str, ...]
) -> None:
    """The keyword's pointer, and the place in the body."""
    assert judged(**changes) == [told]


def seen(
    operation: str,
    status: int,
    body: Any = None,
    purpose: str = ex.DOCUMENTED,
    headers: dict[str, str] | None = None,
    note: str = "",
) -> list[Finding]:
    """The findings about one response by the contract of things."""
    content = (
        b"" if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
    )
    fields = {"Content-Type": "application/json"} if headers is None else headers
    answer = Response(status, tuple(fields.items()), content)
    request = Request("GET", "http://vendor.example/")
    return ExchangeJudge(things()).findings(
        Exchange(1, operation, purpose, request, answer, note=note)
    )


THING = {"id": "a", "name": "b"}
ERROR = {"error": "no"}


@pytest.mark.parametrize(
    ("operation", "status", "body", "purpose"),
    [
        ("getThing", 200, THING, ex.DOCUMENTED),
        ("getThing", 404, ERROR, ex.TENTATIVE),
        ("getThing", 404, ERROR, ex.GENERATED),
        ("getThing", 401, ERROR, ex.NO_CREDENTIAL),
        ("createThing", 400, ERROR, ex.INVALID),
        ("createThing", 400, ERROR, ex.GENERATED_INVALID),
        ("deleteThing", 204, None, ex.DOCUMENTED),
    ],
)
def test_a_documented_response_has_no_findings(
    operation: str, status: int, body: Any, purpose: str
) -> None:
    """Whether it accepts or refuses the request."""
    assert seen(operation, status, body, purpose) == []


@pytest.mark.parametrize(
    ("operation", "status", "body", "purpose", "kind"),
    [
        ("getThing", 299, THING, ex.DOCUMENTED, "undocumented-status"),
        ("getThing", 418, ERROR, ex.NO_CREDENTIAL, "undocumented-status"),
        ("listThings", 404, ERROR, ex.DOCUMENTED, "operation-gone"),
        ("listThings", 405, ERROR, ex.GENERATED, "operation-gone"),
        ("getThing", 500, ERROR, ex.GENERATED, "server-error"),
        ("getThing", 302, None, ex.DOCUMENTED, "redirect"),
        ("getThing", 200, THING, ex.NO_CREDENTIAL, "credential-not-enforced"),
        ("getThing", 200, THING, ex.WRONG_CREDENTIAL, "credential-not-enforced"),
        ("getThing", 200, THING, ex.EXPIRED_CREDENTIAL, "credential-not-enforced"),
        ("createThing", 201, THING, ex.INVALID, "invalid-request-accepted"),
        ("createThing", 201, THING, ex.GENERATED_INVALID, "invalid-request-accepted"),
        ("createThing", 400, ERROR, ex.DOCUMENTED, "valid-request-refused"),
        ("getThing", 404, ERROR, ex.DOCUMENTED, "valid-request-refused"),
        ("createThing", 400, ERROR, ex.GENERATED, "undocumented-restriction"),
        ("getThing", 200, None, ex.DOCUMENTED, "empty-body"),
        ("getThing", 200, b"{", ex.DOCUMENTED, "unreadable-body"),
        ("getThing", 401, {"message": "no"}, ex.NO_CREDENTIAL, "error-shape"),
        ("getThing", 401, [], ex.NO_CREDENTIAL, "error-shape"),
        ("getThing", 401, {"error": 5}, ex.NO_CREDENTIAL, "wrong-type"),
        ("deleteThing", 204, None, ex.NO_CREDENTIAL, "credential-not-enforced"),
    ],
)
def test_a_different_response_has_a_finding_of_its_kind(
    operation: str, status: int, body: Any, purpose: str, kind: str
) -> None:
    """Each difference has its kind."""
    assert [finding.kind for finding in seen(operation, status, body, purpose)] == [kind]


@pytest.mark.parametrize("kind", ["text/html", "application/xml", ""])
def test_an_undocumented_media_type_is_found(kind: str) -> None:
    """Whatever the body holds."""
    headers = {"Content-Type": kind} if kind else {}
    (finding,) = seen("getThing", 200, THING, headers=headers)
    assert (finding.kind, finding.detail) == ("undocumented-media-type", kind)


@pytest.mark.parametrize(
    "kind", ["application/json", "Application/JSON", "application/json; charset=utf-8"]
)
def test_a_media_type_is_recognised_in_any_spelling(kind: str) -> None:
    """RFC 9110 section 8.3.1."""
    assert seen("getThing", 200, THING, headers={"Content-Type": kind}) == []


@pytest.mark.parametrize("name", ["Date", "Server", "ETag", "X-Greenroom-Example", "Set-Cookie"])
def test_header_fields_of_servers_are_not_additions(name: str) -> None:
    """They are about the connection, not about the API."""
    headers = {"Content-Type": "application/json", name: "x"}
    assert seen("getThing", 200, THING, headers=headers) == []


def test_an_undocumented_header_field_is_an_addition() -> None:
    """It affects no client."""
    headers = {"Content-Type": "application/json", "X-Quota": "5"}
    (finding,) = seen("getThing", 200, THING, headers=headers)
    assert (finding.kind, finding.is_addition) == ("undocumented-header", True)


def test_an_accepted_invalid_request_names_the_statement_that_is_not_enforced() -> None:
    """The pointer comes from the note of the request."""
    pointer = "/components/schemas/Thing/required"
    (finding,) = seen("createThing", 201, THING, ex.INVALID, note=f"{pointer} body: no name")
    assert (finding.pointer, finding.basis, finding.detail) == (
        pointer,
        "documented",
        "body: no name",
    )


def test_equal_findings_are_one_with_a_count() -> None:
    """The first stands for all; another field is another finding."""
    one = Finding("missing-field", "op", None, "/required", "x", detail="a", exchange=1)
    other = Finding("missing-field", "op", None, "/required", "x", detail="b", exchange=2)
    again = Finding("missing-field", "op", None, "/required", "x", detail="a", exchange=3)
    assert [(f.detail, f.exchange, f.count) for f in merged([one, other, again])] == [
        ("a", 1, 2),
        ("b", 2, 1),
    ]


def test_every_kind_has_a_title() -> None:
    """Every report prints it."""
    assert all(kind.title and kind.name == name for name, kind in KINDS.items())
