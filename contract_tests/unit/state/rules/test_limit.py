"""What a client has left within the windows of its limits."""

from __future__ import annotations

import pytest

from greenroom.contract.behaviour.rate_limit import RateLimit
from greenroom.state.rules import limit as limits
from greenroom.state.rules.limit import Limits, fields

HEADERS = {name: name.title() for name in ("limit", "remaining", "reset", "retry-after")}


def left(limit: RateLimit, *moments: float, kept: Limits | None = None) -> list[int | float]:
    """At each moment the requests that are left; for a refused one minus the seconds to wait."""
    found = kept or Limits()
    return [
        -quota.wait if quota.wait else quota.remaining
        for moment in moments
        for quota in found.take([limit], "client", moment)
    ]


def test_a_fixed_window_begins_with_the_first_request_in_it() -> None:
    """And ends as a whole."""
    limit = RateLimit(2, 10)
    assert left(limit, 3, 12, 12.5, 13, 22, 22) == [1, 0, -0.5, 1, 0, -1]


def test_a_sliding_window_looks_back_from_each_request() -> None:
    """Each request leaves on its own."""
    limit = RateLimit(2, 10, sliding=True)
    assert left(limit, 3, 12, 12.5, 13, 22, 22) == [1, 0, -0.5, 0, 0, -1]


@pytest.mark.parametrize("sliding", [False, True])
def test_a_clock_that_is_put_back_empties_what_is_after_it(sliding: bool) -> None:
    """As restoring a snapshot does."""
    assert left(RateLimit(2, 10, sliding=sliding), 100, 100, 100, 50, 50, 50) == [
        1, 0, -10, 1, 0, -10]  # fmt: skip


def test_a_sliding_window_keeps_a_bounded_number_of_moments() -> None:
    """It is exact to a thousandth of its length."""
    kept = Limits()
    limit = RateLimit(1_000_000, 100, sliding=True)
    quotas = [kept.take([limit], "client", i / 1000)[0] for i in range(50_000)]
    assert quotas[-1].remaining == 950_000
    assert sum(map(len, kept._sent.values())) <= 1000
    last = kept.take([limit], "client", 125.0)[0]
    assert abs(last.remaining - (950_000 + 25_000)) <= 1000


def test_the_number_of_clients_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """The one that was not seen for longest is forgotten."""
    monkeypatch.setattr(limits, "MOST_WINDOWS", 2)
    kept, limit = Limits(), RateLimit(1, 10)

    def is_refused(client: str) -> bool:
        return bool(kept.take([limit], client, 0)[0].wait)

    assert [is_refused(client) for client in ("a", "b", "a", "c", "a", "b")] == [
        False, False, True, False, True, False]  # fmt: skip


def test_a_refused_request_counts_for_no_limit() -> None:
    """The other one has as much left as before."""
    kept, two, five = Limits(), RateLimit(2, 10, "/a"), RateLimit(5, 100, "/b")
    for _ in range(4):
        kept.take([two, five], "client", 0)
    assert [s.remaining for s in kept.take([two, five], "client", 10)] == [1, 2]


@pytest.mark.parametrize(
    ("says", "value"),
    [
        ("seconds-left", "8"),
        ("unix-seconds", "1767603610"),
        ("unix-milliseconds", "1767603610000"),
        ("date", "Mon, 05 Jan 2026 09:00:10 GMT"),
    ],
)
def test_the_reset_is_written_as_the_contract_says(says: str, value: str) -> None:
    """By the clock of the space."""
    kept, limit = Limits(), RateLimit(1, 10, headers=HEADERS, reset_is=says)
    kept.take([limit], "client", 1767603600.0)
    found = fields(kept.take([limit], "client", 1767603602.5), 1767603602.5)
    assert found == {"Limit": "1", "Remaining": "0", "Reset": value, "Retry-After": "8"}


def test_all_clients_together_have_a_bounded_number_of_moments(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Those that were not seen for longest are forgotten; the last one is counted as ever."""
    monkeypatch.setattr(limits, "MOST_TIMES", 100)
    kept, limit = Limits(), RateLimit(50, 10, sliding=True)
    for number in range(100):
        for moment in range(20):
            (quota,) = kept.take([limit], str(number), moment / 10)
        assert quota.remaining == 30
        assert sum(map(len, kept._sent.values())) <= 100
    restored = Limits()
    restored.load(kept.document())
    assert restored._times == kept._times == sum(map(len, kept._sent.values()))
    assert restored.take([limit], "0", 100)[0].remaining == 49


def test_the_end_of_all_years_is_a_date() -> None:
    """A clock may stand there."""
    last = 253_402_300_799.0
    kept, limit = Limits(), RateLimit(1, 10, headers=HEADERS, reset_is="date")
    found = fields(kept.take([limit], "client", last), last)
    assert found["Reset"] == "Fri, 31 Dec 9999 23:59:59 GMT"


def test_of_limits_with_the_same_field_the_nearest_to_its_end_is_told() -> None:
    """One that refuses before all others."""
    kept = Limits()
    many = RateLimit(9, 100, "/a", headers=HEADERS)
    few = RateLimit(2, 10, "/b", headers=HEADERS)
    told = [
        fields(kept.take([many, few], "client", moment), moment)["Limit"]
        for moment in range(0, 90, 10)
    ]
    assert told == ["2"] * 8 + ["9"]
    assert fields(kept.take([many, few], "client", 80), 80)["Limit"] == "9"
    assert fields(kept.take([many, few], "client", 80), 80)["Retry-After"] == "20"
