"""Sending a webhook to a receiver, once: any status is a response, no redirect is followed."""

from __future__ import annotations

import asyncio
import os
import socket
import time
from dataclasses import dataclass
from typing import Any

import httpx2

from ..http.exchange import Fields
from .destination import Destination, ReceiverError

MOST = 16 * 1024
# Of all that is received, and at once: what is in small pieces, or before the response, costs time.
_MOST_RECEIVED, _MOST_AT_ONCE = 256 * 1024, 4096
_OPENED = ("connection.connect_tcp.complete", "connection.start_tls.complete")


@dataclass(frozen=True, slots=True)
class ReceiverResponse:
    """A response; `body` is the beginning of its body, `whole` whether that is all of it.

    `is_verified` tells whether the certificate of the receiver was, false without one.
    """

    status: int
    reason: str
    fields: Fields
    body: bytes
    whole: bool
    seconds: float
    is_verified: bool


async def send(
    method: str, fields: Fields, body: bytes, receiver: Destination, timeout: float,
    proxies: bool = False,
) -> ReceiverResponse:  # fmt: skip
    """Send a webhook and read the beginning of the response.

    `timeout`, in seconds, is the limit for the whole of it. The name of a receiver elsewhere is
    looked up once; with `proxies` those of the environment are used instead. Raises ReceiverError
    where no response comes.
    """
    attempt = _Attempt(receiver, proxies and not receiver.is_here)
    try:
        async with asyncio.timeout(timeout):
            addresses = receiver.addresses or (() if proxies else await _found(receiver.url))
            await attempt.send(method, fields, body, addresses)
    except (httpx2.HTTPError, httpx2.InvalidURL, OSError, ValueError) as error:
        if attempt.response is None:
            is_late = isinstance(error, (TimeoutError, httpx2.TimeoutException))
            reason = f"no response within {timeout:g} seconds" if is_late else _reason(error)
            raise ReceiverError(f"{receiver.shown}: {reason}") from error
    response = attempt.response
    assert response is not None, "without a response there is an error"
    return ReceiverResponse(
        status=response.status_code,
        reason=response.reason_phrase,
        fields=tuple(response.headers.multi_items()),
        body=bytes(attempt.body[:MOST]),
        whole=attempt.whole,
        seconds=attempt.seconds,
        is_verified=receiver.url.scheme == "https" and not receiver.is_here,
    )


class _Attempt:
    """What has arrived of a response; it stays though the rest does not arrive in time."""

    def __init__(self, receiver: Destination, proxies: bool) -> None:
        self._url, self._is_here, self._proxies = receiver.url, receiver.is_here, proxies
        self.response: httpx2.Response | None = None
        self.body, self.whole, self.seconds = bytearray(), False, 0.0

    async def send(
        self, method: str, fields: Fields, body: bytes, addresses: tuple[str, ...]
    ) -> None:
        """Send to the first address that accepts a connection, or by the name without any."""
        # On this machine certificates are seldom of an authority. A transport of one's own has no
        # proxies, but the certificates that the environment names.
        transport = None if self._proxies else httpx2.AsyncHTTPTransport(verify=not self._is_here)
        async with httpx2.AsyncClient(transport=transport, timeout=None) as client:
            for number, address in enumerate(addresses or (None,), 1):
                try:
                    await self._send(client, method, fields, body, address)
                    break
                except httpx2.ConnectError:
                    if number >= len(addresses):
                        raise

    async def _send(
        self, client: httpx2.AsyncClient, method: str, fields: Fields, body: bytes,
        address: str | None,
    ) -> None:  # fmt: skip
        url, extensions = self._url, dict[str, Any]()
        extensions["trace"] = _bound
        headers = [(name.encode(), value.encode()) for name, value in fields]
        if address is not None:
            headers.append((b"Host", url.netloc))
            extensions["sni_hostname"] = url.host
            url = url.copy_with(host=address)
        request = httpx2.Request(method, url, headers=headers, content=body, extensions=extensions)
        started = time.monotonic()
        self.response = await client.send(request, stream=True, follow_redirects=False)
        self.seconds = time.monotonic() - started
        # As it was sent: what is compressed may be large beyond measure.
        async for chunk in self.response.aiter_raw():
            self.body += chunk
            if len(self.body) > MOST:
                return
        self.whole = True


async def _bound(event: str, about: dict[str, Any]) -> None:
    """Let what is received on a new connection have an end (`trace` of httpcore)."""
    if event not in _OPENED:
        return
    stream, left = about["return_value"], _MOST_RECEIVED
    read = stream.read

    async def bounded(most: int, timeout: float | None = None) -> bytes:
        nonlocal left
        received: bytes = await read(min(most, _MOST_AT_ONCE), timeout)
        left -= len(received)
        if left < 0:
            raise ValueError(f"more than {_MOST_RECEIVED} bytes without the end of a response")
        return received

    stream.read = bounded


async def _found(url: httpx2.URL) -> tuple[str, ...]:
    """The addresses of a name. Raises OSError for one that nobody knows."""
    loop, port = asyncio.get_running_loop(), url.port or 0
    found = await loop.getaddrinfo(url.host.removesuffix("."), port, type=socket.SOCK_STREAM)
    return tuple(dict.fromkeys(str(address[0]) for *_, address in found))


def _reason(error: Exception) -> str:
    """The message of the operating system, without the numbers that wrap it."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ConnectionError) and cause.errno:
            return os.strerror(cause.errno)
        if isinstance(cause, OSError) and cause.strerror:
            return cause.strerror
        cause = cause.__cause__ or cause.__context__
    return str(error) or type(error).__name__
