"""Which receivers get an event, and its repetitions."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from living_contract import living, written

from greenroom.testing.mock import GreenroomSpace, VendorMock
from servers import HttpRequest, HttpResponse, serving


@pytest.fixture
def mock(greenroom_space: GreenroomSpace, tmp_path: Path) -> VendorMock:
    """The API in a space of the test; its event `job.failed` is about a receiver."""
    api: Any = json.loads(written(living()))
    api["webhooks"]["job.failed"]["post"]["x-event"] = {"about": "Hook"}
    file = tmp_path / "acme.json"
    file.write_text(json.dumps(api))
    return greenroom_space(str(file))


def hook(mock: VendorMock, url: str) -> str:
    """The identifier of a new receiver of every event."""
    made = {"url": url, "events": ["job.started", "job.done", "job.failed"]}
    with mock.client() as client:
        found: str = client.post("/hooks", json=made).json()["id"]
    return found


def test_an_event_about_a_receiver_goes_to_it_alone(mock: VendorMock) -> None:
    """The others have the event too."""
    with serving(lambda _: HttpResponse()) as (url, seen):
        hooks = [hook(mock, f"{url}/{number}") for number in range(3)]
        mock.emit("job.failed", about=hooks[1])
        assert len(mock.deliveries) == 1

    assert [request.line for request in seen] == ["POST /1"]


@pytest.mark.parametrize("change", ["switched off", "deleted"])
def test_what_is_to_be_repeated_is_dropped_when_its_receiver_gets_no_more(
    mock: VendorMock, change: str
) -> None:
    """A repetition is due a minute after the first attempt."""
    with serving(lambda _: HttpResponse(500)) as (url, seen):
        made = hook(mock, url)
        mock.resources["Job"].create(name="Ada", status="running")
        mock.clock.advance(minutes=10)
        assert len(seen) == 1
        if change == "deleted":
            mock.resources["Hook"].delete(made)
        else:
            mock.resources["Hook"].update(made, enabled=False)
        mock.clock.advance(hours=1)

    assert len(seen) == 1
    assert mock.deliveries.last.state == "dropped"


def test_the_failures_of_a_receiver_are_those_since_the_last_success(mock: VendorMock) -> None:
    """Each attempt counts."""
    statuses = [500, 500, 204, 500]

    def respond(request: HttpRequest) -> HttpResponse:
        return HttpResponse(statuses.pop(0), b"", {})

    with serving(respond) as (url, _):
        made = hook(mock, url)
        counted = []
        for _ in range(2):
            mock.emit("job.failed", about=made)
            for minutes in (0, 1, 5):
                mock.clock.advance(minutes=minutes)
                counted.append(mock.resources["Hook"][made]["deliveries"]["failures"])
            statuses += [500, 500, 500]

    assert counted == [1, 2, 0, 1, 2, 3]
