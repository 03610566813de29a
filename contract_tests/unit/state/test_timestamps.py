"""Moments are written as the documented ones, and read back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from greenroom.state.timestamps import in_form_of, moment

NOW = datetime(2026, 1, 5, 9, 0, 0, 123456, UTC)
FORMS: list[tuple[Any, Any]] = [
    ("2024-01-15T10:30:00Z", "2026-01-05T09:00:00Z"),
    ("2024-01-15T10:30:00.000Z", "2026-01-05T09:00:00.123Z"),
    ("2024-01-15T10:30:00.000000+00:00", "2026-01-05T09:00:00.123456+00:00"),
    ("2024-01-15T10:30:00.00Z", "2026-01-05T09:00:00.12Z"),
    ("2024-01-15T10:30:00+02:00", "2026-01-05T11:00:00+02:00"),
    ("2024-01-15 10:30:00", "2026-01-05 09:00:00"),
    ("2024-01-15T10:30", "2026-01-05T09:00"),
    ("2024-01-15", "2026-01-05"),
    (1703097600, 1767603600),
    (1703097600.0, 1767603600.123456),
    (1703097600000, 1767603600123),
    ("1703097600", "1767603600"),
    ("soon", "soon"),
    (None, "2026-01-05T09:00:00Z"),
    (True, True),
]


@pytest.mark.parametrize(("example", "written"), FORMS)
def test_a_moment_is_written_as_the_example(example: Any, written: Any) -> None:
    """ISO 8601 with its precision and offset, or seconds or milliseconds since 1970."""
    found = in_form_of(example, NOW)
    assert (found, type(found)) == (written, type(written))
    assert in_form_of(example, NOW.astimezone(timezone(timedelta(hours=5)))) == found


@pytest.mark.parametrize(("example", "written"), [f for f in FORMS[:12] if f[0] != "1703097600"])
def test_a_written_moment_is_read_back(example: Any, written: Any) -> None:
    """As far as its precision goes."""
    found = moment(written)
    assert found is not None
    assert 0 <= NOW.timestamp() - found < (86_400 if len(str(written)) == 10 else 60)


def test_a_day_ends_with_its_last_moment() -> None:
    """So that a list up to a day has all of that day."""
    begin, end = moment("2026-01-05"), moment("2026-01-05", end_of_day=True)
    assert begin is not None
    assert end is not None
    assert begin < NOW.timestamp() < end < begin + 86_400


@pytest.mark.parametrize("value", ["soon", None, True, {}, []])
def test_what_is_no_moment_is_none(value: Any) -> None:
    """It is compared otherwise."""
    assert moment(value) is None
