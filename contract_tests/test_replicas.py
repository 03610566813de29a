"""Servers that share a store are as one: what one acknowledged, the others show."""

from __future__ import annotations

import json
import os
import re
import signal
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from documentation import ROOT
from replicas.balancer import balanced
from replicas.histories import MEETING, recorded
from replicas.linearizability import overlapping
from replicas.own_server import PROGRAM, Own
from replicas.processes import Connection, any_store, replicas

# How often histories are recorded, and how long they are: `make deep` tries more.
ROUNDS = int(os.environ.get("GREENROOM_SHARED_HISTORIES", "1"))
WRITERS = 32
RECORD = "/_greenroom/spaces/many/living/resources/Meeting/mtg_0001"


@dataclass(frozen=True)
class Three:
    """Ports of three servers with one store, and a file with a byte for each of their retries."""

    ports: list[int]
    conflicts: Path


@pytest.fixture(scope="module")
def three(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Three]:
    """Three servers."""
    conflicts = tmp_path_factory.mktemp("three") / "conflicts"
    counted = [Own(conflicts=str(conflicts)).variables] * 3
    with any_store() as store, replicas(store, program=PROGRAM, variables=counted) as servers:
        yield Three([each.port for each in servers], conflicts)


def test_what_one_acknowledged_the_others_show(
    three: Three, record_property: Callable[[str, object], None]
) -> None:
    """Three processes with three clients each, who write and read one record and one collection."""
    counted = []
    for number in range(ROUNDS):
        found = recorded(three.ports, 3, 16, number, f"shared-{number}")
        assert found.wrong == []
        assert set(found.statuses) == {200, 201}
        operations = [*found.record, *found.collection]
        counted.append((overlapping(operations), len(operations)))
        assert counted[-1][0] > counted[-1][1] / 2
    record_property("overlapping operations", counted)


def test_a_store_that_checks_nothing_is_found_out() -> None:
    """So the histories depend on the check of versions."""
    broken = [Own(unchecked=True).variables] * 2
    with any_store() as store, replicas(store, 2, program=PROGRAM, variables=broken) as servers:
        ports = [each.port for each in servers]
        assert any(recorded(ports, 4, 16, n, f"broken-{n}").wrong for n in range(9))


def test_no_write_of_many_is_lost_or_refused(
    three: Three, record_property: Callable[[str, object], None]
) -> None:
    """32 clients of three processes change one record at the same time."""
    three.conflicts.write_bytes(b"")
    ports = [three.ports[number % 3] for number in range(WRITERS)]
    with closing(Connection(three.ports[0], "many")) as connection:
        assert connection.send("GET", MEETING)[0] == 200
        before = connection.send("GET", RECORD)[1]["version"]
        found = recorded(ports, 1, 4 * ROUNDS, space="many", only=("write",))
        assert found.statuses == {200: WRITERS * 4 * ROUNDS}
        # Each has made a version of its own, of what the one before it has left.
        assert connection.send("GET", RECORD)[1]["version"] == before + WRITERS * 4 * ROUNDS
    record_property("writes", len(found.record))
    record_property("retries", three.conflicts.stat().st_size)


def test_the_replicas_of_compose_are_as_one_behind_a_balancer() -> None:
    """Its commands, process by process: what one creates the others show, and one may be killed."""
    image = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    services = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))["services"]
    (entrypoint,) = re.findall(r"^ENTRYPOINT (\[.*\])$", image, re.MULTILINE)
    program, *words = json.loads(entrypoint)
    assert (program, words) == ("/opt/greenroom/bin/greenroom", ["serve", "--host", "0.0.0.0"])
    replica, store = services["replica"], services["store"]
    assert store["command"][0] == "valkey-server"
    token = {"GREENROOM_CONTROL_TOKEN": "one token for all of them"}
    count = replica["deploy"]["replicas"]
    with ExitStack() as running:
        redis = running.enter_context(any_store(*store["command"][1:]))
        options = [word.replace("redis://store:6379/0", redis) for word in replica["command"]]
        assert redis in options
        started = replicas(None, count, *options, variables=[token] * count)
        servers = running.enter_context(started)
        port = running.enter_context(balanced([each.port for each in servers]))
        assert port
        made = set()
        for number in range(2 * count):
            connection = Connection(port, "shared")
            status, meeting = connection.send("POST", "/living/meetings", {"title": str(number)})
            assert status == 201
            connection.close()
            made.add(meeting["id"])
            if number == count:
                servers[0].end(signal.SIGKILL)
        for _ in range(count):
            connection = Connection(port, "shared")
            status, found = connection.send("GET", "/living/meetings")
            connection.close()
            assert status == 200
            assert made <= {each["id"] for each in found}


def test_workers_with_a_store_have_the_same_spaces() -> None:
    """A space made by one is there in all, also the one of requests that name none."""
    with (
        any_store() as store,
        replicas(store, 1, "--workers", "2", "--stateful") as (server,),
    ):
        assert server.lines == []
        for number in range(8):
            with closing(Connection(server.port)) as connection:
                body = {"room": f"Room {number}"}
                assert connection.send("PATCH", MEETING, body)[0] == 200
            with closing(Connection(server.port)) as connection:
                assert connection.send("GET", MEETING)[1]["room"] == f"Room {number}"
