"""Webhooks whose receivers are servers of mocks, which send webhooks because of them."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx2
import pytest
from living_contract import living

from greenroom import GreenroomSpace, VendorMock
from greenroom.server.background import StartMock
from greenroom.webhooks.delivery import MOST_HOPS

CHAIN = f"{MOST_HOPS} webhooks led to it, each to a server of mocks"


def file_of(folder: Path, *events: str) -> str:
    """A file of the API, to which anybody may send any job; each new one has `events`."""
    written: Any = json.loads(json.dumps(living().written))
    create = written["paths"]["/jobs"]["post"]
    media = create["requestBody"]["content"]["application/json"]
    del media["schema"]["required"]
    create |= {"security": [], "x-resource-operation": {"emit": [*events]}}
    path = folder / "acme.json"
    path.write_text(json.dumps(written))
    return str(path)


@pytest.fixture
def start() -> Iterator[Any]:
    """Starts a space on a server of its own."""
    with ExitStack() as stack:

        def started(name: str, file: str) -> VendorMock:
            server = stack.enter_context(StartMock())
            return GreenroomSpace(server, name, name, "main", None, None)(file)

        yield started


def call(sender: VendorMock, receiver: VendorMock) -> None:
    """Have the webhooks of one sent to the other, where each makes a job."""
    made = {"url": f"{receiver.url}/jobs", "events": ["job.done"], "secret": "shared"}
    with sender.client() as client:
        assert client.post("/hooks", json=made).status_code == 201


def settled(times: int, *mocks: VendorMock) -> list[list[str]]:
    """The states of the deliveries of each, when so many have been withheld."""
    for _ in range(500):
        states = [[each.state for each in mock.deliveries] for mock in mocks]
        if sum(each.count("withheld") for each in states) == times:
            return states
        time.sleep(0.01)
    raise AssertionError(states)


def test_servers_that_call_each_other_do_not_do_so_for_ever(start: Any, tmp_path: Path) -> None:
    """What is sent at last says why it was withheld; the next request begins anew."""
    file = file_of(tmp_path, "job.done")
    here, there = start("here", file), start("there", file)
    call(here, there)
    call(there, here)
    for times in (1, 2):
        httpx2.post(f"{here.url}/jobs", json={"name": "Ada"})
        sent, returned = settled(times, here, there)
        each_time = ["delivered"] * (MOST_HOPS // 2)
        assert (sent, returned) == ([*each_time, "withheld"] * times, each_time * times)
    assert here.deliveries.last.reason == CHAIN


def test_time_does_not_hide_a_chain(start: Any, tmp_path: Path) -> None:
    """Where a job that a webhook made has its own some time later."""
    here = start("here", file_of(tmp_path))
    call(here, here)
    httpx2.post(f"{here.url}/jobs", json={"name": "Ada"})
    here.clock.advance(days=30)
    assert [each.state for each in here.deliveries] == ["delivered"] * MOST_HOPS + ["withheld"]
    assert here.deliveries.last.reason == CHAIN
    # Sent by hand it goes all the same.
    assert here.deliveries.resend(here.deliveries.last).state == "delivered"


@pytest.mark.parametrize("hops", ["", "-1", "many", "9" * 400])
def test_any_value_of_the_field_is_read(start: Any, tmp_path: Path, hops: str) -> None:
    """What is no number counts as none."""
    here = start("here", file_of(tmp_path, "job.done"))
    call(here, here)
    field = {"X-Greenroom-Hops": hops}
    assert httpx2.post(f"{here.url}/jobs", json={}, headers=field).status_code == 201
