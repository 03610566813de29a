"""Connections on which TLS may begin, and which may become a tunnel to a served host.

The first byte after the connection was made, or after CONNECT, tells TLS (RFC 8446 section 5.1)
from HTTP. The requests of a tunnel get their responses from this server, and nothing is forwarded.
"""

from __future__ import annotations

import asyncio
import base64
from asyncio.sslproto import SSLProtocol
from collections.abc import Callable
from functools import partial
from typing import Any

import httptools
import uvicorn

from ...errors import GreenroomError
from ...mock.addresses import host_name
from ...mock.security import SPACE_NAME, SPACE_NAME_RULE
from ..logs import logger
from ..request_rules import RefusedError, origin_form
from ..uvicorn_fast_path import is_known
from ..uvicorn_protocol import BoundedProtocol
from .authority import Authority

_HANDSHAKE = 0x16
_SHUTDOWN_SECONDS = 2.0
_HOST, _SPACE, _AUTHORIZATION = b"host", b"x-greenroom-space", b"proxy-authorization"
_ESTABLISHED = b"HTTP/1.1 200 Connection Established\r\n\r\n"


class TunnelProtocol(BoundedProtocol):
    """One connection, or what is inside of its TLS, whose `outer` is what is outside."""

    def __init__(
        self, authority: Authority, outer: TunnelProtocol | None = None, **named: Any
    ) -> None:
        super().__init__(**named)
        self._authority, self._outer, self._named = authority, outer, named
        # The host that CONNECT named, and the space that its user named.
        self._host: str | None = outer._host if outer else None
        self._space: bytes | None = outer._space if outer else None
        self._may_be_tls = outer is None
        self._handed_over = False

    def connection_made(self, transport: Any) -> None:
        """Accept a connection; inside of TLS, in the place of that outside."""
        if self._outer is not None:
            self.connections.discard(self._outer)
        super().connection_made(transport)

    def data_received(self, data: bytes) -> None:
        """Begin TLS, or parse a piece of what the client sends."""
        if self._may_be_tls:
            self._may_be_tls = False
            if data[0] == _HANDSHAKE and not self._ended:
                self._begin_tls(data)
                return
        super().data_received(data)

    def on_headers_complete(self) -> None:
        """Begin a request of a host that is ours, or find out which host a tunnel is for."""
        space, sent = self._space, self.headers[:]
        if users := self._sent(_AUTHORIZATION):
            space = _user(users[0])
            self.headers[:] = [field for field in self.headers if field[0] != _AUTHORIZATION]
        if self.parser.get_method() == b"CONNECT":
            self._find_host()
            self._space = space
            return
        self._check_host()
        if space and _SPACE not in dict(self.headers):
            self.headers.append((_SPACE, space))
        if self.headers != sent:
            self._received = None
        super().on_headers_complete()

    def _find_host(self) -> None:
        if self._host is not None or self._outer is not None:
            raise RefusedError(
                400, "CONNECT inside of a tunnel or of TLS; name the proxy by http://"
            )
        if self.cycle is not None and not self.cycle.response_complete:
            raise RefusedError(400, "CONNECT has to wait for the response to what came before it")
        if excess := self._excess():
            raise RefusedError(*excess)
        try:
            host = self._authority.target(self.url)
            self._authority.context(host)
        except PermissionError as error:
            raise RefusedError(403, str(error)) from None
        except ValueError as error:
            raise RefusedError(400, str(error)) from None
        self._host = host

    def _check_host(self) -> None:
        """Raise RefusedError for a request to a host that is not ours, or not the tunnel's.

        One without `Host` gets it.
        """
        is_url = self.url[0] != ord("/") and self.url != b"*"
        if not is_url and self._host is None:
            return
        fields = dict(self.headers)
        field = origin_form(self.url)[1] if is_url else fields.get(_HOST)
        if field is None:
            assert self._host is not None, "other requests have other hosts"
            field = self._host.encode()
        if _HOST not in fields and self.parser.get_http_version() == "1.0":
            self.headers.append((_HOST, field))
        host = host_name(field.decode("latin-1"))
        if self._host is not None and host != self._host:
            # RFC 9110 section 15.5.20.
            raise RefusedError(421, f"the tunnel leads to {self._host}, not to {host}")
        if not self._authority.is_ours(host):
            raise RefusedError(403, self._authority.refusal(host))

    def _connect(self, rest: bytes) -> None:
        """Begin the tunnel, whose first bytes may have come already."""
        if self._host is None:
            super()._connect(rest)
            return
        self.transport.write(_ESTABLISHED)
        self.parser = httptools.HttpRequestParser(self)
        self.scope, self.url, self.headers = {}, b"", []  # type: ignore[typeddict-item]
        self.cycle = None  # type: ignore[assignment]
        self._inside, self._waiting_for, self._may_be_tls = 0, (), True
        if rest:
            self.data_received(rest)

    def _begin_tls(self, data: bytes) -> None:
        """Hand the connection over to TLS, in which a protocol like this one goes on."""
        self._handed_over = True
        inner = TunnelProtocol(authority=self._authority, outer=self, **self._named)
        waiter = self.loop.create_future()
        waiter.add_done_callback(self._end_handshake)
        tls = _Tls(
            self.loop, inner, self._authority.context(self._host), waiter, server_side=True,
            ssl_handshake_timeout=self._limits.head_seconds,  # type: ignore[arg-type]
            ssl_shutdown_timeout=_SHUTDOWN_SECONDS,
        )  # fmt: skip
        self.transport.pause_reading()
        self.transport.set_protocol(tls)
        tls.connection_made(self.transport)
        while data:
            buffer = tls.get_buffer(len(data))
            size = min(len(buffer), len(data))
            buffer[:size] = data[:size]
            tls.buffer_updated(size)
            data = data[size:]
        if not self.transport.is_closing():
            self.transport.resume_reading()

    def _end_handshake(self, waiter: asyncio.Future[None]) -> None:
        """Forget the connection outside of TLS, and say why there is none inside."""
        self.connections.discard(self)
        error = None if waiter.cancelled() else waiter.exception()
        if error is not None:
            said = getattr(error, "reason", None) or type(error).__name__
            members = {"host": self._host or "this machine", "reason": str(said)}
            logger.warning("TLS handshake failed", extra={"members": members})

    def _refuse(self, status: int, detail: str, headers: Any = ()) -> None:
        """Refuse what is being received; a tunnel in which nothing has come is only ended."""
        if self._host is not None and self._may_be_tls:
            self.transport.abort()
        else:
            super()._refuse(status, detail, headers)

    def check(self, now: float) -> None:
        """Refuse or end if the client has kept us waiting for too long; TLS has its own bounds."""
        is_ending = self._outer is not None and self.transport.is_closing()
        if not (self._handed_over or is_ending):
            super().check(now)


