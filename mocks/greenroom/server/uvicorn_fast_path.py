"""Bodies read from uvicorn's connections and responses written to them, past its ASGI messages.

uvicorn looks at every header field of every response three times, which takes longer than the mock
does to find the response. Our fields were prepared for the wire when their contract was compiled.
Anything unusual (a client that reads slowly, a server of another kind or version) gets ASGI
messages instead.
"""

from __future__ import annotations

from collections.abc import Sequence
from logging import INFO
from typing import Any

import uvicorn
from uvicorn.protocols.http.httptools_impl import RequestResponseCycle

from ..mock.response.prepared import PreparedResponse
from .connexion_seams import Receive, Send

# The versions whose internals were checked; a test fails where another one is installed.
KNOWN = ("0.54",)
# Copying more than this into one piece takes longer than a second message.
_LARGE = 65536
# In a scope: a request as it arrived, where that was in one piece of at most so many bytes.
MESSAGE, LONGEST_MESSAGE = "greenroom.message", 16 * 1024

is_known = uvicorn.__version__.rpartition(".")[0] in KNOWN


def received(receive: Receive) -> bytes | None:
    """The body of a request; None where it has not arrived as a whole, to use `receive`."""
    cycle: Any = getattr(receive, "__self__", None)
    if type(cycle) is not RequestResponseCycle or not is_known:
        return None
    is_here = not (cycle.more_body or cycle.disconnected or cycle.waiting_for_100_continue)
    return bytes(cycle.body) if is_here else None


class FastPath:
    """Writes responses to uvicorn's connections."""

    def __init__(self) -> None:
        self._common: Sequence[tuple[bytes, bytes]] = ()
        self._end = b"\r\n"

    def __call__(self, send: Send, response: PreparedResponse) -> bool:
        """Write a response and return true; or write nothing and return false, to use `send`."""
        cycle: Any = getattr(send, "__self__", None)
        if (
            type(cycle) is not RequestResponseCycle
            or not is_known
            or response.status < 200
            or len(response.body) > _LARGE
            or not cycle.keep_alive
            or (cycle.access_log and cycle.access_logger.isEnabledFor(INFO))
            or cycle.response_started
            or cycle.disconnected
            or cycle.flow.write_paused
        ):
            return False
        # Replaced every second, for the date.
        if cycle.default_headers is not self._common:
            self._common = cycle.default_headers
            self._end = b"".join(b"%b: %b\r\n" % field for field in self._common) + b"\r\n"
        cycle.response_started = True
        cycle.waiting_for_100_continue = False
        cycle.transport.write(response.written(self._end))
        cycle.response_complete = True
        cycle.message_event.set()
        cycle.on_response()
        return True
