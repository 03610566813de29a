"""The sandbox: where a request goes, and the client that sends it there."""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator, Iterable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx2
from requests.utils import get_environ_proxies

from greenroom.contract.model import Contract
from greenroom.contract.operation_finder import served_below
from greenroom.errors import GreenroomError

from ..sending.target import Target, ca_bundle

Fields = list[tuple[bytes, bytes]]
# Of this connection only (RFC 9110 section 7.6.1), beside what `Connection` names.
_OF_THE_CONNECTION = frozenset((
    b"connection", b"proxy-connection", b"keep-alive", b"te", b"transfer-encoding", b"upgrade",
))  # fmt: skip
# Of every message, even if `Connection` names them.
_OF_THE_MESSAGE = frozenset((b"host", b"content-length"))
# Idle connections are closed before most servers close them.
_IDLE_SECONDS = 2.0


class Upstream:
    """A sandbox at a base URL, reached as a check reaches it.

    It may be silent for `timeout` seconds at a time. From the environment come proxies, except for
    this machine, and the CA bundle. Raises GreenroomError for those that cannot be used.
    """

    def __init__(self, contract: Contract, target: Target, timeout: float) -> None:
        url = urlsplit(target.base_url)
        self.host = url.netloc.encode("ascii")
        self._origin = f"{url.scheme}://{url.netloc}"
        self._base_path = contract.base_path
        self._given = url.path
        served = served_below(url.path, contract.base_paths)
        # What stands before the vendor's own paths; unknown if the URL has another base path.
        parts = served and url.path.rsplit("/", served.count("/"))
        self._prefix = None if served is None else parts[0] if parts else url.path
        self._timeout = dict.fromkeys(("connect", "read", "write", "pool"), timeout)
        proxies = {} if target.is_local else get_environ_proxies(target.base_url)
        proxy = proxies.get(url.scheme) or proxies.get("all")
        try:
            self._transport = httpx2.AsyncHTTPTransport(
                verify=_verification() if target.is_encrypted else False,
                trust_env=False,
                limits=httpx2.Limits(keepalive_expiry=_IDLE_SECONDS),
                proxy=proxy,
            )
        except (ImportError, ValueError, OSError, httpx2.InvalidURL) as error:
            raise GreenroomError(f"the proxy or CA bundle of the environment: {error}") from error

    def url(self, path: str) -> str:
        """The URL of a path of the vendor, its query included."""
        if self._prefix is not None:
            return f"{self._origin}{self._prefix}{path}"
        if f"{path.partition('?')[0]}/".startswith(f"{self._base_path}/"):
            return f"{self._origin}{self._given}{path.removeprefix(self._base_path)}"
        return self._origin + path

    async def send(
        self, method: bytes, url: str, headers: Fields, body: AsyncIterator[bytes]
    ) -> httpx2.Response:
        """Send a request as it is; the body of the response is still to be read.

        Raises httpx2.TransportError, and what `body` raises.
        """
        target = url[len(self._origin) :].encode("latin-1")
        target = target if target.startswith(b"/") else b"/" + target
        extensions: dict[str, Any] = {"target": target, "timeout": self._timeout}
        request = httpx2.Request(
            "", self._origin, headers=headers, stream=_Body(body), extensions=extensions
        )
        # httpx2 makes capitals of it.
        request.method = method.decode("ascii")
        return await self._transport.handle_async_request(request)

    async def end(self, response: httpx2.Response, is_whole: bool) -> bool:
        """Give the connection of a response back. Returns whether bytes came after a whole one.

        They must not be taken for the next response, so the connection is closed (RFC 9112 section
        9.2). Bytes that come later close it when it is to be used again.
        """
        held: Any = response.stream
        for name in ("_httpcore_stream", "_stream", "_connection", "_h11_state", "trailing_data"):
            held = getattr(held, name, None)
        stream = response.extensions["network_stream"]
        # In a version where this is elsewhere, no connection is used again.
        is_clean = held is not None and not held[0] and not _holds_more(stream)
        if not is_clean:
            await stream.aclose()
        await response.aclose()
        return is_whole and held is not None and not is_clean

    async def close(self) -> None:
        """Close all connections."""
        await self._transport.aclose()


class _Body(httpx2.AsyncByteStream):
    def __init__(self, pieces: AsyncIterator[bytes]) -> None:
        self._pieces = pieces

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for piece in self._pieces:
            yield piece


def _holds_more(stream: Any) -> bool:
    """Whether bytes were received that nobody has asked for yet: here, in another TLS record."""
    encrypted = stream.get_extra_info("ssl_object")
    try:
        return encrypted is not None and encrypted.read(1) != b""
    except ssl.SSLError:
        return False


def end_to_end(fields: Iterable[tuple[bytes, bytes]]) -> Fields:
    """Header fields without those of the connection."""
    listed = list(fields)
    named = {
        name.strip().lower()
        for field, value in listed
        if field.lower() == b"connection"
        for name in value.split(b",")
    }
    return [f for f in listed if f[0].lower() not in _OF_THE_CONNECTION | (named - _OF_THE_MESSAGE)]


def _verification() -> ssl.SSLContext | bool:
    bundle = ca_bundle()
    if isinstance(bundle, bool):
        return bundle
    if Path(bundle).is_dir():
        return ssl.create_default_context(capath=bundle)
    return ssl.create_default_context(cafile=bundle)
