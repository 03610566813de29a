"""The evidence of a finding: its exchange, the entry in the archive, an excerpt of the body."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from greenroom.http.exchange import Exchange
from greenroom.redaction import json_tokens
from greenroom.redaction.archive import body_text
from greenroom.schema import json_pointer as ptr

from ..finding import Finding

# The length of an excerpt in characters, and how many of them come before the finding.
_LONGEST, _BEFORE = 2000, 600


@dataclass(frozen=True, slots=True)
class Evidence:
    """The exchange of a finding, and its index among the exchanges of the report.

    `side` is "request" or "response": where the finding is. `body` is an excerpt of its body.
    """

    exchange: Exchange
    entry: int
    side: str
    body: str


class Exchanges:
    """The exchanges of a redacted report, by number."""

    def __init__(self, exchanges: Iterable[Exchange]) -> None:
        self._found = {each.number: (i, each) for i, each in enumerate(exchanges)}

    def evidence(self, finding: Finding) -> Evidence | None:
        """The evidence of a finding; None without an exchange."""
        if finding.exchange not in self._found:
            return None
        entry, exchange = self._found[finding.exchange]
        side = "request" if finding.instance.startswith("request") else "response"
        text = body_text(exchange.request if side == "request" else exchange.response)
        return Evidence(exchange, entry, side, excerpt(text, finding.instance))


def excerpt(text: str, instance: str) -> str:
    """The part of a body around the place `instance`, as in Finding: at most 2000 characters."""
    if len(text) <= _LONGEST:
        return text
    _, slash, rest = instance.partition("/")
    pointed = bool(slash) and "body" in instance and text.lstrip()[:1] in ("{", "[")
    at = json_tokens.place_of(text, ptr.split("/" + rest)) if pointed and rest else 0
    start = max(0, min(at - _BEFORE, len(text) - _LONGEST))
    end = start + _LONGEST
    return ("…" if start else "") + text[start:end] + ("…" if end < len(text) else "")
