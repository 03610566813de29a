"""What is done in a space is committed as a whole and once, or leaves no trace."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from redis.exceptions import ConnectionError as NoConnectionError
from sharing import NINE, SPACE, Node, Shared, run, shared_store
from state_contract import API

from greenroom.cli import main
from greenroom.replicas.store import Commit, ConflictError, Facts, Store

# What differs from one run of the same history to another.
_TIMES = re.compile(rb'"(at|ms|milliseconds|created|last_used)": ?("[^"]*"|[0-9.e-]+)')
_SHOWN = ("", "/snapshot", "/faults", "/deliveries", "/requests?whole=true", "/clock")
NOWHERE = "http://127.0.0.1:9/in"


@pytest.fixture
def shared(monkeypatch: pytest.MonkeyPatch) -> Iterator[Shared]:
    """An empty store."""
    with shared_store(monkeypatch) as found:
        yield found


def interrupting(node: Node, before: Any = None, after: Any = None) -> list[str]:
    """Let functions be awaited at the next commit of a node; the names of what it commits."""
    store: Store = node.replicas.store
    commit, seen = store.commit, list[str]()

    async def committed(given: Commit) -> Facts:
        nonlocal before, after
        seen.append(given.name)
        if before is not None:
            todo, before = before, None
            await todo()
        facts = await commit(given)
        if after is not None:
            todo, after = after, None
            await todo()
        return facts

    store.commit = committed  # type: ignore[method-assign]
    return seen


async def history(node: Node) -> list[tuple[int, bytes]]:
    """All kinds of things that are done in a space, and what they gave."""
    rate = {"effect": {"status": 500}, "times": 1, "match": {"operation": "getJob"}, "skip": 1}
    replies = []
    for method, path, value in (
        ("PUT", f"/_greenroom/spaces/{SPACE}", {"now": NINE, "seed": 7}),
        ("POST", "/jobs", {"name": "Ada"}),
        ("POST", "/hooks", {"url": "http://receiver.test/in", "events": ["job.started"]}),
        ("POST", "/jobs", {"name": 5}),
        ("POST", f"/_greenroom/spaces/{SPACE}/faults", rate),
        ("GET", "/jobs/job_001", None),
        ("GET", "/jobs/job_001", None),
        ("GET", "/jobs/job_001", None),
        ("POST", f"/_greenroom/spaces/{SPACE}/clock/advance", {"by": "PT1M"}),
        ("DELETE", "/jobs/job_001", None),
        ("POST", f"/_greenroom/spaces/{SPACE}/acme/events", {"event": "job.done"}),
        ("PATCH", f"/_greenroom/spaces/{SPACE}/acme/resources/Job/job_001", {"name": "Eve"}),
        ("POST", f"/_greenroom/spaces/{SPACE}/acme/resources/Job", {"name": "Zoe"}),
        ("PATCH", f"/_greenroom/spaces/{SPACE}", {"receivers": {"http://a.test": "http://b.test"}}),
        ("POST", f"/_greenroom/spaces/{SPACE}/clock/freeze", {}),
        ("POST", f"/_greenroom/spaces/{SPACE}/reset", {"keep": ["requests", "faults"]}),
        ("POST", f"/_greenroom/spaces/{SPACE}/clock/freeze", {"at": "2026-01-05T10:00:00Z"}),
        ("POST", "/jobs", {"name": "Bob"}),
    ):
        reply = await node.send(method, path, value)
        replies.append((reply.status, _TIMES.sub(b"", reply.body)))
    for path in _SHOWN:
        reply = await node.send("GET", f"/_greenroom/spaces/{SPACE}{path}")
        replies.append((reply.status, _TIMES.sub(b"", reply.body)))
    return replies


def test_a_conflict_leaves_no_trace(shared: Shared) -> None:
    """Every commit fails once: identifiers, numbers, faults, webhooks and journal are as in memory.

    Another process sees the same.
    """

    async def work() -> None:
        alone = await history(Node(shared.node().api, store=None))
        node, other = shared.node(), shared.node()
        store = node.replicas.store
        commit, failed = store.commit, set[int]()

        async def late(given: Commit) -> Facts:
            if len(failed) % 2 == 0:
                failed.add(len(failed))
                raise ConflictError
            failed.add(len(failed))
            return await commit(given)

        store.commit = late  # type: ignore[method-assign]
        assert await history(node) == alone
        assert node.replicas.retries > 15
        for path, expected in zip(_SHOWN, alone[-len(_SHOWN) :], strict=True):
            reply = await other.send("GET", f"/_greenroom/spaces/{SPACE}{path}")
            assert (reply.status, _TIMES.sub(b"", reply.body)) == expected

    run(work)


def test_who_comes_too_late_does_it_again(shared: Shared) -> None:
    """After what the other one did, of which nothing is lost."""

    async def work() -> None:
        node, other = shared.node(), shared.node()
        await node.control("PUT", "", {"now": NINE})

        async def first() -> None:
            assert (await other.send("POST", "/jobs", {"name": "First"})).status == 201

        interrupting(node, before=first)
        late = await node.send("POST", "/jobs", {"name": "Late"})
        found = await other.control("GET", "/acme/resources/Job")
        names = [each["value"]["name"] for each in found["items"]]
        assert (late.status, names) == (201, ["Documented", "First", "Late"])
        assert node.replicas.retries == 1

    run(work)


def test_a_response_is_sent_after_its_commit(shared: Shared) -> None:
    """Who has it finds in every process what it says."""

    async def work() -> None:
        node = shared.node()
        let, reached = asyncio.Event(), asyncio.Event()

        async def halt() -> None:
            reached.set()
            await let.wait()

        interrupting(node, before=halt)
        sending = asyncio.create_task(node.send("POST", "/jobs", {"name": "Ada"}))
        await reached.wait()
        assert not sending.done()
        let.set()
        assert (await sending).status == 201

    run(work)


@pytest.mark.parametrize(("when", "kept"), [("before", 1), ("after", 2)])
def test_a_request_that_ends_in_the_middle_of_its_commit_leaves_its_server_right(
    shared: Shared, when: str, kept: int
) -> None:
    """Whether it was committed or not: the replica has what the store has."""

    async def work() -> None:
        node, other = shared.node(), shared.node()
        await node.send("GET", "/jobs/job_001")
        reached = asyncio.Event()

        async def halt() -> None:
            reached.set()
            await asyncio.Event().wait()

        interrupting(node, **{when: halt})
        sending = asyncio.create_task(node.send("POST", "/jobs", {"name": "Ada"}))
        await reached.wait()
        sending.cancel()
        with pytest.raises(asyncio.CancelledError):
            await sending
        for each in (node, other):
            assert (await each.control("GET", "/acme/resources/Job"))["total"] == kept

    run(work)


def test_what_was_committed_when_a_connection_broke_is_not_done_again(shared: Shared) -> None:
    """A commit has a name, by which the store knows it."""

    async def work() -> None:
        node = shared.node()
        await node.send("GET", "/jobs/job_001")
        store: Any = node.replicas.store
        script = store._scripts["commit"]
        asked = 0

        async def broken(**given: Any) -> Any:
            nonlocal asked
            asked += 1
            found = await script(**given)
            if asked == 1:
                raise NoConnectionError("Connection reset by peer")
            return found

        store._scripts["commit"] = broken
        assert (await node.send("POST", "/jobs", {"name": "Ada"})).status == 201
        assert (await node.control("GET", "/acme/resources/Job"))["total"] == 2
        assert node.replicas.retries == 0

    run(work)


def test_who_is_far_behind_begins_anew(shared: Shared) -> None:
    """The log of commits is short; where it does not reach, the state is read as a whole."""

    async def work() -> None:
        node, other = shared.node(), shared.node()
        await other.send("POST", "/jobs", {"name": "Ada"})
        await other.send("DELETE", "/jobs/job_001")
        await node.control("GET", "/acme/resources/Job")
        for number in range(3):
            await other.send("POST", "/jobs", {"name": f"Job {number}"})
        shared.redis.delete(f"greenroom:{{{SPACE}}}:log")
        found = await node.control("GET", "/acme/resources/Job")
        assert [each["value"]["name"] for each in found["items"]] == [
            "Ada", "Job 0", "Job 1", "Job 2",
        ]  # fmt: skip
        assert found == await other.control("GET", "/acme/resources/Job")

    run(work)


def test_a_space_that_is_made_anew_elsewhere_is_another_one(shared: Shared) -> None:
    """Or is gone: nothing of the one before is shown."""

    async def work() -> None:
        node, other = shared.node(), shared.node()
        await node.send("POST", "/jobs", {"name": "Ada"})
        await other.control("PUT", "", {"seed": 5})
        assert (await node.control("GET", ""))["seed"] == 5
        assert (await node.control("GET", "/acme/resources/Job"))["total"] == 1
        await other.control("DELETE", "")
        gone = await node.send("GET", f"/_greenroom/spaces/{SPACE}")
        assert (gone.status, shared.redis.keys("greenroom:{*")) == (404, [])
        await node.send("POST", "/jobs", {"name": "Eve"})
        assert (await other.control("GET", ""))["requests"] == 1

    run(work)


def test_a_process_forgets_what_it_has_no_room_for(shared: Shared) -> None:
    """Nothing is lost by that."""

    async def work() -> None:
        node = shared.node()
        node.access.spaces.most = 2
        for number in range(5):
            await node.send("POST", "/jobs", {"name": f"Job {number}"}, in_space(number))
        assert len(node.access.spaces.all()) == 2
        for number in range(5):
            found = await node.send("GET", f"/_greenroom/spaces/s{number}/acme/resources/Job")
            assert found.json["items"][-1]["value"]["name"] == f"Job {number}"
        listed = (await node.send("GET", "/_greenroom/spaces")).json["items"]
        assert {each["name"] for each in listed} <= {f"s{number}" for number in range(5)}

    run(work)


def in_space(number: int) -> dict[str, str]:
    """Header fields that name another space."""
    return {"x-greenroom-space": f"s{number}"}


def test_a_space_that_nobody_uses_goes(shared: Shared) -> None:
    """All of its keys do, an hour after the last request."""

    async def work() -> None:
        node = shared.node()
        await node.control("PUT", "", {"now": NINE})
        await node.send("POST", "/jobs", {"name": "Ada"})
        left = [shared.redis.pttl(key) for key in shared.redis.keys("greenroom:{*")]
        assert len(left) == 3
        assert all(3_500_000 < milliseconds <= 3_700_000 for milliseconds in left)
        # What happens by itself in sixty thousand seconds is waited for.
        await node.control("POST", "/clock/resume", {"speed": 0.001})
        assert 60_000_000 < shared.redis.pttl(KEYS[0]) < 64_000_000

    run(work)


def test_a_store_that_was_emptied_is_told(shared: Shared, caplog: pytest.LogCaptureFixture) -> None:
    """By the first response of each of its spaces, and once in the log."""

    async def work() -> None:
        node = shared.node()
        for number in range(2):
            await node.send("GET", "/jobs/job_001", headers=in_space(number))
        await node.send("GET", "/jobs/job_001")
        shared.redis.flushall()
        for number in range(2):
            found = await node.send("POST", "/jobs", {"name": "Ada"})
            is_told = "the store was emptied" in found.headers.get("x-greenroom-warning", "")
            assert (found.status, is_told) == (201, number == 0)

    run(work)
    lines = [each for each in caplog.records if each.getMessage() == "store"]
    assert len(lines) == 1


@pytest.mark.parametrize("api", [API])
def test_processes_with_other_contracts_do_not_mix(shared: Shared, api: Any) -> None:
    """One line says why, and what helps."""

    async def work() -> None:
        node, other = shared.node(), shared.node(api)
        await node.send("POST", "/jobs", {"name": "Ada"})
        for path in ("/things", f"/_greenroom/spaces/{SPACE}"):
            refused = await other.send("GET", path)
            assert refused.status == 503
            assert "was made with other contracts or another version" in refused.json["detail"]
        assert (await other.control("PUT", ""))["name"] == SPACE
        assert (await other.send("GET", "/things")).status == 200

    run(work)


def edited(redis: Any, fragment: str, name: str, value: Any) -> str:
    """A fragment of the state with another value of a member."""
    return json.dumps({**json.loads(redis.hget(KEYS[0], fragment)), name: value})


_NO_RECORD = '{"id":"job_001","version":1,"sequence":null,"own":[],"value":[]}'
KEYS = [f"greenroom:{{{SPACE}}}:{part}" for part in ("state", "log", "journal")]
FOREIGN: dict[str, Any] = {
    "a text as state": lambda redis: redis.set(KEYS[0], "x"),
    "no number": lambda redis: redis.hset(KEYS[0], "@version", "x"),
    "no JSON": lambda redis: redis.hset(KEYS[0], mapping={"space": "{", "@epoch": "x"}),
    "other JSON": lambda redis: redis.hset(KEYS[0], mapping={"space": "[]", "@epoch": "x"}),
    "a deep record": lambda redis: redis.hset(
        KEYS[0], mapping={"record/acme/Job/x": "[" * 100_000, "@epoch": "x"}
    ),
    "a number that no number follows": lambda redis: redis.hset(
        KEYS[0],
        mapping={"vendor/acme": edited(redis, "vendor/acme", "sequence", 1e308)} | {"@epoch": "x"},
    ),
    "receivers that are none": lambda redis: redis.hset(
        KEYS[0], mapping={"space": edited(redis, "space", "receivers", [[]]), "@epoch": "x"}
    ),
    "half a surrogate pair": lambda redis: redis.hset(
        KEYS[0], mapping={"space": edited(redis, "space", "made_by", "\ud800"), "@epoch": "x"}
    ),
    "no time": lambda redis: redis.hset(
        KEYS[0], mapping={"space": edited(redis, "space", "created", 1e308), "@epoch": "x"}
    ),
    "a record that is none": lambda redis: redis.hset(
        KEYS[0], mapping={"record/acme/Job/job_001": _NO_RECORD, "@epoch": "x"}
    ),
    "a fault that is none": lambda redis: redis.hset(
        KEYS[0], mapping={"faults": edited(redis, "faults", "all", [{"name": "x"}]), "@epoch": "x"}
    ),
    "a vendor that is not served": lambda redis: redis.hset(
        KEYS[0], mapping={"vendor/other": "{}", "@epoch": "x"}
    ),
    "a delivery without a number": lambda redis: redis.hset(
        KEYS[0], mapping={"delivery/x": "{}", "@epoch": "x"}
    ),
    "a text as log": lambda redis: (redis.delete(KEYS[1]), redis.set(KEYS[1], "x")),
    "a text as journal": lambda redis: (redis.delete(KEYS[2]), redis.set(KEYS[2], "x")),
    "another journal": lambda redis: redis.xadd(KEYS[2], {"note": "x", "t": "{"}, "99-1"),
}


def test_a_name_that_somebody_else_wrote_into_the_store_is_no_space(shared: Shared) -> None:
    """It is listed nowhere, and is not in the way of what is due."""

    async def work() -> None:
        node = shared.node()
        await node.send("POST", "/jobs", {"name": "Ada"})
        shared.redis.zadd("greenroom:spaces", {b"\xff": 1, "a b": 1})
        listed = await node.send("GET", "/_greenroom/spaces")
        assert [each["name"] for each in listed.json["items"]] == [SPACE]
        assert await node.replicas.store.due() == []
        assert shared.redis.zrange("greenroom:spaces", 0, -1) == [SPACE.encode()]

    run(work)


@pytest.mark.parametrize("what", FOREIGN)
def test_what_somebody_else_wrote_into_the_store_is_a_503(shared: Shared, what: str) -> None:
    """With one line that says where; no other space suffers, and what is removed is forgotten."""

    async def work() -> None:
        node, other = shared.node(), shared.node()
        await node.send("POST", "/jobs", {"name": "Ada"})
        await other.send("GET", "/jobs/job_001")
        FOREIGN[what](shared.redis)
        replies = [
            await each.send(*asked)
            for each in (node, other)
            for asked in (
                ("POST", "/jobs", {"name": "Eve"}),
                ("GET", f"/_greenroom/spaces/{SPACE}/requests"),
            )
        ]
        refused = [each for each in replies if each.status == 503]
        assert refused
        assert {each.status for each in replies} <= {200, 201, 503}
        for each in refused:
            assert each.json["detail"].startswith(("the store redis://127.0.0.1", "redis://"))
            assert "\n" not in each.json["detail"]
        assert (await node.send("GET", "/jobs/job_001", None, in_space(1))).status == 200
        assert (await node.control("PUT", ""))["name"] == SPACE
        assert (await other.send("POST", "/jobs", {"name": "Eve"})).status == 201
        shared.redis.delete(*KEYS)
        assert (await node.send("POST", "/jobs", {"name": "Eve"})).status == 201

    run(work)


@pytest.mark.parametrize("address", ["127.0.0.1:6379", "http://127.0.0.1/0", "redis://h/x"])
@pytest.mark.parametrize("is_option", [True, False])
def test_an_address_that_no_store_has_is_refused(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    address: str,
    is_option: bool,
) -> None:
    """Before anything is served; the environment may have one too."""
    if not is_option:
        monkeypatch.setenv("GREENROOM_STORE", address)
    with pytest.raises(SystemExit) as ended:
        main(["serve", *(["--store", address] if is_option else [])])
    assert ended.value.code == 2
    assert "not an address like redis://127.0.0.1:6379/0" in capsys.readouterr().err
