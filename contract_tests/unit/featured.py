"""The contract with every feature of a simulation, in a space with a clock that stands."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from contracts import Client

from greenroom.contract.catalog import find, load
from greenroom.contract.model import Contract
from greenroom.server.middleware import MockMiddleware
from greenroom.server.space_access import SpaceAccess
from wire import Reply

NOW = datetime(2026, 1, 5, 9, tzinfo=UTC)
_FILE = Path(__file__).parents[1] / "simulation" / "features.yaml"


@cache
def contract() -> Contract:
    """The contract, read once."""
    return load(find((str(_FILE),))[0])


def access_of(client: Client) -> SpaceAccess:
    """What a server in this process has its spaces in."""
    app: Any = client.app
    while not isinstance(app, MockMiddleware):
        app = app.app
    return app.access


def spaces_of(client: Client) -> Any:
    """The spaces of a server in this process."""
    return access_of(client).spaces


class Featured:
    """A client of a new space."""

    def __init__(self, space: str = "here", now: datetime | None = NOW, **made: Any) -> None:
        self.client = Client(contract())
        self.spaces = spaces_of(self.client)
        self.space, _ = self.spaces.put(space, now=now, **made)
        self.base = f"/~{space}/features"

    def get(self, path: str) -> Reply:
        """A GET request."""
        return self.client.get(self.base + path)

    def post(self, path: str, value: Any) -> Reply:
        """A POST request with a JSON body."""
        return self.client.post(self.base + path, value)

    def send(self, method: str, path: str, value: Any = None) -> Reply:
        """A request with a JSON body, if there is a value."""
        if value is None:
            return self.client.send(method, self.base + path)
        sent = json.dumps(value).encode()
        length = {"content-type": "application/json", "content-length": str(len(sent))}
        return self.client.send(method, self.base + path, length, [sent])