def kind_of_connections(authority: Authority) -> Callable[..., TunnelProtocol]:
    """What a server makes of each connection. Raises GreenroomError where it cannot."""
    if not is_known:
        raise GreenroomError(f"--tls is not possible with uvicorn {uvicorn.__version__}")
    return partial(TunnelProtocol, authority)


class _Tls(SSLProtocol):
    """TLS over a connection, with less room for what is read; the usual is 256 KiB each."""

    max_size = 32 * 1024
    _outgoing: Any
    _transport: Any

    def _on_handshake_complete(self, error: Any) -> None:
        """Send the alert that says what is wrong, which asyncio leaves out, before the end."""
        if error is not None and (alert := self._outgoing.read()):
            self._transport.write(alert)
        super()._on_handshake_complete(error)


def _user(field: bytes) -> bytes | None:
    """The user that names a space; the password means nothing.

    Raises RefusedError for what names none (RFC 7617).
    """
    scheme, _, rest = field.partition(b" ")
    try:
        user = base64.b64decode(rest.strip(), validate=True).partition(b":")[0]
    except ValueError:
        user = b":"
    if scheme.lower() != b"basic" or (user and not SPACE_NAME.fullmatch(user.decode("latin-1"))):
        raise RefusedError(400, f"Proxy-Authorization: Basic with a user; {SPACE_NAME_RULE}")
    return user or None
