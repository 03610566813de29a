"""The access log has what was decided about each request."""

from __future__ import annotations

import json
import logging
import re
from typing import Any

import pytest
from contracts import KEY, Client, one, response

from greenroom.mock.pipeline import Behaviour
from greenroom.mock.response.prepared import prepare
from greenroom.server.app import build_app
from greenroom.server.logs import JsonFormatter, TerminalFormatter, configure, with_access_log
from greenroom.server.run import ready_line, ready_table

CONTRACT = one({"responses": {"200": response("a", "é"), "401": response("no")},
                "security": [{"Keyed": []}]}, schemes=KEY)  # fmt: skip


@pytest.fixture
def client() -> Client:
    """A client of a mock whose requests are logged."""
    client = Client(CONTRACT)
    client.app = with_access_log(client.app)
    return client


def logged(caplog: pytest.LogCaptureFixture) -> dict[str, Any]:
    """The members of the one line of the log."""
    (record,) = caplog.records
    line: dict[str, Any] = json.loads(JsonFormatter().format(record))
    assert line.pop("ms") >= 0
    return line


GOOD = {"x-key": "test-key"}


# The name of a query parameter is logged if it is not documented, the value never.
UNKNOWN = {"warnings": ["query /key: is not a documented parameter"]}


@pytest.mark.parametrize(
    ("path", "headers", "expected"),
    [
        ("/acme/things", GOOD, {"status": 200, "operation": "do", "example": "a", **UNKNOWN}),
        (
            "/acme/things",
            {**GOOD, "prefer": 'example="é"'},
            {"status": 200, "operation": "do", "example": "é", **UNKNOWN},
        ),
        (
            "/acme/things",
            {"x-key": "s3cret"},
            {
                "status": 401,
                "operation": "do",
                "example": "no",
                "refusal": "unknown-credential",
                "reason": "unknown credential; good test credentials: test-key",
            },
        ),
        (
            "/acme/lost",
            GOOD,
            {"status": 404, "refusal": "unknown-path", "reason": "acme has no path /lost"},
        ),
        ("/_greenroom/health", {}, {"status": 200}),
        ("/lost", {}, {"status": 404}),
    ],
)
def test_a_line_has_the_decision(
    client: Client,
    caplog: pytest.LogCaptureFixture,
    path: str,
    headers: dict[str, str],
    expected: dict[str, Any],
) -> None:
    """No decision for requests of no contract, and never a secret."""
    caplog.set_level(logging.INFO, "greenroom")

    client.get(f"{path}?key=s3cret", [(k.encode(), v.encode()) for k, v in headers.items()])

    line = logged(caplog)
    assert {"time", "level"} <= line.keys()
    fixed = {"event": "request", "level": "info", "method": "GET", "path": path}
    assert line == {**fixed, "time": line["time"], **expected}
    assert "s3cret" not in caplog.text


@pytest.mark.parametrize(
    ("method", "path", "headers", "is_logged"),
    [
        ("GET", "/_greenroom/spaces", {"sec-fetch-site": "same-origin"}, False),
        ("GET", "/_greenroom/spaces", {"sec-fetch-site": "cross-site"}, True),
        ("GET", "/_greenroom/spaces", {}, True),
        ("PUT", "/_greenroom/spaces/a", {"sec-fetch-site": "same-origin"}, True),
        ("GET", "/_greenroom/spaces/none", {"sec-fetch-site": "same-origin"}, True),
        ("GET", "/acme/things", {"sec-fetch-site": "same-origin"}, True),
    ],
)
def test_pages_that_only_read_are_not_in_the_log(
    client: Client,
    caplog: pytest.LogCaptureFixture,
    method: str,
    path: str,
    headers: dict[str, str],
    is_logged: bool,
) -> None:
    """They ask every few seconds; what a page changes or tries is logged."""
    caplog.set_level(logging.INFO, "greenroom")
    client.send(method, path, headers)
    assert bool(caplog.records) == is_logged


SIGNUP = one({"requestBody": {"content": {"application/json": {"schema": {"properties": {
    "age": {"type": "integer"}, "password": {"minLength": 9}, "email": {"maxLength": 3},
    "login": {"properties": {"token": {"type": "integer"}}, "maxProperties": 0},
    "list": {"items": {"type": "integer"}}}}}}},
    "responses": {"200": response("a")}})  # fmt: skip


def refused(body: Any) -> logging.LogRecord:
    """The record of a refused request with a body."""
    client = Client(SIGNUP)
    client.app = with_access_log(client.app)
    records: list[logging.LogRecord] = []
    handler = logging.Handler()
    handler.emit = records.append  # type: ignore[method-assign]
    logger = logging.getLogger("greenroom")
    logger.addHandler(handler)
    try:
        client.post("/acme/things", body)
    finally:
        logger.removeHandler(handler)
    (record,) = records
    return record


