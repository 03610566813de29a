"""The clock of a space stands, runs, goes faster, and never goes back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from living import at

from greenroom.state.life.clock import Clock


class Wall:
    """A wall clock that a test moves."""

    def __init__(self) -> None:
        self.time = at(20)

    def __call__(self) -> datetime:
        return self.time

    def passes(self, **length: float) -> None:
        """Let time pass."""
        self.time += timedelta(**length)


@pytest.fixture
def wall() -> Wall:
    """A wall clock."""
    return Wall()


def test_a_clock_stands_where_it_is_put(wall: Wall) -> None:
    """Whatever the wall clock does."""
    clock = Clock(at(9), wall)
    wall.passes(hours=3)
    assert (clock.now(), clock.running, clock.seconds_until(at(10))) == (at(9), False, None)
    clock.move(at(10))
    assert clock.now() == at(10)


def test_a_clock_runs_with_the_wall_clock(wall: Wall) -> None:
    """Where it is not told to stand."""
    clock = Clock(wall=wall)
    wall.passes(minutes=5)
    assert (clock.now(), clock.running) == (at(20, 5), True)
    assert clock.seconds_until(at(20, 6)) == 60
    assert clock.seconds_until(at(20)) == 0


def test_a_clock_goes_on_from_where_it_stood(wall: Wall) -> None:
    """As fast as it is told to, and from where it is moved to meanwhile."""
    clock = Clock(at(9), wall)
    clock.resume(speed=60)
    wall.passes(minutes=1)
    assert clock.now() == at(10)
    assert clock.seconds_until(at(11)) == 60

    clock.move(at(12))
    wall.passes(seconds=30)
    assert clock.now() == at(12, 30)
    clock.resume()
    wall.passes(seconds=30)
    assert clock.now() == at(12, 30, 30)


def test_a_clock_is_stopped_now_or_later(wall: Wall) -> None:
    """And stays there."""
    clock = Clock(wall=wall)
    wall.passes(seconds=1)
    clock.freeze()
    wall.passes(hours=1)
    assert clock.now() == at(20, 0, 1)
    clock.freeze(at(22))
    assert (clock.now(), clock.running) == (at(22), False)


def test_a_clock_never_goes_back(wall: Wall) -> None:
    """The message has both moments."""
    clock = Clock(at(9), wall)
    for change in (clock.move, clock.freeze):
        with pytest.raises(ValueError, match="Mon 05 Jan 2026 08:59:59 is before now, Mon"):
            change(at(8, 59, 59))
    assert clock.now() == at(9)


def test_a_clock_tells_the_moment_of_what_is_being_done(wall: Wall) -> None:
    """Then it goes on as before, or from a moment that it is moved to."""
    clock = Clock(wall=wall)
    clock.standing = at(19)
    wall.passes(minutes=1)
    assert clock.now() == at(19)
    clock.release()
    assert clock.now() == at(20, 1)

    clock.standing = at(20, 30)
    clock.move(at(21))
    assert clock.now() == at(21)
    wall.passes(minutes=1)
    assert clock.now() == at(21, 1)


@pytest.mark.parametrize("speed", [None, 1, 3600])
def test_a_clock_is_written_and_read(wall: Wall, speed: float | None) -> None:
    """So it goes on where it was."""
    clock = Clock(at(9), wall)
    if speed is not None:
        clock.resume(speed)
    read = Clock.read(clock.document())
    assert (read.running, read.speed) == (speed is not None, speed or 1)
    assert abs(read.now() - at(9)) < timedelta(hours=1)


def test_a_clock_is_in_utc() -> None:
    """Also one that was written with another zone."""
    assert Clock.read({"now": "2026-01-05t10:00:00+01:00"}).now() == at(9)
    assert Clock.read({"now": "2026-01-05T10:00:00+01:00"}).now().tzinfo is UTC


def test_a_clock_that_runs_stops_at_the_end_of_all_years(wall: Wall) -> None:
    """There is no later moment; it does not go back to an earlier one either."""
    clock = Clock(datetime(9999, 12, 31, 23, 59, 59, 500_000, tzinfo=UTC), wall)
    stood = clock.now()
    clock.resume(speed=1_000_000)
    for _ in range(2):
        wall.passes(days=1)
        assert clock.now() >= stood
    clock.freeze()
    assert clock.now().year == 9999
