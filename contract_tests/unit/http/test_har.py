"""HTTP archives: the recordings of browsers and proxies are read."""

from __future__ import annotations

import base64
import gzip
import json
from typing import Any

import pytest

from greenroom.errors import GreenroomError
from greenroom.http.exchange import Entry, Request, Response
from greenroom.http.har import read

URL = "https://api.acme.example/v1/a?x=1&y=a%20b"
BASE64 = {"encoding": "base64"}


def archive(*entries: Any) -> bytes:
    """An archive of entries."""
    return json.dumps({"log": {"version": "1.2", "entries": entries}}).encode()


def entry(request: dict[str, Any] | None = None, response: Any = None, **more: Any) -> Any:
    """An entry with the fewest fields that one can have."""
    asked = {"method": "GET", "url": URL, **(request or {})}
    return {"request": asked, "response": response, **more}


def one(request: dict[str, Any] | None = None, response: Any = None, **more: Any) -> Entry:
    """The only entry of an archive, read."""
    return read(archive(entry(request, response, **more)), "a.har")[0]


def body(request: Request | Response | None) -> bytes:
    """The body of a message that is there."""
    assert request is not None
    return request.body


def test_the_fewest_fields_are_enough() -> None:
    """Method and URL."""
    assert one() == Entry(Request("GET", URL), None)


def test_everything_that_is_recorded_is_read() -> None:
    """As Chrome writes it."""
    request = {
        "method": "post",
        "url": f"{URL}#part",
        "httpVersion": "h2",
        "headers": [
            {"name": ":authority", "value": "api.acme.example"},
            {"name": "content-type", "value": "application/json"},
        ],
        "postData": {"mimeType": "application/json", "text": '{"a":"ü"}'},
    }
    response = {
        "status": 200,
        "statusText": "OK",
        "headers": [{"name": "set-cookie", "value": "a=1\nb=2"}, {"name": "x-empty"}],
        "content": {"size": 2, "mimeType": "text/plain; charset=utf-8", "text": "hi"},
    }

    found = one(request, response, startedDateTime="2026-11-22T01:00:00.500+01:00", time=1500.5)

    assert found == Entry(
        Request("POST", URL, (("content-type", "application/json"),), '{"a":"ü"}'.encode()),
        Response(
            200,
            (
                ("set-cookie", "a=1"),
                ("set-cookie", "b=2"),
                ("x-empty", ""),
                ("Content-Type", "text/plain; charset=utf-8"),
            ),
            b"hi",
            "OK",
        ),
        1_795_305_600.5,
        1.5005,
    )


@pytest.mark.parametrize("started", ["", "yesterday", "2026-11-22T01:00:00", None, 5])
def test_an_invalid_time_is_left_out(started: Any) -> None:
    """No check depends on it."""
    assert one(startedDateTime=started).started == 0.0


@pytest.mark.parametrize("time", [-1, None, "5", True, 10**400, float("inf"), float("nan")])
def test_an_invalid_duration_is_left_out(time: Any) -> None:
    """Chrome writes -1 for an unknown duration."""
    assert one(time=time).seconds == 0.0


@pytest.mark.parametrize(
    "response",
    [None, {"status": 0}, {"status": -1}, {"status": 0, "_error": "net::ERR_FAILED"}, {}],
)
def test_a_blocked_request_has_no_response(response: Any) -> None:
    """However its recorder writes that."""
    assert one(response=response).response is None


@pytest.mark.parametrize("url", ["data:text/plain,a", "wss://h.test/a", "blob:https://h.test/1"])
def test_other_schemes_than_http_are_left_out(url: str) -> None:
    """They belong to no operation."""
    assert read(archive(entry({"url": url}), entry()), "a.har") == [
        Entry(Request("GET", URL), None)
    ]


def test_a_body_in_base64_is_decoded() -> None:
    """In a response as in a request."""
    encoded = base64.b64encode(b"\x00\xff").decode()
    content = {"mimeType": "image/png", "encoding": "base64", "text": encoded}
    posted = {"mimeType": "image/png", "encoding": "base64", "text": encoded}

    found = one({"postData": posted}, {"status": 200, "content": content})

    assert (body(found.request), body(found.response)) == (b"\x00\xff", b"\x00\xff")


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ({"text": "hi"}, b"hi"),
        ({"encoding": "base64", "text": base64.b64encode(gzip.compress(b"hi")).decode()}, b"hi"),
    ],
)
def test_compression_is_undone_where_its_recorder_did_not(content: Any, expected: bytes) -> None:
    """The header field stays, as it does for a live response."""
    headers = [{"name": "Content-Encoding", "value": "gzip"}]

    found = one(response={"status": 200, "headers": headers, "content": content}).response

    assert body(found) == expected


def test_a_text_is_in_the_charset_that_it_names() -> None:
    """An archive itself is UTF-8."""
    content = {"mimeType": "text/plain; charset=iso-8859-1", "text": "ü"}

    assert body(one(response={"status": 200, "content": content}).response) == b"\xfc"


def test_the_fields_of_a_form_are_a_body() -> None:
    """Where no text is recorded."""
    params = [{"name": "a", "value": "1 2"}, {"name": "b"}]
    kind = "application/x-www-form-urlencoded"

    request = one({"postData": {"mimeType": kind, "params": params}}).request

    assert (request.body, request.header("content-type")) == (b"a=1+2&b=", kind)


