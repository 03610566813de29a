"""The session obeys Retry-After, adds no credentials, and bounds every wait."""

from __future__ import annotations

import gzip
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
import requests
from checked import things

from greenroom.http.exchange import DOCUMENTED, Exchange
from greenroom.version import __version__
from greenroom_contracts.sending.guard import Guard
from greenroom_contracts.sending.rate_limit import RateLimiter
from greenroom_contracts.sending.session import (
    Budget,
    BudgetSpentError,
    GuardedSession,
    QuotaSpentError,
)
from raw_servers import Connection, raw_server, response
from servers import HttpResponse, serving

ALL = [operation.id for operation in things().operations]


def session(
    url: str, budget: Budget | None = None, rests: list[float] | None = None
) -> GuardedSession:
    """A session that may send everything; `rests` gets the seconds of every wait."""
    limiter = RateLimiter({}, sleep=(rests if rests is not None else []).append)
    return GuardedSession(Guard(things(), url, ALL), limiter, budget)


def test_an_exchange_is_recorded_with_its_purpose() -> None:
    """Request, response, purpose and note are recorded."""
    with serving(lambda request: HttpResponse(body=b"[]")) as (url, _):
        sent = session(url)
        with sent.about(DOCUMENTED, "example One"):
            sent.get(f"{url}/things", headers={"X-Key": "k"})
    (exchange,) = sent.exchanges
    assert (exchange.operation, exchange.purpose, exchange.note) == (
        "listThings",
        DOCUMENTED,
        "example One",
    )
    assert exchange.request.header("x-key") == "k"
    assert exchange.response is not None
    assert (exchange.response.status, exchange.response.body) == (200, b"[]")


def test_a_request_says_who_sends_it() -> None:
    """A vendor that sees unusual requests can tell where they come from."""
    with serving(lambda request: HttpResponse(body=b"[]")) as (url, _):
        sent = session(url)
        sent.get(f"{url}/things")
        sent.get(f"{url}/things", headers={"User-Agent": "documented"})
    agents = [exchange.request.header("user-agent") for exchange in sent.exchanges]
    assert agents == [f"greenroom/{__version__}", "documented"]


def test_a_compressed_body_is_recorded_decoded() -> None:
    """The content coding is removed."""
    headers = {"Content-Type": "application/json", "Content-Encoding": "gzip"}
    with serving(lambda request: HttpResponse(200, gzip.compress(b"[1]"), headers)) as (url, _):
        sent = session(url)
        assert sent.get(f"{url}/things").json() == [1]


@pytest.mark.parametrize("status", [429, 503])
def test_retry_after_is_obeyed(status: int) -> None:
    """The same request is sent again after the seconds in the field."""
    responses = iter([HttpResponse(status, b"", {"Retry-After": "7"}), HttpResponse()])
    rests: list[float] = []
    with serving(lambda request: next(responses)) as (url, seen):
        response = session(url, rests=rests).get(f"{url}/things")
    assert (response.status_code, rests, len(seen)) == (200, [7.0], 2)


def test_the_number_of_retries_is_bounded() -> None:
    """A server that always responds with Retry-After gets two more requests."""
    with serving(lambda request: HttpResponse(429, b"", {"Retry-After": "1"})) as (url, seen):
        assert session(url).get(f"{url}/things").status_code == 429
    assert len(seen) == 3


def test_waiting_longer_than_the_budget_ends_the_run() -> None:
    """It does not wait until the budget is used up."""
    with serving(lambda request: HttpResponse(429, b"", {"Retry-After": "600"})) as (url, _):
        sent = session(url, Budget(seconds=30))
        with pytest.raises(BudgetSpentError, match="600 s"):
            sent.get(f"{url}/things")


def test_an_operation_gets_at_most_its_planned_requests() -> None:
    """Other operations are not affected."""
    with serving(lambda request: HttpResponse(body=b"[]")) as (url, _):
        sent = session(url, Budget(each={"listThings": 1}))
        sent.get(f"{url}/things")
        with pytest.raises(QuotaSpentError):
            sent.get(f"{url}/things")
        assert sent.get(f"{url}/things/1").status_code == 200


