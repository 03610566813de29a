"""An interrupt waits for the response in progress; a creation without response is listed."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator

import pytest
from checked import things

from greenroom_contracts.planning.options import Options
from greenroom_contracts.running.check import check
from greenroom_contracts.sending.interruption import Interruption
from raw_servers import Connection, raw_server
from servers import HttpRequest, HttpResponse, mocking, serving

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT)


@pytest.fixture
def interruption() -> Iterator[Interruption]:
    """An Interruption that handles the signals of this process."""
    before = {number: signal.getsignal(number) for number in SIGNALS}
    installed = Interruption()
    installed.install()
    yield installed
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.parametrize("number", SIGNALS)
def test_a_signal_between_exchanges_interrupts(interruption: Interruption, number: int) -> None:
    """No exchange is in progress that could be lost."""
    with pytest.raises(KeyboardInterrupt):
        signal.raise_signal(number)


def _signalled(interruption: Interruption, times: int, done: list[str]) -> None:
    """An exchange during which signals arrive, and which records that it ended."""
    with interruption.deferred():
        for _ in range(times):
            signal.raise_signal(signal.SIGINT)
        done.append("all")


def test_a_signal_is_deferred_to_the_end_of_the_exchange(interruption: Interruption) -> None:
    """It interrupts once, directly after it."""
    done: list[str] = []
    with pytest.raises(KeyboardInterrupt):
        _signalled(interruption, 1, done)
    assert done == ["all"]
    with interruption.deferred():
        pass


def test_a_second_signal_interrupts_at_once(interruption: Interruption) -> None:
    """The exchange may never end, because the server hangs."""
    done: list[str] = []
    with pytest.raises(KeyboardInterrupt):
        _signalled(interruption, 2, done)
    assert done == []


def test_a_second_signal_during_the_next_exchange_interrupts_at_once(
    interruption: Interruption,
) -> None:
    """Cleaning up after the first one may hang, too."""
    done: list[str] = []
    with pytest.raises(KeyboardInterrupt):
        _signalled(interruption, 1, done)
    with pytest.raises(KeyboardInterrupt):
        _signalled(interruption, 1, done)
    assert done == ["all"]


def test_a_hang_up_that_the_caller_ignores_stays_ignored() -> None:
    """`nohup` does that."""
    before = {number: signal.getsignal(number) for number in SIGNALS}
    try:
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
        Interruption().install()
        assert signal.getsignal(signal.SIGHUP) == signal.SIG_IGN
        assert signal.getsignal(signal.SIGQUIT) != before[signal.SIGQUIT]
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@pytest.mark.parametrize("number", SIGNALS)
def test_a_resource_created_while_interrupted_is_deleted(
    interruption: Interruption, number: int
) -> None:
    """The interrupt waits for the response that identifies it."""
    deleted: list[str] = []

    def interrupting(request: HttpRequest, response: HttpResponse) -> HttpResponse:
        if request.method == "POST" and request.path == "/things" and response.status == 201:
            signal.raise_signal(number)
        if request.method == "DELETE" and response.status == 204:
            deleted.append(request.path)
        return response

    options = Options(writes=True, generated=0, invalid=0)
    with serving(mocking(things(), interrupting)) as (url, _):
        report = check(things(), url, "test-key", options, interruption=interruption)
    assert (report.problem, deleted) == ("interrupted", ["/things/own-1"])


def test_a_creation_without_a_response_is_listed() -> None:
    """It is unknown whether it exists."""

    def silent(request: HttpRequest, response: HttpResponse) -> HttpResponse:
        if request.method == "POST" and request.path == "/things" and response.status == 201:
            return HttpResponse(
                201, b"{}", {"Content-Type": "application/json", "Content-Encoding": "gzip"}
            )
        return response

    options = Options(writes=True, generated=0, invalid=0)
    with serving(mocking(things(), silent)) as (url, _):
        report = check(things(), url, "test-key", options)
    (left,) = [left for left in report.leftovers if left.operation == "createThing"]
    assert left.why.endswith("so it is unknown whether something was created")


@pytest.mark.parametrize("times", [1, 2])
def test_a_signal_ends_a_run_whose_server_never_ends_its_header(
    interruption: Interruption, times: int
) -> None:
    """After the timeout of the response, and at once at a second signal."""
    seen: list[bytes] = []

    def talk(connection: Connection) -> None:
        seen.append(connection.request())
        connection.send(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n")
        for _ in range(times):
            signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGTERM)
            connection.rest(0.2)
        connection.drip(b"X-A: b\r\n")

    options = Options(timeout=1 if times == 1 else 60)
    with raw_server(talk) as url:
        report = check(things(), url, "test-key", options, interruption=interruption)
    assert (report.problem, report.exit_code, len(seen)) == ("interrupted", 2, 1)