def test_the_parts_of_a_form_are_a_body() -> None:
    """With a boundary that its Content-Type names."""
    params = [
        {"name": "a", "value": "1"},
        {"name": "f", "value": "x", "fileName": 'c"v.pdf', "contentType": "application/pdf"},
    ]
    posted = {"mimeType": "multipart/form-data; boundary=lost", "params": params}
    headers = [{"name": "content-type", "value": "multipart/form-data; boundary=lost"}]

    request = one({"headers": headers, "postData": posted}).request

    boundary = (request.header("content-type") or "").partition("boundary=")[2]
    assert request.body.decode() == (
        f'--{boundary}\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n'
        f'--{boundary}\r\nContent-Disposition: form-data; name="f"; filename="c%22v.pdf"\r\n'
        f"Content-Type: application/pdf\r\n\r\nx\r\n--{boundary}--\r\n"
    )


def test_a_byte_order_mark_is_ignored() -> None:
    """The standard requires that."""
    assert read(b"\xef\xbb\xbf" + archive(entry()), "a.har") == [Entry(Request("GET", URL), None)]


@pytest.mark.parametrize(
    ("content", "place", "message"),
    [
        (b"\xff", "", "UTF-8"),
        (b"{", "", "JSON"),
        (b"[" * 100_000, "", "JSON"),
        (b"[]", "/log/entries", "list"),
        (b'{"log": {}}', "/log/entries", "list"),
        (archive(1), "/log/entries/0", "object"),
        (archive(entry(), {}), "/log/entries/1/request", "request"),
        (archive(entry({"url": None})), "/log/entries/0/request/url", "URL"),
        (archive(entry({"url": "http://["})), "/log/entries/0/request/url", "IPv6"),
        (archive(entry({"url": "http:///a"})), "/log/entries/0/request/url", "host"),
        (archive(entry({"method": 5})), "/log/entries/0/request/method", "method"),
        (archive(entry({"headers": {}})), "/log/entries/0/request/headers", "list"),
        (archive(entry({"headers": [{}]})), "/log/entries/0/request/headers/0", "name"),
        (archive(entry({"postData": 5})), "/log/entries/0/request/postData", "object"),
        (
            archive(entry({"postData": {"params": [5]}})),
            "/log/entries/0/request/postData/params/0",
            "name",
        ),
        (archive(entry(response=5)), "/log/entries/0/response", "object"),
        (archive(entry(response={"status": "ok"})), "/log/entries/0/response/status", "number"),
        (archive(entry(response={"status": 999})), "/log/entries/0/response/status", "100"),
        (
            archive(entry(response={"status": 200, "content": {"text": 5}})),
            "/log/entries/0/response/content/text",
            "text",
        ),
        (
            archive(entry(response={"status": 200, "content": {**BASE64, "text": "!"}})),
            "/log/entries/0/response/content/text",
            "base64",
        ),
        (
            archive(entry(response={"status": 200, "content": {"encoding": "rot13", "text": "!"}})),
            "/log/entries/0/response/content/text",
            "rot13",
        ),
    ],
)  # fmt: skip
def test_an_invalid_archive_is_refused_with_its_place(
    content: bytes, place: str, message: str
) -> None:
    """The message has the file, a JSON pointer, and the expected content."""
    with pytest.raises(GreenroomError) as raised:
        read(content, "a.har")

    assert str(raised.value).startswith(f"a.har#{place}: ")
    assert message in str(raised.value)


def test_invalid_compression_is_refused_with_its_place() -> None:
    """As for everything else that cannot be read."""
    broken = base64.b64encode(gzip.compress(b"hi")[:3] + b"\xff" * 9).decode()
    headers = [{"name": "Content-Encoding", "value": "gzip"}]
    content = {"encoding": "base64", "text": broken}

    with pytest.raises(GreenroomError, match="/log/entries/0/response/content: not valid gzip"):
        one(response={"status": 200, "headers": headers, "content": content})


@pytest.mark.parametrize(
    ("response", "is_recorded"),
    [
        ({"content": {"size": 5, "text": "hello"}}, True),
        ({"content": {"size": 0, "text": ""}}, True),
        ({"content": {"size": 0}}, True),
        ({"content": {}}, True),
        ({}, True),
        ({"content": {"size": 5}}, False),
        ({"content": {"size": 5, "mimeType": "application/json"}, "bodySize": 7}, False),
        ({"content": {"size": -1}, "bodySize": -1}, False),
        ({"content": {"size": -1}, "bodySize": 0}, True),
    ],
)
def test_a_body_with_a_size_and_no_text_was_not_recorded(response: Any, is_recorded: bool) -> None:
    """HAR 1.2, content: the text is left out where it is not available."""
    found = one(response={"status": 200, **response}).response
    assert found is not None
    assert found.recorded is is_recorded


@pytest.mark.parametrize(
    ("request_", "is_recorded"),
    [
        ({"bodySize": 5}, False),
        ({"bodySize": -1}, False),
        ({"bodySize": 0}, True),
        ({}, True),
        ({"bodySize": 5, "postData": {"mimeType": "text/plain", "text": "hello"}}, True),
    ],
)
def test_a_request_body_with_a_size_and_no_data_was_not_recorded(
    request_: Any, is_recorded: bool
) -> None:
    """-1 is an unknown size (HAR 1.2, request)."""
    assert one({"method": "POST", **request_}).request.recorded is is_recorded
