"""The decision about a request, as data: headers, access log and checks are written from it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple


class Decision(NamedTuple):
    """What was decided about a request, and why.

    `refusal` is the kind of refusal, None for an accepted request; `violations` are those of the
    request against the contract, each as location, JSON pointer and message. `example`, `basis` and
    `seed` describe the response. `warnings` are about a request that is accepted all the same, or
    about the contract. `principal` is the test credential that was accepted, never a
    user's secret. `space` is the name of the isolated account that the request asked for.
    `fault` is what went wrong on purpose.
    """

    # A named tuple: every refused request makes one, and a frozen dataclass is four times slower.
    operation: str | None = None
    refusal: str | None = None
    status: int | None = None
    example: str | None = None
    basis: str | None = None
    seed: str | None = None
    reason: str = ""
    violations: Sequence[tuple[str, str, str]] = ()
    principal: str | None = None
    space: str | None = None
    warnings: Sequence[str] = ()
    fault: str | None = None


# For responses that no contract decides: control pages, preflight responses, `OPTIONS`.
NO_DECISION = Decision()
