"""Relative times are written as of a moment, in the form of the documented time."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from greenroom.contract.relative_time import without_times, written_at

NOW = datetime(2026, 1, 31, 22, 30, 5, 123456, tzinfo=UTC)


@pytest.mark.parametrize(
    ("documented", "duration", "expected"),
    [
        ("2024-01-20", "P2D", "2026-02-02"),
        ("2024-01-20T14:00:00Z", "P2D", "2026-02-02T22:30:05Z"),
        ("2024-01-20T14:00:00+05:30", "PT1H", "2026-02-01T05:00:05+05:30"),
        ("2024-01-20T14:00:00-08:00", "P1W", "2026-02-07T14:30:05-08:00"),
        ("2024-01-20T14:00:00.000Z", "PT0S", "2026-01-31T22:30:05.123Z"),
        ("2024-01-20T14:00:00.0000000Z", "PT0S", "2026-01-31T22:30:05.1234560Z"),
        ("2024-01-20 14:00", "PT90M", "2026-02-01 00:00"),
        ("2024-01-20T14:00:00", "P1M", "2026-02-28T22:30:05"),
        ("2024-01-20t14:00:00z", "P1Y2M3DT4H5M6S", "2027-04-04t02:35:11z"),
        ("tomorrow", "P2D", "tomorrow"),
        ("2024-01-20", "P99999Y", "2024-01-20"),
    ],
)
def test_a_time_is_now_and_the_duration_in_the_documented_form(
    documented: str, duration: str, expected: str
) -> None:
    """Date, separator, offset and digits stay; what is no time stays as it is."""
    assert written_at(documented, {"": duration}, NOW) == expected


def test_only_the_named_members_change() -> None:
    """Also within arrays; a pointer that leads nowhere changes nothing."""
    value = {"calls": [{"at": "2024-01-20"}], "made": "2024-01-20", "n": 1}
    times = {"/calls/0/at": "P1D", "/calls/7/at": "P1D", "/n": "P1D", "/none/x": "P1D"}
    expected = {"calls": [{"at": "2026-02-01"}], "made": "2024-01-20", "n": 1}
    assert written_at(value, times, NOW) == expected
    assert value["made"] == "2024-01-20"


def test_without_a_moment_the_value_is_the_documented_one() -> None:
    """Nothing reads a clock by itself."""
    assert written_at({"at": "2024-01-20"}, {"/at": "P1D"}, None) == {"at": "2024-01-20"}


@pytest.mark.parametrize(
    ("other", "equal"),
    [
        ({"at": "2031-05-06", "n": 1}, True),
        ({"at": "2031-05-06", "n": 2}, False),
        ({"at": 7, "n": 1}, False),
        ({"n": 1}, False),
    ],
)
def test_values_that_differ_in_relative_times_alone_are_equal(other: Any, equal: bool) -> None:
    """A member that is missing, or no text, is another difference."""
    times = {"/at": "P1D"}
    example = {"at": "2024-01-20", "n": 1}
    assert (without_times(other, times) == without_times(example, times)) is equal
