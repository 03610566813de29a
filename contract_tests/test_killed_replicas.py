"""A server that is killed while it moves the time of a space leaves nothing undone, or done twice.

It is killed before and after each thing that it waits for: the store, and the receivers of its
webhooks. Meanwhile clients of it and of two others write and read.
"""

from __future__ import annotations

import os
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path
from typing import Any

import pytest

from replicas.histories import recorded
from replicas.linearizability import overlapping
from replicas.own_server import PROGRAM, Own
from replicas.processes import LIVING, PATIENCE, Connection, Replica, any_store, replicas
from servers import HttpRequest, HttpResponse, serving

# Every await of an advance in `make deep`, which sets it, else two or three of them.
SHARES = 16 if "GREENROOM_SHARED_HISTORIES" in os.environ else 1
START, UNTIL = "2026-01-05T09:00:00Z", "2026-01-05T12:00:00.000Z"
MOMENTS = ("2026-01-05T09:10:00Z", "2026-01-05T09:10:00Z", "2026-01-05T10:00:00Z")
EVENTS = {"meeting.started": 1, "meeting.ended": 1, "minutes.ready": 2}


@dataclass(frozen=True)
class Result:
    """What was left of one run: versions and states of what lived, and how often events came."""

    records: list[Any]
    received: Counter[str]


@dataclass(frozen=True)
class Standing:
    """Two servers that nobody kills, their store and contract, and what an unharmed run gives.

    `awaits` is how often an advance waits, before and after.
    """

    store: str
    contracts: Sequence[str]
    others: Sequence[Replica]
    whole: Result
    awaits: int


def ready(connection: Connection, space: str, receiver: str) -> list[str]:
    """Make a space with a receiver and meetings to come; the meetings."""
    status, _ = connection.send("PUT", f"/_greenroom/spaces/{space}", {"now": START})
    assert status == 201
    body = {"url": f"{receiver}/hook", "events": [*EVENTS]}
    assert connection.send("POST", "/living/receivers", body)[0] == 201
    made = []
    for moment in MOMENTS:
        body = {"title": "Lives", "starts_at": moment}
        status, meeting = connection.send("POST", "/living/meetings", body)
        assert status == 201
        made.append(meeting["id"])
    return made


def advanced(connection: Connection, space: str) -> bool:
    """Whether an advance was done; not where the server is gone."""
    with suppress(OSError, HTTPException):
        path = f"/_greenroom/spaces/{space}/clock/advance"
        return connection.send("POST", path, {"to": UNTIL})[0] == 200
    return False


def left(
    connection: Connection, space: str, meetings: list[str], seen: list[HttpRequest]
) -> Result:
    """What is there in the end. Raises AssertionError for what was not done, or done twice."""
    control, deadline = f"/_greenroom/spaces/{space}", time.monotonic() + PATIENCE
    while True:
        # Somebody takes over, unless nothing of it was committed.
        advanced(connection, space)
        _, clock = connection.send("GET", f"{control}/clock")
        _, listed = connection.send("GET", f"{control}/deliveries?limit=1000")
        # The documented receiver is not on this machine.
        sent = [each for each in listed["items"] if each["state"] != "withheld"]
        states = {each["state"] for each in sent}
        if clock["now"] == UNTIL and states == {"delivered"}:
            break
        assert time.monotonic() < deadline, (clock, states)
        time.sleep(0.1)
    minutes = connection.send("GET", "/living/minutes")[1]
    of_meeting = {each["meeting_id"]: each["id"] for each in minutes}
    expected = Counter(
        {
            (event, of_meeting[id] if event == "minutes.ready" else id): count
            for id in meetings
            for event, count in EVENTS.items()
        }
    )
    assert Counter((e["event"], e["about"]["id"]) for e in sent) == expected
    received = Counter(each.headers["x-greenroom-delivery"] for each in seen)
    assert set(received) == {each["id"] for each in sent}
    resources = f"{control}/living/resources"
    records = [connection.send("GET", f"{resources}/Meeting/{id}")[1] for id in meetings]
    records += [
        connection.send("GET", f"{resources}/Minutes/{of_meeting[id]}")[1] for id in meetings
    ]
    return Result([(each["version"], each["state"]) for each in records], received)


def tried(victim: Replica, others: Sequence[Replica], space: str) -> tuple[Result, int, int]:
    """One run: what was left, and how many operations overlapped, of how many."""
    connection = Connection(others[0].port, space)
    given = HttpResponse(204, b"", {})
    with serving(lambda request: given) as (origin, seen), ThreadPoolExecutor(1) as pool:
        meetings = ready(connection, space, origin)
        ports = [each.port for each in (victim, *others)]
        histories = pool.submit(recorded, ports, 2, 12, 0, space)
        with closing(Connection(victim.port, space)) as of_victim:
            advanced(of_victim, space)
        found = histories.result()
        assert found.wrong == []
        result = left(connection, space, meetings, seen)
    connection.close()
    operations = [*found.record, *found.collection]
    return result, overlapping(operations), len(operations)


@pytest.fixture(scope="module")
def standing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Standing]:
    """What the runs have in common: the receivers of its contract have a second for a webhook."""
    folder = tmp_path_factory.mktemp("killed")
    points, path = folder / "points", folder / "living.yaml"
    text = Path(LIVING).read_text(encoding="utf-8")
    path.write_text(text.replace("timeout: PT5S", "timeout: PT1S"), encoding="utf-8")
    contracts = (str(path),)
    variables = [Own(points=str(points)).variables, *[Own().variables] * 2]
    with (
        any_store() as store,
        replicas(store, 3, contracts=contracts, program=PROGRAM, variables=variables) as (
            unharmed,
            *others,
        ),
    ):
        whole, *_ = tried(unharmed, others, "whole")
        assert set(whole.received.values()) == {1}
        yield Standing(store, contracts, others, whole, int(points.read_text()))


@pytest.mark.parametrize("share", range(SHARES))
def test_what_a_killed_server_has_begun_is_done_once(
    share: int, standing: Standing, record_property: Callable[[str, object], None]
) -> None:
    """Each transition once, each delivery under one id, and every acknowledged write is there."""
    killed, overlapped, operations, twice = [], 0, 0, 0
    numbers = [*range(1, standing.awaits + 1)]
    chosen = numbers[share::SHARES] if SHARES > 1 else numbers[1 :: len(numbers) // 2]
    for number in chosen:
        dying = [Own(kill_at=number).variables]
        with replicas(
            standing.store, 1, contracts=standing.contracts, program=PROGRAM, variables=dying
        ) as (victim,):
            result, several, many = tried(victim, standing.others, f"killed-{number}")
            killed += [number] * (victim.process.poll() == -signal.SIGKILL)
        assert result.records == standing.whole.records, number
        twice += sum(times > 1 for times in result.received.values())
        overlapped, operations = overlapped + several, operations + many
    record_property("awaits", standing.awaits)
    record_property("killed", killed)
    record_property("delivered more than once", twice)
    record_property("overlapping operations", f"{overlapped} of {operations}")
    # How often is waited depends on what the clients do meanwhile, and who sends which webhook.
    assert len(killed) >= len(chosen) / 3
    assert overlapped > operations / 2
