"""What follows on a state."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from living import at

from greenroom.contract.behaviour.resource import State
from greenroom.state.life.timer import Timer, at_moments, entered

HOUR = timedelta(hours=1)
STATE = State("open", "open", after=((HOUR, "late"),), at=(("/begin", "begun"), ("/end", "ended")))


def following(value: Any, now: datetime | None = None) -> list[tuple[str, datetime]]:
    """What follows, and when."""
    return [(timer.state, timer.due) for timer in entered(STATE, value, now or at(9))]


@pytest.mark.parametrize(
    "moment",
    [
        "2026-01-05T12:00:00Z",
        "2026-01-05T13:00:00+01:00",
        "2026-01-05 12:00:00",
        1767614400,
        1767614400.0,
        1767614400000,
    ],
)
def test_a_moment_is_read_in_the_form_in_which_it_is_told(moment: Any) -> None:
    """As a text or a number."""
    assert following({"begin": moment}) == [("late", at(10)), ("begun", at(12))]


@pytest.mark.parametrize("moment", [None, True, "soon", "", {}, [], float("inf"), 1e300, -1e300])
def test_what_is_no_moment_is_never(moment: Any) -> None:
    """Nothing follows on it."""
    assert following({"begin": moment}) == [("late", at(10))]


def test_what_follows_beyond_all_years_is_never() -> None:
    """No clock gets there."""
    assert following({}, datetime(9999, 12, 31, 23, 30, tzinfo=UTC)) == []


def test_only_some_places_are_asked_for() -> None:
    """Those that have changed."""
    value = {"begin": "2026-01-05T12:00:00Z", "end": "2026-01-05T08:00:00Z"}
    (timer,) = at_moments(STATE, value, at(9), {"/end"})
    assert (timer.state, timer.by, timer.due) == ("ended", "/end", at(9))


def test_a_timer_is_written_and_read() -> None:
    """As JSON has it."""
    timer = Timer(at(9, 30), "late", "after", 7)
    assert timer.document() == {
        "due": "2026-01-05T09:30:00+00:00", "state": "late", "by": "after", "number": 7,
    }  # fmt: skip
    assert Timer.read(timer.document()) == timer
