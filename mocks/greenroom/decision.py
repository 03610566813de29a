"""What was decided about a request, as data: headers, access log and checks are written from it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple


class Decision(NamedTuple):
    """Why a request gets its response.

    `refusal` is the kind of refusal, None where the request is accepted; `violations` are those of
    the request against the contract, each as location, JSON pointer and message. `example`,
    `basis` and `seed` are those of the response. `principal` names the test credential
    that was accepted, never a secret of a user.
    """

    # A named tuple: every refused request makes one, a frozen dataclass takes four times as long.
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


# What is not decided by a contract: control pages, preflight requests, a list of methods.
NO_DECISION = Decision()
