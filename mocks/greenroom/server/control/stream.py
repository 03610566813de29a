"""What happens in a space as server-sent events (HTML Living Standard, section 9.2)."""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from itertools import islice
from typing import Any

from ...errors import GreenroomError
from ...http.timestamps import rfc3339
from ...journal.document import row
from ...journal.entry import Change
from ...journal.journal import Journal
from ...mock.response.prepared import problem
from ...redaction.redactor import Redactor
from ..connexion_seams import Receive, Scope, Send
from .call import Served

MOST_LISTENERS = 16
_PAUSE_SECONDS, _HEARTBEAT_SECONDS = 0.1, 15
_MOST_ROWS = 200
_ID = re.compile(rb"([0-9a-f]{8})-([0-9]{1,15})-([0-9]{1,15})")
# A journal's token, and the numbers of its last request and last note.
_Position = tuple[str, int, int]
_NOWHERE: _Position = ("", 0, 0)


class Stream:
    """Follows journals for those who listen; nothing is kept for a listener but its place in one.

    The id of an event names that place, so that who comes back misses nothing that the journal
    still has. An event `gap` says how many requests were missed, null for those of another journal.
    """

    def __init__(self, served: Served, look: Callable[[str], Awaitable[None]] | None) -> None:
        """`look` has a space as other processes have made it."""
        self._served, self._look = served, look
        self._listeners = 0
        self._last: tuple[Any, tuple[_Position, bytes]] = (None, (_NOWHERE, b""))

    async def __call__(self, name: str, scope: Scope, receive: Receive, send: Send) -> None:
        """Send events of a space, which may be yet to come, until the listener goes."""
        if self._listeners >= MOST_LISTENERS:
            refused = problem(503, f"{MOST_LISTENERS} listen already", ((b"retry-after", b"2"),))
            await send(refused.start)
            await send(refused.end)
            return
        # Without an event loop this fails before anything is sent.
        asyncio.get_running_loop()
        headers = [(b"content-type", b"text/event-stream"), (b"cache-control", b"no-store")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await self._looked(name)
        position = self._now(name)
        if named := _ID.fullmatch(dict(scope["headers"]).get(b"last-event-id", b"")):
            position = named[1].decode(), int(named[2]), int(named[3])
        text, sent = b"retry: 1000\n\n", time.monotonic()
        received = asyncio.ensure_future(receive())
        self._listeners += 1
        try:
            while not (received.done() and received.result()["type"] == "http.disconnect"):
                if received.done():
                    received = asyncio.ensure_future(receive())
                if time.monotonic() - sent > _HEARTBEAT_SECONDS:
                    text = text or b": nothing new\n\n"
                if text:
                    await send({"type": "http.response.body", "body": text, "more_body": True})
                    sent = time.monotonic()
                await asyncio.wait([received], timeout=_PAUSE_SECONDS)
                await self._looked(name)
                position, text = self._news(name, position)
        finally:
            self._listeners -= 1
            received.cancel()

    async def _looked(self, name: str) -> None:
        if self._look is not None:
            # A listener waits for a store that is gone.
            with suppress(GreenroomError):
                await self._look(name)

    def _now(self, name: str) -> _Position:
        space = self._served.spaces.get(name)
        if space is None:
            return _NOWHERE
        return space.journal.token, space.journal.last, space.journal.noted

    def _news(self, name: str, position: _Position) -> tuple[_Position, bytes]:
        """Where a listener is after what is new, and that as text, made once for all."""
        now, space = self._now(name), self._served.spaces.get(name)
        if space is None or position == now:
            return position, b""
        if self._last[0] != (position, now):
            found = _events(space.journal, position, self._served.mask_of)
            self._last = (position, now), found
        return self._last[1]


def _events(
    journal: Journal, position: _Position, mask_of: Callable[[str], Redactor]
) -> tuple[_Position, bytes]:
    token, number, noted = position
    is_other = token != journal.token
    if is_other:
        number = noted = 0
    entries = [*islice(journal.after(number), _MOST_ROWS)]
    missed = (entries[0].number if entries else journal.last + 1) - 1 - number
    changes = [
        _change(entry.at, {"request": entry.number}, "", change)
        for entry in entries
        for change in entry.trace.changes
    ]
    told: dict[str, list[Any]] = {"transition": [], "delivery": [], "change": changes}
    for n, at, what, about, _ in journal.notes:
        if n > noted and isinstance(about, Mapping):
            told[what].append({"at": rfc3339(at), **about})
        elif n > noted:
            change = about if isinstance(about, Change) else None
            changes.append(_change(at, {"control": n}, what, change))
    rows = [row(entry, mask_of(entry.context.vendor)) for entry in entries]
    happened = {"transitions": told["transition"], "deliveries": told["delivery"]}
    text = ""
    if missed or (is_other and token):
        text = _event("gap", {"missed": None if is_other else missed}, position)
    end = journal.token, entries[-1].number if entries else journal.last, journal.noted
    return end, (
        text + _event("rows", {"requests": rows, "changes": changes, **happened}, end)
    ).encode()


def _change(at: float, cause: dict[str, int], what: str, change: Change | None) -> dict[str, Any]:
    shown = {"at": rfc3339(at), "cause": cause, "kind": change.kind if change else what}
    names = ("vendor", "resource", "id", "version") if change else ()
    return {**shown, **{name: getattr(change, name) for name in names}}


def _event(name: str, data: Any, position: _Position) -> str:
    place = "-".join(map(str, position))
    return f"id: {place}\nevent: {name}\ndata: {json.dumps(data)}\n\n"
