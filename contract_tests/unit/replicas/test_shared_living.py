"""What a process that is gone has begun is done by another one: transitions once, webhooks too."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from typing import Any

import pytest
from living_contract import DELIVERY, living
from sharing import NINE, SPACE, Node, Shared, run, shared_store

from greenroom.replicas import deliveries, replica
from greenroom.server.spaces import shared_living
from servers import HttpResponse, serving

# So long nobody else sends what is being sent, beside the lease.
IMPATIENT = living({**DELIVERY, "timeout": "PT0.3S"})


@pytest.fixture
def shared(monkeypatch: pytest.MonkeyPatch) -> Iterator[Shared]:
    """An empty store, and processes that often look what others have left undone."""
    monkeypatch.setattr(shared_living, "POLL_SECONDS", 0.05)
    monkeypatch.setattr(replica, "GRACE", 0.0)
    with shared_store(monkeypatch) as found:
        yield found


@pytest.fixture
def short_lease(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is claimed is so for a moment only."""
    for module in (shared_living, deliveries):
        monkeypatch.setattr(module, "LEASE", 0.3)


def kill(node: Node) -> None:
    """Let a process do nothing any more."""

    async def nothing(*_: Any, **__: Any) -> Any:
        task = asyncio.current_task()
        # `asyncio.wait_for` may have forgotten that the task was cancelled.
        while task is not None and not task.cancelling():
            await asyncio.sleep(0.05)
        raise asyncio.CancelledError

    store: Any = node.replicas.store
    store._call = nothing


async def until(node: Node, path: str, fits: Any) -> Any:
    """What a control route gives once it fits."""
    deadline = time.monotonic() + 20
    while not fits(found := await node.control("GET", path)):
        assert time.monotonic() < deadline, found
        await asyncio.sleep(0.02)
    return found


async def hooked(node: Node, url: str) -> None:
    """A space whose time stands, with a receiver."""
    await node.control("PUT", "", {"now": NINE})
    made = {"url": url, "events": ["job.started", "job.done"]}
    assert (await node.send("POST", "/hooks", made)).status == 201


@pytest.mark.usefixtures("short_lease")
def test_a_webhook_of_a_process_that_is_gone_is_sent_by_another(shared: Shared) -> None:
    """Under the same identifier, when nobody has claimed it any more."""

    async def work() -> None:
        node, other = shared.node(IMPATIENT), shared.node(IMPATIENT)
        await hooked(node, url)
        await node.send("POST", "/jobs", {"name": "Ada"})
        node.access.living._submitted = lambda space: []
        await node.control("POST", "/acme/resources/Job/job_001/transition", {"to": "running"})
        kill(node)
        found = await until(
            other, "/deliveries", lambda found: found["items"][0]["state"] != "pending"
        )
        assert [each["state"] for each in found["items"]] == ["delivered"]
        sent = [each.headers["x-greenroom-delivery"] for each in requests]
        assert set(sent) == {each["id"] for each in found["items"]}

    with serving(lambda _: HttpResponse(204, b"", {})) as (url, requests):
        run(work)


def test_a_webhook_that_is_claimed_is_sent_by_nobody_else(shared: Shared) -> None:
    """However many processes look for what is left."""

    async def work() -> None:
        nodes = [shared.node() for _ in range(3)]
        await hooked(nodes[0], url)
        for each in nodes[1:]:
            await each.send("GET", "/jobs/job_001")
        for number in range(5):
            await nodes[number % 3].send("POST", "/jobs", {"name": f"Job {number}"})
        done = await nodes[1].control("POST", "/clock/advance", {"by": "PT1H"})
        assert [each["state"] for each in done["deliveries"]] == ["delivered"] * 10
        assert len(requests) == 10
        await asyncio.sleep(0.6)
        assert len(requests) == 10

    with serving(lambda _: HttpResponse(204, b"", {})) as (url, requests):
        run(work)


