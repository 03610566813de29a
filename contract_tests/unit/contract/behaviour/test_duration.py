"""Durations that a clock can add."""

from __future__ import annotations

from datetime import timedelta

import pytest

from greenroom.contract.behaviour.duration import duration, written

LENGTHS = {
    "PT0S": timedelta(),
    "PT1S": timedelta(seconds=1),
    "PT0.25S": timedelta(milliseconds=250),
    "PT90M": timedelta(minutes=90),
    "P1DT2H3M4.5S": timedelta(days=1, hours=2, minutes=3, seconds=4.5),
    "P2W": timedelta(weeks=2),
}


@pytest.mark.parametrize("text", LENGTHS)
def test_a_duration_is_read_and_written(text: str) -> None:
    """From weeks to parts of a second."""
    assert duration(text) == LENGTHS[text]
    assert duration(written(LENGTHS[text])) == LENGTHS[text]


def test_a_duration_is_written_in_its_largest_parts() -> None:
    """Which are days at most."""
    given = (duration(text) for text in ("PT90M", "P2W", "PT0S", "PT86400S", "P1DT1.5S"))
    assert [*map(written, given)] == ["PT1H30M", "P14D", "PT0S", "P1D", "P1DT1.5S"]


@pytest.mark.parametrize(
    "text",
    ["", "P", "PT", "P1Y", "P1M", "-PT1S", "PT1", "1H", "P1D\n", "PT\u0661S", "P99999W"],
)
def test_anything_else_is_none(text: str) -> None:
    """Years and months have no length, and a clock goes forward."""
    with pytest.raises(ValueError, match="is not a duration in weeks to seconds"):
        duration(text)
