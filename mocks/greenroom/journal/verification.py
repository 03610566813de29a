"""Whether requests arrived as a test expects, and those that came nearest where they did not."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from heapq import nsmallest
from typing import Any

from ..redaction.redactor import Redactor
from ..schema import json_pointer as ptr
from .document import request_of
from .entry import Entry
from .journal import Journal
from .matching import ABSENT, Difference, differences

Compared = tuple[Entry, list[Difference]]

_MOST_NEAR = 3
# A request for something else is farther away than one with some other values.
_WEIGHTS = {"/n": 0, "/vendor": 5, "/operation": 5, "/method": 5, "/path": 5}


def verify(
    journal: Journal, question: Mapping[str, Any], mask_of: Callable[[str], Redactor]
) -> dict[str, Any]:
    """The verdict on a question: `ok`, `count`, `requests`, `complete`, `dropped`, and `nearest`.

    A question has `request`, a pattern as in `differences`, and `times`: `exactly`, `at_least` or
    `at_most` (`{"at_least": 1}` if it is left out); or `order`, a list of patterns, which is ok if
    requests arrived that match them one after the other, whatever was between. `count` is how many
    requests, or patterns of the order, matched, `requests` has their numbers. `complete` is false
    where the journal no longer has what could have counted: `dropped` entries, or the rest of a
    body of which only the beginning is kept.
    """
    order: Sequence[Mapping[str, Any]] = question.get("order", ())
    last, least, most = 0, len(order), len(order)
    numbers: list[int] = []
    for pattern in order:
        found = next((e for e in journal.after(last) if not any(differences(pattern, e))), None)
        if found is None:
            break
        numbers.append(last := found.number)
    # The first pattern of the order that was not found, or the only one.
    pattern = order[min(len(numbers), least - 1)] if order else question["request"]
    compared = [(entry, list(differences(pattern, entry))) for entry in journal.after()]
    near = compared
    if order:
        for entry, differing in compared:
            if entry.number <= last:
                differing.append(Difference("/n", {"after": last}, entry.number))
    else:
        numbers = [entry.number for entry, differing in compared if not differing]
        times = question.get("times") or {"at_least": 1}
        count = len(numbers)
        least = times.get("exactly", times.get("at_least", 0))
        most = times.get("exactly", times.get("at_most", count))
        # Of too many it is the matching ones that one wants to see; of too few, also others.
        near = [one for one in compared if not one[1]]
        if count < least:
            near = near[1 - _MOST_NEAR :] + [one for one in compared if one[1]]
    verdict: dict[str, Any] = {
        "ok": least <= len(numbers) <= most,
        "count": len(numbers),
        "requests": numbers,
        "complete": not journal.dropped and not any(map(_is_unsure, compared)),
        "dropped": journal.dropped,
    }
    if not verdict["ok"]:
        nearest = nsmallest(_MOST_NEAR, near, key=_distance)
        verdict["nearest"] = [_shown(*one, mask_of(one[0].context.vendor)) for one in nearest]
    return verdict


def _is_unsure(compared: Compared) -> bool:
    """Whether only the part of a body that is not kept could tell if a request matches."""
    entry, found = compared
    is_cut = entry.body_size > len(entry.context.body)
    return is_cut and bool(found) and all(each.pointer.startswith("/body") for each in found)


def _distance(compared: Compared) -> tuple[int, int]:
    """By how much differs; the newest first where that is the same."""
    entry, found = compared
    return sum(map(_weight, found)), -entry.number


def _weight(difference: Difference) -> int:
    pointer, wanted, got = difference
    return _WEIGHTS.get(pointer, _leaves(wanted) * (2 if got is ABSENT else 1))


def _leaves(value: Any) -> int:
    items = value.values() if isinstance(value, dict) else value
    return sum(map(_leaves, items)) if isinstance(value, dict | list) and value else 1


def _shown(entry: Entry, found: Sequence[Difference], mask: Redactor) -> dict[str, Any]:
    """A request and its differences, without credentials but test keys."""
    request = {"n": entry.number, "status": entry.response.status, **request_of(entry, mask)}
    shown = []
    for pointer, wanted, got in found:
        names = ptr.split(pointer)
        difference = {"pointer": pointer, "wanted": mask.value_at(names, wanted)}
        if got is not ABSENT:
            try:
                # Where test keys are shown; names of members may be masked there.
                difference["got"] = ptr.look_up(request, pointer)
            except LookupError:
                difference["got"] = mask.value_at(names, got)
        shown.append(difference)
    return {"request": request, "differences": shown}
