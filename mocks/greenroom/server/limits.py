"""What a client may take of the server's memory, files and time."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds on connections. What exceeds them gets a response, then the connection is closed.

    `connections`: open at once (503). `head`: bytes of the header fields (431), and of the request
    target (414). `head_seconds`: for the head of a request, from the beginning of the connection or
    of the request; `body_seconds`: for its body (408 both), and without progress in receiving a
    response.
    """

    connections: int = 1000
    head: int = 64 * 1024
    head_seconds: float = 10
    body_seconds: float = 30
