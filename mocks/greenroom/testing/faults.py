"""What goes wrong in the space of a test: for requests, and for deliveries of events."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import timedelta
from typing import Any
from urllib.parse import quote

from ..contract.behaviour.duration import written
from .control import ControlClient

_FIELDS = ("name", "times", "probability", "seed", "skip")
_MATCH = ("operation", "method", "path", "credential", "event")


class Fault:
    """A fault of the space, which `remove` or the end of a `with` block removes."""

    def __init__(self, control: ControlClient, path: str, name: str) -> None:
        self._control, self._path = control, path
        self.name = name

    @property
    def hits(self) -> int:
        """How often it has happened. Raises LookupError once it is removed."""
        for found in self._control("GET", self._path)["items"]:
            if found["name"] == self.name:
                hits: int = found["hits"]
                return hits
        raise LookupError(f"there is no fault {self.name}")

    def remove(self) -> None:
        """Remove it, if it is still there."""
        with suppress(LookupError):
            self._control("DELETE", f"{self._path}/{quote(self.name, safe='')}")

    def __enter__(self) -> Fault:
        return self

    def __exit__(self, *raised: object) -> None:
        self.remove()


class FaultMethods:
    """What a vendor's mock has to let things go wrong; each gives a Fault."""

    vendor: str
    space: str
    _control: ControlClient

    def fail_next(
        self,
        operation: str | None = None,
        status: int = 503,
        times: int = 1,
        headers: Mapping[str, str] | None = None,
    ) -> Fault:
        """The next requests, or those for an operation, get the documented response of a status.

        `headers` are sent with it.
        """
        return self.fault(operation=operation, times=times, status=status, headers=headers)

    def slow(self, seconds: float, operation: str | None = None, times: int | None = None) -> Fault:
        """Responses come so much later, in real time."""
        return self.fault(operation=operation, times=times, latency=timedelta(seconds=seconds))

    def drop_connection(self, operation: str | None = None, times: int | None = 1) -> Fault:
        """The connection is reset, and the request is not processed."""
        return self.fault(operation=operation, times=times, reset=True)

    def fault(self, **given: Any) -> Fault:
        """What goes wrong with what matches, always unless something else is said.

        `operation`, `method`, `path` and `credential` say what matches, or `event` for deliveries.
        What happens: `status` with `example` and `headers`, `latency` (a timedelta, or an ISO 8601
        duration), `truncate` (bytes), `reset`, `timeout`, `malformed`. How often: `times`, after
        the first `skip`, with a `probability` that `seed` decides. `name` is what
        `X-Greenroom-Fault` says. Raises GreenroomError for what does not fit.
        """
        said = {
            name: written(value) if isinstance(value, timedelta) else value
            for name, value in given.items()
            if value is not None
        }
        asked = {name: said.pop(name) for name in _FIELDS if name in said}
        match = {name: said.pop(name) for name in _MATCH if name in said}
        asked |= {"match": {"vendor": self.vendor, **match}, "effect": said}
        path = f"spaces/{self.space}/faults"
        return Fault(self._control, path, self._control("POST", path, asked)["name"])
