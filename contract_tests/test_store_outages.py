"""A store that is gone, silent, full or empty again is told in one line of response and log.

Nothing hangs, nothing goes on as if nothing were wrong, and what has no space is not affected.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import closing

import pytest

from replicas.histories import MEETING
from replicas.processes import REDIS, Connection, Redis, Replica, replicas

pytestmark = pytest.mark.skipif(
    REDIS is None, reason="NOT TESTED WITH A STORE THAT FAILS: there is no redis-server"
)
# Longer than any response may take, in seconds: far below the time-out of any client.
MOST_SECONDS = 15.0


@pytest.fixture(scope="module")
def store() -> Iterator[Redis]:
    """A store, which the tests stop."""
    with Redis() as redis:
        yield redis


@pytest.fixture(scope="module")
def server(store: Redis) -> Iterator[Replica]:
    """One server; that it is never started again is part of the claims."""
    with replicas(store.url, 1) as (server,):
        yield server


@pytest.fixture
def client(server: Replica) -> Iterator[Connection]:
    """A client in a space."""
    with closing(Connection(server.port, "shared", MOST_SECONDS)) as connection:
        yield connection


def is_as_ever(client: Connection, server: Replica) -> None:
    """Whether examples are given, which need no store."""
    with closing(Connection(server.port, timeout=MOST_SECONDS)) as other:
        status, meeting = other.send("GET", MEETING)
        assert (status, meeting["title"]) == (200, "Documented")


def refused(client: Connection, reason: str, status: int = 503) -> None:
    """Whether every kind of request of a space is told in one line why it is not done."""
    for method, path, body in (
        ("GET", MEETING, None),
        ("PATCH", MEETING, {"room": "Lost"}),
        ("GET", "/_greenroom/spaces/shared", None),
        ("POST", "/_greenroom/spaces/shared/clock/advance", {"by": "PT1M"}),
    ):
        got, problem = client.send(method, path, body)
        assert (got, problem["status"]) == (status, status), (method, path, problem)
        assert reason in problem["detail"]
        assert "\n" not in problem["detail"]
        assert client.headers["content-type"] == "application/problem+json"


def shown(client: Connection) -> tuple[int, str]:
    """Status, and the room of the meeting."""
    status, meeting = client.send("GET", MEETING)
    return status, meeting.get("room", "")


def soon(client: Connection, room: str) -> None:
    """Wait until the meeting is there again; a silent store is not asked for some seconds."""
    deadline = time.monotonic() + MOST_SECONDS
    while (found := shown(client)) != (200, room):
        assert found[0] == 503, found
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_a_store_that_is_gone_is_told_and_comes_back(
    store: Redis, server: Replica, client: Connection
) -> None:
    """A 503 that says so; examples go on; it works again without a restart, and is empty then."""
    assert client.send("PATCH", MEETING, {"room": "Red"})[0] == 200
    store.stop()
    try:
        refused(client, f"the store {store.url}")
        is_as_ever(client, server)
        lines = server.logged("store")
    finally:
        store.start()
    assert shown(client) == (200, "Blue")
    assert "the store was emptied" in client.headers["x-greenroom-warning"]
    said = [line["warnings"] for line in server.logged("store") if "warnings" in line]
    assert [f"the store {store.url} is empty: all spaces are new"] in said
    assert lines
    assert shown(client) == (200, "Blue")
    assert "x-greenroom-warning" not in client.headers


def test_a_store_that_says_nothing_makes_nobody_wait_for_ever(
    store: Redis, server: Replica, client: Connection
) -> None:
    """After some seconds it is told; what was done before is there when it speaks again."""
    assert client.send("PATCH", MEETING, {"room": "Green"})[0] == 200
    with store.paused():
        began = time.monotonic()
        refused(client, "has not responded in time")
        is_as_ever(client, server)
        assert time.monotonic() - began < MOST_SECONDS
    soon(client, "Green")
    assert client.send("PATCH", MEETING, {"room": "Grey"})[0] == 200
    assert shown(client) == (200, "Grey")


def test_a_store_that_is_full_refuses_changes_and_keeps_what_it_has(
    store: Redis, server: Replica, client: Connection
) -> None:
    """With the status of a space that is full."""
    assert client.send("PATCH", MEETING, {"room": "White"})[0] == 200
    assert store.ask("CONFIG", "SET", "maxmemory", "1") == b"+OK\r\n"
    try:
        status, problem = client.send("PATCH", MEETING, {"room": "Lost"})
        assert status == 507
        assert f"the store {store.url} is full" in problem["detail"]
        is_as_ever(client, server)
    finally:
        store.ask("CONFIG", "SET", "maxmemory", "0")
    assert shown(client) == (200, "White")


def test_a_store_that_somebody_has_written_to_is_told(
    store: Redis, server: Replica, client: Connection
) -> None:
    """Nothing of it is shown, and making the space anew mends it."""
    assert client.send("PATCH", MEETING, {"room": "White"})[0] == 200
    # As a restart of this process would find it, and so with another epoch.
    state = "greenroom:{shared}:state"
    assert store.ask("HSET", state, "space", "something else", "@epoch", "0") == b":0\r\n"
    refused(client, f"{store.url}: greenroom:{{shared}}:state is not what greenroom has written")
    assert client.send("PUT", "/_greenroom/spaces/shared", {})[0] < 300
    assert shown(client) == (200, "Blue")
