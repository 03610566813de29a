"""A stream tells what happens in a space, and what its listener missed."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Coroutine
from dataclasses import replace
from typing import Any

import pytest
from controlling import GOOD, Controlled
from living_contract import living
from state_contract import API

from greenroom.server.control.stream import MOST_LISTENERS

_PATIENCE = 20


class Listener:
    """Listens to the events of a space until it is closed; `last` is the id of the last event."""

    def __init__(self, server: Controlled, query: str = "space=demo", last: str = "") -> None:
        self.messages: asyncio.Queue[Any] = asyncio.Queue()
        self.last = last
        self._gone = asyncio.Event()
        self._text = ""
        headers = [(b"last-event-id", last.encode())] if last else []
        scope = {
            "type": "http", "method": "GET", "path": "/_greenroom/events",
            "raw_path": b"/_greenroom/events", "query_string": query.encode(),
            "headers": headers, "client": ("127.0.0.1", 1),
        }  # fmt: skip
        call = server.client.app(scope, self._receive, self.messages.put)
        self.task: asyncio.Task[None] = asyncio.ensure_future(call)
        self._requested = False

    async def started(self) -> Any:
        """The start of the response."""
        return await asyncio.wait_for(self.messages.get(), _PATIENCE)

    async def event(self) -> tuple[str, Any]:
        """The name and data of the next event."""
        while True:
            block, separator, rest = self._text.partition("\n\n")
            if not separator:
                message = await asyncio.wait_for(self.messages.get(), _PATIENCE)
                self._text += message["body"].decode()
                continue
            self._text = rest
            fields = dict(line.split(": ", 1) for line in block.split("\n"))
            if "event" in fields:
                self.last = fields["id"]
                return fields["event"], json.loads(fields["data"])

    async def close(self) -> None:
        """Go away."""
        self._gone.set()
        await asyncio.wait_for(self.task, _PATIENCE)

    async def _receive(self) -> Any:
        if not self._requested:
            self._requested = True
            return {"type": "http.request", "body": b""}
        await self._gone.wait()
        return {"type": "http.disconnect"}


def listening(story: Callable[[Controlled], Coroutine[Any, Any, None]]) -> None:
    """Run a story with a server."""
    asyncio.run(story(Controlled(API, replace(living(), name="works"))))


def test_requests_and_changes_are_told_as_they_happen() -> None:
    """Rows as in the compact journal; changes with their cause."""

    async def story(server: Controlled) -> None:
        server.names()
        listener = Listener(server)
        start = await listener.started()
        assert start["status"] == 200
        assert (b"content-type", b"text/event-stream") in start["headers"]
        identifier = server.make("Ada")
        name, data = await listener.event()
        (row,) = data["requests"]
        assert (name, row[0], row[4:8]) == ("rows", 2, ["createThing", "POST", "/things", 201])
        (change,) = data["changes"]
        assert (change["kind"], change["id"], change["version"], change["cause"]) == (
            "created", identifier, 1, {"request": 2},
        )  # fmt: skip
        path = f"/spaces/demo/acme/resources/Thing/{identifier}"
        server.call("PATCH", path, {"name": "Bob"})
        server.delete(path)
        kinds = []
        while len(kinds) < 2:
            _, data = await listener.event()
            kinds += [(each["kind"], each["cause"]) for each in data["changes"]]
        assert kinds == [("changed", {"control": 1}), ("deleted", {"control": 2})]
        await listener.close()

    listening(story)


def test_a_listener_hears_of_transitions_and_deliveries() -> None:
    """Each as it is then; one that may not be sent is told of, too."""

    async def story(server: Controlled) -> None:
        hook = {"url": "https://hooks.acme.test/", "events": ["job.done"]}
        server.post("/spaces/demo/works/resources/Hook", hook)
        listener = Listener(server)
        await listener.started()
        server.post("/spaces/demo/works/resources/Job/job_001/transition", {"to": "done"})
        _, data = await listener.event()
        (sent,) = data["deliveries"]
        assert (sent["event"], sent["state"], sent["status"]) == ("job.done", "withheld", None)
        (moved,) = data["transitions"]
        assert (moved["from"], moved["to"], moved["about"]["id"]) == ("queued", "done", "job_001")
        await listener.close()

    listening(story)


def test_a_listener_goes_on_where_it_was() -> None:
    """With the id of the last event it saw."""

    async def story(server: Controlled) -> None:
        server.names()
        first = Listener(server)
        await first.started()
        server.names()
        await first.event()
        await first.close()
        server.names()
        server.names()
        again = Listener(server, last=first.last)
        name, data = await again.event() if await again.started() else ("", {})
        assert (name, [row[0] for row in data["requests"]]) == ("rows", [3, 4])
        await again.close()

    listening(story)


def test_what_the_journal_lost_is_a_gap() -> None:
    """So is a space that was made anew, of which nobody knows how much was missed."""

    async def story(server: Controlled) -> None:
        server.names()
        listener = Listener(server)
        await listener.started()
        server.names()
        await listener.event()
        await listener.close()
        server.names()
        server.names()
        server.delete("/spaces/demo/requests")
        server.names()
        again = Listener(server, last=listener.last)
        await again.started()
        assert await again.event() == ("gap", {"missed": 2})
        _, data = await again.event()
        assert [row[0] for row in data["requests"]] == [5]
        assert [change["kind"] for change in data["changes"]] == ["cleared"]
        server.post("/spaces/demo/reset")
        assert await again.event() == ("gap", {"missed": None})
        _, data = await again.event()
        assert (data["requests"], [c["kind"] for c in data["changes"]]) == ([], ["reset"])
        await again.close()

    listening(story)


def test_a_stream_waits_for_its_space() -> None:
    """And makes none; it begins with the first request."""

    async def story(server: Controlled) -> None:
        listener = Listener(server, "space=late")
        await listener.started()
        assert server.get("/spaces").json["total"] == 0
        server.make("Ada", "late")
        _, data = await listener.event()
        assert [row[0] for row in data["requests"]] == [1]
        await listener.close()

    listening(story)


def test_many_rows_come_in_parts() -> None:
    """None is lost between them."""

    async def story(server: Controlled) -> None:
        listener = Listener(server, "space=late")
        await listener.started()
        for _ in range(450):
            server.client.get("/~late/acme/things", GOOD)
        seen: list[int] = []
        parts = 0
        while len(seen) < 450:
            _, data = await listener.event()
            seen += [row[0] for row in data["requests"]]
            parts += 1
        assert (seen, parts) == ([*range(1, 451)], 3)
        await listener.close()

    listening(story)


def test_listeners_are_bounded() -> None:
    """One more is 503, until one goes."""

    async def story(server: Controlled) -> None:
        listeners = [Listener(server) for _ in range(MOST_LISTENERS)]
        for listener in listeners:
            await listener.started()
        refused = Listener(server)
        start = await refused.started()
        assert (start["status"], (b"retry-after", b"2") in start["headers"]) == (503, True)
        await refused.task
        await listeners.pop().close()
        welcome = Listener(server)
        assert (await welcome.started())["status"] == 200
        for listener in (*listeners, welcome):
            await listener.close()

    listening(story)


@pytest.mark.parametrize("query", ["", "space=", "space=.demo", "space=a%20b"])
def test_a_stream_names_its_space(query: str) -> None:
    """400 else."""
    assert Controlled().get(f"/events?{query}").status == 400


@pytest.mark.parametrize("last", ["x", "1f2e3d4c-1", "1f2e3d4c-1-99999999999999999999", "-1-1"])
def test_an_id_of_another_kind_is_no_place(last: str) -> None:
    """The stream begins now."""

    async def story(server: Controlled) -> None:
        server.names()
        listener = Listener(server, last=last)
        await listener.started()
        server.names()
        name, data = await listener.event()
        assert (name, [row[0] for row in data["requests"]]) == ("rows", [2])
        await listener.close()

    listening(story)
