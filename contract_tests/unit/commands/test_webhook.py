"""`greenroom webhook` against a receiver on this machine."""

from __future__ import annotations

import hashlib
import hmac
import json
import socket
import threading
from collections.abc import Callable, Iterator
from copy import deepcopy
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from greenroom.cli import main
from raw_servers import Connection, raw_server

SECRET = "s3cret, known to no one"
VARIABLE = "GREENROOM_SCREENING_WEBHOOK_SECRET"
ADA = {"id": "c-1", "name": "Ada Lovelacé", "tags": ["a", "b"], "score": {"value": 7}, "note": None}
BOB = {"id": "c-2", "name": "Bob"}

SCREENING: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "Screening", "version": "1"},
    "x-webhook-signature": {
        "algorithm": "hmac-sha256",
        "encoding": "hex",
        "signature-header": "X-Signature",
        "timestamp-header": "X-Timestamp",
        "signed-content": "{timestamp}.{body}",
        "prefix": "v1=",
    },
    "webhooks": {
        "candidate.screened": {
            "post": {
                "summary": "A candidate was screened",
                "parameters": [
                    {
                        "name": "X-Event",
                        "in": "header",
                        "required": True,
                        "schema": {"enum": ["candidate.added", "candidate.screened"]},
                    },
                    {"name": "X-Version", "in": "header", "schema": {"const": 2}},
                    {"name": "X-Trace", "in": "header", "schema": {"type": "string"}},
                    {
                        "name": "X-Delivery",
                        "in": "header",
                        "schema": {"type": "string"},
                        "examples": {"first": {"value": "d-1"}, "second": {"value": "d-2"}},
                    },
                    {
                        "name": "x-signature",
                        "in": "header",
                        "required": True,
                        "schema": {"type": "string"},
                        "example": "v1=never-sent",
                    },
                ],
                "requestBody": {
                    "content": {
                        "application/json": {
                            "schema": {"type": "object"},
                            "examples": {"ada": {"value": ADA}, "bob": {"value": BOB}},
                        },
                        "application/x-www-form-urlencoded": {
                            "schema": {"type": "object"},
                            "examples": {"ada": {"value": ADA}},
                        },
                        "multipart/form-data": {"examples": {"ada": {"value": ADA}}},
                    }
                },
                "responses": {"200": {"description": "Received."}},
            }
        },
        "candidate.added": {
            "put": {
                "summary": "A candidate was added",
                "requestBody": {
                    "content": {
                        "application/json": {
                            "schema": {
                                "type": "object",
                                "required": ["id"],
                                "properties": {"id": {"type": "string"}},
                            }
                        }
                    }
                },
                "responses": {"200": {"description": "Received."}},
            }
        },
    },
}

Response = tuple[int, dict[str, str], bytes]
Request = tuple[str, str, dict[str, str], bytes]
Run = Callable[..., int]


