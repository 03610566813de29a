"""Requests keep the documented rate limits."""

from __future__ import annotations

from greenroom.contract.behaviour.rate_limit import RateLimit
from greenroom_contracts.sending.rate_limit import RateLimiter


class Clock:
    """A clock that advances only by sleeping."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        """Let time pass."""
        self.now += seconds


def times(limits: dict[str, list[RateLimit]], operations: list[str]) -> list[float]:
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
    assert times({"": [RateLimit(2, 10)]}, ["a", "b", "c", "d", "e"]) == [0, 0, 10, 10, 20]


def test_an_operation_with_its_own_limit_keeps_both_limits() -> None:
    """A request waits for both windows."""
    limits = {"": [RateLimit(3, 10)], "slow": [RateLimit(1, 30, "/slow")]}
    assert times(limits, ["slow", "fast", "slow", "fast"]) == [0, 0, 30, 30]


def test_of_several_limits_all_are_kept() -> None:
    """Two in ten seconds, and three in a hundred."""
    limits = {"": [RateLimit(2, 10, "/0"), RateLimit(3, 100, "/1")]}
    assert times(limits, ["a"] * 4) == [0, 0, 10, 100]


def test_operations_of_a_group_share_its_window() -> None:
    """Two of either in ten seconds."""
    limits = {name: [RateLimit(2, 10, "upload")] for name in ("a", "b")}
    assert times(limits, ["a", "b", "a", "b"]) == [0, 0, 10, 10]
