"""Running the application on uvicorn: the socket, the ready line, and the end."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import gc
import socket
import sys
import webbrowser
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any

import uvicorn

from ..contract.model import Contract
from ..errors import GreenroomError
from ..mock.addresses import base_path, origin
from ..mock.security import good_credentials
from ..printable import plain
from .connexion_seams import App
from .limits import Limits
from .logs import configure, with_access_log
from .process.lazy_imports import resume
from .process.reload import ReloadingApp
from .process.workers import run_workers
from .state_file import StateFile
from .uvicorn_protocol import BoundedProtocol, check, protocol

if TYPE_CHECKING:
    from .tls.authority import Authority

_BACKLOG = 2048
_GRACE_SECONDS = 3
_HIGHEST_PORT = 65535
# Ticks of a tenth of a second between looks at the time that clients take.
_TICKS = 5
# So many new objects, and so many collections of the newest and of the newer ones.
_COLLECTED_AFTER = 10_000, 50, 10
# Open files that are no connections.
_OTHER_FILES = 48


class AddressError(GreenroomError):
    """An address that cannot be listened on."""


class Server(uvicorn.Server):
    """A uvicorn server that calls back when it accepts requests and when it has ended.

    It bounds its connections, which are of a `kind`.
    """

    def __init__(
        self,
        app: App,
        on_ready: Callable[[], None],
        limits: Limits | None = None,
        on_end: Callable[[], None] = lambda: None,
        kind: Callable[..., Any] = BoundedProtocol,
    ) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                http=protocol(_possible(limits or Limits()), kind),
                ws="none",
                log_config=None,
                access_log=False,
                server_header=False,
                # What a proxy says of a client would decide who may use the control routes.
                proxy_headers=False,
                backlog=_BACKLOG,
                timeout_graceful_shutdown=_GRACE_SECONDS + 1,
            )
        )
        self._on_ready, self._on_end = on_ready, on_end

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start accepting requests, then call back."""
        await super().startup(sockets)
        self._on_ready()

    async def on_tick(self, counter: int) -> bool:
        """End what has taken too long; return whether to stop."""
        if counter % _TICKS == 0:
            check(self.server_state.connections, asyncio.get_running_loop().time())
        return await super().on_tick(counter)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Complete what is being processed; close what is still open after some seconds.

        A task that uvicorn had to cancel would leave a traceback in the log. Then call back, since
        uvicorn lets the signal that ended the server end the process too.
        """
        closing = asyncio.get_running_loop().call_later(_GRACE_SECONDS, self._close)
        try:
            await super().shutdown(sockets)
        finally:
            closing.cancel()
            self._on_end()

    def _close(self) -> None:
        for connection in tuple(self.server_state.connections):
            connection.transport.abort()


def _possible(limits: Limits) -> Limits:
    """The limits, with no more connections than this process may open files."""
    try:
        import resource
    except ImportError:  # Not on Windows.
        return limits
    most, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if most == resource.RLIM_INFINITY:
        return limits
    return replace(limits, connections=max(1, min(limits.connections, most - _OTHER_FILES)))


def listen(host: str, port: int) -> socket.socket:
    """A listening socket. Raises AddressError where the address is taken or not this machine's."""
    if not 0 <= port <= _HIGHEST_PORT:
        raise AddressError(f"port {port} is not between 0 and {_HIGHEST_PORT}")
    try:
        family, _, _, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        return socket.create_server(address[:2], family=family, backlog=_BACKLOG)
    except OSError as error:
        message = {
            errno.EADDRINUSE: f"port {port} on {host} is in use; choose another with --port",
            errno.EACCES: f"port {port} needs more rights; choose one above 1023 with --port",
        }.get(error.errno or 0, f"cannot listen on {host}:{port}: {error.strerror}")
        raise AddressError(message) from error
    except UnicodeError as error:
        raise AddressError(f"{host!r} is not a valid host name") from error


def ready_line(contracts: Sequence[Contract], url: str, at_root: bool, page: str = "") -> str:
    """One line that names the URL of each vendor and its test credential, and of a page of ours."""
    parts = []
    for contract in contracts:
        credentials = ", ".join(f"{c.name}: {c.value}" for c in good_credentials(contract))
        suffix = f" ({credentials})" if credentials else ""
        parts.append(f"{contract.name} {url}{base_path(contract, at_root)}{suffix}")
    return plain(f"greenroom ready: {' | '.join(parts)} | console {url}/_greenroom/{page}")


