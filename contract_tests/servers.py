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
class HttpRequest:
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
class HttpResponse:
    """A response to send."""

    status: int = 200
    body: bytes = b"{}"
    headers: dict[str, str] = field(default_factory=lambda: {"Content-Type": "application/json"})


Responder = Callable[[HttpRequest], HttpResponse]
# Changes the response to a request.
Change = Callable[[HttpRequest, HttpResponse], HttpResponse]


@contextmanager
def serving(respond: Responder) -> Iterator[tuple[str, list[HttpRequest]]]:
    """A server on a free port: its origin, and the requests received so far."""
    seen: list[HttpRequest] = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        # Head and body in one packet, since the client delays the acknowledgement of the first.
        wbufsize = -1

        def _respond(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            headers = {name.lower(): value for name, value in self.headers.items()}
            request = HttpRequest(self.command, self.path, headers, self.rfile.read(length))
            seen.append(request)
            response = respond(request)
            self.send_response_only(response.status)
            bodiless = response.status in (204, 304)
            for name, value in response.headers.items():
                if name.lower() != "content-length":
                    self.send_header(name, value)
            if not bodiless:
                self.send_header("Content-Length", str(len(response.body)))
            self.end_headers()
            if not bodiless and self.command != "HEAD":
                self.wfile.write(response.body)

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = _respond  # noqa: N815
        do_OPTIONS = do_TRACE = _respond  # noqa: N815

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}", seen
        finally:
            server.shutdown()


def mocking(contract: Contract, change: Change | None = None) -> Responder:
    """The responses of the mock of a contract at the root, changed by a function."""
    mock = Mock(contract)

    def respond(request: HttpRequest) -> HttpResponse:
        target = urlsplit(request.path)
        headers = {name.encode(): text.encode("latin-1") for name, text in request.headers.items()}
        path, query = contract.base_path + target.path, target.query.encode()
        given = mock.respond(RequestContext(request.method, path, headers, query, request.body))
        assert isinstance(given, PreparedResponse)
        fields = {name.decode().title(): value.decode("latin-1") for name, value in given.headers}
        response = HttpResponse(given.status, given.body, fields)
        return change(request, response) if change else response

    return respond
