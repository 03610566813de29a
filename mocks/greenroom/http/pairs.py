"""Names and values of a query and of a Cookie header, in the order sent."""

from __future__ import annotations

from urllib.parse import unquote


def query_pairs(query: bytes) -> list[tuple[str, str]]:
    """The parameters of a raw query: names decoded, values left as they were sent."""
    pairs = []
    for part in query.decode("utf-8", "replace").split("&"):
        if part:
            name, _, value = part.partition("=")
            pairs.append((unquote(name.replace("+", " ")), value.replace("+", "%20")))
    return pairs


def cookie_pairs(value: str) -> list[tuple[str, str]]:
    """The pairs of a Cookie header (RFC 6265 section 5.4)."""
    pairs = (part.strip().partition("=") for part in value.split(";"))
    return [(name, text.strip('"')) for name, _, text in pairs if name]
