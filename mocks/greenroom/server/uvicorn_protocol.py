"""Connections of uvicorn that no client can fill or hold, by the rules of HTTP/1.1.

uvicorn bounds neither the head of a request nor the time that a client takes, and passes on what
HTTP/1.1 says to refuse. Its class is extended here, in a version that was checked; that of any
other version is used as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

import httptools
import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from ..mock.response.prepared import problem
from .last_response import LastResponse
from .limits import Limits
from .logs import logger
from .request_rules import IS_HOST, RefusedError, Trailers, check_codings, origin_form
from .uvicorn_fast_path import KNOWN, LONGEST_MESSAGE, MESSAGE, is_known

# Requests that wait for the response to an earlier one of their connection.
_MOST_PIPELINED = 128
# Bytes of the framing of a body, and of a body that nobody reads.
_MOST_UNUSED = 16 * 1024 * 1024
# Bytes of a target that httptools can read.
_LONGEST_TARGET = 65_535
# Connections over the limit that get a response; further ones are closed without.
_REFUSED_AT_ONCE = 16
# How long a client may still send after the last response (RFC 9112 section 9.6).
_LINGER_SECONDS = 2.0
_SLASH = ord("/")
_NO_PROXY = "this server is a proxy only with --tls"
_EXPECT, _HOST, _CODING = b"expect", b"host", b"transfer-encoding"


class BoundedProtocol(HttpToolsProtocol):
    """One connection. `check` has to be called about every second."""

    def __init__(self, *arguments: Any, limits: Limits, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._limits = limits
        # As if a head had begun, so that there are no other states than in a head and after it.
        self.scope, self.url, self.headers = {}, b"", []  # type: ignore[typeddict-item]
        self._trailers: Any = Trailers()
        # Bytes received before this piece that belong to the head that is being received.
        self._inside = 0
        # The most bytes that a head can have which is complete with this piece.
        self._most = 0
        self._unused = 0
        # A piece that begins with a head, until that is complete.
        self._received: bytes | None = None
        self._running: Any = None
        self._ended = False
        self._waiting_for: tuple[Any, ...] = ()
        self._since = 0.0

    def connection_made(self, transport: Any) -> None:
        """Accept a connection, unless there are too many."""
        super().connection_made(transport)
        excess = len(self.connections) - self._limits.connections
        if excess > _REFUSED_AT_ONCE:
            transport.abort()
        elif excess > 0:
            self._refuse(503, "too many connections are open", [(b"retry-after", b"1")])

    def connection_lost(self, exc: Exception | None) -> None:
        """Tell the application; uvicorn tells only that of the newest request."""
        running = self._running
        if running is not None and not running.response_complete:
            running.disconnected = True
            running.message_event.set()
        self.pipeline.clear()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Parse a piece of what the client sends."""
        if self._ended:
            return
        was_in_head = "method" not in self.scope
        cycle = self.cycle
        is_new = not (was_in_head or cycle.more_body) if cycle is not None else not self._inside
        known = len(cycle.body) if cycle is not None else 0
        self._most = self._inside + len(data)
        self._received = data if is_new and self._most <= LONGEST_MESSAGE else None
        while data:
            try:
                self.parser.feed_data(data)
            except httptools.HttpParserUpgrade as upgrade:
                if self.parser.get_method() == b"CONNECT":
                    self._connect(data[upgrade.args[0] :])
                    return
                head, self._received = self._without_upgrade(), None
                data = head + data[upgrade.args[0] :]
                self.parser = httptools.HttpRequestParser(self)
                continue
            except httptools.HttpParserError as error:
                cause = error.__context__
                if isinstance(cause, RefusedError):
                    self._refuse(cause.status, cause.detail)
                elif isinstance(error, httptools.HttpParserCallbackError) and cause is not None:
                    raise cause from None
                else:
                    self._refuse(400, f"the request is not valid HTTP/1.1: {error}")
                return
            break
        if "method" not in self.scope:
            # A head that began in this piece has no more bytes than the piece.
            self._inside = self._most if was_in_head and self.cycle is cycle else 0
            if self._inside > self._limits.head:
                self._refuse(*self._excess() or (431, "the header fields are too long"))
            return
        self._inside = 0
        newest: Any = self.cycle
        if newest.more_body:
            newest.scope[MESSAGE] = None
        if newest is cycle and cycle is not None and len(cycle.body) == known:
            self._unused += len(data)
            if self._unused > _MOST_UNUSED:
                self._refuse(400, "the body is framed in too many bytes")

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header field, or a trailer field."""
        self.headers.append((name.lower(), value))

    def on_headers_complete(self) -> None:
        """Begin a request, if its head can be processed."""
        fields = dict(self.headers)
        host = fields.get(_HOST)
        if host is None:
            if self.parser.get_http_version() == "1.1":
                raise RefusedError(400, "the request has no Host (RFC 9112 section 3.2)")
        elif not IS_HOST[host] or (len(fields) < len(self.headers) and len(self._sent(_HOST)) > 1):
            raise RefusedError(400, "the request needs one valid Host (RFC 9112 section 3.2)")
        if self._most > self._limits.head and (excess := self._excess()):
            raise RefusedError(*excess)
        if _CODING in fields:
            codings = b",".join(self._sent(_CODING)).lower().split(b",")
            check_codings([coding.strip() for coding in codings])
            # The body is not what is sent (RFC 9112 section 7.1).
            self._received = None
        if _EXPECT in fields:
            self.expect_100_continue = fields[_EXPECT].lower() == b"100-continue"
        if len(self.pipeline) >= _MOST_PIPELINED:
            raise RefusedError(429, f"more than {_MOST_PIPELINED} requests were sent at once")
        is_server = False
        if self.url[0] != _SLASH:
            if self.parser.get_method() == b"CONNECT":
                raise RefusedError(400, _NO_PROXY)
            is_server = self.url == b"*" and self.parser.get_method() == b"OPTIONS"
            if is_server:
                self.url = b"/"
            else:
                self._received = None
                self.url, host = origin_form(self.url)
                self.headers[:] = [(n, host if n == _HOST else text) for n, text in self.headers]
        try:
            super().on_headers_complete()
        except (httptools.HttpParserInvalidURLError, UnicodeDecodeError):
            raise RefusedError(400, "the request target is not valid") from None
        if is_server:
            self.scope["path"], self.scope["raw_path"] = "*", b"*"
        # A further head in this piece has other bytes before it.
        scope: Any = self.scope
        scope[MESSAGE], self._received = self._received, None
        self.headers = self._trailers
        self._unused = 0

    def _sent(self, name: bytes) -> list[bytes]:
        return [value for sent, value in self.headers if sent == name]

    def _should_upgrade(self) -> bool:
        """Whether the parser ends at a head with `Upgrade`, instead of losing the body after it."""
        return True

    def _connect(self, _: bytes) -> None:
        """Refuse CONNECT of a path; the bytes after it belong to no request."""
        self.scope = {}  # type: ignore[typeddict-item]
        self._refuse(400, _NO_PROXY)

    def _without_upgrade(self) -> bytes:
        """The head of a request to change the protocol, without that (RFC 9110 section 7.8)."""
        scope: Any = self.scope
        fields = [field for field in scope["headers"] if field[0] != b"upgrade"]
        version = self.parser.get_http_version().encode()
        method = scope.pop("method").encode()
        line = b"%b %b HTTP/%b\r\n" % (method, self.url, version)
        return line + b"".join(b"%b: %b\r\n" % field for field in fields) + b"\r\n"

    def _excess(self) -> tuple[int, str] | None:
        """What is too long in the head as far as it was parsed."""
        most = self._limits.head
        if len(self.url) > min(most, _LONGEST_TARGET):
            return 414, f"the request target has more than {min(most, _LONGEST_TARGET)} bytes"
        if sum(len(name) + len(value) + 4 for name, value in self.headers) > most:
            return 431, f"the header fields have more than {most} bytes"
        return None

    def _start_asgi_task(self, cycle: Any, app: Any) -> None:
        self._running = cycle
        task = self.loop.create_task(cycle.run_asgi(app))
        task.add_done_callback(self.tasks.discard)
        self.tasks.add(task)

    def on_response_complete(self) -> None:
        """Go on with the next request; without a timer of its own, which `check` makes needless."""
        self.server_state.total_requests += 1
        if self.transport.is_closing():
            return
        self.flow.resume_reading()
        if self.pipeline:
            self._start_asgi_task(*self.pipeline.pop())

    def _refuse(
        self, status: int, detail: str, headers: Iterable[tuple[bytes, bytes]] = ()
    ) -> None:
        """Refuse what is being received, after the responses to what came before; then end."""
        self._ended = True
        logger.warning("request refused", extra={"members": {"status": status, "reason": detail}})
        response = problem(status, detail, ((b"connection", b"close"), *headers))
        fields = b"".join(b"%b: %b\r\n" % field for field in self.server_state.default_headers)
        body = b"" if self.parser.get_method() == b"HEAD" else response.body
        last: Any = LastResponse(self, response.head + fields + b"\r\n" + body)
        newest = self.cycle
        if "method" not in self.scope:
            # It is about a head, for which there is no cycle yet.
            if newest is None or newest.response_complete:
                last.send()
            else:
                self.pipeline.appendleft((last, self.app))
        elif newest.response_complete:
            LastResponse(self, b"").send()
        elif self.pipeline:
            self.pipeline[0] = (last, self.app)
        elif newest.response_started:
            newest.keep_alive = False
        else:
            newest.disconnected = True
            newest.message_event.set()
            last.send()

    def check(self, now: float) -> None:
        """Refuse or end if the client has kept us waiting for too long. `now` is in seconds."""
        unsent = self.transport.get_write_buffer_size()
        in_head = "method" not in self.scope
        cycle: Any = self.cycle
        waiting: tuple[Any, ...] = ()
        patience = self._limits.body_seconds
        if unsent:
            waiting = ("reading", unsent)
        elif self._ended:
            waiting, patience = ("ended",), _LINGER_SECONDS
        elif self.flow.read_paused or self.transport.is_closing():
            pass
        elif cycle is None or cycle.response_complete:
            waiting = ("head" if in_head else "next", cycle)
            patience = self._limits.head_seconds if in_head else self.timeout_keep_alive
        elif not in_head and cycle.more_body:
            waiting = ("body", cycle)
        if waiting != self._waiting_for:
            self._waiting_for, self._since = waiting, now
        elif waiting and now - self._since >= patience:
            if waiting[0] in ("head", "body"):
                seconds = f"{patience:g} s"
                self._refuse(408, f"the {waiting[0]} of the request did not arrive in {seconds}")
            else:
                self.transport.abort()


def protocol(limits: Limits, kind: Callable[..., Any] = BoundedProtocol) -> Any:
    """The `http` setting of uvicorn; its own protocol for a version that was not checked."""
    if is_known:
        return partial(kind, limits=limits)
    reason = f"uvicorn {uvicorn.__version__} is not one of {', '.join(KNOWN)}"
    logger.warning("connections are not limited", extra={"members": {"reason": reason}})
    return "auto"


def check(connections: Iterable[Any], now: float) -> None:
    """Refuse or end all connections whose client has taken too long. `now` is in seconds."""
    for connection in tuple(connections):
        if isinstance(connection, BoundedProtocol):
            connection.check(now)