class Receiver:
    """A receiver that records requests and sends a given response."""

    def __init__(self) -> None:
        self.requests: list[Request] = []
        self.response: Response = (204, {}, b"")
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def _any(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                fields = {name.lower(): value for name, value in self.headers.items()}
                receiver.requests.append((self.command, self.path, fields, body))
                status, headers, content = receiver.response
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                if status != 204 and "Content-Length" not in headers:
                    self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            do_POST = do_PUT = do_GET = _any  # noqa: N815

            def log_message(self, format: str, *args: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/hooks?from=test"

    @property
    def request(self) -> Request:
        """The only request that arrived."""
        (found,) = self.requests
        return found


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """A receiver that listens on loopback."""
    running = Receiver()
    thread = threading.Thread(target=running.server.serve_forever, args=(0.01,))
    thread.start()
    yield running
    running.server.shutdown()
    thread.join()
    running.server.server_close()


@pytest.fixture
def webhook(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """The command for a contract file, with or without a change."""
    monkeypatch.delenv(VARIABLE, raising=False)

    def run(*words: str, change: Callable[[dict[str, Any]], Any] | None = None) -> int:
        raw = deepcopy(SCREENING)
        if change:
            change(raw)
        path = tmp_path / "screening.json"
        path.write_text(json.dumps(raw), encoding="utf-8")
        return main(["webhook", str(path), *words])

    return run


EVENT = "candidate.screened"


def post(document: dict[str, Any]) -> Any:
    """The operation of the webhook that most tests send."""
    return document["webhooks"][EVENT]["post"]


def test_the_first_example_is_sent_as_json(webhook: Run, receiver: Receiver) -> None:
    """Compact, and without escapes for characters that are not ASCII."""
    assert webhook(EVENT, "--to", receiver.url, "--secret", SECRET) == 0

    method, path, fields, body = receiver.request
    assert (method, path) == ("POST", "/hooks?from=test")
    assert fields["content-type"] == "application/json"
    assert json.loads(body) == ADA
    assert '"name":"Ada Lovelacé"' in body.decode()


def test_the_bytes_that_arrive_are_the_ones_that_are_signed(
    webhook: Run, receiver: Receiver
) -> None:
    """So that a receiver that follows the vendor's documentation accepts them."""
    webhook(EVENT, "--to", receiver.url, "--secret", SECRET)

    _, _, fields, body = receiver.request
    content = fields["x-timestamp"].encode() + b"." + body
    expected = hmac.new(SECRET.encode(), content, hashlib.sha256).hexdigest()
    assert fields["x-signature"] == f"v1={expected}"


def test_the_timestamp_is_the_current_time(
    webhook: Run, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Receivers refuse old ones."""
    monkeypatch.setattr("time.time", lambda: 1_700_000_000.9)
    webhook(EVENT, "--to", receiver.url, "--secret", SECRET)

    assert receiver.request[2]["x-timestamp"] == "1700000000"


def test_the_secret_may_come_from_the_environment(
    webhook: Run, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An argument takes precedence."""
    monkeypatch.setenv(VARIABLE, SECRET)
    webhook(EVENT, "--to", receiver.url)
    monkeypatch.setenv(VARIABLE, "another")
    webhook(EVENT, "--to", receiver.url, "--secret", SECRET)

    for _, _, fields, body in receiver.requests:
        content = fields["x-timestamp"].encode() + b"." + body
        expected = hmac.new(SECRET.encode(), content, hashlib.sha256).hexdigest()
        assert fields["x-signature"] == f"v1={expected}"


@pytest.mark.parametrize("words", [(), ("--secret", "")])
def test_a_vendor_that_signs_needs_a_secret(
    webhook: Run,
    receiver: Receiver,
    capsys: pytest.CaptureFixture[str],
    words: tuple[str, ...],
) -> None:
    """Nothing is sent, and the message names both ways to give one."""
    assert webhook(EVENT, "--to", receiver.url, *words) == 2

    assert receiver.requests == []
    error = capsys.readouterr().err
    assert VARIABLE in error
    assert "--secret" in error


def test_the_secret_is_never_printed(
    webhook: Run, receiver: Receiver, capsys: pytest.CaptureFixture[str]
) -> None:
    """The signature may be."""
    webhook(EVENT, "--to", receiver.url, "--secret", SECRET)

    printed = capsys.readouterr()
    assert SECRET not in printed.out + printed.err
    assert f"X-Signature: {receiver.request[2]['x-signature']}" in printed.out


def test_another_example_is_sent_by_name(webhook: Run, receiver: Receiver) -> None:
    """Any example of the contract."""
    webhook(EVENT, "--to", receiver.url, "--secret", SECRET, "--example", "bob")

    assert json.loads(receiver.request[3]) == BOB


def test_a_form_is_sent_on_request(webhook: Run, receiver: Receiver) -> None:
    """Arrays repeat their name, objects are JSON, null is left out; the form is what is signed."""
    form = "application/x-www-form-urlencoded"
    webhook(EVENT, "--to", receiver.url, "--secret", SECRET, "--content-type", form)

    _, _, fields, body = receiver.request
    assert fields["content-type"] == form
    assert body == (b"id=c-1&name=Ada+Lovelac%C3%A9&tags=a&tags=b&score=%7B%22value%22%3A7%7D")
    content = fields["x-timestamp"].encode() + b"." + body
    expected = hmac.new(SECRET.encode(), content, hashlib.sha256).hexdigest()
    assert fields["x-signature"] == f"v1={expected}"


@pytest.mark.parametrize("media_type", ["application/xml", "multipart/form-data"])
def test_every_documented_media_type_can_be_sent(
    webhook: Run, receiver: Receiver, media_type: str
) -> None:
    """XML by its schema, and parts between a boundary that the Content-Type names."""

    def change(document: dict[str, Any]) -> None:
        schema = {"type": "object", "xml": {"name": "candidate"}}
        content = {"schema": schema, "example": {"id": "c-1", "tags": ["a", "b"]}}
        post(document)["requestBody"]["content"] = {media_type: content}

    assert webhook(EVENT, "--to", receiver.url, "--secret", SECRET, change=change) == 0
    _, _, fields, body = receiver.request
    if media_type == "application/xml":
        assert fields["content-type"] == media_type
        assert body == (
            b'<?xml version="1.0" encoding="UTF-8"?>\n'
            b"<candidate><id>c-1</id><tags>a</tags><tags>b</tags></candidate>"
        )
    else:
        boundary = fields["content-type"].removeprefix("multipart/form-data; boundary=").encode()
        names = [b"id", b"tags", b"tags"]
        parts = zip(names, [b"c-1", b"a", b"b"], strict=True)
        head = b'--%b\r\nContent-Disposition: form-data; name="%b"\r\n\r\n%b\r\n'
        assert body == (
            b"".join(head % (boundary, name, text) for name, text in parts)
            + b"--%b--\r\n" % boundary
        )


# what is set in the payload of `ada`, and the members that are different then
CHANGES: dict[str, tuple[list[str], dict[str, Any]]] = {
    "a number": (["/score/value=8"], {"score": {"value": 8}}),
    "a text": (["/name=Bob = Bob"], {"name": "Bob = Bob"}),
    "a text of digits": (['/name="7"'], {"name": "7"}),
    "a new member": (["/a~1b=null"], {"a/b": None}),
    "an entry": (["/tags/0=x"], {"tags": ["x", "b"]}),
    "one more entry": (["/tags/-={}"], {"tags": ["a", "b", {}]}),
    "several": (["/score={}", "/score/value=[1]"], {"score": {"value": [1]}}),
}


@pytest.mark.parametrize("name", CHANGES)
def test_values_of_the_payload_can_be_set(webhook: Run, receiver: Receiver, name: str) -> None:
    """At JSON pointers; the changed bytes are what is signed."""
    settings, members = CHANGES[name]
    words = [word for setting in settings for word in ("--set", setting)]
    assert webhook(EVENT, "--to", receiver.url, "--secret", SECRET, *words) == 0

    _, _, fields, body = receiver.request
    assert json.loads(body) == {**ADA, **members}
    content = fields["x-timestamp"].encode() + b"." + body
    expected = hmac.new(SECRET.encode(), content, hashlib.sha256).hexdigest()
    assert fields["x-signature"] == f"v1={expected}"


def test_the_whole_payload_can_be_set(webhook: Run, receiver: Receiver) -> None:
    """The empty pointer is the payload itself."""
    assert webhook(EVENT, "--to", receiver.url, "--secret", SECRET, "--set", "=[1]") == 0
    assert receiver.request[3] == b"[1]"


def test_a_payload_that_the_contract_forbids_is_sent_with_a_note(
    webhook: Run, receiver: Receiver, capsys: pytest.CaptureFixture[str]
) -> None:
    """A receiver has to survive what a vendor should not send."""
    words = ("candidate.added", "--to", receiver.url, "--secret", SECRET, "--set", "/id=7")
    assert webhook(*words) == 0
    assert "note: not valid by the contract: /id: 7 is not of type" in capsys.readouterr().err
    assert json.loads(receiver.request[3]) == {"id": 7}


@pytest.mark.parametrize("pointer", ["/nix/a", "/tags/2", "/tags/x", "/name/first", "/a/-"])
def test_a_place_that_the_payload_does_not_have_is_refused(
    webhook: Run, receiver: Receiver, capsys: pytest.CaptureFixture[str], pointer: str
) -> None:
    """The message lists those that it has."""
    assert webhook(EVENT, "--to", receiver.url, "--secret", SECRET, "--set", f"{pointer}=1") == 2
    error = capsys.readouterr().err
    assert f"{pointer} is not a place in the payload; documented: /id, /name, /tags" in error
    assert receiver.requests == []


@pytest.mark.parametrize("setting", ["/id", "id=7"])
def test_a_setting_is_a_pointer_and_a_value(
    webhook: Run, capsys: pytest.CaptureFixture[str], setting: str
) -> None:
    """Anything else is refused with an example."""
    with pytest.raises(SystemExit) as caught:
        webhook(EVENT, "--to", "http://x.test", "--set", setting)
    assert caught.value.code == 2
    assert "is not POINTER=VALUE, such as /data/score=7" in capsys.readouterr().err


@pytest.mark.parametrize("to", [(), ("--to", "http://x.test/hooks")])
def test_a_dry_run_prints_what_would_be_sent_and_sends_nothing(
    webhook: Run, capsys: pytest.CaptureFixture[str], to: tuple[str, ...]
) -> None:
    """Head and body, signed; a receiver is not needed."""
    assert webhook(EVENT, *to, "--secret", SECRET, "--dry-run") == 0
    head, _, body = capsys.readouterr().out.partition("\n\n")
    first, *fields = head.splitlines()
    assert first == " ".join(["POST", *to[1:]])
    assert {"Content-Type: application/json", "X-Version: 2"} <= {*fields}
    assert any(field.startswith("X-Signature: v1=") for field in fields)
    assert json.loads(body) == ADA


def test_what_was_sent_is_printed_before_what_came_back(
    webhook: Run, receiver: Receiver, capsys: pytest.CaptureFixture[str]
) -> None:
    """Of a long body only the beginning."""
    receiver.response = (200, {}, b"thanks")
    long = f"/name={'x' * 20_000}"
    assert webhook(EVENT, "--to", receiver.url, "--secret", SECRET, "--set", long) == 0
    sent, _, received = capsys.readouterr().out.partition("(the rest is left out)")
    assert '"name":"xxx' in sent
    assert "200 OK" in received
    assert "thanks" in received


# the header field: what is sent in it
FIELDS = {
    "x-event": "candidate.screened",
    "x-version": "2",
    "x-delivery": "d-1",
    "x-trace": None,
}


@pytest.mark.parametrize("name", FIELDS)
def test_documented_header_fields_are_sent(webhook: Run, receiver: Receiver, name: str) -> None:
    """The name of the event, a constant or the first example, else no field."""
    webhook(EVENT, "--to", receiver.url, "--secret", SECRET)

    assert receiver.request[2].get(name) == FIELDS[name]


def test_a_required_header_field_without_a_value_is_reported(
    webhook: Run, receiver: Receiver, capsys: pytest.CaptureFixture[str]
) -> None:
    """The vendor sends more than what arrives here."""

    def change(document: dict[str, Any]) -> None:
        post(document)["parameters"][2]["required"] = True

    assert webhook(EVENT, "--to", receiver.url, "--secret", SECRET, change=change) == 0
    assert "note: X-Trace is required" in capsys.readouterr().err


def test_a_header_field_that_would_break_the_message_is_refused(
    webhook: Run, receiver: Receiver, capsys: pytest.CaptureFixture[str]
) -> None:
    """Anyone may have written the contract."""

    def change(document: dict[str, Any]) -> None:
        post(document)["parameters"][1]["schema"]["const"] = "1\r\nX-Admin: yes"

    assert webhook(EVENT, "--to", receiver.url, "--secret", SECRET, change=change) == 2
    assert receiver.requests == []
    assert "X-Version" in capsys.readouterr().err


def test_the_method_is_the_documented_one(webhook: Run, receiver: Receiver) -> None:
    """Even if it is not POST."""
    assert webhook("candidate.added", "--to", receiver.url, "--secret", SECRET) == 0

    assert receiver.request[0] == "PUT"


def test_a_webhook_without_example_is_generated_from_its_schema(
    webhook: Run, receiver: Receiver, capsys: pytest.CaptureFixture[str]
) -> None:
    """A note says so."""
    webhook("candidate.added", "--to", receiver.url, "--secret", SECRET)

    assert json.loads(receiver.request[3]) == {"id": "text"}
    assert "made from the schema" in capsys.readouterr().err


# the signature extension of the contract, and the reason that is printed
UNSIGNED: dict[str, tuple[dict[str, Any] | None, str]] = {
    "nothing": (None, "no signature is documented"),
    "none": ({"algorithm": "none"}, "not known to sign"),
    "not all": (
        {"algorithm": "hmac-sha256", "signature-header": "X-Signature"},
        "not public: encoding, signed-content",
    ),
}


@pytest.mark.parametrize("name", UNSIGNED)
def test_a_webhook_that_cannot_be_signed_is_sent_unsigned(
    webhook: Run, receiver: Receiver, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    """No signature is invented, and the output says that a given secret was not used."""
    extension, message = UNSIGNED[name]

    def change(document: dict[str, Any]) -> None:
        del document["x-webhook-signature"], post(document)["parameters"][4]
        if extension is not None:
            document["x-webhook-signature"] = extension

    assert webhook(EVENT, "--to", receiver.url, change=change) == 0
    assert "secret" not in capsys.readouterr().out
    assert webhook(EVENT, "--to", receiver.url, "--secret", SECRET, change=change) == 0
    printed = capsys.readouterr().out
    assert message in printed
    assert "the secret was not used" in printed
    assert not any("x-signature" in fields for _, _, fields, _ in receiver.requests)


@pytest.mark.parametrize(
    ("status", "code"), [(200, 0), (204, 0), (302, 1), (404, 1), (410, 1), (500, 1)]
)
def test_the_exit_code_is_0_for_a_2xx_alone(
    webhook: Run,
    receiver: Receiver,
    capsys: pytest.CaptureFixture[str],
    status: int,
    code: int,
) -> None:
    """Vendors take any other status for a failure; it is printed in any case."""
    receiver.response = (status, {}, b"")

    assert webhook(EVENT, "--to", receiver.url, "--secret", SECRET) == code
    assert f"\n{status} " in capsys.readouterr().out


def test_a_redirect_is_printed_and_not_followed(
    webhook: Run, receiver: Receiver, capsys: pytest.CaptureFixture[str]
) -> None:
    """Personal data is sent to the given URL and nowhere else."""
    receiver.response = (307, {"Location": "/elsewhere", "X-Other": "hidden"}, b"")

    assert webhook(EVENT, "--to", receiver.url, "--secret", SECRET) == 1
    assert len(receiver.requests) == 1
    printed = capsys.readouterr().out
    assert "location: /elsewhere" in printed
    assert "hidden" not in printed


def test_the_response_cannot_control_the_terminal(
    webhook: Run, receiver: Receiver, capsys: pytest.CaptureFixture[str]
) -> None:
    """Neither with its body nor with its header fields; lines and tabs are kept."""
    receiver.response = (
        200,
        {"Content-Type": "text/plain\x1b]0;owned\x07"},
        b"one\r\n\ttwo \x1b[2J\x07 caf\xc3\xa9 \xff \xe2\x80\xae",
    )
    webhook(EVENT, "--to", receiver.url, "--secret", SECRET)

    printed = capsys.readouterr().out
    assert "one\n\ttwo \\x1b[2J\\x07 café � \\u202e\n" in printed
    assert all(c.isprintable() or c in "\n\t" for c in printed)


def test_a_long_response_is_truncated(
    webhook: Run, receiver: Receiver, capsys: pytest.CaptureFixture[str]
) -> None:
    """Some receivers respond with a whole page."""
    receiver.response = (200, {}, b"x" * 1_000_000)

    assert webhook(EVENT, "--to", receiver.url, "--secret", SECRET) == 0
    printed = capsys.readouterr().out
    assert len(printed) < 20_000
    assert "the rest is left out" in printed


def test_a_response_that_breaks_off_has_its_status(
    webhook: Run, receiver: Receiver, capsys: pytest.CaptureFixture[str]
) -> None:
    """The status arrived before the end."""
    receiver.response = (200, {"Content-Length": "50", "Connection": "close"}, b"so far")

    assert webhook(EVENT, "--to", receiver.url, "--secret", SECRET, "--timeout", "2") == 0
    printed = capsys.readouterr().out
    assert "so far" in printed
    assert "the rest is left out" in printed


def test_a_proxy_is_not_used_for_a_receiver_on_this_machine(
    webhook: Run, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The proxy could not reach it."""
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)

    assert webhook(EVENT, "--to", receiver.url, "--secret", SECRET) == 0


def test_credentials_in_the_url_are_sent_and_not_printed(
    webhook: Run, receiver: Receiver, capsys: pytest.CaptureFixture[str]
) -> None:
    """Receivers of unsigned webhooks are often protected with them."""
    url = receiver.url.replace("http://", "http://ada:hush@")
    webhook(EVENT, "--to", url, "--secret", SECRET)

    assert receiver.request[2]["authorization"] == "Basic YWRhOmh1c2g="
    printed = capsys.readouterr().out
    assert "hush" not in printed
    assert "Basic" not in printed


def test_a_response_that_does_not_come_in_time_is_reported_in_one_line(
    webhook: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    """Vendors give up as well."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/"
        assert webhook(EVENT, "--to", url, "--secret", SECRET, "--timeout", "0.2") == 2

    assert "no response within 0.2 seconds\n" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("data", "drip"),
    [
        (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
        (b"HTTP/1.1 200 OK\r\nX-Long: ", b"x"),
        (b"HTTP/1.1 200 ", b"O"),
    ],
)
def test_a_header_that_never_ends_is_given_up(
    webhook: Run, capsys: pytest.CaptureFixture[str], data: bytes, drip: bytes
) -> None:
    """Even if some bytes arrive all the time."""

    def talk(connection: Connection) -> None:
        connection.request()
        connection.send(data)
        connection.drip(drip)

    with raw_server(talk) as url:
        assert webhook(EVENT, "--to", url, "--secret", SECRET, "--timeout", "0.4") == 2
    assert capsys.readouterr().err == f"greenroom webhook: {url}: no response within 0.4 seconds\n"


@pytest.mark.parametrize("length", [b"Content-Length: 100000\r\n", b""])
def test_the_status_counts_though_the_body_never_ends(
    webhook: Run, capsys: pytest.CaptureFixture[str], length: bytes
) -> None:
    """What has arrived in time is printed."""

    def talk(connection: Connection) -> None:
        connection.request()
        connection.send(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n%s\r\n" % length)
        connection.drip(b"a")

    with raw_server(talk) as url:
        assert webhook(EVENT, "--to", url, "--secret", SECRET, "--timeout", "0.4") == 0
    printed = capsys.readouterr().out
    assert "aaa" in printed
    assert "the rest is left out" in printed


def test_a_receiver_that_does_not_listen_is_reported_in_one_line(
    webhook: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    """The most frequent mistake."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    url = f"http://127.0.0.1:{port}/"

    assert webhook(EVENT, "--to", url, "--secret", SECRET) == 2
    assert capsys.readouterr().err == f"greenroom webhook: {url}: Connection refused\n"


BAD: dict[str, tuple[tuple[str, ...], str]] = {
    "unknown event": (("candidate.fired", "--to", "http://x.test"), "candidate.added"),
    "unknown example": ((EVENT, "--to", "http://x.test", "--example", "eve"), "ada, bob"),
    "unknown media type": (
        (EVENT, "--to", "http://x.test", "--content-type", "text/csv"),
        "application/json, application/x-www-form-urlencoded",
    ),
    "no receiver": ((EVENT,), "--to is missing"),
    "no event": (("--to", "http://x.test"), "EVENT is missing"),
    "no scheme": ((EVENT, "--to", "localhost:3000"), "not an http or https URL"),
    "another scheme": ((EVENT, "--to", "file:///etc/passwd"), "not an http or https URL"),
    "no host": ((EVENT, "--to", "http:///hooks"), "not an http or https URL"),
    "no port": ((EVENT, "--to", "http://x.test:99999"), "not a valid URL"),
    "broken host": ((EVENT, "--to", "http://[::1"), "not a valid URL"),
    "long label": ((EVENT, "--to", f"http://{'a' * 64}.test"), "label"),
    "control character": ((EVENT, "--to", "http://x.test/\x1b[2J"), "not a valid URL"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_refused_in_one_line(
    webhook: Run, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    """The message says what would be right, and nothing is sent."""
    words, message = BAD[name]

    assert webhook(*words, "--secret", SECRET) == 2
    error = capsys.readouterr().err
    assert message in error
    assert error.count("\n") == 1
    assert error.rstrip("\n").isprintable()


@pytest.mark.parametrize("seconds", ["0", "-1", "nan", "inf", "soon"])
def test_a_timeout_is_a_number_of_seconds(
    webhook: Run, capsys: pytest.CaptureFixture[str], seconds: str
) -> None:
    """A positive and finite one."""
    with pytest.raises(SystemExit) as caught:
        webhook(EVENT, "--to", "http://x.test", "--timeout", seconds)
    assert caught.value.code == 2
    assert "number" in capsys.readouterr().err


@pytest.mark.parametrize("words", [(), ("--list",), (EVENT, "--list")])
def test_the_events_are_listed_with_their_examples(
    webhook: Run, capsys: pytest.CaptureFixture[str], words: tuple[str, ...]
) -> None:
    """The output has all that is needed to send one."""
    assert webhook(*words) == 0

    head, first, second, *rest = capsys.readouterr().out.splitlines()
    assert head.split() == ["EVENT", "EXAMPLES", "SUMMARY"]
    assert first.split(maxsplit=3) == [EVENT, "ada,", "bob", "A candidate was screened"]
    assert second.split(maxsplit=2) == ["candidate.added", "-", "A candidate was added"]
    assert rest[-2:] == [
        "Sent signed with hmac-sha256 in X-Signature.",
        f"The secret is read from {VARIABLE}.",
    ]


def test_a_contract_without_webhooks_is_reported(
    webhook: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    """Most OpenAPI files have none."""

    def change(document: dict[str, Any]) -> None:
        document["paths"] = {}
        del document["webhooks"]

    assert webhook(change=change) == 0
    assert capsys.readouterr().out == "screening documents no webhooks\n"
