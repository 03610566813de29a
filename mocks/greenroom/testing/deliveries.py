"""The webhooks that a vendor's mock sends from a space, and what may go wrong with them."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal, overload

from .control import ControlClient
from .faults import FaultMethods

_PAUSE_SECONDS = 0.02


@dataclass(frozen=True)
class Attempt:
    """One request of a delivery: `now` is the time in the space, `status` None if none came back.

    `error` says why then. The certificates of receivers on this machine are not `verified`.
    """

    now: datetime
    status: int | None
    error: str | None
    verified: bool


@dataclass(frozen=True)
class Delivery:
    """A webhook for one receiver.

    `about` has vendor, resource and id of the record that it is about, None for none. `state` is
    pending, delivered, failed, withheld, disabled or dropped, with a `reason` if it was not sent.
    `headers` and `body` are those of the last attempt.
    """

    n: int
    id: str
    event: str
    about: Mapping[str, str] | None
    to: str
    state: str
    reason: str
    attempts: tuple[Attempt, ...]
    method: str = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)
    body: str = field(repr=False)

    @property
    def status(self) -> int | None:
        """The status of the last attempt, None where no response came."""
        return self.attempts[-1].status if self.attempts else None

    @property
    def payload(self) -> Any:
        """The JSON value of the body, of which at most 16 KiB are kept."""
        return json.loads(self.body)

    @classmethod
    def read(cls, document: Mapping[str, Any]) -> Delivery:
        """The delivery of a document of the control interface."""
        names = ("n", "id", "event", "about", "to", "state", "reason")
        attempts = tuple(
            Attempt(datetime.fromisoformat(a["now"]), a["status"], a["error"], a["verified"])
            for a in document["attempts"]
        )
        request = document["request"] or {"method": "", "headers": {}, "body": ""}
        return cls(**{name: document[name] for name in names}, attempts=attempts, **request)


class Deliveries:
    """The webhooks of one vendor in a space, the oldest first; read anew each time it is asked.

    First it waits, at most 5 seconds, until nothing that is due is pending.
    """

    def __init__(self, control: ControlClient, space: str, vendor: str, **pattern: str) -> None:
        self._control, self._space, self._vendor = control, space, vendor
        self._pattern = pattern

    def __iter__(self) -> Iterator[Delivery]:
        return iter(self[:])

    def __len__(self) -> int:
        return len(self[:])

    @overload
    def __getitem__(self, index: int) -> Delivery: ...
    @overload
    def __getitem__(self, index: slice) -> list[Delivery]: ...
    def __getitem__(self, index: int | slice) -> Delivery | list[Delivery]:
        """The delivery at an index, or those of a slice."""
        self._control.start()
        self._control("POST", f"spaces/{self._space}/settle")
        items = self._control.all(f"spaces/{self._space}/deliveries", **self._pattern)
        return [Delivery.read(each) for each in items if each["vendor"] == self._vendor][index]

    def __repr__(self) -> str:
        return repr(self[:])

    @property
    def last(self) -> Delivery:
        """The newest. Raises LookupError where there is none."""
        if found := self[:]:
            return found[-1]
        raise LookupError(f"no delivery {self._pattern or ''}".rstrip())

    @property
    def withheld(self) -> list[Delivery]:
        """Those that may not be sent, each with its reason."""
        return [each for each in self if each.state == "withheld"]

    def of(self, event: str) -> Deliveries:
        """Those of an event."""
        return Deliveries(self._control, self._space, self._vendor, event=event)

    def wait(self, event: str, timeout: float = 5.0) -> Delivery:
        """The newest of an event, when there is one that was attempted. Raises LookupError."""
        found, deadline = self.of(event), time.monotonic() + timeout
        while time.monotonic() < deadline:
            with suppress(LookupError):
                if found.last.state != "pending":
                    break
            time.sleep(_PAUSE_SECONDS)
        return found.last

    def resend(self, delivery: Delivery) -> Delivery:
        """Send one once more; as it is then."""
        self._control.start()
        self._control("POST", f"spaces/{self._space}/deliveries/{delivery.id}/resend")
        return next(each for each in self if each.id == delivery.id)


class DeliveryFaults(FaultMethods):
    """Lets something go wrong with the webhooks to come of a vendor in a space, or its requests."""

    def drop_next_delivery(self) -> None:
        """Do not send the next one."""
        self._add(drop=True)

    def duplicate_next_delivery(self, times: int = 2) -> None:
        """Send the next one several times, with the same identifier."""
        self._add(duplicate=times)

    def delay_next_delivery(self, by: timedelta | None = None, **units: float) -> None:
        """Send the next one later on the clock of the space, by units as of a `timedelta`."""
        self._add(delay=(by or timedelta()) + timedelta(**units))

    def reorder_deliveries(self, count: int = 2) -> None:
        """Hold the next ones until there are so many, and send them in another order."""
        self._add(reorder=count)

    def tamper_next_delivery(
        self, part: Literal["body", "signature", "timestamp"] = "body"
    ) -> None:
        """Change a part of the next one after it was signed."""
        self._add(tamper=part)

    def expire_next_delivery(self) -> None:
        """Sign the next one with a time that was a day ago."""
        self._add(expire=True)

    def rotate_secret_of_next_delivery(self) -> None:
        """Sign the next one with another secret than the registered one."""
        self._add(rotate_secret=True)

    def _add(self, **effect: Any) -> None:
        self.fault(event="*", times=1, **effect)
