"""Requests keep the documented rate limits and wait as long as Retry-After says."""

from __future__ import annotations

import pytest

from greenroom.contract import catalog
from greenroom_contracts.sending.rate_limit import Limit, RateLimiter, limits_of, retry_after


class Clock:
    """A clock that advances only by sleeping."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        """Let time pass."""
        self.now += seconds


def times(limits: dict[str, Limit], operations: list[str]) -> list[float]:
    """The time at which each request of a sequence may be sent."""
    clock = Clock()
    limiter = RateLimiter(limits, clock, clock.sleep)
    found = []
    for operation in operations:
        limiter.wait(operation)
        found.append(clock.now)
    return found


def test_without_a_limit_no_request_waits() -> None:
    """Five requests are sent at once."""
    assert times({}, ["a"] * 5) == [0.0] * 5


def test_a_window_holds_no_more_requests_than_documented() -> None:
    """The third of two in ten seconds waits for the first to leave the window."""
    assert times({"": Limit(2, 10)}, ["a", "b", "c", "d", "e"]) == [0, 0, 10, 10, 20]


def test_an_operation_with_its_own_limit_keeps_both_limits() -> None:
    """A request waits for both windows."""
    limits = {"": Limit(3, 10), "slow": Limit(1, 30)}
    assert times(limits, ["slow", "fast", "slow", "fast"]) == [0, 0, 30, 30]


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("5", 5.0),
        (" 0 ", 0.0),
        ("Thu, 01 Jan 1970 00:01:40 GMT", 90.0),
        ("Thu, 01 Jan 1970 00:00:01 GMT", 0.0),
        ("NaN", None),
        ("-3", None),
        ("soon", None),
        (None, None),
    ],
)
def test_retry_after_is_seconds_or_a_date(value: str | None, seconds: float | None) -> None:
    """RFC 9110 section 10.2.3; malformed values are ignored."""
    assert retry_after(value, 10.0) == seconds


def test_limits_come_from_the_contract() -> None:
    """A vendor's documented limit is found, of the API and of single operations."""
    contracts = [catalog.load(source) for source in catalog.vendors()]
    declaring = {contract.name for contract in contracts if "x-rate-limit" in contract.document}
    assert declaring
    assert {contract.name for contract in contracts if "" in limits_of(contract)} == declaring
