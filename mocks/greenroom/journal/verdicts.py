"""What a caller did wrong, by the requests that the journal has."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from ..codec.credentials import compile_reader, is_visible
from ..contract.effects import CREATE, main_effect
from ..contract.model import Operation
from ..http.timestamps import retry_after
from .entry import Entry

# How long the same body counts as the same intent, in seconds.
_SAME_INTENT = 300.0
# Of many requests after the same response the first are enough.
_MOST_SHOWN = 10
# What a request should not have done, the one whose response should have been heeded, and itself.
_Found = Iterator[tuple[str, Entry, Entry]]


class Verdict(NamedTuple):
    """A rule that was broken, and the requests that show it.

    The first is the one whose response should have been heeded.
    """

    rule: str
    detail: str
    entries: list[Entry]


def verdicts(entries: Iterable[Entry]) -> list[Verdict]:
    """The verdicts on requests, the oldest first; each rule is a function below."""
    known = [each for each in entries if each.operation is not None]
    found: dict[tuple[str, int], Verdict] = {}
    for rule, check in _RULES.items():
        for detail, cause, entry in check(known):
            verdict = found.setdefault((rule, cause.number), Verdict(rule, detail, [cause]))
            if len(verdict.entries) < _MOST_SHOWN:
                verdict.entries.append(entry)
    return sorted(found.values(), key=lambda each: each.entries[1].number)


def _retry_after(entries: Sequence[Entry]) -> _Found:
    """A request for the same operation came before `Retry-After` was over, by both clocks.

    RFC 9110 section 10.2.3.
    """
    waits: dict[Any, tuple[Entry, float]] = {}
    for entry in entries:
        about = entry.context.vendor, entry.operation
        cause, seconds = waits.get(about, (entry, 0.0))
        if (early := seconds - _seconds_between(cause, entry)) > 0:
            yield f"{entry.operation} came {early:g} s before Retry-After was over", cause, entry
        value = dict(entry.response.headers).get(b"retry-after", b"").decode("latin-1")
        if (wait := retry_after(value, entry.moment)) is not None:
            waits[about] = entry, wait


def _repeated_creation(entries: Sequence[Entry]) -> _Found:
    """A creation that may have been successful was sent again, within five minutes by both clocks.

    Neither an idempotency key says that both mean the same, nor did the API recognize it: RFC 9110
    section 9.2.2.
    """
    first: dict[Any, Entry] = {}
    for entry in entries:
        context = entry.context
        is_whole = 0 < entry.body_size == len(context.body)
        if main_effect(context.operation) != CREATE or not is_whole:
            continue
        same = context.vendor, entry.operation, context.path, context.query, context.body
        cause = first.get(same)
        if cause is not None and _seconds_between(cause, entry) > _SAME_INTENT:
            cause = None
        if cause is not None and not _is_idempotent(cause, entry):
            yield f"{entry.operation} was sent again with the same body", cause, entry
        elif cause is None and entry.response.status < 400:
            first[same] = entry


def _is_idempotent(first: Entry, again: Entry) -> bool:
    has_key = any(b"idempotency" in name for name in again.context.headers)
    kinds = {change.kind for change in again.trace.changes}
    is_recognized = bool(first.trace.changes) and "created" not in kinds
    return has_key or is_recognized or again.response.status == 409


def _credential(entries: Sequence[Entry]) -> _Found:
    """A request had the credential, or again none, that had got a 401 (RFC 9110 section 15.5.2)."""
    refused: dict[Any, Entry] = {}
    readers: dict[Any, list[tuple[str, Any]]] = {}
    for entry in entries:
        context, operation = entry.context, entry.context.operation
        if not operation.secured:
            continue
        if (where := (context.vendor, operation.pointer)) not in readers:
            readers[where] = _readers(operation)
        sent = ((name, read(context.headers, context.query)) for name, read in readers[where])
        about = context.vendor, *sent
        if about in refused:
            yield f"{entry.operation} had a credential that had got a 401", refused[about], entry
        elif entry.response.status == 401:
            refused[about] = entry


def _readers(operation: Operation) -> list[tuple[str, Any]]:
    schemes = {each.scheme.name: each.scheme for all_of in operation.security for each in all_of}
    return [(n, compile_reader(each)) for n, each in schemes.items() if is_visible(each)]


def _gone_path(entries: Sequence[Entry]) -> _Found:
    """A request had the path that had got a 410 (RFC 9110 section 15.5.11)."""
    gone: dict[Any, Entry] = {}
    for entry in entries:
        about = entry.context.vendor, entry.context.path
        if about in gone:
            yield f"{entry.operation} asked again for what is gone", gone[about], entry
        elif entry.response.status == 410:
            gone[about] = entry


_RULES = {
    "retry_after": _retry_after,
    "repeated_creation": _repeated_creation,
    "credential": _credential,
    "gone": _gone_path,
}


def _seconds_between(first: Entry, later: Entry) -> float:
    """The seconds between two requests, by the clock of the space or that of the wall."""
    return max(later.at - first.at, later.moment - first.moment)
