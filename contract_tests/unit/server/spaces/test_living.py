"""Time in a space, and the webhooks that go out while it passes, to real receivers."""

from __future__ import annotations

import json
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx2
import pytest
from living_contract import living, written

from greenroom.testing.mock import GreenroomSpace, VendorMock
from servers import HttpRequest, HttpResponse, serving

SECRET = "of the receiver"
NINE = datetime(2026, 1, 5, 9, tzinfo=UTC)


@pytest.fixture
def mock(greenroom_space: GreenroomSpace, tmp_path: Path) -> VendorMock:
    """The API in a space of the test, over HTTP."""
    file = tmp_path / "acme.json"
    file.write_text(written(living()))
    return greenroom_space(str(file))


def subscribe(mock: VendorMock, url: str, *events: str, **more: Any) -> str:
    """The identifier of a new receiver of events."""
    made = {"url": url, "events": [*(events or ("job.done",))], "secret": SECRET, **more}
    with mock.client() as client:
        response = client.post("/hooks", json=made)
    assert response.status_code == 201
    found: str = response.json()["id"]
    return found


def job(mock: VendorMock, name: str = "Ada", **more: Any) -> str:
    """The identifier of a new job."""
    with mock.client() as client:
        found: str = client.post("/jobs", json={"name": name, **more}).json()["id"]
    return found


def answering(status: int = 200, **headers: str) -> AbstractContextManager[Any]:
    """A receiver that gives one response to everything."""
    return serving(lambda _: HttpResponse(status, b"", headers))


def test_a_receiver_may_create_read_and_ask_to_advance_during_its_own_delivery(
    mock: VendorMock,
) -> None:
    """No lock is held meanwhile: only another advance is refused, and says why."""
    seen: list[tuple[int, Any]] = []

    def respond(request: HttpRequest) -> HttpResponse:
        with mock.client(transport=httpx2.HTTPTransport(), base_url=mock.url) as client:
            created = client.post("/jobs", json={"name": "From the receiver"})
            read = client.get(f"/jobs/{json.loads(request.body)['job']}")
            seen.append((created.status_code, read.json()["status"]))
        root = mock.url.partition("/~")[0]
        advance = f"{root}/_greenroom/spaces/{mock.space}/clock/advance"
        refused = httpx2.post(advance, json={"by": "PT1H"})
        seen.append((refused.status_code, refused.json()["detail"]))
        return HttpResponse(204, b"", {})

    with serving(respond) as (url, requests):
        subscribe(mock, url, "job.done")
        first = job(mock)
        done = mock.clock.advance(minutes=11)

    assert seen == [
        (201, "done"),
        (409, f"the time of {mock.space} is being moved already"),
    ]
    assert [(each.about["id"], each.after) for each in done.transitions] == [
        (first, "running"),
        (first, "done"),
    ]
    assert [(each.event, each.state, each.status) for each in done.deliveries] == [
        ("job.done", "delivered", 204)
    ]
    assert done.pending == 0
    assert mock.clock.now == NINE + timedelta(minutes=11)
    # That of the receiver was made when the first one was done.
    assert mock.clock.advance(minutes=11).transitions[-1].at == NINE + timedelta(minutes=22)
    assert len(requests) == 1
