"""A vendor's mock in a space that belongs to one test."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

import httpx2

from ..codec.credentials import GOOD_KEY
from ..contract.catalog import vendors
from ..contract.loading.parsing import parse_value, read_text
from ..errors import GreenroomError
from ..server.background import BackgroundServer, StartMock
from .clock import Clock
from .control import ControlClient
from .deliveries import Deliveries, Delivery, DeliveryFaults
from .requests import Requests
from .resources import Resources

NOW = datetime(2026, 1, 5, 9, tzinfo=UTC)
_NAME_LENGTH = 40


class VendorMock(DeliveryFaults):
    """One vendor in the space of a test.

    `headers`, `query` and `cookies` carry the test credential as the contract requires,
    `credential` is the bare one. `seed` is what the identifiers in the space are made from.
    `requests` are those that arrived, with assertions on them: `greenroom.testing.requests`.
    `resources` are the records by resource and identifier: `greenroom.testing.resources`. `clock`
    is the time in the space, `deliveries` are the webhooks that it sends.
    """

    def __init__(self, control: ControlClient, vendor: str, space: str, seed: str) -> None:
        known = control("GET", "vendors")
        if vendor not in known:
            raise GreenroomError(f"{vendor} is not served; served: {', '.join(known)}")
        self.vendor, self.space, self.seed = vendor, space, seed
        self._control = control
        own: str = known[vendor]["url"]
        self._url = own.replace(control.url, f"{control.url}/~{space}", 1)
        placed: dict[str, dict[str, str]] = {"header": {}, "query": {}, "cookie": {}}
        for sent in known[vendor]["credentials"]:
            placed[sent["in"]][sent["name"]] = sent["value"]
        self.headers: Mapping[str, str] = placed["header"]
        self.query: Mapping[str, str] = placed["query"]
        self.cookies: Mapping[str, str] = placed["cookie"]
        self.credential = GOOD_KEY if any(placed.values()) else ""
        self.requests = Requests(control, space, {"vendor": vendor})
        self.clock = Clock(control, space)
        self.deliveries = Deliveries(control, space, vendor)
        self.resources = Resources(control, f"spaces/{space}/{vendor}/resources")

    @property
    def url(self) -> str:
        """What takes the place of the vendor's base URL; the server is started for it."""
        self._control.start()
        return self._url

    @property
    def transport(self) -> Any:
        """A transport for `httpx.Client` or `httpx2.Client`: in this process, without a socket."""
        return self._control.transport or httpx2.HTTPTransport()

    @property
    def async_transport(self) -> Any:
        """The same for `AsyncClient`."""
        return self._control.transport or httpx2.AsyncHTTPTransport()

    def client(self, **arguments: Any) -> httpx2.Client:
        """A client of the mock with its credential; `arguments` are those of `httpx2.Client`."""
        carried = {"headers": self.headers, "params": self.query, "cookies": self.cookies}
        given = {"base_url": self._url, "transport": self.transport, **carried, **arguments}
        return httpx2.Client(**given)

    def emit(self, event: str, about: str | None = None) -> list[Delivery]:
        """Send an event, about a record if its identifier is given; its attempted deliveries.

        Raises LookupError for an event or a record that there is not.
        """
        self._control.start()
        given = {"event": event} if about is None else {"event": event, "about": about}
        sent = self._control("POST", f"spaces/{self.space}/{self.vendor}/events", given)
        numbers = {each["n"] for each in sent["deliveries"]}
        return [each for each in self.deliveries if each.n in numbers]

    def snapshot(self) -> dict[str, Any]:
        """All records of the space as a document, for `restore` or a file."""
        document: dict[str, Any] = self._control("GET", f"spaces/{self.space}/snapshot")
        return document

    def restore(self, document: Mapping[str, Any]) -> None:
        """Give the space what a snapshot holds. Raises GreenroomError for an invalid one."""
        self._control("PUT", f"spaces/{self.space}/snapshot", document)

    def reset(
        self, keep: Sequence[Literal["requests", "faults", "deliveries", "clock"]] = ()
    ) -> None:
        """Make the space as it was at the beginning."""
        self._control("POST", f"spaces/{self.space}/reset", {"keep": list(keep)})


