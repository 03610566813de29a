"""The states of the timeline and of the requests of a space."""

from __future__ import annotations

from typing import Any

from living_contract import living

from browser.scene import Scene, state

_AT = "console/demo"


@state("Timeline", "nothing has happened")
def _(see: Scene) -> None:
    see.jobs.space()
    see.open(_AT)
    see.shows("Nothing has happened in demo.")


@state("Timeline", "much has happened")
def _(see: Scene) -> None:
    see.held()
    see.open(_AT)
    see.page.locator("#causes > li").nth(7).wait_for()


@state("Timeline", "the story of one record")
def _(see: Scene) -> None:
    see.held()
    see.open(f"{_AT}?q=kind:delivery")
    see.page.locator("#causes > li").first.wait_for()


@state("Timeline", "filtered to nothing")
def _(see: Scene) -> None:
    see.held()
    see.open(f"{_AT}?q=nothing-of-the-kind")
    see.shows("none match", "Clear the filter")


@state("Timeline", "full: older ones are elsewhere")
def _(see: Scene) -> None:
    see.jobs.space()
    for _ in range(201):
        see.jobs.send("GET", "/~demo/jobs/jobs/none")
    see.open(_AT)
    see.shows("Older ones are among the")


@state("Requests", "none yet")
def _(see: Scene) -> None:
    see.jobs.space()
    see.open(f"{_AT}/requests")
    see.shows("No request has come to demo yet.")


@state("Requests", "some")
def _(see: Scene) -> None:
    see.held()
    see.open(f"{_AT}/requests")
    see.shows("9 of 9 shown")


@state("Requests", "filtered")
def _(see: Scene) -> None:
    see.held()
    see.open(f"{_AT}/requests?q=status:4xx")
    see.shows("3 of 9 shown")


@state("Requests", "filtered to nothing")
def _(see: Scene) -> None:
    see.held()
    see.open(f"{_AT}/requests?q=status:5xx")
    see.shows("9 entries, none match")


@state("Requests", "full: the oldest are gone")
def _(see: Scene) -> None:
    server = see.start("--journal", "5", jobs=living().written)
    server.space()
    for _ in range(7):
        server.send("GET", "/~demo/jobs/jobs/none")
    see.open(f"{_AT}/requests", server)
    see.shows("2 older ones are gone")


def _one(see: Scene, method: str, path: str, body: Any = None, **sent: Any) -> None:
    see.jobs.space()
    see.jobs.send(method, f"/~demo/jobs{path}", body, **sent)
    see.open(f"{_AT}/requests/1")
    see.shows("Why this response")


@state("Request", "it made something")
def _(see: Scene) -> None:
    _one(see, "POST", "/jobs", {"name": "Ada"})
    see.shows("mock.requests.assert_called")


@state("Request", "refused: the body")
def _(see: Scene) -> None:
    _one(see, "POST", "/jobs", {"team": 1})
    see.shows("refused", "Not reached")


@state("Request", "refused: the credential")
def _(see: Scene) -> None:
    _one(see, "GET", "/jobs/job_001", key="a-key-that-nobody-knows")
    see.shows("401")


@state("Request", "refused: no such path")
def _(see: Scene) -> None:
    _one(see, "GET", "/job")
    see.shows("404")


@state("Request", "refused: no such method")
def _(see: Scene) -> None:
    _one(see, "PUT", "/jobs", {})
    see.shows("405")


@state("Request", "a fault was in force")
def _(see: Scene) -> None:
    see.jobs.space()
    see.jobs.call("POST", "spaces/demo/faults", {"name": "outage", "effect": {"status": 503}})
    see.jobs.send("GET", "/~demo/jobs/jobs/job_001")
    see.open(f"{_AT}/requests/1")
    see.shows("was in force")


@state("Request", "the body is cut")
def _(see: Scene) -> None:
    _one(see, "POST", "/jobs", {"name": "long " * 20_000})
    see.shows("The body is cut")


@state("Request", "the body is not text")
def _(see: Scene) -> None:
    fields = {"headers": {"Content-Type": "application/octet-stream"}}
    _one(see, "POST", "/jobs", content=bytes(range(256)), **fields)
    see.shows("415")


@state("Request", "no longer kept", failures=True)
def _(see: Scene) -> None:
    server = see.start("--journal", "2", jobs=living().written)
    server.space()
    for _ in range(4):
        server.send("GET", "/~demo/jobs/jobs/none")
    see.open(f"{_AT}/requests/1", server)
    see.shows("The journal keeps the newest 2 of 4 requests")
