"""The words of an error fit the request that is refused, in the shape that is documented."""

from __future__ import annotations

import json
from typing import Any

import pytest
from contracts import Client, compiled, document, respond

from greenroom.contract.catalog import build
from greenroom.contract.model import Contract
from greenroom.mock.operation import CompiledOperation

REASON = 'query /n: "x" is not of type "integer"'
TEXT = {"type": "string"}
NUMBER = {"name": "n", "in": "query", "schema": {"type": "integer"}}


def error(value: Any, schema: Any = None) -> dict[str, Any]:
    """A response with an example, by a schema or by none."""
    media = {"example": value} if schema is None else {"example": value, "schema": schema}
    return {"description": "Wrong.", "content": {"application/json": media}}


def refusing(response: dict[str, Any], status: str = "400") -> CompiledOperation:
    """The mock of an operation with a number in its query."""
    responses = {"200": {"description": "Fine."}, status: response}
    return compiled({"parameters": [NUMBER], "responses": responses})


def said(value: Any, schema: Any = None, status: str = "400") -> Any:
    """The body of the refusal of an operation that documents an error."""
    reply = respond(refusing(error(value, schema), status), query=b"n=x")
    assert dict(reply.headers)[b"x-greenroom-reason"].decode() == REASON
    assert dict(reply.headers)[b"content-length"] == str(len(reply.body)).encode()
    return json.loads(reply.body)


SHAPES: list[tuple[Any, Any]] = [
    ({"message": "title is required"}, {"message": REASON}),
    ({"status": False, "message": "No."}, {"status": False, "message": REASON}),
    ({"detail": "No.", "status_code": 400}, {"detail": REASON, "status_code": 400}),
    ({"error": {"code": "BAD", "message": "No."}}, {"error": {"code": "BAD", "message": REASON}}),
    ({"error": "No."}, {"error": REASON}),
    ({"error": "Bad Request", "message": "No."}, {"error": "Bad Request", "message": REASON}),
    ({"errors": ["No.", "Not at all."]}, {"errors": [REASON]}),
    ({"Error_Message": "No."}, {"Error_Message": REASON}),
    ("No.", REASON),
    # What else is said about another request.
    (
        {"detail": [{"loc": ["body", "title"], "msg": "field required", "type": "missing"}]},
        {"detail": [{"msg": REASON, "type": "missing"}]},
    ),
    (
        {"errors": [{"message": "No.", "locations": [{"line": 1}], "extensions": {"code": "X"}}]},
        {"errors": [{"message": REASON, "extensions": {"code": "X"}}]},
    ),
    ({"error": "Validation failed", "details": "resumeId: Required", "id": "7"},
     {"error": REASON, "id": "7"}),
    ({"message": "No.", "hint": "Send a title."}, {"message": REASON}),
    # No message that is known as one.
    ({"code": "TITLE_REQUIRED"}, {"code": "TITLE_REQUIRED"}),
    ({"status": False}, {"status": False}),
    ([], []),
]  # fmt: skip


@pytest.mark.parametrize(("documented", "expected"), SHAPES)
def test_the_message_says_what_is_wrong(documented: Any, expected: Any) -> None:
    """Everything else is the vendor's."""
    assert said(documented) == expected


@pytest.mark.parametrize(
    "schema",
    [
        {"enum": ["No.", "Never."]},
        {"const": "No."},
        {"type": "string", "pattern": "^N"},
        {"type": "string", "maxLength": 40},
        {"type": "string", "format": "uri-reference"},
    ],
)
def test_a_message_that_is_not_free_text_stays(schema: Any) -> None:
    """Then no words of ours are in the contract."""
    assert said({"message": "No."}, {"properties": {"message": schema}}) == {"message": "No."}


def test_a_text_that_is_required_says_the_same() -> None:
    """Since it may neither be left out, nor be about another request."""
    schema = {"required": ["message", "hint"], "properties": {"message": TEXT, "hint": TEXT}}
    found = said({"message": "No.", "hint": "Send a title."}, schema)
    assert found == {"message": REASON, "hint": REASON}


def test_an_error_names_the_status_that_it_has() -> None:
    """Also where it is documented for another one."""
    example = {"statusCode": 404, "error": "Not Found", "message": "No job."}
    assert said(example, status="4XX") == {
        "statusCode": 400, "error": "Bad Request", "message": REASON,
    }  # fmt: skip


def test_a_generated_error_has_the_reason_too() -> None:
    """Where there is no example."""
    schema = {"type": "object", "required": ["message"], "properties": {"message": TEXT}}
    content = {"application/json": {"schema": schema}}
    operation = refusing({"description": "", "content": content})
    assert json.loads(respond(operation, query=b"n=x").body) == {"message": REASON}


@pytest.mark.parametrize("text", ['\x00"\\', "\u00e9\u4e2d\U0001f600", "\ud800", "x" * 5000])
def test_no_reason_breaks_the_body(text: str) -> None:
    """It is JSON of a bounded length."""
    operation = refusing(error({"message": "No."}))
    reply = operation._refusals.refuse("invalid-request", text)
    found = json.loads(reply.body)["message"]
    assert found == text[:300]
    assert dict(reply.headers)[b"content-length"] == str(len(reply.body)).encode()


def test_the_example_of_a_credential_keeps_its_words() -> None:
    """Its status says that they are about this."""
    secured = compiled(
        {"responses": {"401": error({"message": "Invalid key"})}, "security": [{"Keyed": []}]},
        schemes={"Keyed": {"type": "apiKey", "in": "header", "name": "X-Key"}},
    )
    assert json.loads(respond(secured).body) == {"message": "Invalid key"}


