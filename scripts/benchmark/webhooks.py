"""Webhooks of a space during a load run: receivers, and the events that reach them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import cycle
from typing import Any

import httpx2

from greenroom.contract.behaviour.reading import behaviour_of
from greenroom.contract.behaviour.subscription import Subscription
from greenroom.contract.catalog import load, vendors
from greenroom.state.merging import put, value_at

from .exchange import WrongResponseError

_SPACE = "spaces/soak"
# How the receivers respond: well, or with an error, after which some vendors send again.
_ANSWERS = {"good": b"204 No Content", "bad": b"500 Internal Server Error"}
# Events between two moves of the clock, before which their webhooks arrive.
_ROUND = 50


@dataclass(slots=True)
class Webhooks:
    """How many events were sent, and how many webhooks have arrived."""

    events: int = 0
    arrived: int = 0

    @property
    def text(self) -> str:
        """The numbers in a sentence."""
        return f"{self.events:,} events, of which {self.arrived:,} webhooks have arrived"


@asynccontextmanager
async def webhooks(port: int) -> AsyncIterator[Webhooks]:
    """Send events of all vendors one after another, in a space of the server on a port.

    Raises WrongResponseError, at the end, if the server refused something, or nothing arrived.
    """
    numbers = Webhooks()

    async def receive(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        numbers.arrived += 1
        status = _ANSWERS[head.split()[1].decode().strip("/")]
        writer.write(b"HTTP/1.1 %b\r\nContent-Length: 0\r\nConnection: close\r\n\r\n" % status)
        writer.close()

    server = await asyncio.start_server(receive, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    task = asyncio.create_task(_emit(port, url, numbers))
    try:
        yield numbers
    finally:
        task.cancel()
        await asyncio.wait([task])
        server.close()
    if not task.cancelled() and (error := task.exception()) is not None:
        raise error
    if not numbers.arrived:
        raise WrongResponseError(f"{numbers.text}")


async def _emit(port: int, url: str, numbers: Webhooks) -> None:
    base = f"http://127.0.0.1:{port}/_greenroom/"
    async with httpx2.AsyncClient(base_url=base, timeout=60) as client:
        events = [event for source in vendors() for event in await _subscribed(client, url, source)]
        for path, event in cycle(events):
            await _call(client, path, event)
            numbers.events += 1
            if numbers.events % _ROUND == 0:
                await _call(client, f"{_SPACE}/settle", None)
                await _call(client, f"{_SPACE}/clock/advance", {"by": "PT10M"})


async def _subscribed(
    client: httpx2.AsyncClient, url: str, source: Any
) -> list[tuple[str, dict[str, str]]]:
    """Register receivers of all events of a vendor; what sends each event."""
    behaviour, found = behaviour_of(load(source)), []
    below = f"{_SPACE}/{source.name}"
    receivers = [r for r in behaviour.resources.values() if r.subscription is not None]
    for event in behaviour.events.values():
        for resource in receivers:
            subscription, example = resource.subscription, resource.seeds[0].value
            assert subscription is not None, "those have receivers"
            for answer in _ANSWERS:
                values = _values(subscription, f"{url}/{answer}", event.name, example)
                await _call(client, f"{below}/resources/{resource.name}", values)
        about = {}
        if event.about is not None:
            items = (await client.get(f"{below}/resources/{event.about}")).json()["items"]
            about = {"about": items[0]["id"]} if items else {}
        found.append((f"{below}/events", {"event": event.name, **about}))
    return found


def _values(subscription: Subscription, url: str, event: str, example: Any) -> dict[str, Any]:
    """What a record has that registers a receiver of an event."""
    places: dict[str | None, Any] = {**dict(subscription.active), subscription.url: url}
    several = isinstance(value_at(example, subscription.events or ""), list)
    places[subscription.events] = [event] if several else event
    places.pop(None, None)
    found: dict[str, Any] = {}
    for pointer, value in places.items():
        put(found, str(pointer), value)
    return found


async def _call(client: httpx2.AsyncClient, path: str, body: Any) -> None:
    response = await client.post(path, json=body)
    if not response.is_success:
        raise WrongResponseError(f"{path}: {response.status_code} {response.text[:200]}")
