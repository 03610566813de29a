"""Receiving the body of a request."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from ..mock.pipeline import RequestContext, Result
from ..mock.response.prepared import PreparedResponse
from .connexion_seams import Receive
from .uvicorn_fast_path import received


class DisconnectedError(Exception):
    """The client went away before its request was read."""


def receive_body(
    receive: Receive,
    limit: int,
    context: RequestContext,
    too_large: Callable[[int], PreparedResponse],
) -> Result | Awaitable[Result]:
    """Receive the whole body, chunked or not; refuse one that exceeds the limit in bytes.

    What it returns is to be awaited where the body has not arrived yet, and raises
    DisconnectedError.
    """
    body = received(receive)
    if body is None:
        return _receive_body(receive, limit, context, too_large)
    context.body = body
    return None if len(body) <= limit else too_large(limit)


async def _receive_body(
    receive: Receive,
    limit: int,
    context: RequestContext,
    too_large: Callable[[int], PreparedResponse],
) -> Result:
    declared = context.headers.get(b"content-length", b"")
    # More digits than any size has are not worth converting, and int() refuses thousands.
    if declared.isdigit() and (len(declared) > 18 or int(declared) > limit):
        return too_large(limit)
    chunks: list[bytes] = []
    size, more = 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise DisconnectedError
        chunk = message.get("body", b"")
        size += len(chunk)
        if size > limit:
            return too_large(limit)
        chunks.append(chunk)
        more = message.get("more_body", False)
    context.body = b"".join(chunks)
    return None