def test_a_refusal_has_its_reason_and_every_violation(caplog: pytest.LogCaptureFixture) -> None:
    """What is wrong is seen without looking at the response."""
    caplog.set_level(logging.INFO, "greenroom")
    line = json.loads(JsonFormatter().format(refused({"age": "x", "list": [1, "y"]})))
    assert line["reason"] == 'body /age: "x" is not of type "integer" (and 1 more)'
    assert line["violations"] == [
        ["body", "/age", '"x" is not of type "integer"'],
        ["body", "/list/1", '"y" is not of type "integer"'],
    ]


def test_many_violations_are_counted(caplog: pytest.LogCaptureFixture) -> None:
    """A line has only the first ones."""
    caplog.set_level(logging.INFO, "greenroom")
    line = json.loads(JsonFormatter().format(refused({"list": ["y"] * 50})))
    assert line["reason"].endswith("(and 49 more)")
    assert len(line["violations"]) == 20


def test_no_credential_and_no_personal_data_is_in_a_reason(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Neither in a violation of the value itself, nor in one of an object around it."""
    caplog.set_level(logging.INFO, "greenroom")
    record = refused({
        "password": "hush", "email": "ada@example.org", "login": {"token": "hush-hush"},
    })  # fmt: skip
    for formatter in (JsonFormatter(), TerminalFormatter()):
        text = formatter.format(record)
        assert "hush" not in text
        assert "ada@" not in text
        assert "/password" in text
        assert "/login" in text


def test_a_person_reads_lines(caplog: pytest.LogCaptureFixture) -> None:
    """One for the request, and more for what is wrong with it."""
    caplog.set_level(logging.INFO, "greenroom")
    first, *more = TerminalFormatter().format(refused({"age": "x", "list": ["y"]})).splitlines()
    assert re.fullmatch(r"\d\d:\d\d:\d\d POST /acme/things 400 do [\d.]+ ms", first)
    assert more == [
        '    invalid-request: body /age: "x" is not of type "integer" (and 1 more)',
        '      body /list/0: "y" is not of type "integer"',
    ]


def test_a_line_for_a_person_cannot_control_the_terminal() -> None:
    """A client chooses the path, and an exception may quote anything."""
    members = {"method": "GET", "path": "/\x1b[2J\u202e\n", "status": 404, "ms": 1.0}
    record = logging.makeLogRecord({"msg": "request", "levelname": "INFO", "members": members})
    text = TerminalFormatter().format(record)
    assert "GET /\\x1b[2J\\u202e\\n 404 1 ms" in text
    error = logging.makeLogRecord(
        {"msg": "broken\x1b", "exc_info": (None, ValueError("\x1b"), None)}
    )
    assert "broken\\x1b\nValueError: \\x1b" in TerminalFormatter().format(error)


@pytest.mark.parametrize(
    ("is_terminal", "formatter"), [(True, TerminalFormatter), (False, JsonFormatter)]
)
def test_only_a_terminal_gets_lines_for_a_person(
    monkeypatch: pytest.MonkeyPatch, is_terminal: bool, formatter: type
) -> None:
    """Files and collectors of logs get JSON."""
    monkeypatch.setattr("sys.stderr.isatty", lambda: is_terminal)
    known = {name: logging.getLogger(name) for name in ("greenroom", "uvicorn", "connexion")}
    before = {name: (it.handlers[:], it.level, it.propagate) for name, it in known.items()}
    try:
        configure()
        (handler,) = known["greenroom"].handlers
        assert type(handler.formatter) is formatter
    finally:
        for name, it in known.items():
            it.handlers[:], it.level, it.propagate = before[name]


def test_a_terminal_is_told_the_addresses_in_a_table() -> None:
    """Elsewhere one line has the same."""
    url = "http://127.0.0.1:1"
    table = ready_table([CONTRACT], url, at_root=False)
    assert table.splitlines() == [
        "greenroom ready",
        f"  acme     {url}/acme         X-Key: test-key",
        f"  console  {url}/_greenroom/",
    ]
    line = ready_line([CONTRACT], url, at_root=False)
    assert all(word in line for word in table.split())
    assert "\n" not in line


def test_added_behaviour_reaches_every_mock() -> None:
    """Steps and responders are given to the application, not to the mocks."""
    ours = prepare(299, (), b"ours")
    client = Client(CONTRACT)
    client.app = build_app(
        [CONTRACT], behaviour=Behaviour(responders=[lambda *_: lambda context: ours])
    )
    assert client.get("/acme/things", GOOD).body == b"ours"