@pytest.mark.usefixtures("short_lease")
@pytest.mark.parametrize("commits", [1, 2, 4, 6, 8, 9])
def test_time_that_a_process_was_moving_when_it_ended_is_moved_on(
    shared: Shared, commits: int
) -> None:
    """To where it was to go; each transition happens once, and each event has one webhook."""

    async def work() -> None:
        node, other = shared.node(IMPATIENT), shared.node(IMPATIENT)
        await hooked(node, url)
        for number in range(2):
            await node.send("POST", "/jobs", {"name": f"Job {number}"})
        store = node.replicas.store
        commit, count = store.commit, 0

        async def some(given: Any) -> Any:
            nonlocal count
            count += 1
            if count > commits:
                kill(node)
            return await commit(given)

        store.commit = some  # type: ignore[method-assign]
        moving = asyncio.create_task(node.control("POST", "/clock/advance", {"by": "PT1H"}))
        found = await until(
            other, "/clock", lambda found: found["now"] == "2026-01-05T10:00:00.000Z"
        )
        assert found["next"] is None
        kept = await until(
            other,
            "/deliveries",
            lambda found: all(each["state"] == "delivered" for each in found["items"]),
        )
        assert [each["event"] for each in kept["items"]] == ["job.started"] * 2 + ["job.done"] * 2
        sent = [each.headers["x-greenroom-delivery"] for each in requests]
        assert set(sent) == {each["id"] for each in kept["items"]}
        jobs = (await other.control("GET", "/acme/resources/Job"))["items"][1:]
        assert [(each["version"], each["state"]) for each in jobs] == [(3, "done")] * 2
        moving.cancel()

    with serving(lambda _: HttpResponse(204, b"", {})) as (url, requests):
        run(work)


def test_only_one_process_moves_the_time_of_a_space(shared: Shared) -> None:
    """The others say so."""

    async def work() -> None:
        node, other = shared.node(), shared.node()
        await hooked(node, url)
        await node.send("POST", "/jobs", {"name": "Ada"})
        moving = asyncio.create_task(node.control("POST", "/clock/advance", {"by": "PT1H"}))
        while not asked:
            await asyncio.sleep(0.01)
        path = f"/_greenroom/spaces/{SPACE}/clock/advance"
        refused = await other.send("POST", path, {"by": "PT1H"})
        assert (refused.status, "moved already" in refused.json["detail"]) == (409, True)
        assert (await other.control("GET", "/clock"))["now"] == "2026-01-05T09:01:00.000Z"
        release.set()
        assert (await moving)["now"] == "2026-01-05T10:00:00.000Z"

    asked: list[Any] = []
    release = asyncio.Event()

    def respond(request: Any) -> HttpResponse:
        asked.append(request)
        deadline = time.monotonic() + 10
        while not release.is_set() and time.monotonic() < deadline:
            time.sleep(0.01)
        return HttpResponse(204, b"", {})

    with serving(respond) as (url, _):
        run(work)


def test_time_that_runs_does_so_without_the_process_that_let_it(shared: Shared) -> None:
    """What is due happens once."""

    async def work() -> None:
        node, other = shared.node(), shared.node()
        await other.send("GET", "/jobs/job_001")
        await node.control("PUT", "", {"now": NINE})
        await node.send("POST", "/jobs", {"name": "Ada"})
        node.access.living._wake = lambda waiting: None
        await node.control("POST", "/clock/resume", {"speed": 300})
        kill(node)
        # A look at the clock does nothing by itself.
        found = await until(other, "/clock", lambda found: found["next"] is None)
        assert found["running"]
        jobs = (await other.control("GET", "/acme/resources/Job"))["items"][1:]
        assert [(each["version"], each["state"]) for each in jobs] == [(3, "done")]

    run(work)


def test_who_follows_a_space_hears_what_others_do_in_it(shared: Shared) -> None:
    """A request of another process, with what it changed."""

    async def work() -> None:
        node, other = shared.node(), shared.node()
        await node.send("POST", "/jobs", {"name": "Ada"})
        sent: list[bytes] = []

        async def receive() -> Any:
            await asyncio.Event().wait()

        async def collect(message: Any) -> None:
            sent.append(message.get("body", b""))

        scope = {
            "type": "http", "method": "GET", "path": "/_greenroom/events",
            "raw_path": b"/_greenroom/events", "query_string": f"space={SPACE}".encode(),
            "headers": [(b"host", b"127.0.0.1")], "client": ("127.0.0.1", 5),
        }  # fmt: skip
        listening = asyncio.create_task(node._app(scope, receive, collect))
        while not sent:
            await asyncio.sleep(0.01)
        await other.send("POST", "/jobs", {"name": "Eve"})
        deadline = time.monotonic() + 10
        while b"createJob" not in b"".join(sent):
            assert time.monotonic() < deadline
            await asyncio.sleep(0.02)
        assert b'"kind": "created"' in b"".join(sent)
        listening.cancel()

    run(work)
