"""Living spaces in one process: requests, a clock that tests move, and what happens on it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from contracts import Client
from featured import NOW, spaces_of

from greenroom.contract.model import Contract
from greenroom.state.life.emission import Emission, StepResult
from wire import Reply


class Sent:
    """Keeps the events of a space instead of sending them."""

    def __init__(self) -> None:
        self.events: list[Emission] = []
        self.begun: list[Any] = []
        self.ready = ()

    def close(self) -> None:
        """Keep no more."""

    def inherit(self, before: Any) -> None:
        """Keep what another one has."""
        self.events += before.events

    def emit(self, emission: Emission) -> None:
        """Take an event."""
        self.events.append(emission)

    def due(self, what: Any) -> None:
        """Take what is due and no transition."""
        self.begun.append(what)


class Living:
    """A client of a new space with a clock that stands; `headers` are sent with each request."""

    def __init__(
        self,
        contract: Contract,
        headers: Mapping[str, str] | None = None,
        now: datetime | None = NOW,
        **made: Any,
    ) -> None:
        self.headers = headers or {}
        self.client = Client(contract)
        self.spaces = spaces_of(self.client)
        self.name, self.base = contract.name, f"/~here/{contract.name}{contract.base_path}"
        self.space, _ = self.spaces.put("here", now=now, **made)
        self.sent = self.space.deliveries = Sent()

    def advance(self, **length: float) -> list[StepResult]:
        """What happens in a time, as whoever moves the clock sees it."""
        until = self.space.now() + timedelta(**length)
        happened = []
        while (happening := self.space.step(until)) is not None:
            happened.append(happening)
        self.space.clock.move(until)
        return happened

    @property
    def events(self) -> list[tuple[str, str]]:
        """The events so far, each with its time of day."""
        return [(each.event, each.at.strftime("%H:%M:%S")) for each in self.sent.events]

    def get(self, path: str) -> Reply:
        """A GET request."""
        return self.send("GET", path)

    def post(self, path: str, value: Any = None) -> Reply:
        """A POST request with a JSON body, if there is a value."""
        return self.send("POST", path, value)

    def send(self, method: str, path: str, value: Any = None) -> Reply:
        """A request with a JSON body, if there is a value."""
        sent = b"" if value is None else json.dumps(value).encode()
        about = {"content-type": "application/json", "content-length": str(len(sent))}
        headers = {**self.headers, **(about if sent else {})}
        return self.client.send(method, self.base + path, headers, [sent])

    def snapshot(self) -> str:
        """The snapshot as text."""
        return json.dumps(self.spaces.snapshot("here"))


def at(hour: int, minute: int = 0, second: int = 0) -> datetime:
    """A moment of the day on which spaces of tests begin."""
    return datetime(2026, 1, 5, hour, minute, second, tzinfo=UTC)
