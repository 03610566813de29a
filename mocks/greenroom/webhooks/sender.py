"""Sending a webhook to a receiver, once: any status is a response, no redirect is followed."""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from threading import Timer
from typing import Any
from urllib.parse import urlsplit

import httpx2

from ..contract.servers import is_loopback
from ..errors import GreenroomError
from ..http.exchange import Fields
from .message import Delivery

MOST = 16 * 1024


class ReceiverError(GreenroomError):
    """A receiver without a valid address, or one that does not respond."""


@dataclass(frozen=True, slots=True)
class ReceiverResponse:
    """A response; `body` is the beginning of its body, `whole` whether that is all of it."""

    status: int
    reason: str
    fields: Fields
    body: bytes
    whole: bool
    seconds: float


def receiver(address: str) -> httpx2.URL:
    """The URL of a receiver. Raises ReceiverError for anything but an http or https URL."""
    try:
        parts = urlsplit(address)
        url = httpx2.URL(address)
        # `port` raises ValueError for numbers out of range, which httpx2 accepts.
        known = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except (ValueError, httpx2.InvalidURL) as error:
        raise ReceiverError(f"{address!r} is not a valid URL: {error}") from error
    if not known:
        example = "for example http://127.0.0.1:3000/webhooks"
        raise ReceiverError(f"{address!r} is not an http or https URL; {example}")
    return url


def without_credentials(url: httpx2.URL) -> str:
    """The URL without user name and password."""
    return str(url.copy_with(username=None, password=None, fragment=None))


def send(delivery: Delivery, url: httpx2.URL, timeout: float) -> ReceiverResponse:
    """Send a webhook and read the beginning of the response.

    `timeout`, in seconds, is the limit for the whole of it. Raises ReceiverError where no response
    comes.
    """
    fields = [(name.encode(), value.encode()) for name, value in delivery.fields]
    here = is_loopback(url.host)
    # A receiver on this machine is out of reach for a proxy.
    direct = {f"all://{url.netloc.decode()}": None} if here else {}
    # Reading the certificates of the world takes longer than all the rest.
    plaintext = here and url.scheme == "http"
    trust = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT) if plaintext else True
    deadline = _Deadline(timeout)
    try:
        request = httpx2.Request(
            delivery.method, url, headers=fields, content=delivery.body,
            extensions={"trace": deadline.trace},
        )  # fmt: skip
        with httpx2.Client(verify=trust, timeout=timeout, mounts=direct) as client:
            started = time.monotonic()
            response = client.send(request, stream=True, follow_redirects=False)
            seconds = time.monotonic() - started
            body, whole = _beginning(response)
            response.close()
    except (httpx2.HTTPError, httpx2.InvalidURL, ValueError) as error:
        is_late = deadline.is_over or isinstance(error, httpx2.TimeoutException)
        reason = f"no response within {timeout:g} seconds" if is_late else _reason(error)
        raise ReceiverError(f"{without_credentials(url)}: {reason}") from error
    finally:
        deadline.cancel()
    return ReceiverResponse(
        status=response.status_code,
        reason=response.reason_phrase,
        fields=tuple(response.headers.multi_items()),
        body=body,
        whole=whole and not deadline.is_over,
        seconds=seconds,
    )


class _Deadline:
    """Ends a connection after some seconds: httpx2 has a limit for each read, not for all.

    A receiver that sends a header byte by byte, or interim responses, would keep it for ever.
    """

    def __init__(self, seconds: float) -> None:
        self.is_over = False
        self._sockets: list[socket.socket] = []
        self._timer = Timer(seconds, self._end)
        self._timer.daemon = True
        self._timer.start()

    def trace(self, event: str, info: Mapping[str, Any]) -> None:
        """Take note of a connection, by an event of the extension `trace`."""
        if event.endswith(("connect_tcp.complete", "start_tls.complete")):
            self._sockets.append(info["return_value"].get_extra_info("socket"))
            if self.is_over:
                self._end()

    def cancel(self) -> None:
        self._timer.cancel()

    def _end(self) -> None:
        self.is_over = True
        for each in self._sockets:
            with suppress(OSError):
                # That of an SSLSocket waits for the peer.
                socket.socket.shutdown(each, socket.SHUT_RDWR)


def _beginning(response: httpx2.Response) -> tuple[bytes, bool]:
    """As much of a body as is printed; the status counts even where the body breaks off."""
    found = b""
    try:
        for chunk in response.iter_bytes():
            found += chunk
            if len(found) > MOST:
                return found[:MOST], False
    except httpx2.RequestError:
        return found, False
    return found, True


def _reason(error: Exception) -> str:
    """The message of the operating system, without the numbers that wrap it."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, OSError) and cause.strerror:
            return cause.strerror
        cause = cause.__cause__ or cause.__context__
    return str(error) or type(error).__name__
