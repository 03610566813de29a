"""A request to a control route of spaces, and what its handlers work with."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from pydantic_core import to_json

from ...console.reference.api import Api
from ...contract.model import Contract
from ...errors import GreenroomError
from ...http.timestamps import rfc3339
from ...journal.masking import masking
from ...mock.response.prepared import PreparedResponse, with_content
from ...state.space import Space
from ..space_access import SpaceAccess
from .judge import Judge

_T = TypeVar("_T")
# Bytes of entries that a page has: to show them takes a tenth of a second.
_LARGEST = 256 * 1024

# What these routes take and give; a request that does not fit it reaches no handler.
DOCUMENT = json.loads(Path(__file__).with_name("openapi.json").read_text("utf-8"))


class ControlError(GreenroomError):
    """A control request that cannot be done; `status` is that of its response."""

    def __init__(self, status: int, detail: str) -> None:
        super().__init__(detail)
        self.status = status


class Served:
    """The spaces of a server, the requests without one, and the contracts by name."""

    def __init__(self, access: SpaceAccess, apis: Mapping[str, Api]) -> None:
        self.spaces, self.ring, self.living = access.spaces, access.ring, access.living
        self.apis = apis
        self.contracts = {name: api.contract for name, api in apis.items()}
        self.mask_of = cache(lambda vendor: masking(self.contracts[vendor]))
        self.judge_of = cache(lambda vendor: Judge(self.contracts[vendor]))


@dataclass(frozen=True, slots=True)
class Call:
    """A request that fits DOCUMENT: `path` and `query` are decoded texts by name.

    `address` gives the URL of a contract's mock in a space, as the client reaches it.
    """

    served: Served
    path: Mapping[str, str]
    query: Mapping[str, str]
    body: Any
    address: Callable[[Contract, str], str]

    def space(self, make: bool = False) -> Space:
        """The space of the path; `make` one that is not there. Raises ControlError."""
        name = self.path["space"]
        space = self.served.spaces.use(name) if make else self.served.spaces.get(name)
        if space is None:
            raise ControlError(404, f"there is no space {name}")
        return space

    def listed(
        self,
        items: Sequence[_T],
        number: Callable[[_T], int],
        shown: Callable[[_T], Any],
        dropped: int = 0,
        size: Callable[[_T], int] = lambda _: 0,
    ) -> dict[str, Any]:
        """A list: the newest last; of many the newest, or with `after` the first after a number.

        It ends where the items together have the largest `size`, in bytes.
        """
        limit, after = int(self.query.get("limit", 100)), self.query.get("after")
        rest = items if after is None else [item for item in items if number(item) > int(after)]
        newest = after is None
        chosen = _bounded(rest[: -limit - 1 : -1] if newest else rest[:limit], size)
        chosen = chosen[::-1] if newest else chosen
        return {"items": [*map(shown, chosen)], "total": len(items), "dropped": dropped}


def _bounded(items: Sequence[_T], size: Callable[[_T], int]) -> Sequence[_T]:
    room = _LARGEST
    for count, item in enumerate(items):
        room -= size(item)
        if room < 0 and count:
            return items[:count]
    return items


def whole(items: Sequence[Any]) -> dict[str, Any]:
    """A list that is given at once."""
    return {"items": items, "total": len(items), "dropped": 0}


def about(space: Space) -> dict[str, Any]:
    """A space in short."""
    return {
        **{name: getattr(space, name) for name in ("name", "mode", "seed", "made_by", "records")},
        "rate_limits": space.rate_limits,
        "created": rfc3339(space.created),
        "last_used": rfc3339(space.last_used),
        "requests": space.journal.last,
        "clock": clock_of(space),
        "receivers": space.receivers,
    }


def clock_of(space: Space) -> dict[str, Any]:
    """The clock of a space, and when something is due next."""
    due = space.next_due()
    return {
        "now": rfc3339(space.now().timestamp()),
        "running": space.clock.running,
        "speed": space.clock.speed,
        "next": None if due is None else rfc3339(due.timestamp()),
    }


def reply(value: Any, status: int = 200) -> PreparedResponse:
    """A JSON response that is not to be cached."""
    # The encoder of the standard library takes ten times as long to write lines.
    body = to_json(value, indent=2)
    return with_content(status, "application/json", body, ((b"cache-control", b"no-store"),))
