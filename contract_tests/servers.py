"""Loopback servers for tests, which send given responses and record the requests."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import urlsplit

from greenroom.contract.model import Contract
from greenroom.mock.mock import Mock
from greenroom.mock.pipeline import RequestContext
from greenroom.mock.response.prepared import PreparedResponse


@dataclass(frozen=True)
class ServerRequest:
    """A request that arrived."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def line(self) -> str:
        """Method and path with its query."""
        return f"{self.method} {self.path}"


@dataclass(frozen=True)
class ServerResponse:
    """A response to send."""

    status: int = 200
    body: bytes = b"{}"
    headers: dict[str, str] = field(default_factory=lambda: {"Content-Type": "application/json"})


Answering = Callable[[ServerRequest], ServerResponse]


@contextmanager
def serving(answering: Answering) -> Iterator[tuple[str, list[ServerRequest]]]:
    """A server on a free port: its origin, and the requests that it got so far."""
    seen: list[ServerRequest] = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        # Head and body in one packet, since the other side delays the acknowledgement of the first.
        wbufsize = -1

        def _answer(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            headers = {name.lower(): value for name, value in self.headers.items()}
            asked = ServerRequest(self.command, self.path, headers, self.rfile.read(length))
            seen.append(asked)
            told = answering(asked)
            self.send_response_only(told.status)
            bodiless = told.status in (204, 304)
            for name, value in told.headers.items():
                if name.lower() != "content-length":
                    self.send_header(name, value)
            if not bodiless:
                self.send_header("Content-Length", str(len(told.body)))
            self.end_headers()
            if not bodiless and self.command != "HEAD":
                self.wfile.write(told.body)

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = _answer  # noqa: N815
        do_OPTIONS = do_TRACE = _answer  # noqa: N815

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}", seen
        finally:
            server.shutdown()


def mocking(
    contract: Contract,
    change: Callable[[ServerRequest, ServerResponse], ServerResponse] | None = None,
) -> Answering:
    """The responses of the mock of a contract at the root, changed by a function."""
    mock = Mock(contract)

    def answer(asked: ServerRequest) -> ServerResponse:
        target = urlsplit(asked.path)
        headers = {name.encode(): value.encode("latin-1") for name, value in asked.headers.items()}
        path, query = contract.base_path + target.path, target.query.encode()
        given = mock.respond(RequestContext(asked.method, path, headers, query, asked.body))
        assert isinstance(given, PreparedResponse)
        fields = {name.decode().title(): value.decode("latin-1") for name, value in given.headers}
        told = ServerResponse(given.status, given.body, fields)
        return change(asked, told) if change else told

    return answer
