"""An interrupt waits for the response in progress; a creation without response is listed."""

from __future__ import annotations

import signal
from collections.abc import Iterator

import pytest
from checked import things

from greenroom_contracts.planning.options import Options
from greenroom_contracts.running.check import check
from greenroom_contracts.sending.interruption import Interruption
from servers import HttpRequest, HttpResponse, mocking, serving


@pytest.fixture
def interruption() -> Iterator[Interruption]:
    """An Interruption that handles the signals of this process."""
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    installed = Interruption()
    installed.install()
    yield installed
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
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


def test_a_resource_created_while_interrupted_is_deleted(interruption: Interruption) -> None:
    """The interrupt waits for the response that identifies it."""
    deleted: list[str] = []

    def interrupting(request: HttpRequest, response: HttpResponse) -> HttpResponse:
        if request.method == "POST" and request.path == "/things" and response.status == 201:
            signal.raise_signal(signal.SIGINT)
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
