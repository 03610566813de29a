"""What is not compared with the contract is told, and never counted against the server."""

from __future__ import annotations

import json
from typing import Any

import pytest
from judged import contract_of, judged

from greenroom.contract.catalog import build
from greenroom.http import exchange as ex
from greenroom.http.exchange import Exchange, Request, Response
from greenroom.mock.request import bodies
from greenroom_contracts.judge import content
from greenroom_contracts.judge.exchange_judge import ExchangeJudge
from greenroom_contracts.planning.options import Options
from greenroom_contracts.running.check import check
from servers import HttpResponse, serving

_OBJECT = {"type": "object", "properties": {"id": {"type": "integer"}}}
_LIST = {"type": "array", "items": _OBJECT}


def outcome(media: str, schema: Any, body: bytes, **more: Any) -> tuple[list[str], list[str]]:
    """The kinds of the findings about a body, and the notes."""
    ok = {"description": "x", "content": {media.partition(";")[0]: {"schema": schema}}}
    contract = contract_of(more, responses={"200": ok})
    judge = ExchangeJudge(contract)
    request = Request("GET", "http://vendor.example/things")
    response = Response(200, (("Content-Type", media),), body)
    found = judge.findings(Exchange(1, "listThings", ex.DOCUMENTED, request, response))
    return [f.kind for f in found], judge.notes


BEYOND: dict[str, tuple[str, Any, bytes, str]] = {
    "many values": ("application/json", _LIST, b"[" + b"1," * 1_000_001 + b"1]", "1000000 values"),
    "many levels": ("application/json", _LIST, b"[" * 3_000 + b"]" * 3_000, "recursion limit"),
    "a large number": ("application/json", _LIST, b"[1e999]", "a number is too large"),
    "lines with a large number": ("application/x-ndjson", _OBJECT, b"1e999", "is too large"),
    "many lines": ("application/x-ndjson", _OBJECT, b"{}\n" * 10_001, "10000 of 10001"),
    "YAML": ("application/yaml", _LIST, b"- {}\n" * 50_000, "YAML of more than 200000"),
    "levels of XML": ("application/xml", _OBJECT, b"<a>" * 900 + b"</a>" * 900, "levels"),
}


@pytest.mark.parametrize("name", BEYOND)
def test_a_body_beyond_a_bound_of_ours_is_not_called_invalid(name: str) -> None:
    """The operation is not examined, and the reason names the bound."""
    media, schema, body, why = BEYOND[name]
    found, (note,) = outcome(media, schema, body)
    assert found == []
    assert note.startswith("not examined in responses of listThings: ")
    assert why in note


def test_an_operation_whose_response_is_beyond_a_bound_does_not_conform() -> None:
    """The exit code says so."""
    ok = {"description": "x", "content": {"application/json": {"schema": _LIST}}}
    contract = contract_of(responses={"200": ok})
    large = HttpResponse(200, b"[1e999]", {"Content-Type": "application/json"})
    with serving(lambda _: large) as (url, _):
        report = check(contract, url, "", Options(generated=0))
    assert (report.exit_code, report.findings) == (2, ())
    assert report.operations[0].why_not.endswith("a number is too large")


@pytest.mark.parametrize("body", [b"[1", b"[1e999", b"[" * 150, b"NaN", b"[1,]"])
def test_a_body_that_is_no_json_is_a_finding(body: bytes) -> None:
    """No bound excuses it."""
    found, notes = outcome("application/json", _LIST, body)
    assert found == ["unreadable-body"]
    assert notes == []


@pytest.mark.parametrize(
    ("media", "schema", "body"),
    [
        ("text/csv", _LIST, b"id\n1\n"),
        ("text/event-stream", _OBJECT, b"data: {}\n\n"),
        ("application/cbor", _OBJECT, b"\xa0"),
        ("multipart/mixed; boundary=a", _LIST, b"--a--"),
        ("text/plain; charset=shift_jis", {"type": "integer"}, b"5"),
    ],
)
def test_a_media_type_that_is_not_read_is_told(media: str, schema: Any, body: bytes) -> None:
    """Where the contract describes more than bytes or text."""
    found, (note,) = outcome(media, schema, body)
    assert found == []
    assert note.startswith("not examined in responses of listThings: ")
    assert outcome(media.partition(";")[0], {"type": "string"}, b"x") == ([], [])


def test_members_of_the_same_name_are_told() -> None:
    """RFC 8259 allows them, and readers differ in which one they take."""
    found, (note,) = outcome("application/json", _OBJECT, b'{"id": "x", "id": 1}')
    assert found == []
    assert "id is sent twice in an object" in note
    assert outcome("application/json", _LIST, b'[{"id": 1}, {"id": 2}]') == ([], [])


