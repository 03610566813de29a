"""What a client of this process gets where a fault breaks the connection that it does not have.

It is what httpx and httpx2 raise where a server really does it.
"""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Iterator, Mapping
from math import inf
from typing import Any

from ..contract.behaviour.duration import duration

# As in `server.spaces.connection_faults`, which most tests do without.
EFFECT = "greenroom.effect"


def library_of(request: Any) -> Any:
    """The library that a request is of: httpx or httpx2."""
    return sys.modules[type(request).__module__.partition(".")[0]]


def wait(effect: Mapping[str, Any], request: Any) -> float:
    """How many seconds the response takes, or the client waits for it."""
    late, patience = _times(effect, request)
    return min(late, patience)


def disturbed(effect: Mapping[str, Any], request: Any, response: Any) -> Any:
    """The response after an effect; None, with some effects, is given for that.

    Raises the errors of the library. A time-out that the client gives up at is raised at once.
    """
    library, (late, patience) = library_of(request), _times(effect, request)
    if late > patience or ("timeout" in effect and patience != inf):
        raise library.ReadTimeout("timed out", request=request)
    if "reset" in effect:
        raise library.ReadError("[Errno 104] Connection reset by peer", request=request)
    if "malformed" in effect:
        raise library.RemoteProtocolError("illegal status line", request=request)
    if "timeout" in effect or ("truncate" in effect and not response.content):
        reason = "Server disconnected without sending a response."
        raise library.RemoteProtocolError(reason, request=request)
    if "truncate" in effect:
        return _truncated(library, request, response, effect["truncate"])
    return response


def _truncated(library: Any, request: Any, response: Any, most: int) -> Any:
    """The response whose body ends too early for who reads it."""
    whole = len(response.content)
    part = response.content[: min(most, whole - 1)]
    reason = (
        "peer closed connection without sending complete message body "
        f"(received {len(part)} bytes, expected {whole})"
    )

    class Truncated(library.SyncByteStream, library.AsyncByteStream):  # type: ignore[misc]
        def __iter__(self) -> Iterator[bytes]:
            yield part
            raise library.RemoteProtocolError(reason, request=request)

        async def __aiter__(self) -> AsyncIterator[bytes]:
            for each in self:
                yield each

    return library.Response(response.status_code, headers=response.headers, stream=Truncated())


def _times(effect: Mapping[str, Any], request: Any) -> tuple[float, float]:
    """How late the response is, and how long the client waits to read it, in seconds."""
    late = duration(effect["latency"]).total_seconds() if "latency" in effect else 0.0
    patience = request.extensions.get("timeout", {}).get("read")
    return late, inf if patience is None else patience
