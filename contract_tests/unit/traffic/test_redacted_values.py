"""A redacted recording is judged by what redaction left, and only by that."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

import pytest
from contracts import contract

from greenroom.contract.model import Contract
from greenroom.http import har as archive
from greenroom.http.exchange import Exchange, Request, Response
from greenroom.redaction.redactor import redactor_for
from greenroom_contracts.report import Report
from greenroom_contracts.reports.assembly import report_of
from greenroom_contracts.reports.formats import har
from greenroom_contracts.reports.redacted_report import redacted
from greenroom_contracts.traffic.recording import judge_recording

BASE = "https://people.test"
JSON = (("Content-Type", "application/json"),)
LINK = {"type": "string", "format": "uri"}
MAIL = {"type": "string", "format": "email"}
PHONE = {"type": "string", "pattern": r"^\+[1-9][0-9]{1,14}$"}
PERSON = {
    "type": "object",
    "required": ["id"],
    "additionalProperties": False,
    "properties": {
        "id": {"type": "string"},
        "age": {"type": "integer", "minimum": 1},
        "email": MAIL,
        "emails": {"type": "array", "items": MAIL, "maxItems": 2, "uniqueItems": True},
        "phone": {**PHONE, "maxLength": 9},
        "msisdn": {"type": "integer", "minimum": 10_000_000},
        "token": {"type": "string", "format": "uuid", "minLength": 36},
        "gender": {"enum": ["f", "m"]},
        "birthDate": {"type": "string", "format": "date"},
        "reportUrl": {"anyOf": [LINK, {"type": "null"}]},
        "address": {"oneOf": [MAIL, PHONE]},
        "contact": {
            "oneOf": [
                {"type": "object", "required": ["email"], "properties": {"email": MAIL}},
                {"type": "object", "required": ["phone"], "properties": {"phone": PHONE}},
            ]
        },
    },
}
GOOD: dict[str, Any] = {
    "id": "p-1", "age": 30, "email": "a@b.test", "emails": ["a@b.test", "c@d.test"],
    "phone": "+4912345", "msisdn": 4912345678, "token": "123e4567-e89b-12d3-a456-426614174000",
    "gender": "f", "birthDate": "1999-01-01", "reportUrl": "https://f.test/r?sig=1",
    "address": "a@b.test", "contact": {"email": "a@b.test"},
}  # fmt: skip
# By name: what a server might send instead, in spite of the redaction around it.
LIES: dict[str, Any] = {
    "id": 5, "age": 0, "email": 5, "emails": ["a@b.test", "c@d.test", "e@f.test"], "phone": None,
    "token": ["x"], "birthDate": False, "reportUrl": 7, "address": 7, "extra": 1,
}  # fmt: skip


def people() -> Contract:
    """A contract of people, who have much that redaction removes."""
    schema = {"$ref": "#/components/schemas/Person"}
    content = {"application/json": {"schema": schema}}
    query = {"name": "email", "in": "query", "schema": MAIL}
    location = {"X-Email": {"schema": MAIL}, "X-Page": {"schema": {"type": "integer"}}}
    answers = {
        "200": {"description": "A person.", "content": content, "headers": location},
        "422": {"description": "Invalid."},
    }
    post = {
        "operationId": "addPerson",
        "parameters": [query],
        "requestBody": {"content": content},
        "responses": answers,
    }
    parts = {"components": {"schemas": {"Person": PERSON}}}
    return contract({"/people": {"post": post}}, **parts)


def judged(
    sent: Any = None, received: Any = None, query: str = "", status: int = 200,
    headers: tuple[tuple[str, str], ...] = (),
) -> Report:  # fmt: skip
    """The report about the archive of an exchange, written by greenroom and read again."""
    api = people()
    request = Request("POST", f"{BASE}/people{query}", JSON, json.dumps(sent or GOOD).encode())
    body = json.dumps(received or GOOD).encode() if status == 200 else b""
    response = Response(status, (*JSON, *headers) if body else (), body)
    exchange = Exchange(1, "addPerson", "x", request, response)
    run = report_of(api, BASE, [exchange], (), ())
    written = json.dumps(har.write(redacted(run, redactor_for(api))))
    assert "a@b.test" not in written
    entries = archive.read(written.encode(), "traffic.har")
    return judge_recording(api, entries, target="traffic.har", base_url=BASE)


def found(report: Report) -> list[str]:
    """Kind and place of each finding."""
    return [f"{finding.kind} {finding.instance}" for finding in report.findings]


def test_a_redacted_exchange_that_conformed_conforms() -> None:
    """Whatever format, pattern, list or length its values had."""
    query = "?" + urlencode({"email": "a@b.test"})
    report = judged(query=query, headers=(("X-Email", "a@b.test"), ("X-Page", "1")))

    assert (found(report), report.verdict) == ([], "conforms")


@pytest.mark.parametrize("name", LIES)
def test_a_lie_beside_redacted_values_is_found(name: str) -> None:
    """In responses and in requests: types, required fields, values that stayed."""
    lying = {**GOOD, name: LIES[name]}

    places = {finding.instance for finding in judged(received=lying).findings}
    assert f"response body /{name}" in places
    assert places <= {f"response body /{name}", "response body /"}
    assert found(judged(sent=lying)) == ["invalid-request-accepted request /"]


def test_a_missing_field_beside_redacted_values_is_found() -> None:
    """Redaction keeps the names of fields."""
    without = {name: value for name, value in GOOD.items() if name != "id"}

    assert found(judged(received=without)) == ["missing-field response body /id"]
    assert found(judged(sent=without)) == ["invalid-request-accepted request /"]


def test_a_header_field_that_stayed_is_judged() -> None:
    """A redacted one is not."""
    report = judged(headers=(("X-Email", "nobody@c.test"), ("X-Page", "first")))

    assert found(report) == ["invalid-header X-Page"]


def test_a_refusal_of_a_redacted_request_is_no_restriction() -> None:
    """The value that was refused is unknown; without redaction it would be one."""
    assert found(judged(status=422)) == []
    refused = judged(sent={"id": "p-1"}, status=422)
    assert found(refused) == ["undocumented-restriction request /"]
