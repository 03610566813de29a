"""The extension `x-rate-limit`: how many requests a vendor takes in which time."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ...http.field_values import is_token
from ...schema import json_pointer as ptr
from ..model import Contract

RATE_LIMIT_KEY = "x-rate-limit"
# Of `reset-is`: what the header field of the reset says. The first is usual.
RESETS = ("seconds-left", "unix-seconds", "unix-milliseconds", "date")
# Of `headers`: what a header field tells.
TELLS = ("limit", "remaining", "reset", "retry-after")
# About thirty years: with longer windows a clock would end.
_LONGEST = 10**9
_ADDRESS = re.compile(r"\b(ip|address)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class RateLimit:
    """The most requests in a window of some seconds; those with the same `counter` count together.

    It is for each address of a client with `per_address`, else for each credential. A window that
    is not `sliding` begins with the first request in it. `headers` are the names of header fields
    by what they tell (TELLS), `reset_is` is one of RESETS.
    """

    requests: int
    seconds: float
    counter: str = ""
    per_address: bool = False
    sliding: bool = False
    headers: Mapping[str, str] = field(default_factory=dict)
    reset_is: str = RESETS[0]


def limits_of(contract: Contract) -> dict[str, tuple[RateLimit, ...]]:
    """The limits that a contract states, by operation id, `""` for those of the whole API."""
    places = [("", ""), *((each.id, each.pointer) for each in contract.operations)]
    found = {name: tuple(_limits(contract, pointer)) for name, pointer in places}
    return {name: limits for name, limits in found.items() if limits}


def _limits(contract: Contract, pointer: str) -> Iterator[RateLimit]:
    node = ptr.look_up(contract.document, pointer).get(RATE_LIMIT_KEY)
    where = ptr.step(pointer, RATE_LIMIT_KEY)
    listed = isinstance(node, list)
    for i, each in enumerate(node if listed else [node]):
        # A house rule checks the form; other documents may have a key of this name.
        match each:
            case {"requests": int(requests), "seconds": int(seconds) | float(seconds)}:
                yield RateLimit(
                    max(requests, 1),
                    min(max(seconds, 0), _LONGEST),
                    _counter(each) or (ptr.step(where, str(i)) if listed else where),
                    _ADDRESS.search(str(each.get("per"))) is not None,
                    each.get("window") == "sliding",
                    dict(_fields(each.get("headers"))),
                    each["reset-is"] if each.get("reset-is") in RESETS else RESETS[0],
                )


def _counter(node: Mapping[str, Any]) -> str:
    group = node.get("group")
    return group if isinstance(group, str) else ""


def _fields(node: Any) -> Iterator[tuple[str, str]]:
    for tells, name in node.items() if isinstance(node, dict) else ():
        if tells in TELLS and isinstance(name, str) and is_token(name):
            yield tells, name
