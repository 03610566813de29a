"""An interrupt waits for the answer under way, and what has no answer is listed."""

from __future__ import annotations

import signal
from collections.abc import Iterator

import pytest
from checked import things

from greenroom_contracts.running.check import Options, check
from greenroom_contracts.sending.interruption import Interruption
from servers import HttpRequest, HttpResponse, mocking, serving


@pytest.fixture
def interruption() -> Iterator[Interruption]:
    """One that has taken over the signals of this process."""
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    installed = Interruption()
    installed.install()
    yield installed
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_what_waits(interruption: Interruption, number: int) -> None:
    """Nothing is under way that could be lost."""
    with pytest.raises(KeyboardInterrupt):
        signal.raise_signal(number)


def _signalled(interruption: Interruption, times: int, done: list[str]) -> None:
    """Something that is under way while signals arrive, and notes that it came to its end."""
    with interruption.deferred():
        for _ in range(times):
            signal.raise_signal(signal.SIGINT)
        done.append("all")


def test_a_signal_waits_for_what_is_under_way(interruption: Interruption) -> None:
    """And comes right after it, once."""
    done: list[str] = []
    with pytest.raises(KeyboardInterrupt):
        _signalled(interruption, 1, done)
    assert done == ["all"]
    with interruption.deferred():
        pass


def test_a_second_signal_does_not_wait(interruption: Interruption) -> None:
    """A server may hang."""
    done: list[str] = []
    with pytest.raises(KeyboardInterrupt):
        _signalled(interruption, 2, done)
    assert done == []


def test_what_was_created_while_interrupted_is_deleted(interruption: Interruption) -> None:
    """The answer that names it is waited for."""
    deleted: list[str] = []

    def interrupting(asked: HttpRequest, told: HttpResponse) -> HttpResponse:
        if asked.method == "POST" and asked.path == "/things" and told.status == 201:
            signal.raise_signal(signal.SIGINT)
        if asked.method == "DELETE" and told.status == 204:
            deleted.append(asked.path)
        return told

    options = Options(writes=True, generated=0, invalid=0)
    with serving(mocking(things(), interrupting)) as (url, _):
        report = check(things(), url, "test-key", options, interruption=interruption)
    assert (report.problem, deleted) == ("interrupted", ["/things/own-1"])


def test_a_creation_without_an_answer_is_listed() -> None:
    """Nobody knows whether it exists."""

    def silent(asked: HttpRequest, told: HttpResponse) -> HttpResponse:
        if asked.method == "POST" and asked.path == "/things" and told.status == 201:
            return HttpResponse(
                201, b"{}", {"Content-Type": "application/json", "Content-Encoding": "gzip"}
            )
        return told

    options = Options(writes=True, generated=0, invalid=0)
    with serving(mocking(things(), silent)) as (url, _):
        report = check(things(), url, "test-key", options)
    (left,) = [left for left in report.leftovers if left.operation == "createThing"]
    assert left.why.endswith("so it may have been created or not")
