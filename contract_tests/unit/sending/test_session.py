"""The session obeys Retry-After, adds no credentials, and bounds every wait."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests
from checked import things

from greenroom.http.exchange import DOCUMENTED, Exchange
from greenroom_contracts.sending.guard import Guard
from greenroom_contracts.sending.rate_limit import RateLimiter
from greenroom_contracts.sending.session import (
    Budget,
    BudgetSpentError,
    GuardedSession,
    QuotaSpentError,
)
from servers import HttpResponse, serving

ALL = [operation.id for operation in things().operations]


def session(
    url: str, budget: Budget | None = None, rests: list[float] | None = None
) -> GuardedSession:
    """A session that may send everything; `rests` gets the seconds of every wait."""
    limiter = RateLimiter({}, sleep=(rests if rests is not None else []).append)
    return GuardedSession(Guard(things(), url, ALL), limiter, budget)


@contextmanager
def sending_bytes(head: bytes, drip: bytes = b"") -> Iterator[str]:
    """A server that writes bytes to every client, then more, slowly, until it disconnects."""
    stop = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.05)

        def run() -> None:
            while not stop.is_set():
                try:
                    connection, _ = listener.accept()
                except TimeoutError:
                    continue
                with connection:
                    try:
                        connection.recv(65536)
                        connection.sendall(head)
                        while drip and not stop.wait(0.05):
                            connection.sendall(drip)
                        if not head:
                            stop.wait(5)
                    except OSError:
                        continue

        thread = threading.Thread(target=run, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        stop.set()
        thread.join(2)


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


def test_a_compressed_body_is_recorded_decoded() -> None:
    """The content coding is removed."""
    import gzip

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


def test_a_server_that_hangs_is_given_up() -> None:
    """After the time that a response may take."""
    with sending_bytes(b"") as url:
        assert failed(url).error == "no response in time"


def test_a_body_that_never_ends_is_given_up() -> None:
    """Even if some bytes arrive all the time."""
    head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n"
    with sending_bytes(head, drip=b" ") as url:
        assert failed(url).error == "no response in time"


def test_a_body_that_breaks_off_is_an_error() -> None:
    """Fewer bytes arrive than Content-Length states."""
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{}"
    with sending_bytes(head) as url:
        exchange = failed(url)
    assert exchange.response is None
    assert exchange.error


def test_a_response_that_is_not_http_is_an_error() -> None:
    """The error is one line."""
    with sending_bytes(b"220 smtp.example.com ESMTP\r\n") as url:
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
