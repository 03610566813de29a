"""The requests, the expected responses, and the figures of a round."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any


class WrongResponseError(Exception):
    """A response that is not the expected one, or none at all."""


@dataclass(frozen=True, slots=True)
class Response:
    """A response."""

    status: int
    body: bytes


@dataclass(frozen=True, slots=True)
class Template:
    """A request with room for a number, so that no two that are sent are alike."""

    before: bytes
    after: bytes

    def numbered(self, number: int) -> bytes:
        """The request with a number of up to eight digits."""
        return b"%b%08d%b" % (self.before, number, self.after)


@dataclass(frozen=True, slots=True)
class Expected:
    """A body: `agrees` checks its JSON value, `description` names the expected one in messages."""

    description: str
    agrees: Callable[[Any], bool]


@dataclass(frozen=True, slots=True)
class Exchange:
    """Requests that are sent in turn, and the status and body expected for all of them."""

    requests: tuple[Template, ...]
    status: int
    body: Expected

    def check(self, response: Response) -> None:
        """Raise WrongResponseError for a response that is not the one expected."""
        if response.status == self.status:
            try:
                if self.body.agrees(json.loads(response.body)):
                    return
            except ValueError:
                pass
        raise WrongResponseError(
            f"expected {self.status} and {self.body.description}; got {response}"
        )


@dataclass(frozen=True, slots=True)
class Limits:
    """The size of a round, which sends at most `requests` requests."""

    connections: int
    seconds: float
    warm_up_seconds: float = 0.1
    requests: int = 1_000_000


@dataclass(frozen=True, slots=True)
class Sample:
    """One round: requests a second, latency in milliseconds, CPU in microseconds a request.

    `generator` is the share of a core that the generator itself used: near 1 it is what was
    measured. `cpu` is None where the system does not provide it.
    """

    rate: float
    p50: float
    p99: float
    cpu: float | None
    generator: float


def exactly(value: Any) -> Expected:
    """A body of that JSON value, however it is written."""
    return Expected(json.dumps(value), lambda found: bool(found == value))


def like(value: Mapping[str, Any]) -> Expected:
    """A JSON object with the members of another, whatever their values."""
    names = value.keys()
    description = f"an object of {', '.join(names)}"
    return Expected(description, lambda found: isinstance(found, dict) and found.keys() == names)


def anything() -> Expected:
    """Any JSON object."""
    return Expected("an object", lambda found: isinstance(found, dict))