def ready_table(contracts: Sequence[Contract], url: str, at_root: bool, page: str = "") -> str:
    """What the ready line has, as a table for a terminal."""
    rows = [
        (
            contract.name,
            url + base_path(contract, at_root),
            ", ".join(f"{c.name}: {c.value}" for c in good_credentials(contract)),
        )
        for contract in contracts
    ]
    rows.append(("console", f"{url}/_greenroom/{page}", ""))
    first, second = (max(len(row[i]) for row in rows) for i in range(2))
    lines = [
        f"  {name:{first}}  {address:{second}}  {rest}".rstrip() for name, address, rest in rows
    ]
    return "\n".join(["greenroom ready", *map(plain, lines)])


def serve(
    build: Callable[[], tuple[App, Sequence[Contract]]],
    *,
    host: str,
    port: int,
    at_root: bool,
    access_log: bool,
    watched: Collection[Path] | None = None,
    limits: Limits | None = None,
    state: StateFile | None = None,
    page: str = "",
    browser: bool = False,
    workers: int = 1,
    authority: Authority | None = None,
) -> int:
    """Serve until interrupted; the address of `page` is named when the server is ready.

    With `browser` it is opened, without what is behind its `#`. Changes of `watched` files or
    folders are applied at once; `build` may change what is watched.
    The spaces are kept in `state`, every minute and at the end. With several `workers`, which have
    neither, this process only watches over as many others. With an `authority` they
    speak TLS too.
    """
    configure()
    kind: Callable[..., Any] = BoundedProtocol
    if authority is not None:
        # Most servers never need it.
        from .tls.authority import without_names
        from .tls.protocol import kind_of_connections

        kind = kind_of_connections(authority)
        sys.unraisablehook = without_names(sys.unraisablehook)
    with listen(host, port) as sock:
        app, contracts = build()
        # The first application is built already; only changes build another.
        reloading = ReloadingApp(lambda: build()[0], app) if watched is not None else None
        app = reloading or app
        url = origin(host, sock.getsockname()[1])

        def announce() -> None:
            ready = ready_table if sys.stdout.isatty() else ready_line
            sys.stdout.write(ready(contracts, url, at_root, page) + "\n")
            sys.stdout.flush()
            if browser:
                # Some return only when they are closed. What a program is called with is seen by
                # everybody on the machine, so not the token.
                shown = f"{url}/_greenroom/{page.partition('#')[0]}"
                Thread(target=webbrowser.open, args=(shown,), daemon=True).start()

        def work(own: socket.socket, tell: Callable[[], None], until: int | None = None) -> None:
            def ready() -> None:
                tell()
                resume()
                # Journals keep what garbage collections would look at again and again, together
                # with everything that was made before. Hardly anything else is left to them, since
                # what spaces keep is in no cycles.
                gc.freeze()
                gc.set_threshold(*_COLLECTED_AFTER)

            save = state.save if state is not None else lambda: None
            logged = with_access_log(app) if access_log else app
            server = Server(logged, ready, limits, save, kind)
            with contextlib.suppress(KeyboardInterrupt):
                factory = server.config.get_loop_factory()
                with asyncio.Runner(loop_factory=factory) as runner:
                    runner.run(_run(server, own, reloading, watched, state, until))

        if workers > 1:
            # What all have in common stays in one place of the memory.
            gc.freeze()
            return run_workers(sock, workers, work, announce, _BACKLOG)
        work(sock, announce)
    return 0


async def _run(
    server: Server,
    sock: socket.socket,
    reloading: ReloadingApp | None,
    watched: Collection[Path] | None,
    state: StateFile | None,
    until: int | None,
) -> None:
    tasks = []
    loop = asyncio.get_running_loop()

    def end(descriptor: int) -> None:
        loop.remove_reader(descriptor)
        server.should_exit = True

    if until is not None:
        loop.add_reader(until, end, until)
    if reloading is not None and watched is not None:
        tasks.append(asyncio.create_task(reloading.watch(watched)))
    if state is not None:
        tasks.append(asyncio.create_task(state.save_often()))
    try:
        await server.serve([sock])
    finally:
        for task in tasks:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
