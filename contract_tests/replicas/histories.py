"""What clients of several servers see who write and read the same things at the same time."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http.client import HTTPException
from typing import Any

from .linearizability import UNKNOWN, Operation, records, stuck
from .processes import Connection

# A meeting that is there from the beginning, and what it is then.
MEETING = "/living/meetings/mtg_0001"
AT_FIRST = frozenset({("title", "Documented"), ("room", "Blue")})


def members(state: frozenset[str], operation: Operation) -> Any:
    """The model of a collection: `add` puts in a name, `list` tells all of them."""
    if operation.name == "add":
        return state | {operation.argument}
    return state if operation.result == state else None


@dataclass
class Histories:
    """Of one record and of one collection; `statuses` are those of all responses."""

    record: list[Operation] = field(default_factory=list)
    collection: list[Operation] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)

    @property
    def wrong(self) -> list[Operation]:
        """Operations that no single server could have done so; none if all is well."""
        return stuck(self.record, records, AT_FIRST) or stuck(
            self.collection, members, frozenset[str]()
        )


def recorded(
    ports: Sequence[int],
    clients: int,
    steps: int,
    seed: int = 0,
    space: str = "shared",
    only: Sequence[str] = ("write", "write", "read", "add", "list"),
) -> Histories:
    """The histories of some clients of each server, with some steps of these kinds each.

    Every written value is unique. A client whose server is gone stops.
    """
    histories = Histories()

    def run(port: int, client: int) -> None:
        chance = random.Random(f"{seed} {client}")
        connection = Connection(port, space)
        try:
            for number in range(steps):
                name = chance.choice(only)
                if not _step(histories, connection, chance, client, name, f"{client}-{number}"):
                    return
        finally:
            connection.close()

    with ThreadPoolExecutor(len(ports) * clients) as pool:
        jobs = [
            pool.submit(run, port, place * clients + number)
            for place, port in enumerate(ports)
            for number in range(clients)
        ]
        for job in jobs:
            job.result()
    return histories


def _step(
    histories: Histories,
    connection: Connection,
    chance: random.Random,
    client: int,
    name: str,
    value: str,
) -> bool:
    """One operation; whether the server is still there."""
    history = histories.record if name in ("write", "read") else histories.collection
    argument: Any = {"write": {chance.choice(("title", "room")): value}, "add": value}.get(name)
    method, path, body = {
        "write": ("PATCH", MEETING, argument),
        "read": ("GET", MEETING, None),
        "add": ("POST", "/living/meetings", {"title": f"new {value}"}),
        "list": ("GET", "/living/meetings", None),
    }[name]
    began = time.monotonic()
    try:
        status, found = connection.send(method, path, body)
    except (OSError, HTTPException):
        if name in ("write", "add"):
            history.append(Operation(client, name, argument, UNKNOWN, began))
        return False
    ended = time.monotonic()
    histories.statuses[status] += 1
    if status >= 500:
        # Whether it was done is not told.
        if name in ("write", "add"):
            history.append(Operation(client, name, argument, UNKNOWN, began))
        return True
    if name == "list":
        titles = (each["title"] for each in found)
        found = frozenset(t.removeprefix("new ") for t in titles if t.startswith("new "))
    history.append(Operation(client, name, argument, found, began, ended))
    return True