class GreenroomSpace:
    """Gives a test its space: `greenroom_space("VENDOR")` is that vendor in it.

    Calls of one test share the space. `url` names a running server, which `start` is not asked for
    then. The space has the name of the worker and the test, and is removed at the end.
    """

    def __init__(
        self,
        start: StartMock,
        node: str,
        name: str,
        worker: str,
        url: str | None,
        token: str | None,
    ) -> None:
        digest = hashlib.sha256(node.encode()).hexdigest()
        cleaned = re.sub(r"[^A-Za-z0-9_-]+", "-", name)[:_NAME_LENGTH]
        self.space = f"{worker}.{cleaned}.{digest[:8]}"
        self.seed = digest[:16]
        self._start, self._url, self._token = start, url, token
        self._controls: dict[Any, ControlClient] = {}
        self._made: dict[str, Any] | None = None

    def __call__(
        self,
        vendor: str,
        *,
        mode: Literal["stateful", "examples"] | None = None,
        now: datetime | str | None = NOW,
        scenario: str | Path | Mapping[str, Any] | None = None,
        rate_limits: bool | None = None,
        receivers: Mapping[str, str] | None = None,
    ) -> VendorMock:
        """A vendor, or the API of a contract file, in the space of the test.

        The first call makes the space: `mode`, by default stateful, and `now`, where its time
        stands, None for the wall clock, are of that call. Raises GreenroomError for a later call
        with others, and for a `now` without a time zone. `scenario` is the name of one beside the
        contract, a file, or a mapping with `now` and `resources`. `receivers` are addresses in
        place of those of receivers that begin as the keys do. With `rate_limits` the limits that
        the contract states are kept from then on.
        """
        given: dict[str, Any] = {"mode": mode or "stateful", "now": _moment(now)}
        made = self._made = self._made or given
        for name, is_given in (("mode", mode is not None), ("now", now is not NOW)):
            if is_given and given[name] != made[name]:
                raise GreenroomError(
                    f"the space of this test was made with {name}={made[name]} by the first call, "
                    f"so that {name}={given[name]} has to be given there"
                )
        server = self._url or self._server(vendor)
        if server not in self._controls:
            control = ControlClient(server, self._token if self._url else None)
            self._controls[server] = control
            begun = {"mode": made["mode"], "seed": self.seed}
            if made["now"] is not None:
                begun["now"] = made["now"].isoformat()
            control("PUT", f"spaces/{self.space}", begun)
        control = self._controls[server]
        if rate_limits is not None:
            control("PATCH", f"spaces/{self.space}", {"rate_limits": rate_limits})
        served = vendor if isinstance(server, str) else server[vendor].name
        if receivers is not None:
            control("PATCH", f"spaces/{self.space}", {"receivers": dict(receivers)})
        if isinstance(scenario, Path):
            scenario = parse_value(read_text(scenario, str(scenario)), str(scenario))
        if scenario is not None:
            chosen = "name" if isinstance(scenario, str) else "scenario"
            played = {"vendor": served, chosen: scenario}
            control("POST", f"spaces/{self.space}/scenarios", played)
        return VendorMock(control, served, self.space, self.seed)

    def _server(self, vendor: str) -> BackgroundServer:
        """A server of all vendors, or of a contract file."""
        is_vendor = vendor in {source.name for source in vendors()}
        return self._start.server(*(() if is_vendor else (vendor,)))

    def close(self) -> None:
        """Remove the space."""
        for control in self._controls.values():
            with suppress(LookupError, GreenroomError):
                control("DELETE", f"spaces/{self.space}")
            control.close()


def _moment(now: datetime | str | None) -> datetime | None:
    """When the time of a space stands. Raises GreenroomError."""
    found: object = now
    if isinstance(now, str):
        with suppress(ValueError):
            found = datetime.fromisoformat(now.upper())
    if found is None or (isinstance(found, datetime) and found.tzinfo is not None):
        return found
    raise GreenroomError(
        f"now={now!r} is not a moment; right are a datetime with a time zone, a text as in "
        f"now={NOW.isoformat()!r}, and None for the wall clock"
    )
