"""Clock and timers in snapshots, resets and scenarios."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from living import Living, at

from greenroom.contract.catalog import find, load
from greenroom.errors import FullError
from greenroom.state.documents import play
from greenroom.state.life.clock import Clock
from greenroom.state.space import SpaceError

LIVING = load(find((str(Path(__file__).parents[3] / "simulation" / "living.yaml"),))[0])


@pytest.fixture
def here() -> Living:
    """A space of meetings."""
    return Living(LIVING)


def planned(here: Living, **values: Any) -> str:
    """The identifier of a new meeting."""
    id: str = here.post("/meetings", {"title": "Mine", **values}).json["id"]
    return id


def happened(here: Living, hours: float) -> list[Any]:
    """What happens in some hours: records, states, times."""
    return [
        (h.transitions[0].about.id, h.transitions[0].after, h.at) for h in here.advance(hours=hours)
    ]


def test_a_snapshot_goes_on_where_it_was_taken(here: Living) -> None:
    """With the same timers in the same order, and the same numbers afterwards."""
    ids = [planned(here, starts_at="2026-01-05T09:30:00Z") for _ in range(3)]
    here.advance(minutes=10)
    text = here.snapshot()
    first = happened(here, 1)
    assert [id for id, *_ in first[:3]] == ids
    end = here.snapshot()

    here.spaces.restore("here", json.loads(text))
    assert here.snapshot() == text
    assert [*here.space.transitions] == []
    assert happened(here, 1) == first
    assert here.snapshot() == end


def test_a_space_is_copied_with_its_clock_and_timers(here: Living) -> None:
    """And the two live apart."""
    planned(here, starts_at="2026-01-05T09:30:00Z")
    here.advance(minutes=10)
    copied, _ = here.spaces.put("there", from_={"space": "here"})

    assert copied.now() == at(9, 10)
    assert copied.next_due() == at(9, 30)
    assert len(happened(here, 1)) == 3
    assert copied.next_due() == at(9, 30)


def test_what_is_no_timer_of_a_record_outlives_a_restore(here: Living) -> None:
    """Such as the retry of a delivery."""
    text = here.snapshot()
    here.space.agenda.add(at(9, 5), "a retry")
    planned(here)
    here.spaces.restore("here", json.loads(text))

    assert [due.what for due in here.space.agenda.all()] == ["a retry"]


def test_a_faster_clock_is_part_of_a_snapshot(here: Living) -> None:
    """One that runs with the wall clock has no time of its own."""
    wall = [at(9)]
    here.space.clock = Clock(at(12), lambda: wall[0])
    here.space.clock.resume(speed=60)
    wall[0] = at(9, 1)
    document = here.space.document()
    assert (document["now"], document["speed"]) == ("2026-01-05T13:00:00+00:00", 60)

    there, _ = here.spaces.put("there", from_=document)
    assert there.clock.running
    assert there.clock.speed == 60
    here.space.clock = Clock()
    assert "speed" not in here.space.document()
    assert here.space.document()["now"] is None


def test_a_reset_puts_the_clock_back_to_what_the_space_was_made_with(here: Living) -> None:
    """Whatever was restored in between; nothing is pending any more."""
    planned(here)
    here.advance(hours=5)
    other, _ = here.spaces.put("other", now=at(20), seed=7)
    here.spaces.restore("here", other.document())
    space = here.spaces.reset("here")

    assert (space.now(), space.seed, len(space.agenda)) == (at(9), 1, 0)
    space.clock.move(at(11))
    assert here.spaces.reset("here", keep=["clock"]).now() == at(11)


def test_a_space_made_of_another_goes_back_to_the_time_of_that(here: Living) -> None:
    """Which is what it was made with."""
    here.advance(hours=2)
    made, _ = here.spaces.put("there", from_={"space": "here"})
    made.clock.move(at(15))
    assert here.spaces.reset("there").now() == at(11)
    here.space.clock.resume()
    here.spaces.put("there", from_={"space": "here"})
    assert here.spaces.reset("there").clock.running


@pytest.mark.parametrize(
    ("place", "value", "problem"),
    [
        ("state", "lost", "/state: is not one of planned"),
        ("timers/0/state", "lost", "/timers/0/state: is not one of planned"),
        ("timers/0/number", 9, "/timers/0: has no number of its own"),
        ("timers/0/due", "9999-12-31T23:59:59-12:00", "/timers/0/due: now: no clock can stand"),
        ("timers/0/due", "soon", "/timers/0/due: "),
    ],
)
def test_an_invalid_state_or_timer_is_refused(
    here: Living, place: str, value: Any, problem: str
) -> None:
    """With its place in the snapshot."""
    planned(here)
    document = json.loads(here.snapshot())
    *above, name = place.split("/")
    inner = document["vendors"]["living"]["resources"]["Meeting"][1]
    for each in above:
        inner = inner[int(each) if each.isdecimal() else each]
    inner[name] = value
    before = here.snapshot()

    with pytest.raises(SpaceError, match=f"Meeting/1{problem}"):
        here.spaces.restore("here", document)
    assert here.snapshot() == before


def test_more_timers_than_may_be_are_refused(here: Living) -> None:
    """And everything is as it was."""
    planned(here)
    planned(here)
    text = here.snapshot()
    here.space.agenda.most = 1
    with pytest.raises(FullError, match="at most 1"):
        here.spaces.restore("here", json.loads(text))
    assert here.snapshot() == text


def scenario(**parts: Any) -> dict[str, Any]:
    """A scenario of meetings."""
    return {"vendor": "living", "now": "2026-03-01T08:00:00Z", **parts}


def test_a_scenario_puts_records_into_states(here: Living) -> None:
    """They live on from there; nothing is sent of the states that they begin in."""
    values = {"id": "mtg_s", "title": "Planned"}
    running = {"state": "running", "set": values}
    play(here.space, scenario(resources={"Meeting": [running]}))

    assert here.get("/meetings/mtg_s").json["status"] == "running"
    assert here.events == []
    assert [(h.transitions[0].after, h.at.hour, h.at.minute) for h in here.advance(minutes=30)] == [
        ("ended", 8, 30)
    ]


def test_an_example_of_a_scenario_is_in_the_state_that_it_tells(here: Living) -> None:
    """And stays there, as those that a space begins with."""
    ended = {"example": "MeetingEnded", "set": {"id": "mtg_s"}}
    play(here.space, scenario(resources={"Meeting": [ended]}))

    assert here.post("/meetings/mtg_s/cancel").kind == "wrong-state"
    assert here.advance(days=60) == []


def test_a_scenario_plans_transitions(here: Living) -> None:
    """Whatever the life cycle has in between, and of several at a moment each."""
    meetings = [{"state": "planned", "set": {"id": "mtg_s", "starts_at": "2026-03-01T08:10:00Z"}}]
    cancelled = {"after": "PT20M", "transition": {"resource": "Meeting", "to": "cancelled"}}
    again = {"after": "PT20M", "transition": {"resource": "Meeting", "id": "mtg_s", "to": "ended"}}
    play(here.space, scenario(resources={"Meeting": meetings}, then=[cancelled, again]))

    states = [h.transitions[0].after for h in here.advance(minutes=20)]
    assert states == ["running", "cancelled", "ended"]


@pytest.mark.parametrize(
    ("then", "problem"),
    [
        ({"resource": "Person", "to": "ended"}, "Person is no resource; resources: "),
        ({"resource": "Meeting", "id": "mtg_0001", "to": "lost"}, "lost is no state of Meeting"),
        ({"resource": "Meeting", "id": "nope", "to": "ended"}, "there is no Meeting nope"),
        ({"resource": "Meeting", "to": "ended"}, "there is no Meeting"),
    ],
)
def test_a_scenario_plans_only_what_can_be(here: Living, then: Any, problem: str) -> None:
    """The place of each problem is named."""
    with pytest.raises(SpaceError, match=f"/then/0: {problem}"):
        play(here.space, scenario(then=[{"after": "PT1H", "transition": then}]))
    with pytest.raises(SpaceError, match="/then/0: 'P1Y' is not a duration"):
        play(here.space, scenario(then=[{"after": "P1Y", "transition": then}]))


def test_a_running_space_with_timers_counts_as_used(here: Living) -> None:
    """One whose clock stands does not."""
    seconds = [0.0]
    here.spaces.remove("here")
    here.spaces._clock = lambda: seconds[0]
    running, frozen = (
        here.spaces.put(name, now=now)[0] for name, now in (("r", None), ("f", at(9)))
    )
    for space in (running, frozen):
        space.world("living").create("Minutes", {"id": "min_1"}, space.now())
    here.spaces.put("empty")
    seconds[0] = timedelta(hours=2).total_seconds()

    assert [space.name for space in here.spaces.all()] == ["r"]
    assert here.spaces.use("r") is running
