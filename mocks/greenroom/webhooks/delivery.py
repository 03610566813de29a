"""A delivery: one event on its way to one receiver, and the attempts to send it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, NamedTuple

from ..http.timestamps import rfc3339
from ..state.life.emission import About, Emission
from .destination import Destination
from .payload import LONGEST_BODY, Payload

State = Literal["pending", "delivered", "failed", "withheld", "disabled", "dropped"]
# How much of a body is shown.
# Of webhooks in a chain, each sent by a server of mocks because the one before came to it.
MOST_HOPS = 8
# What a delivery costs beside its body, in bytes.
_SIZE = 1000


class Attempt(NamedTuple):
    """One request of a delivery, and what came back.

    `at` is in seconds since 1970, `now` the time in the space when it ended, but for what somebody
    has moved it meanwhile: retries count from then. `status` is None without a response,
    `error` says why; `verified` tells whether a certificate was. `fields` are those of the request.
    """

    at: float
    now: datetime
    status: int | None
    error: str | None
    milliseconds: float
    verified: bool
    fields: tuple[tuple[str, str], ...] = ()

    def is_one_of(self, statuses: Collection[str]) -> bool:
        """Whether the status is among some, as 200 or 2XX."""
        given = self.status
        return given is not None and not {str(given), f"{given // 100}XX"}.isdisjoint(statuses)

    def document(self) -> dict[str, Any]:
        """The attempt as JSON."""
        times = {"at": rfc3339(self.at), "now": rfc3339(self.now.timestamp())}
        shown = ("status", "error", "milliseconds", "verified")
        return {**times, **{name: getattr(self, name) for name in shown}}


@dataclass(slots=True, eq=False)
class Delivery:
    """An event for a receiver; `number` counts those of the space from 1.

    `to` is the address that was registered, without credentials, `destination` where it goes, None
    where nothing may be sent. `subscription` is the record with the address. `reason` says why it
    is withheld or dropped. `effect` is that of the fault named `fault`. `copies` are attempts to
    come even though one has succeeded. `hops` is its place in a chain of webhooks, each sent
    because of the one before. One that is sent again `by_hand` is sent even to who is switched off.
    """

    number: int
    id: str
    emission: Emission
    subscription: About
    to: str
    payload: Payload | None = None
    destination: Destination | None = None
    state: State = "pending"
    reason: str = ""
    attempts: list[Attempt] = field(default_factory=list)
    effect: Mapping[str, Any] = field(default_factory=dict)
    fault: str | None = None
    failures: int = 0
    copies: int = 0
    by_hand: bool = False
    hops: int = 1

    def disturb(self, effect: Mapping[str, Any], fault: str | None = None) -> None:
        """Let an effect of faults happen to it from now on, in place of what did before."""
        self.fault, self.effect, self.copies = fault, effect, effect.get("duplicate", 1) - 1

    @property
    def size(self) -> int:
        """About how many bytes it takes."""
        return _SIZE + (len(self.payload.body) if self.payload is not None else 0)

    @property
    def shown_size(self) -> int:
        """About how many bytes its document has."""
        return min(self.size, LONGEST_BODY) + _SIZE

    def head(self) -> dict[str, Any]:
        """What those who follow a space are told when it has been attempted, or is not sent."""
        status = self.attempts[-1].status if self.attempts else None
        shown = {name: getattr(self, name) for name in ("id", "to", "state", "reason")}
        return {**shown, "event": self.emission.event, "status": status}

    def document(self) -> dict[str, Any]:
        """The delivery as JSON."""
        about, payload = self.emission.about, self.payload
        request = None
        if payload is not None:
            request = payload.document()
            if self.attempts:
                request["headers"] = dict(self.attempts[-1].fields)
        return {
            "n": self.number,
            "id": self.id,
            "vendor": self.emission.vendor,
            "event": self.emission.event,
            "about": about and about._asdict(),
            "subscription": self.subscription._asdict(),
            "to": self.to,
            "state": self.state,
            "reason": self.reason,
            "fault": self.fault,
            "now": rfc3339(self.emission.at.timestamp()),
            "cause": self.emission.cause.document(),
            "attempts": [attempt.document() for attempt in self.attempts],
            "request": request,
        }