def test_cookies_are_not_kept() -> None:
    """With a session cookie a request without credential would be accepted."""
    headers = {"Set-Cookie": "session=abc; Path=/"}
    with serving(lambda request: HttpResponse(200, b"[]", headers)) as (url, seen):
        sent = session(url)
        sent.get(f"{url}/things")
        sent.get(f"{url}/things")
    assert "cookie" not in seen[1].headers


def test_a_netrc_adds_no_credential(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A request without credential stays without one."""
    file = tmp_path / "netrc"
    file.write_text("machine 127.0.0.1 login user password secret\n")
    file.chmod(0o600)
    monkeypatch.setenv("NETRC", str(file))
    with serving(lambda request: HttpResponse(body=b"[]")) as (url, seen):
        session(url).get(f"{url}/things")
    assert "authorization" not in seen[0].headers


def failed(url: str, timeout: float = 0.4) -> Exchange:
    """The exchange of a request that gets no complete response."""
    sent = session(url, Budget(timeout=timeout))
    with pytest.raises(requests.RequestException):
        sent.get(f"{url}/things")
    return sent.exchanges[-1]


def sending_bytes(data: bytes, drip: bytes = b"") -> Callable[[Connection], None]:
    """Writes bytes to a client, then others again and again until it disconnects."""

    def talk(connection: Connection) -> None:
        connection.request()
        connection.send(data)
        if drip:
            connection.drip(drip)

    return talk


_OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
_ENDLESS = {
    "nothing": (b"", b""),
    "interim responses": (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    "early hints": (b"", b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"),
    "a status line": (b"HTTP/1.1 200 ", b"O"),
    "a header field": (_OK + b"X-Long: ", b"x"),
    "header of an interim response": (b"HTTP/1.1 100 Continue\r\nX-Long: ", b"x"),
    "a body": (_OK + b"\r\n", b" "),
    "a body with a length": (_OK + b"Content-Length: 100000\r\n\r\n", b" "),
    "chunks": (_OK + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n"),
    "a chunk extension": (_OK + b"Transfer-Encoding: chunked\r\n\r\n1;x=", b"y"),
    "trailers": (_OK + b"Transfer-Encoding: chunked\r\n\r\n2\r\n[]\r\n0\r\n", b"A: b\r\n"),
}


@pytest.mark.parametrize("what", _ENDLESS)
def test_a_response_that_never_ends_is_given_up(what: str) -> None:
    """After the time that a response may take, even if some bytes arrive all the time."""
    data, drip = _ENDLESS[what]

    def talk(connection: Connection) -> None:
        connection.request()
        connection.send(data)
        connection.drip(drip) if drip else connection.rest()

    with raw_server(talk) as url:
        assert failed(url).error == "no response in time"


def test_a_slow_response_that_ends_in_time_is_received() -> None:
    """The deadline is for the whole, and does not disturb the next response."""

    def talk(connection: Connection) -> None:
        while connection.request():
            for byte in b"HTTP/1.1 100 Continue\r\n\r\n" + response(b"[1]"):
                connection.send(bytes([byte]))

    with raw_server(talk) as url:
        sent = session(url, Budget(timeout=10))
        bodies = [sent.get(f"{url}/things").content for _ in range(3)]
    assert bodies == [b"[1]"] * 3


@pytest.mark.parametrize("status", [b"100 Continue", b"102 Processing", b"103 Early Hints"])
def test_an_interim_response_is_not_the_response(status: bytes) -> None:
    """RFC 9110 section 15.2: a client must be able to parse one or more of them."""
    with raw_server(sending_bytes(b"HTTP/1.1 %s\r\n\r\n" % status * 2 + response())) as url:
        assert session(url).get(f"{url}/things").status_code == 200


_NONE = b"HTTP/1.1 204 No Content\r\n"
_STRAY = {
    "without a length": (_NONE + b"\r\n", b"stray"),
    "with a length": (_NONE + b"Content-Length: 5\r\n\r\n", b"stray"),
    "in chunks": (_NONE + b"Transfer-Encoding: chunked\r\n\r\n", b"5\r\nstray\r\n0\r\n\r\n"),
    "of a 304": (b"HTTP/1.1 304 Not Modified\r\n\r\n", b"stray"),
}


@pytest.mark.parametrize("what", _STRAY)
def test_content_after_a_response_that_has_none_is_not_the_next_response(what: str) -> None:
    """It is in the record, as a fault of the server (RFC 9110 section 15.3.5)."""
    head, content = _STRAY[what]

    def talk(connection: Connection) -> None:
        while line := connection.request():
            connection.send(head + content if line.startswith(b"DELETE") else response(b"[1]"))

    with raw_server(talk) as url:
        sent = session(url)
        sent.delete(f"{url}/things/1")
        assert sent.get(f"{url}/things").json() == [1]
    received = sent.exchanges[0].response
    assert received is not None
    assert received.body == content


def test_late_content_after_a_response_that_has_none_is_not_the_next_response() -> None:
    """The connection is not used again, so that it arrives nowhere."""
    # The server writes it once the next request is there.
    asked = threading.Event()

    def talk(connection: Connection) -> None:
        while line := connection.request():
            if line.startswith(b"DELETE"):
                connection.send(_NONE + b"\r\n")
                asked.wait(10)
                connection.send(response(b"[9]"))
            else:
                asked.set()
                connection.send(response(b"[1]"))

    with raw_server(talk) as url:
        sent = session(url)
        sent.delete(f"{url}/things/1")
        assert sent.get(f"{url}/things").json() == [1]


@pytest.mark.parametrize("status", [204, 304])
def test_a_response_without_content_has_none(status: int) -> None:
    """A 304 may have the length of what it does not send (RFC 9110 section 8.6)."""
    length = b"Content-Length: 5\r\n" if status == 304 else b""
    with raw_server(sending_bytes(b"HTTP/1.1 %d x\r\n%s\r\n" % (status, length))) as url:
        sent = session(url)
        sent.delete(f"{url}/things/1")
    received = sent.exchanges[0].response
    assert received is not None
    assert (received.status, received.body) == (status, b"")


def test_the_body_of_a_205_is_recorded() -> None:
    """Its framing is that of any response, although it must not have content (15.3.6)."""
    with raw_server(sending_bytes(response(b"[1]", b"205 Reset Content"))) as url:
        sent = session(url)
        sent.get(f"{url}/things")
    received = sent.exchanges[0].response
    assert received is not None
    assert received.body == b"[1]"


class Idle:
    """A server that closes each connection at its second request, without a response.

    `seen` are the request lines that it received, with the number of the connection.
    """

    def __init__(self, responds: bool = True) -> None:
        self.seen: list[tuple[int, bytes]] = []
        self._responds = responds

    def __call__(self, connection: Connection) -> None:
        for count in range(2):
            line = connection.request().partition(b" HTTP")[0]
            if not line:
                return
            self.seen.append((connection.number, line))
            if count or not self._responds:
                return
            connection.send(response())


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_a_request_on_an_idle_connection_that_was_closed_is_sent_once_more(method: str) -> None:
    """On a new connection, if it can be repeated (RFC 9110 section 9.2.2)."""
    server = Idle()
    path = "/things" if method == "GET" else "/things/1"
    with raw_server(server) as url:
        sent = session(url)
        sent.get(f"{url}/things")
        assert sent.request(method, url + path).status_code == 200
    assert [number for number, _ in server.seen] == [1, 1, 2]
    assert [exchange.error for exchange in sent.exchanges] == ["", ""]


def test_what_must_not_be_repeated_is_sent_once_on_a_new_connection() -> None:
    """An idle connection may have been closed, and then the request could not be repeated."""
    server = Idle()
    with raw_server(server) as url:
        sent = session(url)
        for path in ("/things", "/things/1/call"):
            sent.get(f"{url}/things")
            assert sent.post(url + path, json={}).status_code == 200
    assert [line for _, line in server.seen if line.startswith(b"POST")] == [
        b"POST /things",
        b"POST /things/1/call",
    ]


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_new_connection_that_is_closed_without_a_response_is_an_error(method: str) -> None:
    """The server fails at this request; another one would be no better."""
    server = Idle(responds=False)
    with raw_server(server) as url:
        sent = session(url)
        with pytest.raises(requests.ConnectionError):
            sent.request(method, f"{url}/things")
    assert len(server.seen) == 1
    assert sent.exchanges[0].error.startswith("no connection: ")


def test_a_response_that_breaks_off_is_not_asked_for_again() -> None:
    """The server has processed the request."""
    lines: list[bytes] = []

    def talk(connection: Connection) -> None:
        while request := connection.request():
            lines.append(request)
            connection.send(response() if len(lines) == 1 else b"HTTP/1.1 20")
            if len(lines) > 1:
                return

    with raw_server(talk) as url:
        sent = session(url)
        sent.get(f"{url}/things")
        with pytest.raises(requests.RequestException):
            sent.get(f"{url}/things")
    assert len(lines) == 2


def test_a_repeated_request_counts_towards_the_budget() -> None:
    """The server may have received it twice."""
    with raw_server(Idle()) as url:
        sent = session(url, Budget(requests=3))
        sent.get(f"{url}/things")
        sent.get(f"{url}/things")
        with pytest.raises(BudgetSpentError):
            sent.get(f"{url}/things")


@pytest.mark.parametrize("coding", ["br", "zstd", "gzip, br", "rot13"])
def test_a_content_coding_that_was_not_offered_is_named(coding: str) -> None:
    """The body would be judged as the bytes that it is not."""
    headers = {"Content-Type": "application/json", "Content-Encoding": coding}
    body = b"\x0b\x02\x80[]\x03"
    body = gzip.compress(body) if coding.startswith("gzip") else body
    with serving(lambda request: HttpResponse(200, body, headers)) as (url, seen):
        error = failed(url, 5).error
    assert f"Content-Encoding {coding.removeprefix('gzip, ')} cannot be decoded" in error
    assert coding not in seen[0].headers["accept-encoding"]


def test_two_media_types_are_an_error_that_names_them() -> None:
    """Which one the body has is not known."""
    fields = b"Content-Type: text/html\r\nContent-Type: application/json\r\nContent-Length: 2"
    with raw_server(sending_bytes(b"HTTP/1.1 200 OK\r\n%s\r\n\r\n{}" % fields)) as url:
        error = failed(url).error
    assert error.startswith("2 header fields Content-Type (text/html, application/json)")


def test_a_body_that_breaks_off_is_an_error() -> None:
    """Fewer bytes arrive than Content-Length states."""
    with raw_server(sending_bytes(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{}")) as url:
        exchange = failed(url)
    assert exchange.response is None
    assert exchange.error


def test_a_response_that_is_not_http_is_an_error() -> None:
    """The error is one line."""
    with raw_server(sending_bytes(b"220 smtp.example.com ESMTP\r\n")) as url:
        error = failed(url).error
    assert error
    assert "\n" not in error


def test_an_unknown_host_name_is_an_error() -> None:
    """The name is looked up, and no host is contacted."""
    exchange = failed("http://nobody.invalid")
    assert exchange.error == "the host name cannot be resolved"


def test_an_exchange_is_recorded_before_listeners_are_called() -> None:
    """A listener gets the exchange that was recorded last."""
    received: list[Exchange] = []
    with serving(lambda request: HttpResponse(body=b"[]")) as (url, _):
        sent = session(url)
        sent.listen(received.append)
        sent.get(f"{url}/things")
    assert received == sent.exchanges
