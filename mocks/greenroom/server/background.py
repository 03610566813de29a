"""Mocks in a background thread of this process, for tests."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

from ..contract.catalog import find, load
from ..contract.model import Contract
from ..errors import GreenroomError
from ..mock.addresses import base_path, origin
from ..mock.security import good_credentials
from .app import build_app
from .middleware import ServerSettings
from .run import Server, listen

_START_SECONDS = 10
_HOST = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class VendorAccess:
    """How a client reaches one mocked vendor.

    `url` takes the place of the vendor's real base URL. `credential` is a token with full
    access; `headers`, `query` and `cookies` carry it as the contract requires.
    """

    name: str
    url: str
    credential: str
    headers: Mapping[str, str]
    query: Mapping[str, str]
    cookies: Mapping[str, str]


class BackgroundServer:
    """A server: `server["VENDOR"]` is the access to a vendor, `url` its own address.

    `app` is its application, and `loop` runs it once it is started.
    """

    def __init__(self, names: tuple[str, ...], **settings: Any) -> None:
        contracts = [load(source) for source in find(names)]
        chosen = ServerSettings(**settings)
        self._socket = listen(_HOST, 0)
        self.url = origin(_HOST, self._socket.getsockname()[1])
        self.vendors = {c.name: _access(c, self.url, chosen.at_root) for c in contracts}
        self._by_name = dict(zip(names, self.vendors, strict=False))
        self.app = build_app(contracts, chosen)
        self.loop: asyncio.AbstractEventLoop | None = None
        self._ready = threading.Event()
        self._server = Server(self.app, self._on_ready)
        self._thread = threading.Thread(
            target=self._server.run, args=([self._socket],), name="greenroom", daemon=True
        )

    def __getitem__(self, name: str) -> VendorAccess:
        """The access to a vendor, by its name or by the argument that started it."""
        try:
            return self.vendors[self._by_name.get(name, name)]
        except KeyError:
            started = ", ".join(self.vendors)
            raise KeyError(f"{name!r} is not served here; served: {started}") from None

    def start(self) -> None:
        """Start, and return when requests are accepted. Raises GreenroomError if that fails."""
        if not self._thread.ident:
            self._thread.start()
        if not self._ready.wait(_START_SECONDS):
            raise GreenroomError(f"the mock did not start within {_START_SECONDS} seconds")

    def end(self) -> None:
        """Begin to stop."""
        self._server.should_exit = True

    def stop(self) -> None:
        """Stop and free the port."""
        self.end()
        if self._thread.ident:
            self._thread.join()
        self._socket.close()

    def _on_ready(self) -> None:
        self.loop = asyncio.get_running_loop()
        self._ready.set()


class StartMock(ExitStack):
    """Starts each set of vendors once, as a context manager that stops them all."""

    def __init__(self) -> None:
        super().__init__()
        self._running: dict[tuple[tuple[str, ...], tuple[Any, ...]], BackgroundServer] = {}

    def __call__(self, *vendors: str, **settings: Any) -> BackgroundServer:
        """The running server of the named vendors (or contract files), all vendors for none.

        `settings` are those of `greenroom.server.middleware.ServerSettings`. Raises GreenroomError
        for names that do not exist.
        """
        server = self.server(*vendors, **settings)
        server.start()
        return server

    def server(self, *vendors: str, **settings: Any) -> BackgroundServer:
        """The same, but perhaps not started: its application can be called all the same."""
        key = (vendors, tuple(sorted(settings.items())))
        if key not in self._running:
            self._running[key] = server = BackgroundServer(vendors, **settings)
            self.callback(server.stop)
        return self._running[key]

    def __exit__(self, *details: Any) -> bool | None:
        """Stop all servers, which takes no longer than to stop one."""
        for server in self._running.values():
            server.end()
        return super().__exit__(*details)


def _access(contract: Contract, url: str, at_root: bool) -> VendorAccess:
    placed: dict[str, dict[str, str]] = {"header": {}, "query": {}, "cookie": {}}
    token = ""
    for credential in good_credentials(contract):
        placed[credential.location][credential.name] = credential.value
        token = credential.token
    return VendorAccess(
        name=contract.name,
        url=url + base_path(contract, at_root),
        credential=token,
        headers=placed["header"],
        query=placed["query"],
        cookies=placed["cookie"],
    )
