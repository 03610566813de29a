"""Requests to an application in this process, by plain ASGI: no server, no event loop."""

from __future__ import annotations

import json
import re
from collections.abc import Coroutine, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote_to_bytes

Fields = Iterable[tuple[bytes, bytes]]
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9a-z-]+")
_VALUE = re.compile(r"[ -~\t]*")


@dataclass(frozen=True)
class Reply:
    """A response as it was sent; names of headers are lower case."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)

    @property
    def media_type(self) -> str:
        """The media type of the body, empty without one."""
        return self.headers.get("content-type", "")

    @property
    def value(self) -> Any:
        """The body: a JSON value, or text."""
        return self.json if self.media_type.endswith("json") else self.body.decode()

    @property
    def kind(self) -> str | None:
        """The kind of refusal, None where the request was not refused."""
        return self.headers.get("x-greenroom-refusal")

    @property
    def violations(self) -> Any:
        """The violations of the contract by the request."""
        return json.loads(self.headers["x-greenroom-violations"])

    @property
    def is_whole(self) -> bool:
        """Whether every client and proxy reads the same fields and the same length of the body."""
        length = str(len(self.body))
        return self.headers.get("content-length", length) == length and all(
            _TOKEN.fullmatch(name) and _VALUE.fullmatch(value)
            for name, value in self.headers.items()
        )


def run(coroutine: Coroutine[Any, Any, Any]) -> None:
    """Drive a coroutine that never waits: no event loop, no timing."""
    try:
        coroutine.send(None)
    except StopIteration:
        return
    coroutine.close()
    raise AssertionError("the application waited for something")


def exchange(
    app: Any, scope: Mapping[str, Any], messages: Iterable[Mapping[str, Any]]
) -> list[Any]:
    """The messages that an application sends when it receives others."""
    received, sent = iter(messages), []

    async def receive() -> Any:
        return dict(next(received))

    async def collect(message: Any) -> None:
        sent.append(message)

    run(app(dict(scope), receive, collect))
    return sent


def send(
    app: Any,
    method: str,
    target: bytes,
    headers: Fields = (),
    chunks: Sequence[bytes] = (b"",),
    **scope: Any,
) -> Reply:
    """The response to one request, whose body comes in chunks."""
    path, _, query = target.partition(b"?")
    whole = {
        "type": "http",
        "method": method,
        "path": unquote_to_bytes(path).decode("utf-8", "replace"),
        "raw_path": path,
        "query_string": query,
        "headers": [(name.lower(), value) for name, value in headers],
        "client": ("127.0.0.1", 50000),
        **scope,
    }
    messages = [
        {"type": "http.request", "body": chunk, "more_body": i < len(chunks)}
        for i, chunk in enumerate(chunks, 1)
    ]
    start, end = exchange(app, whole, messages)
    found = {name.decode("latin-1"): value.decode("latin-1") for name, value in start["headers"]}
    assert len(found) == len(start["headers"]), "a header was sent twice"
    return Reply(start["status"], found, end.get("body", b""))
