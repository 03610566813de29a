"""An entry as JSON says what was asked, what was answered, and why."""

from __future__ import annotations

import json
from typing import Any

import pytest
from journaling import AT, CONTRACT, MASK, MOCK, add, context

from greenroom.decision import Decision
from greenroom.http.media_type import FORM
from greenroom.journal.document import COLUMNS, document, head_document, row
from greenroom.journal.entry import Trace
from greenroom.journal.journal import LONGEST_BODY, Journal
from greenroom.journal.ring import Head
from greenroom.mock.response.prepared import PreparedResponse, prepare


def decision(*request: Any, **headers: str) -> Any:
    return document(add(Journal(), *request, **headers), MASK)["decision"]


def steps(*request: Any, **headers: str) -> list[tuple[str, str]]:
    return [(each["step"], each["said"]) for each in decision(*request, **headers)["steps"]]


PASSED = ["path", "credential", "media type", "accept", "parameters and body"]


@pytest.mark.parametrize(
    ("request_", "headers", "refusing"),
    [
        (("GET", "/v1/nothing"), {}, "path"),
        (("DELETE", "/v1/things"), {}, "path"),
        (("POST", "/v1/locked", {}), {}, "credential"),
        (("POST", "/v1/locked", {}), {"x_partner": "expired-key"}, "credential"),
        (("POST", "/v1/things", "<a/>"), {"content_type": "text/xml"}, "media type"),
        (("POST", "/v1/things", "{"), {}, "parameters and body"),
        (("POST", "/v1/things", {"name": 5}), {}, "parameters and body"),
    ],
)
def test_the_steps_end_with_the_one_that_refused(
    request_: Any, headers: dict[str, str], refusing: str
) -> None:
    """In the order in which a request is processed."""
    before = PASSED[: PASSED.index(refusing)]
    assert steps(*request_, **headers) == [
        *((step, "passed") for step in before),
        (refusing, "refused"),
    ]


OF_STATE = ["identifiers", "references", "state", "uniqueness", "change"]


@pytest.mark.parametrize(
    ("kind", "refusing"),
    [
        ("unknown-resource", "identifiers"),
        ("unknown-reference", "references"),
        ("wrong-state", "state"),
        ("conflict", "uniqueness"),
        ("space-is-full", "change"),
        (None, None),
    ],
)
def test_a_simulated_response_has_further_steps(kind: str | None, refusing: str | None) -> None:
    """Those of the records of the space."""
    made = context()
    assert isinstance(MOCK.respond(made), PreparedResponse)
    decision = Decision("listThings", kind, basis=None if kind else "simulated")
    journal = Journal()
    made.trace = Trace(("Thing", "1", 1))
    journal.append(made, prepare(200, (), b"", decision), AT)
    whole = document(next(journal.after()), MASK)
    found = {each["step"]: each["said"] for each in whole["decision"]["steps"]}
    reached = OF_STATE[: OF_STATE.index(refusing) + 1] if refusing else OF_STATE
    assert list(found) == [*PASSED, *reached]
    assert [step for step, said in found.items() if said == "refused"] == [
        *filter(None, [refusing])
    ]
    assert whole["record"] == "Thing 1"
    assert whole["decision"]["record"] == {"resource": "Thing", "id": "1", "version": 1}


def test_a_row_has_a_value_for_each_column() -> None:
    """An accepted request, and one that was refused before it had an operation."""
    entry = add(Journal())._replace(milliseconds=0.25)
    accepted = dict(zip(COLUMNS, row(entry, MASK), strict=True))
    assert accepted == {
        "n": 1, "at": "2026-01-05T09:00:00.000Z", "now": "2026-01-05T09:00:00.000Z",
        "vendor": "acme", "operation": "listThings", "method": "GET", "path": "/v1/things",
        "status": 200, "ms": 0.25, "kind": "accepted", "reason": "", "record": None,
    }  # fmt: skip
    refused = dict(zip(COLUMNS, row(add(Journal(), "GET", "/v1/no"), MASK), strict=True))
    assert (refused["operation"], refused["kind"]) == (None, "unknown-path")
    assert refused["reason"] == "acme has no path /v1/no"


def test_violations_and_the_preferred_answer_are_named() -> None:
    """With what `Prefer` asked for."""
    found = decision("POST", "/v1/things", {"name": 5})
    assert (found["outcome"], found["operation"]) == ("invalid-request", "createThing")
    assert [(each["location"], each["pointer"]) for each in found["violations"]] == [
        ("body", "/name")
    ]
    assert decision("POST", "/v1/things", {}, prefer="code=422, example=wrong")["preferred"] == (
        "code=422, example=wrong"
    )
    assert decision()["preferred"] is None


@pytest.mark.parametrize(
    ("sent", "kind", "seen"),
    [
        (None, "", None),
        ({"name": "Ada"}, "application/json", {"name": "Ada"}),
        ("{", "application/json", "{"),
        ("5", "application/problem+json", 5),
        ("name=Ada+B&x=1&x=2", FORM, {"name": "Ada B", "x": ["1", "2"]}),
        ("{}", "text/plain", "{}"),
    ],
)
def test_a_body_is_shown_by_its_media_type(sent: Any, kind: str, seen: Any) -> None:
    """JSON as its value, a form as its fields, anything else as text."""
    entry = add(Journal(), "POST", "/v1/things", sent, content_type=kind)
    assert document(entry, MASK)["request"]["body"] == seen


def test_a_binary_body_is_told_by_its_size() -> None:
    """Its bytes are no text."""
    made = context("POST", content_type="audio/wav")
    made.vendor, made.body = "acme", b"\0\1\2"
    journal = Journal()
    journal.append(made, prepare(200, (), b""), AT)
    assert document(next(journal.after()), MASK)["request"]["body"] == "[left out: 3 bytes]"


def test_a_cut_body_says_so() -> None:
    """What is left is no JSON any more, but text."""
    long = {"name": "x" * LONGEST_BODY}
    whole = document(add(Journal(), "POST", "/v1/things", long), MASK)["request"]
    assert (whole["truncated"], whole["body"][:12]) == (True, '{"name": "xx')
    short = document(add(Journal(), "POST", "/v1/things", {"name": "x"}), MASK)
    assert (short["request"]["truncated"], short["response"]["truncated"]) == (False, False)
    assert short["response"]["body"] == {"name": "made"}


def test_a_head_without_a_space_has_its_reason() -> None:
    """And the space that it named, where it was refused before it got there."""
    found = MOCK.respond(context("GET", "/v1/things/1?token=hunter2-hunter2"))
    assert isinstance(found, PreparedResponse)
    head = Head(7, AT.timestamp(), "acme", "GET", "/v1/no", 404, found.decision, "demo")
    assert head_document(head, MASK) == {
        "n": 7, "at": "2026-01-05T09:00:00.000Z", "vendor": "acme", "method": "GET",
        "path": "/v1/no", "status": 404, "space": "demo", "operation": "getThing",
        "kind": "accepted", "reason": "",
    }  # fmt: skip


def test_every_entry_can_be_sent_as_json() -> None:
    """Also of requests with odd bytes."""
    made = context("POST", "/v1/things?%ff=%80", "\x7f", x_odd="\x80ü")
    made.vendor = CONTRACT.name
    made.body = b'{"a": "\xff"}'
    journal = Journal()
    journal.append(made, prepare(200, (), b"\xff\xfe"), AT)
    json.dumps(document(next(journal.after()), MASK)).encode()
