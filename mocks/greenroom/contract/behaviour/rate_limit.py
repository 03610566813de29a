"""The extension `x-rate-limit`: how many requests a vendor takes in which time."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from ...schema import json_pointer as ptr
from ..extension_schemas import RATE_LIMIT_KEY, RESETS, is_valid
from ..model import Contract

_ADDRESS = re.compile(r"\b(ip|address)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class RateLimit:
    """The most requests in a window of some seconds; those with the same `counter` count together.

    It is for each address of a client with `per_address`, else for each credential. A window that
    is not `sliding` begins with the first request in it. `headers` are the names of header fields
    by what they tell, `body` are pointers to what tells it in a refusal. `reset_is` is one of
    RESETS.
    """

    requests: int
    seconds: float
    counter: str = ""
    per_address: bool = False
    sliding: bool = False
    headers: Mapping[str, str] = field(default_factory=dict)
    reset_is: str = RESETS[0]
    body: Mapping[str, str] = field(default_factory=dict)


def limits_of(contract: Contract) -> dict[str, tuple[RateLimit, ...]]:
    """The limits that a contract states, by operation id, `""` for those of the whole API."""
    places = [("", ""), *((each.id, each.pointer) for each in contract.operations)]
    found = {name: tuple(_limits(contract, pointer)) for name, pointer in places}
    return {name: limits for name, limits in found.items() if limits}


def _limits(contract: Contract, pointer: str) -> Iterator[RateLimit]:
    node = ptr.look_up(contract.document, pointer).get(RATE_LIMIT_KEY)
    # A house rule reports other forms; other documents may have a key of this name.
    if not is_valid(RATE_LIMIT_KEY, node):
        return
    listed = isinstance(node, list)
    for i, each in enumerate(node if listed else [node]):
        where = ptr.join(pointer, RATE_LIMIT_KEY, *([i] if listed else []))
        yield RateLimit(
            each["requests"],
            each["seconds"],
            each.get("group", where),
            _ADDRESS.search(each["per"]) is not None,
            each.get("window") == "sliding",
            each.get("headers", {}),
            each.get("reset-is", RESETS[0]),
            each.get("body", {}),
        )
