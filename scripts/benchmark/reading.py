"""Parsing responses that arrive in pieces (RFC 9112)."""

from __future__ import annotations

from .exchange import Response, WrongResponseError

_CONTENT_LENGTH = b"\r\ncontent-length: "
_CHUNKED = b"\r\ntransfer-encoding: chunked"
_BODILESS = (204, 304)


def parse(received: bytes) -> Response | None:
    """The response so far, None if incomplete. Raises WrongResponseError or ValueError."""
    end = received.find(b"\r\n\r\n")
    if end < 0:
        return None
    head = received[:end].lower()
    status = int(head[9:12])
    at = head.find(_CONTENT_LENGTH)
    if at >= 0:
        length = int(head[at + len(_CONTENT_LENGTH) :].partition(b"\r\n")[0])
        if len(received) < end + 4 + length:
            return None
        return Response(status, received[end + 4 :])
    if _CHUNKED in head:
        body = _joined(received, end + 4)
        return None if body is None else Response(status, body)
    if status in _BODILESS:
        return Response(status, b"")
    raise WrongResponseError(f"a response of unknown length: {head[:200]!r}")


def _joined(received: bytes, at: int) -> bytes | None:
    """The chunks from a place on, without trailers; None while they are incomplete."""
    chunks: list[bytes] = []
    while True:
        line = received.find(b"\r\n", at)
        if line < 0:
            return None
        size = int(received[at:line].partition(b";")[0], 16)
        after = line + 2 + size + 2
        if len(received) < after:
            return None
        if size == 0:
            return b"".join(chunks)
        chunks.append(received[line + 2 : line + 2 + size])
        at = after
