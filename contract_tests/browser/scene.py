"""What a state of a screen needs: servers, a window, and the list of all states."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page

from browser.process import Server, started, written
from browser.window import Window, opened

# A request of the API of jobs that makes a job, and one that registers a receiver.
JOB = {"name": "Ada", "team": "red"}
# What small contracts of states have.
THING = {"type": "object", "properties": {"id": {"type": "integer"}, "name": {"type": "string"}}}
JSON = {"content": {"application/json": {"schema": THING}}}


def operation(id: str, **more: Any) -> dict[str, Any]:
    """An operation that responds with a thing."""
    return {"operationId": id, "responses": {"200": {"description": "Fine.", **JSON}}, **more}


@dataclass
class Scene:
    """Brings a state about: on the server of jobs, that of vendors, or one of its own.

    `part` is what pictures of small screens show, which hold no whole page.
    """

    browser: Browser
    jobs: Server
    find_vendors: Callable[[], Server]
    folder: Path
    stack: ExitStack
    windows: list[Window] = field(default_factory=list)
    part: str = ""

    @property
    def window(self) -> Window:
        """The window that was opened last."""
        return self.windows[-1]

    @property
    def page(self) -> Page:
        """The page that was opened last."""
        return self.window.page

    def open(self, path: str = "", server: Server | None = None) -> Page:
        """A page below /_greenroom/ of a server, that of jobs by default."""
        origin = (server or self.jobs).url
        if not self.windows or self.window.origin != origin:
            self.windows.append(self.stack.enter_context(opened(self.browser, origin)))
        return self.window.open(path)

    def vendors(self) -> Server:
        """The server of all vendors."""
        return self.find_vendors()

    def start(self, *arguments: str, token: str = "", **documents: Any) -> Server:
        """A server of its own, of contracts by their names."""
        files = [written(self.folder, name, each) for name, each in documents.items()]
        return self.stack.enter_context(started(*files, *arguments, token=token))

    def stop(self, server: Server) -> None:
        """End a server while its page is open."""
        self.window.connections_fail = True
        server.stop()

    def shows(self, *texts: str) -> None:
        """Wait until all texts are to be seen."""
        self.window.shows(*texts)

    def press(self, name: str) -> None:
        """Press the button of that name."""
        self.window.button(name).first.click()

    def make_job(self, space: str = "demo", **values: Any) -> str:
        """A job that a client makes; its id."""
        made = self.jobs.send("POST", f"/~{space}/jobs/jobs", {**JOB, **values})
        assert made.status_code == 201, made.text
        return str(made.json()["id"])

    def register(self, url: str, space: str = "demo", **values: Any) -> str:
        """A receiver that a client registers; its id."""
        body = {"url": url, "events": ["job.started", "job.done"], **values}
        made = self.jobs.send("POST", f"/~{space}/jobs/hooks", body)
        assert made.status_code == 201, made.text
        return str(made.json()["id"])

    def inbox(self, status: int = 204, space: str = "demo") -> str:
        """The address of the built-in receiver, which gives a status."""
        return f"{self.jobs.url}/_greenroom/spaces/{space}/inbox?status={status}"

    def held(self) -> None:
        """A space where much has happened: jobs, refusals, webhooks that arrive, or do not."""
        self.jobs.space()
        self.register(self.inbox())
        self.register("https://hooks.example.com/in")
        for name in ("Ada", "Bob", "Cy"):
            self.make_job(name=name)
        self.advance("PT2M")
        self.jobs.send("GET", "/~demo/jobs/jobs/none")
        self.jobs.send("POST", "/~demo/jobs/jobs", {"team": "red"})
        self.jobs.send("GET", "/~demo/jobs/jobs/job_001", key="wrong")
        self.jobs.send("DELETE", "/~demo/jobs/jobs/job_001")

    def advance(self, by: str, space: str = "demo") -> Any:
        """Let time pass in a space."""
        return self.jobs.call("POST", f"spaces/{space}/clock/advance", {"by": by})


@dataclass(frozen=True)
class State:
    """A state of a screen, and what brings it about; `order` is its place in the list.

    `failures` says that the browser may be told of a status of failure below /_greenroom/.
    """

    order: int
    screen: str
    name: str
    make: Callable[[Scene], None]
    failures: bool


STATES: list[State] = []


def state(
    screen: str, name: str, failures: bool = False
) -> Callable[[Callable[[Scene], None]], Callable[[Scene], None]]:
    """Put a function into the list of states."""

    def put(make: Callable[[Scene], None]) -> Callable[[Scene], None]:
        STATES.append(State(len(STATES), screen, name, make, failures))
        return make

    return put
