"""Raw requests to an application in this process, by plain ASGI: no server, no event loop."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote_to_bytes

Fields = Iterable[tuple[bytes, bytes]]
_TOKEN = re.compile(rb"[!#$%&'*+.^_`|~0-9a-z-]+")
_VALUE = re.compile(rb"[ -~\t]*")


@dataclass(frozen=True)
class Wired:
    """A response as it was sent; names of headers are lower case."""

    status: int
    headers: dict[bytes, bytes]
    body: bytes

    @property
    def is_whole(self) -> bool:
        """Whether every client and proxy reads the same fields and the same length of the body."""
        return all(
            _TOKEN.fullmatch(name) and _VALUE.fullmatch(value)
            for name, value in self.headers.items()
        ) and (
            b"content-length" not in self.headers
            or self.headers[b"content-length"] == b"%d" % len(self.body)
        )


def send(
    app: Any, method: str, target: bytes, headers: Fields = (), chunks: Sequence[bytes] = (b"",)
) -> Wired:
    """The response to one request, whose body comes in chunks."""
    path, _, query = target.partition(b"?")
    received = iter(enumerate(chunks, 1))
    sent: list[Any] = []

    async def receive() -> dict[str, Any]:
        i, chunk = next(received)
        return {"type": "http.request", "body": chunk, "more_body": i < len(chunks)}

    async def collect(message: Any) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "method": method,
        "path": unquote_to_bytes(path).decode("utf-8", "replace"),
        "raw_path": path,
        "query_string": query,
        "headers": [(name.lower(), value) for name, value in headers],
        "client": ("127.0.0.1", 50000),
    }
    try:
        app(scope, receive, collect).__await__().send(None)
    except StopIteration:
        start, end = sent
        found = dict(start["headers"])
        assert len(found) == len(start["headers"]), "a header was sent twice"
        return Wired(start["status"], found, end.get("body", b""))
    raise AssertionError("the application waited for something")
