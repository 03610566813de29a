"""Findings name each difference and its statement; conforming exchanges have none."""

from __future__ import annotations

import json
from copy import deepcopy
from dataclasses import replace
from typing import Any

import pytest
from checked import DOCUMENT, things

from greenroom.contract.catalog import build
from greenroom.http import exchange as ex
from greenroom.http.exchange import Exchange, Request, Response
from greenroom_contracts.finding import KINDS, Finding, merged
from greenroom_contracts.judge.exchange_judge import ExchangeJudge


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
    response = Response(status, tuple(fields.items()), content)
    request = Request("GET", "http://vendor.example/")
    return ExchangeJudge(things()).findings(
        Exchange(1, operation, purpose, request, response, note=note)
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
    """The first is kept; another field is another finding."""
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


def inferred_success(status: str = "200") -> Any:
    """The contract of things, where the success of a deletion is a shared, inferred response."""
    document = deepcopy(DOCUMENT)
    guess = {"basis": "inferred", "note": "As its siblings."}
    document["components"]["responses"] = {"Deleted": {"description": "x", "x-provenance": guess}}
    responses = document["paths"]["/things/{id}"]["delete"]["responses"]
    responses.pop("204")
    responses[status] = {"$ref": "#/components/responses/Deleted"}
    return build(document, "things", "things.yaml")


def test_another_success_has_the_basis_of_the_documented_one() -> None:
    """An inferred response of a documented operation was a guess."""
    request = Request("DELETE", "http://vendor.example/things/a")
    sent = Exchange(1, "deleteThing", ex.DOCUMENTED, request, Response(204))
    (found,) = ExchangeJudge(inferred_success()).findings(sent)
    assert (found.kind, found.basis) == ("undocumented-status", "inferred")
    assert found.pointer == "/components/responses/Deleted"
    # A refusal stands in for no success.
    (found,) = ExchangeJudge(inferred_success()).findings(replace(sent, response=Response(409)))
    assert (found.kind, found.basis) == ("undocumented-status", "documented")


def test_another_refusal_of_invalid_requests_has_the_basis_of_the_documented_one() -> None:
    """422 where 400 is documented; a status for another reason has that of the operation."""
    (found,) = seen("createThing", 422, ERROR, ex.INVALID)
    assert found.pointer == "/paths/~1things/post/responses/400"
    (found,) = seen("createThing", 418, ERROR, ex.GENERATED)
    assert found.pointer == "/paths/~1things/post/responses"
