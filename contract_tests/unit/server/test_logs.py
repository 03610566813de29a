"""The access log has what was decided about each request."""

from __future__ import annotations

import json
import logging
from typing import Any

import pytest
from contracts import KEY, Client, one, response

from greenroom.mock.pipeline import Behaviour
from greenroom.mock.response.prepared import prepare
from greenroom.server.app import build_app
from greenroom.server.logs import JsonFormatter, with_access_log

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
            },
        ),
        ("/acme/lost", GOOD, {"status": 404, "refusal": "unknown-path"}),
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


def test_added_behaviour_reaches_every_mock() -> None:
    """Steps and responders are given to the application, not to the mocks."""
    ours = prepare(299, (), b"ours")
    client = Client(CONTRACT)
    client.app = build_app(
        [CONTRACT], behaviour=Behaviour(responders=[lambda *_: lambda context: ours])
    )
    assert client.get("/acme/things", GOOD).body == b"ours"