REF = {"$ref": "#/components/schemas/Error"}
SHAPE = {"type": "object", "required": ["message"], "properties": {"message": TEXT}}
OTHER = {"type": "object", "properties": {"problem": TEXT}}


def vendor(other: Any = REF, **parts: Any) -> Contract:
    """A contract of two operations with an error each."""
    operation = {"operationId": "getJob", "responses": {
        "200": {"description": ""}, "404": error({"message": "Job not found"}, REF),
    }}  # fmt: skip
    body = {"content": {"application/json": {"schema": {"type": "object"}}}}
    created = {"operationId": "createJob", "requestBody": body, "responses": {
        "201": {"description": ""}, "500": error({"message": "Oops, again"}, other),
    }}  # fmt: skip
    paths = {"/jobs/1": {"get": operation}, "/jobs": {"post": created}}
    responses = {"Gone": error({"message": "No such thing"}, REF)}
    components = {"schemas": {"Error": SHAPE, "Other": OTHER}, "responses": responses}
    return build(document(paths, components=components, **parts), "acme", "acme.yaml")


def test_an_unknown_path_is_not_told_of_another_resource() -> None:
    """In the shape of an error that is documented."""
    reply = Client(vendor()).get("/acme/jobz")
    assert (reply.status, reply.json) == (404, {"message": "acme has no path /jobz"})
    assert "x-greenroom-example" not in reply.headers


@pytest.mark.parametrize(("other", "has_shape"), [(REF, True), (OTHER, False), (None, False)])
def test_an_undocumented_refusal_has_the_shape_of_all_errors(other: Any, has_shape: bool) -> None:
    """Where they have one; else it is problem details."""
    client = Client(vendor(other))
    text = {"content-type": "text/plain", "content-length": "1"}
    for reply, status in (
        (client.send("DELETE", "/acme/jobs"), 405),
        (client.send("POST", "/acme/jobs", text, [b"x"]), 415),
    ):
        assert reply.status == status
        assert (reply.media_type == "application/json") == has_shape
        assert ("message" in reply.json) == has_shape


@pytest.mark.parametrize(("required", "kind"), [([], None), (["kind"], "bad_request")])
def test_an_undocumented_refusal_has_no_code_of_another_status(
    required: list[str], kind: str | None
) -> None:
    """Where it must have one, it is that of any bad request."""
    kinds = {"401": "unauthorized", "400": "bad_request"}
    errors = {s: error({"message": "No.", "kind": known}, REF) for s, known in kinds.items()}
    paths = {"/jobs": {"get": {"responses": {"200": {"description": ""}, **errors}}}}
    components = {"schemas": {"Error": {**SHAPE, "required": ["message", *required]}}}
    found = build(document(paths, components=components), "acme", "acme.yaml")
    reply = Client(found).send("DELETE", "/acme/jobs")
    assert (reply.status, reply.json.get("kind")) == (405, kind)
    unknown = Client(found).get("/acme/jobz")
    assert (unknown.status, unknown.json.get("kind")) == (404, kind)


def test_problem_details_get_a_detail_and_lose_their_instance() -> None:
    """An example of them tells neither of this request (RFC 9457 section 3.1)."""
    example = {"type": "about:blank", "title": "Bad Request", "status": 400, "instance": "/jobs"}
    content = {"application/problem+json": {"example": example}}
    reply = respond(refusing({"description": "", "content": content}), query=b"n=x")
    del example["instance"]
    assert json.loads(reply.body) == {**example, "detail": REASON}


@pytest.mark.parametrize(
    "extra", [{"additionalProperties": True}, {"patternProperties": {"^d": {}}}]
)
def test_a_detail_is_added_where_the_schema_takes_other_properties(extra: dict[str, Any]) -> None:
    """By any of the keywords that document them."""
    assert problem_of({"properties": {"title": TEXT}, **extra})["detail"] == REASON


@pytest.mark.parametrize(
    "schema",
    [
        {"properties": {"title": TEXT}},
        {"properties": {"title": TEXT}, "additionalProperties": False},
        {"allOf": [{"properties": {"title": TEXT}}, {"properties": {"status": {}}}]},
        {"oneOf": [{"properties": {"title": TEXT}}, {"type": "array"}]},
    ],
)
def test_no_detail_is_added_that_the_schema_does_not_name(schema: Any) -> None:
    """The message goes to the one that it does name."""
    assert problem_of(schema) == {"title": REASON}


def problem_of(schema: Any) -> Any:
    """The problem details of a refusal, by a schema, with an example that has a title."""
    content = {"application/problem+json": {"example": {"title": "Refused"}, "schema": schema}}
    return json.loads(respond(refusing({"description": "", "content": content}), query=b"n=x").body)


def test_a_contract_declares_how_its_gateway_refuses() -> None:
    """`x-refusals` names a response, and a status where that is not the usual one."""
    declared = {
        "method-not-allowed": {"status": "404", "response": "Gone"},
        "unknown-path": {"status": "403", "response": "Gone"},
        "default": {"response": "Gone"},
    }
    client = Client(vendor(OTHER, **{"x-refusals": declared}))
    unknown_method = client.send("DELETE", "/acme/jobs")
    assert (unknown_method.status, unknown_method.headers["allow"]) == (404, "OPTIONS, POST")
    assert unknown_method.json["message"].startswith("DELETE is not documented here")
    assert client.get("/acme/jobz").status == 403
    too_long = client.send("POST", "/acme/jobs", {"content-type": "text/plain"}, [b"x"])
    assert (too_long.status, list(too_long.json)) == (415, ["message"])
