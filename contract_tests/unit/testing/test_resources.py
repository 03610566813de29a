"""Tests read and change the records of their space directly."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from state_contract import API

from greenroom import GreenroomError, GreenroomSpace, VendorMock


@pytest.fixture
def mock(greenroom_space: GreenroomSpace, tmp_path: Path) -> VendorMock:
    """A small API."""
    file = tmp_path / "acme.json"
    file.write_text(json.dumps(API.written))
    return greenroom_space(str(file))


def test_resources_are_a_mapping(mock: VendorMock) -> None:
    """A name that there is not is told with those that there are."""
    assert (list(mock.resources), len(mock.resources)) == (["Thing"], 1)
    with pytest.raises(KeyError, match="resources: Thing"):
        mock.resources["Other"]
    assert "Other" not in mock.resources


def test_records_are_a_mapping_by_identifier(mock: VendorMock) -> None:
    """In the order of creation."""
    things = mock.resources["Thing"]
    made = things.create(name="Ada", note="x")
    assert (list(things), len(things)) == (["thing_001", made.id], 2)
    assert things[made.id] == made == {
        "id": made.id, "name": "Ada", "note": "x", "created_at": "2026-01-05T09:00:00Z",
    }  # fmt: skip
    assert (made.id in things, "none" in things, things.get("none")) == (True, False, None)
    with pytest.raises(KeyError):
        things["none"]


def test_records_are_changed_and_dropped(mock: VendorMock) -> None:
    """And the API shows it."""
    things = mock.resources["Thing"]
    changed = things.update("thing_001", name="Changed")
    assert (changed["name"], changed.version) == ("Changed", 2)
    with mock.client() as client:
        assert client.get("/things/thing_001").json()["name"] == "Changed"
        things.delete("thing_001")
        assert client.get("/things/thing_001").status_code == 404
    for change in (things.delete, things.update):
        with pytest.raises(LookupError, match="there is no Thing thing_001"):
            change("thing_001")


def test_an_identifier_may_have_any_characters(mock: VendorMock) -> None:
    """Also those that separate the parts of a path."""
    things = mock.resources["Thing"]
    for identifier in ("a/b", "a b", "ü", "%41", "a?b#c"):
        assert things.create(id=identifier)["id"] == things[identifier].id == identifier
    with pytest.raises(GreenroomError, match="there is a Thing a/b already"):
        things.create(id="a/b")


def test_more_records_than_a_list_holds_are_all_there(mock: VendorMock) -> None:
    """They come in parts."""
    things = mock.resources["Thing"]
    made = [things.create(name=str(number)).id for number in range(1005)]
    assert list(things)[1:] == made


def test_a_record_is_put_into_a_state(greenroom_space: GreenroomSpace) -> None:
    """With all that this brings; an unknown state is told with those that there are."""
    file = Path(__file__).parents[2] / "simulation" / "living.yaml"
    mock = greenroom_space(str(file))
    meetings = mock.resources["Meeting"]
    made = meetings.create(title="Mine", starts_at="2026-01-05T10:00:00Z")
    assert made.state == "planned"

    running = meetings.transition(made.id, "running")
    assert (running.state, running["started_at"]) == ("running", "2026-01-05T09:00:00Z")
    mock.clock.advance(minutes=30)
    assert meetings[made.id].state == "ended"
    with pytest.raises(LookupError, match="lost is no state of Meeting; states: planned, running"):
        meetings.transition(made.id, "lost")
    with pytest.raises(LookupError, match="there is no Meeting nope"):
        meetings.transition("nope", "ended")
