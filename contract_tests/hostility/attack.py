"""Hostile requests over a connection: documented ones with one or two parts made hostile."""

from __future__ import annotations

import asyncio
import json
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

from greenroom.codec.credentials import EXPIRED_KEY, FORBIDDEN_KEY, GOOD_KEY
from greenroom.codec.documented_request import DocumentedRequest, documented_request
from greenroom.contract.model import Contract, Operation
from greenroom.mock.addresses import base_path

from .monsters import BODIES, FORM, HEADERS, JSON, MULTIPART, QUERIES, XML
from .requests import HOSTILE_BYTES

_SECONDS = 30.0
_SLOW_SECONDS = 1.0
# Requests that the server refuses before it looks at the rest of them.
_OUTSIDE = frozenset((401, 403, 404, 405, 408, 414, 431))
_VALUES: list[Any] = [
    None, True, False, 0, -1, 2**63, 1e308, -0.0, "", "\x00", "\ud7ff\U0001f600", "a" * 5000,
    "2024-02-30T25:61:61Z", "9" * 400, "%00", "{ __schema { types { name } } }", [], {}, [[]],
    [None] * 300, {"": {"": {}}}, {"__proto__": {}}, {"$ref": "#"}, "query { " * 50,
    "{" + "__schema{types{name}} " * 300 + "}", "mutation { a(b: " + "[" * 200 + ") }",
]  # fmt: skip
_NAMES = [
    "Accept", "Accept-Language", "Content-Encoding", "Content-Type", "Cookie", "If-Match",
    "Origin", "Prefer", "Range", "Sec-Fetch-Dest", "TE", "Upgrade", "X-Forwarded-For",
    "Access-Control-Request-Method",
]  # fmt: skip


@dataclass
class Message:
    """A request whose parts can be changed."""

    method: str
    target: bytes
    fields: list[tuple[bytes, bytes]]
    content_type: bytes
    body: bytes


class Attack:
    """An endless sequence of hostile requests, the same for the same seed."""

    def __init__(self, contracts: Sequence[Contract], seed: int) -> None:
        self._random = Random(seed)
        self._operations = [
            (contract, operation) for contract in contracts for operation in contract.operations
        ]
        self._ways: list[Callable[[Message, Operation], None]] = [
            *[self._change_json] * 6, *[self._change_bytes] * 3, *[self._change_query] * 4,
            *[self._change_fields] * 4, self._change_kind, self._change_path,
            self._change_credential, self._change_method,
        ]  # fmt: skip

    def __iter__(self) -> Iterator[bytes]:
        while True:
            contract, operation = self._random.choice(self._operations)
            message = _message(contract, documented_request(contract, operation, GOOD_KEY))
            for _ in range(self._random.choice((1, 1, 2))):
                self._random.choice(self._ways)(message, operation)
            if self._random.random() < 0.005:
                message.content_type, message.body = self._random.choice(list(BODIES.values()))
            yield self._written(message)

    def _written(self, message: Message) -> bytes:
        target = b"".join(
            bytes((byte,)) if 33 <= byte < 127 else b"%%%02X" % byte for byte in message.target
        )
        lines = [b"%b %b HTTP/1.1" % (message.method.encode(), target), b"Host: localhost"]
        kind = [(b"Content-Type", message.content_type)] if message.content_type else []
        for name, value in [*message.fields, *kind]:
            text = bytes(byte for byte in value[:40_000] if byte >= 32 and byte != 127)
            lines.append(b"%b: %b" % (name, text))
        body = message.body
        if self._random.random() < 0.1:
            size = self._random.randint(1, 5000)
            pieces = [body[i : i + size] for i in range(0, len(body), size)]
            body = b"".join(b"%x\r\n%b\r\n" % (len(p), p) for p in pieces) + b"0\r\n\r\n"
            lines.append(b"Transfer-Encoding: chunked")
        elif body or message.method in ("POST", "PUT", "PATCH"):
            lines.append(b"Content-Length: %d" % len(body))
        return b"\r\n".join([*lines, b"", b""]) + body

    def _text(self) -> bytes:
        count = self._random.choice((1, 1, 2, 5))
        return b"".join(self._random.choice(HOSTILE_BYTES) for _ in range(count))

    def _change_json(self, message: Message, operation: Operation) -> None:
        """Replace, remove, repeat or rename one value; any other body is broken instead."""
        try:
            value = json.loads(message.body)
        except (ValueError, RecursionError):
            self._change_bytes(message, operation)
            return
        message.body = json.dumps(self._changed(value), ensure_ascii=False).encode(
            errors="surrogatepass"
        )

    def _changed(self, value: Any) -> Any:
        choice = self._random.random()
        if isinstance(value, dict) and value and choice < 0.85:
            name = self._random.choice(list(value))
            if choice < 0.05:
                return {other: value[other] for other in value if other != name}
            if choice < 0.1:
                return {**value, self._text().decode("latin-1"): self._random.choice(_VALUES)}
            return {**value, name: self._changed(value[name])}
        if isinstance(value, list) and value and choice < 0.85:
            at = self._random.randrange(len(value))
            if choice < 0.1:
                return value * 50
            return [*value[:at], self._changed(value[at]), *value[at + 1 :]]
        if isinstance(value, str) and choice < 0.5:
            at = self._random.randint(0, len(value))
            return value[:at] + self._text().decode("latin-1") + value[at:]
        return self._random.choice(_VALUES)

    def _change_bytes(self, message: Message, operation: Operation) -> None:
        at = self._random.randint(0, len(message.body))
        cut = self._random.choice((0, 0, 1, 10))
        message.body = message.body[:at] + self._text() + message.body[at + cut :]

    def _change_kind(self, message: Message, operation: Operation) -> None:
        """Another media type, with a small body of it."""
        kind, body = self._random.choice([
            (FORM, b"a=1&a[b]=2&%C3=%"), (JSON, b"{}"), (XML, b"<a b='c'><d/></a>"),
            (MULTIPART, b'--b\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n--b--'),
            (self._text(), self._text()),
        ])  # fmt: skip
        message.content_type, message.body = kind, body + self._random.choice((b"", self._text()))

    def _change_query(self, message: Message, operation: Operation) -> None:
        names = [p.name.encode() for p in operation.parameters if p.location == "query"]
        name = self._random.choice([*names, b"x", self._text()])
        if self._random.random() < 0.02:
            text = self._random.choice(list(QUERIES.values()))[:20_000].replace(b"%b", name)
        else:
            text = name + self._random.choice((b"=", b"[]=", b"[a]=", b"")) + self._text()
        message.target += (b"&" if b"?" in message.target else b"?") + text.replace(b"#", b"")

    def _change_fields(self, message: Message, operation: Operation) -> None:
        names = [p.name for p in operation.parameters if p.location == "header"]
        name = self._random.choice([*names, *_NAMES]).encode()
        if name == b"Content-Type":
            message.content_type += self._text()
        elif self._random.random() < 0.02:
            message.fields.append((name, self._random.choice(list(HEADERS.values()))[1]))
        else:
            message.fields.append((name, self._text()))

    def _change_path(self, message: Message, operation: Operation) -> None:
        path, mark, query = message.target.partition(b"?")
        at = self._random.randint(1, len(path))
        text = self._text().replace(b"?", b"").replace(b"#", b"")
        message.target = path[:at] + text + path[at:] + mark + query

    def _change_credential(self, message: Message, operation: Operation) -> None:
        key = self._random.choice((EXPIRED_KEY.encode(), FORBIDDEN_KEY.encode(), self._text()))
        good = GOOD_KEY.encode()
        message.fields = [(name, value.replace(good, key)) for name, value in message.fields]

    def _change_method(self, message: Message, operation: Operation) -> None:
        message.method = self._random.choice(("GET", "POST", "PUT", "DELETE", "OPTIONS", "TRACE"))


