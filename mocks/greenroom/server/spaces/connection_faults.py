"""Responses that come late, broken or not at all, as a fault wants it.

uvicorn cannot be asked for any of this by ASGI, so that its connections are used themselves.
"""

from __future__ import annotations

import asyncio
import socket
import struct
import sys
from contextlib import suppress
from typing import Any

from ...contract.behaviour.duration import duration
from ...mock.response.prepared import PreparedResponse, problem
from ...state.rules.fault import Fault
from ..connexion_seams import Receive, Scope, Send

# The key of an ASGI scope under which a server that has no connections wants to get the effect.
EFFECT = "greenroom.effect"
NOT_HTTP = b"\x16\x03\x01 this is not HTTP\r\n\r\n"
# How long a client may wait for a response that does not come.
LONGEST_SECONDS = 300.0
# Close at once, without what is unsent: the client gets RST (socket(7), SO_LINGER).
_AT_ONCE = struct.pack("hh" if sys.platform == "win32" else "ii", 1, 0)


async def send_with_fault(
    fault: Fault, response: PreparedResponse, scope: Scope, receive: Receive, send: Send
) -> None:
    """Send a response to which a fault happened; one with status 0 is none."""
    effect = fault.effect
    # Not `send`, which a log may observe.
    cycle: Any = getattr(receive, "__self__", None)
    has_body = scope["method"] != "HEAD"
    if EFFECT in scope:
        scope[EFFECT] = effect
        if not response.status:
            return
    else:
        if "latency" in effect:
            await _wait(receive, duration(effect["latency"]).total_seconds())
        if {"reset", "timeout", "malformed", "truncate"} & effect.keys():
            if hasattr(cycle, "transport"):
                # Nothing more is sent, and uvicorn asks for nothing.
                await _break(effect, response, cycle, receive, has_body)
                cycle.disconnected = True
                return
            response = problem(501, f"the fault {fault.name} needs a connection of uvicorn")
    await send(response.start)
    await send(response.end if has_body else {"type": "http.response.body"})


async def _break(
    effect: Any, response: PreparedResponse, cycle: Any, receive: Receive, has_body: bool
) -> None:
    transport = cycle.transport
    if "timeout" in effect:
        await _wait(receive, LONGEST_SECONDS)
    if "reset" in effect:
        transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _AT_ONCE)
        transport.abort()
    elif "malformed" in effect:
        transport.write(NOT_HTTP)
    elif "truncate" in effect:
        fields = b"".join(b"%b: %b\r\n" % each for each in cycle.default_headers)
        head = response.head + fields + b"\r\n"
        transport.write(cut(head, response.body if has_body else b"", effect["truncate"]))
    transport.close()


async def _wait(receive: Receive, seconds: float) -> None:
    """Wait as long as the client does, and not longer than some seconds."""
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            while (await receive())["type"] != "http.disconnect":
                pass


def cut(head: bytes, body: bytes, most: int) -> bytes:
    """A response with at most so many bytes of its body, and at least one byte less than all."""
    return (head + body)[: len(head) + min(most, len(body) - 1)]
