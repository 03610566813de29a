"""HTTP archives are written as HAR 1.2."""

from __future__ import annotations

import json
from dataclasses import replace

from reporting import SECRET, everything, exchange, guessing, reported

from greenroom.http.exchange import Entry, Request, Response
from greenroom.http.har import read
from greenroom.redaction.redactor import redactor_for
from greenroom_contracts.reports.formats.har import write
from greenroom_contracts.reports.redacted_report import redacted

URL = "https://api.acme.example/v1/a?x=1&y=a%20b"
PIECES = {
    "log": {"version", "creator", "entries"},
    "entry": {"startedDateTime", "time", "request", "response", "cache", "timings"},
    "request": {
        "method", "url", "httpVersion", "cookies", "headers", "queryString", "headersSize",
        "bodySize",
    },
    "response": {
        "status", "statusText", "httpVersion", "cookies", "headers", "content", "redirectURL",
        "headersSize", "bodySize",
    },
    "content": {"size", "mimeType"},
    "timings": {"send", "wait", "receive"},
}  # fmt: skip


def test_an_archive_has_every_field_that_the_standard_needs() -> None:
    """In all its entries, those without a response too."""
    log = write(everything())["log"]

    assert log.keys() >= PIECES["log"]
    assert log["version"] == "1.2"
    for written in log["entries"]:
        assert written.keys() >= PIECES["entry"]
        assert written["request"].keys() >= PIECES["request"]
        assert written["response"].keys() >= PIECES["response"]
        assert written["response"]["content"].keys() >= PIECES["content"]
        assert written["timings"].keys() >= PIECES["timings"]


def test_an_entry_has_the_purpose_of_its_request() -> None:
    """Number, operation, purpose and note."""
    assert write(reported())["log"]["entries"][0]["_greenroom"] == {
        "number": 1,
        "operation": "getCandidate",
        "purpose": "documented request",
        "note": "example One",
    }


def test_times_are_written_as_in_the_standard() -> None:
    """Milliseconds, and a moment with its zone."""
    written = write(reported())["log"]["entries"][0]

    assert (written["startedDateTime"], written["time"]) == ("2026-11-22T00:00:01.500Z", 250.0)


def test_a_missing_response_has_status_zero_and_the_reason() -> None:
    """As browsers write it."""
    failed = exchange(response=None, error="no connection")

    written = write(reported(exchanges=(failed,)))["log"]["entries"][0]["response"]

    assert (written["status"], written["_error"]) == (0, "no connection")


def test_a_written_archive_can_be_read() -> None:
    """The same requests and responses."""
    posted = Request("POST", URL, (("Content-Type", "text/plain; charset=latin1"),), b"\xfc")
    response = Response(
        201, (("Content-Type", "application/json"), ("Set-Cookie", "a=1")), b"{}", "Made"
    )
    whole = exchange(request=posted, response=response)

    found = read(json.dumps(write(reported(exchanges=(whole,)))).encode(), "a.har")

    about = (whole.started, whole.seconds, whole.purpose, whole.note)
    assert found == [Entry(posted, response, *about, operation=whole.operation)]


def test_a_redacted_archive_holds_no_secret() -> None:
    """Nor its encodings, nor personal data."""
    text = json.dumps(write(redacted(everything(), redactor_for(guessing(), [SECRET]))))

    for secret in (
        json.dumps(SECRET)[1:-1],
        "ada@example.com",
        "Ada Lovelace",
        "555 123",
        "engine",
    ):
        assert secret not in text


def test_a_response_keeps_its_charset_when_written() -> None:
    """The archive has the text, not the bytes."""
    response = Response(200, (("Content-Type", "text/plain; charset=latin1"),), b"\xfc")
    whole = replace(exchange(), response=response)

    content = write(reported(exchanges=(whole,)))["log"]["entries"][0]["response"]["content"]

    assert content["text"] == "ü"
