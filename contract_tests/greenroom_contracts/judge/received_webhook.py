"""A received webhook, as it is judged."""

from __future__ import annotations

from dataclasses import dataclass, field

from greenroom.http.exchange import Fields


@dataclass(frozen=True, slots=True)
class Webhook:
    """A webhook as it was received: header fields, and the body byte for byte.

    `whole` says that no header field is missing, `received` when it arrived, in seconds since 1970,
    None if unknown.
    """

    headers: Fields
    body: bytes = field(repr=False)
    whole: bool = False
    received: float | None = None

    def header(self, name: str) -> str | None:
        """The value of a field, several joined by commas (RFC 9110 section 5.3)."""
        values = [value for key, value in self.headers if key.lower() == name.lower()]
        return ", ".join(values) if values else None
