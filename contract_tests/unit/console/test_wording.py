"""Moments, lengths of time and addresses as people write them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from greenroom.console.wording import length, short, until


@pytest.mark.parametrize(
    ("given", "written"),
    [
        ("PT1S", "1 s"), ("PT0.25S", "250 ms"), ("PT90M", "1 h 30 min"), ("P1D", "1 day"),
        ("P2DT1H5M", "2 days 1 h"), ("PT0S", "no time"), (timedelta(minutes=5), "5 min"),
        (0.000412345, "0.412 ms"), (1.5, "1.5 s"), (90, "1 min 30 s"), ("P2W", "14 days"),
    ],
)  # fmt: skip
def test_a_length_of_time_has_at_most_two_units(given: str | timedelta, written: str) -> None:
    """Whether it is a duration of ISO 8601 or a number of seconds."""
    assert length(given) == written


def test_what_is_left_until_a_moment_has_no_parts_of_a_second() -> None:
    """They would differ each time that a page is read."""
    assert until("2026-01-05T09:00:00.400Z", "2026-01-05T09:01:00Z") == "59 s"


@pytest.mark.parametrize("size", [47, 48, 49, 50, 300])
def test_a_long_address_is_shortened_in_its_middle(size: int) -> None:
    """Who it goes to and what it ends with stay."""
    address = "https://hooks.example.com/" + "x" * (size - 28) + "/z"
    found = short(address)
    assert len(found) == min(size, 48)
    assert (found == address) == (size <= 48)
    assert (found[:20], found[-2:]) == (address[:20], "/z")
