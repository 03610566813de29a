"""The result of a comparison as text: counts by kind of request, then each group of differences."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from .difference import Difference, differences
from .message import Recording, Request

_START = Request("start of the server", b"greenroom serve")
_LONGEST = 2000
IDENTICAL, WORDING, OTHER = "identical", "wording", "other"


@dataclass
class Comparison:
    """The outcome of each request by kind, and the differences in groups that read the same."""

    counts: Counter[tuple[str, str]] = field(default_factory=Counter)
    groups: dict[tuple[bool, str, str, str], list[tuple[str, Request, Difference]]] = field(
        default_factory=dict
    )

    def add(self, old: Recording, new: Recording) -> None:
        """Compare two recordings of the same group of requests."""
        printed = Difference("printed", old.started, new.started, True)
        found = [(_START, [printed] if old.started != new.started else [])]
        for request, *pair in zip(old.group.requests, old.responses, new.responses, strict=True):
            found.append((request, differences(*pair)))
        for request, listed in found:
            wording = all(difference.is_wording for difference in listed)
            outcome = (WORDING if wording else OTHER) if listed else IDENTICAL
            self.counts[request.kind, outcome] += 1
            for difference in listed:
                alike = self.groups.setdefault(difference.group, [])
                alike.append((old.group.name, request, difference))

    def total(self, outcome: str, kind: str | None = None) -> int:
        """How many requests, all or those of a kind, had an outcome."""
        return sum(n for (k, o), n in self.counts.items() if o == outcome and kind in (None, k))


def report(comparison: Comparison) -> Iterator[str]:
    """The lines of the report: a table, then each group with its first request."""
    outcomes = IDENTICAL, WORDING, OTHER
    yield f"{'':24}{'requests':>10}" + "".join(f"{outcome:>11}" for outcome in outcomes)
    for kind in (*sorted({kind for kind, _ in comparison.counts}), None):
        numbers = [comparison.total(outcome, kind) for outcome in outcomes]
        row = "".join(f"{number:>11,}" for number in numbers)
        yield f"{kind or 'all':24}{sum(numbers):>10,}{row}"
    groups = sorted(comparison.groups.items(), key=lambda item: (item[0][:2], -len(item[1])))
    for (is_wording, about, old, new), alike in groups:
        server, request, first = alike[0]
        words = f": {_cut(old, 300)} -> {_cut(new, 300)}" if old or new else ""
        yield f"\n{WORDING if is_wording else OTHER}: {about}, {len(alike):,} times{words}"
        line = request.raw.partition(b"\r\n")[0].decode("latin-1")
        yield f"  {server}, {request.kind}: {_cut(line, 300)}"
        raw = "" if is_wording else request.raw.decode("utf-8", "backslashreplace")
        for name, text in (("request", raw), ("old", first.old), ("new", first.new)):
            yield from _quoted(name, text)


def _cut(text: str, length: int) -> str:
    return text if len(text) <= length else f"{text[:length]}... ({len(text):,} characters)"


def _quoted(name: str, text: str) -> Iterator[str]:
    text = _cut(text.replace("\r\n", "\n"), _LONGEST).rstrip("\n")
    for line in text.split("\n") if text else ():
        yield f"  {name}: {''.join(c if c.isprintable() else ascii(c)[1:-1] for c in line)}"