_PET = {
    "type": "object",
    "required": ["kind"],
    "properties": {"kind": {"type": "string"}, "bark": {}},
    "discriminator": {"propertyName": "kind", "mapping": {"dog": "#/components/schemas/Dog"}},
}
_REF = {"$ref": "#/components/schemas/Pet"}
_DOG = {"allOf": [_REF, {"required": ["bark"], "properties": {"bark": {"type": "string"}}}]}


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ({"kind": "dog", "bark": "loud"}, False),
        ({"kind": "dog"}, True),
        ({"kind": "Dog", "bark": 1}, True),
        ({"kind": "cat"}, False),
        ({"kind": 5}, False),
    ],
)
def test_a_schema_that_only_a_discriminator_names_is_no_rule(value: Any, told: bool) -> None:
    """A discriminator does not change what is valid; that the value does not match is told."""
    sent = json.dumps(value).encode()
    found, notes = outcome("application/json", _REF, sent, Pet=_PET, Dog=_DOG)
    assert found == (["wrong-type"] if value["kind"] == 5 else [])
    assert [("the discriminator of /components/schemas/Dog" in note) for note in notes] == (
        [True] if told else []
    )


@pytest.mark.parametrize(
    ("body", "kinds"),
    [(b"5\n", []), (b"5\r\n", []), (b"5", []), (b"5\n\n", ["wrong-type"]), (b"", ["empty-body"])],
)
def test_a_text_may_end_its_last_line(body: bytes, kinds: list[str]) -> None:
    """Once."""
    assert outcome("text/plain", {"type": "integer"}, body) == (kinds, [])


@pytest.mark.parametrize(
    ("purpose", "statuses", "documented"),
    [
        (ex.NO_CREDENTIAL, (401, 403), "401"),
        (ex.WRONG_CREDENTIAL, (401, 403), "403"),
        (ex.INVALID, (400, 422), "400"),
        (ex.GENERATED_INVALID, (400, 409), "422"),
    ],
)
def test_a_refusal_that_the_contract_implies_is_an_addition(
    purpose: str, statuses: tuple[int, ...], documented: str
) -> None:
    """Where no status for it is documented; another than the documented one is drift."""

    def kinds(status: int, *more: str, sent: str = purpose) -> list[str]:
        responses = {name: {"description": "x"} for name in ("200", *more)}
        contract = contract_of(responses=responses)
        return [f.kind for f in judged(contract, Response(status, (), b""), sent)]

    for status in statuses:
        assert kinds(status) == ["undocumented-refusal"]
        assert kinds(status, "4XX") == []
        assert kinds(status, "default") == []
        drift = [] if documented == str(status) else ["undocumented-status"]
        assert kinds(status, documented) == drift
        assert "undocumented-refusal" not in kinds(status, sent=ex.DOCUMENTED)
    assert kinds(500) == ["server-error"]


def test_a_401_that_is_documented_without_security_is_no_refusal() -> None:
    """The contract does not declare the credential that the request would need."""
    schemes = {"Key": {"type": "apiKey", "in": "header", "name": "X-Key"}}
    responses = {name: {"description": "x"} for name in ("200", "401")}
    contract = contract_of(responses=responses)
    for purpose in (ex.DOCUMENTED, ex.TENTATIVE, ex.GENERATED):
        assert judged(contract, Response(401, (), b""), purpose) == []
    document = {**contract.document, "components": {"securitySchemes": schemes}}
    document["security"] = [{"Key": []}]
    (found,) = judged(build(document, "things", "things.yaml"), Response(401, (), b""))
    assert found.kind == "valid-request-refused"
    assert judged(contract_of(), Response(401, (), b"")) != []


def test_a_documented_redirect_is_a_success_where_there_is_no_other() -> None:
    """One that is not documented is not, nor one beside a success."""
    moved = HttpResponse(302, b"", {"Location": "/elsewhere"})
    for statuses, code in ((("302",), 0), (("3XX",), 0), (("200", "302"), 2), (("204",), 2)):
        contract = contract_of(responses={status: {"description": "x"} for status in statuses})
        with serving(lambda _: moved) as (url, _):
            report = check(contract, url, "", Options(generated=0))
        assert report.exit_code == code, (statuses, report.problem, report.findings)


def test_a_reader_of_bodies_is_compiled_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """For each documented media type, whatever the number of bodies."""
    compiled = []

    def compile_validators(*arguments: Any) -> Any:
        compiled.append(arguments)
        return bodies.compile_validators(*arguments)

    monkeypatch.setattr(content, "compile_validators", compile_validators)
    ok = {"description": "x", "content": {"application/xml": {"schema": _OBJECT}}}
    judge = ExchangeJudge(contract_of(responses={"200": ok}))
    request = Request("GET", "http://vendor.example/things")
    for text in (b"<a><id>1</id></a>", b"<a><id>x</id></a>", b"<a><id>2</id></a>"):
        response = Response(200, (("Content-Type", "application/xml"),), text)
        found = judge.findings(Exchange(1, "listThings", ex.DOCUMENTED, request, response))
        assert bool(found) is (b"x" in text[5:10])
    assert len(compiled) == 1