def _message(contract: Contract, call: DocumentedRequest) -> Message:
    target = (base_path(contract, at_root=False) + call.target).encode()
    fields = [(name.encode(), value.encode("latin-1")) for name, value in call.fields]
    fields = [(name, value) for name, value in fields if name.lower() != b"content-type"]
    return Message(call.method, target, fields, call.content_type.encode(), call.body)


@dataclass
class Result:
    """What came back: statuses, what should never be, and the requests that took over a second."""

    statuses: Counter[int] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)
    slow: list[bytes] = field(default_factory=list)
    longest: float = 0.0

    @property
    def sent(self) -> int:
        """The number of responses."""
        return self.statuses.total()

    @property
    def inside(self) -> int:
        """Responses to requests that got past path and credential."""
        return sum(count for status, count in self.statuses.items() if status not in _OUTSIDE)


async def attack(
    port: int, requests: Iterator[bytes], count: int, result: Result, connections: int = 8
) -> None:
    """Send requests over some connections at once, and take the responses."""
    left = iter(range(count))

    async def work() -> None:
        connection = _Connection(port)
        for _ in left:
            request = next(requests)
            began = time.perf_counter()
            try:
                async with asyncio.timeout(_SECONDS):
                    status = await connection.status(request)
            except (OSError, ValueError, TimeoutError, EOFError) as error:
                result.failures.append(f"{error!r} for {request[:300]!r}")
                connection.close()
                status = 0
            seconds = time.perf_counter() - began
            result.longest = max(result.longest, seconds)
            if seconds > _SLOW_SECONDS:
                result.slow.append(request)
            result.statuses[status] += 1
            # A choice by `Prefer` that a contract does not have is a 501.
            if status >= 500 and not (status == 501 and b"\r\nPrefer: " in request):
                result.failures.append(f"{status} for {request[:300]!r}")
        connection.close()

    await asyncio.gather(*(work() for _ in range(connections)))


class _Connection:
    """A connection that is opened when it is needed."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def status(self, request: bytes) -> int:
        """The status of the response to a request, once it was read whole."""
        was_open = self._streams is not None
        if self._streams is None:
            self._streams = await asyncio.open_connection("127.0.0.1", self._port)
        reader, writer = self._streams
        try:
            writer.write(request)
            status, closes = await _response(reader, request.startswith(b"HEAD "))
        except (ConnectionError, asyncio.IncompleteReadError) as error:
            # The server may end a connection that was idle just then (RFC 9112 section 9.3.1).
            self.close()
            if was_open and not getattr(error, "partial", b""):
                return await self.status(request)
            raise
        if closes:
            self.close()
        return status

    def close(self) -> None:
        """End it."""
        if self._streams is not None:
            self._streams[1].close()
            self._streams = None


async def _response(reader: asyncio.StreamReader, has_no_body: bool) -> tuple[int, bool]:
    """The status of a response that was read whole, and whether the connection is closed."""
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    status = int(head.split(None, 2)[1])
    if status < 200:
        return await _response(reader, has_no_body)
    _, found, length = head.partition(b"content-length:")
    if found and not has_no_body and status != 304:
        await reader.readexactly(int(length.split(b"\r\n", 1)[0]))
    return status, b"connection: close" in head
