"""The lines of a message's header section (RFC 9110 section 5.3)."""

from __future__ import annotations

from collections.abc import Iterable


def combined(lines: Iterable[tuple[bytes, bytes]]) -> dict[bytes, bytes]:
    """Values by name, of a name with several lines as one list (also RFC 9113 section 8.2.3)."""
    found: dict[bytes, list[bytes]] = {}
    for name, value in lines:
        found.setdefault(name, []).append(value)
    return {n: (b"; " if n == b"cookie" else b", ").join(values) for n, values in found.items()}
